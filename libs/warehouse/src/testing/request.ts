import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { replaceParameters, sqlText } from '../clickhouse/sql-text.js';
import type { Statement } from './engine.js';

/** Limits of a ClickHouse server as it comes. */
const MAX_FIELD_CHARS = 128 * 1024;
const MAX_QUERY_CHARS = 256 * 1024;

/** Fields of a request that are no settings, and settings of the HTTP server that the engine does not know. */
const NO_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'session_id',
  'role',
  'user',
  'password',
  'max_query_size',
  'wait_end_of_query',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'enable_http_compression',
]);

/** An error as the server would answer it. */
export class FacadeError extends Error {
  constructor(
    readonly code: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

export interface FacadeRequest {
  statement: Statement;
  queryId: string | null;
  compressAnswer: boolean;
  progress: boolean;
}

/** Reads what a client of ClickHouse sends. Throws {@link FacadeError} for what a server would refuse. */
export async function readRequest(request: IncomingMessage, url: URL): Promise<FacadeRequest> {
  for (const [name, value] of url.searchParams)
    if (value.length > MAX_FIELD_CHARS)
      throw new FacadeError(1000, 'POCO_EXCEPTION', `HTML Form Exception: Field value too long (${name})`);
  const database = url.searchParams.get('database') ?? 'default';
  if (database !== 'default') throw new FacadeError(81, 'UNKNOWN_DATABASE', `Database ${database} does not exist`);
  const inUrl = url.searchParams.get('query');
  const body = (await bodyOf(request)).toString('utf8');
  const sql = inUrl ?? body;
  const longest = Number(url.searchParams.get('max_query_size') ?? MAX_QUERY_CHARS);
  if (inUrl === null && !/^\s*INSERT\b[^;]*\bFORMAT\b/i.test(sql) && sql.length > longest)
    throw new FacadeError(62, 'SYNTAX_ERROR', `Syntax error: Max query size exceeded (${sql.length} > ${longest})`);
  return {
    statement: {
      sql: withParameters(sql, url.searchParams),
      values: inUrl === null ? null : body,
      format: url.searchParams.get('default_format') ?? 'TabSeparated',
      settings: settingsOf(url.searchParams),
    },
    queryId: url.searchParams.get('query_id'),
    compressAnswer:
      url.searchParams.get('enable_http_compression') === '1' && /\bgzip\b/.test(String(request.headers['accept-encoding'])),
    progress: url.searchParams.get('send_progress_in_http_headers') === '1',
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return await buffer(request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request);
}

function settingsOf(fields: URLSearchParams): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of fields) {
    if (NO_SETTINGS.has(name) || name.startsWith('param_')) continue;
    if (!/^[a-z][a-z0-9_]*$/i.test(name)) throw new FacadeError(115, 'UNKNOWN_SETTING', `Setting ${name} is unknown`);
    settings.set(name, value);
  }
  return settings;
}

/** The statement with its parameters in the text: the engine would keep them as settings. */
function withParameters(sql: string, fields: URLSearchParams): string {
  return replaceParameters(sql, (name, type) => {
    const value = fields.get(`param_${name}`);
    if (value === null) throw new FacadeError(456, 'UNKNOWN_QUERY_PARAMETER', `Substitution \`${name}\` is not set`);
    if (value === '\\N') return `CAST(NULL, ${sqlText(type)})`;
    return `CAST(${sqlText(/^(Array|Tuple|Map)\b/.test(type) ? value : unescapeTsv(value))}, ${sqlText(type)})`;
  });
}

const TSV_ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', 0: '\0' };

function unescapeTsv(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (_, char: string) => TSV_ESCAPES[char] ?? char);
}
