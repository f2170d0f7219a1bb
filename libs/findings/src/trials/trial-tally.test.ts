import { expect, test } from '@jest/globals';
import type { Evaluation } from '@tianyan/rules';
import { KnownCases } from './known-cases.js';
import { countDecisions, type TrialDecision } from './trial-decisions.js';
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
const everything = { period: null, isSeen: () => true, known: new KnownCases(null, []) };
const said = ({ scope }: Evaluation) => `${scope}！`;

test('months are those of China, without gaps; what is older stands together', () => {
  const tally = new TrialTally({ ...everything, stored: null });
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

test('of a chosen period its own months are shown, as far as they have begun; of a longer one the last', () => {
  const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`);
  const months = (from: string, before: string) => {
    const tally = new TrialTally({ ...everything, stored: null, period: { fromMs: at(from), beforeMs: at(before) } });
    tally.add([hit('a', '2024-03-05T00:00:00+08:00'), hit('b', '2023-12-31T23:00:00+08:00')]);
    const { perMonth, earlier } = tally.result(NOW_MS, said);
    return [perMonth.length, perMonth[0]?.key, perMonth.at(-1)?.key, earlier, perMonth.filter(({ count }) => count > 0).length];
  };
  expect(months('2024-01-01', '2024-07-01')).toEqual([6, '2024-01', '2024-06', 0, 1]);
  expect(months('2023-12-31', '2024-07-01')).toEqual([7, '2023-12', '2024-06', 0, 2]);
  expect(months('2020-01-01', '2026-01-01')).toEqual([TRIAL_MONTHS, '2024-01', '2025-12', 1, 1]);
  expect(months('2026-02-10', '2030-01-01')).toEqual([2, '2026-02', '2026-03', 0, 0]);
  expect(months('2027-01-01', '2028-01-01')).toEqual([1, '2027-01', '2027-01', 0, 0]);
});

test('the newest are shown, in whichever order they come; of units those with most', () => {
  const tally = new TrialTally({ ...everything, stored: null });
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

const AT = '2026-01-01T00:00:00+08:00';
const counts = (of: Partial<Record<TrialDecision, number>>) => ({ ...countDecisions([]), ...of });

test('what is found now and would be is neither gained nor lost; each is told by what people have found out', () => {
  const stored = {
    standing: new Map<string, TrialDecision>([
      ['a', 'confirmed'],
      ['b', 'unfounded'],
      ['d', 'open'],
    ]),
    others: new Map<string, TrialDecision>([
      ['c', 'data-error'],
      ['x', 'permitted'],
    ]),
  };
  const tally = new TrialTally({ ...everything, stored });
  tally.add([hit('a', AT), hit('c', AT), hit('e', AT)]);
  expect([...tally.lostScopes()]).toEqual(['b', 'd']);
  expect(tally.changes(said)).toMatchObject({
    standing: 3,
    gained: 2,
    lost: 2,
    decided: {
      standing: counts({ confirmed: 1, unfounded: 1, open: 1 }),
      gained: counts({ 'data-error': 1, open: 1 }),
      lost: counts({ unfounded: 1, open: 1 }),
    },
  });
  expect(tally.changes(said)?.gainedSamples.map(({ scope }) => scope)).toEqual(['c', 'e']);
});

test('what nobody may see counts for nothing, but is not lost where it stands', () => {
  const stored = { standing: new Map<string, TrialDecision>([['a', 'open']]), others: new Map<string, TrialDecision>() };
  const tally = new TrialTally({ ...everything, stored, isSeen: ({ scope }) => scope === 'mine' });
  tally.add([hit('a', AT), hit('elsewhere', AT), hit('mine', AT)]);
  expect(tally.changes(said)).toMatchObject({ standing: 1, gained: 1, lost: 0 });
  expect(tally.result(NOW_MS, said)).toMatchObject({ hits: 1, samples: [{ scope: 'mine' }] });
});

test('known cases are met by what a hit is about and by the records that prove it, whenever it came about', () => {
  const known = new KnownCases(new Set(['a', 'b', 'c']), ['a', 'N-1', 'C-7', 'e9', 'gone']);
  const evidence = [{ type: 't', id: 'e9', version: 0, streamOffset: 1, hash: '', atMs: 1, role: 'r' }];
  const period = { fromMs: Date.parse('2026-02-01T00:00:00+08:00'), beforeMs: NOW_MS };
  const tally = new TrialTally({ ...everything, stored: null, period, known });
  tally.add([
    { ...hit('a', AT, { contractId: 'C-7' }), evidence, figures: { order: 'N-1', count: 3 } },
    { ...hit('b', AT), hit: false, occurredAtMs: null, dueAtMs: NOW_MS + 1 },
  ]);
  expect(known.result()).toEqual({
    confirmed: { subjects: 3, hit: 1, missed: ['b', 'c'] },
    known: { hit: ['a', 'N-1', 'C-7', 'e9'], missed: ['gone'] },
  });
  expect(tally.result(NOW_MS, said).hits).toBe(0);
  expect(new KnownCases(null, []).result()).toEqual({ confirmed: null, known: null });
});
