import type { Catalogue } from '../catalogue.js';
import { isOpenField } from '../contract.js';
import type { FieldMeta } from '../fields.js';
import type { Condition } from './condition.js';
import type { MappingDocument, RecordMapping } from './document.js';
import type { ValueSpec } from './value-spec.js';

/**
 * What a mapping makes of one column of the raw rows, as far as it matters for showing it:
 * `field` — contract fields are read from it; `digest` — it enters a keyed digest and nothing else, so that nobody shall see
 * it; `envelope` — number, time, version, conditions; `public` — no field reads it, but the mapping declares it harmless.
 */
export type ColumnUse =
  | {
      kind: 'field';
      fields: readonly FieldMeta[];
      /** Content that is closed where the record is confidential, or where nobody can tell. */
      guarded: boolean;
    }
  | { kind: 'digest' | 'envelope' | 'public' };

/** By the path of the column: names joined with dots, without the places in arrays. A column that is missing is unknown. */
export type ColumnUses = ReadonlyMap<string, ColumnUse>;

/** What is not known of a column is decided by the strongest of its uses. */
const STRENGTH = { field: 3, digest: 2, envelope: 1, public: 0 } as const;

/** What the mappings of one source, or of one of its feeds, say about the columns of its raw rows. */
export function columnUses(documents: readonly MappingDocument[], catalogue: Catalogue): ColumnUses {
  const uses = new Map<string, ColumnUse>();
  const note = (path: string, use: ColumnUse): void => {
    const known = uses.get(path);
    if (known?.kind === 'field' && use.kind === 'field')
      uses.set(path, { kind: 'field', fields: [...known.fields, ...use.fields], guarded: known.guarded || use.guarded });
    else if (!known || STRENGTH[use.kind] > STRENGTH[known.kind]) uses.set(path, use);
  };
  for (const document of documents) {
    for (const path of document.public ?? []) note(path, { kind: 'public' });
    if (document.skip) noteCondition(document.skip, (path) => note(path, { kind: 'envelope' }));
    for (const record of document.records) noteRecord(record, catalogue, note);
  }
  return uses;
}

type Note = (path: string, use: ColumnUse) => void;

function noteRecord(record: RecordMapping, catalogue: Catalogue, note: Note): void {
  const places = record.each === undefined ? [''] : [`${record.each}.`];
  // With columns of its own as evidence, the record's raw text has the paths themselves as names.
  if (record.evidence && record.each !== undefined) places.push('');
  const noteAt: Note = (path, use) => {
    if (path.startsWith('^')) {
      note(path.slice(1), use);
      note(path, use);
    } else for (const place of places) note(place + path, use);
  };
  const envelope = (path: string): void => noteAt(path, { kind: 'envelope' });
  for (const spec of [record.id, record.version, record.at, record.delete?.at]) {
    if (spec !== undefined) noteValue(spec, { kind: 'envelope' }, noteAt);
  }
  for (const condition of [record.when, record.delete?.when]) if (condition) noteCondition(condition, envelope);
  const contract = catalogue.find(record.type);
  for (const [name, spec] of Object.entries(record.fields)) {
    const meta = contract?.fields[name];
    const guarded = contract !== undefined && !isOpenField(contract, name);
    noteValue(spec, meta ? { kind: 'field', fields: [meta], guarded } : { kind: 'digest' }, noteAt);
  }
}

function noteValue(spec: ValueSpec, use: ColumnUse, note: Note): void {
  if (typeof spec === 'string') return note(spec, use);
  for (const path of typeof spec.from === 'string' ? [spec.from] : (spec.from ?? [])) note(path, use);
  for (const part of spec.join ?? []) noteValue(part, use, note);
  // Whatever the field is: what goes into a digest is what nobody shall be able to tell from it.
  for (const part of spec.digest ?? []) noteValue(part, { kind: 'digest' }, note);
  for (const branch of spec.choose ?? []) {
    noteValue(branch.take, use, note);
    noteCondition(branch.when, (path) => note(path, { kind: 'envelope' }));
  }
  if (spec.times) note(spec.times.from, { kind: 'envelope' });
}

function noteCondition(condition: Condition, note: (path: string) => void): void {
  if ('all' in condition) for (const part of condition.all) noteCondition(part, note);
  else if ('any' in condition) for (const part of condition.any) noteCondition(part, note);
  else if ('not' in condition) noteCondition(condition.not, note);
  else note(condition.from);
}
