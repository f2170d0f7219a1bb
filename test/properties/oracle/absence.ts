import type { WorkingCalendar } from '@tianyan/calendar';
import type { Absence, AbsenceClause, BackwardClause, Expected, ForwardClause } from '@tianyan/rules';
import { deadlineOf } from './deadline.js';
import { before, compare, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

interface Violation {
  start: OracleRecord;
  occurredAtMs: number;
  evidence: { role: string; record: OracleRecord }[];
  deadlineMs: number | null;
}

export function judgeAbsence(rule: Absence, scope: ScopeView, calendar: WorkingCalendar): Verdict {
  const violations: Violation[] = [];
  const pendingMs: number[] = [];
  for (const clause of rule.any) {
    for (const start of startsOf(clause, scope)) {
      if (clause.look === 'backward') violations.push(...judgeBackward(clause, scope, start));
      else judgeForward(clause, scope, calendar, start, violations, pendingMs);
    }
  }
  if (violations.length === 0) return { ...NO_HIT, pendingMs };
  const first = [...violations].sort((a, b) => a.occurredAtMs - b.occurredAtMs || compare(a.start, b.start))[0];
  const figures: Record<string, number> = { count: violations.length };
  if (first?.deadlineMs !== null && first?.deadlineMs !== undefined) figures['deadlineMs'] = first.deadlineMs;
  return {
    hit: true,
    occurredAtMs: first?.occurredAtMs ?? null,
    pendingMs,
    evidence: evidenceOf(violations.flatMap((violation) => violation.evidence)),
    figures,
  };
}

function startsOf(clause: AbsenceClause, scope: ScopeView): readonly OracleRecord[] {
  const starts = scope.making(clause.of);
  if (clause.which === 'first') return starts.slice(0, 1);
  return clause.which === 'last' ? starts.slice(-1) : starts;
}

function judgeBackward(clause: BackwardClause, scope: ScopeView, start: OracleRecord): Violation[] {
  const spanMs = clause.within === undefined ? Number.POSITIVE_INFINITY : scope.view.spanMs(clause.within);
  if (spanMs === null) return [];
  const done = clause.expect.some((input) =>
    scope
      .existing(input)
      .some((record) => before(record, start) && (clause.within === undefined || start.atMs - record.atMs < spanMs)),
  );
  return done ? [] : [{ start, occurredAtMs: start.atMs, deadlineMs: null, evidence: [{ role: clause.of, record: start }] }];
}

function judgeForward(
  clause: ForwardClause,
  scope: ScopeView,
  calendar: WorkingCalendar,
  start: OracleRecord,
  violations: Violation[],
  pendingMs: number[],
): void {
  const { deadlineMs, moving } = deadlineOf(scope, calendar, start, clause.deadline, clause);
  if (deadlineMs === null) return;
  const answers = (list: readonly Expected[]) =>
    list
      .flatMap((expected) => {
        const { of, from } = typeof expected === 'string' ? { of: expected, from: 'start' as const } : expected;
        return scope
          .existing(of)
          .filter((record) => from === 'anytime' || before(start, record))
          .map((record) => ({ role: of, record }));
      })
      .sort((a, b) => compare(a.record, b.record));
  const expected = answers(clause.expect);
  const fulfilled = [...expected, ...answers(clause.unless)].some(({ record }) => record.atMs <= deadlineMs);
  if (fulfilled) return;
  const late = expected.find(({ record }) => record.atMs > deadlineMs);
  if (clause.lateOnly && !late) return;
  if (scope.view.nowMs <= deadlineMs) {
    if (!clause.lateOnly) pendingMs.push(deadlineMs + 1);
    return;
  }
  const evidence = [{ role: clause.of, record: start }, ...(late ? [late] : []), ...moving];
  violations.push({ start, occurredAtMs: deadlineMs + 1, deadlineMs, evidence });
}
