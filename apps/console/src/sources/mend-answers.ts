import { maskNumbers, maskRaw, type Actor } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import { z } from 'zod';
import type { Cell, MendItem, PlanPreview, QuarantineGroupItem } from '../api/index.js';
import type { MendSample, MendsPort, MendStatus, RowGroup, SourcesPort } from '../ports.js';

/** How rows, groups and mends are shown. */
export class MendAnswers {
  constructor(private readonly parts: { mends: MendsPort; sources: SourcesPort; catalogue: Catalogue }) {}

  /** Labels of the sources, by name. */
  async labels(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.parts.sources.list()).map((source) => [source.name, source.label]));
  }

  typeLabel(type: string | null): string | null {
    return type === null ? null : (this.parts.catalogue.find(type)?.label ?? type);
  }

  mend(mend: MendStatus, labels: ReadonlyMap<string, string>, actor: Actor, unmask = false): MendItem {
    return {
      id: String(mend.id),
      sourceLabel: labels.get(mend.source) ?? mend.source,
      typeLabel: this.typeLabel(mend.type),
      itemId: mend.itemId === null ? null : String(mend.itemId),
      groupKey: mend.groupKey,
      kind: mend.plan.kind,
      changes: mend.plan.kind === 'values' ? mend.plan.changes.map((change) => shownChange(change, unmask)) : [],
      reason: mend.reason === null ? null : maskNumbers(mend.reason),
      state: mend.state,
      proposedBy: mend.proposedBy,
      proposedAtMs: mend.proposedAtMs,
      decidedBy: mend.decidedBy,
      decidedAtMs: mend.decidedAtMs,
      decisionReason: mend.decisionReason === null ? null : maskNumbers(mend.decisionReason),
      total: mend.total,
      accepted: mend.accepted,
      refused: mend.refused,
      note: mend.note,
      allowed: allowedOf(mend, actor),
    };
  }

  group(group: RowGroup, labels: ReadonlyMap<string, string>, mend: MendItem | null): QuarantineGroupItem {
    return {
      key: group.key,
      source: group.source,
      sourceLabel: labels.get(group.source) ?? group.source,
      feed: group.feed,
      typeLabel: this.typeLabel(group.type),
      fieldLabels: [...new Set(group.problems.map(({ label }) => label))],
      reason: group.reason,
      count: group.count,
      firstSeenAtMs: group.firstSeenAtMs,
      lastSeenAtMs: group.lastSeenAtMs,
      mend,
    };
  }

  cells(raw: string, columns: readonly string[], unmask: boolean): Cell[] {
    const texts = this.parts.mends.cells(raw, columns);
    return columns.map((column, index) => shownCell(column, texts[index] ?? null, unmask));
  }

  samples(samples: readonly MendSample[], columns: readonly string[], unmask: boolean): PlanPreview['samples'] {
    return samples.map(({ item, accepted, reason, raw }) => ({
      id: String(item.id),
      recordId: item.recordId,
      accepted,
      reason,
      before: this.cells(item.raw, columns, unmask),
      after: raw === null ? [] : this.cells(raw, columns, unmask),
    }));
  }
}

/** The columns that a plan changes; of one that changes none, those that were refused. */
export function changedColumns(plan: MendStatus['plan'], open: readonly { column: string }[]): string[] {
  const columns = plan.kind === 'values' ? plan.changes.map(({ column }) => column) : open.map(({ column }) => column);
  return [...new Set(columns)];
}

function allowedOf(mend: MendStatus, actor: Actor): MendItem['allowed'] {
  if (mend.state === 'running' && mend.groupKey !== null) return ['cancel'];
  if (mend.state !== 'proposed') return [];
  return mend.proposedBy === actor.user.account ? ['withdraw'] : ['approve', 'reject'];
}

const cellTextSchema = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** Covered as the raw row is: by what its column is named, and by what looks like a number of a person. */
export function shownCell(column: string, text: string | null, unmask: boolean): Cell {
  if (text === null || unmask) return { column, text, masked: false };
  const covered = cellTextSchema.parse(JSON.parse(maskRaw(JSON.stringify({ [column]: text }), null)));
  const shown = String(covered[column] ?? '（已遮蔽）');
  return { column, text: shown, masked: shown !== text };
}

function shownChange(change: { column: string; from?: string | null | undefined; to: string | null }, unmask: boolean) {
  const from = shownCell(change.column, change.from ?? null, unmask);
  const to = shownCell(change.column, change.to, unmask);
  return {
    column: change.column,
    anyValue: change.from === undefined,
    from: from.text,
    to: to.text,
    masked: from.masked || to.masked,
  };
}
