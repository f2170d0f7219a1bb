import type { Sequence } from '@tianyan/rules';
import { before, field, stands, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

/** Tries every chain: slow, and with nothing in it to be wrong about. */
export function judgeSequence(rule: Sequence, scope: ScopeView): Verdict {
  const neighbours = (k: number, earlier: OracleRecord, later: OracleRecord): boolean => {
    const step = rule.steps[k];
    if (!step || !before(earlier, later)) return false;
    if (step.within !== undefined) {
      const spanMs = scope.view.spanMs(step.within);
      if (spanMs === null || later.atMs - earlier.atMs >= spanMs) return false;
    }
    return !(step.notBetween ?? []).some((input) =>
      scope.existing(input).some((record) => before(earlier, record) && before(record, later)),
    );
  };
  /** Whether the records of the steps so far, the first first, keep what the last of them demands of earlier ones. */
  const keepsCompare = (chain: readonly OracleRecord[]): boolean => {
    const own = chain.at(-1);
    return (rule.steps[chain.length - 1]?.compare ?? []).every(({ field: name, step: n, to = name, ...test }) => {
      const other = chain[n - 1];
      return own !== undefined && other !== undefined && stands(scope.view, field(own, name), test, field(other, to), other);
    });
  };
  const candidates = rule.steps.map((step) => scope.making(step.of));
  /** The chain that ends in these records of steps k, k + 1 and so on, earlier steps as late as possible. */
  const chainTo = (k: number, tail: readonly OracleRecord[]): readonly OracleRecord[] | null => {
    const [record] = tail;
    if (!record) return null;
    if (k === 0) return tail.every((_one, i) => keepsCompare(tail.slice(0, i + 1))) ? tail : null;
    for (const earlier of (candidates[k - 1] ?? []).toReversed()) {
      if (!neighbours(k, earlier, record)) continue;
      const chain = chainTo(k - 1, [earlier, ...tail]);
      if (chain) return chain;
    }
    return null;
  };
  const lastStep = rule.steps.length - 1;
  const chains = (candidates[lastStep] ?? []).map((record) => chainTo(lastStep, [record])).filter((chain) => chain !== null);
  const chain = chains[0];
  const first = chain?.[0];
  const last = chain?.at(-1);
  if (!chain || !first || !last) return { ...NO_HIT, pendingMs: [] };
  return {
    hit: true,
    occurredAtMs: last.atMs,
    pendingMs: [],
    evidence: evidenceOf(chain.map((record, k) => ({ role: rule.steps[k]?.of ?? '', record }))),
    figures: { count: chains.length, firstAtMs: first.atMs, lastAtMs: last.atMs },
  };
}
