import type { SqlQuery } from '../port.js';
import { replaceParameters, sqlText } from './sql-text.js';

/**
 * A parameter travels in the URL, where a server takes 128 KiB a field and 1 MiB in all, and a proxy often 8 KiB: ten
 * thousand ids do not fit. What is longer than this stands in the statement, which travels in the body.
 */
export const MAX_CHARS_IN_URL = 1_000;

/** Statement with ten thousand ids of the longest kind; ClickHouse takes 256 KiB unless told otherwise. */
export const MAX_QUERY_BYTES = 64 * 1024 * 1024;

/**
 * A statement with its parameters in it, each as a quoted literal that is cast to the declared type; those that are no
 * longer than `longestLeftOut` stay beside it. The server must be told to take long statements (`max_query_size`).
 */
export function withParamsInText(query: SqlQuery, longestLeftOut: number): SqlQuery {
  const literals = new Map<string, string>();
  for (const [name, value] of Object.entries(query.params)) {
    const literal = literalOf(value);
    if (literal !== null && literal.length > longestLeftOut) literals.set(name, literal);
  }
  if (literals.size === 0) return query;
  const sql = replaceParameters(query.sql, (name, type) => {
    const literal = literals.get(name);
    return literal === undefined ? null : `CAST(${literal}, ${sqlText(type)})`;
  });
  return { sql, params: Object.fromEntries(Object.entries(query.params).filter(([name]) => !literals.has(name))) };
}

/** Texts, numbers, flags, nulls and lists of them; null for anything else, which the client then has to send. */
function literalOf(value: unknown): string | null {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return sqlText(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return sqlText(String(value));
  if (!Array.isArray(value)) return null;
  const parts: string[] = [];
  for (const item of value) {
    if (typeof item === 'string') parts.push(sqlText(item));
    else if (typeof item === 'number' || typeof item === 'bigint' || typeof item === 'boolean') parts.push(String(item));
    else if (item === null) parts.push('NULL');
    else return null;
  }
  return sqlText(`[${parts.join(',')}]`);
}
