import type { Contract, FieldMeta, KeyKind } from '@tianyan/contracts';

export interface Column {
  name: string;
  type: string;
  /** Compression other than ClickHouse's default. */
  codec?: string;
  /** Expression of a column that ClickHouse fills in itself when the insert leaves it out. */
  byDefault?: string;
}

/** Keys with so many values that a dictionary per part costs more than it saves. */
const MANY_VALUED_KEYS: ReadonlySet<KeyKind> = new Set([
  'order',
  'person',
  'org',
  'firm',
  'matter',
  'caller',
  'contract',
  'receivable',
  'project',
  'asset',
  'payment',
  'listing',
  'deal',
]);

function scalarType(meta: FieldMeta): { type: string; fewValues: boolean } {
  switch (meta.kind) {
    case 'text':
      return { type: 'String', fewValues: false };
    case 'code':
      return { type: 'String', fewValues: meta.key === undefined || !MANY_VALUED_KEYS.has(meta.key) };
    case 'integer':
    case 'money':
    case 'instant':
      return { type: 'Int64', fewValues: false };
    case 'area':
      return { type: 'Decimal(18, 4)', fewValues: false };
    case 'flag':
      return { type: 'Bool', fewValues: false };
    case 'day':
      return { type: 'Date32', fewValues: false };
  }
}

/** ClickHouse type of a contract's field. */
export function columnType(meta: FieldMeta): string {
  const { type, fewValues } = scalarType(meta);
  const nullable = meta.optional ? `Nullable(${type})` : type;
  return fewValues ? `LowCardinality(${nullable})` : nullable;
}

/**
 * `ver` orders the rows of one sort key, and with it all that the tables ever hold: `version · 2^64 + offset · 2`, plus
 * one when the row is dead. So a tombstone beats the very row it is a copy of, loses to every newer version even where
 * both have the same sort key, and the order in which rows are inserted does not matter.
 */
const VER_EXPRESSION = 'bitShiftLeft(toUInt128(version), 64) + toUInt128(streamOffset) * 2 + toUInt128(deleted)';

/** Columns of every table of records, before the contract's own. */
const ENVELOPE_COLUMNS: readonly Column[] = [
  { name: 'id', type: 'String' },
  { name: 'source', type: 'LowCardinality(String)' },
  { name: 'version', type: 'Int64' },
  { name: 'op', type: 'LowCardinality(String)' },
  { name: 'atMs', type: 'Int64' },
  { name: 'receivedAtMs', type: 'Int64' },
  { name: 'hash', type: 'FixedString(32)' },
  { name: 'batch', type: 'String' },
  { name: 'streamOffset', type: 'Int64' },
  { name: 'deleted', type: 'UInt8' },
  { name: 'tombstone', type: 'UInt8' },
  { name: 'ver', type: 'UInt128', byDefault: VER_EXPRESSION },
];

/** The record as its source sent it; only in the log, which keeps every version. */
export const RAW_COLUMN: Column = { name: 'raw', type: 'String', codec: 'ZSTD(1)' };

/** Who had a hand in the record and why, empty for what the source said itself; beside the raw text, for the same reason. */
export const EDIT_COLUMNS: readonly Column[] = [
  { name: 'editedBy', type: 'LowCardinality(String)' },
  { name: 'reviewedBy', type: 'LowCardinality(String)' },
  { name: 'editReason', type: 'String' },
  { name: 'editOf', type: 'String' },
];

/** Columns of the current table and its copies. */
export function currentColumns(contract: Contract): readonly Column[] {
  return [...ENVELOPE_COLUMNS, ...Object.entries(contract.fields).map(([name, meta]) => ({ name, type: columnType(meta) }))];
}
