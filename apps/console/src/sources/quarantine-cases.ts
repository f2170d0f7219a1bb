import { maskRaw, requireRole, type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
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
import type { QuarantinedRow, QuarantinePort, SourcesPort } from '../ports.js';

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
    private readonly parts: { quarantine: QuarantinePort; sources: SourcesPort; catalogue: Catalogue; audit: AuditLog },
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
    const items = rows.slice(0, query.limit).map((row) => this.item(row, labels));
    return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** The raw text is covered unless a reason is given: to mend a row one must see it. Both are on record. */
  async get(actor: Actor, id: string, request: { unmask: boolean; reason: string | null }): Promise<QuarantineDetail> {
    const row = await this.find(id);
    if (request.unmask && request.reason === null) throw new RefusedError('invalid', '查看未遮蔽的个人信息须写明理由');
    await this.parts.audit.record(actor, {
      action: request.unmask ? 'read-unmasked-quarantined' : 'read-quarantined',
      object: `quarantine/${id}`,
      ...(request.reason === null ? {} : { reason: request.reason }),
    });
    const raw = request.unmask ? row.raw : maskRaw(row.raw, null);
    return {
      ...this.item(row, await this.labels()),
      raw: raw.slice(0, MAX_SHOWN_CHARS),
      rawTruncated: raw.length > MAX_SHOWN_CHARS || row.rawChars > row.raw.length,
      masked: !request.unmask,
    };
  }

  async replay(actor: Actor, id: string, raw: string | null): Promise<ReplayResult> {
    const row = await this.find(id);
    // A covered text sent back would overwrite a name or a number with asterisks.
    if (raw !== null && COVERED.test(raw) && !COVERED.test(row.raw)) {
      throw new RefusedError('invalid', '修改的是遮蔽后的内容，会丢失原有信息。请先写明理由、查看原文，再修改');
    }
    await this.parts.audit.record(actor, {
      action: 'replay-quarantined',
      object: `quarantine/${id}${raw === null ? '' : '/fixed'}`,
    });
    return this.parts.quarantine.replay(row.id, { raw, actor: actor.user.account });
  }

  async discard(actor: Actor, id: string, reason: string): Promise<void> {
    const row = await this.find(id);
    await requireRole(this.parts.audit, actor, 'administrator', `quarantine/${id}`);
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

  private item(row: QuarantinedRow, labels: ReadonlyMap<string, string>): QuarantineItem {
    return {
      id: String(row.id),
      source: row.source,
      sourceLabel: labels.get(row.source) ?? row.source,
      type: row.type,
      typeLabel: row.type === null ? null : (this.parts.catalogue.find(row.type)?.label ?? row.type),
      recordId: row.recordId,
      field: row.field,
      fieldLabel: row.label,
      reason: row.reason,
      state: STATES[row.state],
      quarantinedAtMs: row.lastSeenAtMs,
    };
  }
}

/** What masking leaves behind. */
const COVERED = /\*{2,}|已遮蔽/;

function idOf(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 0) throw new RefusedError('invalid', '编号无效，请回到列表重新打开');
  return id;
}
