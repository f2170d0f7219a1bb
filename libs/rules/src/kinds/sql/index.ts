import { MINUTE_MS } from '@tianyan/kernel';
import type { RuleOf } from '../../language/rule.js';
import type { RelationalKind } from '../kind.js';
import { checkSql } from './checks.js';
import { QUERY_SETTINGS } from '../../compile/whole-query.js';
import { asksForNow } from './check-query.js';
import { sqlQuery } from './query.js';
import { sqlWords } from './words.js';

export const sql: RelationalKind<RuleOf<'sql'>> = {
  family: 'relational',
  label: '专家查询',
  about: 'one SELECT over the records, for what no other kind says; judged at a stated rate, whole or by the cohorts touched',
  query: sqlQuery,
  readsScopes: false,
  settings: QUERY_SETTINGS,
  cohorts: ({ group, query }) =>
    group === undefined || asksForNow(query) ? null : { parts: group, closes: null, isUnproven: true },
  everyMs: ({ everyMinutes }) => everyMinutes * MINUTE_MS,
  check: checkSql,
  words: sqlWords,
  figures: ({ numbers }) => Object.keys(numbers),
  figureLabels: ({ numbers }) => numbers,
  figuresOfTheMoment: [],
  deadlines: () => [],
  linkedTo: null,
  awaited: () => [],
};
