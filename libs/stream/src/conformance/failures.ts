import { expect, test } from '@jest/globals';
import { PoisonedError, RetriableError } from '@tianyan/kernel';
import { deadLetterTopic } from '../port.js';
import { type ConformanceBench, numbered, until } from './bench.js';

/** What becomes of a batch whose handler fails, and of everybody when the server is away. */
export function failureTests(bench: ConformanceBench): void {
  test('the offset is committed only after the handler has resolved', async () => {
    await bench.newTopic();
    await bench.publish(numbered(3), () => 'k');
    const lagInHandler: number[] = [];
    await bench.consume(async () => void lagInHandler.push(await bench.lagMessages()), { maxBatchMessages: 1 });
    await bench.untilCommitted();
    expect(lagInHandler).toEqual([3, 2, 1]);
  });

  test('after a retriable error the same messages come again, and other partitions go on meanwhile', async () => {
    await bench.newTopic(8);
    await bench.publish(numbered(64));
    const calls: { partition: number; values: string }[] = [];
    let failing: number | null = null;
    let failures = 0;
    await bench.consume(async ({ partition, messages }) => {
      calls.push({ partition, values: messages.map((message) => message.value).join() });
      failing ??= partition;
      const others = new Set(calls.map((call) => call.partition)).size > 1;
      if (partition !== failing || (failures >= 3 && others)) return;
      failures++;
      throw new RetriableError('the warehouse is away');
    });
    await bench.untilCommitted();
    const ofFailing = calls.filter((call) => call.partition === failing);
    expect(ofFailing.length).toBe(failures + 1);
    expect(new Set(ofFailing.map((call) => call.values)).size).toBe(1);
    const last = calls.findLastIndex((call) => call.partition === failing);
    expect(calls.slice(0, last).some((call) => call.partition !== failing)).toBe(true);
  });

  test('a poisoned batch goes to the dead letters with its reason, and the rest goes on', async () => {
    await bench.newTopic();
    await bench.stream.producer().publish(bench.topic, [
      { key: 'a', value: 'good' },
      { key: 'b', value: 'bad', headers: { version: '3' } },
      { key: 'c', value: 'good too' },
    ]);
    const good: string[] = [];
    await bench.consume(
      async ({ messages }) => {
        if (messages[0].value === 'bad') throw new PoisonedError('no amount', '金额不是数字', 'amountFen');
        good.push(messages[0].value);
      },
      { maxBatchMessages: 1 },
    );
    await bench.untilCommitted();
    expect(good).toEqual(['good', 'good too']);
    const [letter, ...more] = await bench.readAll(deadLetterTopic(bench.topic), 1);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ key: 'b', value: 'bad' });
    expect(letter?.headers).toEqual({
      version: '3',
      reason: '金额不是数字',
      field: 'amountFen',
      topic: bench.topic,
      partition: '0',
      offset: expect.stringMatching(/^\d+$/),
    });
  });

  test('an unknown error stops before the commit; the next member gets the batch', async () => {
    await bench.newTopic();
    await bench.publish(numbered(3), () => 'k');
    const failure = new TypeError('a bug');
    const consumer = await bench.consume(() => Promise.reject(failure));
    await expect(consumer.finished).rejects.toBe(failure);
    expect(await bench.lagMessages()).toBe(3);
    const seen: string[] = [];
    await bench.consume(async ({ messages }) => void seen.push(...messages.map((message) => message.value)));
    await bench.untilCommitted();
    expect(seen).toEqual(numbered(3));
  });

  test('a topic that was never created is an error for producer and consumer', async () => {
    await bench.newTopic();
    await expect(bench.stream.producer().publish('never.created', [{ key: 'k', value: 'v' }])).rejects.toThrow(/never\.created/);
    const consumer = bench.stream.consumer({
      group: 'g',
      topics: ['never.created'],
      maxBatchMessages: 1,
      maxBatchBytes: 1,
      startFrom: 'earliest',
    });
    await expect(consumer.start(async () => {})).rejects.toThrow(/never\.created/);
  });

  test('while the server is away publishing is retriable; afterwards producer and consumer go on by themselves', async () => {
    await bench.newTopic();
    const other = await bench.technology.open();
    const producer = other.producer();
    const seen = new Set<string>();
    await bench.consume(async ({ messages }) => messages.forEach((message) => seen.add(message.value)), { on: other });
    await producer.publish(bench.topic, [{ key: 'k', value: 'before' }]);
    await until('the first came', () => seen.has('before'));
    await bench.technology.cut(other);
    await expect(producer.publish(bench.topic, [{ key: 'k', value: 'during' }])).rejects.toBeInstanceOf(RetriableError);
    await bench.technology.mend(other);
    await until('publishing works again', async () =>
      producer.publish(bench.topic, [{ key: 'k', value: 'after' }]).then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(RetriableError);
          return false;
        },
      ),
    );
    await until('the message after the outage came', () => seen.has('after'));
    await bench.untilCommitted();
  });
}
