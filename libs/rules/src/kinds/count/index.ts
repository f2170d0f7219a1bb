import type { RuleOf } from '../../language/rule.js';
import { OF_RECORDS, OF_RECORDS_LABELS, type KindDefinition } from '../kind.js';
import { checkCount } from './checks.js';
import { lowerCount } from './lower.js';
import { countWords } from './words.js';

export const count: KindDefinition<RuleOf<'count'>> = {
  family: 'timeline',
  label: '计数',
  about: 'too many records, too many different values, too large a sum, in a window or over all',
  lower: lowerCount,
  check: checkCount,
  words: countWords,
  figures: () => [...OF_RECORDS, 'distinct', 'sum', 'threshold'],
  figureLabels: OF_RECORDS_LABELS,
  figuresOfTheMoment: [],
  deadlines: () => [],
  linkedTo: null,
  awaited: () => [],
};
