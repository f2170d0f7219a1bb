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
  // The other input has none; it is no part of the scope; it is there already.
  [{ group: ['account'] }, 'group.0'],
  [{ group: ['villageCode', 'townshipCode'] }, 'group.1'],
  [{ group: ['villageCode', 'villageCode'] }, 'group.1'],
])('what does not fit is refused where it stands: %j', (change, path) => {
  expect(problems(change)).toContain(path);
});

const GROUPED = {
  group: ['villageCode'],
  query: BASE.query.replace(' AND atMs <= {now}', ''),
};

test('of cohorts it reads their records alone, and says of each what it says of all', async () => {
  const [group] = compileRules([rule(GROUPED)], builtInCatalogue);
  const cohorts = group?.cohorts;
  if (!cohorts) throw new Error('no cohorts');
  const of = async (...keys: string[]) =>
    (await tables.warehouse.rows(cohorts.evaluate({ nowMs: NOW_MS, cohorts: keys })[0] ?? { sql: '', params: {} })).flatMap(
      (row) => group.parseRow(row),
    );
  const bySortedScope = (found: Awaited<ReturnType<typeof of>>) => found.toSorted((a, b) => (a.scope < b.scope ? -1 : 1));
  expect(bySortedScope(await of('320921001001', '320921001002'))).toEqual(bySortedScope(await answers(rule(GROUPED))));
  expect(await of('320921001002')).toEqual([]);
  expect(cohorts.of('320921001001|乙')).toBe('320921001001');
  expect(await answers(rule(GROUPED), ['320921001001|丙', '320921001001|戊'])).toEqual(
    (await answers(rule(GROUPED))).filter(({ scope }) => scope.endsWith('丙')),
  );
  expect(cohorts.evaluate({ nowMs: NOW_MS, cohorts: ['x'] })[0]?.sql).toMatchSnapshot();
  expect(describeRule(rule(GROUPED), builtInCatalogue)).toContain(
    '每 30 分钟把这期间有变动的对照组（村（社区）相同的记录）各判断一次',
  );
});

test('with the clock in its query it has no cohorts, and its words say so', () => {
  const byNow = rule({ group: ['villageCode'] });
  expect(compileRules([byNow], builtInCatalogue)[0]?.cohorts).toBeUndefined();
  expect(describeRule(byNow, builtInCatalogue)).toContain('每 30 分钟整体判断一次');
});

test('a record that does not say its cohort is none', async () => {
  const each =
    'SELECT villageCode, projectId AS account, max(atMs) AS occurredAtMs, groupArray(id) AS paidIds, 1 AS times, 1 AS totalFen';
  const query = `${each} FROM paid GROUP BY villageCode, projectId`;
  const by = (group?: readonly string[]) =>
    answers(
      rule({
        query: query.replace('projectId AS account', "projectId, ifNull(projectId, 'nobody') AS account"),
        inputs: { paid: BASE.inputs.paid },
        scope: ['villageCode', 'projectId', 'account'],
        subjects: {},
        ...(group && { group }),
      }),
    );
  expect((await by(['projectId'])).map(({ scope }) => scope).toSorted()).toEqual(['320921001001|J1|J1', '320921001001|J|J']);
});

test('with cohorts, an answer that is still to come is none, and in an example a mistake: nobody would ask again', async () => {
  const later = { ...GROUPED, query: GROUPED.query.replace('max(atMs) AS', 'max(atMs) + 864000000 AS') };
  expect(await answers(rule(GROUPED))).not.toEqual([]);
  expect(await answers(rule(later))).toEqual([]);
  const [group] = compileRules([rule(later)], builtInCatalogue);
  if (!group) throw new Error('no group');
  await expect(tables.evaluate(group, NOW_MS, 'all')).rejects.toThrow('occurredAtMs later than now');
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

// They empty the tables.
test('an example says where a rule reads the records of other cohorts', async () => {
  const payments = ['V1', 'V1', 'V2', 'V2', 'V2'].map((villageCode, i) => ({
    type: 'assets.payment',
    id: `${i}`,
    at: NOW,
    direction: 'out',
    villageCode,
    account: '乙',
    amountFen: 100,
  }));
  const query = GROUPED.query.replace('HAVING count() >= {least}', 'HAVING count() * 2 >= (SELECT count() FROM paid)');
  const [tried] = await triedExamples(
    tables,
    rule({
      ...GROUPED,
      query,
      parameters: {},
      examples: [{ name: '任意', now: NOW, records: payments, expect: [{ scope: 'V2|乙', hit: true }] }],
    }),
  );
  expect(tried?.differences).toEqual([
    expect.stringMatching(/^判断对象 V1\|乙：全量巡检没有结果，只看它的对照组命中（.*证据 \[0, 1\]）.*查询用到了别的组的记录/),
  ]);
});

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
