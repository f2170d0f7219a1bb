import type { Evaluation } from '../evaluation.js';
import { kindOf } from '../kinds/index.js';
import type { Deadline } from '../language/deadline.js';
import type { RuleDefinition } from '../language/rule.js';

/** Which years' notices of holidays are known; `WorkingCalendar` fits. */
export interface KnownNotices {
  /** Those that the days between two instants depend on and that are missing. */
  yearsWithoutNotice(fromMs: number, toMs: number): readonly number[];
}

/** Figure of a finding whose deadline was counted in years without a notice: those years, such as `2027、2028`. */
export const YEARS_WITHOUT_NOTICE = 'yearsWithoutNotice';

/** Deadlines that the rule counts in working days, or in hours of these. */
function workingDayDeadlines(rule: RuleDefinition): Deadline[] {
  const deadlines = kindOf(rule).deadlines(rule);
  return deadlines.filter((deadline) => deadline.workingDays !== undefined || deadline.workingHours !== undefined);
}

/** Whether the rule counts Chinese working days, by a deadline, where it compares, or until a period is over: it is to be swept when the calendar changes. */
export function countsWorkingDays(rule: RuleDefinition): boolean {
  const { examples: _examples, ...judged } = rule;
  return workingDayDeadlines(rule).length > 0 || movesByWorkingDays(judged);
}

function isOfWorkingDays(grace: unknown): boolean {
  return typeof grace === 'object' && grace !== null && 'workingDays' in grace && grace.workingDays !== undefined;
}

function movesByWorkingDays(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('plusWorkingDays' in part && part.plusWorkingDays !== undefined) return true;
  if ('grace' in part && isOfWorkingDays(part.grace)) return true;
  return Object.values(part).some(movesByWorkingDays);
}

/**
 * The evaluation with the figure {@link YEARS_WITHOUT_NOTICE} if the deadline it cites was counted in working days of such
 * years. A figure and no mere text: the finding then differs from the one after the notice is there, and is written anew.
 */
export function withYearsWithoutNotice(rule: RuleDefinition, evaluation: Evaluation, notices: KnownNotices): Evaluation {
  const { startMs, deadlineMs } = evaluation.figures;
  if (!evaluation.hit || typeof startMs !== 'number' || typeof deadlineMs !== 'number' || deadlineMs <= 0) return evaluation;
  if (workingDayDeadlines(rule).length === 0) return evaluation;
  // The deadline is 24:00 of its last day, which is the next day's 0:00.
  const years = notices.yearsWithoutNotice(startMs, deadlineMs - 1);
  if (years.length === 0) return evaluation;
  return { ...evaluation, figures: { ...evaluation.figures, [YEARS_WITHOUT_NOTICE]: years.join('、') } };
}

/** The sentence that goes behind the explanation of such a finding; empty for every other. */
export function yearsWithoutNoticeText(evaluation: Evaluation): string {
  const years = evaluation.figures[YEARS_WITHOUT_NOTICE];
  return years === undefined ? '' : `（注意：尚未收录 ${years} 年的放假安排，期限只按周六、周日休息推算，请先核对。）`;
}
