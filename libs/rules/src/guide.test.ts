import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { readFileSync } from 'node:fs';
import { ALL_KINDS, compileRules, parseRule } from './index.js';
import { actual, expected } from './testing/expectations.js';
import { ExampleTables } from './examples/example-tables.js';

/** The whole rules of the rule guide: people copy them, so they must work. */
const guide = readFileSync(new URL('../../../docs/rule-guide.md', import.meta.url), 'utf8');
const rules = [...guide.matchAll(/^```yaml\n(id: [\s\S]*?)^```$/gm)].map(([, text = '']) => parseRule(text));

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
    await fixture.writeExamples(example.records);
    expect(actual(rule, await fixture.evaluate(group, Date.parse(example.now), 'all'), example)).toEqual(expected(example));
  });
});
