import { describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import {
  chinaDayOf,
  errorKind,
  freePort,
  isNestedDeeper,
  ManualClock,
  PoisonedError,
  RetriableError,
  SerialQueue,
  seededRng,
  startOfChinaDayMs,
  toChinaIso,
  withRetry,
} from './index.js';
import { isFree } from './free-port.js';

describe('clock', () => {
  test('a China day begins at 16:00 UTC of the day before', () => {
    expect(startOfChinaDayMs('2026-02-13')).toBe(Date.UTC(2026, 1, 12, 16));
    expect(chinaDayOf(Date.UTC(2026, 1, 12, 15, 59, 59, 999))).toBe('2026-02-12');
    expect(chinaDayOf(Date.UTC(2026, 1, 12, 16))).toBe('2026-02-13');
    expect(toChinaIso(Date.UTC(2026, 1, 12, 16))).toBe('2026-02-13T00:00:00.000+08:00');
  });

  test('a manual clock refuses to go back', () => {
    const clock = new ManualClock(10);
    expect(() => clock.advanceTo(9)).toThrow(RangeError);
  });
});

describe('withRetry', () => {
  const policy = { maxAttempts: 4, firstDelayMs: 100, maxDelayMs: 1_000 };

  test('repeats retriable failures and honours the wait that was asked for', async () => {
    const pauses: number[] = [];
    let calls = 0;
    const result = await withRetry(
      { policy, rng: seededRng(1), pause: async (delayMs) => void pauses.push(delayMs) },
      async () => {
        calls++;
        if (calls === 1) throw new RetriableError('busy', { retryAfterMs: 5_000 });
        if (calls === 2) throw new RetriableError('cut');
        return 'done';
      },
    );
    expect(result).toBe('done');
    expect(pauses[0]).toBe(5_000);
    expect(pauses[1]).toBeLessThanOrEqual(200);
  });

  test('does not repeat what can never succeed', async () => {
    let calls = 0;
    const run = withRetry({ policy, rng: seededRng(1), pause: async () => {} }, async () => {
      calls++;
      throw new PoisonedError('bad', '格式不对');
    });
    await expect(run).rejects.toThrow('bad');
    expect(calls).toBe(1);
  });

  test('gives up after the last attempt', async () => {
    let calls = 0;
    const run = withRetry({ policy, rng: seededRng(1), pause: async () => {} }, async () => {
      calls++;
      throw new RetriableError('down');
    });
    await expect(run).rejects.toThrow('down');
    expect(calls).toBe(4);
    expect(errorKind(new Error('x'))).toBe('unknown');
  });
});

test('a serial queue keeps order and refuses more than it may hold', async () => {
  const queue = new SerialQueue(2);
  const seen: number[] = [];
  const first = queue.run(async () => void seen.push(1));
  const second = queue.run(async () => void seen.push(2));
  await expect(queue.run(async () => void seen.push(3))).rejects.toThrow(RangeError);
  await Promise.all([first, second]);
  await queue.run(async () => void seen.push(4));
  expect(seen).toEqual([1, 2, 4]);
});

describe('isNestedDeeper', () => {
  test.each([
    ['[[]]', 2, false],
    ['[[]]', 1, true],
    ['{"a":[{"b":1}]}', 3, false],
    ['{"a":[{"b":1}]}', 2, true],
    [`{"a":"${'['.repeat(500)}","b":"\\"[[[["}`, 1, false],
    ['[]'.repeat(500), 1, false],
    ['['.repeat(200_000), 100, true],
  ])('%#', (text, depth, deeper) => {
    expect(isNestedDeeper(text, depth)).toBe(deeper);
  });
});

describe('freePort', () => {
  test('can be listened on, and is none that outgoing connections are given', async () => {
    const port = await freePort();
    // Linux gives them ports from 32768 on.
    expect(port).toBeLessThan(32_768);
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    await new Promise((resolve) => server.close(resolve));
  });

  test('passes over one that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // of a server that listens on a port
    expect(await isFree(port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await isFree(port)).toBe(true);
  });
});
