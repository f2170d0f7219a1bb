import { RefusedError } from '@tianyan/kernel';
import type { SqlQuery, WarehouseReader } from '../port.js';
import { clickHouseErrorOf } from './errors.js';

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
    const checked = await this.checked(query);
    try {
      return await this.reader.rows<T>(checked);
    } catch (error) {
      throw toPersonsError(error);
    }
  }

  async *stream<T>(query: SqlQuery, signal?: AbortSignal): AsyncIterable<readonly T[]> {
    const checked = await this.checked(query);
    try {
      yield* this.reader.stream<T>(checked, signal);
    } catch (error) {
      throw toPersonsError(error);
    }
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

/** What the limits and grants of the account say, to the person who typed the statement. */
const REFUSED_BY_SERVER: Readonly<Record<string, string>> = {
  TIMEOUT_EXCEEDED: '查询时间太长，已中止：请缩小范围（例如加上时间条件）',
  TOO_SLOW: '查询时间太长，已中止：请缩小范围（例如加上时间条件）',
  MEMORY_LIMIT_EXCEEDED: '查询占用的内存太多，已中止：请缩小范围或减少分组',
  TOO_MANY_ROWS: '查询要读取的行太多，已中止：请缩小范围（例如加上时间条件）',
  TOO_MANY_ROWS_OR_BYTES: '查询结果的行太多，已中止：请缩小范围，或先汇总再查询',
  TOO_MANY_BYTES: '查询要读取的数据太多，已中止：请缩小范围（例如加上时间条件）',
  ACCESS_DENIED: '没有权限：只能查询平台内各类记录的表',
  READONLY: '只能查询，不能修改数据或设置',
};

/** A person's query that meets its limits must not be tried again: it would only meet them again, minutes later. */
function toPersonsError(error: unknown): unknown {
  const thrown = clickHouseErrorOf(error);
  // The limit of the whole server is none of the person's.
  if (thrown === null || thrown.message.includes('(total)')) return error;
  const text = REFUSED_BY_SERVER[thrown.type];
  return text === undefined ? error : new RefusedError('invalid', text);
}

/** The statement with the contents of texts removed and quoted names bare, so that neither hides or feigns a keyword. */
function withoutTexts(sql: string): string {
  return sql.replaceAll(/'(?:[^'\\]|\\.|'')*'/g, "''").replaceAll(/[`"]((?:[^`"\\]|\\.)*)[`"]/g, '$1');
}
