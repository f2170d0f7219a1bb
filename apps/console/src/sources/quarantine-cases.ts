import {
  coversOfRow,
  maskReason,
  maskRow,
  maskText,
  requireAction,
  type Actor,
  type AuditLog,
  type Reveals,
} from '@tianyan/access';
import { columnUses, type Catalogue, type ColumnUses } from '@tianyan/contracts';
import { RefusedError } from '@tianyan/kernel';
import type { z } from 'zod';
import type {
  quarantineQuerySchema,
  QuarantineDetail,
  QuarantineItem,
  QuarantineList,
  QuarantineState,
  ReplayResult,
} from '../api/index.js';
import type { MappingsPort, QuarantinedRow, QuarantinePort, SourcesPort } from '../ports.js';

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

/** Looking at quarantined rows, fixing and replaying them, or giving them up. */
export class QuarantineCases {
  constructor(
    private readonly parts: {
      quarantine: QuarantinePort;
      sources: SourcesPort;
      mappings: MappingsPort;
      catalogue: Catalogue;
      audit: AuditLog;
      reveals: Reveals;
    },
  ) {}

  async list(query: z.output<typeof quarantineQuerySchema>): Promise<QuarantineList> {
    const rows = await this.parts.quarantine.list({
      ...(query.state && { state: STORED[query.state] }),
      ...(query.source && { source: query.source }),
      ...(query.type && { type: query.type }),
      ...(query.cursor && { beforeId: idOf(query.cursor) }),
      // One more than asked for tells whether there is another page.
      limit: query.limit + 1,
    });
    const labels = await this.labels();
    const uses = await this.usesOf(rows);
    const items = rows.slice(0, query.limit).map((row) => this.item(row, labels, uses(row)));
    return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** The raw text is covered unless a reason is given: to mend a row one must see it. Both are on record. */
  async get(actor: Actor, id: string, request: { unmask: boolean; reason: string | null }): Promise<QuarantineDetail> {
    const row = await this.find(id);
    const object = `quarantine/${id}`;
    if (request.unmask)
      await this.parts.reveals.permit(actor, { action: 'read-unmasked-quarantined', object, reason: request.reason });
    else await this.parts.audit.record(actor, { action: 'read-quarantined', object });
    const uses = (await this.usesOf([row]))(row);
    const raw = request.unmask ? row.raw : shownRaw(row, uses);
    return {
      ...this.item(row, await this.labels(), uses),
      ...(request.unmask ? { reason: row.reason, recordId: row.recordId } : {}),
      raw: raw.slice(0, MAX_SHOWN_CHARS),
      rawTruncated: raw.length > MAX_SHOWN_CHARS || row.rawChars > row.raw.length,
      masked: !request.unmask,
    };
  }

  async replay(actor: Actor, id: string, raw: string | null): Promise<ReplayResult> {
    await requireAction(this.parts.audit, actor, 'replay-quarantined', `quarantine/${id}`);
    const row = await this.find(id);
    // A covered text sent back would overwrite a name or a number with asterisks.
    if (raw !== null && COVERED.test(raw) && !COVERED.test(row.raw)) {
      throw new RefusedError('invalid', '修改的是遮蔽后的内容，会丢失原有信息。请先写明理由、查看原文，再修改');
    }
    await this.parts.audit.record(actor, {
      action: 'replay-quarantined',
      object: `quarantine/${id}${raw === null ? '' : '/fixed'}`,
    });
    const result = await this.parts.quarantine.replay(row.id, { raw, actor: actor.user.account });
    return { ...result, reason: result.reason === null ? null : maskReason(result.reason) };
  }

  async discard(actor: Actor, id: string, reason: string): Promise<void> {
    const row = await this.find(id);
    await requireAction(this.parts.audit, actor, 'discard-quarantined', `quarantine/${id}`);
    await this.parts.audit.record(actor, { action: 'discard-quarantined', object: `quarantine/${id}`, reason });
    await this.parts.quarantine.discard(row.id, { actor: actor.user.account, reason });
  }

  private async find(id: string): Promise<QuarantinedRow> {
    const row = await this.parts.quarantine.find(idOf(id));
    if (!row) throw new RefusedError('not-found', '隔离区里没有这一条，请刷新列表');
    return row;
  }

  private async labels(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.parts.sources.list()).map((source) => [source.name, source.label]));
  }

  /** What the columns of each row are, by the mappings of its feed; each feed's are looked up once. */
  private async usesOf(rows: readonly QuarantinedRow[]): Promise<(row: QuarantinedRow) => ColumnUses> {
    const { mappings, catalogue } = this.parts;
    const byFeed = new Map<string, ColumnUses>();
    const keyOf = ({ source, feed }: QuarantinedRow) => JSON.stringify([source, feed]);
    for (const row of rows) {
      const key = keyOf(row);
      if (!byFeed.has(key)) byFeed.set(key, columnUses(await mappings.documentsOf(row.source, row.feed), catalogue));
    }
    return (row) => byFeed.get(keyOf(row)) ?? new Map();
  }

  private item(row: QuarantinedRow, labels: ReadonlyMap<string, string>, uses: ColumnUses): QuarantineItem {
    const covers = coversOfRow(row.raw, uses, { refused: true });
    return {
      id: String(row.id),
      source: row.source,
      sourceLabel: labels.get(row.source) ?? row.source,
      type: row.type,
      typeLabel: row.type === null ? null : (this.parts.catalogue.find(row.type)?.label ?? row.type),
      // Whatever a row of unknown kind calls its number.
      recordId: row.recordId === null ? null : maskText(row.recordId, { covers }),
      field: row.field,
      fieldLabel: row.label,
      reason: maskReason(row.reason, { covers }),
      state: STATES[row.state],
      quarantinedAtMs: row.lastSeenAtMs,
    };
  }
}

/** Rows of confidential orders are closed like all others of the kind: their mapping knows the order, the row does not. */
function shownRaw(row: QuarantinedRow, uses: ColumnUses): string {
  return maskRow(row.raw, uses, { refused: true });
}

/** What masking leaves behind. */
const COVERED = /\*{2,}|已遮蔽/;

function idOf(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 0) throw new RefusedError('invalid', '编号无效，请回到列表重新打开');
  return id;
}
