import pg from 'pg';
import { z } from 'zod';

type TypeId = Parameters<pg.CustomTypesConfig['getTypeParser']>[0];
const { INT8, NUMERIC } = pg.types.builtins;
/** Arrays of the two, of PostgreSQL's own catalogue (pg_type); the driver has no names for them. */
const INT8_ARRAY = 1016;
const NUMERIC_ARRAY = 1231;

/** Throws RangeError for what a number of JavaScript does not hold exactly. */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`PostgreSQL answered ${text}, which is beyond 2^53: read this column as text (::text)`);
}

/** Sums and averages. Fractions are as near as JavaScript comes. Throws RangeError beyond 2^53 and for NaN. */
function decimal(text: string): number {
  const value = Number(text);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  throw new RangeError(`PostgreSQL answered ${text}, which is no number up to 2^53: read this column as text (::text)`);
}

/** Of a plain list, such as `{1,NULL,3}`: numbers are never quoted. */
function eachOf(parse: (text: string) => number): (text: string) => (number | null)[] {
  return (text) =>
    text === '{}'
      ? []
      : text
          .slice(1, -1)
          .split(',')
          .map((element) => (element === 'NULL' ? null : parse(element)));
}

const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [INT8, wholeNumber],
  [NUMERIC, decimal],
  [INT8_ARRAY, eachOf(wholeNumber)],
  [NUMERIC_ARRAY, eachOf(decimal)],
]);

/**
 * How the values of a statement are read: 64-bit numbers become numbers here, and nowhere else. Given with each statement,
 * not set for the whole driver: the libraries of others that use it (jobs, migrations) expect it as it came.
 */
export const COLUMN_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: TypeId, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || pg.types.getTypeParser(oid, format),
};

/** A counted id that goes out as text: in addresses, cursors, and to browsers, which must not calculate with it. */
export const idText = z.int().transform(String);

/** `bytea`. */
export const bytes = z.instanceof(Buffer);
