import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { ExampleTables } from '../examples/example-tables.js';
import { step } from '../expression/expr.js';
import { map } from '../expression/operators/lists.js';
import { number, plus } from '../expression/operators/values.js';
import { compileRules, loadPack } from '../index.js';
import { match } from '../kinds/match/index.js';

let tables: ExampleTables;
const lower = match.lower.bind(match);
beforeAll(async () => {
  tables = await ExampleTables.open();
  const at = '2026-03-02T09:00:00+08:00';
  await tables.writeExamples([{ type: 'hotline.order', id: 'O1', at, version: 0, orderId: 'O1', title: '路灯' }]);
});
afterAll(async () => {
  match.lower = lower;
  await tables.close();
});

/** Names that the query gives columns of its own, and arguments of its functions. */
const NAMES = [
  'proof',
  'proof_',
  'shown',
  'hit',
  'due',
  'occurredAt',
  'evidence',
  'roles',
  'proving',
  'at',
  'ix',
  'n',
  'scope',
  'x',
  'p',
  'orders_places',
  'orders_places_',
  'all_places',
  'all_at',
  'all_marks',
  'marks',
  'existing',
  'orders_places_i',
];

test.each(NAMES)('a step that a kind calls %s does not meet what the query calls so', async (name) => {
  const [given] = loadPack();
  if (!given) throw new Error('no rule is shipped');
  const { parameters: _parameters, amountAtStake: _amount, exceptions: _exceptions, ...header } = given;
  const rule = {
    ...header,
    kind: 'match' as const,
    of: 'orders',
    scope: ['orderId'],
    inputs: { orders: { type: 'hotline.order' } },
    parameters: {},
    exceptions: [],
    subjects: {},
    figures: {},
    roles: {},
    explanation: '共 {count} 条',
    examples: [],
  };
  match.lower = (of, context) => {
    const lowered = lower(of, context);
    const [first, ...others] = lowered.evidence;
    if (!first) throw new Error('the kind proves nothing');
    const places = step(
      context.named(name),
      map([first.places], (place) => plus(place, number(0))),
    );
    return { ...lowered, evidence: [{ ...first, places }, ...others] };
  };
  const [group] = compileRules([rule], builtInCatalogue);
  if (!group) throw new Error('no group');
  const [query] = group.evaluate({ nowMs: Date.parse('2026-03-03T09:00:00+08:00'), scopes: 'all' });
  if (!query) throw new Error('no query');
  const rows = await tables.warehouse.rows(query);
  const [answer] = rows.flatMap((row) => group.parseRow(row));
  expect(answer).toMatchObject({ hit: true, scope: 'O1', evidence: [{ id: 'O1' }] });
});
