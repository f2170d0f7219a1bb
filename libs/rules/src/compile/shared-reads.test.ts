import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import type { SqlQuery } from '@tianyan/warehouse';
import { ExampleTables } from '../examples/example-tables.js';
import { compileRules, loadPack, SharedReads, type Evaluation } from '../index.js';

/** Rules over orders, and over a unit's part in an order: both read the steps of orders. */
const SCOPES = ['orderId', 'orderId,unitId'];
const rules = loadPack().filter(({ scope }) => SCOPES.includes(scope.join()));
const groups = compileRules(rules, builtInCatalogue);
const examples = rules.flatMap(({ id, examples: own }) =>
  own.flatMap(({ records }, n) =>
    // An order of its own for each example: all of them in one would be an order of a thousand steps.
    records.map((record) => {
      const own = `${id}-${n}-`;
      const { orderId } = record as { orderId?: string };
      return Object.assign(structuredClone(record), {
        id: `${own}${record.id}`,
        ...(orderId !== undefined && { orderId: `${own}${orderId}` }),
      });
    }),
  ),
);
/** When everything has become due. */
const NOW_MS = Math.max(...rules.flatMap((rule) => rule.examples.map(({ now }) => Date.parse(now))));

let tables: ExampleTables;
let scopesOf: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  tables = await ExampleTables.open();
  await tables.writeExamples(examples);
  const swept = groups.map(async (group) => {
    const answers = await tables.evaluate(group, NOW_MS, 'all');
    return [group.groupId, [...new Set(answers.map(({ scope }) => scope))]] as const;
  });
  scopesOf = new Map(await Promise.all(swept));
}, 120_000);
afterAll(() => tables.close());

const calendar = new WorkingCalendar(builtInHolidays());
const judges = groups.flatMap((group) => {
  const judge = group.inProcess(calendar);
  return judge ? [{ groupId: group.groupId, judge }] : [];
});

/** What each group says of its scopes, and how often the steps of orders were asked for. */
async function judged(
  scopes: (groupId: string) => readonly string[],
  shared?: SharedReads,
): Promise<{ answers: Evaluation[][]; asked: number }> {
  let asked = 0;
  const ask = (query: SqlQuery) => {
    if (query.sql.includes('FROM cur_hotline_order_event FINAL')) asked++;
    return tables.warehouse.rows(query);
  };
  const answers = await Promise.all(
    judges.map(({ groupId, judge }) => judge.judge(scopes(groupId), NOW_MS, ask, shared ? { shared } : {})),
  );
  const key = ({ scope, ruleId }: Evaluation) => `${scope} ${ruleId}`;
  return { answers: answers.map((some) => some.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))), asked };
}

describe('what two groups read at the same moment', () => {
  test('is read once, and both answer as if they had read alone', async () => {
    const of = (groupId: string) => scopesOf.get(groupId) ?? [];
    const alone = await judged(of);
    const together = await judged(of, new SharedReads());
    expect(judges).toHaveLength(SCOPES.length);
    for (const answers of alone.answers) expect(answers.filter(({ hit }) => hit).length).toBeGreaterThan(5);
    expect(together.answers).toEqual(alone.answers);
    expect(together.asked).toBe(alone.asked - 1);
  });

  test('may be of different orders', async () => {
    const of = (groupId: string) => (scopesOf.get(groupId) ?? []).filter((_scope, i) => i % 2 === Number(groupId === 'orderId'));
    const alone = await judged(of);
    expect((await judged(of, new SharedReads())).answers).toEqual(alone.answers);
    expect(alone.answers.flat().length).toBeGreaterThan(5);
  });

  test('is read by each for itself where the other has nothing to judge', async () => {
    const of = (groupId: string) => (groupId === 'orderId' ? [] : (scopesOf.get(groupId) ?? []));
    const shared = await judged(of, new SharedReads());
    expect(shared).toEqual(await judged(of));
    expect(shared.answers.flat().length).toBeGreaterThan(5);
  });

  test('fails for all who wanted it', async () => {
    const shared = new SharedReads();
    const ask = () => Promise.reject(new Error('away'));
    const failed = judges.map(({ groupId, judge }) => judge.judge(scopesOf.get(groupId) ?? [], NOW_MS, ask, { shared }));
    for (const { status } of await Promise.allSettled(failed)) expect(status).toBe('rejected');
  });
});
