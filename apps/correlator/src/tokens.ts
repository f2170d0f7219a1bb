/** `FirstLoad`: which record types still miss history; filled by the process. */
export const FIRST_LOAD = Symbol('FIRST_LOAD');
/** `FindingAlerts`: who is told; filled by the process. */
export const FINDING_ALERTS = Symbol('FINDING_ALERTS');
/** `readonly RuleText[]`: the rules of the files that the process was started with. */
export const RULES = Symbol('RULES');
/** `(error: unknown) => void`: ends the process on an unknown error. */
export const ON_FATAL = Symbol('ON_FATAL');
