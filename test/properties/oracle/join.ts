import type { WorkingCalendar } from '@tianyan/calendar';
import { startOfChinaDayMs } from '@tianyan/kernel';
import type { Join, JoinCondition } from '@tianyan/rules';
import { deadlineOf, missedFromMs } from './deadline.js';
import { before, compare, field, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

interface ConditionOutcome {
  holds: boolean;
  /** When it came to hold; null where it names no instant. */
  sinceMs: number | null;
  evidence: readonly OracleRecord[];
  figures: Record<string, number>;
}

interface Holding {
  subject: OracleRecord;
  deadlineMs: number | null;
  startMs: number;
  occurredAtMs: number;
  evidence: { role: string; record: OracleRecord }[];
}

export function judgeJoin(rule: Join, scope: ScopeView, calendar: WorkingCalendar): Verdict {
  const holding: Holding[] = [];
  const pendingMs: number[] = [];
  for (const subject of scope.making(rule.subject)) {
    const marks = new Map<string, OracleRecord>();
    const outcomes = rule.all.map((condition) => ({ condition, outcome: judge(condition, scope, subject, marks) }));
    if (!outcomes.every(({ outcome }) => outcome.holds)) continue;
    let deadlineMs: number | null = null;
    let missedMs: number | null = null;
    if (rule.deadline) {
      ({ deadlineMs } = deadlineOf(scope, calendar, subject, rule.deadline, {}));
      if (deadlineMs === null) continue;
      missedMs = missedFromMs(rule.deadline, deadlineMs);
      if (scope.view.nowMs < missedMs) {
        pendingMs.push(missedMs);
        continue;
      }
    }
    const instants = [
      subject.atMs,
      ...(missedMs === null ? [] : [missedMs]),
      ...outcomes.flatMap(({ outcome }) => outcome.sinceMs ?? []),
    ];
    const evidence = outcomes.flatMap(({ condition, outcome }) =>
      outcome.evidence.map((record) => ({ role: condition.of, record })),
    );
    holding.push({
      subject,
      deadlineMs,
      startMs: startOf(rule, subject),
      occurredAtMs: Math.max(...instants),
      evidence: [{ role: rule.subject, record: subject }, ...evidence],
    });
  }
  if (holding.length === 0) return { ...NO_HIT, pendingMs };
  const [first] = holding.toSorted((a, b) => a.occurredAtMs - b.occurredAtMs || compare(a.subject, b.subject));
  return {
    hit: true,
    occurredAtMs: Math.min(...holding.map(({ occurredAtMs }) => occurredAtMs)),
    pendingMs,
    evidence: evidenceOf(holding.flatMap(({ evidence }) => evidence)),
    figures: { subjects: holding.length, startMs: first?.startMs ?? 0, deadlineMs: first?.deadlineMs ?? 0 },
  };
}

/** From which instant the deadline of a subject is counted; 0 where none is counted. */
function startOf({ deadline }: Join, subject: OracleRecord): number {
  if (!deadline || deadline.field !== undefined) return 0;
  if (deadline.from === undefined) return subject.atMs;
  const from = field(subject, deadline.from);
  return typeof from === 'number' ? from : startOfChinaDayMs(String(from));
}

const FAILS: ConditionOutcome = { holds: false, sinceMs: null, evidence: [], figures: {} };

function judge(
  condition: JoinCondition,
  scope: ScopeView,
  subject: OracleRecord,
  marks: Map<string, OracleRecord>,
): ConditionOutcome {
  const { view } = scope;
  const link = view.link(condition.of);
  const belonging = link
    ? view.all(condition.of).filter((record) => record.atMs <= view.nowMs && view.linked(condition.of, record, subject))
    : scope.existing(condition.of);
  let counted = belonging.filter((record) => compares(condition, record, subject));
  let compared = belonging;
  if (condition.after !== undefined) {
    const mark = marks.get(condition.after);
    const spanMs = condition.within === undefined ? Number.POSITIVE_INFINITY : view.spanMs(condition.within);
    if (mark === undefined || spanMs === null) return FAILS;
    const isInside = (record: OracleRecord) => before(mark, record) && record.atMs - mark.atMs < spanMs;
    counted = counted.filter(isInside);
    compared = compared.filter(isInside);
  }
  if (condition.atLeast !== undefined) {
    const n = view.amount(condition.atLeast);
    if (n === null || counted.length < n) return FAILS;
    return { holds: true, sinceMs: counted[n - 1]?.atMs ?? null, evidence: counted, figures: {} };
  }
  if (condition.none) return { holds: counted.length === 0, sinceMs: null, evidence: compared, figures: {} };
  if (condition.sumBelow) {
    const limit = field(subject, condition.sumBelow.field);
    const holds = typeof limit === 'number' && sumOf(counted, condition.sumBelow.sum) < limit;
    return { holds, sinceMs: null, evidence: counted, figures: {} };
  }
  return judgeShare(condition, scope, subject, counted, marks);
}

function judgeShare(
  condition: JoinCondition,
  scope: ScopeView,
  subject: OracleRecord,
  counted: readonly OracleRecord[],
  marks: Map<string, OracleRecord>,
): ConditionOutcome {
  const { share } = condition;
  if (!share) throw new Error('a condition has one test');
  const percent = scope.view.amount(share.percent);
  const whole = field(subject, share.ofField);
  if (percent === null || typeof whole !== 'number' || whole <= 0) return FAILS;
  for (const [index, record] of counted.entries()) {
    const upTo = counted.slice(0, index + 1);
    if (100 * sumOf(upTo, share.sum) < percent * whole) continue;
    marks.set(share.mark, record);
    return { holds: true, sinceMs: record.atMs, evidence: upTo, figures: {} };
  }
  return FAILS;
}

function sumOf(records: readonly OracleRecord[], name: string): number {
  return records.reduce((sum, record) => sum + Number(field(record, name) ?? 0), 0);
}

function compares(condition: JoinCondition, record: OracleRecord, subject: OracleRecord): boolean {
  return (condition.compare ?? []).every((test) => {
    const [own, theirs] = [field(record, test.field), field(subject, test.subject)];
    const equal = own !== null && theirs !== null && own === theirs;
    if (test.is === 'equals') return equal;
    if (test.is === 'differs') return !equal;
    if (own === null || theirs === null) return false;
    if (test.is === 'above') return own > theirs;
    if (test.is === 'atLeast') return own >= theirs;
    return test.is === 'below' ? own < theirs : own <= theirs;
  });
}
