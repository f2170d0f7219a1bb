import { standingDelegations, type User } from '@tianyan/access';
import { chinaDayOf, type EpochMs } from '@tianyan/kernel';
import type { NoticeRecipient } from '@tianyan/notices';
import type { ClientBase } from '@tianyan/postgres';
import { notStayingAway } from '../stays-away.js';
import { alsoCircularDeputies, circularHandlers, type KnownCircular } from './circular-notices.js';
import { originLimits, originsOf } from './circular-origins.js';
import type { Circular } from './circular-rows.js';

/**
 * Who of the commission's people is told of a circular, in the transaction that tells: those whose turn it is, and who acts in their place; nobody who stays
 * away from it.
 */
export async function hearersOf(
  client: ClientBase,
  { circular, accounts, nowMs }: { circular: Circular; accounts: readonly User[]; nowMs: EpochMs },
  whoseTurn: (known: KnownCircular, users: readonly User[]) => NoticeRecipient[],
): Promise<NoticeRecipient[]> {
  const { known, free } = await knownTo(client, circular, accounts);
  const deputies = await standingDelegations(client, chinaDayOf(nowMs));
  return alsoCircularDeputies(known, whoseTurn(known, free), { users: free, deputies });
}

/** Who mends a draft, which nobody does in the place of another. */
export async function draftersOf(
  client: ClientBase,
  { circular, accounts }: { circular: Circular; accounts: readonly User[] },
): Promise<NoticeRecipient[]> {
  const { known, free } = await knownTo(client, circular, accounts);
  return circularHandlers(known, free);
}

async function knownTo(
  client: ClientBase,
  circular: Circular,
  accounts: readonly User[],
): Promise<{ known: KnownCircular; free: readonly User[] }> {
  const limits = await originLimits(client, await originsOf(client, circular.id));
  const free = await notStayingAway(client, { kind: 'circular', id: circular.id }, accounts);
  return { known: { circular, ...limits }, free };
}
