import { withinReach, type Reach } from '@tianyan/access';
import { CHINA_OFFSET_MS, chinaDayOf, DAY_MS, RefusedError, startOfChinaDayMs, type EpochMs } from '@tianyan/kernel';
import type { Severity } from '@tianyan/rules';
import { maybeRow, pageOf, rows, type Page, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { riskParameter, riskSql, type RuleRisk } from './risk/risk.js';
import { applyFilter, ASIDE, Conditions, type FindingFilter } from './finding-conditions.js';
import {
  decodeCursor,
  encodeCursor,
  FINDING_COLUMNS,
  findingSchema,
  HISTORY_COLUMNS,
  historySchema,
  listedSchema,
  severityOfRank,
  SUMMARY_COLUMNS,
} from './finding-rows.js';
import { VERDICTS, type Verdict } from './precision/verdict.js';
import { isShown } from './rule-sets/shadow.js';
import { FINDING_STATUSES, MAX_HISTORY_ENTRIES, type FindingDetail, type FindingStatus, type FindingSummary } from './model.js';

/** `risk` asks for what the rules bring to it; a rule that is missing counts as one that nobody has checked. */
export type FindingOrder = 'lastChangedAtMs' | 'occurredAtMs' | 'severity' | 'risk';

export interface FindingCounts {
  total: number;
  byStatus: Readonly<Record<FindingStatus, number>>;
  byClass: readonly { problemClass: string; count: number }[];
  byRule: readonly { ruleId: string; title: string; count: number }[];
  /** Findings without a township are left out. */
  byTownship: readonly { townshipCode: string; count: number }[];
  bySeverity: readonly { severity: Severity; count: number }[];
  /** Of all: those that people have set aside. */
  aside: number;
  /** Decided findings; those dismissed before a class was asked are left out. */
  byVerdict: readonly { verdict: Verdict; count: number }[];
}

export interface FindingTrendDay {
  /** China calendar day, `YYYY-MM-DD`. */
  day: string;
  /** Problems that came about on this day and are not withdrawn, whenever they were found. */
  occurred: number;
  /** Opened and reopened by the data. */
  opened: number;
  /**
   * Of `opened`: found by the first look of a rule at all that was there, after history was loaded or rules were changed.
   * These say when the platform began to look, not that anything happened.
   */
  openedByFirstLook: number;
  withdrawn: number;
}

export const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 50;
/** A year and a month: more days than a chart can show. */
export const MAX_TREND_DAYS = 400;

const ORDER_COLUMNS: Readonly<Record<Exclude<FindingOrder, 'risk'>, string>> = {
  lastChangedAtMs: 'f.last_changed_at_ms',
  occurredAtMs: 'f.occurred_at_ms',
  severity: 'f.severity',
};

const idSchema = z.object({ id: z.string() });
const countSchema = z.object({ dimension: z.string(), key: z.string(), title: z.string().nullable(), count: z.int() });
const statusSchema = z.enum(FINDING_STATUSES);
const verdictSchema = z.enum(VERDICTS);
const occurredSchema = z.object({ day_number: z.int(), occurred: z.int() });
const changedSchema = z.object({ day_number: z.int(), opened: z.int(), by_first_look: z.int(), withdrawn: z.int() });

/** Reads for the console, each within the reach of who asks. Every list is bounded and paged by key. */
export class FindingQueries {
  constructor(private readonly pool: Pool) {}

  /** Greatest first by `order`. Throws RefusedError('invalid') for a cursor of another order or a spoilt one. */
  async list(
    reach: Reach,
    filter: FindingFilter,
    page: { order?: FindingOrder; cursor?: string | null; limit?: number; rules?: ReadonlyMap<string, RuleRisk> },
  ): Promise<Page<FindingSummary>> {
    const order = page.order ?? 'lastChangedAtMs';
    const limit = Math.min(Math.max(page.limit ?? DEFAULT_PAGE_SIZE, 1), MAX_PAGE_SIZE);
    const where = new Conditions(reach);
    applyFilter(where, filter);
    const column = order === 'risk' ? riskSql(where.value(riskParameter(page.rules ?? new Map()))) : ORDER_COLUMNS[order];
    if (page.cursor) {
      const [key, id] = decodeCursor(page.cursor, order);
      if (!/^-?\d{1,15}$/.test(key ?? '') || id === undefined)
        throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询。');
      where.add(`(${column}, f.id) < (${where.value(key)}::bigint, ${where.value(id)})`);
    }
    const found = await rows(
      this.pool,
      listedSchema,
      `SELECT ${SUMMARY_COLUMNS}, ${column} AS key FROM finding f ${where.sql()} ORDER BY ${column} DESC, f.id DESC LIMIT ${where.value(limit + 1)}`,
      where.values,
    );
    const { items, nextCursor } = pageOf(found, limit, ({ key, finding }) => encodeCursor([order, key, finding.id]));
    return { items: items.map(({ finding }) => finding), nextCursor };
  }

  /** Which of these findings are within the reach. */
  async within(reach: Reach, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await rows(
      this.pool,
      idSchema,
      `SELECT f.id FROM finding f WHERE f.id = ANY($1) AND ${isShown('f')} AND ${withinReach('f.township_code', '$2')}`,
      [ids, reach.townshipCodes],
    );
    return new Set(found.map(({ id }) => id));
  }

  /** With its history; null if there is none within the reach: the two must not be told apart. */
  async get(reach: Reach, id: string): Promise<FindingDetail | null> {
    const finding = await maybeRow(
      this.pool,
      findingSchema,
      `SELECT ${FINDING_COLUMNS} FROM finding f LEFT JOIN finding_scope s USING (rule_id, scope)
       WHERE f.id = $1 AND ${isShown('f')} AND ${withinReach('f.township_code', '$2')}`,
      [id, reach.townshipCodes],
    );
    if (!finding) return null;
    const history = await rows(
      this.pool,
      historySchema,
      `SELECT ${HISTORY_COLUMNS} FROM finding_history WHERE finding_id = $1 ORDER BY seq DESC LIMIT $2`,
      [id, MAX_HISTORY_ENTRIES],
    );
    return { ...finding, history };
  }

  async counts(reach: Reach, filter: FindingFilter): Promise<FindingCounts> {
    const where = new Conditions(reach);
    applyFilter(where, filter);
    const counted = await rows(
      this.pool,
      countSchema,
      `WITH chosen AS MATERIALIZED (SELECT status, problem_class, rule_id, title, township_code, severity, verdict, f.id IN (${ASIDE}) AS aside FROM finding f ${where.sql()})
       SELECT 'status' AS dimension, status AS key, NULL AS title, count(*) AS count FROM chosen GROUP BY status
       UNION ALL SELECT 'class', problem_class, NULL, count(*) FROM chosen GROUP BY problem_class
       UNION ALL SELECT 'rule', rule_id, max(title), count(*) FROM chosen GROUP BY rule_id
       UNION ALL SELECT 'township', township_code, NULL, count(*) FROM chosen WHERE township_code IS NOT NULL GROUP BY township_code
       UNION ALL SELECT 'aside', '', NULL, count(*) FROM chosen WHERE aside
       UNION ALL SELECT 'verdict', verdict, NULL, count(*) FROM chosen WHERE verdict IS NOT NULL GROUP BY verdict
       UNION ALL SELECT 'severity', severity::text, NULL, count(*) FROM chosen GROUP BY severity
       ORDER BY dimension, count DESC, key`,
      where.values,
    );
    const of = (dimension: string) => counted.filter((row) => row.dimension === dimension);
    const byStatus: Record<FindingStatus, number> = { open: 0, withdrawn: 0, dismissed: 0, promoted: 0 };
    for (const { key, count } of of('status')) byStatus[statusSchema.parse(key)] = count;
    return {
      total: Object.values(byStatus).reduce((sum, count) => sum + count, 0),
      byStatus,
      byClass: of('class').map(({ key, count }) => ({ problemClass: key, count })),
      byRule: of('rule').map(({ key, title, count }) => ({ ruleId: key, title: title ?? '', count })),
      byTownship: of('township').map(({ key, count }) => ({ townshipCode: key, count })),
      aside: of('aside')[0]?.count ?? 0,
      byVerdict: of('verdict').map(({ key, count }) => ({ verdict: verdictSchema.parse(key), count })),
      bySeverity: of('severity').map(({ key, count }) => ({ severity: severityOfRank(Number(key)), count })),
    };
  }

  /** Per China day of the county's time, every day of [fromMs, beforeMs) present. Throws RefusedError beyond {@link MAX_TREND_DAYS}. */
  async trend(
    reach: Reach,
    filter: Pick<FindingFilter, 'townshipCodes' | 'ruleIds'>,
    range: { fromMs: EpochMs; beforeMs: EpochMs },
  ): Promise<readonly FindingTrendDay[]> {
    if ((range.beforeMs - range.fromMs) / DAY_MS > MAX_TREND_DAYS)
      throw new RefusedError('invalid', `趋势最多查询 ${MAX_TREND_DAYS} 天，请缩短时间范围。`);
    const [occurred, changed] = await Promise.all([
      this.occurredPerDay(reach, { ...filter, occurredFromMs: range.fromMs, occurredBeforeMs: range.beforeMs }),
      this.changedPerDay(reach, filter, range),
    ]);
    const days: FindingTrendDay[] = [];
    for (let atMs = startOfChinaDayMs(chinaDayOf(range.fromMs)); atMs < range.beforeMs; atMs += DAY_MS) {
      const day = chinaDayOf(atMs);
      const row = changed.get(day);
      days.push({
        day,
        occurred: occurred.get(day)?.occurred ?? 0,
        opened: row?.opened ?? 0,
        openedByFirstLook: row?.by_first_look ?? 0,
        withdrawn: row?.withdrawn ?? 0,
      });
    }
    return days;
  }

  private async occurredPerDay(
    reach: Reach,
    filter: FindingFilter,
  ): Promise<ReadonlyMap<string, z.output<typeof occurredSchema>>> {
    const where = new Conditions(reach);
    applyFilter(where, filter);
    where.add(`f.status <> 'withdrawn'`);
    const found = await rows(
      this.pool,
      occurredSchema,
      `SELECT ${dayNumber(where, 'f.occurred_at_ms')} AS day_number, count(*) AS occurred FROM finding f ${where.sql()} GROUP BY 1`,
      where.values,
    );
    return byChinaDay(found);
  }

  private async changedPerDay(
    reach: Reach,
    filter: FindingFilter,
    range: { fromMs: EpochMs; beforeMs: EpochMs },
  ): Promise<ReadonlyMap<string, z.output<typeof changedSchema>>> {
    const where = new Conditions(reach);
    applyFilter(where, filter);
    where.add(`h.at_ms >= ${where.value(range.fromMs)}`);
    where.add(`h.at_ms < ${where.value(range.beforeMs)}`);
    where.add(`h.event IN ('opened', 'reopened', 'withdrawn') AND h.actor IS NULL`);
    const found = await rows(
      this.pool,
      changedSchema,
      `SELECT ${dayNumber(where, 'h.at_ms')} AS day_number,
         count(*) FILTER (WHERE h.event <> 'withdrawn') AS opened,
         count(*) FILTER (WHERE h.event <> 'withdrawn' AND s.reason IN ('first-load', 'changed-rules')) AS by_first_look,
         count(*) FILTER (WHERE h.event = 'withdrawn') AS withdrawn
       FROM finding_history h JOIN finding f ON f.id = h.finding_id LEFT JOIN finding_sweep s ON s.id = h.cause->>'sweepId'
       ${where.sql()} GROUP BY 1`,
      where.values,
    );
    return byChinaDay(found);
  }
}

/** The number of the China day of an instant, days since 1970. */
function dayNumber(where: Conditions, column: string): string {
  return `(${column} + ${where.value(CHINA_OFFSET_MS)}) / ${where.value(DAY_MS)}`;
}

function byChinaDay<T extends { day_number: number }>(days: readonly T[]): ReadonlyMap<string, T> {
  return new Map(days.map((day) => [chinaDayOf(day.day_number * DAY_MS - CHINA_OFFSET_MS), day]));
}
