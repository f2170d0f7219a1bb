/**
 * Limits on what people send, for both who says them (the console's API, and with it the web app) and who keeps them. Nothing is
 * imported here: it is part of what browsers load.
 */

/** Longest mapping that is brought with a file; the largest shipped one has 3,000 characters. Reading takes the square of it. */
export const MAX_MAPPING_CHARS = 64 * 1024;

/** Longest text that a person may put into one cell. */
export const MAX_PLAN_VALUE_CHARS = 2_000;
/** Changes of one plan: a group breaks in a handful of values; more is a mapping that has to be mended. */
export const MAX_PLAN_CHANGES = 50;
/** Longest raw text kept as evidence; a longer record is quarantined, not cut. */
export const MAX_RAW_CHARS = 256 * 1024;
/** A row written anew may be as long as a stored record. */
export const MAX_ROW_CHARS = MAX_RAW_CHARS;

/** With three of the four kinds of characters, too many to be tried out. */
export const MIN_PASSWORD_CHARS = 10;
/** Hashing takes the longer, the longer a password is. */
export const MAX_PASSWORD_CHARS = 256;

/** Longest text of a rule, in characters: a longer one is not a rule. */
export const MAX_RULE_CHARS = 256 * 1024;
