import type { WorkingCalendar } from '@tianyan/calendar';
import type { EpochMs } from '@tianyan/kernel';
import type { ClueState, StepKind } from './api/index.js';
import type { HandlingRules } from './handling-rules.js';

/** What a clue's clock shows. All times are the county's. */
export interface ClueClock {
  state: ClueState;
  /** By then the state has to be over; null: whenever. While it is paused, as it was before. */
  dueAtMs: EpochMs | null;
  pausedAtMs: EpochMs | null;
}

/**
 * The clock after a step. A state that begins has its own days; one that goes on keeps its end. While a clue is suspended no working day
 * counts: its end moves by the working days that passed meanwhile.
 */
export function clockAfter(
  before: ClueClock,
  step: StepKind,
  after: { state: ClueState; townships: readonly string[] | null; extendedByDays?: number },
  at: { nowMs: EpochMs; rules: HandlingRules; calendar: WorkingCalendar },
): ClueClock {
  const { nowMs, rules, calendar } = at;
  const { state } = after;
  // Its re-visit has taken place.
  if (step === 'revisit' && state === 'closed') return { state, dueAtMs: null, pausedAtMs: null };
  if (after.extendedByDays !== undefined) return { ...before, dueAtMs: extended(before.dueAtMs, after.extendedByDays, calendar) };
  if (state === before.state) return before;
  if (state === 'suspended') return { state, dueAtMs: before.dueAtMs, pausedAtMs: nowMs };
  if (before.state === 'suspended' && before.pausedAtMs !== null)
    return { state, dueAtMs: movedBy(before.dueAtMs, { fromMs: before.pausedAtMs, toMs: nowMs }, calendar), pausedAtMs: null };
  const days = rules.workingDays(state, after.townships);
  return { state, dueAtMs: days === null ? null : calendar.addWorkingDays(nowMs, days), pausedAtMs: null };
}

function movedBy(dueAtMs: EpochMs | null, pause: { fromMs: EpochMs; toMs: EpochMs }, calendar: WorkingCalendar): EpochMs | null {
  return extended(dueAtMs, calendar.workingDaysBetween(pause.fromMs, pause.toMs), calendar);
}

function extended(dueAtMs: EpochMs | null, days: number, calendar: WorkingCalendar): EpochMs | null {
  // 24:00 of the last day is the first instant of the next.
  return dueAtMs === null ? null : calendar.addWorkingDays(dueAtMs - 1, days);
}

export type Urgency = 'soon' | 'overdue';

/** Up to this instant a deadline is near. */
export function soonUntilMs(nowMs: EpochMs, rules: HandlingRules, calendar: WorkingCalendar): EpochMs {
  return calendar.addWorkingDays(nowMs, rules.remindWorkingDays());
}

/** Null: there is time, or the clock stands still. */
export function urgencyOf(
  { dueAtMs, pausedAtMs }: Pick<ClueClock, 'dueAtMs' | 'pausedAtMs'>,
  nowMs: EpochMs,
  soonMs: EpochMs,
): Urgency | null {
  if (dueAtMs === null || pausedAtMs !== null) return null;
  if (dueAtMs < nowMs) return 'overdue';
  return dueAtMs <= soonMs ? 'soon' : null;
}
