import type { Ratio, RatioSide } from '@tianyan/rules';
import { closingMs } from './closing.js';
import { before, compare, field, measured, stands, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

export function judgeRatio(rule: Ratio, scope: ScopeView): Verdict {
  return rule.within ? judgeSliding(rule, scope, scope.view.spanMs(rule.within) ?? 0) : judgeWhole(rule, scope);
}

/** In the moment of every record of either side, over what lies within the span at and before it. */
function judgeSliding(rule: Ratio, scope: ScopeView, spanMs: number): Verdict {
  const [parts, wholes] = [recordsOf(rule.part, scope), recordsOf(rule.whole, scope)];
  const least = scope.view.amount(rule.minWhole) ?? Infinity;
  const holding = [...new Set([...parts, ...wholes])].sort(compare).flatMap((moment) => {
    const inside = (record: OracleRecord) => compare(record, moment) <= 0 && moment.atMs - record.atMs < spanMs;
    const window = { parts: parts.filter(inside), wholes: wholes.filter(inside) };
    const [part, whole] = [measured(rule.part, window.parts), measured(rule.whole, window.wholes)];
    return whole >= least && whole > 0 && isOutOfBounds(rule, scope, part, whole) ? [{ moment, ...window, part, whole }] : [];
  });
  const [first, last] = [holding[0], holding.at(-1)];
  if (!first || !last) return { ...NO_HIT, pendingMs: [] };
  const isLack = rule.below !== undefined || rule.atMost !== undefined;
  const proof = isLack ? last.wholes.filter((record) => !parts.includes(record)) : last.parts;
  return {
    hit: true,
    occurredAtMs: first.moment.atMs,
    pendingMs: [],
    evidence: evidenceOf(proof.map((record) => ({ role: isLack ? rule.whole.of : rule.part.of, record }))),
    figures: {
      part: last.part,
      whole: last.whole,
      percent: Math.trunc((100 * last.part) / last.whole),
      firstAtMs: last.wholes[0]?.atMs ?? 0,
      lastAtMs: last.wholes.at(-1)?.atMs ?? 0,
    },
  };
}

function judgeWhole(rule: Ratio, scope: ScopeView): Verdict {
  const [parts, wholes] = [recordsOf(rule.part, scope), recordsOf(rule.whole, scope)];
  const [part, whole] = [measured(rule.part, parts), measured(rule.whole, wholes)];
  const endMs = rule.decide === 'closed' ? endOfScopeMs(rule, scope) : null;
  // Until then nothing else changes the answer.
  if (endMs !== null && scope.view.nowMs < endMs) return { ...NO_HIT, pendingMs: [endMs], undecided: true };
  const least = scope.view.amount(rule.minWhole);
  if (least === null || whole < least || whole <= 0 || !isOutOfBounds(rule, scope, part, whole))
    return { ...NO_HIT, pendingMs: [] };
  const last = [...parts, ...wholes].sort(compare).at(-1);
  if (!last) return { ...NO_HIT, pendingMs: [] };
  const occurredAtMs = endMs ?? last.atMs;
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

/** Of a side: with `onlyAfter` those that have such a record before them, and it counts. */
function recordsOf({ of, onlyAfter }: RatioSide, scope: ScopeView): readonly OracleRecord[] {
  const records = scope.making(of);
  if (!onlyAfter) return records;
  const { within, compare: tests = [] } = onlyAfter;
  const spanMs = within ? scope.view.spanMs(within) : Infinity;
  return records.filter((record) =>
    scope
      .making(onlyAfter.of)
      .some(
        (earlier) =>
          before(earlier, record) &&
          spanMs !== null &&
          record.atMs - earlier.atMs < spanMs &&
          tests.every(({ field: name, to = name, ...test }) =>
            stands(scope.view, field(record, name), test, field(earlier, to), earlier),
          ),
      ),
  );
}

/** When the period is over that the scope names, by any record that no link has brought in, dated in the future or not; null: there is none. */
function endOfScopeMs(rule: Ratio, scope: ScopeView): number | null {
  const own = Object.keys(scope.view.rule.inputs).filter((name) => !scope.view.link(name));
  const [any] = own.flatMap((name) => scope.dated(name));
  return any ? closingMs(rule, scope.view, any.atMs) : null;
}

function isOutOfBounds({ above, atLeast, below, atMost }: Ratio, scope: ScopeView, part: number, whole: number): boolean {
  const bound = scope.view.amount(above ?? atLeast ?? below ?? atMost ?? 0);
  if (bound === null) return false;
  const [left, right] = [100 * part, bound * whole];
  if (above !== undefined) return left > right;
  if (atLeast !== undefined) return left >= right;
  return below !== undefined ? left < right : left <= right;
}
