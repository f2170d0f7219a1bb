import type { Contract, FieldMeta } from '@tianyan/contracts';
import { currentColumns } from '../schema/columns.js';

/**
 * Rows as a current table has them, out of records that stand in no table. For what is tried before it is accepted.
 * @param lines SQL of a list of texts: the records as they travel in the stream, each id once, none deleted
 * @param current what follows FROM to read the records that they are laid over, of which those of the same ids are left out; null: over none
 */
export function givenRows(contract: Contract, lines: string, current: { from: string; ids: string } | null): string {
  const columns = currentColumns(contract);
  const values = columns.map(({ name, type }) => `CAST(${valueOf(contract, name)}, '${type}') AS ${name}`);
  const given = `SELECT ${values.join(', ')} FROM (SELECT arrayJoin(${lines}) AS line)`;
  if (current === null) return given;
  const names = columns.map(({ name }) => name).join(', ');
  return `SELECT ${names} FROM ${current.from} WHERE id NOT IN (SELECT arrayJoin(${current.ids})) UNION ALL ${given}`;
}

/** What the writer adds; a record that is in no stream has no place there. */
const ADDED: Readonly<Record<string, string>> = {
  batch: "''",
  streamOffset: '0',
  deleted: '0',
  tombstone: '0',
  ver: '0',
};

const ENVELOPE_TYPES: Readonly<Record<string, string>> = { version: 'Int64', atMs: 'Int64', receivedAtMs: 'Int64' };

function valueOf(contract: Contract, name: string): string {
  const added = ADDED[name];
  if (added !== undefined) return added;
  const meta = contract.fields[name];
  if (!meta) return `JSONExtract(line, '${name}', '${ENVELOPE_TYPES[name] ?? 'String'}')`;
  return fieldValue(name, meta);
}

/** Null where the line does not name it. */
function fieldValue(name: string, { kind }: FieldMeta): string {
  switch (kind) {
    case 'text':
    case 'code':
      return `JSONExtract(line, '${name}', 'Nullable(String)')`;
    case 'integer':
    case 'money':
    case 'instant':
      return `JSONExtract(line, '${name}', 'Nullable(Int64)')`;
    case 'flag':
      return `JSONExtract(line, '${name}', 'Nullable(Bool)')`;
    case 'day':
      return `CAST(JSONExtract(line, '${name}', 'Nullable(String)'), 'Nullable(Date32)')`;
    // As it is written: a number on its way through a float may be another.
    case 'area':
      return `toDecimal64OrNull(JSONExtractRaw(line, '${name}'), 4)`;
  }
}
