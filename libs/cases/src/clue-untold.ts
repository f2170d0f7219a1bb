import type { User } from '@tianyan/access';
import type { NoticeOutbox, NoticeRecipient } from '@tianyan/notices';
import { execute, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { clueNotice, handlersOf, leadersOf, toldOfDeadline } from './clue-notices.js';
import type { Clue } from './clue-rows.js';
import type { OpenClue } from './clue-writes.js';
import { notWithdrawn } from './recusals.js';
import { MAX_TOLD_AT_ONCE, tellAgain } from './telling.js';

const KINDS = ['clue-data-changed', 'clue-rebounded'] as const;
type UntoldKind = (typeof KINDS)[number];

const untoldSchema = z.object({ clue_id: z.string(), kind: z.enum(KINDS) });

/** Tells of what the platform has done on the clue; where nobody is left for it, whoever comes is told by {@link tellUntold}. */
export async function tellOrKeep(
  client: ClientBase,
  outbox: Pick<NoticeOutbox, 'enqueue'>,
  { kind, clue }: { kind: UntoldKind; clue: Clue },
  recipients: readonly NoticeRecipient[],
): Promise<void> {
  if (recipients.length > 0) return outbox.enqueue(client, clueNotice(kind, clue, clue.revision), recipients);
  // That a clue is open again and waits for somebody is more than that its data have changed: of both that is kept.
  const sql = `INSERT INTO clue_untold (clue_id, kind) VALUES ($1, $2) ON CONFLICT (clue_id) DO UPDATE
    SET kind = CASE WHEN clue_untold.kind = 'clue-rebounded' THEN clue_untold.kind ELSE excluded.kind END`;
  await execute(client, sql, [clue.id, kind]);
}

/** The first of what waits for somebody to be told, after this clue. */
export async function untoldAfter(pool: Pool, clueId: string): Promise<{ clueId: string; kind: UntoldKind }[]> {
  const sql = `SELECT clue_id, kind FROM clue_untold WHERE clue_id > $1 ORDER BY clue_id LIMIT ${MAX_TOLD_AT_ONCE}`;
  return (await rows(pool, untoldSchema, sql, [clueId])).map(({ clue_id: id, kind }) => ({ clueId: id, kind }));
}

/** Of a clue under lock. Returns whether it waits no more: somebody is told, or there is nothing to tell. */
export async function tellUntold(
  client: ClientBase,
  outbox: Pick<NoticeOutbox, 'enqueue'>,
  { kind, clue }: { kind: UntoldKind; clue: Clue },
  users: readonly User[],
): Promise<boolean> {
  // Whoever has taken it on since knows what had opened it.
  const isPast = kind === 'clue-rebounded' ? clue.state !== 'registered' : clue.state === 'merged' || clue.state === 'cancelled';
  const free = await notWithdrawn(client, clue.id, users);
  const recipients = kind === 'clue-rebounded' ? leadersOf(clue, free) : handlersOf(clue, free);
  if (!isPast && recipients.length === 0) return false;
  const waited = await execute(client, 'DELETE FROM clue_untold WHERE clue_id = $1 AND kind = $2', [clue.id, kind]);
  // Another process was quicker.
  if (waited > 0 && !isPast) await outbox.enqueue(client, clueNotice(kind, clue, clue.revision), recipients);
  return true;
}

/**
 * After somebody has withdrawn, a deadline of which people were told, or are about to be, is told again where it is now somebody else's turn, or nobody's:
 * whoever takes over would hear nothing before it is over.
 */
export async function tellNewHands(
  client: ClientBase,
  { before, after }: { before: OpenClue; after: OpenClue },
  accounts: readonly User[],
): Promise<void> {
  const wereFree = accounts.filter(({ id }) => !before.facts.recusedIds.includes(id));
  const areFree = await notWithdrawn(client, after.clue.id, accounts);
  for (const what of ['due-soon', 'overdue'] as const) {
    const told = new Set(toldOfDeadline(what, before.clue, wereFree).map((one) => JSON.stringify(one)));
    const isTold = toldOfDeadline(what, after.clue, areFree).map((one) => JSON.stringify(one));
    if (isTold.length === 0 || isTold.some((one) => !told.has(one)))
      await tellAgain(client, { table: 'clue' }, after.clue.id, what);
  }
}
