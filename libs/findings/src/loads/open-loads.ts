import type pg from 'pg';
import type { EvaluationTicket } from '../evaluation-tickets.js';
import type { LoadKind } from './load-register.js';

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

export interface UnjudgedLoad extends OpenLoad {
  kind: LoadKind;
  source: string;
  /** `loading`: not at its end; `landing`: its last records are on their way; `closed`: all has landed, to be judged. */
  state: 'loading' | 'landing' | 'closed';
  /** Null until they have been looked up. */
  ends: readonly TopicEnd[] | null;
  givenUp: boolean;
}

/** {@link UnjudgedLoad.state} of a row of `finding_load`. */
export const LOAD_STATE =
  "CASE WHEN closed_ticket IS NOT NULL THEN 'closed' WHEN ended_at IS NOT NULL THEN 'landing' ELSE 'loading' END";

interface UnjudgedRow {
  id: string;
  kind: LoadKind;
  source: string;
  types: string[];
  ends: TopicEnd[] | null;
  given_up: boolean;
  state: UnjudgedLoad['state'];
}

/** The announced loads, from the side of those who judge. */
export class OpenLoads {
  constructor(private readonly pool: pg.Pool) {}

  /**
   * Loads of which an evaluation under this ticket may have seen a part. To be asked after it has read: a load is announced
   * before its first record is published, so whatever was seen belongs to one that stands here by then.
   */
  async seenInPart(ticket: EvaluationTicket): Promise<readonly OpenLoad[]> {
    const { rows } = await this.pool.query<OpenLoad>(
      'SELECT id, types FROM finding_load WHERE closed_ticket IS NULL OR closed_ticket >= $1 ORDER BY id',
      [ticket.ticket],
    );
    return rows;
  }

  /** Loads that were not judged when this ticket was drawn: what is stored may differ from the answers where they touch. */
  async unjudgedSince(ticket: EvaluationTicket): Promise<readonly OpenLoad[]> {
    const { rows } = await this.pool.query<OpenLoad>(
      `SELECT l.id, l.types FROM finding_load l WHERE l.judged_at IS NULL
         OR l.judged_at >= (SELECT taken_at FROM finding_evaluation WHERE ticket = $1) ORDER BY l.id`,
      [ticket.ticket],
    );
    return rows;
  }

  /** Those of these loads of which not all has landed. */
  async stillOpen(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const { rows } = await this.pool.query<{ id: string }>(
      'SELECT id FROM finding_load WHERE id = ANY($1) AND closed_ticket IS NULL',
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** In the order in which they began. */
  async unjudged(): Promise<readonly UnjudgedLoad[]> {
    const { rows } = await this.pool.query<UnjudgedRow>(
      `SELECT id, kind, source, types, ends, given_up,
         ${LOAD_STATE} AS state
       FROM finding_load WHERE judged_at IS NULL ORDER BY began_at, id`,
    );
    return rows.map(({ given_up: givenUp, ...row }) => ({ ...row, givenUp }));
  }

  /** Record types of which a source brings its history, or a folder its files, by a load that has not been judged. */
  async pulledTypes(): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<{ type: string }>(
      `SELECT DISTINCT unnest(types) AS type FROM finding_load WHERE kind IN ('first-pull', 'folder') AND judged_at IS NULL`,
    );
    return new Set(rows.map(({ type }) => type));
  }

  /** Ends loads whose loader is dead or that take too long; returns their ids. What has come by now is taken for the whole. */
  async giveUpSilent(): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `UPDATE finding_load SET ended_at = clock_timestamp(), given_up = true WHERE ended_at IS NULL
         AND (alive_at < clock_timestamp() - make_interval(mins => $1) OR began_at < clock_timestamp() - make_interval(hours => $2))
       RETURNING id`,
      [LOADER_SILENT_MINUTES, MAX_LOAD_HOURS],
    );
    return rows.map(({ id }) => id);
  }

  /** Notes how far the writers have to get. The first note counts: with live work, the ends move on for ever. */
  async noteEnds(id: string, ends: readonly TopicEnd[]): Promise<void> {
    await this.pool.query('UPDATE finding_load SET ends = $2 WHERE id = $1 AND ends IS NULL', [id, JSON.stringify(ends)]);
  }

  /** All of it has landed: evaluations that draw their ticket from now on see the whole. Before it is judged. */
  async close(id: string): Promise<void> {
    await this.pool.query(
      `UPDATE finding_load SET closed_ticket = (SELECT ticket FROM finding_clock), closed_at = clock_timestamp()
       WHERE id = $1 AND closed_ticket IS NULL`,
      [id],
    );
  }

  async noteJudged(id: string, scopes: number): Promise<void> {
    await this.pool.query('UPDATE finding_load SET judged_at = clock_timestamp(), judged_scopes = $2 WHERE id = $1', [
      id,
      scopes,
    ]);
    await this.pool.query('DELETE FROM finding_held_wake_up WHERE load_id = $1', [id]);
  }

  /** Forgets loads that nobody looks up any more. */
  async cleanUp(): Promise<void> {
    await this.pool.query('DELETE FROM finding_load WHERE judged_at < now() - make_interval(days => $1)', [KEPT_DAYS]);
  }
}
