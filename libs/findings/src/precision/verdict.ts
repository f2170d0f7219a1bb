/**
 * What a person has found out about a finding:
 * - `confirmed` (属实): it was made a clue;
 * - `unfounded` (不属实): what it says did not happen;
 * - `permitted` (政策允许): it happened, and a rule of the state or the county permits it;
 * - `data-error` (数据错误): a record said what was not so.
 */
export const VERDICTS = ['confirmed', 'unfounded', 'permitted', 'data-error'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Why a finding is dismissed. */
export type DismissalClass = Exclude<Verdict, 'confirmed'>;

/**
 * Of a `finding f` or its tallies, as SQL: a person has decided about it. Such a decision stands whatever the data say since; what they no longer
 * support is counted among the checked as before.
 */
export const DECIDED_SQL = `f.status IN ('dismissed', 'promoted')`;

/** As SQL: what a rule's share of confirmed ones is a share of, see `precisionOf`. */
export const CHECKED_SQL = `${DECIDED_SQL} AND f.verdict IS DISTINCT FROM 'data-error'`;
