import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { checkRule } from '../../compile/check/index.js';
import { compileRules, ruleSql } from '../../compile/index.js';
import { ExampleTables } from '../../examples/example-tables.js';
import { triedExamples } from '../../examples/tried-examples.js';
import { describeRule } from '../../explain/describe.js';
import { ruleSchema, type RuleDefinition } from '../../language/rule.js';

const NOW = '2026-03-10T09:00:00+08:00';
const NOW_MS = Date.parse(NOW);

const BASE = {
  id: 'paid-often',
  version: 1,
  title: '反复付给同一收款人',
  class: '微腐败',
  severity: 'medium',
  basis: [{ document: '测试', demands: '测试' }],
  description: '由测试写下的规则。',
  explanation: '{villageCode:村名} 付了 {times} 次，共 {totalFen:元} 元，最近一笔 {lastFen:元} 元。',
  scope: ['villageCode', 'account'],
  inputs: { paid: { type: 'assets.payment', where: { direction: 'out' } }, asked: { type: 'hotline.order' } },
  parameters: { least: { label: '至少几次', value: 2 } },
  subjects: { projectId: 'paid.projectId' },
  figures: { lastFen: 'paid.amountFen' },
  kind: 'sql',
  query: `-- what a village pays one payee
SELECT villageCode, account, max(atMs) AS occurredAtMs, groupArray(id) AS paidIds, count() AS times, sum(amountFen) AS totalFen
FROM paid
WHERE villageCode NOT IN (SELECT villageCode FROM asked WHERE category = 'it''s') AND atMs <= {now}
GROUP BY villageCode, account
HAVING count() >= {least}`,
  evidence: { paid: 'paidIds' },
  numbers: { times: '次数', totalFen: '合计' },
  everyMinutes: 30,
  examples: [{ name: '任意', now: NOW, records: [{ type: 'assets.payment', id: 'x', at: NOW }], expect: [] }],
};

const rule = (change: Readonly<Record<string, unknown>> = {}): RuleDefinition => ruleSchema.parse({ ...BASE, ...change });
const problems = (change: Readonly<Record<string, unknown>>) => checkRule(rule(change), builtInCatalogue).map(({ path }) => path);

let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
  const payment = (id: string, at: string, fields: Readonly<Record<string, unknown>>) => ({
    type: 'assets.payment',
    id,
    at,
    version: 0,
    direction: 'out',
    villageCode: '320921001001',
    townshipCode: '320921001',
    account: '乙',
    counterparty: '某某',
    amountFen: 100,
    ...fields,
  });
  await tables.writeExamples([
    payment('P2', '2026-03-02T09:00:00+08:00', { amountFen: 250 }),
    payment('P1', '2026-03-01T09:00:00+08:00', { projectId: 'J1' }),
    payment('P3', '2026-03-03T09:00:00+08:00', { direction: 'in' }),
    payment('P4', '2026-04-01T09:00:00+08:00', {}),
    payment('P5', '2026-03-01T09:00:00+08:00', { account: '丁', counterparty: '另一人' }),
    payment('P6', '2026-03-01T09:00:00+08:00', { account: '丁', projectId: 'J' }),
    payment('P7', '2026-03-01T09:00:00+08:00', { account: '丙', source: 'other' }),
    payment('P8', '2026-03-01T09:00:00+08:00', { account: '丙', source: 'other' }),
  ]);
});
afterAll(() => tables.close());

async function answers(of: RuleDefinition, scopes: readonly string[] | 'all' = 'all') {
  const [group] = compileRules([of], builtInCatalogue);
  if (!group) throw new Error('no group');
  const rows = await Promise.all(group.evaluate({ nowMs: NOW_MS, scopes }).map((query) => tables.warehouse.rows(query)));
  return rows.flat().flatMap((row) => group.parseRow(row));
}

test('is said in words, and the query is the one on file', () => {
  expect(checkRule(rule(), builtInCatalogue)).toEqual([]);
  expect(describeRule(rule(), builtInCatalogue)).toContain('每 30 分钟整体判断一次');
  expect(ruleSql(rule(), builtInCatalogue)).toMatchSnapshot();
  expect(compileRules([rule()], builtInCatalogue)[0]?.everyMs).toBe(30 * 60_000);
});

test('finds what exists, proves it in order, and reads what words ask for from the evidence', async () => {
  const found = await answers(rule());
  expect(found.map(({ scope }) => scope).toSorted()).toEqual(['320921001001|丁', '320921001001|丙', '320921001001|乙']);
  const one = found.find(({ scope }) => scope.endsWith('乙'));
  expect(one).toMatchObject({
    hit: true,
    dueAtMs: null,
    occurredAtMs: Date.parse('2026-03-02T09:00:00+08:00'),
    figures: { times: 2, totalFen: 350, lastFen: 250 },
    // The last that has one.
    subjects: { villageCode: '320921001001', account: '乙', projectId: 'J1' },
  });
  expect(one?.evidence.map(({ id, role }) => [id, role])).toEqual([
    ['P1', 'paid'],
    ['P2', 'paid'],
  ]);
});

test('answers for some scopes as for all', async () => {
  expect(await answers(rule(), ['320921001001|丙', '320921001001|戊'])).toEqual(
    (await answers(rule())).filter(({ scope }) => scope.endsWith('丙')),
  );
});

test('exceptions and sources leave out', async () => {
  const scopes = async (change: Readonly<Record<string, unknown>>) =>
    (await answers(rule(change))).map(({ scope }) => scope).toSorted();
  expect(await scopes({ sources: ['example'] })).toEqual(['320921001001|丁', '320921001001|乙']);
  expect(await scopes({ exceptions: [{ reason: '测试', where: { account: '乙' } }] })).toEqual([
    '320921001001|丁',
    '320921001001|丙',
  ]);
  expect(await scopes({ exceptions: [{ reason: '测试', scope: ['320921001001|乙'], to: '2026-03-02' }] })).toEqual([
    '320921001001|丁',
    '320921001001|丙',
  ]);
  expect(await scopes({ exceptions: [{ reason: '测试', scope: ['320921001001|乙'], to: '2026-03-01' }] })).toHaveLength(3);
});

test('a row that names no record there is says nothing; two rows of one scope are a mistake', async () => {
  const query = (ids: string, rows: string) =>
    rule({
      query: `SELECT villageCode, account, max(atMs) AS occurredAtMs, ${ids} AS paidIds, 1 AS times, 1 AS totalFen FROM paid
        GROUP BY villageCode, account${rows}`,
    });
  expect(await answers(query("['P3', 'P4', 'nobody']", ''))).toEqual([]);
  await expect(answers(query('groupArray(id)', ', id'))).rejects.toThrow('two rows of one scope');
});

test.each([
  [{ query: 'SELECT villageCode FROM cur_assets_payment' }, 'query'],
  [{ query: BASE.query.replace('AS paidIds', 'AS ids') }, 'query'],
  [{ query: BASE.query.replace('{least}', '{most}') }, 'query'],
  [{ evidence: { nobody: 'paidIds' } }, 'evidence.nobody'],
  [{ scope: ['villageCode', 'weather'] }, 'scope'],
  // A person's number can be no part of what stands in lists.
  [{ scope: ['callerPhone'], inputs: { ...BASE.inputs, asked: { type: 'hotline.order' } } }, 'scope'],
  [{ subjects: { unitId: 'asked.unitId' } }, 'subjects.unitId'],
  [{ inputs: { ...BASE.inputs, paid: { type: 'assets.payment', scope: { villageCode: 'villageCode' } } } }, 'inputs.paid.scope'],
  [{ exceptions: [{ reason: '测试', scope: ['a'], where: { account: 'x' } }] }, 'exceptions.0'],
])('what does not fit is refused where it stands: %j', (change, path) => {
  expect(problems(change)).toContain(path);
});

test('a column of what is told in confidence is none', async () => {
  await expect(answers(rule({ query: BASE.query.replace("category = 'it''s'", "content = ''") }))).rejects.toThrow(/content/);
});

test('a person can be compared, and not read', async () => {
  const query = (of: string) =>
    rule({
      query: `SELECT villageCode, account, max(atMs) AS occurredAtMs, groupArray(id) AS paidIds, 1 AS times, ${of} AS totalFen FROM paid
        GROUP BY villageCode, account`,
      inputs: {
        ...BASE.inputs,
        paid: { type: 'assets.payment', where: { direction: 'out', counterparty: { in: ['某某', '另一人'] } } },
      },
    });
  const figures = async (of: string) =>
    Object.fromEntries((await answers(query(of))).map(({ scope, figures: said }) => [scope.slice(-1), said['totalFen']]));
  expect(await figures('uniqExact(counterparty)')).toEqual({ 乙: 1, 丙: 1, 丁: 2 });
  expect(await figures("countIf(counterparty IN ('某某'))")).toEqual({ 乙: 0, 丙: 0, 丁: 0 });
});

test('judged at once or too rarely is refused', () => {
  expect(() => rule({ everyMinutes: 1 })).toThrow();
  expect(() => rule({ everyMinutes: 10_000 })).toThrow();
});

// It empties the tables.
test.each([
  [
    'sum(amountFen)',
    'sum(amuontFen)',
    /^数据库不接受这条查询：有不认识的列名 amuontFen，可用的列：paid：id、.*amountFen.*；asked：id、/,
  ],
  ['sum(amountFen)', 'intDiv(100, count() - count())', /除数为零，请用 intDivOrZero/],
  ['villageCode, account, max', 'counterparty AS villageCode, max(account) AS account, max', /个人信息不能作判断对象/],
  ["category = 'it''s'", "title = 'x'", /title 是秘密字段，或是可能要求保密的文字.*写在输入 asked 的 where 里/],
])(
  'a mistake that only the database sees is told in Chinese when the examples are tried: %s → %s',
  async (before, after, told) => {
    const query = BASE.query
      .replace(before, after)
      .replace('BY villageCode, account', after.includes('AS villageCode') ? 'BY counterparty' : '$&');
    const record = {
      type: 'assets.payment',
      at: NOW,
      direction: 'out',
      villageCode: '320921001001',
      account: '乙',
      counterparty: '某某',
      amountFen: 100,
    };
    const records = ['x', 'y'].map((id) => ({ ...record, id }));
    const [tried] = await triedExamples(tables, rule({ query, examples: [{ name: '任意', now: NOW, records, expect: [] }] }));
    expect(tried?.differences).toEqual([expect.stringMatching(told)]);
  },
);
