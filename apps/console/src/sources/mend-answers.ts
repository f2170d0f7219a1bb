import { COVERED, coversOfRow, isAllowed, maskReason, maskRow, maskText, type Actor } from '@tianyan/access';
import { columnUses, type Catalogue, type ColumnUses } from '@tianyan/contracts';
import type { Change, Mend, Plan, PlanSample, QuarantineGroup } from '@tianyan/sources';
import { z } from 'zod';
import type { Cell, MendItem, PlanPreview, QuarantineGroupItem } from '../api/index.js';
import type { AskedConnector } from '../tokens.js';
import type { ToldSources } from './told-sources.js';

/** Where rows come from; a mend that is not of one feed has none. */
export interface RowOrigin {
  source: string;
  feed?: string | null;
}

/** What is needed to show rows: labels of the sources, and what each column of a row is. */
export interface Shown {
  labels: ReadonlyMap<string, string>;
  uses: (origin: RowOrigin) => ColumnUses;
}

/** How much is shown. */
export interface Showing {
  shown: Shown;
  unmask: boolean;
}

/** How rows, groups and mends are shown. */
export class MendAnswers {
  constructor(
    private readonly parts: Pick<AskedConnector, 'mappers'> & {
      sources: ToldSources;
      mends: AskedConnector['mendService'];
      catalogue: Catalogue;
    },
  ) {}

  /** For rows of these origins; the mappings of each feed are looked up once. */
  async shown(origins: readonly RowOrigin[]): Promise<Shown> {
    const { sources, mappers, catalogue } = this.parts;
    const byFeed = new Map<string, ColumnUses>();
    for (const origin of origins) {
      const key = keyOf(origin);
      if (!byFeed.has(key)) byFeed.set(key, columnUses(await mappers.documentsOf(origin.source, origin.feed ?? null), catalogue));
    }
    const labels = new Map((await sources.list()).map((source) => [source.name, source.label]));
    return { labels, uses: (origin) => byFeed.get(keyOf(origin)) ?? new Map() };
  }

  typeLabel(type: string | null): string | null {
    return type === null ? null : (this.parts.catalogue.find(type)?.label ?? type);
  }

  mend(mend: Mend, actor: Actor, { shown: { labels, uses }, unmask }: Showing): MendItem {
    const columns = uses({ source: mend.source });
    return {
      id: String(mend.id),
      sourceLabel: labels.get(mend.source) ?? mend.source,
      typeLabel: this.typeLabel(mend.type),
      itemId: mend.itemId === null ? null : String(mend.itemId),
      groupKey: mend.groupKey,
      kind: mend.plan.kind,
      changes: mend.plan.kind === 'values' ? mend.plan.changes.map((change) => shownChange(change, columns, unmask)) : [],
      reason: mend.reason === null ? null : maskText(mend.reason),
      state: mend.state,
      proposedBy: mend.proposedBy,
      proposedAtMs: mend.proposedAtMs,
      decidedBy: mend.decidedBy,
      decidedAtMs: mend.decidedAtMs,
      decisionReason: mend.decisionReason === null ? null : maskText(mend.decisionReason),
      total: mend.total,
      accepted: mend.accepted,
      refused: mend.refused,
      note: mend.note === null ? null : maskReason(mend.note),
      allowed: allowedOf(mend, actor),
    };
  }

  group(group: QuarantineGroup, { labels }: Shown, mend: MendItem | null): QuarantineGroupItem {
    return {
      key: group.key,
      source: group.source,
      sourceLabel: labels.get(group.source) ?? group.source,
      feed: group.feed,
      typeLabel: this.typeLabel(group.type),
      fieldLabels: [...new Set(group.problems.map(({ label }) => label))],
      reason: maskReason(group.reason),
      count: group.count,
      firstSeenAtMs: group.firstSeenAtMs,
      lastSeenAtMs: group.lastSeenAtMs,
      mend,
    };
  }

  cells(row: RowOrigin & { raw: string }, columns: readonly string[], { shown, unmask }: Showing): Cell[] {
    const texts = this.parts.mends.cells(row.raw, columns);
    const uses = shown.uses(row);
    return columns.map((column, index) => shownCell(column, texts[index] ?? null, uses, unmask));
  }

  samples(samples: readonly PlanSample[], columns: readonly string[], showing: Showing): PlanPreview['samples'] {
    return samples.map(({ item, accepted, reason, raw }) => {
      const covers = showing.unmask ? [] : coversOfRow(item.raw, showing.shown.uses(item), { refused: true });
      return {
        id: String(item.id),
        recordId: item.recordId === null || showing.unmask ? item.recordId : maskText(item.recordId, { covers }),
        accepted,
        reason: reason === null || showing.unmask ? reason : maskReason(reason, { covers }),
        before: this.cells(item, columns, showing),
        after: raw === null ? [] : this.cells({ ...item, raw }, columns, showing),
      };
    });
  }
}

function keyOf({ source, feed = null }: RowOrigin): string {
  return JSON.stringify([source, feed]);
}

/** The columns that a plan changes; of one that changes none, those that were refused. */
export function changedColumns(plan: Plan, open: readonly { column: string }[]): string[] {
  const columns = plan.kind === 'values' ? plan.changes.map(({ column }) => column) : open.map(({ column }) => column);
  return [...new Set(columns)];
}

function allowedOf(mend: Mend, actor: Actor): MendItem['allowed'] {
  if (!isAllowed(actor.user.role, 'mend-quarantined')) return [];
  if (mend.state === 'running' && mend.groupKey !== null) return ['cancel'];
  if (mend.state !== 'proposed') return [];
  return mend.proposedBy === actor.user.account ? ['withdraw'] : ['approve', 'reject'];
}

const cellTextSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** Covered as the whole row is: by what its column is, and by what looks personal. */
export function shownCell(column: string, text: string | null, uses: ColumnUses, unmask: boolean): Cell {
  if (text === null || unmask) return { column, text, masked: false };
  const covered = cellTextSchema.parse(JSON.parse(maskRow(JSON.stringify({ [column]: text }), uses, { refused: true })));
  // A name of a column may itself be covered.
  const shown = String(Object.values(covered)[0] ?? COVERED);
  return { column, text: shown, masked: shown !== text };
}

/** A whole row, as text; null stays null. */
export function shownRow(raw: string, uses: ColumnUses, unmask: boolean): string {
  return unmask ? raw : maskRow(raw, uses, { refused: true });
}

function shownChange(change: Change, uses: ColumnUses, unmask: boolean) {
  const from = shownCell(change.column, change.from ?? null, uses, unmask);
  const to = shownCell(change.column, change.to, uses, unmask);
  return {
    column: change.column,
    anyValue: change.from === undefined,
    from: from.text,
    to: to.text,
    masked: from.masked || to.masked,
  };
}
