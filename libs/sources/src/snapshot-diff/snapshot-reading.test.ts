import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hashOf, type TypedRecord } from '@tianyan/contracts';
import fc from 'fast-check';
import { startConnectorFixture, TEST_COUNTY_MS, type ConnectorFixture } from '../connector.test-fixture.js';
import { SeenIds } from './seen-ids.js';
import { SnapshotReading } from './snapshot-reading.js';
import { SnapshotStore, type FeedName } from './snapshot-store.js';

let fixture: ConnectorFixture;
beforeAll(async () => {
  fixture = await startConnectorFixture();
});
afterAll(() => fixture.stop());

test('an id that was added is never said to be new', () => {
  const added = fc.array(fc.tuple(fc.constantFrom('a.b', 'c'), fc.string({ unit: 'binary' })), { maxLength: 300 });
  fc.assert(
    fc.property(added, (ids) => {
      const seen = new SeenIds();
      for (const [type, id] of ids) seen.add(type, id);
      expect(ids.every(([type, id]) => seen.mayHold(type, id))).toBe(true);
    }),
  );
});

test('of a hundred thousand ids that count up, hardly one that is new is taken for known', () => {
  const seen = new SeenIds();
  for (let id = 0; id < 100_000; id++) seen.add('hotline.order-event', `e${id}`);
  let known = 0;
  for (let id = 100_000; id < 200_000; id++) if (seen.mayHold('hotline.order-event', `e${id}`)) known++;
  expect(known).toBeLessThan(100);
});

/** Counts what is looked up one by one. */
class WatchedStore extends SnapshotStore {
  lookedUp = 0;

  override async onlyChanged(feed: FeedName, records: readonly TypedRecord[], mayBeKnown = records): Promise<TypedRecord[]> {
    this.lookedUp += mayBeKnown.length;
    return super.onlyChanged(feed, records, mayBeKnown);
  }
}

function watchedStore(): WatchedStore {
  return new WatchedStore(fixture.pool, { holding: async () => new Set() });
}

function recordOf(id: string, says: string): TypedRecord {
  const [atMs, raw] = [TEST_COUNTY_MS, `${id} ${says}`];
  const envelope = { id, source: 's', version: 0, atMs, receivedAtMs: atMs, raw, hash: hashOf(`content of ${raw}`) };
  return { type: 'directory.unit', record: { ...envelope, op: 'upsert', fields: {} } };
}

const page = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom('one', 'two')), { minLength: 1, maxLength: 4 })
  .map((cells) => cells.map(([id, says]) => recordOf(id, says)));
/** Two readings of a feed at once, in any order of their steps, and a third that only notes. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('begin' as const), by: fc.nat(1) }),
  fc.record({ kind: fc.constant('look' as const), by: fc.nat(1), page }),
  fc.record({ kind: fc.constant('look' as const), by: fc.nat(1), page }),
  fc.record({ kind: fc.constant('remember' as const), by: fc.nat(1) }),
  fc.record({ kind: fc.constant('remember' as const), by: fc.nat(1) }),
  fc.record({ kind: fc.constant('elsewhere' as const), page }),
);

test('a reading says of each page what a look-up of every id says, whoever else notes records meanwhile', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const feed = { source: `s${++run}`, feed: 'f' };
      const store = watchedStore();
      const readings = [await SnapshotReading.begin(store, feed), await SnapshotReading.begin(store, feed)];
      const fresh: TypedRecord[][] = [[], []];
      for (const one of steps) {
        if (one.kind === 'elsewhere') await store.remember(feed, one.page);
        else if (one.kind === 'begin') readings[one.by] = await SnapshotReading.begin(store, feed);
        else if (one.kind === 'look') {
          fresh[one.by] = (await readings[one.by]?.onlyChanged(feed, one.page)) ?? [];
          expect(fresh[one.by]).toEqual(await store.onlyChanged(feed, one.page));
        } else await readings[one.by]?.remember(feed, fresh[one.by] ?? []);
      }
    }),
    { numRuns: 60 },
  );
});

test('a first reading looks nothing up that is new to it, until somebody else notes a record of the feed', async () => {
  const feed = { source: 'first', feed: 'f' };
  const store = watchedStore();
  const reading = await SnapshotReading.begin(store, feed);
  const take = async (records: TypedRecord[]) => {
    const fresh = await reading.onlyChanged(feed, records);
    await reading.remember(feed, fresh);
    return fresh.length;
  };
  expect(await take([recordOf('a', 'one'), recordOf('b', 'one')])).toBe(2);
  // Another feed of the source is none of its business.
  await store.remember({ source: 'first', feed: 'other' }, [recordOf('z', 'one')]);
  expect(await take([recordOf('c', 'one')])).toBe(1);
  expect(store.lookedUp).toBe(0);
  expect(await take([recordOf('a', 'one'), recordOf('d', 'one')])).toBe(1);
  expect(store.lookedUp).toBe(1);

  await watchedStore().remember(feed, [recordOf('e', 'one')]);
  expect(await take([recordOf('e', 'one'), recordOf('f', 'one')])).toBe(1);
  expect(store.lookedUp).toBe(3);
  // What is read again later is looked up from the start.
  const again = await SnapshotReading.begin(store, feed);
  expect(await again.onlyChanged(feed, [recordOf('a', 'one'), recordOf('f', 'one')])).toEqual([]);
  expect(store.lookedUp).toBe(5);
});
