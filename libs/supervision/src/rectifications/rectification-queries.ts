import type { Reach, UnitReach } from '@tianyan/access';
import { execute, inSnapshot, maybeRow, pageOf, row, rows, type ClientBase, type Page, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { RECTIFICATION_STATES, type RectificationState } from '../api/index.js';
import { MAX_SUPERVISION_PAGE, positionOf } from '../letters/letter-queries.js';
import { neitherStaysAway, staysAway } from '../stays-away.js';
import { historyOf, isUnbroken, type StoredStep } from '../step-history.js';
import { rectificationStepSchema, type RectificationFacts, type RectificationStep } from './rectification-facts.js';
import {
  isRectificationOfUnits,
  isRectificationSeen,
  RECTIFICATION_COLUMNS,
  rectificationSchema,
  type Rectification,
  RECTIFICATION_SEEN,
} from './rectification-rows.js';
import { rectificationFactsOf } from './rectifications.js';

/** Shown to a liaison at once. */
const MAX_TOGETHER = 200;

export interface RectificationFilter {
  states?: readonly RectificationState[];
  unitCode?: string;
  townshipCode?: string;
  letterId?: string;
  /** China day: those not settled that were due before it. */
  overdueOn?: string;
}

export interface RectificationDetail {
  item: Rectification;
  facts: RectificationFacts;
  /** Oldest first. */
  steps: readonly StoredStep<RectificationStep>[];
  unbroken: boolean;
}

/** Of the items that a filter lets through. */
export interface RectificationTotals {
  total: number;
  byState: ReadonlyMap<RectificationState, number>;
  overdue: number;
  recoveredFen: number;
  /** How many say that a system was built or improved. */
  improvements: number;
}

const totalsSchema = z.object({
  open: z.int(),
  rectifying: z.int(),
  awaiting: z.int(),
  settled: z.int(),
  overdue: z.int(),
  recovered: z.int(),
  improvements: z.int(),
});

/** The ledger, as people see it: the commission's within their reach, liaisons what is their units'. */
export class RectificationQueries {
  constructor(private readonly pool: Pool) {}

  /** The last changed first. */
  async list(
    reach: Reach,
    filter: RectificationFilter,
    page: { cursor: string | null; limit: number },
  ): Promise<Page<Rectification>> {
    const limit = Math.min(page.limit, MAX_SUPERVISION_PAGE);
    const [beforeMs, beforeId] = positionOf(page.cursor);
    const found = await rows(
      this.pool,
      rectificationSchema,
      `SELECT ${RECTIFICATION_COLUMNS} FROM supervision_rectification r WHERE ${isRectificationSeen('$1', '$10')} AND ${FILTERED}
         AND ($7::bigint IS NULL OR (r.changed_at_ms, r.id) < ($7, $8)) ORDER BY r.changed_at_ms DESC, r.id DESC LIMIT $9`,
      [...valuesOf(reach, filter), beforeMs, beforeId, limit + 1, reach.userId],
    );
    return pageOf(found, limit, ({ changedAtMs, id }) => `${changedAtMs}_${id}`);
  }

  /** @param today China day by the county's clock */
  async totals(reach: Reach, filter: RectificationFilter, today: string): Promise<RectificationTotals> {
    const found = await row(
      this.pool,
      totalsSchema,
      `SELECT count(*) FILTER (WHERE r.state = 'open')::int AS open, count(*) FILTER (WHERE r.state = 'rectifying')::int AS rectifying,
         count(*) FILTER (WHERE r.state = 'awaiting-acceptance')::int AS awaiting, count(*) FILTER (WHERE r.state = 'settled')::int AS settled,
         count(*) FILTER (WHERE r.state <> 'settled' AND r.due_day < $7::date)::int AS overdue,
         coalesce(sum(r.recovered_fen), 0)::bigint AS recovered, count(r.improvement)::int AS improvements
       FROM supervision_rectification r WHERE ${isRectificationSeen('$1', '$8')} AND ${FILTERED}`,
      [...valuesOf(reach, filter), today, reach.userId],
    );
    return {
      total: found.open + found.rectifying + found.awaiting + found.settled,
      byState: new Map([
        ['open', found.open],
        ['rectifying', found.rectifying],
        ['awaiting-acceptance', found.awaiting],
        ['settled', found.settled],
      ]),
      overdue: found.overdue,
      recoveredFen: found.recovered,
      improvements: found.improvements,
    };
  }

  /** Null: there is none, or it lies out of reach. */
  get(reach: Reach, id: string): Promise<RectificationDetail | null> {
    const sql = `SELECT ${RECTIFICATION_COLUMNS} FROM supervision_rectification r WHERE r.id = $2 AND ${isRectificationSeen('$1', '$3')}`;
    return inSnapshot(this.pool, async (client) =>
      detailOf(client, await maybeRow(client, rectificationSchema, sql, [reach.parameter, id, reach.userId])),
    );
  }

  /** Whether whoever asks has withdrawn from what it came from; asked of one that is seen. */
  isRecused({ userId }: Reach, id: string): Promise<boolean> {
    return staysAway(this.pool, { kind: 'rectification', id }, userId);
  }

  /** Whether the deputy may act there in the place of whose reach it is: it is seen, and neither has withdrawn from what it came from. */
  async mayStandIn(principal: Reach, deputyId: string, id: string): Promise<boolean> {
    if ((await execute(this.pool, RECTIFICATION_SEEN, [principal.parameter, principal.userId, id])) === 0) return false;
    return neitherStaysAway(this.pool, { kind: 'rectification', id }, [deputyId, principal.userId]);
  }

  /** What came of some letters, the last changed first. */
  ofLetters(reach: Reach, letterIds: readonly string[]): Promise<readonly Rectification[]> {
    return rows(
      this.pool,
      rectificationSchema,
      `SELECT ${RECTIFICATION_COLUMNS} FROM supervision_rectification r WHERE ${isRectificationSeen('$1', '$3')} AND r.letter_id = ANY($2)
       ORDER BY r.changed_at_ms DESC, r.id DESC LIMIT ${MAX_TOGETHER}`,
      [reach.parameter, letterIds, reach.userId],
    );
  }

  /** Of the units, what is to be done first. */
  listOfUnits(units: UnitReach): Promise<readonly Rectification[]> {
    return rows(
      this.pool,
      rectificationSchema,
      `SELECT ${RECTIFICATION_COLUMNS} FROM supervision_rectification r WHERE ${isRectificationOfUnits('$1')}
       ORDER BY r.state = 'settled', r.due_day, r.id LIMIT ${MAX_TOGETHER}`,
      [units.unitCodes],
    );
  }

  /** Null: there is none, or it is another unit's. */
  getOfUnits(units: UnitReach, id: string): Promise<RectificationDetail | null> {
    const sql = `SELECT ${RECTIFICATION_COLUMNS} FROM supervision_rectification r WHERE r.id = $2 AND ${isRectificationOfUnits('$1')}`;
    return inSnapshot(this.pool, async (client) =>
      detailOf(client, await maybeRow(client, rectificationSchema, sql, [units.unitCodes, id])),
    );
  }
}

async function detailOf(client: ClientBase, item: Rectification | null): Promise<RectificationDetail | null> {
  if (!item) return null;
  const owner = { kind: 'rectification', id: item.id } as const;
  const steps = await historyOf(client, owner, rectificationStepSchema);
  return { item, facts: rectificationFactsOf(steps), steps, unbroken: isUnbroken(owner, steps, item.headHash) };
}

/** Parameters from `$2` to `$6`: see {@link valuesOf}. */
const FILTERED = `r.state = ANY($2) AND ($3::text IS NULL OR r.unit_code = $3) AND ($4::text IS NULL OR r.township_code = $4)
  AND ($5::text IS NULL OR r.letter_id = $5) AND ($6::date IS NULL OR (r.state <> 'settled' AND r.due_day < $6::date))`;

function valuesOf(reach: Reach, { states, unitCode, townshipCode, letterId, overdueOn }: RectificationFilter): unknown[] {
  return [
    reach.parameter,
    states ?? RECTIFICATION_STATES,
    unitCode ?? null,
    townshipCode ?? null,
    letterId ?? null,
    overdueOn ?? null,
  ];
}
