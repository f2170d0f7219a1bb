import { expect, test } from '@jest/globals';
import { LANDED_TOPIC, recordTopic } from '@tianyan/contracts';
import { RetriableError } from '@tianyan/kernel';
import type { PartitionLag } from '@tianyan/stream';
import { pino } from 'pino';
import { BACKLOG_RECORDS, BacklogPause } from './backlog-pause.js';

const TYPE = 'hotline.order-event';
const LARGE = { partition: 0, landed: [{ type: TYPE, records: 5_000 }] };

/** Writers that have taken so many of so many records, seen look by look; between two looks so many milliseconds have passed in all. */
function behind(
  looks: readonly ({ taken: number; of: number } | Error)[],
  passedMs: readonly number[] = [],
  /** Of announcements: partitions where some wait for a round. */
  waiting: readonly number[] = [],
) {
  const said: string[] = [];
  const asked: (readonly string[])[] = [];
  let waits = 0;
  const lag = async (_group: string, topics: readonly string[]): Promise<PartitionLag[]> => {
    if (topics.includes(LANDED_TOPIC))
      return waiting.map((partition) => ({ topic: LANDED_TOPIC, partition, lagMessages: 1, committedOffset: 0, endOffset: 1 }));
    const seen = looks[asked.push(topics) - 1] ?? new Error('asked more often than expected');
    if (seen instanceof Error) throw seen;
    const { taken, of } = seen;
    return [{ topic: topics[0] ?? '', partition: 0, lagMessages: of - taken, committedOffset: taken, endOffset: of }];
  };
  let letGo = () => {};
  const resumed = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const backlog = new BacklogPause({
    admin: { lag },
    pause: async (_ms, signal) => {
      // When there is nothing more to be seen only a stop ends it.
      if (++waits >= looks.length) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    },
    stopwatch: () => passedMs[waits] ?? 0,
    logger: pino({ base: null }, { write: (line: string) => void said.push(line) }),
  });
  const held = {
    pause: () => void said.push('paused'),
    resume: () => {
      said.push('resumed');
      letGo();
    },
  };
  return { backlog, held, said, asked, resumed };
}

test('announcements are held back while the writers are far behind, and let go when they are through', async () => {
  const { backlog, held, said, asked, resumed } = behind([
    { taken: 5_000, of: 200_000 },
    { taken: 100_000, of: 200_000 },
    { taken: 200_001 - BACKLOG_RECORDS, of: 200_000 },
  ]);
  const landed = [...LARGE.landed, { type: TYPE, records: 1 }, { type: 'hotline.order', records: 3 }];
  await backlog.after({ partition: 0, landed }, held);
  expect(said).toEqual(['paused']);
  await resumed;
  expect([said, asked.length]).toEqual([['paused', 'resumed'], 3]);
  expect(asked[0]).toEqual([recordTopic(TYPE), recordTopic('hotline.order')]);
});

test('a round of few records asks nobody; where nothing much waits nothing is held back', async () => {
  const few = behind([{ taken: 0, of: 200_000 }]);
  await few.backlog.after({ partition: 0, landed: [{ type: TYPE, records: 300 }] }, few.held);
  expect([few.asked, few.said]).toEqual([[], []]);
  const steady = behind([{ taken: 1, of: BACKLOG_RECORDS }]);
  await steady.backlog.after(LARGE, steady.held);
  expect([steady.asked.length, steady.said]).toEqual([1, []]);
});

test('a pause ends after a while, however much is still to come', async () => {
  const none = { taken: 0, of: 9_000_000 };
  const { backlog, held, asked, resumed } = behind([none, none, none, none], [0, 5_000, 9_999, 10_000]);
  await backlog.after(LARGE, held);
  await resumed;
  expect(asked.length).toBe(3);
});

test('a pause ends when enough has landed for a round', async () => {
  const { backlog, held, asked, resumed } = behind([
    { taken: 5_000, of: 9_000_000 },
    { taken: 204_999, of: 9_000_000 },
    { taken: 205_000, of: 9_000_000 },
  ]);
  await backlog.after(LARGE, held);
  await resumed;
  expect(asked.length).toBe(3);
});

test('where the stream cannot be asked nothing is held back, and what was is let go', async () => {
  const away = behind([new RetriableError('no broker')]);
  await away.backlog.after(LARGE, away.held);
  expect(away.said).toEqual([expect.stringContaining('no broker')]);
  const later = behind([{ taken: 0, of: 200_000 }, new RetriableError('no broker')]);
  await later.backlog.after(LARGE, later.held);
  await later.resumed;
  expect(later.said).toEqual(['paused', expect.stringContaining('no broker'), 'resumed']);
});

test('each partition that waits has a round before announcements are held back; one that comes again waits for none', async () => {
  const far = { taken: 0, of: 200_000 };
  const { backlog, held, said } = behind([far], [], [0, 1, 2]);
  await backlog.after({ ...LARGE, partition: 0 }, held);
  await backlog.after({ ...LARGE, partition: 1 }, held);
  expect(said).toEqual([]);
  await backlog.after({ ...LARGE, partition: 2 }, held);
  expect(said).toEqual(['paused']);
  const others = behind([far], [], [0, 7]);
  await others.backlog.after(LARGE, others.held);
  expect(others.said).toEqual([]);
  await others.backlog.after(LARGE, others.held);
  expect(others.said).toEqual(['paused']);
});

test('who stops takes nothing more in hand, and nothing is held back any more', async () => {
  const { backlog, held, said, asked } = behind([{ taken: 0, of: 200_000 }]);
  await backlog.after(LARGE, held);
  backlog.end();
  await backlog.after(LARGE, held);
  expect([said, asked.length]).toEqual([['paused'], 1]);
});
