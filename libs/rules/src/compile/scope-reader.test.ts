import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { readRows, type SqlQuery } from '@tianyan/warehouse';
import { z } from 'zod';
import { ExampleTables } from '../examples/example-tables.js';
import { compileRules, ruleSchema, type Evaluation } from '../index.js';

const NOW_MS = Date.parse('2026-06-01T09:00:00+08:00');
const AT = '2026-03-02T09:00:00+08:00';
const place = { townshipCode: 'T1', villageCode: 'V1' };
const order = (id: string, fields: object) => ({ type: 'hotline.order', id, at: AT, orderId: id, ...place, ...fields });
const step = (id: string, at: string, fields: object) => ({ type: 'hotline.order-event', id, at, orderId: 'A1', ...fields });

let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
  await tables.writeExamples([
    { ...order('o1', { category: 'help', matter: 'road' }), version: 1 },
    { ...order('o2', { category: 'complaint', matter: 'water' }), version: 1 },
    { type: 'assets.payment', id: 'p2', at: AT, voucherId: 'p2', villageCode: 'V9', account: 'water', version: 1 },
    { type: 'assets.payment', id: 'p1', at: AT, voucherId: 'p1', villageCode: 'V9', account: 'road', version: 1 },
    { ...step('e1', '2026-03-02T00:00:00+08:00', { unitId: 'U|1', action: 'called-back', solved: false }), version: 1 },
    { ...step('e2', '2026-03-02T23:59:59.999+08:00', { unitId: 'U|1', action: 'called-back', solved: true }), version: 1 },
    { ...step('e3', '2026-03-03T00:00:00+08:00', { unitId: 'U|1', action: 'called-back', solved: false }), version: 1 },
    { ...step('e4', AT, { unitId: 'U2', action: 'returned' }), version: 1 },
    { ...step('e5', AT, { unitId: 'U|1', action: 'returned' }), version: 1 },
  ]);
}, 120_000);
afterAll(() => tables.close());

/** By SQL over everything, and in the process of these scopes; and what the process asked. */
async function answers(kind: object, scopes: readonly string[]) {
  const record = { type: 'hotline.order', id: 'x', at: AT };
  const rule = ruleSchema.parse({
    id: 'read',
    version: 1,
    title: '读记录',
    class: '形式主义',
    severity: 'low',
    basis: [{ document: '测试', demands: '测试' }],
    description: '看读到什么。',
    explanation: '看读到什么。',
    examples: [{ name: '任意', now: '2026-06-01T09:00:00+08:00', records: [record], expect: [] }],
    ...kind,
  });
  const [group] = compileRules([rule], builtInCatalogue);
  const judge = group?.inProcess(new WorkingCalendar(builtInHolidays()));
  if (!group || !judge) throw new Error('the rule is not judged in the process');
  const asked: SqlQuery[] = [];
  const judged = await judge.judge(scopes, NOW_MS, (query) => (asked.push(query), tables.warehouse.rows(query)));
  const byScope = (some: readonly Evaluation[]) => some.toSorted((a, b) => (a.scope < b.scope ? -1 : 1));
  return { swept: byScope(await tables.evaluate(group, NOW_MS, 'all')), judged: byScope(judged), asked };
}

describe('the records of scopes', () => {
  test('hold what is linked to those that a condition wants', async () => {
    const inputs = {
      order: { type: 'hotline.order', where: { category: 'complaint' } },
      payment: { type: 'assets.payment', link: { to: 'order', on: [{ account: 'matter' }] } },
    };
    const any = [{ of: 'payment', measure: 'records', atLeast: 1 }];
    const roles = { order: '诉求', payment: '付款' };
    const { swept, judged } = await answers({ scope: ['villageCode'], inputs, kind: 'count', any, roles }, ['V1']);
    expect(judged).toEqual(swept);
    expect(judged.map(({ scope, evidence }) => [scope, evidence.map(({ id }) => id)])).toEqual([['V1', ['p2']]]);
  });

  test('of a day are those from its first millisecond to its last, and only of the steps that are wanted', async () => {
    const called = { type: 'hotline.order-event', where: { action: 'called-back' } };
    const inputs = { whole: called, part: { ...called, where: { action: 'called-back', solved: false } } };
    const sides = { part: { of: 'part' }, whole: { of: 'whole' }, minWhole: 1, above: 30 };
    const roles = { whole: '回访', part: '没有解决' };
    const scopes = ['U%7C1|2026-03-02', 'U%7C1|2026-03-03', 'U2|2026-03-02', 'U%7C1|no day'];
    const { swept, judged, asked } = await answers(
      { scope: ['unitId', 'atDay'], inputs, kind: 'ratio', ...sides, roles },
      scopes,
    );
    expect(judged).toEqual(swept);
    expect(judged.map(({ scope, figures }) => [scope, figures])).toEqual([
      ['U%7C1|2026-03-02', expect.objectContaining({ part: 1, whole: 2 })],
      ['U%7C1|2026-03-03', expect.objectContaining({ part: 1, whole: 1 })],
    ]);
    const [{ sql, params } = { sql: '', params: {} }, ...others] = asked;
    expect(others).toEqual([]);
    const rows = await readRows(tables.warehouse, z.object({ record: z.array(z.unknown()) }), { sql, params });
    expect(new Set(rows.map(({ record }) => record[2]))).toEqual(new Set(['e1', 'e2', 'e3']));
  });
});
