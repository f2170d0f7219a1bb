import type { RuleOf } from '../../language/rule.js';
import { appliedTo } from './applied.js';
import { type TimelineKind } from '../kind.js';
import { checkAbsence } from './checks.js';
import { lowerAbsence } from './lower.js';
import { absenceWords } from './words.js';

export const absence: TimelineKind<RuleOf<'absence'>> = {
  family: 'timeline',
  label: '应做未做',
  about: 'what should have been done and was not, or too late',
  lower: lowerAbsence,
  check: checkAbsence,
  words: absenceWords,
  figures: () => ['count', 'startMs', 'deadlineMs', 'limit', 'doneAtMs', 'lateDays'],
  figureLabels: () => ({ count: '次数', startMs: '起算时间', deadlineMs: '期限', limit: '时限', lateDays: '逾期天数' }),
  figuresOfTheMoment: ['lateDays'],
  deadlines: ({ any }) => any.flatMap((clause) => (clause.look === 'forward' ? [clause.deadline] : [])),
  applied: appliedTo,
  linkedTo: null,
  awaited: ({ any }) =>
    // What is done late only has been told.
    any
      .filter((clause) => clause.look === 'backward' || !clause.lateOnly)
      .map(({ of, expect }) => ({ of, expect: expect.map((one) => (typeof one === 'string' ? one : one.of)) })),
};
