import { RefusedError } from '@tianyan/kernel';
import { inTransaction, maybeRow, type ClientBase } from '@tianyan/postgres';
import type { Correctable } from './correction.js';
import type { Mend } from './mend-store.js';
import type { QuarantineParts } from './quarantine-parts.js';
import { isByHand, type Plan } from './plan.js';
import { itemSchema, type QuarantineItem, type QuarantineQuery, type QuarantineState } from './quarantine-store.js';

export interface ReplayOutcome {
  accepted: boolean;
  /** Chinese; what is still wrong. */
  reason: string | null;
  field: string | null;
}

/** What people do with quarantined rows, one by one. Groups, and what a second person does: {@link MendService}. */
export class QuarantineService {
  constructor(private readonly parts: QuarantineParts) {}

  list(query: QuarantineQuery): Promise<QuarantineItem[]> {
    return this.parts.store.list(query);
  }

  find(id: number): Promise<QuarantineItem | null> {
    return this.parts.store.find(id);
  }

  countByState(): Promise<Record<QuarantineState, number>> {
    return this.parts.store.countByState();
  }

  /** What may be changed by hand in this row as the mapping is now. */
  async correctable(item: QuarantineItem): Promise<Correctable> {
    const correction = await this.parts.mending.correction(item);
    return correction?.correctable(item) ?? { columns: [], whole: false, closed: '这个数据源或它的映射已不在配置中' };
  }

  /**
   * Tries the source's own row again by the mapping as it is now, and publishes what comes of it. Nobody's values but the
   * source's, so one person may. Throws RefusedError `not-found`, or `conflict` if the row is settled already.
   */
  async replay(id: number, input: { actor: string }): Promise<ReplayOutcome> {
    return inTransaction(this.parts.pool, async (client) => {
      const item = await lockOpen(client, id);
      const marked = { plan: { kind: 'replay' }, actor: input.actor, mendId: null, edit: null, group: false } as const;
      const [tried] = await this.parts.mending.apply(client, [item], marked);
      if (!tried || tried.outcome.accepted) return { accepted: true, reason: null, field: null };
      return { accepted: false, reason: tried.outcome.reason, field: tried.outcome.field };
    });
  }

  /**
   * Puts a correction before a second person; nothing is published yet. Throws RefusedError `invalid` where the row would
   * not pass with it or it changes what was not wrong, `conflict` where the row is settled or another correction waits.
   */
  async propose(id: number, input: { plan: Plan; actor: string; reason: string }): Promise<Mend> {
    if (!isByHand(input.plan) || input.plan.kind === 'discard') throw new RefusedError('invalid', '请写明要改正的内容');
    const item = await this.openItem(id);
    const [tried] = await this.parts.mending.try([item], input.plan, { group: false });
    if (tried && !tried.outcome.accepted) throw new RefusedError('invalid', `这样改正还不能通过：${tried.outcome.reason}`);
    return this.parts.mends.add({
      ...input,
      source: item.source,
      feed: item.feed,
      type: item.type,
      itemId: id,
      groupKey: null,
      mappingHash: await this.parts.mending.mappingHash(item),
      proposedBy: input.actor,
      maxItemId: id,
      total: 1,
      state: 'proposed',
    });
  }

  /** Throws RefusedError `not-found`, or `conflict` if the row is settled already. */
  async discard(id: number, input: { actor: string; reason: string }): Promise<void> {
    await inTransaction(this.parts.pool, async (client) => {
      await lockOpen(client, id);
      await this.parts.store.discard(client, [id], { ...input, mendId: null });
    });
  }

  /** Takes a discard back. Throws RefusedError `not-found`, or `conflict` if it is not discarded. */
  async reopen(id: number): Promise<void> {
    if (!(await this.parts.store.find(id))) throw notFound();
    if (!(await this.parts.store.reopen(id))) throw new RefusedError('conflict', '这一条没有作废，请刷新列表');
  }

  private async openItem(id: number): Promise<QuarantineItem> {
    const item = await this.parts.store.find(id);
    if (!item) throw notFound();
    if (item.state !== 'open') throw alreadySettled();
    return item;
  }
}

async function lockOpen(client: ClientBase, id: number): Promise<QuarantineItem> {
  const item = await maybeRow(client, itemSchema, 'SELECT * FROM quarantine WHERE id = $1 FOR UPDATE', [id]);
  if (!item) throw notFound();
  if (item.state !== 'open') throw alreadySettled();
  return item;
}

function notFound(): RefusedError {
  return new RefusedError('not-found', '隔离区里没有这一条，请刷新列表');
}

function alreadySettled(): RefusedError {
  return new RefusedError('conflict', '这一条已经被处理过了，请刷新列表');
}
