import type { Reach } from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import { inSnapshot, pageOf, rows, type Page, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { riskParameter, riskSql, type RuleRisk } from './risk/risk.js';
import { topByRisk, type ListPosition, type RankedPage } from './finding-ranks.js';
import { applyFilter, Conditions, type FindingFilter } from './finding-conditions.js';
import { fenceSparse } from './finding-sparse.js';
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
  /** The most severe (by risk: of the greatest risk), of those the newest. */
  top: FindingSummary;
}

const firstSchema = z.object({ id: z.string(), subject_key: z.string(), key: z.int() });
const groupSchema = z.object({ subject_key: z.string(), count: z.int(), rule_count: z.int(), top_id: z.string() });

interface AskedPage {
  cursor?: string | null;
  limit?: number;
  risks?: ReadonlyMap<string, RuleRisk>;
}

/** Findings by what they are about, within the reach of who asks. */
export class FindingGroups {
  constructor(private readonly pool: Pool) {}

  /**
   * The group that changed last first, or with `risks` the one with the finding of the greatest risk. Throws RefusedError('invalid') for a
   * spoilt cursor, or one of the other order.
   */
  async list(reach: Reach, filter: FindingFilter, page: AskedPage): Promise<Page<FindingGroup>> {
    const limit = Math.min(Math.max(page.limit ?? DEFAULT_GROUPS, 1), MAX_GROUPS);
    const kind = page.risks === undefined ? GROUPS : GROUPS_BY_RISK;
    const after = positionOf(page.cursor ?? null, kind);
    const asked = { limit: limit + 1, after };
    const found = page.risks
      ? await this.firstByRisk(reach, filter, { ...asked, risks: page.risks })
      : await this.newest(reach, filter, asked);
    const { items, nextCursor } = pageOf(found, limit, (last) => encodeCursor([kind, last.key, last.id]));
    const keys = items.map(({ subject_key: key }) => key);
    const groups = await this.groups(reach, filter, keys, page.risks);
    const tops = await this.summaries([...groups.values()].map(({ top_id: id }) => id));
    return {
      nextCursor,
      items: keys.flatMap((key) => {
        const group = groups.get(key);
        const top = group && tops.get(group.top_id);
        return top ? [{ key, count: group.count, ruleCount: group.rule_count, top }] : [];
      }),
    };
  }

  /** Of each group the finding that changed last: found on the way along those that changed last, each asked for one of its group before it. */
  private newest(
    reach: Reach,
    filter: FindingFilter,
    page: { limit: number; after: ListPosition | null },
  ): Promise<z.output<typeof firstSchema>[]> {
    return inSnapshot(this.pool, async (client) => {
      const where = new Conditions(reach);
      applyFilter(where, filter);
      const columns = 'f.last_changed_at_ms, f.id';
      const none = noneBefore(where, columns, 'o.last_changed_at_ms, o.id');
      const behind = page.after
        ? `AND (${columns}) < (${where.value(page.after.key)}::bigint, ${where.value(page.after.id)})`
        : '';
      const fence = await fenceSparse(client, reach, filter, where);
      const sql = `SELECT o.id, o.subject_key, o.last_changed_at_ms AS key
        FROM (SELECT ${columns}, f.subject_key FROM finding f ${where.sql()} ${behind} ${fence}) o WHERE ${none}
        ORDER BY o.last_changed_at_ms DESC, o.id DESC LIMIT ${where.value(page.limit)}`;
      return rows(client, firstSchema, sql, where.values);
    });
  }

  /** Of each group the finding of the greatest risk. */
  private firstByRisk(
    reach: Reach,
    filter: FindingFilter,
    page: Omit<RankedPage, 'fits'>,
  ): Promise<z.output<typeof firstSchema>[]> {
    return inSnapshot(this.pool, async (client) => {
      const fits = (where: Conditions, risk: string) => noneBefore(where, `${risk}, f.id`, 'o.risk, o.id');
      const top = await topByRisk(client, reach, filter, { ...page, fits });
      const where = new Conditions(reach);
      const ids = where.value(top.map(({ id }) => id));
      const risks = where.value(top.map(({ risk }) => risk));
      return rows(
        client,
        firstSchema,
        `SELECT f.id, f.subject_key, top.risk AS key FROM unnest(${ids}::text[], ${risks}::bigint[]) WITH ORDINALITY AS top (id, risk, place)
         JOIN finding f ON f.id = top.id ${where.sql()} ORDER BY top.place`,
        where.values,
      );
    });
  }

  private async groups(
    reach: Reach,
    filter: FindingFilter,
    keys: readonly string[],
    risks: ReadonlyMap<string, RuleRisk> | undefined,
  ): Promise<ReadonlyMap<string, z.output<typeof groupSchema>>> {
    if (keys.length === 0) return new Map();
    const where = new Conditions(reach);
    applyFilter(where, filter);
    where.add(`f.subject_key = ANY(${where.value(keys)})`);
    const weight = risks ? riskSql(where.value(riskParameter(risks))) : 'f.severity';
    const found = await rows(
      this.pool,
      groupSchema,
      `SELECT f.subject_key, count(*)::int AS count, count(DISTINCT f.rule_id)::int AS rule_count,
         (array_agg(f.id ORDER BY ${weight} DESC, f.last_changed_at_ms DESC, f.id))[1] AS top_id
       FROM finding f ${where.sql()} GROUP BY f.subject_key`,
      where.values,
    );
    return new Map(found.map((group) => [group.subject_key, group]));
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

function positionOf(cursor: string | null, kind: string): ListPosition | null {
  if (cursor === null) return null;
  const [key, id] = decodeCursor(cursor, kind);
  if (key === undefined || !/^\d{1,15}$/.test(key) || id === undefined)
    throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询。');
  return { key, id };
}

/**
 * Whether no finding of the group of `o` that fits comes before it. No EXISTS: it would be made a join with all there are. And no IS NULL, which the
 * planner takes for so rare that it sorts all instead of meeting the first on the way along an index.
 */
function noneBefore(where: Conditions, columns: string, own: string): string {
  return `coalesce((SELECT false FROM finding f ${where.sql()} AND f.subject_key = o.subject_key AND (${columns}) > (${own}) LIMIT 1), true)`;
}
