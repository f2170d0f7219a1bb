import type { RuleOf } from '../../language/rule.js';
import { OF_RECORDS, OF_RECORDS_LABELS, type TimelineKind } from '../kind.js';
import { checkSequence } from './checks.js';
import { lowerSequence } from './lower.js';
import { sequenceWords } from './words.js';

export const sequence: TimelineKind<RuleOf<'sequence'>> = {
  family: 'timeline',
  label: '先后顺序',
  about: 'records in an order that should not be',
  lower: lowerSequence,
  check: checkSequence,
  words: sequenceWords,
  figures: () => OF_RECORDS,
  figureLabels: () => OF_RECORDS_LABELS,
  figuresOfTheMoment: [],
  deadlines: () => [],
  linkedTo: null,
  awaited: ({ steps }) =>
    steps.flatMap(({ notBetween }, i) => {
      const before = steps[i - 1];
      return before && notBetween ? [{ of: before.of, expect: notBetween }] : [];
    }),
};
