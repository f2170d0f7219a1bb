import type { RuleOf } from '../../language/rule.js';
import { type TimelineKind } from '../kind.js';
import { checkJoin } from './checks.js';
import { lowerJoin } from './lower.js';
import { appliedTo, conditionsOf } from './schema.js';
import { joinWords } from './words.js';

export const join: TimelineKind<RuleOf<'join'>> = {
  family: 'timeline',
  label: '跨源比对',
  about: 'a record compared with what stands opposite in other systems',
  lower: lowerJoin,
  check: checkJoin,
  words: joinWords,
  figures: figuresOf,
  sums: (rule) =>
    conditionsOf(rule).flatMap(({ of, share, sumBelow, sumAbove }) =>
      [share, sumBelow, sumAbove].flatMap((test) => (test ? [{ figure: `${of}Sum`, of, field: test.sum }] : [])),
    ),
  figureLabels: () => ({ startMs: '起算时间', deadlineMs: '期限' }),
  figuresOfTheMoment: [],
  deadlines: ({ deadline }) => (deadline ? [deadline] : []),
  applied: appliedTo,
  linkedTo: ({ subject }) => subject,
  awaited: (rule) =>
    conditionsOf(rule)
      .filter(({ none, sumBelow }) => none === true || sumBelow !== undefined)
      .map(({ of }) => ({ of: rule.subject, expect: [of] })),
};

function figuresOf(rule: RuleOf<'join'>): string[] {
  return [
    'subjects',
    'startMs',
    'deadlineMs',
    ...conditionsOf(rule).flatMap(({ of, share, sumBelow, sumAbove, stat }) => [
      `${of}Count`,
      ...(share || sumBelow || sumAbove ? [`${of}Sum`] : []),
      ...(stat ? [`${of}Stat`, `${of}Value`] : []),
      ...(share ? [`${share.mark}Ms`] : []),
    ]),
  ];
}
