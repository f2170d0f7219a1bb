import { periodOf } from '@tianyan/contracts';
import { chinaDayOf, DAY_MS } from '@tianyan/kernel';
import { periodPartOf } from '../compile/scope-period.js';
import type { Evaluation } from '../evaluation.js';
import { kindOf } from '../kinds/index.js';
import { MAX_GRACE_DAYS } from '../language/closing.js';
import type { Deadline } from '../language/deadline.js';
import type { RuleDefinition } from '../language/rule.js';
import { scopeParts } from '../scope-key.js';

/** Which years' notices of holidays are known; `WorkingCalendar` fits. */
export interface KnownNotices {
  /** Those that the days between two instants depend on and that are missing. */
  yearsWithoutNotice(fromMs: number, toMs: number): readonly number[];
}

/** Figure of a finding whose deadline, or grace, was counted in years without a notice: those years, such as `2027、2028`. */
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

/** Two instants. */
type Stretch = readonly [fromMs: number, toMs: number];

/** The days in which the deadline was counted that a hit cites; null: none, or in no working days. */
function deadlineCounted(rule: RuleDefinition, { figures: { startMs, deadlineMs } }: Evaluation): Stretch | null {
  if (typeof startMs !== 'number' || typeof deadlineMs !== 'number' || deadlineMs <= 0) return null;
  // The deadline is 24:00 of its last day, which is the next day's 0:00.
  return workingDayDeadlines(rule).length === 0 ? null : [startMs, deadlineMs - 1];
}

/** A working day comes at least each fortnight: no notice has sent everybody home for longer. */
const MAX_GRACE_STRETCH_DAYS = 14 * MAX_GRACE_DAYS;

/** The days in which was counted how long the rule waited after the period of a scope that is hit, which is then: those after the last of the period. Null: none. */
function graceCounted(rule: RuleDefinition, { scope, occurredAtMs }: Evaluation): Stretch | null {
  const part = 'grace' in rule && isOfWorkingDays(rule.grace) ? periodPartOf(rule) : null;
  if (part === null || occurredAtMs === null) return null;
  const period = scopeParts(scope, rule.scope.length)[part.index];
  const earliestMs = occurredAtMs - MAX_GRACE_STRETCH_DAYS * DAY_MS;
  for (let dayMs = occurredAtMs; dayMs > earliestMs; dayMs -= DAY_MS)
    if (periodOf(part.field, chinaDayOf(dayMs - DAY_MS)) === period) return [dayMs, occurredAtMs - 1];
  return null;
}

/**
 * The evaluation with the figure {@link YEARS_WITHOUT_NOTICE} if the deadline it cites, or the grace it waited for, was counted in working days of such
 * years. A figure and no mere text: the finding then differs from the one after the notice is there, and is written anew.
 */
export function withYearsWithoutNotice(rule: RuleDefinition, evaluation: Evaluation, notices: KnownNotices): Evaluation {
  if (!evaluation.hit) return evaluation;
  const counted = [deadlineCounted(rule, evaluation), graceCounted(rule, evaluation)].filter((one) => one !== null);
  const years = [...new Set(counted.flatMap(([fromMs, toMs]) => notices.yearsWithoutNotice(fromMs, toMs)))].toSorted(
    (a, b) => a - b,
  );
  if (years.length === 0) return evaluation;
  return { ...evaluation, figures: { ...evaluation.figures, [YEARS_WITHOUT_NOTICE]: years.join('、') } };
}

/** The sentence that goes behind the explanation of such a finding; empty for every other. */
export function yearsWithoutNoticeText(evaluation: Evaluation): string {
  const years = evaluation.figures[YEARS_WITHOUT_NOTICE];
  return years === undefined ? '' : `（注意：尚未收录 ${years} 年的放假安排，期限只按周六、周日休息推算，请先核对。）`;
}
