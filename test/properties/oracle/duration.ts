import type { Duration, DurationClause } from '@tianyan/rules';
import { compare, endOfPeriodMs, shortestPeriodOf, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

interface State {
  of: string;
  until: readonly string[];
}

interface Stretch {
  begin: OracleRecord;
  /** What ended it. */
  by: { role: string; record: OracleRecord } | null;
  endMs: number;
}

interface Held {
  fromMs: number;
  stretches: readonly Stretch[];
  evidence: Verdict['evidence'];
  figures: Record<string, number>;
}

const MINUTE_MS = 60_000;

export function judgeDuration(rule: Duration, scope: ScopeView): Verdict {
  const stretches = stretchesOf(rule, scope);
  const pendingMs = cutsOf(stretches, scope);
  const held: Held[] = [];
  for (const clause of rule.any) {
    const one =
      clause.measure === 'percent'
        ? percent(clause, rule, stretches, scope, pendingMs)
        : lengths(clause, rule, stretches, scope, pendingMs);
    if (one) held.push(one);
  }
  const [first] = held;
  if (!first) return { ...NO_HIT, pendingMs };
  const last = first.stretches.at(-1);
  return {
    hit: true,
    occurredAtMs: Math.min(...held.map(({ fromMs }) => fromMs)),
    pendingMs,
    evidence: evidenceOf(held.flatMap(({ evidence }) => evidence)),
    figures: {
      count: first.stretches.length,
      firstAtMs: first.stretches[0]?.begin.atMs ?? 0,
      endMs: last && last.endMs <= scope.view.nowMs ? last.endMs : 0,
      ...first.figures,
    },
  };
}

/** Goes from record to record, as one who keeps the book. */
function stretchesOf({ of, until }: State, scope: ScopeView): Stretch[] {
  const begins = scope.making(of);
  const ends = until.flatMap((role) => scope.existing(role).map((record) => ({ role, record })));
  const period = shortestPeriodOf(scope.view.rule);
  const stretches: Stretch[] = [];
  let running: OracleRecord | null = null;
  const close = (begin: OracleRecord, by: Stretch['by']) => {
    const cutMs = period === null ? Number.POSITIVE_INFINITY : endOfPeriodMs(period, begin.atMs);
    if (by && by.record.atMs <= cutMs) stretches.push({ begin, by, endMs: by.record.atMs });
    else stretches.push({ begin, by: null, endMs: cutMs });
  };
  for (const record of [...new Set([...begins, ...ends.map((end) => end.record)])].sort(compare)) {
    const end = ends.find((one) => one.record === record);
    if (end && running) {
      close(running, end);
      running = null;
    }
    if (!running && begins.includes(record)) running = record;
  }
  if (running) close(running, null);
  return stretches;
}

function cutsOf(stretches: readonly Stretch[], { view: { nowMs } }: ScopeView): number[] {
  return stretches.map(({ endMs }) => endMs).filter((endMs) => endMs > nowMs && Number.isFinite(endMs));
}

function proof({ of }: State, stretches: readonly Stretch[]): Verdict['evidence'] {
  return stretches.flatMap(({ begin, by }) => [{ role: of, record: begin }, ...(by ? [by] : [])]);
}

function lengths(
  clause: Exclude<DurationClause, { measure: 'percent' }>,
  rule: Duration,
  stretches: readonly Stretch[],
  scope: ScopeView,
  pendingMs: number[],
): Held | null {
  const { nowMs } = scope.view;
  const span = clause.above ?? clause.atLeast;
  const bound = span && scope.view.spanMs(span);
  if (bound === null || bound === undefined) return null;
  const enough = clause.above ? bound + 1 : bound;
  // Instants at which each of the stretches, or all up to it, have lasted long enough, if it lasts so long.
  let earlier = 0;
  const long: Stretch[] = [];
  let fromMs: number | null = null;
  for (const stretch of stretches) {
    const reachedMs = stretch.begin.atMs + enough - (clause.measure === 'total' ? earlier : 0);
    earlier += Math.min(stretch.endMs, nowMs) - stretch.begin.atMs;
    if (clause.measure === 'total' && fromMs !== null) continue;
    if (reachedMs > stretch.endMs) continue;
    if (reachedMs > nowMs) pendingMs.push(reachedMs);
    else {
      fromMs ??= reachedMs;
      long.push(stretch);
    }
  }
  if (fromMs === null) return null;
  const shown = clause.measure === 'total' ? stretches : long;
  return { fromMs, stretches: shown, evidence: proof(rule, shown), figures: { percent: 0, wholeMinutes: 0 } };
}

function percent(
  clause: Extract<DurationClause, { measure: 'percent' }>,
  rule: Duration,
  stretches: readonly Stretch[],
  scope: ScopeView,
  pendingMs: number[],
): Held | null {
  const { nowMs } = scope.view;
  const covering = stretchesOf(clause.whole, scope);
  pendingMs.push(...cutsOf(covering, scope));
  const wholes = covering.filter(({ endMs }) => endMs <= nowMs);
  const lastMs = wholes.at(-1)?.endMs;
  const bound = scope.view.amount(clause.above ?? clause.atLeast ?? 0);
  const least = clause.minWhole ? scope.view.spanMs(clause.minWhole) : 0;
  if (lastMs === undefined || bound === null || least === null) return null;
  const counted = stretches.filter(({ endMs }) => endMs <= lastMs);
  const total = (of: readonly Stretch[]) => of.reduce((sum, { begin, endMs }) => sum + endMs - begin.atMs, 0);
  const [time, whole] = [total(counted), total(wholes)];
  if (whole <= 0 || whole < least) return null;
  if (clause.above === undefined ? 100 * time < bound * whole : 100 * time <= bound * whole) return null;
  return {
    fromMs: lastMs,
    stretches: counted,
    evidence: [...proof(rule, counted), ...proof(clause.whole, wholes)],
    figures: { percent: Math.trunc((100 * time) / whole), wholeMinutes: Math.trunc(whole / MINUTE_MS) },
  };
}
