import { hashOf, LANDED_TOPIC, recordTopic, toWire, wireHeaders, WRITER_GROUP, type AnyRecord } from '@tianyan/contracts';
import { CORRELATOR_GROUP } from '@tianyan/correlator-app';
import { partitionOf } from '@tianyan/stream';
import { z } from 'zod';
import type { FaultyCluster } from './cluster.js';
import { APPS } from './kinds.js';

export const PROBE_TYPE = 'hotline.order-event';
const LOOK_MS = 200;
/** The hotline is away for 40 minutes of county time on some afternoons, and the county's clock hardly moves by itself here. */
const UPSTREAM_OUTAGE_MS = 3_600_000;
/** A poll comes every few seconds; the lock of a lost one runs out after 30 s. Then the county is moved on. */
const SOURCE_PATIENCE_MS = 60_000;
/** Whatever was hit, the cluster is whole again by then; a group alone may wait a session (30 s) and a lease (2 min). */
const WHOLE_TIMEOUT_MS = 240_000;

/** Null: no source has been read at all. */
const readSchema = z.object({ last: z.int().nullable() });

/** A record of the harness: a step of an order that no rule judges; one that was taken up would have to be sent on in time. */
export function stepOf(id: string, orderId: string, version: number, atMs: number): AnyRecord {
  const raw = JSON.stringify([id, orderId, version]);
  return {
    id,
    source: 'hotline-12345',
    version,
    op: 'upsert',
    atMs,
    receivedAtMs: atMs,
    hash: hashOf(raw),
    raw,
    fields: { orderId, action: 'rated' },
  };
}

/** Publishes as a connector does, on the harness's own way. */
export async function publish(cluster: FaultyCluster, records: readonly AnyRecord[]): Promise<void> {
  const producer = cluster.stream.producer();
  const messages = records.map((record) => ({ key: record.id, value: toWire(record), headers: wireHeaders(record) }));
  await producer.publish(recordTopic(PROBE_TYPE), messages);
  await producer.close();
}

/** How far the groups have come, by partition. */
export class Progress {
  private probes = 0;

  constructor(
    private readonly cluster: FaultyCluster,
    private readonly atMs: number,
  ) {}

  /** Committed offsets of a group, by topic and partition. */
  private async committed(group: string, topic: string): Promise<number[]> {
    const lag = await this.cluster.stream.admin().lag(group, [topic]);
    return lag.toSorted((a, b) => a.partition - b.partition).map(({ committedOffset }) => committedOffset ?? 0);
  }

  /**
   * Resolves with the time that it took: every app says that it is ready, both groups commit again (the writers in every
   * partition), and every source has been read anew. Fails when that does not come.
   */
  async untilWhole(told: string): Promise<number> {
    const startMs = performance.now();
    const { cluster } = this;
    const sinceMs = Date.now(); // the sources' times are the machine's
    let waitsFor = '';
    let movedMs = startMs;
    const look = async (): Promise<boolean> => {
      for (const app of APPS) {
        waitsFor = `${app} ready`;
        if (!(await cluster.isReady(app))) return false;
      }
      waitsFor = 'the sources read anew';
      const [read] = await cluster.ask(readSchema, 'SELECT min(last_success_at_ms) AS last FROM source');
      if ((read?.last ?? 0) > sinceMs) return true;
      if (performance.now() - movedMs > SOURCE_PATIENCE_MS) {
        movedMs = performance.now();
        await cluster.advance(UPSTREAM_OUTAGE_MS);
      }
      return false;
    };
    const writers = await this.whenAsked(() => this.committed(WRITER_GROUP, recordTopic(PROBE_TYPE)), told);
    const correlators = await this.whenAsked(() => this.committed(CORRELATOR_GROUP, LANDED_TOPIC), told);
    await this.whenAsked(() => this.probe(writers.length), told);
    const looks: (() => Promise<boolean>)[] = [
      async () => {
        waitsFor = 'the writers commit';
        const now = await this.committed(WRITER_GROUP, recordTopic(PROBE_TYPE));
        return writers.every((before, partition) => (now[partition] ?? 0) > before);
      },
      async () => {
        waitsFor = 'the correlators commit';
        const now = await this.committed(CORRELATOR_GROUP, LANDED_TOPIC);
        return now.some((offset, partition) => offset > (correlators[partition] ?? 0));
      },
      look,
    ];
    for (const one of looks) await this.repeat(one, startMs, () => `${told}: waits for ${waitsFor}`);
    return performance.now() - startMs;
  }

  /** One record for each partition: then every partition has something to commit. */
  private async probe(partitions: number): Promise<void> {
    const number = ++this.probes;
    const records: AnyRecord[] = [];
    for (let partition = 0; partition < partitions; partition++)
      for (let i = 0; ; i++) {
        const id = `probe-${number}-${partition}-${i}`;
        if (partitionOf(id, partitions) !== partition) continue;
        records.push(stepOf(id, 'probe', 1, this.atMs));
        break;
      }
    await publish(this.cluster, records);
  }

  private async whenAsked<T>(ask: () => Promise<T>, told: string): Promise<T> {
    const answers: T[] = [];
    await this.repeat(
      async () => {
        answers.push(await ask());
        return true;
      },
      performance.now(),
      () => `${told}: the stream does not answer`,
    );
    return answers[0] as T; // repeat() has seen one
  }

  private async repeat(look: () => Promise<boolean>, startMs: number, describe: () => string): Promise<void> {
    for (let last: unknown = null; ;) {
      try {
        if (await look()) return;
        last = null;
      } catch (error) {
        last = error; // a store that is not back yet
      }
      if (performance.now() - startMs > WHOLE_TIMEOUT_MS)
        throw new Error(`not whole after ${WHOLE_TIMEOUT_MS} ms: ${describe()}\n${this.cluster.lastLines()}`, { cause: last });
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}
