import type { Amount, Count, CountClause, Match } from '@tianyan/rules';
import { compare, measured, parameterOfRecord, parameterValue, type OracleRecord } from './records.js';
import { evidenceOf, lengthMs, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

export function judgeMatch(rule: Match, scope: ScopeView): Verdict {
  const records = scope.making(rule.of);
  const first = records[0];
  if (!first) return { ...NO_HIT, pendingMs: [] };
  return {
    hit: true,
    occurredAtMs: first.atMs,
    pendingMs: [],
    evidence: evidenceOf(records.map((record) => ({ role: rule.of, record }))),
    figures: { count: records.length, firstAtMs: first.atMs, lastAtMs: records.at(-1)?.atMs ?? first.atMs },
  };
}

interface Reached {
  clause: CountClause;
  at: OracleRecord;
  evidence: readonly OracleRecord[];
  threshold: number;
}

export function judgeCount(rule: Count, scope: ScopeView): Verdict {
  const reached = rule.any.map((clause) => reach(clause, scope)).filter((one) => one !== null);
  const first = reached[0];
  if (!first) return { ...NO_HIT, pendingMs: [] };
  const earliest = reached.map(({ at }) => at).sort(compare)[0] ?? first.at;
  const figures: Record<string, number> = {
    count: first.evidence.length,
    threshold: first.threshold,
    firstAtMs: first.evidence[0]?.atMs ?? 0,
    lastAtMs: first.evidence.at(-1)?.atMs ?? 0,
  };
  return {
    hit: true,
    occurredAtMs: earliest.atMs,
    pendingMs: [],
    evidence: evidenceOf(reached.flatMap(({ clause, evidence }) => evidence.map((record) => ({ role: clause.of, record })))),
    figures,
  };
}

/** A number of the clause as it applies to one of its records; null: none. */
function applying(clause: CountClause, scope: ScopeView, amount: Amount, own: OracleRecord): number | null {
  if (typeof amount === 'number') return amount;
  const { rule } = scope.view;
  if (clause.details === undefined) return parameterOfRecord(rule, amount, own);
  const details = scope.existing(clause.details).at(-1);
  if (details) return parameterOfRecord(rule, amount, details);
  return parameterValue(rule.parameters[amount.parameter], { region: null, day: null, when: () => null });
}

function reach(clause: CountClause, scope: ScopeView): Reached | null {
  const records = scope.making(clause.of);
  const of = (amount: Amount, own: OracleRecord) => applying(clause, scope, amount, own);
  const windows = records.flatMap((last, j) => {
    const threshold = of(clause.atLeast, last);
    const spanMs = clause.within === undefined ? Number.POSITIVE_INFINITY : lengthMs(clause.within, (amount) => of(amount, last));
    if (threshold === null || spanMs === null) return [];
    const inside = records.slice(0, j + 1).filter((record) => last.atMs - record.atMs < spanMs);
    return measured(clause, inside) >= threshold ? [{ last, inside, threshold }] : [];
  });
  const [first] = windows;
  if (!first) return null;
  const evidence =
    clause.within === undefined ? records : records.filter((record) => windows.some(({ inside }) => inside.includes(record)));
  return { clause, at: first.last, evidence, threshold: first.threshold };
}
