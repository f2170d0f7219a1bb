import { contentHash, type EpochMs } from '@tianyan/kernel';
import type { z } from 'zod';
import type { Contract } from './contract.js';
import { envelopeSchema } from './envelope-schema.js';

/** What every record carries, whatever its type. */
export interface Envelope {
  /** Stable in its source; all versions of one thing share it. Key of the stream. */
  id: string;
  /** The configured source it came from, e.g. `hotline-12345`. */
  source: string;
  /** Later wins. A source without versions sends 0; equal versions are ordered by the stream's offset. */
  version: number;
  op: 'upsert' | 'delete';
  /** When it happened, in the source's words (event time). */
  atMs: EpochMs;
  /** When the connector took it in. */
  receivedAtMs: EpochMs;
  /** Digest of all that the record says, see {@link recordHash}: tells two contents under one version apart. */
  hash: string;
  /** The record as the source sent it, kept as evidence; of an edited one, as it was published. */
  raw: string;
  /** Only in a record that a person had a hand in: it is not what the source says. */
  edit?: Edit | undefined;
}

/** Who stands for a record that its source did not say so; travels with it for good, into the evidence. */
export interface Edit {
  /** Sign-in name of the person who changed it. */
  editedBy: string;
  /** Sign-in name of the second person, who compared it with the original and let it pass. */
  reviewedBy: string;
  editReason: string;
  /** Where the original stands: number of the quarantined row. */
  editOf: string;
}

/** Header of an edited record's message: lets the writer tell a batch that holds one without opening the values. */
export const EDITED_HEADER = 'edited';

export type FieldValue = string | number | boolean | null;
/** A contract's fields after parsing: every field is there, missing ones as null. */
export type FieldValues = Readonly<Record<string, FieldValue>>;

/** A parsed record of any type. A delete carries no fields: its source may know nothing but the id. */
export type AnyRecord = Envelope & ({ op: 'upsert'; fields: FieldValues } | { op: 'delete'; fields: null });

export type FieldsOf<C> = C extends Contract<infer Shape> ? z.output<z.ZodObject<Shape>> : never;

/**
 * What travels on the stream as the message value: one flat JSON object holding envelope and fields under the
 * names of the ClickHouse columns. The writer can hand these bytes on without parsing them. Fields without a value are left
 * out: a column that is missing is empty.
 */
export function toWire(record: AnyRecord): string {
  const { id, source, version, op, atMs, receivedAtMs, raw, hash, edit, fields } = record;
  const flat: Record<string, FieldValue> = { id, source, version, op, atMs, receivedAtMs, raw, hash, ...edit };
  for (const name in fields) {
    const value = fields[name];
    if (value !== null && value !== undefined) flat[name] = value;
  }
  return JSON.stringify(flat);
}

/** Headers let the writer order versions without opening the value. */
export function wireHeaders(record: AnyRecord): Record<string, string> {
  const edited = record.edit === undefined ? {} : { [EDITED_HEADER]: '1' };
  return { version: String(record.version), op: record.op, ...edited };
}

/** Reads a message value back; the inverse of {@link toWire}. Throws if it breaks the contract. */
export function fromWire(contract: Contract, value: string): AnyRecord {
  const flat = JSON.parse(value) as Record<string, unknown>;
  const { id, source, version, op, atMs, receivedAtMs, hash, raw, editedBy, reviewedBy, editReason, editOf, ...rest } = flat;
  const edit = editedBy === undefined ? {} : { edit: { editedBy, reviewedBy, editReason, editOf } };
  const envelope = envelopeSchema.parse({ id, source, version, op, atMs, receivedAtMs, hash, raw, ...edit });
  if (envelope.op === 'delete') return { ...envelope, op: 'delete', fields: null };
  return { ...envelope, op: 'upsert', fields: contract.schema.parse(rest) as FieldValues };
}

export function hashOf(raw: string): string {
  return contentHash(raw);
}

/** What makes two records of one id the same content. */
export type RecordContent = Pick<AnyRecord, 'op' | 'version' | 'atMs' | 'fields' | 'raw'>;

/**
 * Digest of a record's content: not of the raw text alone, or what a corrected mapping reads from the same text would count
 * as known, and a wrong unit of money would stay. Not of when it came and by whose hand. Fields without a value are left
 * out, so that a contract that gets a field more leaves the digests of old records as they are.
 * @param rawHash of `raw`; for whoever makes many records of one long row
 */
export function recordHash(
  type: string,
  { op, version, atMs, fields, raw }: RecordContent,
  rawHash: string = hashOf(raw),
): string {
  const values: [string, FieldValue][] = [];
  if (fields !== null)
    for (const name of sortedNames(type, fields)) {
      const value = fields[name] ?? null;
      if (value !== null) values.push([name, value]);
    }
  return contentHash(JSON.stringify([type, op, version, atMs, values, rawHash]));
}

/** By type, the names of the last record's fields: those of one type are the same mostly, and sorting them costs more than the digest. */
const sortedBefore = new Map<string, readonly string[]>();

function sortedNames(type: string, fields: FieldValues): readonly string[] {
  const names = Object.keys(fields);
  const before = sortedBefore.get(type);
  if (before?.length === names.length && before.every((name) => Object.hasOwn(fields, name))) return before;
  const sorted = names.toSorted();
  sortedBefore.set(type, sorted);
  return sorted;
}
