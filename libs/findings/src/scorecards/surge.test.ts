import { describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@tianyan/kernel';
import fc from 'fast-check';
import { measureSurge, MIN_SURGE_ORDERS, surgeSpans } from './surge.js';

const NOW_MS = Date.parse('2026-07-01T09:00:00+08:00');

describe('what is usual', () => {
  test('is the same weeks of the year before, where the orders reach so far back', () => {
    const spans = surgeSpans(7, NOW_MS, NOW_MS - 400 * DAY_MS);
    expect(spans.basis).toBe('last-year');
    expect(spans.usual.map(({ beforeMs }) => (NOW_MS + 1 - beforeMs) / DAY_MS)).toEqual([371, 364, 357]);
    for (const { fromMs, beforeMs } of [spans.now, ...spans.usual]) expect(beforeMs - fromMs).toBe(7 * DAY_MS);
  });

  test('is else the spans just before, none of which is known in part', () => {
    const spans = surgeSpans(7, NOW_MS, NOW_MS - 40 * DAY_MS);
    expect(spans.basis).toBe('preceding');
    expect(spans.usual.map(({ fromMs }) => (NOW_MS + 1 - fromMs) / DAY_MS)).toEqual([14, 21, 28, 35]);
  });

  test.each([null, NOW_MS - 30 * DAY_MS])('is not said of a history that begins at %p', (earliestMs) => {
    expect(surgeSpans(7, NOW_MS, earliestMs)).toMatchObject({ basis: 'none', usual: [] });
  });
});

describe('a surge', () => {
  test('says its figures: 23 where 6 are usual', () => {
    // The deviation of 5, 6, 8 is 1; chance alone gives 6 a spread of 2.45.
    expect(measureSurge(7, 23, [5, 6, 8])).toEqual({ count: 23, expected: 6, score: 17 / Math.sqrt(6) });
  });

  test.each([
    ['a handful where there was nothing', 5, [0, 0, 0]],
    ['a holiday season like the last', 40, [38, 41, 36]],
    ['a place where weeks differ anyway', 30, [4, 28, 12, 2, 25, 6, 31, 10]],
    ['what is no half more', 430, [300, 300, 300]],
  ])('is not %s', (_what, count, usual) => {
    expect(measureSurge(7, count, usual)).toBeNull();
  });

  test('six where there never was one', () => {
    expect(measureSurge(7, MIN_SURGE_ORDERS[7], [0, 0, 0])).toEqual({ count: 6, expected: 0, score: 6 });
  });

  test('is none of fewer orders, and stays one when there are more', () => {
    const usual = fc.array(fc.nat(200), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(usual, fc.nat(500), (spans, count) => {
        const now = measureSurge(7, count, spans);
        if (count < MIN_SURGE_ORDERS[7]) expect(now).toBeNull();
        if (now) expect(measureSurge(7, count + 1, spans)?.score).toBeGreaterThan(now.score);
      }),
    );
  });
});
