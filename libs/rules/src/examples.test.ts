import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { fileURLToPath } from 'node:url';
import { compileRules, loadPack, loadRules } from './index.js';
import { actual, expected } from './testing/expectations.js';
import { ExampleTables } from './examples/example-tables.js';

/**
 * Each rule's examples are its tests: on real tables, swept and live, alone and fused with all the others (that a fused sweep
 * says the same as the live one is what test/properties is about). With
 * TIANYAN_RULES_DIR the rules of that folder are tested too, as the product would run them.
 */
let fixture: ExampleTables;
beforeAll(async () => {
  fixture = await ExampleTables.open();
});
afterAll(() => fixture.close());

const documented = loadRules(fileURLToPath(new URL('../../../docs/examples/rules/', import.meta.url)), loadPack());
const own = process.env['TIANYAN_RULES_DIR'];
const rules = own ? loadRules(own, documented) : documented;
const fused = compileRules(rules, builtInCatalogue);

describe.each(rules)('$id', (rule) => {
  const [alone] = compileRules([rule], builtInCatalogue);
  const group = fused.find((g) => g.rules.some((r) => r.rule.id === rule.id));
  if (!alone || !group) throw new Error('not compiled');
  const types = new Set(group.recordTypes);

  it.each(rule.examples)('$name', async (example) => {
    await fixture.clear(new Set([...types, ...example.records.map((r) => r.type)]));
    const batches = await fixture.writeExamples(example.records);
    const nowMs = Date.parse(example.now);
    const swept = await fixture.evaluate(alone, nowMs, 'all');
    expect(actual(rule, swept, example)).toEqual(expected(example));
    const live = await fixture.evaluate(alone, nowMs, await fixture.touched(alone, batches));
    expect(live).toEqual(swept);
    const together = await fixture.evaluate(group, nowMs, await fixture.touched(group, batches));
    expect(together.filter((e) => e.ruleId === rule.id)).toEqual(swept);
  });
});
