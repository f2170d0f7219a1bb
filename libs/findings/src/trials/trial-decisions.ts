import { z } from 'zod';
import { VERDICTS } from '../precision/verdict.js';

/**
 * What people have found out of a finding: a verdict; `unclassed`, dismissed before a class was asked; `open`, nobody has decided, or it was never
 * found before.
 */
export const TRIAL_DECISIONS = [...VERDICTS, 'unclassed', 'open'] as const;
export type TrialDecision = (typeof TRIAL_DECISIONS)[number];

export const decisionCountsSchema = z.record(z.enum(TRIAL_DECISIONS), z.int());
export type DecisionCounts = z.output<typeof decisionCountsSchema>;

/** Of a `finding f`, as SQL. */
export const DECISION_SQL = `CASE f.status WHEN 'promoted' THEN 'confirmed' WHEN 'dismissed' THEN coalesce(f.verdict, 'unclassed') ELSE 'open' END`;

export const NO_DECISIONS: DecisionCounts = { confirmed: 0, unfounded: 0, permitted: 0, 'data-error': 0, unclassed: 0, open: 0 };

export function countDecisions(decisions: Iterable<TrialDecision>): DecisionCounts {
  const counts: DecisionCounts = { ...NO_DECISIONS };
  for (const decision of decisions) counts[decision]++;
  return counts;
}
