import type { WorkingCalendar } from '@tianyan/calendar';
import { DAY_MS } from '@tianyan/kernel';
import type { Absence, AbsenceClause, BackwardClause, Expected, ForwardClause } from '@tianyan/rules';
import { deadlineOf, isInTime, missedFromMs } from './deadline.js';
import { before, compare, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

interface Violation {
  start: OracleRecord;
  occurredAtMs: number;
  evidence: { role: string; record: OracleRecord }[];
  deadlineMs: number | null;
  lateDays: number;
}

export function judgeAbsence(rule: Absence, scope: ScopeView, calendar: WorkingCalendar): Verdict {
  const violations: (Violation & { index: number })[] = [];
  const pendingMs: number[] = [];
  for (const [index, clause] of rule.any.entries()) {
    for (const start of startsOf(clause, scope)) {
      const found: Violation[] = [];
      if (clause.look === 'backward') found.push(...judgeBackward(clause, scope, start));
      else judgeForward(clause, scope, calendar, start, found, pendingMs);
      violations.push(...found.map((violation) => ({ ...violation, index })));
    }
  }
  if (violations.length === 0) return { ...NO_HIT, pendingMs };
  const first = [...violations].sort(
    (a, b) => a.occurredAtMs - b.occurredAtMs || a.index - b.index || compare(a.start, b.start),
  )[0];
  const figures: Record<string, number> = { count: violations.length, lateDays: first?.lateDays ?? 0 };
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
  return done
    ? []
    : [{ start, occurredAtMs: start.atMs, deadlineMs: null, lateDays: 0, evidence: [{ role: clause.of, record: start }] }];
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
  const fulfilled = [...expected, ...answers(clause.unless)].some(({ record }) =>
    isInTime(clause.deadline, record.atMs, deadlineMs),
  );
  if (fulfilled) return;
  const late = expected.find(({ record }) => !isInTime(clause.deadline, record.atMs, deadlineMs));
  if (clause.lateOnly && !late) return;
  const missedMs = missedFromMs(clause.deadline, deadlineMs);
  if (scope.view.nowMs < missedMs) {
    if (!clause.lateOnly) pendingMs.push(missedMs);
    return;
  }
  const lateDays = late ? Math.max(1, Math.ceil((late.record.atMs - deadlineMs) / DAY_MS)) : 0;
  const evidence = [{ role: clause.of, record: start }, ...(late ? [late] : []), ...moving];
  violations.push({ start, occurredAtMs: missedMs, deadlineMs, lateDays, evidence });
}
