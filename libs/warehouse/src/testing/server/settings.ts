import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** The database of the platform. `default` of this server is an overlay over two engines, which takes no RENAME. */
export const SERVER_DATABASE = 'tianyan';

/** Everything the platform does. */
export const APP_USER = 'tianyan';

/** Memory of the whole server: it shares a machine of two cores with Kafka, PostgreSQL and the apps. */
export const SERVER_MEMORY_BYTES = 2 * 1024 ** 3;
/** Caches of marks and of opened columns; 5 GiB and more as ClickHouse comes. */
const CACHE_BYTES = 64 * 1024 ** 2;
/** Merges at once. With more, two cores would do nothing else while history is loaded. */
const MERGE_THREADS = 2;
/** Merges that wait or run beside each other; what ClickHouse wants to keep free must lie below it. */
const MERGES = 8;
const KEPT_FREE = 2;
/** Of each of the two log files. */
const LOG_BYTES = 10 * 1024 ** 2;
/** Statements at once, as a server in production would be limited. */
const MAX_STATEMENTS = 100;

/** Turn the engine into a server, which lives as long as the last of them. */
export const FIRST_STATEMENTS: readonly string[] = [
  `CREATE DATABASE IF NOT EXISTS ${SERVER_DATABASE} ENGINE = Atomic`,
  'SYSTEM START LISTEN HTTP',
  'SELECT sleepEachRow(1) FROM system.numbers SETTINGS max_block_size = 1, max_threads = 1 FORMAT Null',
];
/**
 * Whom the engine's own first statements run as. It lets this name in without a password from anywhere, whatever stands here,
 * and by `file()` everybody on the machine could then read files as the server's user: see {@link configXml}.
 */
const FIRST_ACCOUNT = `    <default>
      <no_password/>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT CREATE DATABASE ON ${SERVER_DATABASE}.*</query>
        <query>GRANT TABLE ENGINE ON Atomic</query>
        <query>GRANT SYSTEM LISTEN ON *.*</query>
        <query>GRANT SELECT ON system.numbers</query>
      </grants>
    </default>
`;

export interface ServerPlace {
  directory: string;
  host: string;
  port: number;
  memoryBytes: number;
}

/**
 * Answers nobody who does not show the name and password of the application: the engine itself would take a request
 * without any for its own user's.
 */
export function configXml(place: ServerPlace, password: string): string {
  const at = (...names: string[]) => xmlText(join(place.directory, ...names));
  return `<clickhouse>
  <path>${at('data')}/</path>
  <tmp_path>${at('tmp')}/</tmp_path>
  <user_files_path>${at('user_files')}/</user_files_path>
  <user_directories><users_xml><path>${at('users.xml')}</path></users_xml></user_directories>
  <users_config>${at('users.xml')}</users_config>
  
  <listen_host>${xmlText(place.host)}</listen_host>
  <http_port>${place.port}</http_port>
  <http_handlers>
    <rule><url>/ping</url><handler><type>ping</type></handler></rule>
    <rule>
      <headers><Authorization>${signIn(APP_USER, password)}</Authorization></headers>
      <handler><type>dynamic_query_handler</type><query_param_name>query</query_param_name></handler>
    </rule>
  </http_handlers>
  <max_server_memory_usage>${place.memoryBytes}</max_server_memory_usage>
  <max_concurrent_queries>${MAX_STATEMENTS}</max_concurrent_queries>
  <mark_cache_size>${CACHE_BYTES}</mark_cache_size>
  <uncompressed_cache_size>${CACHE_BYTES}</uncompressed_cache_size>
  <background_pool_size>${MERGE_THREADS}</background_pool_size>
  <background_merges_mutations_concurrency_ratio>${MERGES / MERGE_THREADS}</background_merges_mutations_concurrency_ratio>
  <background_schedule_pool_size>4</background_schedule_pool_size>
  <merge_tree>
    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>${KEPT_FREE}</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
    <number_of_free_entries_in_pool_to_execute_mutation>${KEPT_FREE}</number_of_free_entries_in_pool_to_execute_mutation>
    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>${KEPT_FREE}</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
  </merge_tree>
  <access_control_improvements>
    <select_from_system_db_requires_grant>true</select_from_system_db_requires_grant>
    <select_from_information_schema_requires_grant>true</select_from_information_schema_requires_grant>
    <settings_constraints_replace_previous>true</settings_constraints_replace_previous>
    <table_engines_require_grant>true</table_engines_require_grant>
  </access_control_improvements>
  <logger><level>warning</level><log>${at('server.log')}</log><size>${LOG_BYTES}</size><count>2</count></logger>
</clickhouse>
`;
}

/**
 * The application has everything in its own database, what it looks up in `system`, and the end of queries. What is not granted is refused by
 * the server, whatever the statement looks like.
 */
export function usersXml(password: string): string {
  return `<clickhouse>
  <profiles>
    <default/>
  </profiles>
  <quotas><default/></quotas>
  <users>
${FIRST_ACCOUNT}    <${APP_USER}>
      <password_sha256_hex>${sha256(password)}</password_sha256_hex>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT ALL ON ${SERVER_DATABASE}.*</query>
        <query>GRANT TABLE ENGINE ON *</query>
        <query>GRANT SELECT ON system.*</query>
        <query>GRANT KILL QUERY ON *.*</query>
      </grants>
    </${APP_USER}>
  </users>
</clickhouse>
`;
}

/** The header of basic authentication. Base64 of letters and digits holds nothing that means something in a pattern. */
export function signIn(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
