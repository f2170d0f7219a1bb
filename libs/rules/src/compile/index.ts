export { compileRules, ruleSql, type CompiledRule, type RuleGroup } from './group.js';
export { InvalidRuleError, type RuleProblem } from './invalid-rule.js';
export { scopeKey } from './scope.js';
