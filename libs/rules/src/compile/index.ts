export { checkRule } from './check/index.js';
export { fieldSql } from './columns.js';
export { compileRules, ruleSql, type CompiledRule, type EvaluatedReach, type RuleGroup, type ScopeSlice } from './group.js';
export { inputCountQueries, scopeCountQuery, type CountQuery, type InputCount } from './input-counts.js';
export type { JudgeCosts, JudgeWith } from './scope-judge.js';
export { SharedReads } from './shared-reads.js';
export type { TouchedByKeys } from './touched.js';
export { InvalidRuleError, type RuleProblem } from './invalid-rule.js';
export { asKnownAt, CURRENT_RECORDS, currentRowsOfScopes, type RecordSource } from './record-source.js';
