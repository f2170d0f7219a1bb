export { checkRule, parameterLimits } from './check/index.js';
export type { NumberLimits } from './check/rule-check.js';
export { fieldSql } from './columns.js';
export { MAX_COHORTS_PER_CALL, type Cohorts, type LimitedQuery } from './cohorts.js';
export { compileRules, ruleSql, type CompiledRule, type EvaluatedReach, type RuleGroup, type ScopeSlice } from './group.js';
export { inputCountQuery, scopeCountQuery, type CountedAmong, type CountQuery, type InputCount } from './input-counts.js';
export { inputTraceQuery, type InputTrace } from './input-traces.js';
export { neededInputs } from './needed-inputs.js';
export type { JudgeCosts, JudgeWith } from './scope-judge.js';
export { SharedReads } from './shared-reads.js';
export { touchedScopeSchema, type TouchedByKeys } from './touched.js';
export { InvalidRuleError, type RuleProblem } from './invalid-rule.js';
export {
  asKnownAt,
  CURRENT_RECORDS,
  MAX_PREVIEWED_RECORDS,
  preview,
  type GivenRecord,
  type RecordSource,
} from './record-source.js';
export { readsTownship } from './township-source.js';
export { currentRowsOfScopes } from './way-sql.js';
