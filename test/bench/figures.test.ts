import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createServer, type Server } from 'node:http';
import { Histogram, Registry } from 'prom-client';
import { delaysAt, delaysBetween, quantileMs, type Buckets } from './figures.js';

const BOUNDS_MS = [100, 500, 2_000, 10_000, Infinity];

function counted(delaysMs: readonly number[]): Buckets {
  return new Map(BOUNDS_MS.map((bound) => [bound, delaysMs.filter((delayMs) => delayMs <= bound).length]));
}

const NOTHING = counted([]);

describe('a quantile from buckets', () => {
  test('lies within its bucket as if all in there were evenly spread', () => {
    expect(quantileMs(0.5, NOTHING, counted([50, 300, 300, 300, 300]))).toBe(100 + Math.round((1.5 / 4) * 400));
  });

  test('counts only what came between the two', () => {
    const before = counted([9_000, 9_000, 9_000]);
    expect(quantileMs(0.99, before, counted([9_000, 9_000, 9_000, 60, 60]))).toBeLessThanOrEqual(100);
  });

  test('is the last bound where it lies beyond', () => {
    expect(quantileMs(0.99, NOTHING, counted([20, 60_000, 60_000]))).toBe(10_000);
  });

  test('is no number where nothing was counted', () => {
    expect(quantileMs(0.5, counted([5]), counted([5]))).toBeNaN();
  });

  test('lies in the same bucket as the exact one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.9, 0.99),
        (delaysMs, share) => {
          const exact = delaysMs.toSorted((a, b) => a - b)[Math.ceil(share * delaysMs.length) - 1] ?? NaN;
          const above = BOUNDS_MS.find((bound) => exact <= bound) ?? NaN;
          const below = BOUNDS_MS.findLast((bound) => bound < exact) ?? 0;
          const quantile = quantileMs(share, NOTHING, counted(delaysMs));
          expect(quantile).toBeGreaterThanOrEqual(below);
          expect(quantile).toBeLessThanOrEqual(above);
        },
      ),
    );
  });
});

describe('the histogram of a running product', () => {
  const metrics = new Registry();
  const delay = new Histogram({ name: 'tianyan_correlator_delay_ms', help: 'x', buckets: [100, 2_000], registers: [metrics] });
  let server: Server;
  let url = '';
  beforeAll(async () => {
    server = createServer((_request, response) => void metrics.metrics().then((text) => response.end(text)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  });
  afterAll(() => {
    server.close();
  });

  test('is read as prom-client writes it', async () => {
    delay.observe(5_000);
    const before = await delaysAt(url);
    expect([...before]).toEqual([
      [100, 0],
      [2_000, 0],
      [Infinity, 1],
    ]);
    for (let i = 0; i < 99; i++) delay.observe(50);
    delay.observe(1_000);
    const { p50Ms, p99Ms } = delaysBetween(before, await delaysAt(url));
    expect(p50Ms).toBeLessThan(100);
    expect(p99Ms).toBe(100);
  });
});
