import type { Contract, FieldKind } from '@tianyan/contracts';

/** How a column's values travel through a timeline: as whole numbers or as text. */
export type SlotClass = 'number' | 'text';

export interface Column {
  name: string;
  kind: FieldKind;
  slotClass: SlotClass;
}

/** Envelope fields that rules may use like a contract's own. */
const ENVELOPE_COLUMNS: Readonly<Record<string, FieldKind>> = { id: 'code', source: 'code', version: 'integer', atMs: 'instant' };

const SLOT_CLASS: Readonly<Record<FieldKind, SlotClass>> = {
  text: 'text',
  code: 'text',
  integer: 'number',
  money: 'number',
  area: 'number',
  flag: 'number',
  instant: 'number',
  day: 'number',
};

/** The column behind a field of a rule; undefined if the contract has no such field. */
export function findColumn(contract: Contract, field: string): Column | undefined {
  const kind = contract.fields[field]?.kind ?? ENVELOPE_COLUMNS[field];
  return kind && { name: field, kind, slotClass: SLOT_CLASS[kind] };
}

/** As {@link findColumn}; throws for a field that the check of the rule should have refused. */
export function column(contract: Contract, field: string): Column {
  const found = findColumn(contract, field);
  if (!found) throw new RangeError(`${contract.type} has no field ${field}`);
  return found;
}

export const SLOT_TYPE: Readonly<Record<SlotClass, string>> = { number: 'Nullable(Int64)', text: 'Nullable(String)' };

/** A day travels as its number since 1970-01-01, an area in ten-thousandths of a mu: whole numbers compare exactly. */
export function slotExpression(col: Column): string {
  if (col.kind === 'day') return `CAST(toInt32(${col.name}), 'Nullable(Int64)')`;
  if (col.kind === 'area') return `CAST(${col.name} * 10000, 'Nullable(Int64)')`;
  return `CAST(${col.name}, '${SLOT_TYPE[col.slotClass]}')`;
}
