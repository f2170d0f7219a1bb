import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ExampleTables } from '../../libs/rules/src/examples/example-tables.js';
import { triedExamples } from '../../libs/rules/src/examples/tried-examples.js';
import { peersRules } from './peers-rules.js';

/** What is measured has to be what the peers' rules say: the boundaries of each stand in its examples, tried swept and live. */
let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
});
afterAll(() => tables.close());

describe.each(peersRules())('$id', (rule) => {
  test('its examples hit, or stay quiet, as they say', async () => {
    expect(await triedExamples(tables, rule)).toEqual(rule.examples.map(({ name }) => ({ name, differences: [] })));
  });

  test('one of them hits, and one stays quiet', () => {
    const hits = rule.examples.map((example) => example.expect.some(({ hit }) => hit));
    expect(new Set(hits)).toEqual(new Set([true, false]));
  });
});

test('there are five', () => {
  expect(peersRules().map(({ id }) => id)).toEqual(['peers-r1', 'peers-r2', 'peers-r3', 'peers-r4', 'peers-r5']);
});
