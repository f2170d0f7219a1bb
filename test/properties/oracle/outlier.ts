import type { Measured, RuleOf } from '@tianyan/rules';
import { closingMs } from './closing.js';
import { compare, field, lies, measured, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type RuleView, type ScopeView, type Verdict } from './scope-view.js';
import { byValue, statisticOf } from './statistics.js';

type OutlierRule = RuleOf<'outlier'>;

/** A scope that has a figure. */
interface Figured {
  parts: readonly OracleRecord[];
  wholes: readonly OracleRecord[];
  part: number;
  whole: number;
  own: number;
  /** What its peers have in common with it. */
  peers: string;
  occurredAtMs: number;
}

/** The figures of all scopes: asked for each of them, and the same for all. */
const known = new WeakMap<RuleView, ReadonlyMap<string, Figured>>();

export function judgeOutlier(rule: OutlierRule, { view, scope }: ScopeView): Verdict {
  const figures = known.get(view) ?? figuresOf(rule, view);
  known.set(view, figures);
  const one = figures.get(scope);
  const nothing = { ...NO_HIT, pendingMs: [] };
  if (!one) return nothing;
  const values = [...figures.values()].filter(({ peers }) => peers === one.peers).map(({ own }) => own);
  const least = view.amount(rule.minPeers);
  const share = view.amount(rule.percent ?? 100);
  const statistic = statisticOf(rule, values.toSorted(byValue), view);
  if (least === null || share === null || statistic === null || values.length < least) return nothing;
  const leastPart = rule.minPart === undefined ? -Infinity : view.amount(rule.minPart);
  if (leastPart === null || one.part < leastPart) return nothing;
  if (!lies(100 * one.own, rule.is, share * statistic) || !isDistant(rule, view, one.own, statistic)) return nothing;
  const isLack = rule.whole !== undefined && (rule.is === 'below' || rule.is === 'atMost');
  const proof = isLack ? one.wholes.filter((record) => !one.parts.includes(record)) : one.parts;
  if (proof.length === 0) return nothing;
  const role = isLack && rule.whole ? rule.whole.of : rule.part.of;
  const ending = rule.whole ? 'Share' : rule.part.measure === 'sum' ? 'Sum' : 'Count';
  return {
    hit: true,
    occurredAtMs: one.occurredAtMs,
    pendingMs: [],
    evidence: evidenceOf(proof.map((record) => ({ role, record }))),
    figures: {
      [`own${ending}`]: one.own,
      [`peers${ending}`]: statistic,
      [`limit${ending}`]: Math.trunc((share * statistic) / 100),
      peers: values.length,
      ...(rule.whole ? { part: one.part, whole: one.whole } : {}),
    },
  };
}

/** As far beyond the statistic as the rule wants; a share is written in percentage points, of a hundred parts each. */
function isDistant(rule: OutlierRule, view: RuleView, own: number, statistic: number): boolean {
  if (rule.leastDistance === undefined) return true;
  const least = view.amount(rule.leastDistance);
  if (least === null) return false;
  const distance = rule.is === 'above' || rule.is === 'atLeast' ? own - statistic : statistic - own;
  return distance >= (rule.whole ? 100 * least : least);
}

function figuresOf(rule: OutlierRule, view: RuleView): ReadonlyMap<string, Figured> {
  const [parts, wholes] = [
    recordsOf(rule.part, view),
    rule.whole ? recordsOf(rule.whole, view) : new Map<string, OracleRecord[]>(),
  ];
  const leastWhole = rule.minWhole === undefined ? null : view.amount(rule.minWhole);
  const figures = new Map<string, Figured>();
  for (const scope of new Set([...parts.keys(), ...wholes.keys()])) {
    const [own, all] = [parts.get(scope) ?? [], wholes.get(scope) ?? []];
    const last = [...own, ...all].sort(compare).at(-1);
    const [part, whole] = [measured(rule.part, own), rule.whole ? measured(rule.whole, all) : 0];
    if (!last || (rule.whole && (leastWhole === null || whole < leastWhole || whole <= 0))) continue;
    const occurredAtMs = rule.decide === 'closed' ? closingMs(rule, view, last.atMs) : last.atMs;
    if (rule.decide === 'closed' && occurredAtMs > view.nowMs) continue;
    figures.set(scope, {
      parts: own,
      wholes: all,
      part,
      whole,
      own: rule.whole ? Math.trunc((10_000 * part) / whole) : part,
      peers: peersOf(rule, view, own.length > 0 ? rule.part.of : (rule.whole?.of ?? ''), last),
      occurredAtMs,
    });
  }
  return figures;
}

/** Any record of a scope says what its peers share. */
function peersOf(rule: OutlierRule, view: RuleView, input: string, record: OracleRecord): string {
  const mapped = view.rule.inputs[input]?.scope ?? {};
  return JSON.stringify(rule.among.map((part) => String(field(record, mapped[part] ?? part))));
}

/** Records that make a problem, by scope. */
function recordsOf({ of }: Measured, view: RuleView): Map<string, OracleRecord[]> {
  const { sources } = view.rule;
  const byScope = new Map<string, OracleRecord[]>();
  for (const record of view.all(of)) {
    const scope = view.scopeOf(of, record);
    if (scope === null || record.atMs > view.nowMs || view.isExcepted(of, scope, record)) continue;
    if (sources && !sources.includes(record.source)) continue;
    byScope.set(scope, [...(byScope.get(scope) ?? []), record]);
  }
  return byScope;
}
