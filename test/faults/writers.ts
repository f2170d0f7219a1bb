import { recordTopic, WRITER_GROUP } from '@tianyan/contracts';
import { byIdTable, findDoubleLiveRows, logTable, readRows } from '@tianyan/warehouse';
import { join } from 'node:path';
import { z } from 'zod';
import { until } from '../product/api-client.js';
import type { FaultyCluster } from './cluster.js';
import { PROBE_TYPE, publish, stepOf } from './progress.js';

const WRITER = join(process.cwd(), 'apps/writer/dist/main.js');
const COMMIT_FIRST_WRITER = join(process.cwd(), 'test/faults/commit-first-writer.mjs');
const WAIT_MS = 120_000;
/** Longer than a session (30 s), so that another writer has the partition when the insert takes effect. */
const STALL_MS = 46_000;
const LATE_LOOKUP_MS = 3_000;
/** More than a writer attempts before it is killed. */
const MANY = 1_000;

async function struck(cluster: FaultyCluster): Promise<void> {
  await until('the fault has struck', WAIT_MS, async () => cluster.statementFaults.left === 0);
}

async function untilCommitted(cluster: FaultyCluster): Promise<void> {
  await until('the writers have committed everything', WAIT_MS, async () => {
    const lag = await cluster.stream.admin().lag(WRITER_GROUP, [recordTopic(PROBE_TYPE)]);
    return lag.every(({ lagMessages }) => lagMessages === 0);
  });
}

export interface SleepOutcome {
  /** Places in which the record stands, alive, while the writer sleeps and after it woke. */
  asleep: string[];
  awake: string[];
  /** Ids with two live rows. */
  double: string[];
  /** Live rows of the older version before the sleeper's insert took effect, and at the end: its batch is cut otherwise. */
  earlyRows: number;
  lateRows: number;
}

/**
 * A writer falls asleep between its look-up and its insert, for longer than its session; meanwhile a correction that moves
 * the record to another order reaches the writer that took over. Leaves that other writer running.
 * @param when `lookup`: it has not read the answer of its look-up yet, and will find out that the partition is lost;
 *   `insert`: its insert is under way, nothing can call it back, and it takes effect after the correction
 */
export async function sleepingWriter(cluster: FaultyCluster, when: 'lookup' | 'insert', atMs: number): Promise<SleepOutcome> {
  const sleeper = cluster.part('writer');
  const id = `slept-${when}`;
  const from = `${id}-from`;
  const to = `${id}-to`;
  // The one that is to sleep must own every partition.
  for (const extra of cluster.extras) await extra.stop();
  await untilCommitted(cluster);
  cluster.planStatementFaults(
    when === 'insert'
      ? { kind: 'stalled', delayMs: STALL_MS, match: `INSERT INTO ${logTable(PROBE_TYPE)}` }
      : { kind: 'slow', delayMs: LATE_LOOKUP_MS, match: `FROM ${byIdTable(PROBE_TYPE)}` },
  );
  await publish(cluster, [stepOf(id, from, 1, atMs)]);
  await struck(cluster);
  sleeper.freeze();
  await publish(cluster, [stepOf(id, to, 2, atMs)]);
  await cluster.addWriter(WRITER);
  await untilCommitted(cluster);
  const earlyRows = await olderRows(cluster, id);
  if (when === 'insert') await until('the late insert took effect', WAIT_MS, async () => (await olderRows(cluster, id)) > 0);
  const asleep = await placesOf(cluster, id);
  sleeper.thaw();
  await publish(cluster, [stepOf(`${id}-after`, to, 1, atMs)]);
  await untilCommitted(cluster);
  await until('the sleeper works again', WAIT_MS, () => cluster.isReady('writer'));
  const contract = cluster.catalogue.get(PROBE_TYPE);
  return {
    asleep,
    awake: await placesOf(cluster, id),
    double: await findDoubleLiveRows(cluster.warehouse, contract),
    earlyRows,
    lateRows: await olderRows(cluster, id),
  };
}

async function placesOf(cluster: FaultyCluster, id: string): Promise<string[]> {
  const rows = await readRows(cluster.warehouse, z.object({ orderId: z.string() }), {
    sql: `SELECT orderId FROM ${byIdTable(PROBE_TYPE)} FINAL WHERE id = {id:String} AND deleted = 0 ORDER BY orderId`,
    params: { id },
  });
  return rows.map(({ orderId }) => orderId);
}

/** Live rows of version 1 in the log: only the sleeper's batch holds it alone; its successor's holds the correction too. */
async function olderRows(cluster: FaultyCluster, id: string): Promise<number> {
  const [row] = await readRows(cluster.warehouse, z.object({ rows: z.number() }), {
    sql: `SELECT toInt32(count()) AS rows FROM ${logTable(PROBE_TYPE)} WHERE id = {id:String} AND version = 1 AND deleted = 0`,
    params: { id },
  });
  return row?.rows ?? 0;
}

/**
 * A burst of records meets a warehouse that is away, and the writer is killed once it has committed them. The right writer
 * never commits them; this one does at once. Afterwards the right writer runs again, and has nothing to do.
 */
export async function loseByCommittingFirst(cluster: FaultyCluster, records: number, atMs: number): Promise<void> {
  await cluster.part('writer').stop();
  for (const extra of cluster.extras) await extra.stop();
  const canary = await cluster.addWriter(COMMIT_FIRST_WRITER);
  await untilCommitted(cluster);
  cluster.planStatementFaults({ kind: 'cut-before', times: MANY, match: `INSERT INTO ${logTable(PROBE_TYPE)}` });
  await publish(
    cluster,
    Array.from({ length: records }, (_, i) => stepOf(`lost-${i}`, 'lost', 1, atMs)),
  );
  await untilCommitted(cluster);
  await canary.kill();
  cluster.statementFaults.clear();
}
