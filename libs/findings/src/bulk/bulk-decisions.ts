import type { Reach, Role } from '@tianyan/access';
import { CHAIN_START, chainedHash, DAY_MS, RefusedError, type Clock, type IdSource } from '@tianyan/kernel';
import { execute, inTransaction, lockInTransaction, maybeRow, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { applyFilter, Conditions, type FindingFilter } from '../finding-conditions.js';
import { isFindingWithin } from '../finding-reach.js';
import type { DismissalClass } from '../precision/verdict.js';
import { isShown } from '../rule-sets/shadow.js';
import { bulkSchema, itemSchema, type BulkDecision, type BulkItem } from './bulk-rows.js';

/** Findings of one bulk decision: some minutes of work, and as many as a person can answer for with one reason. */
export const MAX_BULK = 5_000;
/** Refusals that are told with the progress; the file of the result holds all. */
const MAX_TOLD_REFUSALS = 50;
/** For whoever asks what was not done; the history of each finding and the audit log are kept. */
const KEPT_DAYS = 30;
/** Of one person, that are told of. */
const MAX_LISTED = 20;

export type BulkDecided =
  | { decision: 'dismiss'; verdict: DismissalClass; reason: string }
  | { decision: 'promote'; verdict: null; reason: string | null };

/**
 * Chosen one by one; or all open ones that fit, of which whoever asks was shown how many there are, and as of which instant (`asOf`, a snapshot of
 * PostgreSQL, as {@link FindingCounts} has it).
 */
export type BulkChoice = { ids: readonly string[] } | { filter: FindingFilter; count: number; asOf: string };

export interface BulkRequest {
  userId: string;
  role: Role;
  address: string | null;
  key: string;
  decided: BulkDecided;
  chosen: BulkChoice;
  /** What was asked for, as it came: under the same key it has to be the same. */
  content: unknown;
}

/** Carried out no more: somebody has cancelled it, or another process has done this one. */
export class BulkOverError extends Error {
  override readonly name = 'BulkOverError';
}

const COLUMNS = `b.id, b.user_id, b.role, b.reach, b.address, b.decision, b.verdict, b.reason, b.total, b.later, b.state, b.stop_reason, b.asked_at_ms, b.ended_at_ms,
  (SELECT count(*)::int FROM finding_bulk_item i WHERE i.bulk_id = b.id AND i.outcome = 'done') AS done,
  (SELECT count(*)::int FROM finding_bulk_item i WHERE i.bulk_id = b.id AND i.outcome = 'refused') AS refused`;

const idSchema = z.object({ id: z.string() });
const keyedSchema = z.object({ id: z.string(), content_hash: z.string() });
const countSchema = z.object({ count: z.int() });
const knownSchema = z.object({ is_known: z.boolean() });
const stoodSchema = z.object({ stood: z.boolean() });

/** Decisions on many findings: what was chosen, how far it has come, and what was not done. */
export class BulkDecisions {
  constructor(private readonly parts: { pool: Pool; ids: IdSource; clock: Clock }) {}

  /**
   * Stores what is to be done; the same again under the same key is the same one. What is chosen by a filter is chosen here, once, of what stood when
   * the person looked: what has come or changed since is left out, and counted. Throws RefusedError: `conflict` for other content under the key, while
   * another of the person runs, or where more fit than the person was shown; `invalid` for more than {@link MAX_BULK}, or none.
   */
  async ask(reach: Reach, request: BulkRequest): Promise<string> {
    const { userId, key } = request;
    const hash = chainedHash(CHAIN_START, [request.content]);
    return inTransaction(this.parts.pool, async (client) => {
      await lockInTransaction(client, `finding_bulk_decision/${userId}`);
      const before = await maybeRow(
        client,
        keyedSchema,
        'SELECT id, content_hash FROM finding_bulk_decision WHERE user_id = $1 AND request_key = $2',
        [userId, key],
      );
      if (before && before.content_hash !== hash)
        throw new RefusedError('conflict', '这次提交与先前用同一编号提交的内容不同，没有办理。请刷新页面后重新提交。');
      if (before) return before.id;
      const sql = `SELECT id FROM finding_bulk_decision WHERE user_id = $1 AND state = 'running'`;
      if (await maybeRow(client, idSchema, sql, [userId]))
        throw new RefusedError('conflict', '您还有一批正在办理，请等它办完，或先停下它。');
      await this.removeOld(client);
      return this.store(client, reach, request, hash);
    });
  }

  /** Of the person, the newest first. */
  async list(userId: string): Promise<readonly BulkDecision[]> {
    const sql = `SELECT ${COLUMNS} FROM finding_bulk_decision b WHERE b.user_id = $1 ORDER BY b.asked_at_ms DESC LIMIT ${MAX_LISTED}`;
    return rows(this.parts.pool, bulkSchema, sql, [userId]);
  }

  /** Throws RefusedError('not-found'), also for another person's. */
  async get(userId: string, id: string): Promise<BulkDecision> {
    const sql = `SELECT ${COLUMNS} FROM finding_bulk_decision b WHERE b.id = $2 AND b.user_id = $1`;
    const found = await maybeRow(this.parts.pool, bulkSchema, sql, [userId, id]);
    if (!found) throw new RefusedError('not-found', `没有这一批；办完 ${KEPT_DAYS} 天的不再保留。`);
    return found;
  }

  /** The first that were refused, and why. */
  refusals(bulk: Pick<BulkDecision, 'id'>): Promise<readonly BulkItem[]> {
    return rows(
      this.parts.pool,
      itemSchema,
      `SELECT seq, finding_id, outcome, message FROM finding_bulk_item WHERE bulk_id = $1 AND outcome = 'refused' ORDER BY seq LIMIT ${MAX_TOLD_REFUSALS}`,
      [bulk.id],
    );
  }

  /** All of it. */
  items(bulk: Pick<BulkDecision, 'id'>): Promise<readonly BulkItem[]> {
    const sql = `SELECT seq, finding_id, outcome, message FROM finding_bulk_item WHERE bulk_id = $1 ORDER BY seq LIMIT ${MAX_BULK}`;
    return rows(this.parts.pool, itemSchema, sql, [bulk.id]);
  }

  /** What is done stays; what is under way is still done. Of one that is over nothing changes. Throws like {@link get}. */
  async cancel(userId: string, id: string): Promise<void> {
    await this.get(userId, id);
    await this.end(id, { state: 'cancelled' });
  }

  /** All that are to be carried on, whoever has begun them; the oldest first. */
  running(): Promise<readonly BulkDecision[]> {
    const sql = `SELECT ${COLUMNS} FROM finding_bulk_decision b WHERE b.state = 'running' ORDER BY b.asked_at_ms, b.id`;
    return rows(this.parts.pool, bulkSchema, sql);
  }

  /** The next to be done. None: all are. */
  left(id: string, limit: number): Promise<readonly BulkItem[]> {
    return rows(
      this.parts.pool,
      itemSchema,
      `SELECT seq, finding_id, outcome, message FROM finding_bulk_item WHERE bulk_id = $1 AND outcome IS NULL ORDER BY seq LIMIT $2`,
      [id, limit],
    );
  }

  /**
   * Within the transaction of the decision, before it: locks the finding, and throws RefusedError('conflict') where it is no more as it stood when it was
   * chosen. One that is not there, or out of reach, is for the decision to refuse.
   */
  async assertStands(client: ClientBase, reach: Reach, { id, findingId }: { id: string; findingId: string }): Promise<void> {
    const within = isFindingWithin('f', '$2');
    const held = await execute(
      client,
      `SELECT 1 FROM finding f WHERE f.id = $1 AND ${isShown('f')} AND ${within} FOR UPDATE OF f`,
      [findingId, reach.parameter],
    );
    if (held === 0) return;
    // A statement of its own sees what was committed while the lock was waited for.
    const now = await maybeRow(
      client,
      stoodSchema,
      `SELECT pg_snapshot_xmax(b.as_of) <= pg_snapshot_xmax(pg_current_snapshot()) AND finding_stood(f.xmin, b.as_of) AS stood
       FROM finding f JOIN finding_bulk_decision b ON b.id = $3 WHERE f.id = $1 AND ${isShown('f')} AND ${within}`,
      [findingId, reach.parameter, id],
    );
    if (!now?.stood) throw new RefusedError('conflict', '选定之后有变化，没有办。请打开看过再办。');
  }

  /**
   * Within the transaction of the decision: both are stored or neither, whenever the process ends. Throws {@link BulkOverError} where it is carried
   * out no more, or was done already; then the decision is not taken.
   */
  async noteDone(client: ClientBase, id: string, seq: number): Promise<void> {
    const noted = await execute(
      client,
      `UPDATE finding_bulk_item SET outcome = 'done' WHERE bulk_id = $1 AND seq = $2 AND outcome IS NULL
         AND EXISTS (SELECT FROM finding_bulk_decision WHERE id = $1 AND state = 'running')`,
      [id, seq],
    );
    if (noted !== 1) throw new BulkOverError(`item ${seq} of ${id} is not to be done`);
  }

  async noteRefused(id: string, seq: number, message: string): Promise<void> {
    await execute(
      this.parts.pool,
      `UPDATE finding_bulk_item SET outcome = 'refused', message = $3 WHERE bulk_id = $1 AND seq = $2 AND outcome IS NULL`,
      [id, seq, message],
    );
  }

  /** Once; whatever ended it first counts. */
  async end(id: string, how: { state: 'finished' | 'cancelled' } | { state: 'stopped'; reason: string }): Promise<void> {
    await execute(
      this.parts.pool,
      `UPDATE finding_bulk_decision SET state = $2, stop_reason = $3, ended_at_ms = $4 WHERE id = $1 AND state = 'running'`,
      [id, how.state, how.state === 'stopped' ? how.reason : null, this.parts.clock.nowMs()],
    );
  }

  private async store(client: ClientBase, reach: Reach, request: BulkRequest, hash: string): Promise<string> {
    const { userId, role, address, key, decided, chosen } = request;
    const id = this.parts.ids.next();
    const isOfFilter = 'filter' in chosen;
    if (isOfFilter) await assertKnown(client, chosen.asOf);
    await execute(
      client,
      `INSERT INTO finding_bulk_decision (id, user_id, role, reach, address, request_key, content_hash, decision, verdict, reason, total, state, asked_at_ms, as_of)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 'running', $11, coalesce($12::pg_snapshot, pg_current_snapshot()))`,
      [
        id,
        userId,
        role,
        reach.parameter,
        address,
        key,
        hash,
        decided.decision,
        decided.verdict,
        decided.reason,
        this.parts.clock.nowMs(),
        isOfFilter ? chosen.asOf : null,
      ],
    );
    const count = isOfFilter ? await this.takeFitting(client, reach, id, chosen) : await this.takeIds(client, id, chosen.ids);
    if (count === 0) throw new RefusedError('invalid', '没有符合条件的疑点，请刷新列表后重新选择。');
    if (count > MAX_BULK)
      throw new RefusedError('invalid', `一次最多处理 ${MAX_BULK} 条，选中的更多。请缩小筛选范围，分几次办。`);
    // What stood can have come to fit by something else, such as the end of an exemption.
    if (isOfFilter && count > chosen.count)
      throw new RefusedError('conflict', `刚才又有疑点符合条件，比您看到的多（现在 ${count} 条）。请看过再办。`);
    const later = isOfFilter ? await countLater(client, reach, chosen) : 0;
    await execute(client, 'UPDATE finding_bulk_decision SET total = $2, later = $3 WHERE id = $1', [id, count, later]);
    return id;
  }

  /** As given: what lies out of reach is refused when it is decided on, by the way of one alone. */
  private async takeIds(client: ClientBase, bulkId: string, ids: readonly string[]): Promise<number> {
    return execute(
      client,
      `INSERT INTO finding_bulk_item (bulk_id, seq, finding_id) SELECT $1, row_number() OVER (ORDER BY id), id FROM (SELECT DISTINCT unnest($2::text[]) AS id) chosen`,
      [bulkId, ids],
    );
  }

  /**
   * Of what fits and stood, what waits for a decision: what was withdrawn or decided is decided on one by one, by whoever has looked at it. One more
   * than may be tells that there are more.
   */
  private async takeFitting(
    client: ClientBase,
    reach: Reach,
    bulkId: string,
    { filter, asOf }: { filter: FindingFilter; asOf: string },
  ): Promise<number> {
    const where = openFitting(reach, filter);
    where.add(stood(where, asOf));
    const id = where.value(bulkId);
    const { count } = await row(
      client,
      countSchema,
      `WITH taken AS (INSERT INTO finding_bulk_item (bulk_id, seq, finding_id)
         SELECT ${id}, row_number() OVER (ORDER BY fitting.id), fitting.id FROM (SELECT f.id FROM finding f ${where.sql()} LIMIT ${MAX_BULK + 1}) fitting
         RETURNING seq)
       SELECT count(*)::int AS count FROM taken`,
      where.values,
    );
    return count;
  }

  private async removeOld(client: ClientBase): Promise<void> {
    const beforeMs = this.parts.clock.nowMs() - KEPT_DAYS * DAY_MS;
    await execute(client, 'DELETE FROM finding_bulk_decision WHERE ended_at_ms < $1', [beforeMs]);
  }
}

function openFitting(reach: Reach, filter: FindingFilter): Conditions {
  const where = new Conditions(reach);
  applyFilter(where, filter);
  where.add(`f.status = 'open'`);
  return where;
}

const stood = (where: Conditions, asOf: string): string => `finding_stood(f.xmin, ${where.value(asOf)}::pg_snapshot)`;

/** Up to {@link MAX_BULK}. */
async function countLater(
  client: ClientBase,
  reach: Reach,
  { filter, asOf }: { filter: FindingFilter; asOf: string },
): Promise<number> {
  const where = openFitting(reach, filter);
  where.add(`NOT ${stood(where, asOf)}`);
  const sql = `SELECT count(*)::int AS count FROM (SELECT FROM finding f ${where.sql()} LIMIT ${MAX_BULK}) later`;
  return (await row(client, countSchema, sql, where.values)).count;
}

/** Of another database, or of before one was restored, it says nothing. Throws RefusedError('conflict'). */
async function assertKnown(client: ClientBase, asOf: string): Promise<void> {
  const sql = 'SELECT pg_snapshot_xmax($1::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) AS is_known';
  if ((await row(client, knownSchema, sql, [asOf])).is_known) return;
  throw new RefusedError('conflict', '页面上的数目已经过时，没有办理。请刷新列表后重新选择。');
}
