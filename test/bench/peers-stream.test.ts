import { expect, test } from '@jest/globals';
import { seededRng } from '@tianyan/kernel';
import type { PeersEvent } from './peers-records.js';
import { Repeats } from './peers-repeats.js';
import { arrivals, REPEATED_EACH } from './peers-stream.js';

const HOUR_MS = 3_600_000;
const events = Array.from({ length: 1_000 }, (_none, index) => ({ id: index, atMs: index * HOUR_MS }));

test('all that has happened arrives, out of order, each fiftieth twice', () => {
  const arrived = arrivals(events, seededRng(7));
  const times = Map.groupBy(arrived, ({ id }) => id);
  expect([...times.keys()].toSorted((a, b) => a - b)).toEqual(events.map(({ id }) => id));
  const twice = [...times].filter(([, some]) => some.length > 1);
  expect(twice.map(([id, some]) => [id % REPEATED_EACH, some.length])).toEqual(Array.from({ length: 20 }, () => [49, 2]));
  expect(arrived.filter(({ atMs }, index) => atMs < (arrived[index - 1]?.atMs ?? 0)).length).toBeGreaterThan(100);
  // The same every time, and none a day after one that happened later.
  expect(arrivals(events, seededRng(7))).toEqual(arrived);
  expect(arrivals(events, seededRng(8))).not.toEqual(arrived);
  const firsts = [...times.keys()];
  for (const [position, id] of firsts.entries()) expect(Math.abs(position - id)).toBeLessThan(25);
});

const event = (id: string): PeersEvent => ({ id, type: 'order.returned', at: '2026-03-01T09:00:00.000Z', order: 'H1' });

test('among the batches comes again what was loaded, and each fiftieth of what came since, as it was', () => {
  const repeats = new Repeats([event('old')], seededRng(1));
  const again: string[] = [];
  for (let batch = 1; batch <= 100; batch++) {
    for (const { record } of repeats.next()) again.push(`${record.id} ${record.version}`);
    for (let place = 1; place <= 100; place++)
      repeats.note([
        {
          type: 'hotline.order-event',
          record: {
            id: `${batch}.${place}`,
            source: 'peers',
            version: batch,
            op: 'delete',
            atMs: 0,
            receivedAtMs: 0,
            hash: '',
            raw: '',
            fields: null,
          },
        },
      ]);
  }
  expect(again.filter((one) => one === 'old 1')).toHaveLength(100);
  const live = again.filter((one) => one !== 'old 1');
  // Each at most once, with the version that it had; the last ones still wait.
  expect(new Set(live).size).toBe(live.length);
  expect(live.length).toBeGreaterThan(170);
  for (const one of live) expect(one).toMatch(/^(\d+)\.(50|100) \1$/);
});
