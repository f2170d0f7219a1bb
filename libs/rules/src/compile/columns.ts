import { isPeriodField, PERIOD_FIELDS, type Contract, type FieldKind, type PeriodField } from '@tianyan/contracts';
import { dayNumberSql, hourOfDaySql } from './calendar.js';

/** How a column's values travel through a timeline: as whole numbers or as text. */
export type SlotClass = 'number' | 'text';

export interface Column {
  name: string;
  /** How it is read from a row of its table. */
  sql: string;
  kind: FieldKind;
  slotClass: SlotClass;
}

/** The hour of the day in China, 0 to 23; the other fields of the calendar are periods. */
const AT_HOUR = 'atHour';

/** Envelope fields that rules may use like a contract's own. */
export const ENVELOPE_COLUMNS: Readonly<Record<string, FieldKind>> = {
  id: 'code',
  source: 'code',
  version: 'integer',
  atMs: 'instant',
  [AT_HOUR]: 'integer',
  ...Object.fromEntries(PERIOD_FIELDS.map((field) => [field, 'code' as const])),
};

/** See `periodOf` of the contracts. */
function periodSql(field: PeriodField, atMs: string): string {
  const number = dayNumberSql(atMs);
  const day = `toString(toDate32(${number}))`;
  switch (field) {
    case 'atDay':
      return day;
    case 'atWeek':
      return `toString(toDate32(${number} - (${number} + 3) % 7))`;
    case 'atMonth':
      return `substring(${day}, 1, 7)`;
    case 'atQuarter':
      return `concat(substring(${day}, 1, 4), '-Q', toString(intDiv(toUInt8(substring(${day}, 6, 2)) + 2, 3)))`;
    case 'atYear':
      return `substring(${day}, 1, 4)`;
  }
}

/** A field in SQL, of a row of its table or, with `alias`, of a joined one. */
export function fieldSql(contract: Contract, field: string, alias = ''): string {
  const row = alias === '' ? '' : `${alias}.`;
  if (contract.fields[field]) return `${row}${field}`;
  if (field === AT_HOUR) return hourOfDaySql(`${row}atMs`);
  return isPeriodField(field) ? periodSql(field, `${row}atMs`) : `${row}${field}`;
}

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
  return kind && { name: field, sql: fieldSql(contract, field), kind, slotClass: SLOT_CLASS[kind] };
}

/** As {@link findColumn}; throws for a field that the check of the rule should have refused. */
export function column(contract: Contract, field: string): Column {
  const found = findColumn(contract, field);
  if (!found) throw new RangeError(`${contract.type} has no field ${field}`);
  return found;
}

export const SLOT_TYPE: Readonly<Record<SlotClass, string>> = { number: 'Nullable(Int64)', text: 'Nullable(String)' };

/** An area is written in mu, and travels in so many parts of one: whole numbers compare exactly. */
export const AREA_PARTS = 10_000;

/** A day travels as its number since 1970-01-01, an area in ten-thousandths of a mu: whole numbers compare exactly. */
export function slotExpression(col: Column): string {
  if (col.kind === 'day') return `CAST(toInt32(${col.sql}), 'Nullable(Int64)')`;
  if (col.kind === 'area') return `CAST(${col.sql} * ${AREA_PARTS}, 'Nullable(Int64)')`;
  return `CAST(${col.sql}, '${SLOT_TYPE[col.slotClass]}')`;
}
