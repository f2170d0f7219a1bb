import { type Contract, recordTopic, recordTypeOfTopic, WRITER_GROUP } from '@tianyan/contracts';
import { uuidSource } from '@tianyan/kernel';
import { byIdTable, currentTable, findDoubleLiveRows, logTable, scopeTable, readRows } from '@tianyan/warehouse';
import { z } from 'zod';
import type { FaultyCluster } from './cluster.js';

/** What the questions below need of a cluster. */
export type Visible = Pick<FaultyCluster, 'catalogue' | 'stream' | 'warehouse'>;

/** One version of a record as it stands in the stream. */
interface Accepted {
  id: string;
  version: number;
  op: string;
  offset: number;
  /** Fields without a value: the copies by them do not hold it. */
  empty: readonly string[];
}

/** Versions by type. */
export type AcceptedRecords = ReadonlyMap<string, readonly Accepted[]>;

/** Everything that the stream holds of records, read from its start by a group of its own. */
export async function everythingAccepted(cluster: Visible): Promise<AcceptedRecords> {
  const topics = cluster.catalogue.all().map((contract) => recordTopic(contract.type));
  const group = `faults-${uuidSource.next()}`;
  const ends = await cluster.stream.admin().lag(WRITER_GROUP, topics);
  const missing = new Map(
    ends.filter(({ endOffset }) => endOffset > 0).map((end) => [`${end.topic}/${end.partition}`, end.endOffset]),
  );
  const accepted = new Map<string, Accepted[]>();
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const consumer = cluster.stream.consumer({
    group,
    topics,
    maxBatchMessages: 10_000,
    maxBatchBytes: 64 * 1024 * 1024,
    startFrom: 'earliest',
  });
  if (missing.size === 0) return accepted;
  await consumer.start(async ({ topic, partition, messages }) => {
    const type = recordTypeOfTopic(topic) ?? '';
    const rows = accepted.get(type) ?? [];
    accepted.set(type, rows);
    const optional = leadingFields(cluster.catalogue.get(type));
    for (const { key, value, headers, offset } of messages) {
      const fields = JSON.parse(value) as Readonly<Record<string, unknown>>; // what the stream accepted is an object
      const empty = optional.filter((field) => (fields[field] ?? null) === null);
      rows.push({ id: key, version: Number(headers['version']), op: headers['op'] ?? '', offset, empty });
    }
    const last = messages.at(-1)?.offset ?? -1;
    if (last + 1 >= (missing.get(`${topic}/${partition}`) ?? 0)) missing.delete(`${topic}/${partition}`);
    if (missing.size === 0) finish();
  });
  await Promise.race([finished, consumer.finished]);
  await consumer.stop();
  return accepted;
}

const storedSchema = z.object({ id: z.string(), version: z.number(), offset: z.number() });
const keyOf = (row: z.infer<typeof storedSchema>) => `${row.id}@${row.version}@${row.offset}`;

/** What the stream has accepted and the record log does not hold: an offset that ran ahead of its effect, once it is committed. */
export async function notStored(cluster: Visible, accepted: AcceptedRecords): Promise<string[]> {
  const lost: string[] = [];
  for (const [type, records] of accepted) {
    const stored = new Set(await logKeys(cluster, type));
    for (const record of records) if (!stored.has(keyOf(record))) lost.push(`${type} ${keyOf(record)}`);
  }
  return lost;
}

async function logKeys(cluster: Visible, type: string): Promise<string[]> {
  const rows = await readRows(cluster.warehouse, storedSchema, {
    sql: `SELECT DISTINCT id, version, streamOffset AS offset FROM ${logTable(type)} WHERE tombstone = 0`,
    params: {},
  });
  return rows.map(keyOf);
}

/** Versions of a type that the record log holds, as `id@version`. */
export async function storedVersions(cluster: Visible, type: string): Promise<Set<string>> {
  return new Set((await logKeys(cluster, type)).map((key) => key.slice(0, key.lastIndexOf('@'))));
}

/** What is wrong with what can be seen: it must be the newest version of every id, once, in every copy. Empty when right. */
export async function wronglyVisible(cluster: Visible, accepted: AcceptedRecords): Promise<string[]> {
  const wrong: string[] = [];
  for (const contract of cluster.catalogue.all()) {
    const newest = newestOf(accepted.get(contract.type) ?? []);
    for (const { table, field } of tablesOf(contract)) {
      const live = await readRows(cluster.warehouse, storedSchema, {
        sql: `SELECT id, version, streamOffset AS offset FROM ${table} FINAL WHERE deleted = 0`,
        params: {},
      });
      const seen = new Set(live.map(keyOf));
      if (seen.size !== live.length) wrong.push(`${table}: rows that are there twice`);
      const there = [...newest.values()].filter(({ op, empty }) => op === 'upsert' && (field === null || !empty.includes(field)));
      const expected = new Set(there.map(keyOf));
      for (const key of expected) if (!seen.has(key)) wrong.push(`${table}: not visible ${key}`);
      for (const key of seen) if (!expected.has(key)) wrong.push(`${table}: still visible ${key}`);
    }
    // The platform's own nightly question.
    for (const id of await findDoubleLiveRows(cluster.warehouse, contract))
      wrong.push(`${contract.type}: two live rows of ${id}`);
  }
  return wrong;
}

/** `field`: the table holds what has a value in it. */
function tablesOf(contract: Contract): { table: string; field: string | null }[] {
  const copies = contract.scopes.slice(1).map((scope) => ({ table: scopeTable(contract, scope), field: scope[0] ?? null }));
  return [currentTable(contract.type), byIdTable(contract.type)]
    .map((table) => ({ table, field: null as string | null }))
    .concat(copies);
}

function leadingFields(contract: Contract): string[] {
  return contract.scopes.flatMap(([first]) => first ?? []);
}

function newestOf(records: readonly Accepted[]): Map<string, Accepted> {
  const newest = new Map<string, Accepted>();
  for (const record of records) {
    const best = newest.get(record.id);
    const isNewer = !best || record.version > best.version || (record.version === best.version && record.offset > best.offset);
    if (isNewer) newest.set(record.id, record);
  }
  return newest;
}
