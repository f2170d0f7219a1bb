import { expect, test } from '@jest/globals';
import { timerPause } from '@tianyan/kernel';
import { PartitionLostError, type StreamBatch } from '../port.js';
import { type ConformanceBench, door, numbered, until } from './bench.js';

/** Several members share a group. */
export function groupTests(bench: ConformanceBench): void {
  test('two members share the partitions, and what moves is neither lost nor handed out twice', async () => {
    await bench.newTopic(6);
    const handled = { a: [] as string[], b: [] as string[] };
    const partitions = { a: new Set<number>(), b: new Set<number>() };
    const handlerOf = (name: 'a' | 'b') => async (batch: StreamBatch) => {
      await batch.assertOwned();
      handled[name].push(...batch.messages.map((message) => message.value));
      partitions[name].add(batch.partition);
    };
    await bench.consume(handlerOf('a'), { maxBatchMessages: 5 });
    await bench.publish(numbered(120, 'first'));
    await until('the first member works', () => handled.a.length > 0);
    await bench.consume(handlerOf('b'), { maxBatchMessages: 5, on: await bench.technology.open() });
    let round = 0;
    await until('both members get work', async () => {
      partitions.a.clear();
      partitions.b.clear();
      await bench.publish(numbered(60, `round${++round}/`));
      await bench.untilCommitted();
      return partitions.a.size === 3 && partitions.b.size === 3;
    });
    expect([...partitions.a].filter((partition) => partitions.b.has(partition))).toEqual([]);
    const all = [...handled.a, ...handled.b];
    expect(all.length).toBe(new Set(all).size);
    expect(all.length).toBe(120 + 60 * round);
  });

  test('a member that leaves is replaced from its last commit', async () => {
    await bench.newTopic(4);
    const first: string[] = [];
    const leaving = await bench.consume(async ({ messages }) => void first.push(...messages.map((message) => message.value)));
    const second: string[] = [];
    await bench.consume(async ({ messages }) => void second.push(...messages.map((message) => message.value)), {
      on: await bench.technology.open(),
    });
    await bench.publish(numbered(50));
    await bench.untilCommitted();
    await leaving.stop();
    const before = first.length;
    await bench.publish(numbered(50, 'after'));
    await bench.untilCommitted();
    expect(first.length).toBe(before);
    expect([...first, ...second].toSorted()).toEqual([...numbered(50), ...numbered(50, 'after')].toSorted());
  });

  test('a killed member is replaced, its batch comes again, and its ownership ends', async () => {
    await bench.newTopic(1);
    const doomed = await bench.technology.open();
    const held = door();
    let batchOfDoomed: StreamBatch | null = null;
    await bench.consume(
      async (batch) => {
        batchOfDoomed = batch;
        await held.opened;
      },
      { on: doomed },
    );
    await bench.publish(numbered(3), () => 'k');
    await until('the doomed member has the batch', () => batchOfDoomed !== null);
    const survivor: string[] = [];
    await bench.consume(async ({ messages }) => void survivor.push(...messages.map((message) => message.value)));
    await bench.technology.cut(doomed);
    await until('the survivor has taken over', () => survivor.length > 0);
    await bench.untilCommitted();
    expect(survivor).toEqual(numbered(3));

    // It comes back and still holds the batch: it must learn that it may not have an effect any more.
    await bench.technology.mend(doomed);
    const sleeper = batchOfDoomed as StreamBatch | null; // set in a callback, which the compiler does not follow
    if (!sleeper) throw new Error('no batch was held');
    const outcome = await sleeper.assertOwned().catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(Error);
    await until('it knows that the partition is lost', async () => {
      const error = await sleeper.assertOwned().catch((reason: unknown) => reason);
      return error instanceof PartitionLostError;
    });
    held.open();
    await bench.publish(['after'], () => 'k');
    await bench.untilCommitted();
  });

  test('a handler that takes longer than the lease keeps its partition', async () => {
    await bench.newTopic(2);
    const handled: string[] = [];
    const slowHandler = async (batch: StreamBatch) => {
      // The time itself is what is tested: nobody hears of the handler meanwhile.
      await timerPause(bench.technology.leaseMs * 1.5);
      await batch.assertOwned();
      handled.push(...batch.messages.map((message) => message.value));
    };
    await bench.consume(slowHandler);
    // Somebody who would take over.
    await bench.consume(slowHandler, { on: await bench.technology.open() });
    await bench.publish(['slow'], () => 'k');
    await bench.untilCommitted();
    expect(handled).toEqual(['slow']);
  });
}
