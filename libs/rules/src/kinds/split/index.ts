import type { RuleOf } from '../../language/rule.js';
import { OF_RECORDS, OF_RECORDS_LABELS, type TimelineKind } from '../kind.js';
import { checkSplit } from './checks.js';
import { lowerSplit } from './lower.js';
import { splitWords } from './words.js';

export const split: TimelineKind<RuleOf<'split'>> = {
  family: 'timeline',
  label: '化整为零',
  about: 'parts just below a limit whose sum reaches it',
  lower: lowerSplit,
  check: checkSplit,
  words: splitWords,
  figures: () => [...OF_RECORDS, 'sum', 'limit'],
  sums: ({ of, field }) => [{ figure: 'sum', of, field }],
  figureLabels: () => OF_RECORDS_LABELS,
  figuresOfTheMoment: [],
  deadlines: () => [],
  applied: ({ limit }) => (typeof limit === 'number' ? [] : [limit.parameter]),
  linkedTo: null,
  awaited: () => [],
};
