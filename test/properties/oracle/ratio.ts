import type { Ratio, RatioSide } from '@tianyan/rules';
import { compare, endOfPeriodMs, field, shortestPeriodOf, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

export function judgeRatio(rule: Ratio, scope: ScopeView): Verdict {
  const [parts, wholes] = [scope.making(rule.part.of), scope.making(rule.whole.of)];
  const [part, whole] = [measure(rule.part, parts), measure(rule.whole, wholes)];
  const least = scope.view.amount(rule.minWhole);
  if (least === null || whole < least || whole <= 0 || !stands(rule, scope, part, whole)) return { ...NO_HIT, pendingMs: [] };
  const last = [...parts, ...wholes].sort(compare).at(-1);
  if (!last) return { ...NO_HIT, pendingMs: [] };
  let occurredAtMs = last.atMs;
  if (rule.decide === 'closed') {
    occurredAtMs = endOfPeriodMs(shortestPeriodOf(scope.view.rule) ?? raise(), last.atMs);
    if (scope.view.nowMs < occurredAtMs) return { ...NO_HIT, pendingMs: [occurredAtMs] };
  }
  const isLack = rule.below !== undefined || rule.atMost !== undefined;
  const proof = isLack ? wholes.filter((record) => !parts.includes(record)) : parts;
  return {
    hit: true,
    occurredAtMs,
    pendingMs: [],
    evidence: evidenceOf(proof.map((record) => ({ role: isLack ? rule.whole.of : rule.part.of, record }))),
    figures: {
      part,
      whole,
      percent: Math.trunc((100 * part) / whole),
      firstAtMs: wholes[0]?.atMs ?? 0,
      lastAtMs: wholes.at(-1)?.atMs ?? 0,
    },
  };
}

function measure({ measure: what, field: name = '' }: RatioSide, records: readonly OracleRecord[]): number {
  if (what === 'records') return records.length;
  const values = records.map((record) => field(record, name)).filter((value) => value !== null);
  return what === 'distinct' ? new Set(values).size : values.reduce<number>((sum, value) => sum + Number(value), 0);
}

function stands({ above, atLeast, below, atMost }: Ratio, scope: ScopeView, part: number, whole: number): boolean {
  const bound = scope.view.amount(above ?? atLeast ?? below ?? atMost ?? 0);
  if (bound === null) return false;
  const [left, right] = [100 * part, bound * whole];
  if (above !== undefined) return left > right;
  if (atLeast !== undefined) return left >= right;
  return below !== undefined ? left < right : left <= right;
}

function raise(): never {
  throw new Error('the scope has no period');
}
