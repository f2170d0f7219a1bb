import { z } from 'zod';
import { fieldMeta, type FieldMeta, type KeyKind } from './fields.js';

/** The system that owns the data, as people call it; `platform`: what this platform makes itself. */
export type SourceSystem = 'hotline' | 'assets' | 'trading' | 'directory' | 'platform';

export interface Contract<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** Record type, `system.noun`: names the topic and the tables. */
  type: string;
  system: SourceSystem;
  /** Chinese name of one record of this type. */
  label: string;
  description: string;
  schema: z.ZodObject<Shape>;
  /** Meaning of each field, in the order of the schema. */
  fields: Readonly<Record<string, FieldMeta>>;
  /**
   * Field lists by which rules look records up. The first leads the sort key of the current table;
   * each further one gets a copy of the table in its own order.
   */
  scopes: readonly (readonly string[])[];
  /**
   * Optional whole-number field that says which of two records of one instant came first, such as the number of a step. Rows of
   * a file get their number in it where the mapping gives nothing. Null: only the id says it.
   */
  order: string | null;
  /** Set where a record may belong to something told in confidence, e.g. an order whose reporter asked for secrecy. */
  confidentiality?: Confidentiality;
}

/** Whether records of the type come from sources. Of the others no source may bring one: it would forge what the platform says. */
export function isSupplied({ system }: Pick<Contract, 'system'>): boolean {
  return system !== 'platform';
}

/** How to tell that a record is confidential, and what of it may be seen then without a reason. */
export interface Confidentiality {
  /** The record is confidential if a record of `type` with the same `key` says so in its field `flag`. */
  type: string;
  key: string;
  flag: string;
  /** Fields that stay visible: its number, dates, the unit, and that it is confidential. */
  open: readonly string[];
}

/** Whether a field of a record that was told in confidence may be seen all the same: its number, dates, unit. */
export function isOpenField({ confidentiality }: Pick<Contract, 'confidentiality'>, name: string): boolean {
  return confidentiality?.open.includes(name) ?? true;
}

/** The field of a contract that identifies a thing of the kind. */
export function fieldOfKey({ fields }: Pick<Contract, 'fields'>, key: KeyKind): string | null {
  return Object.entries(fields).find(([, meta]) => meta.key === key)?.[0] ?? null;
}

/** Names that the envelope uses; a contract's own field may not take one. */
export const ENVELOPE_FIELDS = [
  'id',
  'source',
  'version',
  'op',
  'atMs',
  'receivedAtMs',
  'hash',
  'raw',
  'editedBy',
  'reviewedBy',
  'editReason',
  'editOf',
  'batch',
  'streamOffset',
  'ver',
  'deleted',
  'tombstone',
] as const;

export function defineContract<Shape extends z.ZodRawShape>(input: {
  type: string;
  system: SourceSystem;
  label: string;
  description: string;
  shape: Shape;
  scopes: readonly (readonly (keyof Shape & string)[])[];
  confidentiality?: Confidentiality;
  order?: keyof Shape & string;
}): Contract<Shape> {
  const fields: Record<string, FieldMeta> = {};
  for (const [name, schema] of Object.entries(input.shape)) {
    if ((ENVELOPE_FIELDS as readonly string[]).includes(name))
      throw new TypeError(`${input.type}: field ${name} belongs to the envelope`);
    if (!/^[a-z][A-Za-z0-9]*$/.test(name)) throw new TypeError(`${input.type}: field name ${name} must be camelCase`);
    fields[name] = fieldMeta(schema);
  }
  for (const name of [input.confidentiality?.key, ...(input.confidentiality?.open ?? [])])
    if (name !== undefined && !fields[name]) throw new TypeError(`${input.type}: no field ${name} for confidentiality`);
  if (!/^[a-z]+(\.[a-z]+(-[a-z]+)*)$/.test(input.type)) throw new TypeError(`record type ${input.type} must be system.noun`);
  const { order = null } = input;
  if (order !== null && (fields[order]?.kind !== 'integer' || !fields[order].optional))
    throw new TypeError(`${input.type}: the order field ${order} must be an optional integer`);
  return { ...input, order, schema: z.strictObject(input.shape), fields };
}
