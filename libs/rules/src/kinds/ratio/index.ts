import { closingOf } from '../../compile/closing.js';
import { summed } from '../../language/measured.js';
import type { RuleOf } from '../../language/rule.js';
import type { TimelineKind } from '../kind.js';
import { checkRatio } from './checks.js';
import { lowerRatio } from './lower.js';
import { ratioWords } from './words.js';

export const ratio: TimelineKind<RuleOf<'ratio'>> = {
  family: 'timeline',
  label: '占比',
  about: 'too large or too small a share of a whole, over all or per calendar period',
  lower: lowerRatio,
  closes: closingOf,
  check: checkRatio,
  words: ratioWords,
  figures: () => ['part', 'whole', 'percent', 'firstAtMs', 'lastAtMs'],
  measuredAs: ({ part, whole }) => [...summed('part', part), ...summed('whole', whole)],
  figureLabels: () => ({ part: '其中', whole: '总数', percent: '占比（%）', firstAtMs: '最早一次', lastAtMs: '最近一次' }),
  figuresOfTheMoment: [],
  deadlines: () => [],
  linkedTo: null,
  awaited: ({ part, whole, below, atMost }) =>
    below === undefined && atMost === undefined ? [] : [{ of: whole.of, expect: [part.of] }],
};
