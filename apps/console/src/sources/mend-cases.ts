import {
  coversOfRow,
  maskReason,
  maskText,
  Reach,
  requireAction,
  type Actor,
  type AuditAction,
  type AuditLog,
  type CountyWide,
  type Reveals,
} from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import type { Correctable, Mend, Plan, QuarantineItem } from '@tianyan/sources';
import type { z } from 'zod';
import type {
  CorrectionRequest,
  GroupMendRequest,
  GroupPlan,
  mendQuerySchema,
  MendDetail,
  MendItem,
  MendList,
  PlanPreview,
  QuarantineGroupDetail,
  QuarantineGroupList,
} from '../api/index.js';
import type { QuarantineServices } from '../tokens.js';
import { changedColumns, shownCell, shownRow, type MendAnswers, type Shown } from './mend-answers.js';

/** Rows of a group that are shown one by one, and different values of a column. */
const SHOWN_SAMPLES = 5;
const SHOWN_VALUES = 20;

/** Mending quarantined rows: what one person proposes, a second lets pass. For the whole county alone, as the rows are. */
export class MendCases {
  constructor(
    private readonly parts: {
      quarantine: CountyWide<QuarantineServices>;
      answers: MendAnswers;
      audit: AuditLog;
      reveals: Reveals;
    },
  ) {}

  async groups(actor: Actor, query: { source?: string | undefined }): Promise<QuarantineGroupList> {
    const { answers } = this.parts;
    const mends = this.parts.quarantine.within(Reach.of(actor))?.mends;
    if (!mends) return { items: [] };
    const [groups, waiting, running] = await Promise.all([
      mends.list(query),
      mends.mends({ state: 'proposed' }),
      mends.mends({ state: 'running' }),
    ]);
    const shown = await answers.shown([...waiting, ...running].map(({ source }) => ({ source })));
    const active = new Map([...waiting, ...running].map((mend) => [mend.groupKey, mend]));
    return {
      items: groups.map((group) => {
        const mend = active.get(group.key);
        return answers.group(group, shown, mend ? answers.mend(mend, actor, { shown, unmask: false }) : null);
      }),
    };
  }

  /** Values are covered: to see them as they are, a single row is opened with a reason. */
  async group(actor: Actor, key: string): Promise<QuarantineGroupDetail> {
    const { answers, audit } = this.parts;
    const held = this.opened(actor, NO_GROUP);
    const { mends } = held;
    const group = await mends.find(key);
    if (!group) throw new RefusedError('not-found', NO_GROUP);
    await audit.record(actor, { action: 'read-quarantined', object: `quarantine-group/${key}` });
    const [rows, done] = await Promise.all([mends.rows(key), mends.mends({ groupKey: key })]);
    const shown = await answers.shown([...rows, { source: group.source }]);
    const showing = { shown, unmask: false };
    const shownMends = done.map((mend) => answers.mend(mend, actor, showing));
    const [active] = shownMends.filter(({ state }) => state === 'proposed' || state === 'running');
    const correctable = await correctableOf(held, rows);
    const columns = correctable.columns.map(({ column, fields }) => ({
      column,
      fieldLabels: fields.map(({ label }) => label),
      values: valuesOf(mends, rows, column, shown),
    }));
    const names = columns.map(({ column }) => column);
    return {
      ...answers.group(group, shown, active ?? null),
      columns,
      closed: correctable.whole ? '这些行的原文不完整，只能逐条改写，或整组作废' : correctable.closed,
      samples: rows.slice(0, SHOWN_SAMPLES).map((row) => {
        const covers = coversOfRow(row.raw, shown.uses(row), { refused: true });
        return {
          id: String(row.id),
          recordId: row.recordId === null ? null : maskText(row.recordId, { covers }),
          reason: maskReason(row.reason, { covers }),
          cells: answers.cells(row, names, showing),
        };
      }),
      examined: rows.length,
      mends: shownMends,
    };
  }

  async preview(actor: Actor, key: string, plan: GroupPlan): Promise<PlanPreview> {
    const { answers } = this.parts;
    const held = this.opened(actor, NO_GROUP);
    const preview = await held.mends.preview(key, plan);
    const columns = await columnsOf(held, plan, preview.samples[0]?.item);
    const shown = await answers.shown(preview.samples.map(({ item }) => item));
    return {
      ...preview,
      reasons: preview.reasons.map(({ reason, count }) => ({ reason: maskReason(reason), count })),
      samples: answers.samples(preview.samples, columns, { shown, unmask: false }),
    };
  }

  async mendGroup(actor: Actor, key: string, request: GroupMendRequest): Promise<MendItem> {
    const { audit } = this.parts;
    const { plan } = request;
    const reason = request.reason ?? null;
    // Rows given up are rows that no rule ever sees.
    const allowed = plan.kind === 'discard' ? 'discard-quarantined' : 'mend-quarantined';
    await requireAction(audit, actor, allowed, `quarantine-group/${key}`);
    const { mends } = this.opened(actor, NO_GROUP);
    await audit.record(actor, {
      action: plan.kind === 'values' ? 'propose-correction' : 'mend-quarantined-group',
      object: `quarantine-group/${key}/${plan.kind}`,
      ...(reason === null ? {} : { reason }),
    });
    return this.shown(actor, await mends.mend(key, { plan, actor: actor.user.account, reason }));
  }

  /** Puts a correction of one row before a second person. */
  async propose(actor: Actor, rowId: number, request: CorrectionRequest): Promise<MendItem> {
    const { plan, reason } = request;
    const { quarantine } = this.opened(actor, NO_GROUP);
    await this.parts.audit.record(actor, { action: 'propose-correction', object: `quarantine/${rowId}/${plan.kind}`, reason });
    return this.shown(actor, await quarantine.propose(rowId, { plan, actor: actor.user.account, reason }));
  }

  async list(actor: Actor, query: z.output<typeof mendQuerySchema>): Promise<MendList> {
    const mends = this.parts.quarantine.within(Reach.of(actor))?.mends;
    if (!mends) return { items: [] };
    const found = await mends.mends({
      ...(query.state && { state: query.state }),
      ...(query.group && { groupKey: query.group }),
      ...(query.item && { itemId: mendId(query.item) }),
    });
    const shown = await this.parts.answers.shown(found.map(({ source }) => ({ source })));
    return { items: found.map((mend) => this.parts.answers.mend(mend, actor, { shown, unmask: false })) };
  }

  /** Original and proposed side by side; whoever lets values pass must be able to see them, with a reason that is on record. */
  async get(actor: Actor, id: string, request: { unmask: boolean; reason: string | null }): Promise<MendDetail> {
    const { answers, audit, reveals } = this.parts;
    const held = this.opened(actor, NO_MEND);
    const { mends } = held;
    const mend = await findMend(mends, id);
    const object = `quarantine-mend/${mend.id}`;
    if (request.unmask) await reveals.permit(actor, { action: 'read-unmasked-correction', object, reason: request.reason });
    else await audit.record(actor, { action: 'read-correction', object });
    const samples = await mends.samples(mend.id);
    const columns = await columnsOf(held, mend.plan, samples[0]?.item);
    const shown = await answers.shown([...samples.map(({ item }) => item), { source: mend.source }]);
    const showing = { shown, unmask: request.unmask };
    return {
      ...answers.mend(mend, actor, showing),
      masked: !request.unmask,
      samples: answers.samples(samples, columns, showing),
      row: mend.plan.kind === 'row' ? shownRow(mend.plan.raw, shown.uses({ source: mend.source }), request.unmask) : null,
    };
  }

  approve(actor: Actor, id: string): Promise<MendItem> {
    return this.step(actor, id, { action: 'approve-correction', reason: null }, (mends, mend) =>
      mends.approve(mend, actor.user.account),
    );
  }

  reject(actor: Actor, id: string, reason: string): Promise<MendItem> {
    return this.step(actor, id, { action: 'reject-correction', reason }, (mends, mend) =>
      mends.reject(mend, { actor: actor.user.account, reason }),
    );
  }

  withdraw(actor: Actor, id: string): Promise<MendItem> {
    return this.step(actor, id, { action: 'withdraw-correction', reason: null }, (mends, mend) =>
      mends.withdraw(mend, actor.user.account),
    );
  }

  cancel(actor: Actor, id: string): Promise<MendItem> {
    return this.step(actor, id, { action: 'cancel-mend', reason: null }, (mends, mend) => mends.cancel(mend, actor.user.account));
  }

  /** On record before it happens; so is the attempt of somebody who may not. */
  private async step(
    actor: Actor,
    id: string,
    entry: { action: AuditAction; reason: string | null },
    take: (mends: QuarantineServices['mends'], mend: number) => Promise<Mend>,
  ): Promise<MendItem> {
    const { mends } = this.opened(actor, NO_MEND);
    const mend = await findMend(mends, id);
    const object = `quarantine-mend/${mend.id}`;
    await this.parts.audit.record(actor, {
      action: entry.action,
      object,
      ...(entry.reason === null ? {} : { reason: entry.reason }),
    });
    try {
      return await this.shown(actor, await take(mends, mend.id));
    } catch (error) {
      if (error instanceof RefusedError)
        await this.parts.audit.record(actor, { action: 'refused', object: `${object}/${entry.action}`, succeeded: false });
      throw error;
    }
  }

  private async shown(actor: Actor, mend: Mend): Promise<MendItem> {
    const { answers } = this.parts;
    return answers.mend(mend, actor, { shown: await answers.shown([{ source: mend.source }]), unmask: false });
  }

  /** Throws RefusedError('not-found') with the words for what is not there. */
  private opened(actor: Actor, notFound: string): QuarantineServices {
    const held = this.parts.quarantine.within(Reach.of(actor));
    if (held === null) throw new RefusedError('not-found', notFound);
    return held;
  }
}

const NO_GROUP = '这一组已经没有待处理的行，请回到隔离区';
const NO_MEND = '没有这个改正方案，请刷新列表';

async function findMend(mends: QuarantineServices['mends'], id: string): Promise<Mend> {
  const mend = await mends.findMend(mendId(id));
  if (!mend) throw new RefusedError('not-found', NO_MEND);
  return mend;
}

/** Rows of a group broke alike, so the first stands for all. */
async function correctableOf({ quarantine }: QuarantineServices, rows: readonly QuarantineItem[]): Promise<Correctable> {
  const [first] = rows;
  return first ? quarantine.correctable(first) : { columns: [], whole: false, closed: null };
}

async function columnsOf(held: QuarantineServices, plan: Plan, row: QuarantineItem | undefined): Promise<string[]> {
  return changedColumns(plan, (await correctableOf(held, row ? [row] : [])).columns);
}

function valuesOf(mends: QuarantineServices['mends'], rows: readonly QuarantineItem[], column: string, shown: Shown) {
  // Rows of one group come from one feed.
  const uses = rows[0] ? shown.uses(rows[0]) : new Map();
  const counts = Map.groupBy(rows, (row) => mends.cells(row.raw, [column])[0] ?? null);
  return [...counts]
    .map(([text, same]) => ({ ...shownCell(column, text, uses, false), count: same.length }))
    .map(({ text, masked, count }) => ({ text, masked, count }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, SHOWN_VALUES);
}

function mendId(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 0) throw new RefusedError('invalid', '编号无效，请回到列表重新打开');
  return id;
}
