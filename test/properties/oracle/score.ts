import type { Score } from '@tianyan/rules';
import { field, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

interface Moment {
  at: OracleRecord;
  speaking: readonly OracleRecord[];
  thousandths: number;
  rules: number;
}

export function judgeScore(rule: Score, scope: ScopeView): Verdict {
  const { view } = scope;
  const threshold = view.amount(rule.threshold) ?? Infinity;
  const least = view.amount(rule.atLeastRules) ?? Infinity;
  const signs = scope.making(rule.of).filter((record) => pointsOf(rule, scope, record) > 0);
  const reached = signs
    .map((_sign, j) => momentOf(rule, scope, signs.slice(0, j + 1)))
    .filter(({ thousandths, rules }) => thousandths >= 1_000 * threshold && rules >= least);
  const [first, last] = [reached[0], reached.at(-1)];
  if (!first || !last) return { ...NO_HIT, pendingMs: [] };
  return {
    hit: true,
    occurredAtMs: first.at.atMs,
    pendingMs: [],
    evidence: evidenceOf(last.speaking.map((record) => ({ role: rule.of, record }))),
    figures: {
      score: Math.floor(last.thousandths / 1_000),
      scoreThousandths: last.thousandths,
      rules: last.rules,
      count: last.speaking.length,
      threshold,
      firstAtMs: last.speaking[0]?.atMs ?? 0,
      lastAtMs: last.speaking.at(-1)?.atMs ?? 0,
    },
  };
}

/** At the last of these findings. */
function momentOf(rule: Score, scope: ScopeView, signs: readonly OracleRecord[]): Moment {
  const at = signs.at(-1);
  if (!at) throw new Error('a moment is that of a record');
  const spanMs = rule.within ? (scope.view.spanMs(rule.within) ?? 0) : Infinity;
  const worth = (record: OracleRecord) => {
    if (at.atMs - record.atMs >= spanMs) return 0;
    let value = 1_000 * pointsOf(rule, scope, record);
    const halfLifeDays = rule.halfLifeDays === undefined ? null : scope.view.amount(rule.halfLifeDays);
    if (halfLifeDays === null) return value;
    for (let days = halfLifeDays; record.atMs + days * DAY_MS <= at.atMs && value > 0; days += halfLifeDays) value /= 2;
    return Math.floor(value);
  };
  const speaking = signs.filter((record) => worth(record) > 0);
  return {
    at,
    speaking,
    thousandths: speaking.reduce((sum, record) => sum + worth(record), 0),
    rules: new Set(speaking.map((record) => field(record, 'ruleId'))).size,
  };
}

function pointsOf({ weights }: Score, scope: ScopeView, record: OracleRecord): number {
  const byRule = weights.rules?.[String(field(record, 'ruleId'))];
  const bySeverity = Object.entries(weights.severity ?? {}).find(([name]) => name === field(record, 'severity'))?.[1];
  return scope.view.amount(byRule ?? bySeverity ?? weights.others) ?? 0;
}
