import { RefusedError, type Clock, type EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { planSchema, type Plan } from './plan.js';

/**
 * - `proposed`: waits for a second person;
 * - `running`: rows are being published, from the first to the last;
 * - `done`, or `rejected` by the second person, `withdrawn` by the first, `cancelled` on its way.
 */
export const MEND_STATES = ['proposed', 'running', 'done', 'rejected', 'withdrawn', 'cancelled'] as const;
export type MendState = (typeof MEND_STATES)[number];

/** How one quarantined row or a group of them is mended. */
export interface Mend {
  id: number;
  source: string;
  feed: string;
  type: string | null;
  /** One of the two is null. */
  itemId: number | null;
  groupKey: string | null;
  plan: Plan;
  reason: string | null;
  state: MendState;
  mappingHash: string | null;
  proposedBy: string;
  proposedAtMs: EpochMs;
  decidedBy: string | null;
  decidedAtMs: EpochMs | null;
  decisionReason: string | null;
  maxItemId: number;
  lastItemId: number;
  /** Rows that were meant, and what has become of those that were reached. */
  total: number;
  accepted: number;
  refused: number;
  /** Why it ended before its end, or why the first row that was refused was; Chinese. */
  note: string | null;
  finishedAtMs: EpochMs | null;
}

export type NewMend = Pick<
  Mend,
  'source' | 'feed' | 'type' | 'itemId' | 'groupKey' | 'plan' | 'reason' | 'mappingHash' | 'proposedBy' | 'maxItemId' | 'total'
> & { state: 'proposed' | 'running' };

/** Mends of one list: those that wait come first, then the newest. */
const MAX_MENDS = 100;

const mendSchema = z
  .object({
    id: z.int(),
    source: z.string(),
    feed: z.string(),
    type: z.string().nullable(),
    item_id: z.int().nullable(),
    group_key: z.string().nullable(),
    plan: planSchema,
    reason: z.string().nullable(),
    state: z.enum(MEND_STATES),
    mapping_hash: z.string().nullable(),
    proposed_by: z.string(),
    proposed_at_ms: z.int(),
    decided_by: z.string().nullable(),
    decided_at_ms: z.int().nullable(),
    decision_reason: z.string().nullable(),
    max_item_id: z.int(),
    last_item_id: z.int(),
    total: z.int(),
    accepted: z.int(),
    refused: z.int(),
    note: z.string().nullable(),
    finished_at_ms: z.int().nullable(),
  })
  .transform((found): Mend => ({
    id: found.id,
    source: found.source,
    feed: found.feed,
    type: found.type,
    itemId: found.item_id,
    groupKey: found.group_key,
    plan: found.plan,
    reason: found.reason,
    state: found.state,
    mappingHash: found.mapping_hash,
    proposedBy: found.proposed_by,
    proposedAtMs: found.proposed_at_ms,
    decidedBy: found.decided_by,
    decidedAtMs: found.decided_at_ms,
    decisionReason: found.decision_reason,
    maxItemId: found.max_item_id,
    lastItemId: found.last_item_id,
    total: found.total,
    accepted: found.accepted,
    refused: found.refused,
    note: found.note,
    finishedAtMs: found.finished_at_ms,
  }));

/** PostgreSQL's code of a broken unique index. */
const UNIQUE_VIOLATION = '23505';

/** Mends and their states. Every step is one statement that holds only in the state it starts from: of two at once, one is refused. */
export class MendStore {
  constructor(
    private readonly pool: Pool,
    private readonly machineClock: Clock,
  ) {}

  /** Throws RefusedError `conflict` where another plan for the same rows waits or runs. */
  async add(mend: NewMend): Promise<Mend> {
    try {
      return await row(
        this.pool,
        mendSchema,
        `INSERT INTO quarantine_mend (source, feed, type, item_id, group_key, plan, reason, state, mapping_hash, proposed_by, proposed_at_ms, max_item_id, total)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING *`,
        [
          mend.source,
          mend.feed,
          mend.type,
          mend.itemId,
          mend.groupKey,
          JSON.stringify(mend.plan),
          mend.reason,
          mend.state,
          mend.mappingHash,
          mend.proposedBy,
          this.machineClock.nowMs(),
          mend.maxItemId,
          mend.total,
        ],
      );
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)
        throw new RefusedError('conflict', '已有一个方案在等待复核或正在处理，请先处理那一个');
      throw error;
    }
  }

  async find(id: number): Promise<Mend | null> {
    return maybeRow(this.pool, mendSchema, 'SELECT * FROM quarantine_mend WHERE id = $1', [id]);
  }

  /** Those of a group or a row, or all; what waits or runs first, then the newest. */
  async list(query: {
    groupKey?: string | undefined;
    itemId?: number | undefined;
    state?: MendState | undefined;
  }): Promise<Mend[]> {
    return rows(
      this.pool,
      mendSchema,
      `SELECT * FROM quarantine_mend
       WHERE ($1::text IS NULL OR group_key = $1) AND ($2::bigint IS NULL OR item_id = $2) AND ($3::text IS NULL OR state = $3)
       ORDER BY state IN ('proposed', 'running') DESC, id DESC LIMIT ${MAX_MENDS}`,
      [query.groupKey ?? null, query.itemId ?? null, query.state ?? null],
    );
  }

  /** The second person lets it pass. Null if it is decided already or the person is the author: then nothing changed. */
  async approve(id: number, actor: string): Promise<Mend | null> {
    return this.step(
      `UPDATE quarantine_mend SET state = 'running', decided_by = $2, decided_at_ms = $3
       WHERE id = $1 AND state = 'proposed' AND proposed_by <> $2 RETURNING *`,
      [id, actor, this.machineClock.nowMs()],
    );
  }

  /** Null if it does not wait any more. */
  async turnDown(
    id: number,
    input: { state: 'rejected' | 'withdrawn'; actor: string; reason: string | null },
  ): Promise<Mend | null> {
    return this.step(
      `UPDATE quarantine_mend SET state = $2, decided_by = $3, decided_at_ms = $4, decision_reason = $5, finished_at_ms = $4
       WHERE id = $1 AND state = 'proposed' AND (proposed_by = $3) = ($2 = 'withdrawn') RETURNING *`,
      [id, input.state, input.actor, this.machineClock.nowMs(), input.reason],
    );
  }

  /** Rows that are published stay published. Null if it does not run. */
  async cancel(id: number, note: string): Promise<Mend | null> {
    return this.step(
      `UPDATE quarantine_mend SET state = 'cancelled', note = $2, finished_at_ms = $3 WHERE id = $1 AND state = 'running' RETURNING *`,
      [id, note, this.machineClock.nowMs()],
    );
  }

  private async step(sql: string, values: readonly unknown[]): Promise<Mend | null> {
    return maybeRow(this.pool, mendSchema, sql, values);
  }

  /** Within the transaction of one batch: nobody can cancel it meanwhile. Null if it does not run. */
  async lockRunning(client: ClientBase, id: number): Promise<Mend | null> {
    return maybeRow(client, mendSchema, `SELECT * FROM quarantine_mend WHERE id = $1 AND state = 'running' FOR UPDATE`, [id]);
  }

  async advance(
    client: ClientBase,
    id: number,
    step: { lastItemId: number; accepted: number; refused: number; note: string | null },
  ): Promise<void> {
    await execute(
      client,
      'UPDATE quarantine_mend SET last_item_id = $2, accepted = accepted + $3, refused = refused + $4, note = coalesce(note, $5) WHERE id = $1',
      [id, step.lastItemId, step.accepted, step.refused, step.note],
    );
  }

  async finish(client: ClientBase, id: number, end: { state: 'done' | 'cancelled'; note: string | null }): Promise<void> {
    await execute(client, 'UPDATE quarantine_mend SET state = $2, note = coalesce($3, note), finished_at_ms = $4 WHERE id = $1', [
      id,
      end.state,
      end.note,
      this.machineClock.nowMs(),
    ]);
  }
}
