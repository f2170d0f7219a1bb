import type { RuleOf } from '../../language/rule.js';
import { OF_RECORDS, OF_RECORDS_LABELS, type TimelineKind } from '../kind.js';
import { checkMatch } from './checks.js';
import { lowerMatch } from './lower.js';
import { matchWords } from './words.js';

export const match: TimelineKind<RuleOf<'match'>> = {
  family: 'timeline',
  label: '条件匹配',
  about: 'a record that is a problem by itself',
  lower: lowerMatch,
  check: checkMatch,
  words: matchWords,
  figures: () => OF_RECORDS,
  figureLabels: () => OF_RECORDS_LABELS,
  figuresOfTheMoment: [],
  deadlines: () => [],
  linkedTo: null,
  awaited: () => [],
};
