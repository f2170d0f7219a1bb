import { withinUnits, type Reach, type UnitReach } from '@tianyan/access';
import { RefusedError, type EpochMs } from '@tianyan/kernel';
import { execute, inSnapshot, maybeRow, pageOf, rows, type ClientBase, type Page, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { neitherStaysAway, staysAway } from '../stays-away.js';
import { CIRCULAR_STATES, type CircularOrigin, type CircularState } from '../api/circular-words.js';
import { improvementsOf, type ImprovementDetail } from '../improvements/improvement-queries.js';
import { isImprovementOfUnits, isImprovementSeen } from '../improvements/improvement-rows.js';
import { NO_IMPROVEMENT } from '../improvements/improvements.js';
import { likeOf, MAX_SUPERVISION_PAGE, positionOf } from '../letters/letter-queries.js';
import { historyOf, isUnbroken, type StoredStep } from '../step-history.js';
import { circularStepSchema, type CircularFacts, type CircularStep } from './circular-facts.js';
import { originWarnings } from './circular-origins.js';
import {
  areOriginsSeen,
  CIRCULAR_COLUMNS,
  circularSchema,
  isCircularSeen,
  isOriginSeen,
  isSentToUnits,
  UNITS_THAT_OWE,
  type Circular,
} from './circular-rows.js';
import { circularFactsOf, pendingUnits } from './circular-writes.js';

/** Shown to a liaison at once. */
const MAX_TOGETHER = 200;

export interface CircularFilter {
  states?: readonly CircularState[];
  unitCode?: string;
  /** Those whose origins lay in it; of those alone whose origins the person sees: of others it would tell where they lie. */
  townshipCode?: string;
  /** By the county's clock: whose reports are overdue. */
  overdueAtMs?: EpochMs;
  /** Part of the title. */
  text?: string;
  /** Drafted from one of these findings, clues or letters. */
  originIds?: readonly string[];
}

/** 已阅. */
export interface CircularReceipt {
  unitCode: string;
  readerId: string;
  readerAccount: string;
  atMs: EpochMs;
}

export interface CircularDetail {
  circular: Circular;
  facts: CircularFacts;
  /** Oldest first. */
  steps: readonly StoredStep<CircularStep>[];
  /** Whether the history is as it was written. */
  unbroken: boolean;
  receipts: readonly CircularReceipt[];
  improvements: readonly ImprovementDetail[];
  /** Units named that have something to do. */
  pending: readonly string[];
  /** The one that it puts right, and those that put it right; of those that may be seen. */
  corrects: Circular | null;
  correctedBy: readonly Circular[];
}

/** As the commission's people see it. */
export interface OfficeCircularDetail extends CircularDetail {
  /** Those that the person may see. */
  origins: readonly CircularOrigin[];
  /** Those are all: whose work it is. Whoever reads it with the whole county does nothing about it. */
  seesAll: boolean;
  /** What does not hold any more; see {@link originWarnings}. */
  warnings: readonly string[];
}

const originSchema = z.object({ kind: z.enum(['finding', 'clue', 'letter']), origin_id: z.string(), seen: z.boolean() });
const receiptSchema = z
  .object({ unit_code: z.string(), reader_id: z.string(), reader_account: z.string(), at_ms: z.int() })
  .transform((row): CircularReceipt => ({
    unitCode: row.unit_code,
    readerId: row.reader_id,
    readerAccount: row.reader_account,
    atMs: row.at_ms,
  }));

/** What people see of circulars: the commission's within their reach, liaisons what was sent to their units. */
export class CircularQueries {
  constructor(private readonly pool: Pool) {}

  /** The last changed first. */
  async list(reach: Reach, filter: CircularFilter, page: { cursor: string | null; limit: number }): Promise<Page<Circular>> {
    const limit = Math.min(page.limit, MAX_SUPERVISION_PAGE);
    const [beforeMs, beforeId] = positionOf(page.cursor);
    const { states, unitCode, townshipCode, overdueAtMs, text, originIds } = filter;
    const found = await rows(
      this.pool,
      circularSchema,
      `SELECT ${CIRCULAR_COLUMNS} FROM supervision_circular k WHERE ${isCircularSeen('$1', '$2')} AND k.state = ANY($3)
         AND ($4::text IS NULL OR $4 = ANY(k.unit_codes)) AND ($5::text IS NULL OR ($5 = ANY(k.townships) AND ${areOriginsSeen('$1', '$2')}))
         AND ($6::bigint IS NULL OR (k.due_at_ms < $6 AND EXISTS (${UNITS_THAT_OWE}))) AND ($7::text IS NULL OR k.title ILIKE $7)
         AND ($8::text[] IS NULL OR EXISTS (SELECT FROM supervision_circular_origin o WHERE o.circular_id = k.id AND o.origin_id = ANY($8)
           AND (${isOriginSeen('$1', '$2')})))
         AND ($9::bigint IS NULL OR (k.changed_at_ms, k.id) < ($9, $10)) ORDER BY k.changed_at_ms DESC, k.id DESC LIMIT $11`,
      [
        reach.parameter,
        reach.userId,
        states ?? CIRCULAR_STATES,
        unitCode ?? null,
        townshipCode ?? null,
        overdueAtMs ?? null,
        text ? likeOf(text) : null,
        originIds ?? null,
        beforeMs,
        beforeId,
        limit + 1,
      ],
    );
    return pageOf(found, limit, ({ changedAtMs, id }) => `${changedAtMs}_${id}`);
  }

  /** Null: there is none, or it lies out of reach. */
  get(reach: Reach, id: string): Promise<OfficeCircularDetail | null> {
    const where = isCircularSeen('$1', '$2');
    const params = [reach.parameter, reach.userId];
    return inSnapshot(this.pool, async (client) => {
      const detail = await detailOf(client, { id, where, params, unitCodes: null });
      if (!detail) return null;
      const origins = await rows(
        client,
        originSchema,
        `SELECT o.kind, o.origin_id, (${isOriginSeen('$1', '$2')}) IS TRUE AS seen FROM supervision_circular_origin o WHERE o.circular_id = $3 ORDER BY 1, 2`,
        [...params, id],
      );
      const asked = origins.map(({ kind, origin_id: originId }) => ({ kind, id: originId }));
      return {
        ...detail,
        seesAll: origins.every(({ seen }) => seen),
        origins: asked.filter((_origin, index) => origins[index]?.seen),
        warnings: await originWarnings(client, asked),
      };
    });
  }

  /** All that it was drafted from, also what the person may not see: for what must not be read in it. Null: it lies out of reach itself. */
  async allOrigins(reach: Reach, id: string): Promise<readonly CircularOrigin[] | null> {
    const found = await rows(
      this.pool,
      originSchema,
      `SELECT o.kind, o.origin_id, true AS seen FROM supervision_circular_origin o JOIN supervision_circular k ON k.id = o.circular_id
       WHERE k.id = $3 AND ${isCircularSeen('$1', '$2')} ORDER BY 1, 2`,
      [reach.parameter, reach.userId, id],
    );
    return found.length === 0 ? null : found.map(({ kind, origin_id: originId }) => ({ kind, id: originId }));
  }

  /** Whether all that it was drafted from is seen: whose work it is. Others may read it. */
  async isWork(reach: Reach, id: string): Promise<boolean> {
    const sql = `SELECT 1 FROM supervision_circular k WHERE k.id = $3 AND ${areOriginsSeen('$1', '$2')}`;
    return (await execute(this.pool, sql, [reach.parameter, reach.userId, id])) > 0;
  }

  /** Whether whoever asks has withdrawn from what it came from; asked of one that is seen. */
  isRecused({ userId }: Reach, id: string): Promise<boolean> {
    return staysAway(this.pool, { kind: 'circular', id }, userId);
  }

  /** Whether the deputy may act there in the place of whose reach it is: it is that one's work, and neither has withdrawn from what it came from. */
  async mayStandIn(principal: Reach, deputyId: string, id: string): Promise<boolean> {
    if (!(await this.isWork(principal, id))) return false;
    return neitherStaysAway(this.pool, { kind: 'circular', id }, [deputyId, principal.userId]);
  }

  /** The circular of what a unit reported. Throws RefusedError('not-found'), also for what is out of reach. */
  async circularOf(reach: Reach, improvementId: string): Promise<string> {
    const where = isImprovementSeen('$1', '$2');
    return this.placeOf(`${where} AND i.id = $3`, [reach.parameter, reach.userId, improvementId]);
  }

  /** The same, of the units' own. */
  async circularOfUnits(units: UnitReach, improvementId: string): Promise<string> {
    return this.placeOf(`${isImprovementOfUnits('$1')} AND i.id = $2`, [units.unitCodes, improvementId]);
  }

  private async placeOf(where: string, params: readonly unknown[]): Promise<string> {
    const sql = `SELECT i.circular_id AS id FROM supervision_improvement i WHERE ${where}`;
    const found = await maybeRow(this.pool, z.object({ id: z.string() }), sql, params);
    if (!found) throw new RefusedError('not-found', NO_IMPROVEMENT);
    return found.id;
  }

  /** What was sent to the units, what waits for them first. */
  listOfUnits(units: UnitReach): Promise<readonly Circular[]> {
    return rows(
      this.pool,
      circularSchema,
      `SELECT ${CIRCULAR_COLUMNS} FROM supervision_circular k WHERE ${isSentToUnits('$1')}
       ORDER BY k.due_at_ms NULLS LAST, k.changed_at_ms DESC, k.id LIMIT ${MAX_TOGETHER}`,
      [units.unitCodes],
    );
  }

  /** Which of them the units have read, all that they were sent to. */
  async readOfUnits(units: UnitReach): Promise<ReadonlySet<string>> {
    const sql = `SELECT DISTINCT p.circular_id AS id FROM supervision_circular_receipt p WHERE ${withinUnits('p.unit_code', '$1')}`;
    return new Set((await rows(this.pool, z.object({ id: z.string() }), sql, [units.unitCodes])).map(({ id }) => id));
  }

  /** Null: there is none, or it was sent to others. What other units reported, and read, is not theirs. */
  getOfUnits(units: UnitReach, id: string): Promise<CircularDetail | null> {
    const where = isSentToUnits('$1');
    return inSnapshot(this.pool, (client) =>
      detailOf(client, { id, where, params: [units.unitCodes], unitCodes: units.unitCodes }),
    );
  }
}

interface Asked {
  id: string;
  /** Which circulars the person may see, with its parameters. */
  where: string;
  params: readonly unknown[];
  /** Of which units anything reported is shown; null: of all. */
  unitCodes: readonly string[] | null;
}

async function detailOf(client: ClientBase, { id, where, params, unitCodes }: Asked): Promise<CircularDetail | null> {
  const next = `$${params.length + 1}`;
  const select = `SELECT ${CIRCULAR_COLUMNS} FROM supervision_circular k WHERE ${where}`;
  const circular = await maybeRow(client, circularSchema, `${select} AND k.id = ${next}`, [...params, id]);
  if (!circular) return null;
  const owner = { kind: 'circular', id } as const;
  const steps = await historyOf(client, owner, circularStepSchema);
  const [last] = steps.slice(-1);
  if (!last) throw new Error(`circular ${id} has no history`);
  const facts = circularFactsOf(steps);
  const { correctsId } = circular;
  return {
    circular,
    facts,
    steps,
    unbroken: isUnbroken(owner, steps, circular.headHash),
    receipts: await rows(
      client,
      receiptSchema,
      `SELECT unit_code, reader_id, reader_account, at_ms FROM supervision_circular_receipt p
       WHERE p.circular_id = $1 AND ($2::text[] IS NULL OR p.unit_code = ANY($2)) ORDER BY p.at_ms, p.unit_code`,
      [id, unitCodes],
    ),
    improvements: await improvementsOf(client, id, unitCodes),
    pending: facts.state === 'issued' ? await pendingUnits(client, { circular, facts, last }) : [],
    corrects:
      correctsId === null
        ? null
        : await maybeRow(client, circularSchema, `${select} AND k.id = ${next}`, [...params, correctsId]),
    correctedBy: await rows(
      client,
      circularSchema,
      `${select} AND k.corrects_id = ${next} AND k.issued_at_ms IS NOT NULL ORDER BY k.issued_at_ms`,
      [...params, id],
    ),
  };
}
