import type { Clock, EpochMs } from '@tianyan/kernel';
import { execute, idText, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { Actor } from './user.js';

export type AuditAction =
  | 'sign-in'
  | 'sign-in-refused'
  | 'unlock-sign-in'
  | 'sign-out'
  | 'change-password'
  | 'read-raw-record'
  | 'read-unmasked-record'
  | 'decide-finding'
  | 'read-quarantined'
  | 'read-unmasked-quarantined'
  | 'replay-quarantined'
  | 'discard-quarantined'
  | 'reopen-quarantined'
  | 'propose-correction'
  | 'approve-correction'
  | 'reject-correction'
  | 'withdraw-correction'
  | 'read-correction'
  | 'read-unmasked-correction'
  | 'mend-quarantined-group'
  | 'cancel-mend'
  | 'upload-file'
  | 'delete-held-list'
  | 'discard-held-list'
  | 'start-sweep'
  | 'switch-rule'
  | 'set-rule-parameters'
  | 'set-aside'
  | 'register-clue'
  | 'take-clue-step'
  | 'read-clue-people'
  | 'end-exemption'
  | 'publish-rule'
  | 'try-rule'
  | 'retire-rule'
  | 'resume-rule'
  | 'restore-rule'
  | 'shadow-rule'
  | 'end-shadow'
  | 'draft-rule'
  | 'edit-rule-draft'
  | 'submit-rule-draft'
  | 'approve-rule-draft'
  | 'return-rule-draft'
  | 'discard-rule-draft'
  | 'import-rules'
  | 'settle-clock'
  | 'save-team'
  | 'delete-team'
  | 'make-webhook-key'
  | 'save-webhook-hosts'
  | 'retry-delivery'
  | 'refused';

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

/** What people saw and did. Append-only: the table refuses every change and removal. */
export class AuditLog {
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {}

  /** Must succeed before the thing itself is shown or done: what cannot be recorded does not happen. */
  async record(actor: Actor | { account: string; address: string | null }, event: AuditEvent): Promise<void> {
    const account = 'user' in actor ? actor.user.account : actor.account;
    const userId = 'user' in actor ? actor.user.id : null;
    await execute(
      this.pool,
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

  /** Newest first. */
  async list(page: { beforeId: string | null; limit: number }): Promise<AuditEntry[]> {
    const sql = 'SELECT * FROM access_audit WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2';
    return rows(this.pool, entrySchema, sql, [page.beforeId, Math.min(page.limit, MAX_AUDIT_PAGE)]);
  }
}
