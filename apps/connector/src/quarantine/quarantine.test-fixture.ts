import { builtInCatalogue, recordTypeOfTopic } from '@tianyan/contracts';
import { systemClock } from '@tianyan/kernel';
import { NamedLock } from '@tianyan/postgres';
import type { StreamMessage } from '@tianyan/stream';
import { ensureTables, openEmbeddedWarehouse, TombstoneWriter } from '@tianyan/warehouse';
import { join } from 'node:path';
import { startConnectorFixture } from '../connector.test-fixture.js';
import type { LoadedSource } from '../sources/load-sources.js';
import { sourcesFrom, startUpstream, UNIT_MAPPING, unitPages } from '../upstream.test-fixture.js';
import { GroupStore } from './group-store.js';
import { MendRunner } from './mend-runner.js';
import { MendService } from './mend-service.js';
import { MendStore } from './mend-store.js';
import { Mending } from './mending.js';
import { QuarantineService } from './quarantine-service.js';
import { StoredRecords } from './stored-records.js';

/** Sources with refused rows, the services that mend them, and a warehouse that knows what has landed. */
export async function startQuarantineFixture() {
  const fixture = await startConnectorFixture();
  const warehouse = await openEmbeddedWarehouse({ directory: join(fixture.folder, 'clickhouse'), readers: 1 });
  await ensureTables(warehouse, builtInCatalogue);
  const stops: (() => Promise<void>)[] = [];
  const { pool } = fixture;
  const { quarantine: store, pipeline, countyClock } = fixture.parts;

  /** A process of its own over the same databases. */
  function services(loaded: readonly LoadedSource[], publishes: Pick<typeof pipeline, 'publish'> = pipeline) {
    const mends = new MendStore(pool, systemClock);
    const mending = new Mending({
      pipeline: publishes,
      mappers: fixture.mappers(loaded),
      stored: new StoredRecords(warehouse),
      snapshots: fixture.parts.snapshots,
      machineClock: systemClock,
      countyClock,
    });
    const runner = new MendRunner({ pool, store, mends, mending, lock: new NamedLock(pool) });
    const started: number[] = [];
    const parts = {
      pool,
      store,
      groups: new GroupStore(pool),
      mends,
      mending,
      runner,
      start: async (id: number) => void started.push(id),
    };
    return { rows: new QuarantineService(parts), groups: new MendService(parts), runner, mends, started };
  }

  /** What the writers do: everything published of a type becomes visible. */
  async function land(type: string): Promise<void> {
    const messages = await fixture.published(type);
    const writer = new TombstoneWriter<StreamMessage>(warehouse, async (_message, reason) => {
      throw new Error(reason);
    });
    for (const [partition, ofPartition] of Map.groupBy(messages, (message) => message.partition)) {
      const [first, ...rest] = ofPartition.toSorted((a, b) => a.offset - b.offset);
      if (!first) continue;
      const contract = builtInCatalogue.get(recordTypeOfTopic(first.topic) ?? type);
      await writer.write({ topic: first.topic, partition, messages: [first, ...rest], assertOwned: async () => {} }, contract);
    }
  }

  return {
    ...fixture,
    warehouse,
    services,
    land,
    /** A feed of units that says these rows; say others by changing `upstream.rows`. */
    async feed(source: string, rows: unknown[], mapping: string = UNIT_MAPPING) {
      const upstream = { rows };
      const server = await startUpstream(() => ({ body: { rows: upstream.rows, next: 0, more: false } }));
      stops.push(() => server.stop());
      const folder = join(fixture.folder, source);
      const files = (text: string) => ({ 'mappings/units.yaml': text, 'source.yaml': unitPages(source, server.url) });
      const loaded = await sourcesFrom(folder, files(mapping));
      const connector = fixture.connector(loaded);
      await connector.register();
      const poll = () => connector.poll(source, 'units');
      await poll();
      return {
        ...services(loaded),
        loaded,
        upstream,
        poll,
        /** The same with another mapping: what an administrator does before a replay. */
        remapped: async (text: string, publishes?: Pick<typeof pipeline, 'publish'>) =>
          services(await sourcesFrom(folder, files(text)), publishes),
        items: () => store.list({ source, limit: 200 }),
        published: async (type = 'directory.unit') => {
          const messages = await fixture.published(type);
          const records = messages.map(({ value }) => JSON.parse(value) as Record<string, unknown>);
          return records.filter((record) => record['source'] === source);
        },
      };
    },
    async stop() {
      for (const stop of stops) await stop();
      await warehouse.close();
      await fixture.stop();
    },
  };
}
export type QuarantineFixture = Awaited<ReturnType<typeof startQuarantineFixture>>;
