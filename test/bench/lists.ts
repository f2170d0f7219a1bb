import { Reach } from '@tianyan/access';
import {
  FindingDecisions,
  FindingGroups,
  FindingPlaces,
  FindingQueries,
  FindingSearch,
  FindingTallies,
  findingsMigrations,
  MAX_PAGE_SIZE,
  NamedOrders,
  PrecisionQueries,
  WeekQueries,
  type FindingFilter,
  type RuleRisk,
} from '@tianyan/findings';
import { DAY_MS, systemClock } from '@tianyan/kernel';
import { execute, rows, type Page, type Pool, type Queryable } from '@tianyan/postgres';
import { startTestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { z } from 'zod';
import { benchWrites, type WriteRow } from './list-writes.js';

/** Milliseconds that somebody at the console waits for one answer. */
export interface ListRow {
  name: string;
  p50Ms: number;
  p95Ms: number;
}

export interface BulkResult {
  findings: number;
  elapsedMs: number;
}

export interface ListsResult {
  writes: readonly WriteRow[];
  bulk: BulkResult;
}

/** Each is asked so often after a first time that is not counted. */
const RUNS = 20;
const PAGE = 50;
/** As far as somebody goes on before narrowing the list, and as far as a program that reads all of it. */
const DEEP_PAGES = [20, 200];
const NOW_MS = Date.parse('2026-07-01T09:00:00+08:00');
const BULK = 5_000;
const WEEK = '2026-06-29';
/** That people have set aside, each an order of a rule. */
const EXEMPTIONS = 300;

const RULES = 40;
const TOWNSHIPS = 14;
const VILLAGES = 260;
const UNITS = 70;
const townshipOf = (n: number) => `3209211${String(n).padStart(2, '0')}`;

const WHOLE_COUNTY = reachOf(null);
const ONE_TOWNSHIP = reachOf([townshipOf(3)]);

/** What 40 rules bring: some were checked more, and confirmed more often, than others. */
const RISKS: ReadonlyMap<string, RuleRisk> = new Map(
  Array.from({ length: RULES }, (_, i) => [`rule-${i}`, { permille: 50 + 20 * i }]),
);

/** Findings in a real server, and what the console's lists ask of it. */
export async function benchLists(size: number, onRow: (row: ListRow) => void): Promise<ListsResult> {
  const postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  try {
    await plant(postgres.pool, size);
    for (const { name, ask } of asks(postgres.pool)) onRow(await measured(name, ask));
    const writes = await benchWrites(postgres.pool, size, (client, numbers) => storeFindings(client, { ...numbers, size }));
    return { writes, bulk: await bulk(postgres.pool, Math.min(BULK, Math.floor(size / 4))) };
  } finally {
    await postgres.stop();
  }
}

interface Ask {
  name: string;
  ask: () => Promise<unknown>;
}

function asks(pool: Pool): Ask[] {
  const queries = new FindingQueries(pool);
  const groups = new FindingGroups(pool);
  const places = new FindingPlaces(pool);
  const precision = new PrecisionQueries(pool);
  const search = new FindingSearch(pool);
  // What the machine itself takes, busy as it is.
  const nothing: Ask = { name: 'nothing (SELECT 1)', ask: () => execute(pool, 'SELECT 1') };
  const list = (
    name: string,
    filter: FindingFilter,
    order: 'risk' | 'lastChangedAtMs' = 'lastChangedAtMs',
    reach = WHOLE_COUNTY,
    rules = RISKS,
  ): Ask => ({ name, ask: () => queries.list(reach, filter, { order, limit: PAGE, rules }) });
  const open: FindingFilter = { statuses: ['open'] };
  const waiting: FindingFilter = { ...open, aside: 'without' };
  const month = { occurredFromMs: NOW_MS - 31 * DAY_MS, occurredBeforeMs: NOW_MS };
  const team = { id: 't', isDefault: false, townshipCodes: [townshipOf(3)], minSeverity: 'low', weeklyBudget: 50 } as const;
  const queue = { team, taken: { townships: [townshipOf(3)], conditional: [] } };
  const week = { queue, week: WEEK };
  const unitTeam = { ...team, townshipCodes: [], unitIds: ['U7', 'U8', 'U9'] };
  const ofUnits = { queue: { team: unitTeam, taken: { townships: [], conditional: [unitTeam] } }, week: WEEK };
  const months = { startsMs: Array.from({ length: 12 }, (_, i) => NOW_MS - (12 - i) * 30 * DAY_MS), beforeMs: NOW_MS };
  const nobodys = NamedOrders.none;
  return [
    nothing,
    list('list, newest', {}),
    list('list, what waits, newest', waiting),
    list('list, what waits, by risk', waiting, 'risk'),
    list('list, what waits, by risk, nothing checked', waiting, 'risk', WHOLE_COUNTY, new Map()),
    list('list, one township’s reach, by risk', waiting, 'risk', ONE_TOWNSHIP),
    list('list, one township’s reach, newest', waiting, 'lastChangedAtMs', ONE_TOWNSHIP),
    list('list, all, by risk', {}, 'risk'),
    list('list, a team’s week, by risk', { ...waiting, queue: { ...week, place: 'week' } }, 'risk'),
    list('list, behind a team’s week, by risk', { ...waiting, queue: { ...week, place: 'behind' } }, 'risk'),
    list('list, by rule, by risk', { ...open, ruleIds: ['rule-7'] }, 'risk'),
    list('list, by unit, by risk', { ...open, unitIds: ['U7'] }, 'risk'),
    list('list, of a month, by risk', { ...open, ...month }, 'risk'),
    list('list, by township', { ...open, townshipCodes: [townshipOf(5)] }),
    list('list, by village', { ...open, villageCodes: ['V7'] }),
    list('list, by unit', { ...open, unitIds: ['U7'] }),
    list('list, by rule', { ...open, ruleIds: ['rule-7'] }),
    list('list, by class and severity', { ...open, problemClasses: ['class-3'], severities: ['high'] }),
    list('list, by verdict', { verdicts: ['confirmed'] }),
    list('list, of a month', { ...open, ...month }),
    list('list, about one order', { subjects: [{ kind: 'orderId', code: 'GD-777' }] }),
    list('list, a rare text', { text: 'GD-4711' }),
    list('list, a rare text, by risk', { ...waiting, text: 'GD-4711' }, 'risk'),
    list('list, a text of many, newest', { ...waiting, text: '超过规定次数' }),
    list('list, a text of many, by risk', { ...waiting, text: '超过规定次数' }, 'risk'),
    list('list, a text of one in a hundred, by risk', { ...waiting, text: 'GD-12' }, 'risk'),
    list('list, a rare Chinese text', { ...waiting, text: '红旗水库' }),
    ...DEEP_PAGES.flatMap((page) => [
      { name: `list, newest, page ${page}`, ask: deepPage(page, listPage(queries, waiting, 'lastChangedAtMs')) },
      { name: `list, by risk, page ${page}`, ask: deepPage(page, listPage(queries, waiting, 'risk')) },
    ]),
    {
      name: 'first page of an export',
      ask: () => queries.list(WHOLE_COUNTY, {}, { order: 'occurredAtMs', limit: MAX_PAGE_SIZE }),
    },
    { name: 'counts, all', ask: () => queries.counts(WHOLE_COUNTY, {}) },
    { name: 'counts, what is open', ask: () => queries.counts(WHOLE_COUNTY, open) },
    { name: 'counts, one township’s reach', ask: () => queries.counts(ONE_TOWNSHIP, {}) },
    { name: 'counts, what waits', ask: () => queries.counts(WHOLE_COUNTY, waiting) },
    { name: 'counts, of a unit', ask: () => queries.counts(WHOLE_COUNTY, { ...open, unitIds: ['U7'] }) },
    { name: 'counts, of a rare text', ask: () => queries.counts(WHOLE_COUNTY, { text: 'GD-4711' }) },
    { name: 'counts, of a text of one in a hundred', ask: () => queries.counts(WHOLE_COUNTY, { text: 'GD-12' }) },
    { name: 'counts, of a text of many', ask: () => queries.counts(WHOLE_COUNTY, { text: '超过规定次数' }) },
    { name: 'counts, of a team’s week', ask: () => queries.counts(WHOLE_COUNTY, { ...open, queue: { ...week, place: 'both' } }) },
    {
      name: 'counts, behind a team’s week',
      ask: () => queries.counts(WHOLE_COUNTY, { ...waiting, queue: { ...week, place: 'behind' } }),
    },
    {
      name: 'counts, of a queue of units',
      ask: () => queries.counts(WHOLE_COUNTY, { ...open, queue: { ...ofUnits, place: 'both' } }),
    },
    { name: 'counts, of a village', ask: () => queries.counts(WHOLE_COUNTY, { villageCodes: ['V7'] }) },
    { name: 'counts, of a month', ask: () => queries.counts(WHOLE_COUNTY, month) },
    { name: 'counts, of a month and a unit', ask: () => queries.counts(WHOLE_COUNTY, { ...month, unitIds: ['U7'] }) },
    { name: 'counts, of all years', ask: () => queries.counts(WHOLE_COUNTY, { occurredBeforeMs: NOW_MS }) },
    { name: 'trend of a month', ask: () => queries.trend(WHOLE_COUNTY, {}, { fromMs: month.occurredFromMs, beforeMs: NOW_MS }) },
    { name: 'groups, newest', ask: () => groups.list(WHOLE_COUNTY, waiting, { limit: PAGE }) },
    { name: 'groups, by risk', ask: () => groups.list(WHOLE_COUNTY, waiting, { limit: PAGE, risks: RISKS }) },
    {
      name: 'groups, newest, page 20',
      ask: deepPage(20, (cursor) => groups.list(WHOLE_COUNTY, waiting, { limit: PAGE, cursor })),
    },
    {
      name: 'groups, by risk, page 20',
      ask: deepPage(20, (cursor) => groups.list(WHOLE_COUNTY, waiting, { limit: PAGE, cursor, risks: RISKS })),
    },
    { name: 'groups, newest, one township’s reach', ask: () => groups.list(ONE_TOWNSHIP, waiting, { limit: PAGE }) },
    {
      name: 'groups, by risk, one township’s reach',
      ask: () => groups.list(ONE_TOWNSHIP, waiting, { limit: PAGE, risks: RISKS }),
    },
    { name: 'what was right of each rule', ask: () => precision.byRule(WHOLE_COUNTY) },
    {
      name: 'place: months of a township',
      ask: () => places.perPeriod(WHOLE_COUNTY, { kind: 'township', code: townshipOf(5), except: nobodys }, months),
    },
    {
      name: 'place: months of a unit',
      ask: () => places.perPeriod(WHOLE_COUNTY, { kind: 'unit', code: 'U7', except: nobodys }, months),
    },
    { name: 'week of a team', ask: () => new WeekQueries(pool).counts(WHOLE_COUNTY, queue, WEEK, RISKS) },
    { name: 'week of a team of units', ask: () => new WeekQueries(pool).counts(WHOLE_COUNTY, ofUnits.queue, WEEK, RISKS) },
    { name: 'search, a number', ask: () => search.find(WHOLE_COUNTY, 'GD-4711', PAGE) },
    nothing,
  ];
}

type AskPage = (cursor: string | null) => Promise<Page<unknown>>;

function listPage(queries: FindingQueries, filter: FindingFilter, order: 'lastChangedAtMs' | 'risk'): AskPage {
  return (cursor) => queries.list(WHOLE_COUNTY, filter, { order, limit: PAGE, cursor, rules: RISKS });
}

/** The last page is measured, those on the way to it once. */
function deepPage(pages: number, ask: AskPage): () => Promise<unknown> {
  let cursor: string | null | undefined;
  return async () => {
    if (cursor === undefined) {
      cursor = null;
      for (let page = 1; page < pages; page++) {
        cursor = (await ask(cursor)).nextCursor;
        if (cursor === null) return;
      }
    }
    await ask(cursor);
  };
}

async function measured(name: string, ask: () => Promise<unknown>): Promise<ListRow> {
  await ask();
  const elapsed: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startMs = performance.now();
    await ask();
    elapsed.push(performance.now() - startMs);
  }
  elapsed.sort((a, b) => a - b);
  const at = (share: number) => elapsed[Math.min(RUNS - 1, Math.ceil(share * RUNS) - 1)] ?? Number.NaN;
  return { name, p50Ms: at(0.5), p95Ms: at(0.95) };
}

/** Spread over rules, places and a year; no two runs differ. */
async function plant(pool: Pool, size: number): Promise<void> {
  await storeFindings(pool, { from: 1, to: size, size });
  await execute(
    pool,
    `INSERT INTO finding_exemption (rule_id, subject_kind, subject_code, kind, reason, document, actor, made_at_ms)
     SELECT rule_id, 'orderId', subjects ->> 'orderId', 'exception', '经批准', '文件', 'bench', $1 FROM finding WHERE status = 'open' ORDER BY id LIMIT $2`,
    [NOW_MS, EXEMPTIONS],
  );
  await execute(
    pool,
    `INSERT INTO finding_week_place (team_id, week, finding_id, taken_at_ms)
     SELECT 't', $1, id, $2 FROM finding WHERE status = 'open' AND township_code = $3 ORDER BY id DESC LIMIT 50`,
    [WEEK, NOW_MS, townshipOf(3)],
  );
  await new FindingTallies(pool).fold();
  for (const table of ['finding', 'finding_tally', 'finding_exemption', 'finding_week_place'])
    await execute(pool, `VACUUM ANALYZE ${table}`);
}

/** Findings as the correlator stores them, by their numbers, of so many in all. */
async function storeFindings(db: Queryable, { from, to, size }: { from: number; to: number; size: number }): Promise<void> {
  await execute(
    db,
    `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, village_code, unit_id,
       subjects, occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation, verdict, amount_figure)
     SELECT 'F' || lpad(n::text, 9, '0'), 'rule-' || rule, 1, '规则 ' || rule, 'class-' || rule % 9, 1 + (n * 7 % 3), 'GD-' || n, status, status = 'open',
       '3209211' || lpad((village % $3)::text, 2, '0'), 'V' || village, 'U' || n * 13 % $5,
       jsonb_build_object('orderId', 'GD-' || n, 'unitId', 'U' || n * 13 % $5), $6::bigint - n * ($7::bigint / $1::bigint), $6::bigint - n, $6::bigint - n * 1000,
       (SELECT jsonb_agg(jsonb_build_object('type', 'hotline.order-event', 'id', n || '-' || e, 'version', 1, 'streamOffset', n, 'hash', md5(e::text), 'atMs', n, 'role', 'returned')) FROM generate_series(1, 1 + n % 7) e),
       jsonb_build_object('returns', n % 9, 'amountFen', n % 1000 * 100000), '工单 GD-' || n || ' 被退回 ' || n % 9 || ' 次，超过规定次数，须核实退回理由',
       CASE WHEN status = 'dismissed' THEN 'unfounded' WHEN status = 'promoted' THEN 'confirmed' END,
       CASE WHEN rule % 4 = 0 THEN 'amountFen' END
     FROM (SELECT n, n * 31 % $2 AS rule, n * 17 % $4 AS village,
         CASE WHEN n % 20 < 9 THEN 'open' WHEN n % 20 < 14 THEN 'dismissed' WHEN n % 20 < 15 THEN 'promoted' ELSE 'withdrawn' END AS status
       FROM generate_series($8::int, $9::int) n) spread`,
    [size, RULES, TOWNSHIPS, VILLAGES, UNITS, NOW_MS, 365 * DAY_MS, from, to],
  );
}

/** One after the other, as the dialog asks. */
async function bulk(pool: Pool, count: number): Promise<BulkResult> {
  const open = await rows(
    pool,
    z.object({ id: z.string() }),
    `SELECT id FROM finding WHERE status = 'open' ORDER BY id LIMIT $1`,
    [count],
  );
  const decisions = new FindingDecisions({ pool, countyClock: systemClock });
  const decide = (findingId: string) =>
    decisions.decide(WHOLE_COUNTY, {
      findingId,
      decision: 'dismiss',
      actor: 'bench',
      reason: '逐条核对',
      dismissal: 'unfounded',
    });
  const startMs = performance.now();
  for (const { id } of open) await decide(id);
  return { findings: open.length, elapsedMs: performance.now() - startMs };
}

function reachOf(townshipCodes: readonly string[] | null): Reach {
  const user = {
    id: 'bench',
    account: 'bench',
    displayName: 'bench',
    role: 'analyst',
    problemClasses: null,
    unitCodes: [],
    mustChangePassword: false,
  } as const;
  return Reach.of({ user: { ...user, townshipCodes } });
}
