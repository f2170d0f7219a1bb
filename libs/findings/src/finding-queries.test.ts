import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { DAY_MS, ManualClock, startOfChinaDayMs } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { FindingDecisions } from './finding-decisions.js';
import type { FindingFilter } from './finding-conditions.js';
import { FindingQueries, MAX_PAGE_SIZE, MAX_TREND_DAYS, type FindingOrder } from './finding-queries.js';
import { sourcesMigrations } from '@tianyan/sources';
import { findingsMigrations, PrecisionQueries } from './index.js';
import type { Cause, FindingStatus } from './model.js';

const EAST = '320921100';
const WEST = '320921200';
const DAY = '2026-03-05';
const NOON_MS = startOfChinaDayMs(DAY) + DAY_MS / 2;

function reachOf(townshipCodes: readonly string[] | null): Reach {
  const user = {
    id: 'u',
    account: 'a',
    displayName: '甲',
    role: 'analyst',
    townshipCodes,
    problemClasses: null,
    unitCodes: [],
    mustChangePassword: false,
  } as const;
  return Reach.of({ user });
}
const COUNTY = reachOf(null);

let postgres: TestPostgres;
let queries: FindingQueries;
let decisions: FindingDecisions;
const clock = new ManualClock(NOON_MS);

beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  queries = new FindingQueries(postgres.pool);
  decisions = new FindingDecisions({ pool: postgres.pool, countyClock: clock });
});
afterAll(() => postgres.stop());
afterEach(() => execute(postgres.pool, 'TRUNCATE finding, finding_history, finding_sweep, finding_drift').then(() => undefined));

interface Stored {
  ruleId?: string;
  problemClass?: string;
  severity?: number;
  scope?: string;
  status?: FindingStatus;
  holds?: boolean;
  township?: string | null;
  atMs?: number;
  explanation?: string;
}

async function store(id: string, given: Stored = {}): Promise<void> {
  const {
    ruleId = 'overdue',
    problemClass = '不作为',
    severity = 2,
    scope = `S-${id}`,
    status = 'open',
    township = EAST,
  } = given;
  const { holds = status !== 'withdrawn', atMs = NOON_MS, explanation = '超期未办' } = given;
  await execute(
    postgres.pool,
    `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, subjects,
       occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
     VALUES ($1, $2, 1, '规则' || $2, $3, $4, $5, $6, $7, $8, '{"orderId":"GD-1"}', $9, $9, $9, '[]', '{"days":3}', $10)`,
    [id, ruleId, problemClass, severity, scope, status, holds, township, atMs, explanation],
  );
}

async function note(id: string, event: string, atMs: number, cause: unknown = { kind: 'time' }): Promise<void> {
  await execute(
    postgres.pool,
    `INSERT INTO finding_history (finding_id, at_ms, event, status_before, status_after, rule_version, cause, explanation, evidence, figures)
     VALUES ($1, $2, $3, NULL, 'open', 1, $4, '', '[]', '{}')`,
    [id, atMs, event, JSON.stringify(cause)],
  );
}

async function listed(filter: FindingFilter, reach = COUNTY): Promise<string[]> {
  return (await queries.list(reach, filter, {})).items.map(({ id }) => id).sort();
}

describe('a list', () => {
  test.each<Exclude<FindingOrder, 'risk'>>(['lastChangedAtMs', 'occurredAtMs'])(
    'by %s has each finding once over its pages, the greatest first, also where many are equal',
    async (order) => {
      for (let i = 0; i < 11; i++) await store(`F${i}`, { atMs: NOON_MS + Math.floor(i / 4), severity: 1 + (i % 3) });
      const seen: { id: string; key: number }[] = [];
      let cursor: string | null = null;
      do {
        const page = await queries.list(COUNTY, {}, { order, cursor, limit: 3 });
        for (const item of page.items) seen.push({ id: item.id, key: item[order] });
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen.map(({ id }) => id).sort()).toEqual(Array.from({ length: 11 }, (_, i) => `F${i}`).sort());
      const keys = seen.map(({ key }) => key);
      expect(keys).toEqual(keys.toSorted((a, b) => b - a));
    },
  );

  test('has no more than a page holds, and no next one after the last', async () => {
    await store('F1');
    const page = await queries.list(COUNTY, {}, { limit: MAX_PAGE_SIZE * 10 });
    expect([page.items.length, page.nextCursor]).toEqual([1, null]);
    expect((await queries.list(COUNTY, {}, { limit: 0 })).items).toHaveLength(1);
  });

  test('refuses a place of another order, and one that is spoilt', async () => {
    for (const id of ['F1', 'F2']) await store(id);
    const { nextCursor } = await queries.list(COUNTY, {}, { order: 'lastChangedAtMs', limit: 1 });
    expect(nextCursor).not.toBeNull();
    const forged = Buffer.from(JSON.stringify(['occurredAtMs', '1); DROP TABLE finding; --', 'F1'])).toString('base64url');
    for (const [order, cursor] of [
      ['occurredAtMs', nextCursor],
      ['occurredAtMs', 'no cursor'],
      ['occurredAtMs', forged],
    ] as const)
      await expect(queries.list(COUNTY, {}, { order, cursor })).rejects.toThrow('翻页位置无效');
  });

  test('holds to every condition, and finds words as they are written', async () => {
    await store('F1', { explanation: '完成 50% 的合同_甲', severity: 3, ruleId: 'lease' });
    await store('F2', { explanation: '完成 500 的合同甲', status: 'dismissed', township: WEST, atMs: NOON_MS + DAY_MS });
    await store('F3', { scope: 'GD-77|U7', status: 'withdrawn', problemClass: '乱作为', township: null });
    expect(await listed({ text: '50%' })).toEqual(['F1']);
    expect(await listed({ text: '合同_' })).toEqual(['F1']);
    expect(await listed({ text: 'gd-77' })).toEqual(['F3']);
    expect(await listed({ statuses: ['open', 'dismissed'], severities: ['medium'] })).toEqual(['F2']);
    expect(await listed({ ruleIds: ['lease', 'none'], problemClasses: [] })).toEqual(['F1']);
    expect(await listed({ problemClasses: ['乱作为'] })).toEqual(['F3']);
    expect(await listed({ occurredFromMs: NOON_MS, occurredBeforeMs: NOON_MS + DAY_MS })).toEqual(['F1', 'F3']);
  });
});

describe('within the reach of who asks', () => {
  beforeEach(async () => {
    await store('E', { township: EAST });
    await store('W', { township: WEST });
    await store('N', { township: null });
  });

  test('what lies outside is not listed, not counted and not there, whatever the filter says', async () => {
    const east = reachOf([EAST]);
    expect(await listed({}, east)).toEqual(['E']);
    expect(await listed({ townshipCodes: [WEST] }, east)).toEqual([]);
    expect(await listed({}, reachOf([]))).toEqual([]);
    expect(await listed({})).toEqual(['E', 'N', 'W']);
    expect((await queries.counts(east, {})).total).toBe(1);
    expect(await queries.get(east, 'W')).toBeNull();
    expect(await queries.get(east, 'N')).toBeNull();
    expect((await queries.get(east, 'E'))?.id).toBe('E');
  });

  test('nobody decides about it, and nothing is written', async () => {
    const request = { findingId: 'W', decision: 'dismiss', actor: 'li', reason: '核实过' } as const;
    await expect(decisions.decide(reachOf([EAST]), request)).rejects.toMatchObject({ code: 'not-found' });
    expect(await queries.get(COUNTY, 'W')).toMatchObject({ status: 'open', history: [] });
  });
});

test('counts are of all that fits the filter, each dimension the greatest first', async () => {
  await store('F1', { severity: 3 });
  await store('F2', { status: 'dismissed', township: WEST });
  await store('F3', { ruleId: 'lease', problemClass: '乱作为', township: WEST });
  await store('F4', { status: 'withdrawn', township: null });
  expect(await queries.counts(COUNTY, { statuses: ['open', 'dismissed', 'withdrawn'] })).toEqual({
    total: 4,
    isAtLeast: false,
    asOf: expect.stringMatching(/^\d+:\d+:/),
    byStatus: { open: 2, withdrawn: 1, dismissed: 1, promoted: 0 },
    byClass: [
      { problemClass: '不作为', count: 3 },
      { problemClass: '乱作为', count: 1 },
    ],
    byRule: [
      { ruleId: 'overdue', title: '规则overdue', count: 3 },
      { ruleId: 'lease', title: '规则lease', count: 1 },
    ],
    byTownship: [
      { townshipCode: WEST, count: 2 },
      { townshipCode: EAST, count: 1 },
    ],
    aside: 0,
    byVerdict: [],
    bySeverity: [
      { severity: 'medium', count: 3 },
      { severity: 'high', count: 1 },
    ],
  });
  expect((await queries.counts(COUNTY, { ruleIds: ['none'] })).total).toBe(0);
});

describe('a trend', () => {
  const startMs = startOfChinaDayMs(DAY);

  test('has every day of China, and what happened at its first and last millisecond', async () => {
    await store('F1', { atMs: startMs });
    await store('F2', { atMs: startMs + DAY_MS - 1 });
    await store('F3', { atMs: startMs + 2 * DAY_MS, status: 'dismissed' });
    await store('F4', { atMs: startMs, status: 'withdrawn' });
    await execute(
      postgres.pool,
      `INSERT INTO finding_sweep (id, reason, rule_ids, started_at_ms, now_ms, state) VALUES ('s1', 'first-load', '{}', 1, 1, 'done')`,
    );
    await note('F1', 'opened', startMs, { kind: 'sweep', sweepId: 's1' });
    await note('F2', 'reopened', startMs + DAY_MS - 1);
    await note('F4', 'withdrawn', startMs + DAY_MS);
    await note('F4', 'changed', startMs + DAY_MS);
    const trend = await queries.trend(COUNTY, {}, { fromMs: startMs, beforeMs: startMs + 3 * DAY_MS });
    expect(trend).toEqual([
      { day: '2026-03-05', occurred: 2, opened: 2, openedByFirstLook: 1, withdrawn: 0 },
      { day: '2026-03-06', occurred: 0, opened: 0, openedByFirstLook: 0, withdrawn: 1 },
      { day: '2026-03-07', occurred: 1, opened: 0, openedByFirstLook: 0, withdrawn: 0 },
    ]);
  });

  test('is refused for more days than a chart can show', async () => {
    const range = { fromMs: startMs, beforeMs: startMs + (MAX_TREND_DAYS + 1) * DAY_MS };
    await expect(queries.trend(COUNTY, {}, range)).rejects.toThrow(`趋势最多查询 ${MAX_TREND_DAYS} 天`);
  });
});

describe('the history', () => {
  test('is read whatever kind of cause it has, also as it was written before causes had more parts', async () => {
    await store('F1');
    const record = { type: 't', id: 'i', version: 1, streamOffset: 2, hash: 'h', atMs: 3, deleted: false, batch: 'b' };
    const edit = { editedBy: 'a', reviewedBy: 'b', editReason: 'c', editOf: '7' };
    const causes: Cause[] = [
      { kind: 'records', batches: ['b'], records: [record] },
      { kind: 'records', batches: ['b'], records: [{ ...record, edit }], traces: ['t1'] },
      { kind: 'time' },
      { kind: 'sweep', sweepId: 's' },
      { kind: 'rule-changed', sweepId: 's', version: 2 },
      { kind: 'rule-retired' },
      { kind: 'person' },
    ];
    for (const [i, cause] of causes.entries()) await note('F1', 'changed', i, cause);
    const found = await queries.get(COUNTY, 'F1');
    expect(found?.history.map(({ cause }) => cause)).toEqual(causes.toReversed());
    expect(found?.history.map(({ atMs }) => atMs)).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  test('of a cause that nobody knows stops the page and does not show half of it', async () => {
    await store('F1');
    await note('F1', 'changed', 1, { kind: 'horoscope' });
    await expect(queries.get(COUNTY, 'F1')).rejects.toThrow('column "cause');
  });
});

describe('a decision', () => {
  const decide = (decision: 'dismiss' | 'promote' | 'reopen', reason: string | null = '核实过') =>
    decisions.decide(COUNTY, { findingId: 'F1', decision, actor: 'li', reason });

  test('stands with its reason and its person, and is taken back to what the data say', async () => {
    await store('F1');
    expect(await decide('dismiss')).toMatchObject({
      status: 'dismissed',
      decisionReason: '核实过',
      decidedBy: 'li',
      decidedAtMs: NOON_MS,
      history: [{ event: 'dismissed', actor: 'li', reason: '核实过', statusBefore: 'open', statusAfter: 'dismissed' }],
    });
    await execute(postgres.pool, `UPDATE finding SET holds = false WHERE id = 'F1'`);
    expect(await decide('reopen')).toMatchObject({ status: 'withdrawn', decisionReason: null, decidedBy: null });
    expect(await decide('promote', null)).toMatchObject({ status: 'promoted', decisionReason: null, decidedBy: 'li' });
    await execute(postgres.pool, `UPDATE finding SET holds = true WHERE id = 'F1'`);
    expect((await decide('reopen')).status).toBe('open');
  });

  test('says what was found out, which is counted by rule and by the version that had found it, within reach', async () => {
    const dismiss = (findingId: string, dismissal: 'unfounded' | 'permitted' | 'data-error') =>
      decisions.decide(COUNTY, { findingId, decision: 'dismiss', dismissal, actor: 'li', reason: '核实过' });
    for (const id of ['F1', 'F2', 'F3', 'F4']) await store(id);
    expect(await decide('promote')).toMatchObject({ verdict: 'confirmed', history: [{ verdict: 'confirmed' }] });
    expect(await dismiss('F2', 'permitted')).toMatchObject({ verdict: 'permitted', history: [{ verdict: 'permitted' }] });
    await dismiss('F3', 'unfounded');
    await dismiss('F4', 'data-error');
    // Found by a newer version since; what was checked was the older one's.
    await execute(postgres.pool, `UPDATE finding SET rule_version = rule_version + 1 WHERE id = 'F1'`);
    // What the data no longer support was checked all the same.
    await execute(postgres.pool, `UPDATE finding SET holds = false WHERE id = ANY($1)`, [['F1', 'F2']]);
    const precision = new PrecisionQueries(postgres.pool);
    const ruleId = (await queries.get(COUNTY, 'F1'))?.ruleId ?? '';
    const expected = { checked: 3, confirmed: 1, permitted: 1, dataErrors: 1, share: { value: 1 / 3 } };
    expect((await precision.byRule(COUNTY)).get(ruleId)).toMatchObject(expected);
    expect(await precision.byVersion(COUNTY, ruleId)).toMatchObject([{ precision: expected }]);
    expect((await precision.byRule(reachOf(['none']))).size).toBe(0);
    expect((await queries.counts(COUNTY, {})).byVerdict.map(({ verdict }) => verdict).toSorted()).toEqual([
      'confirmed',
      'data-error',
      'permitted',
      'unfounded',
    ]);
    const { items } = await queries.list(COUNTY, { verdicts: ['permitted', 'data-error'] }, {});
    expect(items.map(({ id }) => id).toSorted()).toEqual(['F2', 'F4']);
    await decide('reopen');
    expect((await precision.byRule(COUNTY)).get(ruleId)).toMatchObject({ checked: 2, confirmed: 0 });
  });

  test('needs a reason where it takes something away, and blanks are none', async () => {
    await store('F1');
    for (const [decision, reason] of [
      ['dismiss', null],
      ['dismiss', '  '],
      ['reopen', ''],
    ] as const)
      await expect(decide(decision, reason)).rejects.toMatchObject({ code: 'invalid' });
    expect((await queries.get(COUNTY, 'F1'))?.history).toEqual([]);
  });

  test.each([
    ['open', 'reopen', '无需恢复'],
    ['withdrawn', 'reopen', '无需恢复'],
    ['dismissed', 'dismiss', '已被排除'],
    ['dismissed', 'promote', '已被排除'],
    ['promoted', 'dismiss', '已被转为线索'],
  ] as const)('about a finding that is %s is refused: %s', async (status, decision, words) => {
    await store('F1', { status });
    await expect(decide(decision)).rejects.toThrow(words);
  });

  test('of two at once one is made, and the other hears of it', async () => {
    await store('F1');
    const outcomes = await Promise.allSettled([decide('dismiss'), decide('promote')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await queries.get(COUNTY, 'F1'))?.history).toHaveLength(1);
  });

  test('never turns the time of the last change back', async () => {
    await store('F1', { atMs: NOON_MS + DAY_MS });
    expect((await decide('dismiss')).lastChangedAtMs).toBe(NOON_MS + DAY_MS);
  });
});
