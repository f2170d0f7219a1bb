import { expect, test } from '@jest/globals';
import { errorKind, RetriableError } from '@tianyan/kernel';
import { pino } from 'pino';
import { CorrelatorMetrics } from './metrics.js';
import { Watches } from './watches.js';

function watchesOf(failure: Error) {
  const lines: Record<string, unknown>[] = [];
  const looked: string[] = [];
  const metrics = new CorrelatorMetrics();
  const logger = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) });
  const watches = {
    alerts: { round: () => Promise.reject(failure) },
    circulars: { round: async () => looked.push('circulars') },
  };
  return { watches: new Watches({ watches, metrics, logger }), lines, looked, metrics };
}

test('a watch that fails is told and counted, and holds up neither the others nor whoever calls', async () => {
  const { watches, lines, looked, metrics } = watchesOf(new Error('a row is met twice'));
  await watches.round();
  await watches.round();
  expect(looked).toEqual(['circulars', 'circulars']);
  expect(metrics.failedWatches).toBe(2);
  expect(lines).toMatchObject([
    { level: 50, watch: 'alerts', err: { message: 'a row is met twice' } },
    { level: 50, watch: 'alerts' },
  ]);
});

test('where the store is away the loop is told, which waits for it', async () => {
  const { watches, lines, metrics } = watchesOf(new RetriableError('no database'));
  const failure: unknown = await watches.round().catch((error: unknown) => error);
  expect([errorKind(failure), lines, metrics.failedWatches]).toEqual(['retriable', [], 0]);
});
