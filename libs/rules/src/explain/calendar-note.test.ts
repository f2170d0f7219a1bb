import { describe, expect, it } from '@jest/globals';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { explain, loadPack, withYearsWithoutNotice, type Evaluation } from '../index.js';

const pack = new Map(loadPack().map((rule) => [rule.id, rule]));
const until2026 = new WorkingCalendar(builtInHolidays().filter(({ year }) => year <= 2026));
const until2025 = new WorkingCalendar(builtInHolidays().filter(({ year }) => year <= 2025));

function evaluation(ruleId: string, start: string, deadline: string): Evaluation {
  const figures = { startMs: Date.parse(start), deadlineMs: Date.parse(deadline) };
  return { ruleId, scope: 'A1|U1', hit: true, occurredAtMs: 1, dueAtMs: null, evidence: [], figures, subjects: {} };
}

function noted(ruleId: string, start: string, deadline: string, calendar: WorkingCalendar) {
  const rule = pack.get(ruleId);
  if (!rule) throw new Error(`no rule ${ruleId}`);
  const answer = withYearsWithoutNotice(rule, evaluation(ruleId, start, deadline), calendar);
  return { years: answer.figures['yearsWithoutNotice'], text: explain(rule, answer) };
}

describe('a finding that relies on a year without a notice', () => {
  it('says so, and differs from the one after the notice is there', () => {
    const over = ['no-contact-in-time', '2025-12-31T17:00:00+08:00', '2026-01-02T00:00:00+08:00'] as const;
    expect(noted(...over, until2025)).toEqual({ years: '2026', text: expect.stringContaining('尚未收录 2026 年的放假安排') });
    expect(noted(...over, until2026).years).toBeUndefined();
    expect(noted(...over, until2026).text).not.toContain('放假安排');
  });

  it('names every such year', () => {
    expect(noted('order-overdue', '2025-12-30T17:00:00+08:00', '2027-01-05T00:00:00+08:00', until2025).years).toBe('2026、2027');
  });

  it('a deadline that ends with the last day of a known stretch does not rely on the next year', () => {
    expect(
      noted('no-contact-in-time', '2025-12-23T17:00:00+08:00', '2025-12-25T00:00:00+08:00', until2025).years,
    ).toBeUndefined();
  });

  /** Of a quarter that was over when this many working days had passed; see the pack. */
  const overAfterGrace = (scope: string, at: string, calendar: WorkingCalendar, ruleId = 'unit-denied-contact-share') => {
    const rule = pack.get(ruleId);
    if (!rule) throw new Error(`no rule ${ruleId}`);
    const hit = {
      ruleId,
      scope,
      hit: true,
      occurredAtMs: Date.parse(at),
      dueAtMs: null,
      evidence: [],
      figures: {},
      subjects: {},
    };
    const answer = withYearsWithoutNotice(rule, hit, calendar);
    return { years: answer.figures['yearsWithoutNotice'], text: explain(rule, answer) };
  };

  it('says so of working days that were waited for after a period', () => {
    const noticed = overAfterGrace('U1|2025-Q4', '2026-01-17T00:00:00+08:00', until2025);
    expect(noticed).toEqual({ years: '2026', text: expect.stringContaining('尚未收录 2026 年的放假安排') });
    expect(overAfterGrace('U1|2025-Q4', '2026-01-17T00:00:00+08:00', until2026).years).toBeUndefined();
  });

  it('does not ask for the year of a period whose grace lies in the next one', () => {
    expect(overAfterGrace('U1|2026-Q4', '2027-01-16T00:00:00+08:00', until2025).years).toBe('2027');
    expect(overAfterGrace('U1|2025-Q3', '2025-10-23T00:00:00+08:00', until2025).years).toBeUndefined();
  });

  it('rules that wait for nothing never do', () => {
    expect(overAfterGrace('U1|2026-03-02', '2026-03-09T00:00:00+08:00', until2025, 'unit-return-share').years).toBeUndefined();
  });

  it('rules that count no working days never do', () => {
    expect(
      noted('leased-outside-market', '2026-12-01T17:00:00+08:00', '2027-12-31T00:00:00+08:00', until2025).years,
    ).toBeUndefined();
  });
});
