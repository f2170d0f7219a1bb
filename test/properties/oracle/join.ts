import type { WorkingCalendar } from '@tianyan/calendar';
import { startOfChinaDayMs } from '@tianyan/kernel';
import type { Join, JoinCondition, Stat } from '@tianyan/rules';
import { deadlineOf, missedFromMs } from './deadline.js';
import { before, compare, field, stands, type OracleRecord, type Reads } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';
import { byValue, statisticOf } from './statistics.js';

interface ConditionOutcome {
  holds: boolean;
  /** When it came to hold; null where it names no instant. */
  sinceMs: number | null;
  evidence: readonly { role: string; record: OracleRecord }[];
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
    const marks = new Map([[rule.subject, subject]]);
    const outcomes = rule.all.map((one) =>
      'any' in one ? judgeAny(one.any, scope, subject, marks) : judge(one, scope, subject, marks),
    );
    if (!outcomes.every(({ holds }) => holds)) continue;
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
      ...outcomes.flatMap(({ sinceMs }) => sinceMs ?? []),
    ];
    const evidence = outcomes.flatMap((outcome) => outcome.evidence);
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
    ...(first && { spoken: spokenOf(rule, first) }),
  };
}

/** The subject, and of each input that conditions look at the last record of the subject's evidence. */
function spokenOf(rule: Join, { subject, evidence }: Holding): Map<string, OracleRecord | null> {
  const counterparts = rule.all.flatMap((one) => ('any' in one ? one.any : [one])).map(({ of }) => of);
  const last = (input: string) =>
    evidence
      .filter(({ role }) => role === input)
      .map(({ record }) => record)
      .toSorted(compare)
      .at(-1) ?? null;
  return new Map([...counterparts.map((input) => [input, last(input)] as const), [rule.subject, subject]]);
}

/** From which instant the deadline of a subject is counted; 0 where none is counted. */
function startOf({ deadline }: Join, subject: OracleRecord): number {
  if (!deadline || deadline.field !== undefined) return 0;
  if (deadline.from === undefined) return subject.atMs;
  const from = field(subject, deadline.from) ?? (deadline.orAt ? subject.atMs : null);
  return typeof from === 'number' ? from : startOfChinaDayMs(String(from));
}

const FAILS: ConditionOutcome = { holds: false, sinceMs: null, evidence: [] };

/** One of them has to hold; marks of one are not seen by any other. */
function judgeAny(
  conditions: readonly JoinCondition[],
  scope: ScopeView,
  subject: OracleRecord,
  marks: ReadonlyMap<string, OracleRecord>,
): ConditionOutcome {
  const holding = conditions.map((condition) => judge(condition, scope, subject, new Map(marks))).filter(({ holds }) => holds);
  if (holding.length === 0) return FAILS;
  const instants = holding.map(({ sinceMs }) => sinceMs);
  return {
    holds: true,
    sinceMs: instants.some((instant) => instant === null) ? null : Math.min(...instants.map((instant) => instant ?? 0)),
    evidence: holding.flatMap(({ evidence }) => evidence),
  };
}

/** Steps 1 to 3: where the records stand, which of them is picked, how near it is. Null: a mark was not reached. */
function candidates(
  condition: JoinCondition,
  scope: ScopeView,
  subject: OracleRecord,
  marks: Map<string, OracleRecord>,
): OracleRecord[] | null {
  const { view } = scope;
  const linked = view.link(condition.of) !== undefined;
  let records = linked
    ? view.all(condition.of).filter((record) => record.atMs <= view.nowMs && view.linked(condition.of, record, subject))
    : [...scope.existing(condition.of)];
  const after = condition.after === undefined ? null : marks.get(condition.after);
  const beforeMark = condition.before === undefined ? null : marks.get(condition.before);
  if (after === undefined || beforeMark === undefined) return null;
  if (after) records = records.filter((record) => before(after, record));
  if (beforeMark) records = records.filter((record) => before(record, beforeMark));
  if (condition.pick === 'first') records = records.slice(0, 1);
  if (condition.pick === 'last') records = records.slice(-1);
  if (condition.within !== undefined) {
    const spanMs = view.spanMs(condition.within);
    const from = after ?? beforeMark;
    if (spanMs === null || !from) return null;
    records = records.filter((record) => Math.abs(record.atMs - from.atMs) < spanMs);
  }
  const [picked] = records;
  if (condition.mark !== undefined && picked) marks.set(condition.mark, picked);
  return records;
}

function judge(
  condition: JoinCondition,
  scope: ScopeView,
  subject: OracleRecord,
  marks: Map<string, OracleRecord>,
): ConditionOutcome {
  const found = candidates(condition, scope, subject, marks);
  if (found === null) return FAILS;
  const counted = found.filter((record) => compares(scope.view, condition, record, subject));
  const proof = (records: readonly OracleRecord[]) => records.map((record) => ({ role: condition.of, record }));
  if (condition.atLeast !== undefined) {
    const n = scope.view.amount(condition.atLeast);
    if (n === null || counted.length < n) return FAILS;
    return { holds: true, sinceMs: counted[n - 1]?.atMs ?? null, evidence: proof(counted) };
  }
  if (condition.none) return { holds: counted.length === 0, sinceMs: null, evidence: proof(found) };
  const limitOf = ({ field: name, percent = 100 }: NonNullable<JoinCondition['sumBelow']>) => {
    const [base, of] = [field(subject, name), scope.view.amount(percent)];
    return typeof base === 'number' && of !== null ? base * of : null;
  };
  if (condition.sumBelow) {
    const limit = limitOf(condition.sumBelow);
    const holds = limit !== null && 100 * sumOf(counted, condition.sumBelow.sum) < limit;
    return { holds, sinceMs: null, evidence: proof(counted) };
  }
  if (condition.sumAbove) {
    const { sum } = condition.sumAbove;
    const limit = limitOf(condition.sumAbove);
    if (limit === null || 100 * sumOf(counted, sum) <= limit) return FAILS;
    const passing = counted.find((_record, i) => 100 * sumOf(counted.slice(0, i + 1), sum) > limit);
    return { holds: true, sinceMs: passing?.atMs ?? null, evidence: proof(counted) };
  }
  if (condition.stat) return judgeStat(condition.stat, scope, subject, counted, proof(counted));
  return judgeShare(condition, scope, subject, counted, marks);
}

function judgeStat(
  wanted: Stat,
  scope: ScopeView,
  subject: OracleRecord,
  counted: readonly OracleRecord[],
  evidence: ConditionOutcome['evidence'],
): ConditionOutcome {
  const { value, per, is, percent = 100, minRecords } = wanted;
  const valueOf = (record: OracleRecord): number | null => {
    const [whole, by] = [field(record, value), per === undefined ? 1 : field(record, per)];
    if (typeof whole !== 'number' || by === null || Number(by) <= 0) return null;
    // An area is a decimal with four places.
    const tenThousandths = typeof by === 'number' && per !== 'areaMu' ? null : Math.round(Number(by) * 10_000);
    return Math.trunc(tenThousandths === null ? whole / Number(by) : (whole * 10_000) / tenThousandths);
  };
  const values = counted
    .map(valueOf)
    .filter((one) => one !== null)
    .sort(byValue);
  const own = valueOf(subject);
  const [least, share] = [scope.view.amount(minRecords), scope.view.amount(percent)];
  if (least === null || share === null || values.length < least || own === null) return FAILS;
  const found = statisticOf(wanted, values, scope.view);
  if (found === null) return FAILS;
  return stands(scope.view, 100 * own, { is }, share * found, subject) ? { holds: true, sinceMs: null, evidence } : FAILS;
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
    return { holds: true, sinceMs: record.atMs, evidence: upTo.map((one) => ({ role: condition.of, record: one })) };
  }
  return FAILS;
}

function sumOf(records: readonly OracleRecord[], name: string): number {
  return records.reduce((sum, record) => sum + Number(field(record, name) ?? 0), 0);
}

function compares(reads: Reads, condition: JoinCondition, record: OracleRecord, subject: OracleRecord): boolean {
  return (condition.compare ?? []).every(
    ({ field: name, subject: theirs, orMissing, ...test }) =>
      (orMissing === true && field(record, name) === null) ||
      stands(reads, field(record, name), test, field(subject, theirs), subject),
  );
}
