import type { RuleOf } from '../../language/rule.js';
import type { TimelineKind } from '../kind.js';
import { checkRotation } from './checks.js';
import { lowerRotation } from './lower.js';
import { rotationWords } from './words.js';

export const rotation: TimelineKind<RuleOf<'rotation'>> = {
  family: 'timeline',
  label: '成员重合',
  about: 'the same members again and again in several sets (bidders of auctions), who take turns in winning',
  lower: lowerRotation,
  check: checkRotation,
  words: rotationWords,
  figures: () => ['sets', 'members', 'winners', 'involved', 'firstAtMs', 'lastAtMs'],
  figureLabels: () => ({
    sets: '重合的组数',
    members: '成员数',
    winners: '胜出者数',
    involved: '涉及的组数',
    firstAtMs: '最早一次',
    lastAtMs: '最近一次',
  }),
  figuresOfTheMoment: [],
  deadlines: () => [],
  linkedTo: null,
  awaited: () => [],
};
