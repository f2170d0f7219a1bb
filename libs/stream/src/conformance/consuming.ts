import { expect, test } from '@jest/globals';
import type { StreamBatch, StreamMessage } from '../port.js';
import { type ConformanceBench, door, numbered, until } from './bench.js';

/** Order, wholeness, limits, starting points, lag. */
export function consumingTests(bench: ConformanceBench): void {
  test('messages come back whole, in the order of their key, and the lag goes to zero', async () => {
    await bench.newTopic(4);
    const odd = ['', 'a\tb\n\\"c\u0000d', '中文😀', 'x'.repeat(300_000)];
    const values = [...odd, ...numbered(250)];
    const headers = { version: '7', op: 'upsert' };
    await bench.stream.producer().publish(
      bench.topic,
      values.map((value, index) => ({ key: `key-${index % 7}`, value, headers })),
    );
    expect(await bench.lagMessages()).toBe(values.length);
    const seen: StreamMessage[] = [];
    await bench.consume(async ({ messages }) => void seen.push(...messages));
    await bench.untilCommitted();
    for (let key = 0; key < 7; key++) {
      const ofKey = seen.filter((message) => message.key === `key-${key}`);
      expect(ofKey.map((message) => message.value)).toEqual(values.filter((_, index) => index % 7 === key));
      expect(new Set(ofKey.map((message) => message.partition)).size).toBe(1);
    }
    expect(new Set(seen.map((message) => JSON.stringify(message.headers)))).toEqual(new Set([JSON.stringify(headers)]));
    const lag = await bench.stream.admin().lag(bench.group, [bench.topic]);
    expect(lag).toHaveLength(4);
    for (const partition of lag.filter(({ endOffset }) => endOffset > 0))
      expect(partition.committedOffset).toBe(partition.endOffset);
  });

  test('offsets rise within a batch, batches stay within both limits, and one large message passes alone', async () => {
    await bench.newTopic();
    const large = 'L'.repeat(5_000);
    await bench.publish([...numbered(25), large, ...numbered(25, 'w')], () => 'one key');
    const batches: StreamBatch[] = [];
    await bench.consume(async (batch) => void batches.push(batch), { maxBatchMessages: 10, maxBatchBytes: 1_000 });
    await bench.untilCommitted();
    const offsets = batches.flatMap((batch) => batch.messages.map((message) => message.offset));
    expect(offsets).toEqual([...new Set(offsets)].toSorted((a, b) => a - b));
    expect(offsets).toHaveLength(51);
    for (const { messages } of batches) {
      expect(messages.length).toBeLessThanOrEqual(10);
      const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(message.value), 0);
      expect(bytes <= 1_000 || messages.length === 1).toBe(true);
    }
    expect(batches.filter(({ messages }) => messages[0].value === large)).toHaveLength(1);
  });

  test('a consumer that gathers gets what comes within its time in few batches, and a whole batch at once', async () => {
    await bench.newTopic(2);
    const batches: StreamBatch[] = [];
    await bench.consume(async (batch) => void batches.push(batch), { maxBatchMessages: 20, gatherMs: 1_000 });
    for (let n = 0; n < 60; n++) await bench.publish([`v${n}`]);
    await bench.untilCommitted();
    expect(batches.flatMap(({ messages }) => messages.map(({ value }) => value)).toSorted()).toEqual(numbered(60).toSorted());
    // One by one they would be 60.
    expect(batches.length).toBeLessThan(30);
  });

  test('what was acknowledged is there for another process, and a group goes on where it had committed', async () => {
    await bench.newTopic(2);
    await bench.publish(numbered(40));
    const other = await bench.technology.open();
    const first: string[] = [];
    const consumer = await bench.consume(async ({ messages }) => void first.push(...messages.map((message) => message.value)), {
      on: other,
    });
    await bench.untilCommitted();
    await consumer.stop();
    await bench.publish(numbered(10, 'later'));
    const second: string[] = [];
    await bench.consume(async ({ messages }) => void second.push(...messages.map((message) => message.value)));
    await bench.untilCommitted();
    expect(first.toSorted()).toEqual(numbered(40).toSorted());
    expect(second.toSorted()).toEqual(numbered(10, 'later').toSorted());
  });

  test('a new group starts at the end, or at a time, when asked', async () => {
    await bench.newTopic();
    await bench.publish(numbered(5, 'old'));
    const [old] = await bench.readAll(bench.topic, 5);
    if (!old) throw new Error('nothing was read');
    let newer: StreamMessage | undefined;
    // Until the clock of the log has moved on.
    await until('a message with a later time', async () => {
      await bench.publish(['new']);
      const all: StreamMessage[] = [];
      const reader = await bench.consume(async ({ messages }) => void all.push(...messages), {
        group: `${bench.group}-${await bench.lagMessages()}`,
      });
      const owed = await bench.lagMessages();
      await until('all are read', () => all.length === owed);
      await reader.stop();
      newer = all.find((message) => message.appendedAtMs > old.appendedAtMs);
      return newer !== undefined;
    });
    const fromTime: StreamMessage[] = [];
    const atMs = newer?.appendedAtMs ?? 0;
    await bench.consume(async ({ messages }) => void fromTime.push(...messages), {
      group: `${bench.group}-time`,
      startFrom: { atMs },
    });
    await until('the later message is read', () => fromTime.length > 0);
    expect(fromTime[0]?.offset).toBe(newer?.offset);

    const fromEnd: string[] = [];
    await bench.consume(async ({ messages }) => void fromEnd.push(...messages.map((message) => message.value)), {
      group: `${bench.group}-end`,
      startFrom: 'latest',
    });
    await bench.publish(['after the start']);
    await until('the newest is read', () => fromEnd.length > 0);
    expect(fromEnd).toEqual(['after the start']);
  });

  test('a group that started at the end keeps that start when its first member leaves without a commit', async () => {
    await bench.newTopic();
    await bench.publish(['old']);
    const consumer = await bench.consume(async () => {}, { startFrom: 'latest' });
    await until('the start is fixed', async () => (await bench.lagMessages()) === 0);
    await consumer.stop();
    await bench.publish(['between']);
    const seen: string[] = [];
    await bench.consume(async ({ messages }) => void seen.push(...messages.map((message) => message.value)), {
      startFrom: 'latest',
    });
    await bench.untilCommitted();
    expect(seen).toEqual(['between']);
  });

  test('nothing is handed out while paused, nor while the handler is busy', async () => {
    await bench.newTopic(3);
    const busy = door();
    let entered = 0;
    const consumer = await bench.consume(
      async () => {
        entered++;
        await busy.opened;
      },
      { maxBatchMessages: 1 },
    );
    await bench.publish(numbered(20));
    await until('a batch is in hand', () => entered === 1);
    consumer.pause();
    busy.open();
    await until('it is committed', async () => (await bench.lagMessages()) === 19);
    // The probe group sees later messages while the paused one must not.
    await bench.publish(['probe']);
    await bench.readAll(bench.topic, 21);
    expect(entered).toBe(1);
    expect(await bench.lagMessages()).toBe(20);
    consumer.resume();
    await bench.untilCommitted();
    expect(entered).toBe(21);
  });

  test('what comes one by one while the handler is busy is handed out together', async () => {
    await bench.newTopic();
    const busy = door();
    const sizes: number[] = [];
    await bench.consume(async ({ messages }) => {
      sizes.push(messages.length);
      await busy.opened;
    });
    await bench.publish(['first']);
    await until('a batch is in hand', () => sizes.length === 1);
    for (const value of numbered(20)) await bench.publish([value]);
    busy.open();
    await bench.untilCommitted();
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(21);
    // A read that was under way when the first of them came may bring a batch of its own.
    expect(sizes.length).toBeLessThanOrEqual(3);
  });

  test('batches of two partitions are in hand together when asked for, those of one never', async () => {
    await bench.newTopic(4);
    const keys = numbered(400, 'k');
    await bench.stream.producer().publish(
      bench.topic,
      keys.flatMap((key) => [0, 1].map((version) => ({ key, value: String(version) }))),
    );
    const inHand = new Set<number>();
    const seen = new Map<string, string[]>();
    let most = 0;
    const meet = door();
    await bench.consume(
      async ({ partition, messages }) => {
        if (inHand.has(partition)) throw new Error(`two batches of partition ${partition} at a time`);
        inHand.add(partition);
        most = Math.max(most, inHand.size);
        // The first waits for a second one; that one would never come if they were handed out in turn.
        if (inHand.size === 2) meet.open();
        await meet.opened;
        for (const { key, value } of messages) seen.set(key, [...(seen.get(key) ?? []), value]);
        inHand.delete(partition);
      },
      { maxBatchMessages: 50, partitionsAtOnce: 2 },
    );
    await bench.untilCommitted();
    expect(most).toBe(2);
    expect(seen.size).toBe(keys.length);
    expect([...seen.values()].every((versions) => versions.join() === '0,1')).toBe(true);
  });

  test('concurrent producers never make a consumer step over a message', async () => {
    await bench.newTopic(2);
    const seen: string[] = [];
    await bench.consume(async ({ messages }) => void seen.push(...messages.map((message) => message.value)));
    const streams = await Promise.all(Array.from({ length: 3 }, () => bench.technology.open()));
    const wanted: string[] = [];
    await Promise.all(
      Array.from({ length: 6 }, async (_, writer) => {
        const producer = streams[writer % streams.length]?.producer();
        for (let round = 0; round < 25; round++) {
          // Publishes of very different size commit in another order than they began.
          const size = (writer * 7 + round) % 5 === 0 ? 400 : 1;
          const values = numbered(size, `${writer}/${round}/`);
          wanted.push(...values);
          await producer?.publish(
            bench.topic,
            values.map((value) => ({ key: value, value })),
          );
        }
      }),
    );
    await bench.untilCommitted();
    expect(seen.length).toBe(wanted.length);
    expect(seen.toSorted()).toEqual(wanted.toSorted());
  });
}
