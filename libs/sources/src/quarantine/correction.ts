import {
  fieldColumns,
  kindColumns,
  type Mapper,
  type MappedRow,
  type Refusal,
  type Row,
  type TypedRecord,
} from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import { toRefusedRow } from '../pipeline/mapped-pages.js';
import { cellText, rowOf, withCell } from './cells.js';
import type { Change, Plan } from './plan.js';
import type { QuarantineItem } from './quarantine-store.js';
import type { RefusedRow } from './refused-row.js';

/** A column that may be changed by hand, and the fields that were refused because of it. */
export interface OpenColumn {
  column: string;
  fields: readonly { name: string; label: string }[];
}

/** What may be changed in a quarantined row. */
export interface Correctable {
  columns: readonly OpenColumn[];
  /** The row could not be read at all: it may be written anew. */
  whole: boolean;
  /** Chinese; why nothing may be changed here, and what to do instead. Null if something may. */
  closed: string | null;
}

/** A record that would be published, and what has to hold of its id. */
export interface Mended extends TypedRecord {
  /** The source never said this id, or not for such a record: it may not be one that is there already. */
  mustBeNew: boolean;
  /** The id itself is a person's. */
  idByHand: boolean;
}

export type Outcome =
  | { accepted: true; raw: string; records: readonly Mended[] }
  /** `refused`: the row as it is refused now, where the mapping refuses it. */
  | { accepted: false; reason: string; field: string | null; refused: RefusedRow | null };

/** Hand-set instants may be ahead of the county's clock by so much: clocks differ. */
const MAX_AHEAD_MS = 5 * 60_000;

/** Fields of a refusal that no person may set: a version decides which of two contents counts, now and for good. */
const CLOSED_FIELDS: Readonly<Record<string, string>> = {
  version: '版本号出错不能手工改正，请让来源更正，或改映射后重放',
  raw: '整条记录过长，不能手工改正，请让来源更正',
};

/** Tries plans on quarantined rows of one feed, by its mapping as it is now. Changes nothing and asks nobody. */
export class Correction {
  constructor(
    private readonly mapper: Mapper,
    private readonly nowMs: EpochMs,
  ) {}

  /** Only the columns of what was refused, and of these only such as decide nothing else. */
  correctable(item: QuarantineItem): Correctable {
    const shut = (closed: string): Correctable => ({ columns: [], whole: false, closed });
    if (item.rawChars > item.raw.length) return shut('原文过长，隔离区只保留了开头，不能改正。请让来源更正后重新报送');
    const row = rowOf(item.raw);
    if (isStructural(item) || !row) return { columns: [], whole: true, closed: null };
    const refusals = refusalsOf(item, this.map(item, row));
    if (refusals.length === 0) return shut('按现在的映射，这一行已能通过，直接重放即可');
    const columns = new Map<string, { name: string; label: string }[]>();
    for (const refusal of refusals) {
      const closed = this.collect(refusal, columns);
      if (closed !== null) return shut(closed);
    }
    return { columns: [...columns].map(([column, fields]) => ({ column, fields })), whole: false, closed: null };
  }

  try(item: QuarantineItem, plan: Exclude<Plan, { kind: 'discard' }>): Outcome {
    switch (plan.kind) {
      case 'replay':
        return this.tryAsItIs(item);
      case 'values':
        return this.tryValues(item, plan.changes);
      case 'row':
        return this.tryRow(item, plan.raw);
      default:
        return plan satisfies never;
    }
  }

  private map(item: QuarantineItem, row: Row, raw = JSON.stringify(row)): MappedRow {
    return this.mapper.map(row, raw, item.rowNumber ?? undefined);
  }

  /** Adds what may be changed because of one refusal; returns why nothing may, else null. */
  private collect(refusal: Refusal, columns: Map<string, { name: string; label: string }[]>): string | null {
    const { document } = this.mapper;
    if (refusal.part === null) {
      const kinds = kindColumns(document);
      for (const column of kinds) columns.set(column, [{ name: 'type', label: '记录类型' }]);
      return kinds.size > 0 ? null : '这一行不符合映射中任何一种记录，请改映射后重放';
    }
    if (document.records[refusal.part]?.each !== undefined)
      return '这一行里有多条记录，不能在这里逐条改正。请改映射后重放，或让来源更正';
    const { byField, deciding } = fieldColumns(document, refusal.part);
    const failed = new Set(refusal.problems.map(({ field }) => field));
    const others = new Set([...byField].filter(([name]) => !failed.has(name)).flatMap(([, read]) => [...read]));
    for (const { field, label } of refusal.problems) {
      const closed = CLOSED_FIELDS[field];
      if (closed !== undefined) return closed;
      const open = [...(byField.get(field) ?? [])].filter((column) => !deciding.has(column) && !others.has(column));
      if (open.length === 0)
        return `“${label}”所在的栏目还决定这条记录的其他内容（编号、类型或别的字段），不能手工改正。请改映射后重放，或让来源更正`;
      for (const column of open) {
        const fields = columns.get(column) ?? [];
        if (!fields.some(({ name }) => name === field)) columns.set(column, [...fields, { name: field, label }]);
      }
    }
    return null;
  }

  private tryAsItIs(item: QuarantineItem): Outcome {
    if (isStructural(item)) return refused(`${item.reason}。请改正内容后再重放`);
    if (item.rawChars > item.raw.length) return refused('原文过长，隔离区只保留了开头，不能原样重放。请从来源重新取得');
    const row = rowOf(item.raw);
    if (!row) return refused('内容不是一个完整的 JSON 对象：请检查引号、逗号和括号');
    const mapped = this.map(item, row);
    const [refusal] = refusalsOf(item, mapped);
    if (refusal) return stillRefused(item, refusal);
    // Of a row that holds several records, the others were published when it came.
    const own = mapped.records.filter(({ type }) => item.type === null || type === item.type);
    const known = own.filter(({ record }) => record.id === item.recordId);
    const records = known.length > 0 ? known : own;
    if (records.length === 0) return refused('按映射，这一行不产生任何记录');
    return { accepted: true, raw: item.raw, records: records.map((typed) => ({ ...typed, mustBeNew: false, idByHand: false })) };
  }

  private tryValues(item: QuarantineItem, changes: readonly Change[]): Outcome {
    const { columns, whole, closed } = this.correctable(item);
    if (closed !== null) return refused(closed);
    if (whole) return refused('这一行的原文不是完整的一行，要整行改写');
    const open = new Set(columns.map(({ column }) => column));
    const foreign = changes.find(({ column }) => !open.has(column));
    if (foreign) {
      const labels = columns.map(({ column, fields }) => `${fields.map(({ label }) => label).join('、')}（${column}）`);
      return refused(`只能改正出错的字段：${labels.join('、')}。不能改“${foreign.column}”`, foreign.column);
    }
    const before = rowOf(item.raw) ?? {};
    const after = applied(before, changes);
    const raw = JSON.stringify(after);
    if (raw === JSON.stringify(before)) return refused('这一行没有要改的值');
    const mapped = this.map(item, after, raw);
    const [refusal] = refusalsOf(item, mapped);
    return refusal ? stillRefused(item, refusal) : this.sameIdentity(item, this.map(item, before), mapped, raw);
  }

  /** What comes of a corrected row must be the very records that were refused, and nothing else. */
  private sameIdentity(item: QuarantineItem, before: MappedRow, after: MappedRow, raw: string): Outcome {
    const refusals = refusalsOf(item, before);
    const published = new Set(before.records.map(keyOf));
    const fresh = after.records.filter(
      (typed) => !published.has(keyOf(typed)) && (item.type === null || typed.type === item.type),
    );
    if (fresh.length === 0) return refused('按映射，这一行不产生任何记录');
    if (item.type !== null && fresh.length !== refusals.length) return refused('改正后得到的记录与原来的不是同一条，不能这样改');
    const known = new Set(refusals.flatMap(({ recordId }) => (recordId === null ? [] : [recordId])));
    const idByHand = refusals.some(({ problems }) => problems.some(({ field }) => field === 'id'));
    const records: Mended[] = [];
    for (const { type, record } of fresh) {
      const isKnown = known.has(record.id);
      if (!isKnown && !idByHand && item.type !== null) return refused('改正不能改变记录编号');
      const atByHand = refusals.some(({ problems }) => problems.some(({ field }) => field === 'atMs'));
      if (atByHand && record.atMs > this.nowMs + MAX_AHEAD_MS) return refused('发生时间晚于现在', 'atMs');
      if (!isKnown && record.op === 'delete') return refused('手工改正的行不能删除记录');
      records.push({ type, record, mustBeNew: !isKnown, idByHand: !isKnown && idByHand });
    }
    return { accepted: true, raw, records };
  }

  /** Nobody knows whose row it was, so it may add a record but never speak for one that is there. */
  private tryRow(item: QuarantineItem, raw: string): Outcome {
    const { whole, closed } = this.correctable(item);
    if (closed !== null) return refused(closed);
    if (!whole) return refused('只能改正出错的字段，不能整行改写');
    const row = rowOf(raw);
    if (!row) return refused('内容不是一个完整的 JSON 对象：请检查引号、逗号和括号');
    const mapped = this.map(item, row, raw);
    const [refusal] = mapped.refusals;
    if (refusal) return stillRefused(item, refusal);
    if (mapped.records.length === 0) return refused('按映射，这一行不产生任何记录');
    const records: Mended[] = [];
    for (const { type, record } of mapped.records) {
      if (record.op === 'delete') return refused('手工改写的行不能删除记录');
      if (record.atMs > this.nowMs + MAX_AHEAD_MS) return refused('发生时间晚于现在', 'atMs');
      // Version 0: whatever the source itself says of this id later counts, and counts more.
      records.push({ type, record: { ...record, version: 0 }, mustBeNew: true, idByHand: true });
    }
    return { accepted: true, raw, records };
  }
}

/** The row itself was broken (cells missing, bytes lost): the mapping would not see it and might take half a row. */
export function isStructural(item: Pick<QuarantineItem, 'type' | 'field'>): boolean {
  return item.type === null && item.field === null;
}

function refusalsOf(item: QuarantineItem, mapped: MappedRow): Refusal[] {
  return mapped.refusals.filter(({ type }) => item.type === null || type === item.type);
}

function applied(row: Row, changes: readonly Change[]): Row {
  const matching = changes.filter(({ column, from, to }) => {
    const cell = cellText(row, column);
    return cell !== emptyAsNull(to) && (from === undefined || cell === emptyAsNull(from));
  });
  return matching.reduce((changed, { column, to }) => withCell(changed, column, emptyAsNull(to)), row);
}

function emptyAsNull(text: string | null): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}

function keyOf({ type, record }: TypedRecord): string {
  return `${type}\n${record.id}`;
}

function refused(reason: string, field: string | null = null): Outcome {
  return { accepted: false, reason, field, refused: null };
}

function stillRefused(item: QuarantineItem, refusal: Refusal): Outcome {
  const row = toRefusedRow(item, refusal, item.rowNumber);
  return { accepted: false, reason: row.reason, field: row.field, refused: row };
}
