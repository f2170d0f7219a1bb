import {
  coversOfRow,
  maskReason,
  maskRow,
  maskText,
  Reach,
  type Actor,
  type AuditLog,
  type CountyWide,
  type Reveals,
} from '@tianyan/access';
import { RefusedError } from '@tianyan/kernel';
import { pageOf } from '@tianyan/postgres';
import type { QuarantineItem as QuarantinedRow } from '@tianyan/sources';
import type { z } from 'zod';
import type {
  quarantineQuerySchema,
  QuarantineDetail,
  QuarantineItem,
  QuarantineList,
  QuarantineState,
  ReplayResult,
} from '../api/index.js';
import type { QuarantineServices } from '../tokens.js';
import type { MendAnswers, Shown } from './mend-answers.js';

/** Of a longer raw text only the beginning is shown: a cell of 10 MB would freeze the browser. */
const MAX_SHOWN_CHARS = 64 * 1024;

const STATES: Readonly<Record<QuarantinedRow['state'], QuarantineState>> = {
  open: 'waiting',
  replayed: 'replayed',
  discarded: 'discarded',
};
const STORED: Readonly<Record<QuarantineState, QuarantinedRow['state']>> = {
  waiting: 'open',
  replayed: 'replayed',
  discarded: 'discarded',
};

/**
 * Looking at quarantined rows, replaying them as they are, or giving them up. Corrections: `MendCases`. A row that could not be
 * read has no township, and its raw text may be about anybody: to less than the whole county there are none.
 */
export class QuarantineCases {
  constructor(
    private readonly parts: {
      quarantine: CountyWide<QuarantineServices>;
      answers: MendAnswers;
      audit: AuditLog;
      reveals: Reveals;
    },
  ) {}

  async list(actor: Actor, query: z.output<typeof quarantineQuerySchema>): Promise<QuarantineList> {
    const held = this.parts.quarantine.within(Reach.of(actor));
    if (held === null) return { items: [], nextCursor: null };
    const rows = await held.quarantine.list({
      ...(query.state && { state: STORED[query.state] }),
      ...(query.source && { source: query.source }),
      ...(query.type && { type: query.type }),
      ...(query.group && { group: query.group }),
      ...(query.cursor && { beforeId: idOf(query.cursor) }),
      // One more than asked for tells whether there is another page.
      limit: query.limit + 1,
    });
    const shown = await this.parts.answers.shown(rows);
    const { items, nextCursor } = pageOf(rows, query.limit, ({ id }) => String(id));
    return { items: items.map((row) => this.item(row, shown)), nextCursor };
  }

  /** The raw text is covered unless a reason is given: to mend a row one must see it. Both are on record. */
  async get(actor: Actor, id: string, request: { unmask: boolean; reason: string | null }): Promise<QuarantineDetail> {
    const { row, mends, quarantine } = await this.find(actor, id);
    const object = `quarantine/${id}`;
    const { answers, audit, reveals } = this.parts;
    if (request.unmask) await reveals.permit(actor, { action: 'read-unmasked-quarantined', object, reason: request.reason });
    else await audit.record(actor, { action: 'read-quarantined', object });
    const [shown, correctable, done] = await Promise.all([
      answers.shown([row]),
      quarantine.correctable(row),
      mends.mends({ itemId: row.id }),
    ]);
    // Rows of confidential orders are closed like all others of the kind: their mapping knows the order, the row does not.
    const raw = request.unmask ? row.raw : maskRow(row.raw, shown.uses(row), { refused: true });
    const columns = correctable.columns.map(({ column }) => column);
    const cells = answers.cells(row, columns, { shown, unmask: request.unmask });
    return {
      ...this.item(row, shown),
      ...(request.unmask ? { reason: row.reason, recordId: row.recordId } : {}),
      raw: raw.slice(0, MAX_SHOWN_CHARS),
      rawTruncated: raw.length > MAX_SHOWN_CHARS || row.rawChars > row.raw.length,
      masked: !request.unmask,
      columns: correctable.columns.flatMap(({ column, fields }, index) => {
        const cell = cells[index];
        return cell ? [{ column, fieldLabels: fields.map(({ label }) => label), cell }] : [];
      }),
      whole: correctable.whole,
      closed: row.state === 'open' ? correctable.closed : '这一条已经处理过',
      // A file may be named after a person.
      settledBy: row.settledBy === null ? null : maskText(row.settledBy),
      discardReason: row.state === 'discarded' && row.settlement !== null ? maskText(row.settlement) : null,
      mends: done.map((mend) => answers.mend(mend, actor, { shown, unmask: request.unmask })),
    };
  }

  /** The source's own row: one person may, for none of it is that person's word. */
  async replay(actor: Actor, id: string): Promise<ReplayResult> {
    const { row, quarantine } = await this.find(actor, id);
    await this.parts.audit.record(actor, { action: 'replay-quarantined', object: `quarantine/${id}` });
    const result = await quarantine.replay(row.id, { actor: actor.user.account });
    return { ...result, reason: result.reason === null ? null : maskReason(result.reason) };
  }

  async discard(actor: Actor, id: string, reason: string): Promise<void> {
    const { row, quarantine } = await this.find(actor, id);
    await this.parts.audit.record(actor, { action: 'discard-quarantined', object: `quarantine/${id}`, reason });
    await quarantine.discard(row.id, { actor: actor.user.account, reason });
  }

  /** A row thrown away by mistake is not lost. */
  async reopen(actor: Actor, id: string, reason: string): Promise<void> {
    const { row, quarantine } = await this.find(actor, id);
    await this.parts.audit.record(actor, { action: 'reopen-quarantined', object: `quarantine/${id}`, reason });
    await quarantine.reopen(row.id);
  }

  /** Throws RefusedError for what is no row. */
  async idOf(actor: Actor, id: string): Promise<number> {
    return (await this.find(actor, id)).row.id;
  }

  private async find(actor: Actor, id: string): Promise<QuarantineServices & { row: QuarantinedRow }> {
    const held = this.parts.quarantine.within(Reach.of(actor));
    const row = await held?.quarantine.find(idOf(id));
    if (!held || !row) throw new RefusedError('not-found', '隔离区里没有这一条，请刷新列表');
    return { ...held, row };
  }

  private item(row: QuarantinedRow, { labels, uses }: Shown): QuarantineItem {
    const covers = coversOfRow(row.raw, uses(row), { refused: true });
    return {
      id: String(row.id),
      source: row.source,
      sourceLabel: labels.get(row.source) ?? row.source,
      type: row.type,
      typeLabel: this.parts.answers.typeLabel(row.type),
      // Whatever a row of unknown kind calls its number.
      recordId: row.recordId === null ? null : maskText(row.recordId, { covers }),
      field: row.field,
      fieldLabel: row.label,
      reason: maskReason(row.reason, { covers }),
      state: STATES[row.state],
      groupKey: row.groupKey,
      quarantinedAtMs: row.lastSeenAtMs,
    };
  }
}

function idOf(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 0) throw new RefusedError('invalid', '编号无效，请回到列表重新打开');
  return id;
}
