import type { Reach } from '@tianyan/access';
import { CHINA_OFFSET_MS, chinaDayOf, DAY_MS, RefusedError, startOfChinaDayMs, type EpochMs } from '@tianyan/kernel';
import { inSnapshot, maybeRow, pageOf, rows, type Page, type Pool } from '@tianyan/postgres';
import type { EvidenceRef } from '@tianyan/rules';
import { z } from 'zod';
import type { RuleRisk } from './risk/risk.js';
import { countFindings, type FindingCounts } from './finding-counts.js';
import { topByRisk, type ListPosition, type RankedPage } from './finding-ranks.js';
import { isFindingWithin } from './finding-reach.js';
import { fenceSparse } from './finding-sparse.js';
import { applyFilter, Conditions, type FindingFilter } from './finding-conditions.js';
import {
  decodeCursor,
  encodeCursor,
  FINDING_COLUMNS,
  findingSchema,
  HISTORY_COLUMNS,
  historySchema,
  listedSchema,
  SUMMARY_COLUMNS,
} from './finding-rows.js';
import { isShown } from './rule-sets/shadow.js';
import { evidenceSchema, MAX_HISTORY_ENTRIES, type FindingDetail, type FindingSummary } from './model.js';

/** `risk` asks for what the rules bring to it; a rule that is missing counts as one that nobody has checked. */
export type FindingOrder = 'lastChangedAtMs' | 'occurredAtMs' | 'risk';

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
};

const idSchema = z.object({ id: z.string() });
const provedSchema = z.object({ evidence: evidenceSchema });
const occurredSchema = z.object({ day_number: z.int(), occurred: z.int() });
const changedSchema = z.object({ day_number: z.int(), opened: z.int(), by_first_look: z.int(), withdrawn: z.int() });

/** Reads for the console; what is shown is within the reach of who asks. Every list is bounded and paged by key. */
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
    const after = page.cursor ? positionOf(page.cursor, order) : null;
    const asked = { limit: limit + 1, after };
    const found =
      order === 'risk'
        ? await this.byRisk(reach, filter, { ...asked, risks: page.rules ?? new Map() })
        : await this.inOrder(reach, filter, { ...asked, column: ORDER_COLUMNS[order] });
    const { items, nextCursor } = pageOf(found, limit, ({ key, finding }) => encodeCursor([order, key, finding.id]));
    return { items: items.map(({ finding }) => finding), nextCursor };
  }

  /** The columns of a list for the few that were ranked, as they were then. */
  private byRisk(reach: Reach, filter: FindingFilter, page: RankedPage): Promise<z.output<typeof listedSchema>[]> {
    return inSnapshot(this.pool, async (client) => {
      const top = await topByRisk(client, reach, filter, page);
      const where = new Conditions(reach);
      const ids = where.value(top.map(({ id }) => id));
      const risks = where.value(top.map(({ risk }) => risk));
      return rows(
        client,
        listedSchema,
        `SELECT ${SUMMARY_COLUMNS}, top.risk AS key FROM unnest(${ids}::text[], ${risks}::bigint[]) WITH ORDINALITY AS top (id, risk, place)
         JOIN finding f ON f.id = top.id ${where.sql()} ORDER BY top.place`,
        where.values,
      );
    });
  }

  private inOrder(
    reach: Reach,
    filter: FindingFilter,
    { column, limit, after }: { column: string; limit: number; after: ListPosition | null },
  ): Promise<z.output<typeof listedSchema>[]> {
    return inSnapshot(this.pool, async (client) => {
      const where = new Conditions(reach);
      applyFilter(where, filter);
      if (after) where.add(`(${column}, f.id) < (${where.value(after.key)}::bigint, ${where.value(after.id)})`);
      const fence = await fenceSparse(client, reach, filter, where);
      // Those first, and then what is shown of them: an index that holds all that is asked for leads past what does not fit.
      const found = `SELECT f.id, ${column} AS key FROM finding f ${where.sql()} ${fence}`;
      const first = `SELECT found.id, found.key FROM (${found}) found ORDER BY found.key DESC, found.id DESC LIMIT ${where.value(limit)}`;
      const sql = `SELECT ${SUMMARY_COLUMNS}, first.key FROM (${first}) first JOIN finding f ON f.id = first.id AND ${isShown('f')} ORDER BY first.key DESC, f.id DESC`;
      return rows(client, listedSchema, sql, where.values);
    });
  }

  /** Which of these findings are within the reach. */
  async within(reach: Reach, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await rows(
      this.pool,
      idSchema,
      `SELECT f.id FROM finding f WHERE f.id = ANY($1) AND ${isShown('f')} AND ${isFindingWithin('f', '$2')}`,
      [ids, reach.parameter],
    );
    return new Set(found.map(({ id }) => id));
  }

  /** With its history; null if there is none within the reach: the two must not be told apart. */
  async get(reach: Reach, id: string): Promise<FindingDetail | null> {
    const finding = await maybeRow(
      this.pool,
      findingSchema,
      `SELECT ${FINDING_COLUMNS} FROM finding f LEFT JOIN finding_scope s USING (rule_id, scope)
       WHERE f.id = $1 AND ${isShown('f')} AND ${isFindingWithin('f', '$2')}`,
      [id, reach.parameter],
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

  /** What proves these findings, whoever sees them: to know what must be covered in a text, and for nothing that is shown. */
  async evidenceForCovers(ids: readonly string[]): Promise<readonly EvidenceRef[]> {
    const found = await rows(
      this.pool,
      provedSchema,
      `SELECT f.evidence FROM finding f WHERE f.id = ANY($1) AND ${isShown('f')}`,
      [ids],
    );
    return found.flatMap(({ evidence }) => evidence);
  }

  counts(reach: Reach, filter: FindingFilter): Promise<FindingCounts> {
    return countFindings(this.pool, reach, filter);
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

/** Throws RefusedError('invalid'). */
function positionOf(cursor: string, order: FindingOrder): ListPosition {
  const [key, id] = decodeCursor(cursor, order);
  if (key === undefined || !/^-?\d{1,15}$/.test(key) || id === undefined)
    throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询。');
  return { key, id };
}

/** The number of the China day of an instant, days since 1970. */
function dayNumber(where: Conditions, column: string): string {
  return `(${column} + ${where.value(CHINA_OFFSET_MS)}) / ${where.value(DAY_MS)}`;
}

function byChinaDay<T extends { day_number: number }>(days: readonly T[]): ReadonlyMap<string, T> {
  return new Map(days.map((day) => [chinaDayOf(day.day_number * DAY_MS - CHINA_OFFSET_MS), day]));
}
