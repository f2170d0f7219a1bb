import { expect, test } from '@jest/globals';
import type { Evaluation } from '@tianyan/rules';
import { TrialTally } from './trial-tally.js';
import { TRIAL_MONTHS, TRIAL_SAMPLES, TRIAL_UNITS } from './trial.js';

const NOW_MS = Date.parse('2026-03-01T00:00:00+08:00');
const hit = (scope: string, at: string, subjects: Record<string, string> = {}): Evaluation => ({
  ruleId: 'r',
  scope,
  hit: true,
  occurredAtMs: Date.parse(at),
  dueAtMs: null,
  evidence: [],
  figures: {},
  subjects,
});
const everything = { period: null, isSeen: () => true };
const said = ({ scope }: Evaluation) => `${scope}！`;

test('months are those of China, without gaps; what is older stands together', () => {
  const tally = new TrialTally({ ...everything, standing: null });
  tally.add([
    hit('a', '2026-02-28T23:59:59.999+08:00'),
    hit('b', '2026-03-01T00:00:00+08:00'),
    hit('c', '2024-04-01T00:00:00+08:00'),
    hit('d', '2024-03-31T23:59:59.999+08:00'),
    { ...hit('e', '2026-01-01T00:00:00+08:00'), hit: false, occurredAtMs: null, dueAtMs: NOW_MS + 1 },
  ]);
  const { perMonth, earlier, hits } = tally.result(NOW_MS, said);
  expect([hits, tally.due, earlier, perMonth.length]).toEqual([4, 1, 1, TRIAL_MONTHS]);
  expect(perMonth[0]).toEqual({ key: '2024-04', count: 1 });
  expect(perMonth.slice(-2)).toEqual([
    { key: '2026-02', count: 1 },
    { key: '2026-03', count: 1 },
  ]);
  expect(new Set(perMonth.map(({ key }) => key)).size).toBe(TRIAL_MONTHS);
});

test('the newest are shown, in whichever order they come; of units those with most', () => {
  const tally = new TrialTally({ ...everything, standing: null });
  const days = Array.from({ length: 100 }, (_none, i) => (i * 37) % 100);
  tally.add(days.map((day) => hit(`s${day}`, new Date(NOW_MS - day * 86_400_000).toISOString(), { unitId: `u${day % 30}` })));
  const result = tally.result(NOW_MS, said);
  expect(result.samples.map(({ explanation }) => explanation)).toEqual(
    Array.from({ length: TRIAL_SAMPLES }, (_none, day) => `s${day}！`),
  );
  expect(result.perUnit.length).toBe(TRIAL_UNITS);
  expect(result.perUnit[0]).toEqual({ key: 'u0', count: 4 });
  expect(result.furtherUnits).toBe(10);
});

test('what is found now and would be is neither gained nor lost', () => {
  const standing = new Set(['a', 'b']);
  const tally = new TrialTally({ ...everything, standing });
  tally.add([hit('a', '2026-01-01T00:00:00+08:00'), hit('c', '2026-01-01T00:00:00+08:00')]);
  expect([tally.gained, [...standing], tally.gainedSamples(said).map(({ scope }) => scope)]).toEqual([1, ['b'], ['c']]);
});
