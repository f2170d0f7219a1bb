import { z } from 'zod';
import { isCreditCode } from './credit-code.js';

/**
 * What a field identifies. Scopes of rules, links between sources and the masking of personal data follow from it.
 * `caller` is a keyed digest of the person who called, never the person. `org` is a name, of a person or a firm; `firm` the unified social credit
 * code of a firm, which alone tells that two records speak of the same one. `agent` is the staff number of whoever answers the hotline's calls.
 */
export type KeyKind =
  | 'order'
  | 'unit'
  | 'person'
  | 'org'
  | 'firm'
  | 'village'
  | 'township'
  | 'matter'
  | 'caller'
  | 'contract'
  | 'receivable'
  | 'project'
  | 'asset'
  | 'agent'
  | 'payment'
  | 'listing'
  | 'deal';

/** Who may see a field: everyone signed in (public, internal), or only with a reason that is recorded (personal, secret). */
export type Privacy = 'public' | 'internal' | 'personal' | 'secret';

export type FieldKind = 'text' | 'code' | 'integer' | 'money' | 'area' | 'flag' | 'instant' | 'day';

export interface FieldMeta {
  /** Chinese name, as the column would be headed in the source system. */
  label: string;
  kind: FieldKind;
  privacy: Privacy;
  key?: KeyKind;
  /** Unit of measure as shown to people: 元, 亩, 月 … Money is stored in fen and shown in yuan. */
  unit?: string;
  /** Chinese names of coded values. */
  values?: Readonly<Record<string, string>>;
  optional: boolean;
}

const registry = z.registry<FieldMeta>();

/** The meaning of a contract's field; every field of a contract is made by one of the functions below. */
export function fieldMeta(schema: z.core.$ZodType): FieldMeta {
  const meta = registry.get(schema);
  if (!meta) throw new TypeError('a contract field must be made by a field function of libs/contracts');
  return meta;
}

/** Whether a schema takes the value and gives back the same. False says nothing: the schema itself has to be asked. */
export type AsIs = (value: unknown) => boolean;

const asIsChecks = new WeakMap<z.core.$ZodType, AsIs>();

/** Null where only the schema can tell. */
export function asIsCheck(schema: z.core.$ZodType): AsIs | null {
  return asIsChecks.get(schema) ?? null;
}

type Describe = Pick<FieldMeta, 'label'> & Partial<Pick<FieldMeta, 'privacy' | 'key' | 'unit' | 'values'>>;

function register<S extends z.ZodType>(schema: S, kind: FieldKind, describe: Describe, asIs: AsIs): S {
  registry.add(schema, { privacy: 'internal', ...describe, kind, optional: false } as never);
  asIsChecks.set(schema, asIs);
  return schema;
}

function isTextUpTo(value: unknown, maxChars: number): value is string {
  return typeof value === 'string' && value.length <= maxChars && isStorable(value);
}

export function isWholeBetween(value: unknown, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
}

/** Longest text of one field. A longer one is a mistake upstream (a whole document pasted into a cell). */
export const MAX_TEXT_CHARS = 20_000;
export const MAX_CODE_CHARS = 200;

/** Dates outside these bounds are typing errors; ClickHouse and Excel would silently bend them. */
export const MIN_INSTANT_MS = Date.UTC(1990, 0, 1);
export const MAX_INSTANT_MS = Date.UTC(2100, 0, 1);

/**
 * Whether every store can hold the text. PostgreSQL refuses the NUL character, ClickHouse halves of a surrogate pair: a
 * finding that quotes such a record could never be stored, and would stop all others.
 */
export function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

export const text = (d: Describe) =>
  register(z.string().max(MAX_TEXT_CHARS).refine(isStorable), 'text', d, (value) => isTextUpTo(value, MAX_TEXT_CHARS));
/** An identifier or a short coded value: exact, trimmed, never empty. */
export const code = (d: Describe) =>
  register(
    z.string().trim().min(1).max(MAX_CODE_CHARS).refine(isStorable),
    'code',
    d,
    (value) => isTextUpTo(value, MAX_CODE_CHARS) && value !== '' && value.trim() === value,
  );
/**
 * Unified social credit code of whom another field names. Closed like the name unless it is that of a firm: who sees it is told by the code itself
 * (`isOpenCreditCode`).
 */
export const creditCode = (d: Pick<Describe, 'label'>) =>
  register(
    z.string().refine(isCreditCode),
    'code',
    { ...d, key: 'firm', privacy: 'personal' },
    (value) => typeof value === 'string' && isCreditCode(value),
  );
export const integer = (d: Describe) => register(z.int(), 'integer', d, Number.isSafeInteger);
/** Money in whole fen. */
export const money = (d: Describe) => register(z.int(), 'money', { unit: '元', ...d }, Number.isSafeInteger);
/** Largest area, in mu. */
const MAX_AREA = 1_000_000;
/** Area in mu (1 mu = 666.67 m²), at most four decimals. */
export const area = (d: Describe) =>
  register(
    z.number().min(0).max(MAX_AREA),
    'area',
    { unit: '亩', ...d },
    (value) => typeof value === 'number' && value >= 0 && value <= MAX_AREA,
  );
export const flag = (d: Describe) => register(z.boolean(), 'flag', d, (value) => typeof value === 'boolean');
/** An instant in whole milliseconds since 1970 UTC; the mapping of a source turns its own notation into this. */
export const instant = (d: Describe) =>
  register(z.int().min(MIN_INSTANT_MS).max(MAX_INSTANT_MS), 'instant', d, (value) =>
    isWholeBetween(value, MIN_INSTANT_MS, MAX_INSTANT_MS),
  );
/** A China calendar day, `YYYY-MM-DD`. */
export const day = (d: Describe) => {
  const schema = z.iso.date().refine((v) => v >= '1949-10-01' && v < '2150-01-01');
  return register(schema, 'day', d, (value) => schema.safeParse(value).success);
};

/** One of a fixed set of coded values, each with its Chinese name. */
export function oneOf<const V extends Record<string, string>>(d: Describe, values: V) {
  const keys = Object.keys(values) as [keyof V & string, ...(keyof V & string)[]];
  const known: ReadonlySet<unknown> = new Set(keys);
  return register(z.enum(keys), 'code', { ...d, values }, (value) => known.has(value));
}

/** The field may be missing; missing, undefined and null are all stored as null. */
export function optional<S extends z.ZodType>(schema: S) {
  const wrapped = schema.nullish().transform((value) => value ?? null);
  registry.add(wrapped, { ...fieldMeta(schema), optional: true });
  const inner = asIsCheck(schema);
  if (inner) asIsChecks.set(wrapped, (value) => value === null || inner(value));
  return wrapped;
}
