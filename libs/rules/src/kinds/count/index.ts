import { summed } from '../../language/measured.js';
import type { RuleOf } from '../../language/rule.js';
import { OF_RECORDS, OF_RECORDS_LABELS, type TimelineKind } from '../kind.js';
import { checkCount } from './checks.js';
import { tellable } from './limits.js';
import { lowerCount } from './lower.js';
import { countNearness } from './nearness.js';
import { countWords } from './words.js';

export const count: TimelineKind<RuleOf<'count'>> = {
  family: 'timeline',
  label: '计数',
  about: 'too many records, too many different values, too large a sum, in a window or over all',
  lower: lowerCount,
  check: checkCount,
  words: countWords,
  figures: () => [...OF_RECORDS, 'distinct', 'sum', 'threshold'],
  sums: ({ any }) => any.flatMap((clause) => summed('sum', clause)),
  figureLabels: () => OF_RECORDS_LABELS,
  figuresOfTheMoment: [],
  deadlines: () => [],
  applied: ({ any }) => tellable(any),
  linkedTo: null,
  awaited: () => [],
  nearness: countNearness,
};
