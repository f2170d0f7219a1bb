import { builtInCatalogue, recordTypeOfTopic } from '@tianyan/contracts';
import type { StreamMessage } from '@tianyan/stream';
import { ensureTables, openEmbeddedWarehouse, TombstoneWriter } from '@tianyan/warehouse';
import { join } from 'node:path';
import { startConnectorFixture, type FixtureChanges } from '../connector.test-fixture.js';
import type { LoadedSource } from '../configured/load-sources.js';
import { sourcesFrom, startUpstream, UNIT_MAPPING, unitPages } from '../upstream.test-fixture.js';

/** Sources with refused rows, the services that mend them, and a warehouse that knows what has landed. */
export async function startQuarantineFixture() {
  const fixture = await startConnectorFixture();
  const warehouse = await openEmbeddedWarehouse({ directory: join(fixture.folder, 'clickhouse'), readers: 1 });
  await ensureTables(warehouse, builtInCatalogue);
  const stops: (() => Promise<void>)[] = [];
  const store = fixture.parts.quarantine;

  /** A process of its own over the same databases. */
  function services(loaded: readonly LoadedSource[], changes: FixtureChanges = {}) {
    const started: number[] = [];
    const startMend = async (id: number) => void started.push(id);
    const { quarantineService, mendService, mendRunner, mends } = fixture.compose(loaded, { warehouse, startMend, ...changes });
    return { rows: quarantineService, groups: mendService, runner: mendRunner, mends, started };
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
        remapped: async (text: string, changes?: FixtureChanges) => services(await sourcesFrom(folder, files(text)), changes),
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
