import type { LandedBatch } from '@tianyan/contracts';
import { SECOND_MS, type EpochMs } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { takeCommitLock } from './commit-lock.js';
import type { EvaluationTicket } from './evaluation-tickets.js';
import type { FindingRule } from './ports.js';

/**
 * A unit's finished week is a thousand records, and each record of an older order touches one; judged once for all that came in
 * so long, it costs a twentieth. What was to be found in that week is days old.
 */
export const LATE_PACE_MS = 15 * SECOND_MS;

/** As many as one round of wake-ups; the next round takes the next. */
export const LATE_SCOPES_PER_ROUND = 5_000;
/** Announcements that one round looks among for causes: what lands in minutes. */
const LATE_BATCHES_PER_ROUND = 10_000;

export type LateBatch = Pick<LandedBatch, 'batch' | 'type' | 'traces' | 'edited'>;

/** What a commit does about late scopes. */
export type LateWork =
  | {
      /** Touched and not judged: to be judged by `dueAtMs` (machine clock). */
      kind: 'put-off';
      scopes: readonly { rules: readonly Pick<FindingRule, 'id'>[]; scopes: readonly string[] }[];
      landed: readonly LateBatch[];
      sinceMs: EpochMs;
      dueAtMs: EpochMs;
    }
  /** What is evaluated had been put off; what was put off anew meanwhile is due by `dueAtMs`. */
  | { kind: 'judged'; sinceMs: EpochMs; dueAtMs: EpochMs };

const dueSchema = z.object({ rule_id: z.string(), scope: z.string(), since_ms: z.int() });
const batchSchema = z.object({
  batch: z.string(),
  type: z.string(),
  edited: z.int().nullable(),
  traces: z.array(z.string()),
});
const oldestSchema = z.object({ since_ms: z.int().nullable() });
const ticketSchema = z.object({ ticket: z.int() });

/**
 * Scopes of a period that is over, touched by records that came late. They are judged at a pace: until then what is stored of
 * them is as old as that. The note of it is committed with the offsets of the announcements that touched them, so that nothing is
 * forgotten, and taken back by an evaluation that began later.
 */
export class LateScopes {
  constructor(private readonly pool: Pool) {}

  /**
   * All that wait of these rules, once one of them is due (machine clock; what another clock says to come later than now is due), the longest waiting
   * first. Each by itself would make a round of each second's: what waits with the first is judged with it, and not once more in between.
   */
  async due(nowMs: EpochMs, ruleIds: readonly string[]): Promise<readonly { ruleId: string; scope: string; sinceMs: EpochMs }[]> {
    const due = await rows(
      this.pool,
      dueSchema,
      `WITH waiting AS (SELECT rule_id, scope, since_ms, due_at_ms FROM finding_late_scope WHERE rule_id = ANY($2))
       SELECT rule_id, scope, since_ms FROM waiting WHERE EXISTS (SELECT FROM waiting WHERE due_at_ms <= $1 OR since_ms > $1)
       ORDER BY due_at_ms, rule_id, scope LIMIT $3`,
      [nowMs, ruleIds, LATE_SCOPES_PER_ROUND],
    );
    return due.map(({ rule_id: ruleId, scope, since_ms: sinceMs }) => ({ ruleId, scope, sinceMs }));
  }

  /** The announcements that touched what waits, the oldest first. */
  async landed(): Promise<readonly LateBatch[]> {
    const batches = await rows(
      this.pool,
      batchSchema,
      'SELECT batch, type, edited, traces FROM finding_late_batch ORDER BY ticket, batch, type LIMIT $1',
      [LATE_BATCHES_PER_ROUND],
    );
    return batches.map(({ edited, traces, ...of }) => ({
      ...of,
      ...(edited !== null && { edited }),
      ...(traces.length > 0 && { traces }),
    }));
  }

  /**
   * Makes what waits due at once: somebody compares what is stored. Returns until which ticket it had been put off.
   * @param by only what was put off by that ticket; missing: all
   */
  async hurry(by?: number): Promise<number> {
    return inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      const sql = 'UPDATE finding_late_scope SET due_at_ms = 0 WHERE due_at_ms > 0 AND first_ticket <= $1';
      await execute(client, sql, [by ?? Number.MAX_SAFE_INTEGER]);
      return (await row(client, ticketSchema, 'SELECT ticket FROM finding_clock')).ticket;
    });
  }

  /** Whether something that was put off by that ticket is not due: a round that was under way has put it off anew. */
  async isPutOffAnew(ticket: number): Promise<boolean> {
    const sql = 'SELECT first_ticket AS ticket FROM finding_late_scope WHERE first_ticket <= $1 AND due_at_ms > 0 LIMIT 1';
    return (await maybeRow(this.pool, ticketSchema, sql, [ticket])) !== null;
  }

  /** Whether scopes of these rules that were put off by that ticket have not been judged since. */
  async waits(ticket: number, ruleIds: readonly string[]): Promise<boolean> {
    const sql = 'SELECT first_ticket AS ticket FROM finding_late_scope WHERE first_ticket <= $1 AND rule_id = ANY($2) LIMIT 1';
    return (await maybeRow(this.pool, ticketSchema, sql, [ticket, ruleIds])) !== null;
  }

  /** Forgets what rules that are set aside were to judge: they are swept before they count again. */
  async cleanUp(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      await execute(
        client,
        'DELETE FROM finding_late_scope WHERE rule_id IN (SELECT rule_id FROM finding_set_aside WHERE ended_at_ms IS NULL)',
      );
      await forgetBatches(client);
    });
  }

  /** Since when the longest waiting of them waits (machine clock); null: none does. */
  async oldestSinceMs(ruleIds: readonly string[]): Promise<EpochMs | null> {
    const sql = 'SELECT min(since_ms) AS since_ms FROM finding_late_scope WHERE rule_id = ANY($1)';
    return (await row(this.pool, oldestSchema, sql, [ruleIds])).since_ms;
  }
}

/** @param evaluated what the commit judges */
export async function writeLateWork(
  client: ClientBase,
  ticket: EvaluationTicket,
  work: LateWork,
  evaluated: readonly { group: { rules: readonly Pick<FindingRule, 'id'>[] }; scopes: readonly string[] }[],
): Promise<void> {
  if (work.kind === 'judged') await takeBack(client, ticket, work, evaluated);
  else await putOff(client, ticket, work);
}

async function putOff(
  client: ClientBase,
  { ticket }: EvaluationTicket,
  { scopes, landed, sinceMs, dueAtMs }: Extract<LateWork, { kind: 'put-off' }>,
): Promise<void> {
  const pairs = scopes.flatMap(({ rules, scopes: touched }) =>
    rules.flatMap(({ id }) => touched.map((scope) => [id, scope] as const)),
  );
  if (pairs.length === 0) return;
  await execute(
    client,
    `INSERT INTO finding_late_scope (rule_id, scope, first_ticket, ticket, since_ms, due_at_ms)
     SELECT rule_id, scope, $1, $1, $2, $3 FROM unnest($4::text[], $5::text[]) AS r (rule_id, scope)
     ON CONFLICT (rule_id, scope) DO UPDATE SET ticket = greatest(finding_late_scope.ticket, excluded.ticket),
       first_ticket = least(finding_late_scope.first_ticket, excluded.first_ticket)`,
    [ticket, sinceMs, dueAtMs, pairs.map(([id]) => id), pairs.map(([, scope]) => scope)],
  );
  // At once: hundreds of announcements land together while a history is caught up on, and all commits wait for this one.
  const announced = landed.map(({ batch, type, edited = null, traces = [] }) => ({ batch, type, edited, traces }));
  await execute(
    client,
    `INSERT INTO finding_late_batch (batch, type, edited, traces, ticket)
     SELECT DISTINCT ON (batch, type) batch, type, edited, traces, $1::bigint
     FROM jsonb_to_recordset($2) AS r (batch text, type text, edited integer, traces text[])
     ON CONFLICT (batch, type) DO UPDATE SET ticket = greatest(finding_late_batch.ticket, excluded.ticket)`,
    [ticket, JSON.stringify(announced)],
  );
}

async function takeBack(
  client: ClientBase,
  { ticket }: EvaluationTicket,
  { sinceMs, dueAtMs }: Extract<LateWork, { kind: 'judged' }>,
  evaluated: readonly { group: { rules: readonly Pick<FindingRule, 'id'>[] }; scopes: readonly string[] }[],
): Promise<void> {
  for (const { group, scopes } of evaluated) {
    const judged = [group.rules.map(({ id }) => id), scopes, ticket];
    await execute(client, 'DELETE FROM finding_late_scope WHERE rule_id = ANY($1) AND scope = ANY($2) AND ticket <= $3', judged);
    // Touched after these records were read: that begins to wait now, or the pace would end with the second record.
    await execute(
      client,
      `UPDATE finding_late_scope SET first_ticket = $3::bigint + 1, since_ms = $4, due_at_ms = $5
       WHERE rule_id = ANY($1) AND scope = ANY($2)`,
      [...judged, sinceMs, dueAtMs],
    );
  }
  await forgetBatches(client);
}

async function forgetBatches(client: ClientBase): Promise<void> {
  await execute(
    client,
    `DELETE FROM finding_late_batch WHERE ticket < coalesce((SELECT min(first_ticket) FROM finding_late_scope), 9223372036854775807)`,
  );
}
