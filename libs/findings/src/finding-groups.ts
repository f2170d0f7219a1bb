import type { Reach } from '@tianyan/access';
import { RefusedError, type EpochMs } from '@tianyan/kernel';
import { pageOf, rows, type Page, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { riskParameter, riskSql, type RuleRisk } from './risk/risk.js';
import { applyFilter, Conditions, type FindingFilter } from './finding-conditions.js';
import { decodeCursor, encodeCursor, listedSchema, SUMMARY_COLUMNS } from './finding-rows.js';
import type { FindingSummary } from './model.js';
import { isShown } from './rule-sets/shadow.js';

/** Groups of one page. */
export const MAX_GROUPS = 100;
const DEFAULT_GROUPS = 50;

/** Findings about one contract, project, order, place and matter …: the narrowest thing that they name. */
export interface FindingGroup {
  /** For {@link FindingFilter.subjectKeys}. */
  key: string;
  /** Findings of it that fit the filter. */
  count: number;
  /** Rules that found them. */
  ruleCount: number;
  lastChangedAtMs: EpochMs;
  /** The most severe (by risk: of the greatest risk), of those the newest. */
  top: FindingSummary;
}

const groupSchema = z.object({
  subject_key: z.string(),
  count: z.int(),
  rule_count: z.int(),
  last_changed_at_ms: z.int(),
  top_id: z.string(),
  key: z.int(),
});

/** Findings by what they are about, within the reach of who asks. */
export class FindingGroups {
  constructor(private readonly pool: Pool) {}

  /**
   * The group that changed last first, or with `risks` the one with the finding of the greatest risk. Throws RefusedError('invalid') for a
   * spoilt cursor, or one of the other order.
   */
  async list(
    reach: Reach,
    filter: FindingFilter,
    page: { cursor?: string | null; limit?: number; risks?: ReadonlyMap<string, RuleRisk> },
  ): Promise<Page<FindingGroup>> {
    const limit = Math.min(Math.max(page.limit ?? DEFAULT_GROUPS, 1), MAX_GROUPS);
    const where = new Conditions(reach);
    applyFilter(where, filter);
    const risk = page.risks && riskSql(where.value(riskParameter(page.risks)));
    const key = `max(${risk ?? 'f.last_changed_at_ms'})`;
    const kind = risk === undefined ? GROUPS : GROUPS_BY_RISK;
    const found = await rows(
      this.pool,
      groupSchema,
      `SELECT f.subject_key, count(*)::int AS count, count(DISTINCT f.rule_id)::int AS rule_count,
         max(f.last_changed_at_ms) AS last_changed_at_ms, ${key} AS key,
         (array_agg(f.id ORDER BY ${risk ?? 'f.severity'} DESC, f.last_changed_at_ms DESC, f.id))[1] AS top_id
       FROM finding f ${where.sql()} GROUP BY f.subject_key ${after(where, key, kind, page.cursor ?? null)}
       ORDER BY ${key} DESC, f.subject_key DESC LIMIT ${where.value(limit + 1)}`,
      where.values,
    );
    const { items, nextCursor } = pageOf(found, limit, (last) => encodeCursor([kind, last.key, last.subject_key]));
    const tops = await this.summaries(items.map(({ top_id: id }) => id));
    return {
      nextCursor,
      items: items.flatMap((group) => {
        const top = tops.get(group.top_id);
        if (!top) return [];
        const { subject_key: subjectKey, count, rule_count: ruleCount, last_changed_at_ms: lastChangedAtMs } = group;
        return [{ key: subjectKey, count, ruleCount, lastChangedAtMs, top }];
      }),
    };
  }

  /** Of ids that were found within reach. */
  private async summaries(ids: readonly string[]): Promise<ReadonlyMap<string, FindingSummary>> {
    const found = await rows(
      this.pool,
      listedSchema,
      `SELECT ${SUMMARY_COLUMNS}, f.last_changed_at_ms AS key FROM finding f WHERE f.id = ANY($1) AND ${isShown('f')}`,
      [ids],
    );
    return new Map(found.map(({ finding }) => [finding.id, finding]));
  }
}

/** The kinds of the cursor. */
const GROUPS = 'groups';
const GROUPS_BY_RISK = 'groups-by-risk';

function after(where: Conditions, key: string, kind: string, cursor: string | null): string {
  if (cursor === null) return '';
  const [at, subjectKey] = decodeCursor(cursor, kind);
  if (!/^\d{1,15}$/.test(at ?? '') || subjectKey === undefined)
    throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询。');
  return `HAVING (${key}, f.subject_key) < (${where.value(at)}::bigint, ${where.value(subjectKey)})`;
}
