import { RefusedError } from '@tianyan/kernel';
import type { SqlQuery, WarehouseReader } from '../port.js';

/** Longest statement that a person may send. */
const MAX_STATEMENT_CHARS = 100_000;

/** Rows of one answer; a person who needs more exports. */
const MAX_ROWS = 100_000;

/** Table functions that stay inside the database. All others read files, call other servers or run programs. */
const TABLE_FUNCTIONS_ALLOWED = new Set([
  'numbers',
  'numbers_mt',
  'zeros',
  'zeros_mt',
  'generateseries',
  'generate_series',
  'values',
  'null',
]);

/** Functions of expressions that leave the database; `file('/etc/passwd')` works in spite of `readonly`. */
const FUNCTIONS_REFUSED = new Set(['file', 'catboostevaluate', 'sleep', 'sleepeachrow']);

const REFUSED_TEXT = '只能查询：请写一条 SELECT 语句，不能带分号、INTO OUTFILE、FORMAT、SETTINGS，也不能读取文件或访问网络';

/**
 * Lets through only what reads the tables of the database. `readonly` of ClickHouse is not enough: embedded, it still
 * writes files by INTO OUTFILE, reads them by file(), takes several statements at once and ends queries of others. So a
 * statement is first parsed and written anew by ClickHouse, then looked through, and runs as a subquery.
 */
export class PeopleSqlReader implements WarehouseReader {
  private tableFunctions: Promise<ReadonlySet<string>> | null = null;

  /** @param reader a client that is read-only for good: the second line of defence. */
  constructor(private readonly reader: WarehouseReader) {}

  async rows<T>(query: SqlQuery): Promise<T[]> {
    return await this.reader.rows<T>(await this.checked(query));
  }

  async *stream<T>(query: SqlQuery, signal?: AbortSignal): AsyncIterable<readonly T[]> {
    yield* this.reader.stream<T>(await this.checked(query), signal);
  }

  private async checked(query: SqlQuery): Promise<SqlQuery> {
    if (query.sql.length > MAX_STATEMENT_CHARS) throw new RefusedError('too-large', '查询语句太长，请缩短');
    const normal = await this.normalise(query.sql);
    const code = withoutTexts(normal);
    if (!/^\s*(SELECT|WITH)\b/i.test(code) || code.includes(';')) throw new RefusedError('invalid', REFUSED_TEXT);
    if (/\bINTO\s+OUTFILE\b|\bFORMAT\s+\w+\s*$|\bSETTINGS\b/i.test(code)) throw new RefusedError('invalid', REFUSED_TEXT);
    const tableFunctions = await this.knownTableFunctions();
    for (const [, name = ''] of code.matchAll(/([A-Za-z_][A-Za-z0-9_]*)\s*\(/g)) {
      const called = name.toLowerCase();
      const leaves = FUNCTIONS_REFUSED.has(called) || (tableFunctions.has(called) && !TABLE_FUNCTIONS_ALLOWED.has(called));
      if (leaves) throw new RefusedError('invalid', `查询中不能使用 ${name}()：只能查询平台内的表`);
    }
    return { sql: `SELECT * FROM (${normal}) LIMIT ${MAX_ROWS}`, params: query.params };
  }

  /** The statement as ClickHouse understood it: without comments, on one line. A parameter, so nothing of it is run. */
  private async normalise(sql: string): Promise<string> {
    const [row] = await this.reader.rows<{ sql: string | null }>({
      sql: 'SELECT formatQuerySingleLineOrNull({sql:String}) AS sql',
      params: { sql },
    });
    if (!row?.sql) throw new RefusedError('invalid', `语句有错，数据库读不懂。${REFUSED_TEXT}`);
    return row.sql;
  }

  private knownTableFunctions(): Promise<ReadonlySet<string>> {
    this.tableFunctions ??= this.reader
      .rows<{ name: string }>({ sql: 'SELECT lower(name) AS name FROM system.table_functions', params: {} })
      .then((rows) => new Set(rows.map((row) => row.name)));
    return this.tableFunctions;
  }
}

/** The statement with the contents of texts removed and quoted names bare, so that neither hides or feigns a keyword. */
function withoutTexts(sql: string): string {
  return sql.replaceAll(/'(?:[^'\\]|\\.|'')*'/g, "''").replaceAll(/[`"]((?:[^`"\\]|\\.)*)[`"]/g, '$1');
}
