/** A text as an SQL literal; for the places where ClickHouse takes no parameter. */
export function sqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Texts, quoted names and comments, in which a brace means nothing; else a parameter `{name:Type}`. */
const TOKEN =
  /'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|--[^\n]*|\/\*[\s\S]*?\*\/|\{\s*(?<name>[A-Za-z_]\w*)\s*:\s*(?<type>[^{}]+?)\s*\}/g;

/**
 * Puts SQL in the place of parameters.
 * @param replacement SQL for a parameter, by its name and declared type; null leaves it as it is.
 */
export function replaceParameters(sql: string, replacement: (name: string, type: string) => string | null): string {
  return sql.replaceAll(TOKEN, (token: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as { name?: string; type?: string }; // named groups come last
    if (groups.name === undefined || groups.type === undefined) return token;
    return replacement(groups.name, groups.type) ?? token;
  });
}

/**
 * What makes more of a query than a query: a further statement, or a place that rows are put into; and, outside of texts, what ClickHouse takes for the
 * beginning of a comment or of a text and this file does not (`#`, `$$`, curly quotes).
 */
const MORE_THAN_A_QUERY = /;|[#$‘’“”]|\b(?:INSERT|INTO)\b/i;

/**
 * Throws RangeError for what is not one query that reads. The embedded engine takes several statements at once, and `readonly` lets it write files by
 * INTO OUTFILE and INSERT INTO FUNCTION file().
 */
export function assertReads(sql: string): void {
  const isMore = () => MORE_THAN_A_QUERY.test(sql) && MORE_THAN_A_QUERY.test(sql.replaceAll(TOKEN, ' '));
  if (!/^[\s(]*(?:SELECT|WITH|EXPLAIN)\b/i.test(sql) || isMore()) throw new RangeError('not one query that reads');
}
