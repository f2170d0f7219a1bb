import type { Condition } from './condition.js';
import type { MappingDocument, RecordMapping } from './document.js';
import type { ValueSpec } from './value-spec.js';

/** Where a row's columns go in one of the mapping's records. */
export interface FieldColumns {
  /** Columns that a field reads, by its name; envelope members are named as in the record: `id`, `version`, `atMs`. */
  byField: ReadonlyMap<string, ReadonlySet<string>>;
  /** Columns that decide whether the row becomes such a record at all, or a deletion. */
  deciding: ReadonlySet<string>;
}

/** Which columns each field of `document.records[part]` is read from; of `^` columns, the name in the outer row. */
export function fieldColumns(document: MappingDocument, part: number): FieldColumns {
  const record = document.records[part];
  if (!record) throw new RangeError(`the mapping ${document.mapping} has no record ${part}`);
  const byField = new Map(Object.entries(record.fields).map(([name, spec]) => [name, valueColumns(spec)]));
  byField.set('id', valueColumns(record.id));
  byField.set('version', record.version === undefined ? new Set<string>() : valueColumns(record.version));
  byField.set('atMs', new Set([...valueColumns(record.at), ...(record.delete?.at ? valueColumns(record.delete.at) : [])]));
  return { byField, deciding: decidingColumns(document, record) };
}

/** Columns by which the mapping tells what a row is: those that a row must have right that fits no record at all. */
export function kindColumns(document: MappingDocument): ReadonlySet<string> {
  return new Set(document.records.flatMap((record) => (record.when ? conditionColumns(record.when) : [])));
}

function decidingColumns(document: MappingDocument, record: RecordMapping): Set<string> {
  const conditions = [document.skip, record.when, record.delete?.when].filter((condition) => condition !== undefined);
  return new Set([...conditions.flatMap(conditionColumns), ...(record.each === undefined ? [] : [record.each])]);
}

function valueColumns(spec: ValueSpec): Set<string> {
  if (typeof spec === 'string') return new Set([plain(spec)]);
  const from = spec.from === undefined ? [] : typeof spec.from === 'string' ? [spec.from] : spec.from;
  return new Set([
    ...from.map(plain),
    ...[...(spec.join ?? []), ...(spec.digest ?? [])].flatMap((part) => [...valueColumns(part)]),
    ...(spec.choose ?? []).flatMap(({ when, take }) => [...conditionColumns(when), ...valueColumns(take)]),
    ...(spec.times ? [plain(spec.times.from)] : []),
  ]);
}

function conditionColumns(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(conditionColumns);
  if ('any' in condition) return condition.any.flatMap(conditionColumns);
  if ('not' in condition) return conditionColumns(condition.not);
  return [plain(condition.from)];
}

function plain(path: string): string {
  return path.startsWith('^') ? path.slice(1) : path;
}
