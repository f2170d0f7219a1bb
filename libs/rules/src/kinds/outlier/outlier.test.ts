import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules, describeRule, kindOf, ruleSchema, type RuleDefinition } from '../../index.js';
import { DAY_MS } from '@tianyan/kernel';
import { checkRule } from '../../compile/check/index.js';
import { touchedScopeSchema } from '../../compile/touched.js';
import { ExampleTables } from '../../examples/example-tables.js';
import type { ExampleRecord } from '../../language/example.js';

const AT = '2026-03-02T09:00:00+08:00';
const NOW = '2026-04-02T09:00:00+08:00';
const TOWNSHIPS = ['320921101', '320921102'] as const;

/** Cash of what a village pays in a quarter, against the villages of its township. */
const BASE = {
  id: 'written-by-the-test',
  version: 1,
  title: '现金占比远高于同镇',
  class: '微腐败',
  severity: 'low',
  basis: [{ document: '测试', demands: '测试' }],
  description: '由测试写下的规则。',
  explanation: '现金 {part:元} 元，占 {ownShare:百分比}，同镇 {peers} 个村 {peersShare:百分比}，界限 {limitShare:百分比}',
  scope: ['villageCode', 'townshipCode', 'quarter'],
  inputs: {
    paid: { type: 'assets.payment', scope: { quarter: 'atQuarter' }, where: { direction: 'out' } },
    cash: { type: 'assets.payment', scope: { quarter: 'atQuarter' }, where: { direction: 'out', settlement: 'cash' } },
  },
  roles: { paid: '支出', cash: '现金支出' },
  examples: [{ name: '任意', now: NOW, records: [{ type: 'assets.payment', id: 'x', at: AT }], expect: [] }],
  kind: 'outlier',
  part: { of: 'cash', measure: 'sum', field: 'amountFen' },
  whole: { of: 'paid', measure: 'sum', field: 'amountFen' },
  minWhole: 100_000,
  among: ['townshipCode', 'quarter'],
  is: 'above',
  statistic: 'upperMad',
  leastDistance: 1,
  minPeers: 5,
};
const rule = (change: object = {}): RuleDefinition => ruleSchema.parse({ ...BASE, ...change });
const problems = (change: object) => checkRule(rule(change), builtInCatalogue).map(({ path }) => path);

let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
});
afterAll(() => tables.close());

/** What a village of a township paid, so much of it in cash. */
function paid(village: number, cashFen: number, transferFen: number, township: string = TOWNSHIPS[0], at = AT): object[] {
  const records = [
    { settlement: 'cash', amountFen: cashFen },
    { settlement: 'transfer', amountFen: transferFen },
  ];
  return records
    .filter(({ amountFen }) => amountFen > 0)
    .map((record) => ({
      type: 'assets.payment',
      id: `${record.settlement}-${township}-${village}-${at}`,
      at,
      villageCode: `${township}00${village}`,
      townshipCode: township,
      direction: 'out',
      ...record,
    }));
}

async function answers(definition: RuleDefinition, records: readonly object[], scopes: readonly string[] | 'all' = 'all') {
  const [group] = compileRules([definition], builtInCatalogue);
  if (!group) throw new Error('not compiled');
  await tables.clear(group.recordTypes);
  await tables.writeExamples(records.map((record): ExampleRecord => ({ version: 0, ...record }) as ExampleRecord)); // as an example's schema gives them
  const queries = group.evaluate({ nowMs: Date.parse(NOW), scopes });
  const rows = await Promise.all(queries.map((query) => tables.warehouse.rows(query)));
  return rows.flat().flatMap((row) => group.parseRow(row));
}

/** Five villages of 1, 2, 3, 4 and 5 percent of cash, and one of so many. */
const township = (percent: number) => [
  ...[1, 2, 3, 4, 5].flatMap((n) => paid(n, n * 10_000, (100 - n) * 10_000)),
  ...paid(6, percent * 10_000, (100 - percent) * 10_000),
];
const SIXTH = `${TOWNSHIPS[0]}006|${TOWNSHIPS[0]}|2026-Q1`;

describe('a village against its township', () => {
  // Sorted 1, 2, 3, 4, 5, x: the median is 3.5 %, the median of the distances 1.5: the bound 3.5 + 4.5 · 1.5 = 10.25 %.
  test('far above the median by the median deviation, and what is told of it', async () => {
    const [found, ...others] = await answers(rule(), township(12));
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      scope: SIXTH,
      hit: true,
      dueAtMs: null,
      figures: { ownShare: 1_200, peersShare: 1_025, limitShare: 1_025, peers: 6, part: 120_000, whole: 1_000_000 },
      subjects: { villageCode: `${TOWNSHIPS[0]}006`, townshipCode: TOWNSHIPS[0], quarter: '2026-Q1' },
    });
    expect(found?.evidence.map(({ id, role }) => [id, role])).toEqual([[`cash-${TOWNSHIPS[0]}-6-${AT}`, 'cash']]);
  });

  test('not above it', async () => {
    expect(await answers(rule(), township(10))).toEqual([]);
  });

  test('another township, another quarter and villages that spend too little are no peers', async () => {
    const others = [
      ...paid(7, 900_000, 100_000, TOWNSHIPS[1]),
      ...paid(6, 900_000, 100_000, TOWNSHIPS[0], '2025-12-02T09:00:00+08:00'),
      ...paid(8, 90_000, 9_999),
    ];
    expect((await answers(rule(), [...township(12), ...others])).map(({ scope }) => scope)).toEqual([SIXTH]);
    expect(await answers(rule({ minPeers: 7 }), [...township(12), ...others])).toEqual([]);
  });

  test('of wanted scopes alone, with all their peers', async () => {
    const of = (scopes: readonly string[]) => answers(rule(), township(12), scopes);
    expect((await of([SIXTH])).map(({ figures }) => figures['peers'])).toEqual([6]);
    expect(await of([SIXTH.replace('006|', '005|')])).toEqual([]);
  });

  test('who has too little in cash is not found, and who is excepted is nobody’s peer', async () => {
    expect(await answers(rule({ minPart: 120_001 }), township(12))).toEqual([]);
    const excepted = (n: number) => [{ reason: '试点', scope: [SIXTH.replace('006|', `00${n}|`)] }];
    expect(await answers(rule({ exceptions: excepted(6) }), township(12))).toEqual([]);
    const [found] = await answers(rule({ exceptions: excepted(1) }), township(20));
    expect(found?.figures).toMatchObject({ peers: 5 });
  });

  test('below its peers it is proved by what is not in cash', async () => {
    const below = { is: 'below', statistic: 'median', percent: 50 };
    const found = await answers(rule(below), township(12));
    // The median is 3.5 %: one percent is below half of it.
    expect(
      found.map(({ scope, evidence }) => [scope.slice(0, 12), evidence.map(({ id, role }) => [id.split('-')[0], role])]),
    ).toEqual([[`${TOWNSHIPS[0]}001`, [['transfer', 'paid']]]]);
  });
});

describe('so far from the statistic at least', () => {
  const foundOf = async (change: object, records: readonly object[]) =>
    (await answers(rule({ statistic: 'median', ...change }), records)).map(({ scope }) => scope.slice(9, 12));
  /** One that paid so many fen of 400 yuan in cash, among four that paid none so: the median is 0. */
  const amongNone = (cashFen: number) => [
    ...[1, 2, 3, 4].flatMap((n) => paid(n, 0, 40_000)),
    ...paid(5, cashFen, 40_000 - cashFen),
  ];

  test('three of four hundred among those that have none are not far above; one percent is a point', async () => {
    const of = (cashFen: number) => foundOf({ minWhole: 1, percent: 300 }, amongNone(cashFen));
    expect(await of(300)).toEqual([]);
    expect(await of(399)).toEqual([]);
    expect(await of(400)).toEqual(['005']);
  });

  // The median is 3.5 %.
  test('in percentage points of a share, above and below', async () => {
    expect(await foundOf({ is: 'atLeast', leastDistance: 16 }, township(19))).toEqual([]);
    expect(await foundOf({ is: 'atLeast', leastDistance: 16 }, township(20))).toEqual(['006']);
    expect(await foundOf({ is: 'below', leastDistance: 2 }, township(20))).toEqual(['001']);
    expect(await foundOf({ is: 'atMost', leastDistance: 3 }, township(20))).toEqual([]);
  });

  test('in fen of a sum', async () => {
    const sum = { explanation: '{ownSum}', whole: undefined, minWhole: undefined };
    // The median is 35,000 fen.
    expect(await foundOf({ ...sum, leastDistance: 165_000 }, township(20))).toEqual(['006']);
    expect(await foundOf({ ...sum, leastDistance: 165_001 }, township(20))).toEqual([]);
  });
});

test('a number without a whole: who has none of it has no figure', async () => {
  const counted = {
    explanation: '{ownCount} {peersCount} {limitCount}',
    part: { of: 'cash' },
    whole: undefined,
    minWhole: undefined,
    among: [],
    statistic: 'average',
    minPeers: 3,
  };
  const records = [1, 2, 3].flatMap((n) => paid(n, 10_000, 10_000));
  const more = [...records, ...paid(3, 10_000, 0, TOWNSHIPS[0], '2026-03-03T09:00:00+08:00'), ...paid(4, 0, 10_000)];
  const found = await answers(rule(counted), more);
  // 1, 1 and 2: their average towards zero is 1.
  expect(found.map(({ scope, figures }) => [scope.slice(0, 12), figures])).toEqual([
    [`${TOWNSHIPS[0]}003`, { ownCount: 2, peersCount: 1, limitCount: 1, peers: 3 }],
  ]);
});

describe('each set of peers by itself', () => {
  const groupOf = (definition: RuleDefinition) => {
    const [group] = compileRules([definition], builtInCatalogue);
    if (!group) throw new Error('not compiled');
    return group;
  };
  async function keysOf(query: { sql: string; params: Readonly<Record<string, unknown>> } | undefined) {
    return (await tables.warehouse.rows(query ?? { sql: '', params: {} }))
      .map((row) => touchedScopeSchema.parse(row).scope)
      .toSorted();
  }
  const bySortedScope = <T extends { scope: string }>(found: readonly T[]) =>
    found.toSorted((a, b) => (a.scope < b.scope ? -1 : 1));
  const OTHER = [
    ...[1, 2, 3, 4, 5].flatMap((n) => paid(n, 10_000, 990_000, TOWNSHIPS[1])),
    ...paid(6, 900_000, 100_000, TOWNSHIPS[1]),
  ];
  const [FIRST, SECOND] = TOWNSHIPS.map((code) => `${code}|2026-Q1`);

  test('is read alone, and told the same as among all', async () => {
    const whole = await answers(rule(), [...township(12), ...OTHER]);
    expect(whole).toHaveLength(2);
    const group = groupOf(rule());
    const of = async (...cohorts: string[]) => {
      const [query] = group.cohorts?.evaluate({ nowMs: Date.parse(NOW), cohorts }) ?? [];
      return (await tables.warehouse.rows(query ?? { sql: '', params: {} })).flatMap((row) => group.parseRow(row));
    };
    expect(bySortedScope(await of(FIRST ?? '', SECOND ?? ''))).toEqual(bySortedScope(whole));
    expect(await of(FIRST ?? '')).toEqual(whole.filter(({ scope }) => scope === SIXTH));
    expect(await of(`${TOWNSHIPS[0]}|2025-Q4`)).toEqual([]);
    expect(group.cohorts?.of(SIXTH)).toBe(FIRST);
    expect(group.cohorts?.isUnproven).toBe(false);
    expect(group.cohorts?.evaluate({ nowMs: 0, cohorts: ['x'] })[0]?.sql).toMatchSnapshot();
  });

  test('without parts that peers share there is one', () => {
    expect(groupOf(rule({ among: [] })).cohorts).toBeUndefined();
  });

  test('what lands touches it, by its rows and by the codes that are announced', async () => {
    const { cohorts } = groupOf(rule());
    await tables.clear(['assets.payment']);
    const batches = await tables.writeExamples(OTHER.map((one): ExampleRecord => ({ version: 0, ...one }) as ExampleRecord)); // as above
    expect(await keysOf(cohorts?.touched('assets.payment', batches.get('assets.payment') ?? []))).toEqual([SECOND]);
    const ofQuarter = groupOf(rule({ among: ['quarter'] })).cohorts;
    expect(ofQuarter?.touchedByKeys('assets.payment', [{ villageCode: 'V', atDay: '2026-03-02' }])?.scopes).toEqual(['2026-Q1']);
  });

  const day = (text: string) => Date.parse(`${text}T00:00:00+08:00`);
  test.each([
    [{ calendarDays: 15 }, day('2026-04-16')],
    [{ workingDays: 10 }, day('2026-04-16')],
    [undefined, day('2026-04-01')],
  ])('a period that is over, and its grace, touches it: %j', async (grace, overMs) => {
    const { cohorts } = groupOf(rule({ decide: 'closed', grace }));
    await tables.clear(['assets.payment']);
    const later = paid(1, 1, 1, TOWNSHIPS[1], '2026-04-01T00:00:00+08:00');
    await tables.writeExamples(
      [...township(12), ...later].map((one): ExampleRecord => ({ version: 0, ...one }) as ExampleRecord),
    ); // as above
    const begun = (afterMs: number, untilMs: number) => keysOf(cohorts?.begun({ afterMs, untilMs }, 9));
    expect(await begun(overMs - 1, overMs)).toEqual([FIRST]);
    expect(await begun(overMs, overMs + DAY_MS)).toEqual([]);
    expect(await begun(overMs - DAY_MS, overMs - 1)).toEqual([]);
    // Nothing is over within a day, and nothing is read to say so.
    expect(cohorts?.begun({ afterMs: overMs, untilMs: overMs + DAY_MS - 1 }, 9).sql).not.toContain('FROM');
  });

  test('open it is touched by what begins to exist', async () => {
    const { cohorts } = groupOf(rule());
    await tables.clear(['assets.payment']);
    await tables.writeExamples(township(12).map((one): ExampleRecord => ({ version: 0, ...one }) as ExampleRecord)); // as above
    const atMs = Date.parse(AT);
    expect(await keysOf(cohorts?.begun({ afterMs: atMs - 1, untilMs: atMs }, 9))).toEqual([FIRST]);
    expect(await keysOf(cohorts?.begun({ afterMs: atMs, untilMs: atMs + DAY_MS }, 9))).toEqual([]);
  });
});

describe('is said in words', () => {
  test.each([
    [{}, '现金支出”的金额合计占“支出”的金额合计的百分比大于乡镇、发生季度相同的各'],
    [{ is: 'below', percent: 50, decide: 'closed' }, '的 50%（同类满 5 个才比'],
    [{ decide: 'closed', grace: { calendarDays: 15 } }, '这段时间过完后第 15 天结束才判断'],
    [{}, '每 60 分钟把这期间有变动的同类各判断一次'],
    [{ among: [] }, '每 60 分钟整体判断一次'],
    [{ minPart: 5_000 }, '自己的“现金支出”的金额合计至少 '],
    [{ leastDistance: 5 }, '比这个统计值至少高出 5 个百分点'],
    [{ whole: undefined, minWhole: undefined, is: 'below', leastDistance: 5_000 }, '比这个统计值至少低 50.00 元'],
  ])('%j', (change, words) => {
    const said = describeRule(rule(change), builtInCatalogue).replace(/^.*：/, '');
    expect(said).toContain(words);
  });
});

test('its figures bear the name of the statistic', () => {
  const kind = kindOf({ kind: 'outlier' });
  expect(kind.figures(rule()).map((name) => kind.figureLabels(rule())[name])).toEqual([
    '占比',
    '同类的离群上限',
    '界限',
    '同类的个数',
    '其中',
    '总数',
  ]);
});

test('a list excepts nothing, and what does is said', () => {
  const said = checkRule(rule({ exceptions: [{ reason: '试点', listed: { of: 'cash' } }] }), builtInCatalogue);
  expect(said.map(({ path, message }) => [path, message])).toEqual([
    ['exceptions.0.listed', '这类规则不写：用例外（exceptions）的 scope 写哪些对象，或用 where 写哪些记录'],
  ]);
});

test('what is above its peers says by how much', () => {
  const said = checkRule(rule({ leastDistance: undefined }), builtInCatalogue);
  expect(said.map(({ message }) => message)).toEqual(['同类大多是 0 时，有一点就“远高于”：请写 leastDistance（至少高出多少）']);
});

describe('what does not fit is refused where it stands', () => {
  test.each([
    [{ among: ['villageCode', 'townshipCode'], scope: ['villageCode', 'townshipCode'] }, 'among'],
    [{ among: ['county'] }, 'among.0'],
    [{ among: ['quarter', 'quarter'] }, 'among.1'],
    [{ minWhole: undefined }, 'minWhole'],
    [{ whole: undefined }, 'minWhole'],
    [{ minPeers: 2 }, 'minPeers'],
    [{ leastDistance: undefined }, 'leastDistance'],
    [{ grace: { calendarDays: 15 } }, 'grace'],
    [{ leastDistance: undefined, is: 'atLeast', minPart: 5 }, 'leastDistance'],
    [{ leastDistance: 0 }, 'leastDistance'],
    [{ statistic: 'quantile' }, 'quantile'],
    [{ statistic: 'median', spreadPercent: 150 }, 'spreadPercent'],
    [{ part: { of: 'cash', measure: 'sum', field: 'voucherId' } }, 'part.field'],
    [{ part: { of: 'nobody' } }, 'part.of'],
    [{ scope: ['villageCode', 'townshipCode'], among: ['townshipCode'], decide: 'closed' }, 'decide'],
    [
      { inputs: { ...BASE.inputs, cash: { type: 'assets.payment', link: { to: 'paid', on: [{ voucherId: 'voucherId' }] } } } },
      'inputs.cash.link',
    ],
    [{ inputs: { ...BASE.inputs, cash: { type: 'assets.payment' } } }, 'inputs.cash'],
  ])('%j: %s', (change, path) => {
    expect(problems(change)).toContain(path);
  });
});
