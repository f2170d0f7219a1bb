import type { Count, CountClause, Match } from '@tianyan/rules';
import { compare, field, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

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

function measure(clause: CountClause, records: readonly OracleRecord[]): number {
  if (clause.measure === 'records') return records.length;
  const values = records.map((record) => field(record, clause.field ?? '')).filter((value) => value !== null);
  return clause.measure === 'distinct' ? new Set(values).size : values.reduce<number>((sum, value) => sum + Number(value), 0);
}

function reach(clause: CountClause, scope: ScopeView): Reached | null {
  const records = scope.making(clause.of);
  const threshold = scope.view.amount(clause.atLeast);
  if (threshold === null) return null;
  const spanMs = clause.within === undefined ? Number.POSITIVE_INFINITY : scope.view.spanMs(clause.within);
  if (spanMs === null) return null;
  const windows = records.map((last, j) =>
    records.slice(0, j + 1).filter((record) => clause.within === undefined || last.atMs - record.atMs < spanMs),
  );
  const reached = windows.filter((window) => measure(clause, window) >= threshold);
  const at = reached[0]?.at(-1);
  if (!at) return null;
  const evidence = clause.within === undefined ? records : records.filter((record) => reached.some((w) => w.includes(record)));
  return { clause, at, evidence, threshold };
}
