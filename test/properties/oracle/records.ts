import { FIRST_YEAR, LAST_YEAR, type WorkingCalendar } from '@tianyan/calendar';
import {
  isPeriodField,
  PERIOD_FIELDS,
  type Contract,
  type FieldValue,
  type FieldValues,
  type PeriodField,
} from '@tianyan/contracts';
import { chinaDayOf, DAY_MS, startOfChinaDayMs } from '@tianyan/kernel';
import type {
  Amount,
  Comparison,
  Conditions,
  FieldTest,
  MovedBy,
  Operand,
  Parameter,
  ParameterRef,
  RuleDefinition,
  Scalar,
  Shift,
  TableRow,
  Where,
} from '@tianyan/rules';

/** A version of a record as the oracle sees it. */
export interface OracleRecord {
  type: string;
  id: string;
  version: number;
  streamOffset: number;
  hash: string;
  atMs: number;
  source: string;
  deleted: boolean;
  fields: FieldValues;
  /** Value of the contract's order field; 0 where it has none. */
  order: number;
}

/** The newest version of each id, deleted ones left out. */
export function newest(versions: readonly OracleRecord[]): OracleRecord[] {
  const byId = new Map<string, OracleRecord>();
  for (const record of versions) {
    const key = `${record.type} ${record.id}`;
    const known = byId.get(key);
    const newer =
      !known || record.version > known.version || (record.version === known.version && record.streamOffset > known.streamOffset);
    if (newer) byId.set(key, record);
  }
  return [...byId.values()].filter((record) => !record.deleted);
}

/** Total order of records: time, order field, id byte by byte, type. */
export function compare(a: OracleRecord, b: OracleRecord): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.order !== b.order) return a.order - b.order;
  return Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)) || Buffer.compare(Buffer.from(a.type), Buffer.from(b.type));
}

export const before = (a: OracleRecord, b: OracleRecord): boolean => compare(a, b) < 0;

export function inOrder(records: readonly OracleRecord[]): OracleRecord[] {
  return [...records].sort(compare);
}

export function field(record: OracleRecord, name: string): FieldValue {
  if (name === 'id') return record.id;
  if (name === 'source') return record.source;
  if (name === 'version') return record.version;
  if (name === 'atMs') return record.atMs;
  if (name === 'atHour') return Math.floor((record.atMs - startOfChinaDayMs(chinaDayOf(record.atMs))) / HOUR_MS);
  if (isPeriodField(name)) return periodText(name, record.atMs);
  return record.fields[name] ?? null;
}

const HOUR_MS = 3_600_000;
/** 1970-01-05 was a Monday. */
const A_MONDAY_MS = startOfChinaDayMs('1970-01-05');
const WEEK_MS = 7 * DAY_MS;

/** The China calendar period of an instant, as text. */
export function periodText(period: PeriodField, atMs: number): string {
  const day = chinaDayOf(atMs);
  const month = Number(day.slice(5, 7));
  if (period === 'atDay') return day;
  if (period === 'atWeek') return chinaDayOf(A_MONDAY_MS + Math.floor((atMs - A_MONDAY_MS) / WEEK_MS) * WEEK_MS);
  if (period === 'atMonth') return day.slice(0, 7);
  return period === 'atYear' ? day.slice(0, 4) : `${day.slice(0, 4)}-Q${month < 4 ? 1 : month < 7 ? 2 : month < 10 ? 3 : 4}`;
}

/** The shortest among the periods that the parts of the scope are read from; null: there is none. */
export function shortestPeriodOf(rule: RuleDefinition): PeriodField | null {
  const [input] = Object.values(rule.inputs);
  const fields = rule.scope.map((part) => input?.scope?.[part] ?? part);
  return PERIOD_FIELDS.find((one) => fields.includes(one)) ?? null;
}

/** Walks day by day until the period is another. */
export function endOfPeriodMs(period: PeriodField, atMs: number): number {
  const name = periodText(period, atMs);
  let startMs = startOfChinaDayMs(chinaDayOf(atMs));
  while (periodText(period, startMs) === name) startMs += DAY_MS;
  return startMs;
}

/** 24:00 of a China day. */
export function endOfDayMs(day: string): number {
  return startOfChinaDayMs(day) + DAY_MS;
}

/** The China day of a field that is a day or an instant. */
function dayOfField(value: FieldValue): string | null {
  if (typeof value === 'number') return chinaDayOf(value);
  return typeof value === 'string' ? value : null;
}

/** Whether an entry of a list is valid on a day. */
export function validOn(
  entry: OracleRecord,
  { validFrom, validTo }: { validFrom?: string | undefined; validTo?: string | undefined },
  day: string,
): boolean {
  const dayIn = (name: string | undefined) => (name === undefined ? null : dayOfField(field(entry, name)));
  const [from, to] = [dayIn(validFrom), dayIn(validTo)];
  return (from === null || from <= day) && (to === null || to >= day);
}

/** Looks a parameter up. `day` null or undefined: the reference names none or the field is null. */
export function parameterValue(
  parameter: Parameter | undefined,
  look: { region: FieldValue; day: string | null; when: (name: string) => FieldValue },
): number | null {
  if (!parameter) throw new Error('unknown parameter');
  if (parameter.value !== undefined) return parameter.value;
  const row = (parameter.table ?? []).find((candidate) => rowFits(candidate, look));
  return row ? row.value : null;
}

function rowFits(row: TableRow, look: { region: FieldValue; day: string | null; when: (name: string) => FieldValue }): boolean {
  if (row.region !== undefined && !(typeof look.region === 'string' && look.region.startsWith(row.region))) return false;
  if (row.from !== undefined && (look.day === null || look.day < row.from)) return false;
  if (row.to !== undefined && (look.day === null || look.day > row.to)) return false;
  return Object.entries(row.when ?? {}).every(([name, wanted]) => {
    const value = look.when(name);
    if (value === null) return false;
    return Array.isArray(wanted) ? wanted.some((one) => one === value) : wanted === value;
  });
}

/** A parameter referred to in a condition: the record itself supplies region, day and when. */
export function parameterOfRecord(rule: RuleDefinition, ref: ParameterRef, record: OracleRecord): number | null {
  return parameterValue(rule.parameters[ref.parameter], {
    region: ref.region === undefined ? null : field(record, ref.region),
    day: ref.day === undefined ? null : dayOfField(field(record, ref.day)),
    when: (name) => field(record, name),
  });
}

/** What a comparison is read by. */
export interface Reads {
  rule: RuleDefinition;
  calendar: WorkingCalendar;
}

function operandValue(reads: Reads, operand: Operand, record: OracleRecord): FieldValue {
  if (typeof operand !== 'object') return operand;
  if ('field' in operand) return moved(reads, field(record, operand.field), operand, record);
  return parameterOfRecord(reads.rule, operand, record);
}

/** Nobody moves anything by more days. */
const MOST_DAYS = 3_660;

/** Days of a day, milliseconds of an instant; the rest of a shift is not moved, but multiplied. @param record whose field is moved */
function moved({ rule, calendar }: Reads, value: FieldValue, shift: Shift, record: OracleRecord): FieldValue {
  const { plusDays, plusHours, plusWorkingDays } = shift;
  const by = movedBy(rule, plusDays ?? plusHours ?? plusWorkingDays ?? 0, record);
  if (value === null || by === null) return null;
  if (Math.abs(by) > (plusHours === undefined ? MOST_DAYS : 24 * MOST_DAYS)) return null;
  if (plusWorkingDays !== undefined) return movedByWorkingDays(calendar, value, by);
  if (typeof value === 'number') return value + by * (plusDays === undefined ? HOUR_MS : DAY_MS);
  return by === 0 ? value : chinaDayOf(startOfChinaDayMs(String(value)) + by * DAY_MS);
}

/** Walks day by day, counting the working ones; an instant keeps its time of day. */
function movedByWorkingDays(calendar: WorkingCalendar, value: FieldValue, by: number): FieldValue {
  const from = startOfChinaDayMs(dayOfField(value) ?? '');
  const isOutside = (day: string) => day < FIRST_DAY || day > LAST_DAY;
  if (isOutside(chinaDayOf(from))) return null;
  let [atMs, left] = [from, Math.abs(by)];
  while (left > 0) {
    atMs += Math.sign(by) * DAY_MS;
    const day = chinaDayOf(atMs);
    if (isOutside(day)) return null;
    if (calendar.isWorkingDay(day)) left--;
  }
  if (by === 0) return value;
  return typeof value === 'number' ? value + (atMs - from) : chinaDayOf(atMs);
}

const FIRST_DAY = `${FIRST_YEAR}-01-01`;
const LAST_DAY = `${LAST_YEAR}-12-31`;

function movedBy(rule: RuleDefinition, by: MovedBy, record: OracleRecord): number | null {
  if (typeof by === 'number') return by;
  if ('parameter' in by) return parameterOfRecord(rule, by, record);
  const found = field(record, by.field);
  return typeof found === 'number' ? found : null;
}

function amountOf(rule: RuleDefinition, amount: Amount): number | null {
  return typeof amount === 'number' ? amount : (rule.parameters[amount.parameter]?.value ?? null);
}

export function satisfies(reads: Reads, where: Where | undefined, record: OracleRecord): boolean {
  if (where === undefined) return true;
  const sets: readonly Conditions[] = Array.isArray(where) ? where : [where];
  return sets.some((set) =>
    Object.entries(set).every(([name, test]) => passes(reads, field(record, name), asTest(test), record)),
  );
}

function asTest(test: Scalar | FieldTest): FieldTest {
  return typeof test === 'object' ? test : { is: test };
}

function passes(reads: Reads, value: FieldValue, test: FieldTest, record: OracleRecord): boolean {
  const { rule } = reads;
  const other = (operand: Operand) => operandValue(reads, operand, record);
  const equal = (operand: Operand) => value !== null && other(operand) === value;
  const ordered = (operand: Operand, holds: (a: string | number, b: string | number) => boolean) => {
    const right = other(operand);
    if (typeof operand === 'object' && 'field' in operand && operand.percent !== undefined) {
      const percent = amountOf(rule, operand.percent);
      return typeof value === 'number' && typeof right === 'number' && percent !== null && holds(100 * value, percent * right);
    }
    return (
      ((typeof value === 'number' && typeof right === 'number') || (typeof value === 'string' && typeof right === 'string')) &&
      holds(value, right)
    );
  };
  const contains = (texts: string | readonly string[]) =>
    typeof value === 'string' && (typeof texts === 'string' ? [texts] : texts).some((text) => value.includes(text));
  const among = (list: readonly Scalar[]) => value !== null && list.some((one) => one === value);
  const length = (limit: Amount, holds: (characters: number, limit: number) => boolean) => {
    const right = typeof limit === 'number' ? limit : parameterOfRecord(rule, limit, record);
    return typeof value === 'string' && typeof right === 'number' && holds(Array.from(value).length, right);
  };
  return (
    (test.is === undefined || equal(test.is)) &&
    (test.not === undefined || !equal(test.not)) &&
    (test.in === undefined || among(test.in)) &&
    (test.notIn === undefined || !among(test.notIn)) &&
    (test.above === undefined || ordered(test.above, (a, b) => a > b)) &&
    (test.atLeast === undefined || ordered(test.atLeast, (a, b) => a >= b)) &&
    (test.below === undefined || ordered(test.below, (a, b) => a < b)) &&
    (test.atMost === undefined || ordered(test.atMost, (a, b) => a <= b)) &&
    (test.null === undefined || (value === null) === test.null) &&
    (test.contains === undefined || contains(test.contains)) &&
    (test.notContains === undefined || !contains(test.notContains)) &&
    (test.shorterThan === undefined || length(test.shorterThan, (a, b) => a < b)) &&
    (test.longerThan === undefined || length(test.longerThan, (a, b) => a > b))
  );
}

/** Whether an exception lets the record off, in an input that makes the problem. */
export function excepted(rule: RuleDefinition, contract: Contract, scope: string | null, record: OracleRecord): boolean {
  return rule.exceptions.some((exception) => {
    if (exception.listed) return false; // a scope knows its lists
    if (exception.scope && (scope === null || !exception.scope.includes(scope))) return false;
    for (const [name, wanted] of Object.entries(exception.where ?? {})) {
      if (!(name in contract.fields) && !['id', 'source', 'version', 'atMs'].includes(name)) return false;
      const value = field(record, name);
      const fits = typeof wanted === 'object' ? wanted.in.some((one) => one === value) : wanted === value;
      if (value === null || !fits) return false;
    }
    const day = chinaDayOf(record.atMs);
    return (exception.from === undefined || day >= exception.from) && (exception.to === undefined || day <= exception.to);
  });
}

/** A field against another record's: with a missing side false, but for `differs`, which is the opposite of `equals`. */
export function stands(
  reads: Reads,
  one: FieldValue,
  { is, ...shift }: Shift & { is: Comparison },
  against: FieldValue,
  /** Of which the other side is a field, moved by what stands in it. */
  record: OracleRecord,
): boolean {
  const to = moved(reads, against, shift, record);
  const equal = one !== null && to !== null && one === to;
  if (is === 'equals') return equal;
  if (is === 'differs') return !equal;
  if (one === null || to === null) return false;
  const percent = shift.percent === undefined ? null : amountOf(reads.rule, shift.percent);
  const [own, other] = percent === null ? [one, to] : [100 * Number(one), percent * Number(to)];
  return lies(own, is, other);
}

/** Values of one kind: numbers, or what is sorted as they are. */
export function lies<T extends NonNullable<FieldValue>>(own: T, is: 'above' | 'atLeast' | 'below' | 'atMost', other: T): boolean {
  if (is === 'above') return own > other;
  if (is === 'atLeast') return own >= other;
  return is === 'below' ? own < other : own <= other;
}

/** Records, different values of a field, or the sum of one: what kinds count. */
export function measured(
  { measure, field: name = '' }: { measure: 'records' | 'distinct' | 'sum'; field?: string | undefined },
  records: readonly OracleRecord[],
): number {
  if (measure === 'records') return records.length;
  const values = records.map((record) => field(record, name)).filter((value) => value !== null);
  return measure === 'distinct' ? new Set(values).size : values.reduce<number>((sum, value) => sum + Number(value), 0);
}
