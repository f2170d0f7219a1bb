import { RefusedError } from '@tianyan/kernel';
import { cellText, rowOf } from './cells.js';
import type { Outcome } from './correction.js';
import type { QuarantineGroup } from './group-store.js';
import type { Mend, MendState, NewMend } from './mend-store.js';
import { isByHand, type Plan } from './plan.js';
import type { QuarantineParts } from './quarantine-parts.js';
import type { QuarantineItem } from './quarantine-store.js';

/** A plan tried on a group before anything happens. */
export interface PlanPreview {
  /** Rows of the group, and how many of them were tried. */
  total: number;
  examined: number;
  accepted: number;
  /** Why the others would stay, the most frequent first. */
  reasons: { reason: string; count: number }[];
  samples: PlanSample[];
}

/** One row with what a plan makes of it. */
export interface PlanSample {
  item: QuarantineItem;
  accepted: boolean;
  reason: string | null;
  /** The row as it would be published; null if it would not. */
  raw: string | null;
}

/** Rows tried for a preview: all that one run can bring in (see MAX_REFUSED_PER_RUN), a second or two of work. */
const MAX_PREVIEW_ROWS = 10_000;
const PREVIEW_SAMPLES = 8;

/** What people do with all rows of a group at once, and what a second person does with the values of the first. */
export class MendService {
  constructor(private readonly parts: QuarantineParts) {}

  list(query: { source?: string | undefined }): Promise<QuarantineGroup[]> {
    return this.parts.groups.list(query);
  }

  async find(key: string): Promise<QuarantineGroup | null> {
    return (await this.parts.groups.list({ key }))[0] ?? null;
  }

  rows(key: string): Promise<QuarantineItem[]> {
    return this.parts.groups.rowsAfter(key, 0);
  }

  /** What stands in these columns, as text; null where nothing does. */
  cells(raw: string, columns: readonly string[]): (string | null)[] {
    const row = rowOf(raw);
    return columns.map((column) => (row === null ? null : cellText(row, column)));
  }

  mends(query: { groupKey?: string; itemId?: number; state?: MendState }): Promise<Mend[]> {
    return this.parts.mends.list(query);
  }

  findMend(id: number): Promise<Mend | null> {
    return this.parts.mends.find(id);
  }

  /** Throws RefusedError `not-found` for a group without open rows. */
  async preview(key: string, plan: Plan): Promise<PlanPreview> {
    const group = await this.group(key);
    const preview: PlanPreview = { total: group.count, examined: 0, accepted: 0, reasons: [], samples: [] };
    if (plan.kind === 'discard') return { ...preview, examined: group.count, accepted: group.count };
    const reasons = new Map<string, number>();
    let afterId = 0;
    while (preview.examined < MAX_PREVIEW_ROWS) {
      const rows = await this.parts.groups.rowsAfter(key, afterId);
      if (rows.length === 0) break;
      for (const { item, outcome } of await this.parts.mending.try(rows, plan, { group: true })) {
        preview.examined++;
        afterId = item.id;
        if (outcome.accepted) preview.accepted++;
        else reasons.set(outcome.reason, (reasons.get(outcome.reason) ?? 0) + 1);
        keepSample(preview, sampleOf(item, outcome));
      }
    }
    preview.reasons = [...reasons]
      .map(([reason, count]) => ({ reason, count }))
      .toSorted((a, b) => b.count - a.count)
      .slice(0, PREVIEW_SAMPLES);
    return preview;
  }

  /** Some of a mend's rows, as they are and as it makes them: what a second person compares. */
  async samples(id: number): Promise<PlanSample[]> {
    const mend = await this.mendOf(id);
    const { plan } = mend;
    const rows = await this.sampledRows(mend);
    const open = rows.filter(({ state }) => state === 'open');
    const settled = rows.filter(({ state }) => state !== 'open');
    const tried = plan.kind === 'discard' ? [] : await this.parts.mending.try(open, plan, { group: mend.groupKey !== null });
    return [
      ...tried.map(({ item, outcome }) => sampleOf(item, outcome)),
      ...settled.map((item) => ({
        item,
        accepted: item.state === 'replayed',
        reason: null,
        raw: item.state === 'replayed' ? item.settlement : null,
      })),
    ].slice(0, PREVIEW_SAMPLES);
  }

  private async sampledRows(mend: Mend): Promise<QuarantineItem[]> {
    if (mend.itemId !== null) {
      const item = await this.parts.store.find(mend.itemId);
      return item ? [item] : [];
    }
    const settled = await this.parts.store.list({ mend: mend.id, limit: PREVIEW_SAMPLES });
    return settled.length > 0 ? settled : this.parts.groups.rowsAfter(mend.groupKey ?? '', 0);
  }

  /**
   * Has the whole group mended: at once where nobody's values but the source's are used or the rows are given up, else
   * after a second person has approved. Throws RefusedError `not-found`, `invalid`, `conflict`.
   */
  async mend(key: string, input: { plan: Plan; actor: string; reason: string | null }): Promise<Mend> {
    const { plan, actor, reason } = input;
    const group = await this.group(key);
    if (plan.kind === 'row') throw new RefusedError('invalid', '整行改写只能逐条进行');
    if (reason === null && plan.kind !== 'replay') throw new RefusedError('invalid', '请写明理由');
    if (isByHand(plan) && (await this.preview(key, plan)).accepted === 0)
      throw new RefusedError('invalid', '按这个方案没有一行能通过，请先试算、修改方案');
    const mend: NewMend = {
      source: group.source,
      feed: group.feed,
      type: group.type,
      itemId: null,
      groupKey: key,
      plan,
      reason,
      mappingHash: await this.parts.mending.mappingHash(group),
      proposedBy: actor,
      maxItemId: await this.parts.groups.maxId(key),
      total: group.count,
      state: isByHand(plan) ? 'proposed' : 'running',
    };
    const added = await this.parts.mends.add(mend);
    if (added.state === 'running') await this.parts.start(added.id);
    return added;
  }

  /**
   * The second person lets a plan pass and it runs; of a single row, before this returns. Throws RefusedError `forbidden`
   * for the author, `conflict` if it is decided already or the mapping is another by now.
   */
  async approve(id: number, actor: string): Promise<Mend> {
    const mend = await this.mendOf(id);
    if (mend.proposedBy === actor) throw new RefusedError('forbidden', '自己提出的改正须由另一个人复核');
    if (mend.state === 'proposed' && (await this.parts.mending.mappingHash(mend)) !== mend.mappingHash)
      throw new RefusedError('conflict', '提出之后映射改过，结果可能不同。请退回，按新的映射重新提出');
    if (!(await this.parts.mends.approve(id, actor))) throw alreadyDecided();
    // The job as well: should this process end here, another goes on.
    await this.parts.start(id);
    if (mend.itemId !== null) await this.parts.runner.run(id);
    return this.mendOf(id);
  }

  /** Throws RefusedError `forbidden` for the author (who withdraws instead), `conflict` if it is decided already. */
  async reject(id: number, input: { actor: string; reason: string }): Promise<Mend> {
    const mend = await this.mendOf(id);
    if (mend.proposedBy === input.actor) throw new RefusedError('forbidden', '自己提出的改正请用“撤回”');
    return (await this.parts.mends.turnDown(id, { state: 'rejected', ...input })) ?? Promise.reject(alreadyDecided());
  }

  /** Throws RefusedError `forbidden` for anybody but the author, `conflict` if it is decided already. */
  async withdraw(id: number, actor: string): Promise<Mend> {
    const mend = await this.mendOf(id);
    if (mend.proposedBy !== actor) throw new RefusedError('forbidden', '只有提出的人可以撤回');
    const turned = await this.parts.mends.turnDown(id, { state: 'withdrawn', actor, reason: null });
    return turned ?? Promise.reject(alreadyDecided());
  }

  /** Stops after the batch in hand; what is published stays. Throws RefusedError `conflict` if it does not run. */
  async cancel(id: number, actor: string): Promise<Mend> {
    await this.mendOf(id);
    const cancelled = await this.parts.mends.cancel(id, `由 ${actor} 停止，已处理的行不变，其余仍在隔离区`);
    return cancelled ?? Promise.reject(new RefusedError('conflict', '它已经结束，请刷新页面'));
  }

  private async group(key: string): Promise<QuarantineGroup> {
    const group = await this.find(key);
    if (!group) throw new RefusedError('not-found', '这一组已经没有待处理的行，请刷新列表');
    return group;
  }

  private async mendOf(id: number): Promise<Mend> {
    const mend = await this.parts.mends.find(id);
    if (!mend) throw new RefusedError('not-found', '没有这个改正方案，请刷新列表');
    return mend;
  }
}

function sampleOf(item: QuarantineItem, outcome: Outcome): PlanSample {
  return outcome.accepted
    ? { item, accepted: true, reason: null, raw: outcome.raw }
    : { item, accepted: false, reason: outcome.reason, raw: null };
}

/** Some that pass and some that do not: each half shows what the other hides. */
function keepSample(preview: PlanPreview, sample: PlanSample): void {
  const alike = preview.samples.filter(({ accepted }) => accepted === sample.accepted).length;
  if (alike < PREVIEW_SAMPLES / 2) preview.samples.push(sample);
}

function alreadyDecided(): RefusedError {
  return new RefusedError('conflict', '已经有人处理过这个方案，请刷新页面');
}
