import type { EpochMs } from '@tianyan/kernel';
import type { Evaluation } from '@tianyan/rules';
import type { EvaluationGroup } from './ports.js';

/** What the rows of a query say. @param asked null: of every scope */
export function answers(
  group: EvaluationGroup,
  nowMs: EpochMs,
  asked: ReadonlySet<string> | null,
  rows: readonly unknown[],
): readonly Evaluation[] {
  return checkedAll(
    rows.flatMap((row) => group.parseRow(row)),
    asked,
    nowMs,
  );
}

export function checkedAll(
  evaluations: readonly Evaluation[],
  asked: ReadonlySet<string> | null,
  nowMs: EpochMs,
): readonly Evaluation[] {
  return evaluations.map((evaluation) => {
    if (asked !== null && !asked.has(evaluation.scope))
      throw new Error(`${evaluation.ruleId} answers for ${evaluation.scope}, which was not asked`);
    return checked(evaluation, nowMs);
  });
}

/** A wake-up that is not later than now would be woken again and again; an answer without hit and wake-up has no row. */
function checked(evaluation: Evaluation, nowMs: EpochMs): Evaluation {
  const { ruleId, scope, hit, dueAtMs } = evaluation;
  if (dueAtMs !== null && dueAtMs <= nowMs)
    throw new Error(`${ruleId} in ${scope}: due at ${dueAtMs}, which is not later than ${nowMs}`);
  if (!hit && dueAtMs === null) throw new Error(`${ruleId} in ${scope}: neither hit nor wake-up`);
  return evaluation;
}
