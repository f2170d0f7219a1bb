import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { integerBetween, seededRng, type Rng } from '@tianyan/kernel';
import { execute, rows, type Page } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { z } from 'zod';
import type { FindingFilter } from './finding-conditions.js';
import { MAX_COUNTED } from './finding-counts.js';
import { FindingGroups } from './finding-groups.js';
import { FindingQueries } from './finding-queries.js';
import { severityOfRank } from './finding-rows.js';
import { findingsMigrations } from './index.js';
import { FINDING_STATUSES } from './model.js';
import type { RuleRisk } from './risk/risk.js';
import { WeekQueries } from './weekly/week-queries.js';
import { queuesOf, type QueueTeam } from './weekly/queue-team.js';

/** More than are read and sorted, also of those that most texts fit: what many fit is looked for in cells, or along the newest. */
const FINDINGS = 13_000;
/** So far each list is read. */
const MOST_READ = 150;
const WEEK = '2026-03-02';
/** Most expected of the money, nothing known of `plain-2`; two rules are expected the same of. */
const RISKS: ReadonlyMap<string, RuleRisk> = new Map([
  ['money-0', { permille: 700 }],
  ['money-1', { permille: 90 }],
  ['plain-0', { permille: 333 }],
  ['plain-1', { permille: 333 }],
]);
const RULES = ['money-0', 'money-1', 'plain-0', 'plain-1', 'plain-2'] as const;

/** What is stored of a finding, as a filter written out by hand asks it. */
const storedSchema = z.object({
  id: z.string(),
  rule: z.string(),
  class: z.string(),
  severity: z.int(),
  status: z.enum(FINDING_STATUSES),
  verdict: z.string().nullable(),
  township: z.string().nullable(),
  unit: z.string().nullable(),
  village: z.string().nullable(),
  stake: z.int(),
  key: z.string(),
  text: z.string(),
  at: z.int(),
  changed: z.int(),
  aside: z.boolean(),
  placed: z.boolean(),
});
type Stored = z.output<typeof storedSchema>;

let postgres: TestPostgres;
let queries: FindingQueries;
let groups: FindingGroups;
let all: readonly Stored[];
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  queries = new FindingQueries(postgres.pool);
  groups = new FindingGroups(postgres.pool);
  await plant(seededRng(7));
  all = await rows(
    postgres.pool,
    storedSchema,
    `SELECT id, rule_id AS rule, problem_class AS class, severity, status, verdict, township_code AS township, unit_id AS unit, village_code AS village,
       stake, subject_key AS key, explanation AS text, occurred_at_ms AS at, last_changed_at_ms AS changed,
       rule_id = 'plain-0' AND subjects ->> 'orderId' IN ('G1', 'G2') AS aside, id IN (SELECT finding_id FROM finding_week_place) AS placed
     FROM finding WHERE NOT shadow`,
  );
});
afterAll(() => postgres.stop());

function drawn(rng: Rng, n: number) {
  const one = <T>(list: readonly [T, ...T[]]): T => list[integerBetween(rng, 0, list.length - 1)] ?? list[0];
  const status = one(['open', 'open', 'open', 'dismissed', 'promoted', 'withdrawn']);
  const unit = one([null, 'U1', 'U2', 'U3']);
  const order = `G${Math.floor(2_000 * rng.next() ** 2)}`;
  return {
    id: `F${String((n * 7919) % FINDINGS).padStart(5, '0')}`,
    rule: one(RULES),
    class: one(['c1', 'c2']),
    severity: one([1, 2, 3]),
    status,
    verdict: status === 'dismissed' ? one([null, 'unfounded', 'permitted']) : null,
    township: one([null, 'A', 'A', 'B', 'C']),
    unit,
    village: one([null, 'V1', 'V2']),
    subjects: unit === null ? { orderId: order } : { orderId: order, unitId: unit },
    amount: 10 ** integerBetween(rng, 3, 9),
    text: `${one(['甲', '乙', '丙'])}${rng.next() < 0.85 ? '退回三次' : '超期'}${rng.next() < 0.01 ? '红旗水库' : ''}`,
    at: integerBetween(rng, 1, 10_000),
    changed: integerBetween(rng, 1, 900),
    shadow: rng.next() < 0.05,
  };
}

async function plant(rng: Rng): Promise<void> {
  const planted = Array.from({ length: FINDINGS }, (_, n) => drawn(rng, n));
  await execute(
    postgres.pool,
    `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, village_code, unit_id, subjects,
       occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation, verdict, amount_figure)
     SELECT f.id, f.rule || CASE WHEN f.shadow THEN '@shadow' ELSE '' END, 1, '规则 ' || f.rule, f.class, f.severity, f.id, f.status, f.status = 'open', f.township,
       f.village, f.unit, f.subjects, f.at, 1, f.changed, '[]', jsonb_build_object('fen', f.amount), f.text, f.verdict, CASE WHEN f.rule LIKE 'money%' THEN 'fen' END
     FROM jsonb_to_recordset($1::jsonb) AS f (id text, rule text, class text, severity smallint, status text, verdict text, township text, village text,
       unit text, subjects jsonb, at bigint, changed bigint, amount numeric, text text, shadow boolean)`,
    [JSON.stringify(planted)],
  );
  await execute(
    postgres.pool,
    `INSERT INTO finding_exemption (rule_id, subject_kind, subject_code, kind, reason, document, actor, made_at_ms)
     SELECT 'plain-0', 'orderId', code, 'exception', '经批准', '文件', 'li', 1 FROM unnest(ARRAY['G1', 'G2']) code`,
  );
  await execute(
    postgres.pool,
    `INSERT INTO finding_week_place (team_id, week, finding_id, taken_at_ms)
     SELECT 'a', $1, id, 1 FROM finding WHERE township_code = 'A' AND status = 'open' AND severity > 1 ORDER BY id LIMIT 30`,
    [WEEK],
  );
  await execute(postgres.pool, 'ANALYZE');
}

function reachOf(townshipCodes: readonly string[] | null, problemClasses: readonly string[] | null): Reach {
  const user = { id: 'u', account: 'a', displayName: '甲', role: 'analyst', unitCodes: [], mustChangePassword: false } as const;
  return Reach.of({ user: { ...user, townshipCodes, problemClasses } });
}
const REACHES: Readonly<Record<string, { reach: Reach; covers: (one: Stored) => boolean }>> = {
  county: { reach: reachOf(null, null), covers: () => true },
  'one township': { reach: reachOf(['A'], null), covers: ({ township }) => township === 'A' },
  'one class': { reach: reachOf(null, ['c2']), covers: (one) => one.class === 'c2' },
};

const TEAM = { weeklyBudget: 30, minSeverity: 'medium' } as const;
const TEAMS: readonly QueueTeam[] = [
  { ...TEAM, id: 'a', isDefault: false, townshipCodes: ['A'] },
  { ...TEAM, id: 'u', isDefault: false, townshipCodes: [], unitIds: ['U1', 'U2'] },
  { ...TEAM, id: 'rest', isDefault: true, townshipCodes: [], minSeverity: 'low' },
];
const queueOf = (index: number) => {
  const queue = queuesOf(TEAMS)[index];
  if (!queue) throw new RangeError(`no team ${index}`);
  return { queue, week: WEEK };
};
const ofUnits = ({ unit, severity }: Stored) => severity > 1 && (unit === 'U1' || unit === 'U2');
/** What a team takes is no other's, also where it is too mild for that team. */
const isRest = ({ township, unit }: Stored) => township !== 'A' && unit !== 'U1' && unit !== 'U2';
const isOpen = ({ status }: Stored) => status === 'open';
const isOfA = ({ township, severity }: Stored) => township === 'A' && severity > 1;

/** Each filter, and the same written out by hand. */
const FILTERS: readonly [name: string, FindingFilter, (one: Stored) => boolean][] = [
  ['all', {}, () => true],
  ['nothing', { ruleIds: ['none'] }, () => false],
  ['what waits', { statuses: ['open'], aside: 'without' }, (one) => isOpen(one) && !one.aside],
  ['what is set aside', { aside: 'only' }, ({ aside }) => aside],
  [
    'a rule, a class, a severity',
    { ruleIds: ['money-1'], problemClasses: ['c1'], severities: ['high'] },
    (one) => one.rule === 'money-1' && one.class === 'c1' && one.severity === 3,
  ],
  [
    'a verdict in two townships',
    { verdicts: ['permitted'], townshipCodes: ['A', 'B'] },
    (one) => one.verdict === 'permitted' && 'AB'.includes(one.township ?? '-'),
  ],
  ['a unit', { unitIds: ['U1'], statuses: ['open'] }, (one) => isOpen(one) && one.unit === 'U1'],
  ['a unit, what waits', { unitIds: ['U1'], aside: 'without' }, (one) => !one.aside && one.unit === 'U1'],
  ['a village', { villageCodes: ['V2'] }, ({ village }) => village === 'V2'],
  ['a unit and a period', { unitIds: ['U2'], occurredFromMs: 5_000 }, (one) => one.unit === 'U2' && one.at >= 5_000],
  ['a period', { occurredFromMs: 1_000, occurredBeforeMs: 3_000 }, ({ at }) => at >= 1_000 && at < 3_000],
  ['since lately', { occurredFromMs: 9_900 }, ({ at }) => at >= 9_900],
  ['since just now', { occurredFromMs: 10_000 }, ({ at }) => at >= 10_000],
  ['a text of many', { text: '退回三次', aside: 'without' }, (one) => one.text.includes('退回三次') && !one.aside],
  ['a rare text', { text: '红旗水库' }, (one) => one.text.includes('红旗水库')],
  ['a queue', { statuses: ['open'], queue: { ...queueOf(0), place: 'both' } }, (one) => isOpen(one) && isOfA(one)],
  ['a week', { queue: { ...queueOf(0), place: 'week' } }, (one) => isOfA(one) && one.placed],
  [
    'behind a week',
    { aside: 'without', queue: { ...queueOf(0), place: 'behind' } },
    (one) => isOfA(one) && !one.placed && !one.aside,
  ],
  ['a queue of units', { queue: { ...queueOf(1), place: 'both' } }, ofUnits],
  ['the rest', { queue: { ...queueOf(2), place: 'behind' } }, isRest],
];
const CASES = Object.keys(REACHES).flatMap((who) => FILTERS.map(([name, filter, fits]) => ({ who, name, filter, fits })));
type Case = (typeof CASES)[number];

function plain({ who, fits }: Case): { reach: Reach; fitting: Stored[] } {
  const known = REACHES[who];
  if (!known) throw new RangeError(`no reach ${who}`);
  return { reach: known.reach, fitting: all.filter((one) => known.covers(one) && fits(one)) };
}

const riskOf = ({ rule, stake }: Stored) => stake * (RISKS.get(rule)?.permille ?? 100);
const byRisk = (a: Stored, b: Stored) => riskOf(b) - riskOf(a) || (b.id < a.id ? -1 : 1);
const byChange = (a: Stored, b: Stored) => b.changed - a.changed || (b.id < a.id ? -1 : 1);

/** What the pages have, of more and more each: pages of one would be thousands of questions. As much of what is expected, or all of it. */
async function read<T>(
  expected: readonly unknown[],
  ask: (cursor: string | null, limit: number) => Promise<Page<T>>,
): Promise<{ items: T[]; expected: readonly unknown[] }> {
  const items: T[] = [];
  let cursor: string | null = null;
  let limit = 10;
  do {
    const page: Page<T> = await ask(cursor, limit);
    expect(page.items.length).toBe(page.nextCursor === null ? page.items.length : limit);
    items.push(...page.items);
    cursor = page.nextCursor;
    limit = Math.min(100, limit * 2);
  } while (cursor !== null && items.length < MOST_READ);
  return { items, expected: cursor === null ? expected : expected.slice(0, items.length) };
}

test.each(CASES)('of $who, $name: pages by risk and of the newest have what sorting all of it has', async (asked) => {
  const { reach, fitting } = plain(asked);
  for (const [order, sort] of [
    ['risk', byRisk],
    ['lastChangedAtMs', byChange],
  ] as const) {
    const ids = fitting.toSorted(sort).map(({ id }) => id);
    const ask = (cursor: string | null, limit: number) =>
      queries.list(reach, asked.filter, { order, rules: RISKS, cursor, limit });
    const { items, expected } = await read(ids, ask);
    expect(items.map(({ id }) => id)).toEqual(expected);
  }
});

test.each(CASES)('of $who, $name: groups are in the order of the first of each', async (asked) => {
  const { reach, fitting } = plain(asked);
  for (const [order, risks] of [
    [byRisk, { risks: RISKS }],
    [byChange, {}],
  ] as const) {
    const groupsOf = [...Map.groupBy(fitting.toSorted(order), ({ key }) => key)].map(([key, of]) => [key, of.length]);
    const { items, expected } = await read(groupsOf, (cursor, limit) =>
      groups.list(reach, asked.filter, { cursor, limit, ...risks }),
    );
    expect(items.map(({ key, count }) => [key, count])).toEqual(expected);
  }
});

test.each(CASES)('of $who, $name: counts are of what fits', async (asked) => {
  const { reach, fitting } = plain(asked);
  const counts = await queries.counts(reach, asked.filter);
  if (asked.filter.text !== undefined && fitting.length > MAX_COUNTED.read) {
    expect([counts.total, counts.isAtLeast]).toEqual([MAX_COUNTED.read, true]);
    return;
  }
  const by = (keyOf: (one: Stored) => string | null) => {
    const keys = fitting.flatMap((one) => keyOf(one) ?? []);
    return Object.fromEntries([...Map.groupBy(keys, (key) => key)].map(([key, of]) => [key, of.length]));
  };
  const told = (entries: readonly (readonly [string, number])[]) => Object.fromEntries(entries.filter(([, count]) => count > 0));
  expect([counts.total, counts.isAtLeast, counts.aside]).toEqual([
    fitting.length,
    false,
    fitting.filter(({ aside }) => aside).length,
  ]);
  expect(told(Object.entries(counts.byStatus))).toEqual(by(({ status }) => status));
  expect(told(counts.byClass.map(({ problemClass, count }) => [problemClass, count]))).toEqual(by((one) => one.class));
  expect(told(counts.byRule.map(({ ruleId, count }) => [ruleId, count]))).toEqual(by(({ rule }) => rule));
  expect(counts.byRule.map(({ title }) => title)).toEqual(counts.byRule.map(({ ruleId }) => `规则 ${ruleId}`));
  expect(told(counts.byTownship.map(({ townshipCode, count }) => [townshipCode, count]))).toEqual(by(({ township }) => township));
  expect(told(counts.bySeverity.map(({ severity, count }) => [severity, count]))).toEqual(
    by(({ severity }) => severityOfRank(severity)),
  );
  expect(told(counts.byVerdict.map(({ verdict, count }) => [verdict, count]))).toEqual(by(({ verdict }) => verdict));
});

test.each([0, 1, 2])('the week of team %d is what waits of it', async (index) => {
  const { reach, fitting } = plain({ who: 'county', name: '', filter: {}, fits: (one) => isOpen(one) && !one.aside });
  const concerned = fitting.filter([isOfA, ofUnits, isRest][index] ?? (() => false));
  const behind = concerned.filter(({ placed }) => index !== 0 || !placed);
  expect(await new WeekQueries(postgres.pool).counts(reach, queueOf(index).queue, WEEK, RISKS)).toEqual({
    open: concerned.length - behind.length,
    behind: behind.length,
    behindRed: behind.filter((one) => riskOf(one) >= 4_000).length,
  });
});

test('of what has to be read no more than so many are counted, and said to be at least that; of what an index tells all', async () => {
  const most = MAX_COUNTED.read;
  const { reach } = plain({ who: 'county', name: '', filter: {}, fits: () => true });
  await execute(
    postgres.pool,
    `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, village_code, unit_id, subjects,
       occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
     SELECT 'M' || n, 'many', 1, '题', 'c1', 1, 'M' || n, 'open', true, 'M', CASE WHEN n > 1 THEN 'VM' END, 'UM', '{}', 20000, 1, 1, '[]', '{}', '许多' FROM generate_series(1, $1::int) n`,
    [most + 1],
  );
  try {
    const counted = async (filter: FindingFilter) => {
      const { total, isAtLeast } = await queries.counts(reach, filter);
      return [total, isAtLeast];
    };
    expect(await counted({ text: '许多' })).toEqual([most, true]);
    expect(await counted({ villageCodes: ['VM'] })).toEqual([most, false]);
    expect(await counted({ unitIds: ['UM'], occurredFromMs: 20_000 })).toEqual([most + 1, false]);
    expect(await counted({ occurredFromMs: 20_000, aside: 'without' })).toEqual([most + 1, false]);
  } finally {
    await execute(postgres.pool, `DELETE FROM finding WHERE rule_id = 'many'`);
  }
});
