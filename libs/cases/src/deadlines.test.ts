import { describe, expect, test } from '@jest/globals';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { DAY_MS, toChinaMinute } from '@tianyan/kernel';
import { clockAfter, soonUntilMs, urgencyOf, type ClueClock } from './deadlines.js';
import { HandlingRules } from './handling-rules.js';

const calendar = new WorkingCalendar(builtInHolidays());
const at = (text: string) => Date.parse(`${text}:00+08:00`);
const OWN = `
places:
  - place: '320921100'
    basis: 东河镇办理规定
    workingDays: { verifying: 5 }
    approvals: { hold: [分管领导, 主要负责人] }
  - place: county
    basis: 响水县线索办理规定
    workingDays: { verifying: 10 }
    reboundDays: 180
`;
const rules = HandlingRules.of(OWN);
const EAST = ['320921100'];
const fresh: ClueClock = { state: 'registered', dueAtMs: null, pausedAtMs: null };

function verifying(nowMs: number, townships: readonly string[] | null = EAST): ClueClock {
  return clockAfter(fresh, 'assign', { state: 'verifying', townships }, { nowMs, rules, calendar });
}

describe('the table of days', () => {
  test('holds for the place that names them, else for the county, else as shipped', () => {
    expect(rules.workingDays('verifying', EAST)).toBe(5);
    expect(rules.workingDays('verifying', ['320921200'])).toBe(10);
    expect(rules.workingDays('verifying', ['320921100', '320921200'])).toBe(10);
    expect(rules.workingDays('verifying', null)).toBe(10);
    expect(rules.workingDays('rectifying', EAST)).toBe(HandlingRules.of().workingDays('rectifying', null));
    expect(rules.workingDays('merged', EAST)).toBeNull();
    expect(rules.approvals('hold', EAST)).toEqual(['分管领导', '主要负责人']);
    expect(rules.approvals('hold', null)).toEqual(['分管领导']);
    expect([rules.reboundDays(EAST), rules.reboundDays(null)]).toEqual([180, 180]);
  });

  test.each([
    ['places: [', '不是合法的 YAML'],
    ['places: [{place: county, basis: 县里规定, workingDays: {verifying: 0}}]', '线索办理规定有误'],
    ['places: [{place: county, basis: 县里规定, workingDays: {thinking: 3}}]', '线索办理规定有误'],
    ['places: [{place: a, basis: 县里规定}, {place: a, basis: 县里规定}]', 'a 写了两次'],
    ['places: [{place: a, basis: 县里规定, approvals: {hold: []}}]', '线索办理规定有误'],
  ])('%s is refused: %s', (text, words) => {
    expect(() => HandlingRules.of(text)).toThrow(words);
  });
});

describe('the clock', () => {
  test('counts working days: over a holiday, with a made-up Saturday', () => {
    // 2026-02-14 is worked, the 15th to the 23rd are off.
    expect(toChinaMinute(verifying(at('2026-02-13T10:00')).dueAtMs ?? 0)).toBe('2026-02-28 00:00');
  });

  test('stands still while the clue is suspended', () => {
    const running = verifying(at('2026-03-09T10:00'));
    expect(toChinaMinute(running.dueAtMs ?? 0)).toBe('2026-03-17 00:00');
    const pausedAt = { nowMs: at('2026-03-11T10:00'), rules, calendar };
    const paused = clockAfter(running, 'suspend', { state: 'suspended', townships: EAST }, pausedAt);
    expect(urgencyOf(paused, at('2026-05-01T00:00'), 0)).toBeNull();
    // From Wednesday to Tuesday four working days pass.
    const resumed = clockAfter(
      paused,
      'resume',
      { state: 'verifying', townships: EAST },
      { ...pausedAt, nowMs: at('2026-03-17T09:00') },
    );
    expect(toChinaMinute(resumed.dueAtMs ?? 0)).toBe('2026-03-21 00:00');
    expect(resumed.pausedAtMs).toBeNull();
  });

  test('goes on in a state that goes on, begins anew with another, and ends with the re-visit', () => {
    const running = verifying(at('2026-03-09T10:00'));
    const later = { nowMs: at('2026-03-12T10:00'), rules, calendar };
    expect(clockAfter(running, 'assign', { state: 'verifying', townships: EAST }, later)).toEqual(running);
    const closed = clockAfter(running, 'close', { state: 'closed', townships: EAST }, later);
    expect(closed.dueAtMs).toBeGreaterThan(later.nowMs + 60 * DAY_MS);
    expect(clockAfter(closed, 'revisit', { state: 'closed', townships: EAST }, later).dueAtMs).toBeNull();
    expect(clockAfter(running, 'merge', { state: 'merged', townships: EAST }, later).dueAtMs).toBeNull();
  });

  test('says what is near and what is late', () => {
    const running = verifying(at('2026-03-09T10:00'));
    const said = (text: string) => urgencyOf(running, at(text), soonUntilMs(at(text), rules, calendar));
    expect(['2026-03-12T10:00', '2026-03-13T10:00', '2026-03-16T23:59', '2026-03-17T00:01'].map(said)).toEqual([
      null,
      'soon',
      'soon',
      'overdue',
    ]);
  });
});
