import { isPeriodField, SOLE_TRADER, type Contract, type PeriodField } from '@tianyan/contracts';
import { DAY_MS } from '@tianyan/kernel';
import type { Input } from '../language/inputs.js';
import { scopeKeySql, scopePartSql, splitScopeKeySql } from '../scope-key.js';
import { dayNumberSql, startOfDaySql } from './calendar.js';
import { column } from './columns.js';
import { SCOPES, SLICE, SLICES } from './params.js';

/** The fields of an input from which the parts of the scope are read. */
export function scopeFields(scope: readonly string[], input: Input): string[] {
  return scope.map((part) => input.scope?.[part] ?? part);
}

/** SQL of the scope key of a row. The parts must not be null; see {@link scopePresentSql}. */
export function rowScopeSql(contract: Contract, fields: readonly string[]): string {
  const parts = fields.map((field) => {
    const col = column(contract, field);
    const text = col.slotClass === 'text' ? `CAST(${col.sql}, 'Nullable(String)')` : `toString(${col.sql})`;
    return `assumeNotNull(${text})`;
  });
  return scopeKeySql(parts);
}

/** The row belongs to a scope at all: none of the parts is missing, and none is a person; see {@link isScopePart}. */
export function scopePresentSql(contract: Contract, fields: readonly string[]): string {
  const optional = fields.filter((field) => contract.fields[field]?.optional === true);
  const firms = fields.filter((field) => isFirm(contract, field));
  const tests = [
    ...optional.map((field) => `${field} IS NOT NULL`),
    ...firms.map((field) => `NOT startsWith(${field}, '${SOLE_TRADER}')`),
  ];
  return tests.join(' AND ') || '1';
}

/** Whether a field holds the credit codes of firms. */
export function isFirm(contract: Contract, field: string): boolean {
  return contract.fields[field]?.key === 'firm';
}

/** Scopes stand in lists and alerts: the credit code of a sole trader is a person's, and no part of one. */
export function isScopePart(contract: Contract, field: string, code: string): boolean {
  return !(isFirm(contract, field) && code.startsWith(SOLE_TRADER));
}

/**
 * Which scopes a query answers for: all of them, those of one slice of a sweep, or those of the parameter `scopes`. A sweep
 * holds the rows of its scopes in memory at once, so it is cut into slices where all would be too much.
 */
export type Reach = 'all' | 'slice' | 'scopes';

/** Reach of a query that is asked about cohorts: by their keys alone, or by scopes of them. */
export type CohortReach = Reach | 'cohorts';

/** What restricts a table to rows. */
export interface RowFilters {
  /**
   * Looks at fields of the sort key alone: rows of one sort key stand or fall together, so that it may be asked before FINAL has
   * chosen among them (PREWHERE), which spares the other columns of the rows that it refuses. Null: there is nothing to ask.
   */
  key: string | null;
  rest: string | null;
}

/** Restricts a table to the rows of the scopes within reach. */
export function reachFilters(contract: Contract, fields: readonly string[], leading: number, reach: Reach): RowFilters {
  if (reach === 'scopes') return scopeFilters(contract, fields, leading);
  return { key: null, rest: reach === 'all' ? null : `cityHash64(${rowScopeSql(contract, fields)}) % ${SLICES} = ${SLICE}` };
}

/**
 * Restricts a table to the rows of the wanted scopes (of the parameter `keys`). The fields that lead the sort key are compared as they are, so that
 * ClickHouse skips the other granules; the whole key is compared besides when it has further parts.
 * `IN (SELECT arrayJoin(…))`, because `IN {array}` takes a minute at 50,000 keys.
 */
export function scopeFilters(contract: Contract, fields: readonly string[], leading: number, keys = SCOPES): RowFilters {
  const whole = `${rowScopeSql(contract, fields)} IN (SELECT arrayJoin(${keys}))`;
  const time = periodsFilter(contract, fields, keys);
  if (fields.some((field) => column(contract, field).slotClass !== 'text')) return { key: time, rest: whole };
  if (fields.length === 1 && leading === 1) return { key: `${fields[0]} IN (SELECT arrayJoin(${keys}))`, rest: null };
  const compared = [...fields.entries()].filter(([i, field]) => i < leading || isDay(contract, field));
  if (compared.length === 0) return { key: time, rest: whole };
  const parts = compared.map(([i, field]) => {
    const part = fields.length === 1 ? 'scope' : scopePartSql('parts', i + 1);
    return isDay(contract, field) ? { row: dayNumberSql('atMs'), wanted: dayOfTextSql(part) } : { row: field, wanted: part };
  });
  const split = fields.length === 1 ? '' : `, ${splitScopeKeySql('scope')} AS parts`;
  const wanted = `SELECT ${parts.map((part) => part.wanted).join(', ')} FROM (SELECT arrayJoin(${keys}) AS scope${split})`;
  const rows = parts.map(({ row }) => row);
  const key = `${rows.length === 1 ? rows[0] : `(${rows.join(', ')})`} IN (${wanted})`;
  // A day is in the set of keys already, each unit's by itself, and needs no text made of each row.
  const isWhole = compared.length === fields.length;
  const bounded = time === null || compared.length > leading ? key : `${key} AND ${time}`;
  return { key: bounded, rest: isWhole ? null : whole };
}

/** The China day of the instant, which is no field of the contract's. */
export function isDay(contract: Contract, field: string): boolean {
  return field === 'atDay' && contract.fields[field] === undefined;
}

function dayOfTextSql(text: string): string {
  return `toInt64(toInt32(toDate32OrZero(${text})))`;
}

/** Days in a period, at most. */
const PERIOD_DAYS: Readonly<Record<PeriodField, number>> = { atDay: 1, atWeek: 7, atMonth: 31, atQuarter: 92, atYear: 366 };

/**
 * Of scopes that are periods, from the first to the last of them: without it a unit's records of all years would be read for a day of
 * one. `atMs` is in every sort key, behind the fields of the scope. Null: the scope has no period.
 */
function periodsFilter(contract: Contract, fields: readonly string[], keys: string): string | null {
  const at = fields.findIndex((field) => isPeriodField(field) && contract.fields[field] === undefined);
  const period = fields[at];
  if (period === undefined || !isPeriodField(period)) return null;
  const part = fields.length === 1 ? 'scope' : scopePartSql(splitScopeKeySql('scope'), at + 1);
  const startsMs = `arrayMap(scope -> ${startOfDaySql(dayOfTextSql(firstDayText(period, part)))}, ${keys})`;
  const lengthMs = PERIOD_DAYS[period] * DAY_MS;
  return `atMs >= (SELECT arrayMin(${startsMs})) AND atMs < (SELECT arrayMax(${startsMs}) + ${lengthMs})`;
}

/** SQL of the first day of a period, from its text. */
function firstDayText(period: PeriodField, text: string): string {
  if (period === 'atMonth') return `concat(${text}, '-01')`;
  if (period === 'atYear') return `concat(${text}, '-01-01')`;
  if (period !== 'atQuarter') return text;
  return `concat(substring(${text}, 1, 5), leftPad(toString(toUInt8OrZero(substring(${text}, 7, 1)) * 3 - 2), 2, '0'), '-01')`;
}
