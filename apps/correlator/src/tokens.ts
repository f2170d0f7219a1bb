/** `Correlator`: all that `composeCorrelator` made. */
export const CORRELATOR = Symbol('CORRELATOR');
/** `FirstLoad`: which record types still miss history; filled by the process. */
export const FIRST_LOAD = Symbol('FIRST_LOAD');
/** `readonly RuleText[]`: the rules of the files that the process was started with. */
export const RULES = Symbol('RULES');
/** `(error: unknown) => void`: ends the process on an unknown error. */
export const ON_FATAL = Symbol('ON_FATAL');
