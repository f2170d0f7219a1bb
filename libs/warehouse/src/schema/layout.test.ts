import { expect, test } from '@jest/globals';
import { code, type Contract, defineContract } from '@tianyan/contracts';
import type { SqlQuery, WarehouseAdmin } from '../port.js';
import { ensureTablesOf } from './ensure-tables.js';
import { clusterLayout, PLAIN_LAYOUT, referenceTableSql, type TableLayout } from './layout.js';

const contract = defineContract({
  type: 'test.small',
  system: 'hotline',
  label: '小记录',
  description: '',
  shape: { orderId: code({ label: '工单' }) },
  scopes: [['orderId']],
}) as unknown as Contract; // a contract of its own shape; only the common part is used

/** What is sent to an empty database. A cluster cannot run here: the text is what can be looked at. */
async function statements(layout: TableLayout, sortKey?: { table: string; key: string }): Promise<string[]> {
  const sent: string[] = [];
  const warehouse: WarehouseAdmin = {
    layout,
    rows: (query: SqlQuery) => {
      const keys = sortKey && query.sql.includes('sorting_key') ? [{ name: sortKey.table, sorting_key: sortKey.key }] : [];
      return Promise.resolve(keys);
    },
    stream: () => {
      throw new Error('nothing is streamed here');
    },
    execute: ({ sql }) => {
      const columns = /\(\n[\s\S]*\n\) ENGINE/.exec(sql);
      sent.push(
        columns
          ? sql.replace(columns[0], '(…) ENGINE')
          : sql.replace(/SELECT id, [\s\S]* FROM/, 'SELECT … FROM').replace(/\(id, [^)]*\)/, '(…)'),
      );
      return Promise.resolve();
    },
    insertLines: () => Promise.resolve(),
  };
  await ensureTablesOf(warehouse, contract);
  return sent;
}

test('plain tables of one server', async () => {
  expect(await statements(PLAIN_LAYOUT)).toMatchInlineSnapshot(`
   [
     "CREATE TABLE IF NOT EXISTS schema_steps (step String, doneAt DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY step",
     "CREATE TABLE IF NOT EXISTS log_test_small (…) ENGINE = MergeTree ORDER BY (batch, id, streamOffset) SETTINGS index_granularity = 1024, write_marks_for_substreams_in_compact_parts = 0, non_replicated_deduplication_window = 10000",
     "CREATE TABLE IF NOT EXISTS check_test_small (…) ENGINE = Null",
     "CREATE TABLE IF NOT EXISTS cur_test_small (…) ENGINE = ReplacingMergeTree(ver, deleted) ORDER BY (orderId, atMs, id, hash) SETTINGS index_granularity = 256, min_compress_block_size = 8192, write_marks_for_substreams_in_compact_parts = 0, allow_nullable_key = 1, non_replicated_deduplication_window = 10000",
     "CREATE TABLE IF NOT EXISTS cur_test_small_by_id (…) ENGINE = ReplacingMergeTree(ver, deleted) ORDER BY (id, atMs, hash, orderId) SETTINGS index_granularity = 256, min_compress_block_size = 8192, write_marks_for_substreams_in_compact_parts = 0, allow_nullable_key = 1, non_replicated_deduplication_window = 10000",
     "CREATE MATERIALIZED VIEW IF NOT EXISTS feed_cur_test_small TO cur_test_small AS SELECT … FROM log_test_small",
     "INSERT INTO cur_test_small (…) SELECT … FROM cur_test_small_by_id",
     "INSERT INTO schema_steps (step) SELECT {step:String}",
     "CREATE MATERIALIZED VIEW IF NOT EXISTS feed_cur_test_small_by_id TO cur_test_small_by_id AS SELECT … FROM log_test_small",
   ]
  `);
});

test('replicated tables', async () => {
  expect(await statements(clusterLayout({ kind: 'replicated', cluster: 'tianyan' }))).toMatchInlineSnapshot(`
   [
     "CREATE TABLE IF NOT EXISTS schema_steps ON CLUSTER tianyan (step String, doneAt DateTime DEFAULT now()) ENGINE = ReplicatedMergeTree('/clickhouse/tables/all/{database}/schema_steps', '{shard}-{replica}') ORDER BY step",
     "CREATE TABLE IF NOT EXISTS log_test_small ON CLUSTER tianyan (…) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/log_test_small/bfa31ccb', '{replica}') ORDER BY (batch, id, streamOffset) SETTINGS index_granularity = 1024, write_marks_for_substreams_in_compact_parts = 0, replicated_deduplication_window = 10000",
     "CREATE TABLE IF NOT EXISTS check_test_small ON CLUSTER tianyan (…) ENGINE = Null",
     "CREATE TABLE IF NOT EXISTS cur_test_small ON CLUSTER tianyan (…) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/cur_test_small/a4729350', '{replica}', ver, deleted) ORDER BY (orderId, atMs, id, hash) SETTINGS index_granularity = 256, min_compress_block_size = 8192, write_marks_for_substreams_in_compact_parts = 0, allow_nullable_key = 1, replicated_deduplication_window = 10000",
     "CREATE TABLE IF NOT EXISTS cur_test_small_by_id ON CLUSTER tianyan (…) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/cur_test_small_by_id/136fa8e7', '{replica}', ver, deleted) ORDER BY (id, atMs, hash, orderId) SETTINGS index_granularity = 256, min_compress_block_size = 8192, write_marks_for_substreams_in_compact_parts = 0, allow_nullable_key = 1, replicated_deduplication_window = 10000",
     "CREATE MATERIALIZED VIEW IF NOT EXISTS feed_cur_test_small ON CLUSTER tianyan TO cur_test_small AS SELECT … FROM log_test_small",
     "INSERT INTO cur_test_small (…) SELECT … FROM cur_test_small_by_id",
     "INSERT INTO schema_steps (step) SELECT {step:String}",
     "CREATE MATERIALIZED VIEW IF NOT EXISTS feed_cur_test_small_by_id ON CLUSTER tianyan TO cur_test_small_by_id AS SELECT … FROM log_test_small",
   ]
  `);
});

test('tables over shards', async () => {
  expect(await statements(clusterLayout({ kind: 'sharded', cluster: 'tianyan' }))).toMatchInlineSnapshot(`
   [
     "CREATE TABLE IF NOT EXISTS schema_steps ON CLUSTER tianyan (step String, doneAt DateTime DEFAULT now()) ENGINE = ReplicatedMergeTree('/clickhouse/tables/all/{database}/schema_steps', '{shard}-{replica}') ORDER BY step",
     "CREATE TABLE IF NOT EXISTS log_test_small_local ON CLUSTER tianyan (…) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/log_test_small/bfa31ccb', '{replica}') ORDER BY (batch, id, streamOffset) SETTINGS index_granularity = 1024, write_marks_for_substreams_in_compact_parts = 0, replicated_deduplication_window = 10000",
     "CREATE TABLE IF NOT EXISTS log_test_small ON CLUSTER tianyan (…) ENGINE = Distributed(tianyan, currentDatabase(), log_test_small_local, cityHash64(id))",
     "CREATE TABLE IF NOT EXISTS check_test_small ON CLUSTER tianyan (…) ENGINE = Null",
     "CREATE TABLE IF NOT EXISTS cur_test_small_local ON CLUSTER tianyan (…) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/cur_test_small/a4729350', '{replica}', ver, deleted) ORDER BY (orderId, atMs, id, hash) SETTINGS index_granularity = 256, min_compress_block_size = 8192, write_marks_for_substreams_in_compact_parts = 0, allow_nullable_key = 1, replicated_deduplication_window = 10000",
     "CREATE TABLE IF NOT EXISTS cur_test_small ON CLUSTER tianyan (…) ENGINE = Distributed(tianyan, currentDatabase(), cur_test_small_local, cityHash64(id))",
     "CREATE TABLE IF NOT EXISTS cur_test_small_by_id_local ON CLUSTER tianyan (…) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/cur_test_small_by_id/136fa8e7', '{replica}', ver, deleted) ORDER BY (id, atMs, hash, orderId) SETTINGS index_granularity = 256, min_compress_block_size = 8192, write_marks_for_substreams_in_compact_parts = 0, allow_nullable_key = 1, replicated_deduplication_window = 10000",
     "CREATE TABLE IF NOT EXISTS cur_test_small_by_id ON CLUSTER tianyan (…) ENGINE = Distributed(tianyan, currentDatabase(), cur_test_small_by_id_local, cityHash64(id))",
     "CREATE MATERIALIZED VIEW IF NOT EXISTS feed_cur_test_small ON CLUSTER tianyan TO cur_test_small_local AS SELECT … FROM log_test_small_local",
     "INSERT INTO cur_test_small (…) SELECT … FROM cur_test_small_by_id",
     "INSERT INTO schema_steps (step) SELECT {step:String}",
     "CREATE MATERIALIZED VIEW IF NOT EXISTS feed_cur_test_small_by_id ON CLUSTER tianyan TO cur_test_small_by_id_local AS SELECT … FROM log_test_small_local",
   ]
  `);
});

test('a copy by id with another sort key is rebuilt beside the old one, under another path of the keeper', async () => {
  const layout = clusterLayout({ kind: 'sharded', cluster: 'tianyan' });
  const sent = await statements(layout, { table: 'cur_test_small_by_id_local', key: 'id, atMs, hash' });
  expect(sent.filter((sql) => /rebuilt|_old|VIEW\b.*by_id/.test(sql))).toMatchInlineSnapshot(`
   [
     "DROP VIEW IF EXISTS feed_cur_test_small_by_id_rebuilt ON CLUSTER tianyan SYNC",
     "DROP TABLE IF EXISTS cur_test_small_by_id_rebuilt ON CLUSTER tianyan SYNC",
     "DROP TABLE IF EXISTS cur_test_small_by_id_rebuilt_local ON CLUSTER tianyan SYNC",
     "DROP TABLE IF EXISTS cur_test_small_by_id_old ON CLUSTER tianyan SYNC",
     "DROP TABLE IF EXISTS cur_test_small_by_id_old_local ON CLUSTER tianyan SYNC",
     "CREATE TABLE IF NOT EXISTS cur_test_small_by_id_rebuilt_local ON CLUSTER tianyan (…) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/cur_test_small_by_id/136fa8e7', '{replica}', ver, deleted) ORDER BY (id, atMs, hash, orderId) SETTINGS index_granularity = 256, min_compress_block_size = 8192, write_marks_for_substreams_in_compact_parts = 0, allow_nullable_key = 1, replicated_deduplication_window = 10000",
     "CREATE TABLE IF NOT EXISTS cur_test_small_by_id_rebuilt ON CLUSTER tianyan (…) ENGINE = Distributed(tianyan, currentDatabase(), cur_test_small_by_id_rebuilt_local, cityHash64(id))",
     "CREATE MATERIALIZED VIEW IF NOT EXISTS feed_cur_test_small_by_id_rebuilt ON CLUSTER tianyan TO cur_test_small_by_id_rebuilt_local AS SELECT … FROM log_test_small_local",
     "INSERT INTO cur_test_small_by_id_rebuilt (…) SELECT … FROM cur_test_small_by_id",
     "RENAME TABLE cur_test_small_by_id_local TO cur_test_small_by_id_old_local, cur_test_small_by_id_rebuilt_local TO cur_test_small_by_id_local ON CLUSTER tianyan",
     "CREATE TABLE IF NOT EXISTS cur_test_small_by_id_old_local ON CLUSTER tianyan (…) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/cur_test_small_by_id/136fa8e7', '{replica}', ver, deleted) ORDER BY (id, atMs, hash, orderId) SETTINGS index_granularity = 256, min_compress_block_size = 8192, write_marks_for_substreams_in_compact_parts = 0, allow_nullable_key = 1, replicated_deduplication_window = 10000",
     "CREATE TABLE IF NOT EXISTS cur_test_small_by_id_old ON CLUSTER tianyan (…) ENGINE = Distributed(tianyan, currentDatabase(), cur_test_small_by_id_old_local, cityHash64(id))",
     "DROP VIEW IF EXISTS feed_cur_test_small_by_id ON CLUSTER tianyan SYNC",
     "CREATE MATERIALIZED VIEW IF NOT EXISTS feed_cur_test_small_by_id ON CLUSTER tianyan TO cur_test_small_by_id_local AS SELECT … FROM log_test_small_local",
     "DROP VIEW IF EXISTS feed_cur_test_small_by_id_rebuilt ON CLUSTER tianyan SYNC",
     "INSERT INTO cur_test_small_by_id (…) SELECT … FROM cur_test_small_by_id_old",
     "DROP TABLE IF EXISTS cur_test_small_by_id_old ON CLUSTER tianyan SYNC",
     "DROP TABLE IF EXISTS cur_test_small_by_id_old_local ON CLUSTER tianyan SYNC",
     "DROP TABLE IF EXISTS cur_test_small_by_id_rebuilt ON CLUSTER tianyan SYNC",
     "DROP TABLE IF EXISTS cur_test_small_by_id_rebuilt_local ON CLUSTER tianyan SYNC",
     "CREATE MATERIALIZED VIEW IF NOT EXISTS feed_cur_test_small_by_id ON CLUSTER tianyan TO cur_test_small_by_id_local AS SELECT … FROM log_test_small_local",
   ]
  `);
});

test('a reference table is whole on every server of every shard', () => {
  const table = { name: 'ref_day', columns: 'day Date32, version UInt64', engine: 'ReplacingMergeTree(version)', orderBy: 'day' };
  expect(referenceTableSql(PLAIN_LAYOUT, table)).toBe(
    'CREATE TABLE IF NOT EXISTS ref_day (day Date32, version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY day',
  );
  expect(referenceTableSql(clusterLayout({ kind: 'sharded', cluster: 'tianyan' }), table)).toBe(
    "CREATE TABLE IF NOT EXISTS ref_day ON CLUSTER tianyan (day Date32, version UInt64) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/ref_day', '{shard}-{replica}', version) ORDER BY day",
  );
});
