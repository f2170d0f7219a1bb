import type { SqlQuery } from '../port.js';
import { replaceParameters, sqlText } from './sql-text.js';

/**
 * A parameter travels in the URL, where a server takes 128 KiB a field and 1 MiB in all, and a proxy often 8 KiB: ten
 * thousand ids do not fit. What is longer than this stands in the statement, which travels in the body.
 */
const MAX_CHARS_IN_URL = 1_000;

/** A statement with its long lists in it; the server must be told to take long statements (`max_query_size`). */
export function withLargeParamsInText(query: SqlQuery): SqlQuery {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(query.params)) {
    const text = typeof value === 'string' ? value : Array.isArray(value) ? listText(value) : null;
    if (text !== null && text.length > MAX_CHARS_IN_URL) texts.set(name, text);
  }
  if (texts.size === 0) return query;
  const sql = replaceParameters(query.sql, (name, type) => {
    const text = texts.get(name);
    return text === undefined ? null : `CAST(${sqlText(text)}, ${sqlText(type)})`;
  });
  return { sql, params: Object.fromEntries(Object.entries(query.params).filter(([name]) => !texts.has(name))) };
}

/** A list of texts, numbers, flags and nulls as ClickHouse reads it from text; null if there is anything else in it. */
function listText(values: readonly unknown[]): string | null {
  const parts: string[] = [];
  for (const value of values) {
    if (typeof value === 'string') parts.push(sqlText(value));
    else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') parts.push(String(value));
    else if (value === null) parts.push('NULL');
    else return null;
  }
  return `[${parts.join(',')}]`;
}
