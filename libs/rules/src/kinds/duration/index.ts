import type { RuleOf } from '../../language/rule.js';
import type { TimelineKind } from '../kind.js';
import { checkDuration } from './checks.js';
import { GROWING_FIGURES, lowerDuration } from './lower.js';
import { durationWords } from './words.js';

export const duration: TimelineKind<RuleOf<'duration'>> = {
  family: 'timeline',
  label: '状态时长',
  about: 'a state that lasts too long, once, all in all, or as a share of other time',
  lower: lowerDuration,
  check: checkDuration,
  words: durationWords,
  figures: () => ['count', 'firstAtMs', 'endMs', ...GROWING_FIGURES, 'wholeMinutes', 'percent'],
  figureLabels: () => ({
    count: '次数',
    firstAtMs: '最早开始',
    endMs: '最后结束',
    longestMinutes: '最长一次（分钟）',
    totalMinutes: '合计（分钟）',
    wholeMinutes: '全部时间（分钟）',
    percent: '占比（%）',
  }),
  figuresOfTheMoment: GROWING_FIGURES,
  deadlines: () => [],
  linkedTo: null,
  // What has no end told goes on; a share is counted of what has ended.
  awaited: ({ of, until, any }) => (any.some(({ measure }) => measure !== 'percent') ? [{ of, expect: until }] : []),
};
