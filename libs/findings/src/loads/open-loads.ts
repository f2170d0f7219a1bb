import { execute, rows, type Pool } from '@tianyan/postgres';
import { LOAD_KINDS, type LoadKind } from '@tianyan/sources';
import { z } from 'zod';
import type { EvaluationTicket } from '../evaluation-tickets.js';

/**
 * A loader that has published nothing for so long is dead. Longer than an upstream is tried for within one poll and than
 * the longest time between two polls of a source that fails.
 */
export const LOADER_SILENT_MINUTES = 15;

/** A load is never waited for longer: a source that always has one more page must not keep its scopes from being judged. */
export const MAX_LOAD_HOURS = 12;

/** Judged loads are kept so long, to be looked up. */
const KEPT_DAYS = 90;

/** A load as an evaluation needs it. */
export interface OpenLoad {
  id: string;
  types: readonly string[];
}

/** Where a record topic ended. */
export interface TopicEnd {
  topic: string;
  partition: number;
  endOffset: number;
}

export const LOAD_STATES = ['loading', 'landing', 'closed'] as const;

export interface UnjudgedLoad extends OpenLoad {
  kind: LoadKind;
  source: string;
  /** `loading`: not at its end; `landing`: its last records are on their way; `closed`: all has landed, to be judged. */
  state: (typeof LOAD_STATES)[number];
  /** Null until they have been looked up. */
  ends: readonly TopicEnd[] | null;
  givenUp: boolean;
}

/** {@link UnjudgedLoad.state} of a row of `finding_load`. */
export const LOAD_STATE =
  "CASE WHEN closed_ticket IS NOT NULL THEN 'closed' WHEN ended_at IS NOT NULL THEN 'landing' ELSE 'loading' END";

const idSchema = z.object({ id: z.string() });
const typeSchema = z.object({ type: z.string() });
const openSchema = z.object({ id: z.string(), types: z.array(z.string()) });
const unjudgedSchema = openSchema
  .extend({
    kind: z.enum(LOAD_KINDS),
    source: z.string(),
    ends: z.array(z.object({ topic: z.string(), partition: z.int(), endOffset: z.int() })).nullable(),
    given_up: z.boolean(),
    state: z.enum(LOAD_STATES),
  })
  .transform(({ given_up: givenUp, ...row }): UnjudgedLoad => ({ ...row, givenUp }));

/** The announced loads, from the side of those who judge. */
export class OpenLoads {
  constructor(private readonly pool: Pool) {}

  /**
   * Loads of which an evaluation under this ticket may have seen a part. To be asked after it has read: a load is announced
   * before its first record is published, so whatever was seen belongs to one that stands here by then.
   */
  async seenInPart(ticket: Pick<EvaluationTicket, 'ticket'>): Promise<readonly OpenLoad[]> {
    return rows(
      this.pool,
      openSchema,
      'SELECT id, types FROM finding_load WHERE closed_ticket IS NULL OR closed_ticket >= $1 ORDER BY id',
      [ticket.ticket],
    );
  }

  /** Loads that were not judged when this ticket was drawn: what is stored may differ from the answers where they touch. */
  async unjudgedSince(ticket: EvaluationTicket): Promise<readonly OpenLoad[]> {
    return rows(
      this.pool,
      openSchema,
      `SELECT l.id, l.types FROM finding_load l WHERE l.judged_at IS NULL
         OR l.judged_at >= (SELECT taken_at FROM finding_evaluation WHERE ticket = $1) ORDER BY l.id`,
      [ticket.ticket],
    );
  }

  /** Those of these loads of which not all has landed. */
  async stillOpen(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const open = await rows(this.pool, idSchema, 'SELECT id FROM finding_load WHERE id = ANY($1) AND closed_ticket IS NULL', [
      ids,
    ]);
    return new Set(open.map(({ id }) => id));
  }

  /** In the order in which they began. */
  async unjudged(): Promise<readonly UnjudgedLoad[]> {
    return rows(
      this.pool,
      unjudgedSchema,
      `SELECT id, kind, source, types, ends, given_up,
         ${LOAD_STATE} AS state
       FROM finding_load WHERE judged_at IS NULL ORDER BY began_at, id`,
    );
  }

  /** Record types of which a source brings its history, or a folder its files, by a load that has not been judged. */
  async pulledTypes(): Promise<ReadonlySet<string>> {
    const pulled = await rows(
      this.pool,
      typeSchema,
      `SELECT DISTINCT unnest(types) AS type FROM finding_load WHERE kind IN ('first-pull', 'folder') AND judged_at IS NULL`,
    );
    return new Set(pulled.map(({ type }) => type));
  }

  /** Ends loads whose loader is dead or that take too long; returns their ids. What has come by now is taken for the whole. */
  async giveUpSilent(): Promise<readonly string[]> {
    const silent = await rows(
      this.pool,
      idSchema,
      `UPDATE finding_load SET ended_at = clock_timestamp(), given_up = true WHERE ended_at IS NULL
         AND (alive_at < clock_timestamp() - make_interval(mins => $1) OR began_at < clock_timestamp() - make_interval(hours => $2))
       RETURNING id`,
      [LOADER_SILENT_MINUTES, MAX_LOAD_HOURS],
    );
    return silent.map(({ id }) => id);
  }

  /** Notes how far the writers have to get. The first note counts: with live work, the ends move on for ever. */
  async noteEnds(id: string, ends: readonly TopicEnd[]): Promise<void> {
    await execute(this.pool, 'UPDATE finding_load SET ends = $2 WHERE id = $1 AND ends IS NULL', [id, JSON.stringify(ends)]);
  }

  /** All of it has landed: evaluations that draw their ticket from now on see the whole. Before it is judged. */
  async close(id: string): Promise<void> {
    await execute(
      this.pool,
      `UPDATE finding_load SET closed_ticket = (SELECT ticket FROM finding_clock), closed_at = clock_timestamp()
       WHERE id = $1 AND closed_ticket IS NULL`,
      [id],
    );
  }

  async noteJudged(id: string, scopes: number): Promise<void> {
    await execute(this.pool, 'UPDATE finding_load SET judged_at = clock_timestamp(), judged_scopes = $2 WHERE id = $1', [
      id,
      scopes,
    ]);
    await execute(this.pool, 'DELETE FROM finding_held_wake_up WHERE load_id = $1', [id]);
  }

  /** Forgets loads that nobody looks up any more. */
  async cleanUp(): Promise<void> {
    await execute(this.pool, 'DELETE FROM finding_load WHERE judged_at < now() - make_interval(days => $1)', [KEPT_DAYS]);
  }
}
