/** `FirstLoad`: which record types still miss history; filled by the process. */
export const FIRST_LOAD = Symbol('FIRST_LOAD');
/** `FindingAlerts`: who is told; filled by the process. */
export const FINDING_ALERTS = Symbol('FINDING_ALERTS');
/** `readonly RuleDefinition[]`: the rules that run. */
export const RULES = Symbol('RULES');
/** `readonly EvaluationGroup[]`: the same, compiled. */
export const GROUPS = Symbol('GROUPS');
/** `(error: unknown) => void`: ends the process on an unknown error. */
export const ON_FATAL = Symbol('ON_FATAL');
