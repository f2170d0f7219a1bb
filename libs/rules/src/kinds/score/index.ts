import type { RuleOf } from '../../language/rule.js';
import { OF_RECORDS, OF_RECORDS_LABELS, type TimelineKind } from '../kind.js';
import { checkScore } from './checks.js';
import { lowerScore } from './lower.js';
import { scoreWords } from './words.js';

export const score: TimelineKind<RuleOf<'score'>> = {
  family: 'timeline',
  label: '疑点积分',
  about: 'several weak signs about one thing: points of what other rules have found, fading with time',
  lower: lowerScore,
  check: checkScore,
  words: scoreWords,
  figures: () => [...OF_RECORDS, 'score', 'scoreThousandths', 'rules', 'threshold'],
  figureLabels: () => ({ ...OF_RECORDS_LABELS, count: '疑点数', score: '得分', rules: '涉及的规则数', threshold: '达到多少分' }),
  figuresOfTheMoment: [],
  deadlines: () => [],
  linkedTo: null,
  awaited: () => [],
};
