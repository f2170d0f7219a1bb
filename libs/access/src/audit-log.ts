import type { Clock, EpochMs } from '@tianyan/kernel';
import { execute, idCursor, idText, pageOf, rows, type Page, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import type { AuditAction } from './api/index.js';
import type { Actor } from './user.js';

export interface AuditEntry {
  id: string;
  atMs: EpochMs;
  actorAccount: string;
  address: string | null;
  action: string;
  /** What it was done to, e.g. `finding/…`. */
  object: string | null;
  reason: string | null;
  succeeded: boolean;
}

export interface AuditEvent {
  action: AuditAction;
  object?: string;
  reason?: string;
  succeeded?: boolean;
}

/** What of the log is asked for; what is left out restricts nothing. */
export interface AuditFilter {
  actorAccount?: string;
  actions?: readonly string[];
  /** Stands in what it was done to, or in the reason. */
  text?: string;
  fromMs?: EpochMs;
  untilMs?: EpochMs;
  succeeded?: boolean;
}

const MAX_AUDIT_PAGE = 200;

// Text, not the actions of today: entries of earlier versions stay readable.
const entrySchema = z
  .object({
    id: idText,
    at_ms: z.int(),
    actor_account: z.string(),
    address: z.string().nullable(),
    action: z.string(),
    object: z.string().nullable(),
    reason: z.string().nullable(),
    succeeded: z.boolean(),
  })
  .transform(({ at_ms: atMs, actor_account: actorAccount, ...entry }): AuditEntry => ({ ...entry, atMs, actorAccount }));

/** Looks and the search that found them were entered one after the other; between them others may have been entered, but not many. */
const SEARCH_WITHIN_ENTRIES = 1_000;
const SEARCH_WITHIN_MS = 60_000;

/**
 * A search by a name for another clue, or for a reason that may name one: as such looks were entered at first, below each clue that names somebody so.
 * The search itself was entered after them, by the same person with the same reason. Now they stand elsewhere, and so does the search.
 */
const TELLS_OF_ANOTHER = `(a.action = 'read-clue-people' AND (a.reason IS NOT DISTINCT FROM '登记涉及人员，核对同名' OR EXISTS (
  SELECT FROM access_audit s WHERE s.id > a.id AND s.id <= a.id + ${SEARCH_WITHIN_ENTRIES} AND s.action = 'search-clue-people' AND s.succeeded
    AND (s.object = 'clue-people' OR s.object LIKE 'clue/%/people/same-name') AND s.actor_account = a.actor_account AND s.reason = a.reason
    AND s.at_ms - a.at_ms BETWEEN 0 AND ${SEARCH_WITHIN_MS})))`;

/** What people saw and did. Append-only: the table refuses every change and removal. */
export class AuditLog {
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /**
   * Must succeed before the thing itself is shown or done: what cannot be recorded does not happen.
   * @param db a transaction in which the thing is done too: both happen, or neither
   */
  async record(
    actor: Actor | { account: string; address: string | null },
    event: AuditEvent,
    db: Queryable = this.pool,
  ): Promise<void> {
    const account = 'user' in actor ? actor.user.account : actor.account;
    const userId = 'user' in actor ? actor.user.id : null;
    await execute(
      db,
      `INSERT INTO access_audit (at_ms, actor_id, actor_account, address, action, object, reason, succeeded)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        this.clock.nowMs(),
        userId,
        account,
        actor.address,
        event.action,
        event.object ?? null,
        event.reason ?? null,
        event.succeeded ?? true,
      ],
    );
  }

  /**
   * What was done to one thing and its parts (`clue/ID`, `clue/ID/step/3`), oldest first, the newest of them where there are more than `limit`.
   * Only for whoever may see the thing; looks that tell of another thing are left out: see {@link TELLS_OF_ANOTHER}.
   */
  async about(object: string, limit: number): Promise<readonly AuditEntry[]> {
    const found = await rows(
      this.pool,
      entrySchema,
      `SELECT * FROM access_audit a WHERE (object COLLATE "C" = $1 OR (object COLLATE "C" > $1 || '/' AND object COLLATE "C" < $1 || '0'))
         AND NOT ${TELLS_OF_ANOTHER} ORDER BY id DESC LIMIT $2`,
      [object, limit],
    );
    return found.toReversed();
  }

  /** Newest first. Throws RefusedError('invalid') for a cursor that is none. */
  async list(filter: AuditFilter, page: { cursor: string | null; limit: number }): Promise<Page<AuditEntry>> {
    const { actorAccount, actions, text, fromMs, untilMs, succeeded } = filter;
    const limit = Math.min(page.limit, MAX_AUDIT_PAGE);
    const found = await rows(
      this.pool,
      entrySchema,
      `SELECT * FROM access_audit WHERE ($1::bigint IS NULL OR id < $1) AND ($2::text IS NULL OR actor_account = $2)
         AND ($3::text[] IS NULL OR action = ANY($3)) AND ($4::text IS NULL OR strpos(object, $4) > 0 OR strpos(reason, $4) > 0)
         AND ($5::bigint IS NULL OR at_ms >= $5) AND ($6::bigint IS NULL OR at_ms < $6) AND ($7::boolean IS NULL OR succeeded = $7)
       ORDER BY id DESC LIMIT $8`,
      [
        idCursor(page.cursor),
        actorAccount ?? null,
        actions ?? null,
        text ?? null,
        fromMs ?? null,
        untilMs ?? null,
        succeeded ?? null,
        limit + 1,
      ],
    );
    return pageOf(found, limit, ({ id }) => id);
  }
}
