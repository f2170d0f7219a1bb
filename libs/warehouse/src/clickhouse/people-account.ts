import { RefusedError } from '@tianyan/kernel';
import type { WarehouseReader } from '../port.js';

/** Tables of records, by the beginning of their names (names.ts). What else the platform keeps is not for people's SQL. */
const READABLE_TABLES = ['cur_', 'log_', 'ref_'];

/** Limits that the account must bring: a request of a read-only account can set none. */
const NEEDED_LIMITS = ['max_execution_time', 'max_memory_usage', 'max_result_rows', 'max_rows_to_read'] as const;

type Settings = Record<(typeof NEEDED_LIMITS)[number], number> & { database: string; readonly: number; quoted: number };

/**
 * That an account may read records and nothing else, whatever the statement: the server refuses the rest by itself.
 * @throws RefusedError with everything that is wrong, and what to change at the server.
 */
export async function assertPeopleAccount(reader: WarehouseReader, user: string): Promise<void> {
  const limits = NEEDED_LIMITS.map((name) => `toFloat64(getSetting('${name}')) AS ${name}`).join(', ');
  const [settings] = await reader.rows<Settings>({
    sql: `SELECT currentDatabase() AS database, toUInt8(getSetting('readonly')) AS readonly,
      toUInt8(getSetting('output_format_json_quote_64bit_integers')) AS quoted, ${limits}`,
    params: {},
  });
  if (!settings) throw new Error('a question about settings has one answer');
  const grants = await reader.rows<Record<string, string>>({ sql: 'SHOW GRANTS FINAL', params: {} });
  const problems = [
    ...settingProblems(settings),
    ...grantProblems(
      grants.map((row) => String(Object.values(row)[0])),
      settings.database,
    ),
  ];
  if (problems.length > 0)
    throw new RefusedError(
      'forbidden',
      `ClickHouse 账号 ${user} 不能用来运行人工查询：${problems.join('；')}。请由数据库管理员改好后重新启动（写法见运行手册“ClickHouse”一节）。`,
    );
}

function settingProblems(settings: Settings): string[] {
  const missing = NEEDED_LIMITS.filter((name) => !(settings[name] > 0));
  return [
    ...(settings.readonly === 1 ? [] : ['readonly 应为 1']),
    ...(settings.quoted === 0 ? [] : ['output_format_json_quote_64bit_integers 应为 0']),
    ...(missing.length === 0 ? [] : [`缺少上限 ${missing.join('、')}`]),
  ];
}

/** Every grant must be SELECT, perhaps of some columns, on record tables of the database. */
function grantProblems(grants: readonly string[], database: string): string[] {
  const isFine = (grant: string) => {
    const [, ofDatabase, table = ''] = /^GRANT SELECT(?:\([^)]*\))? ON `?(\w+)`?\.`?(\w+)\*?`? TO /.exec(grant) ?? [];
    return ofDatabase === database && READABLE_TABLES.some((prefix) => table.startsWith(prefix)) && !/ WITH GRANT /.test(grant);
  };
  if (grants.length === 0) return ['没有任何表的查询权限'];
  const tooMuch = grants.filter((grant) => !isFine(grant));
  const allowed = READABLE_TABLES.map((prefix) => `${database}.${prefix}*`).join('、');
  return tooMuch.length === 0 ? [] : [`只应有 ${allowed} 的 SELECT 权限，现在还有 ${tooMuch.join('，')}`];
}
