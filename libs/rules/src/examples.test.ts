import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { fileURLToPath } from 'node:url';
import { compileRules, explain, loadPack, loadRules, type Evaluation, type RuleDefinition, type RuleExample } from './index.js';
import { WarehouseFixture } from './testing/warehouse-fixture.js';

/**
 * Each rule's examples are its tests: on real tables, swept and live, alone and fused with all the others (that a fused sweep
 * says the same as the live one is what test/properties is about). With
 * TIANYAN_RULES_DIR the rules of that folder are tested too, as the product would run them.
 */
let fixture: WarehouseFixture;
beforeAll(async () => {
  fixture = await WarehouseFixture.open();
});
afterAll(() => fixture.close());

const documented = loadRules(fileURLToPath(new URL('../../../docs/examples/rules/', import.meta.url)), loadPack());
const own = process.env['TIANYAN_RULES_DIR'];
const rules = own ? loadRules(own, documented) : documented;
const fused = compileRules(rules, builtInCatalogue);

function expected(example: RuleExample) {
  return example.expect.map((e) => ({
    scope: e.scope,
    hit: e.hit,
    occurredAtMs: e.occurredAt === undefined ? expect.anything() : Date.parse(e.occurredAt),
    dueAtMs: e.dueAt === undefined ? null : Date.parse(e.dueAt),
    ...(e.evidence ? { evidence: e.evidence } : {}),
    ...(e.figures ? { figures: expect.objectContaining(e.figures) } : {}),
    ...(e.explanation === undefined ? {} : { explanation: e.explanation }),
  }));
}

/** What the example wants to read in the explanation, where it stands there. */
function read(rule: RuleDefinition, evaluation: Evaluation, part: string) {
  const text = explain(rule, evaluation);
  return { explanation: text.includes(part) ? part : text };
}

function actual(rule: RuleDefinition, evaluations: readonly Evaluation[], example: RuleExample) {
  return evaluations.map((e) => {
    const wanted = example.expect.find((x) => x.scope === e.scope);
    return {
      scope: e.scope,
      hit: e.hit,
      occurredAtMs: e.hit ? e.occurredAtMs : 1,
      dueAtMs: e.dueAtMs,
      ...(wanted?.evidence ? { evidence: e.evidence.map((ref) => ref.id) } : {}),
      ...(wanted?.figures ? { figures: e.figures } : {}),
      ...(wanted?.explanation === undefined ? {} : read(rule, e, wanted.explanation)),
    };
  });
}

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
