import type { Split } from '@tianyan/rules';
import { field, parameterOfRecord, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

interface Part {
  record: OracleRecord;
  value: number;
  limit: number;
}

export function judgeSplit(rule: Split, scope: ScopeView): Verdict {
  const near = scope.view.amount(rule.nearPercent);
  const least = scope.view.amount(rule.minParts);
  const spanMs = scope.view.spanMs(rule.within);
  if (near === null || least === null || spanMs === null) return { ...NO_HIT, pendingMs: [] };
  const parts = scope.making(rule.of).flatMap((record): Part[] => {
    const value = field(record, rule.field);
    const limit = typeof rule.limit === 'number' ? rule.limit : parameterOfRecord(scope.view.rule, rule.limit, record);
    if (rule.by !== undefined && field(record, rule.by) === null) return [];
    if (typeof value !== 'number' || limit === null || limit <= 0) return [];
    return value < limit && 100 * value >= near * limit ? [{ record, value, limit }] : [];
  });
  const total = (of: readonly Part[]) => of.reduce((sum, { value }) => sum + value, 0);
  const together = (a: Part, b: Part) => rule.by === undefined || field(a.record, rule.by) === field(b.record, rule.by);
  const windows = parts
    .map((last, j) =>
      parts.slice(0, j + 1).filter((part) => together(part, last) && last.record.atMs - part.record.atMs < spanMs),
    )
    .filter((window) => window.length >= least && total(window) >= (window.at(-1)?.limit ?? Infinity));
  const reached = windows[0]?.at(-1);
  if (!reached) return { ...NO_HIT, pendingMs: [] };
  const shown = parts.filter((part) => windows.some((window) => window.includes(part)));
  return {
    hit: true,
    occurredAtMs: reached.record.atMs,
    pendingMs: [],
    evidence: evidenceOf(shown.map(({ record }) => ({ role: rule.of, record }))),
    figures: {
      count: shown.length,
      sum: total(shown),
      limit: reached.limit,
      firstAtMs: shown[0]?.record.atMs ?? 0,
      lastAtMs: shown.at(-1)?.record.atMs ?? 0,
    },
  };
}
