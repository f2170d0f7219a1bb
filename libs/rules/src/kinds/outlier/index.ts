import { MINUTE_MS } from '@tianyan/kernel';
import { QUERY_SETTINGS } from '../../compile/whole-query.js';
import { summed } from '../../language/measured.js';
import type { RuleOf } from '../../language/rule.js';
import type { RelationalKind } from '../kind.js';
import { checkOutlier } from './checks.js';
import { figureLabelsOf, figuresOf, measuredAs, sharesOf } from './figures.js';
import { outlierCohorts, outlierQuery } from './query.js';
import { outlierWords } from './words.js';

export const outlier: RelationalKind<RuleOf<'outlier'>> = {
  family: 'relational',
  label: '与同类比',
  about:
    "a scope's own figure of a period (a share, a number, a sum) far from that of its peers; judged at a rate, each set of peers by itself",
  query: outlierQuery,
  readsScopes: true,
  cohorts: outlierCohorts,
  settings: QUERY_SETTINGS,
  everyMs: ({ everyMinutes }) => everyMinutes * MINUTE_MS,
  check: checkOutlier,
  words: outlierWords,
  figures: figuresOf,
  sums: ({ part, whole }) => summed(whole ? 'part' : 'ownSum', part),
  measuredAs,
  shares: sharesOf,
  figureLabels: figureLabelsOf,
  figuresOfTheMoment: [],
  deadlines: () => [],
  linkedTo: null,
  awaited: ({ part, whole, is }) => (whole && (is === 'below' || is === 'atMost') ? [{ of: whole.of, expect: [part.of] }] : []),
};
