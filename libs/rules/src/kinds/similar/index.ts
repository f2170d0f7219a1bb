import type { RuleOf } from '../../language/rule.js';
import { OF_RECORDS, OF_RECORDS_LABELS, type TimelineKind } from '../kind.js';
import { checkSimilar } from './checks.js';
import { lowerSimilar } from './lower.js';
import { similarWords } from './words.js';

export const similar: TimelineKind<RuleOf<'similar'>> = {
  family: 'timeline',
  label: '文字雷同',
  about: 'texts that are nearly the same, of different orders',
  lower: lowerSimilar,
  check: checkSimilar,
  words: similarWords,
  figures: () => [...OF_RECORDS, 'distinct'],
  figureLabels: () => ({ ...OF_RECORDS_LABELS, count: '雷同的份数', distinct: '涉及的不同个数' }),
  figuresOfTheMoment: [],
  deadlines: () => [],
  linkedTo: null,
  // A month of a unit's replies, for each order of it that lands.
  isPatient: true,
  awaited: () => [],
};
