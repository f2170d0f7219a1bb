import { inTransaction, rows, type ClientBase, type NamedLock, type Pool } from '@tianyan/postgres';
import { batchIds } from './group-store.js';
import type { Mend, MendStore } from './mend-store.js';
import type { Mending } from './mending.js';
import { isByHand } from './plan.js';
import { itemSchema, type QuarantineItem, type QuarantineStore } from './quarantine-store.js';

/** Runs mends: rows in batches, each in a transaction of its own that also notes how far the mend is. */
export class MendRunner {
  private interrupted = false;

  constructor(
    private readonly parts: { pool: Pool; store: QuarantineStore; mends: MendStore; mending: Mending; lock: NamedLock },
  ) {}

  /** Goes on behind the last batch until no row is left. Returns at once if it does not run, or is run by somebody else. */
  async run(id: number): Promise<void> {
    await this.parts.lock.alone(`quarantine-mend/${id}`, async () => {
      while (!this.interrupted && (await this.batch(id)));
      return null;
    });
  }

  /** Ends every run after the batch in hand; the next start goes on. */
  interrupt(): void {
    this.interrupted = true;
  }

  /** False when the mend has ended. */
  private batch(id: number): Promise<boolean> {
    return inTransaction(this.parts.pool, async (client) => {
      const mend = await this.parts.mends.lockRunning(client, id);
      if (!mend) return false;
      if (isByHand(mend.plan) && (await this.parts.mending.mappingHash(mend)) !== mend.mappingHash) {
        const note = '映射在复核之后改过，其余的行没有处理。请按新的映射重新提出';
        await this.parts.mends.finish(client, id, { state: 'cancelled', note });
        return false;
      }
      const items = await lockItems(client, mend);
      const last = items.at(-1);
      if (!last) {
        await this.parts.mends.finish(client, id, { state: 'done', note: await this.settledBefore(mend) });
        return false;
      }
      const { accepted, note } = await this.treat(client, mend, items);
      await this.parts.mends.advance(client, id, { lastItemId: last.id, accepted, refused: items.length - accepted, note });
      return true;
    });
  }

  /** Why nothing was done, for those who proposed and approved it; null where something was. */
  private async settledBefore(mend: Mend): Promise<string | null> {
    if (mend.itemId === null || mend.accepted + mend.refused > 0) return null;
    const item = await this.parts.store.find(mend.itemId);
    return item?.settledBy ? `这一行在此之前已经处理（${item.settledBy}），没有再改` : null;
  }

  private async treat(
    client: ClientBase,
    mend: Mend,
    items: readonly QuarantineItem[],
  ): Promise<{ accepted: number; note: string | null }> {
    const { plan } = mend;
    if (plan.kind === 'discard') {
      const ids = items.map(({ id }) => id);
      await this.parts.store.discard(client, ids, { actor: mend.proposedBy, reason: mend.reason, mendId: mend.id });
      return { accepted: items.length, note: null };
    }
    const tried = await this.parts.mending.apply(client, items, {
      plan,
      actor: mend.proposedBy,
      mendId: mend.id,
      edit: editOf(mend),
      group: mend.groupKey !== null,
    });
    const [refusal] = tried.flatMap(({ outcome }) => (outcome.accepted ? [] : [outcome.reason]));
    return { accepted: tried.filter(({ outcome }) => outcome.accepted).length, note: refusal ?? null };
  }
}

/** What the records say of who made them. A plan by hand that nobody reviewed or gave a reason for must not get here. */
function editOf(mend: Mend) {
  if (!isByHand(mend.plan)) return null;
  if (mend.decidedBy === null || mend.decidedBy === mend.proposedBy || mend.reason === null)
    throw new Error(`mend ${mend.id} is running although no second person has approved it`);
  return { editedBy: mend.proposedBy, reviewedBy: mend.decidedBy, editReason: mend.reason };
}

/** The next rows of the mend that are still open. They stay locked: a single replay of one of them has to wait. */
async function lockItems(client: ClientBase, mend: Mend): Promise<QuarantineItem[]> {
  const chosen = mend.itemId === null ? 'group_key = $1' : 'id = $1::bigint';
  const ids = batchIds(`${chosen} AND state = 'open' AND id > $2 AND id <= $3`);
  return rows(client, itemSchema, `SELECT * FROM quarantine WHERE id IN (${ids}) AND state = 'open' ORDER BY id FOR UPDATE`, [
    mend.itemId ?? mend.groupKey,
    mend.lastItemId,
    mend.maxItemId,
  ]);
}
