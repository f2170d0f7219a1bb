import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ALL_KINDS, compileRules } from './index.js';
import { actual, expected } from './testing/expectations.js';
import { guideRules } from './testing/guide-rules.js';
import { ExampleTables } from './examples/example-tables.js';

/** People copy them, so they must work: swept and live. */
const rules = guideRules();

let fixture: ExampleTables;
beforeAll(async () => {
  fixture = await ExampleTables.open();
});
afterAll(() => fixture.close());

it('the guide shows every kind', () => {
  expect(new Set(rules.map(({ kind }) => kind))).toEqual(new Set(ALL_KINDS.map(({ kind }) => kind)));
});

describe.each(rules)('$id', (rule) => {
  it.each(rule.examples)('$name', async (example) => {
    const [group] = compileRules([rule], builtInCatalogue);
    if (!group) throw new Error('not compiled');
    await fixture.clear(group.recordTypes);
    const batches = await fixture.writeExamples(example.records);
    const nowMs = Date.parse(example.now);
    const swept = await fixture.evaluate(group, nowMs, 'all');
    expect(actual(rule, swept, example)).toEqual(expected(example));
    expect(await fixture.evaluate(group, nowMs, await fixture.touched(group, batches))).toEqual(swept);
  });
});
