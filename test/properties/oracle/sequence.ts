import type { Sequence } from '@tianyan/rules';
import { before, type OracleRecord } from './records.js';
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
  const candidates = rule.steps.map((step) => scope.making(step.of));
  /** The chain that ends in this record of step k, earlier steps as late as possible. */
  const chainTo = (k: number, record: OracleRecord): OracleRecord[] | null => {
    if (k === 0) return [record];
    for (const earlier of (candidates[k - 1] ?? []).toReversed()) {
      if (!neighbours(k, earlier, record)) continue;
      const chain = chainTo(k - 1, earlier);
      if (chain) return [...chain, record];
    }
    return null;
  };
  const lastStep = rule.steps.length - 1;
  const chains = (candidates[lastStep] ?? []).map((record) => chainTo(lastStep, record)).filter((chain) => chain !== null);
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
