import { chinaDayOf } from '@tianyan/kernel';
import type { RuleOf } from '@tianyan/rules';
import { field, type OracleRecord } from './records.js';
import { evidenceOf, NO_HIT, type ScopeView, type Verdict } from './scope-view.js';

/** The queries of `arbitrary/sql.ts`, from what they say: at least `least` events of the scope, of orders that `excused` does not name. */
export function judgeSql(rule: RuleOf<'sql'>, scope: ScopeView): Verdict {
  const { view } = scope;
  const least = view.amount({ parameter: 'least' }) ?? Infinity;
  const excused = new Set<unknown>(
    rule.inputs['excused'] === undefined
      ? []
      : view
          .all('excused')
          .filter(({ atMs }) => atMs <= view.nowMs)
          .map((record) => field(record, 'orderId')),
  );
  const events = scope
    .existing('event')
    .filter((record) => (rule.sources?.includes(record.source) ?? true) && !isExcepted(record))
    .filter((record) => !excused.has(field(record, 'orderId')));
  const last = events.at(-1);
  if (!last || events.length < least || isAnswerExcepted(last.atMs)) return { ...NO_HIT, pendingMs: [] };
  return {
    hit: true,
    occurredAtMs: last.atMs,
    pendingMs: [],
    evidence: evidenceOf(events.map((record) => ({ role: 'event', record }))),
    figures: { steps: events.length },
  };

  function isExcepted(record: OracleRecord): boolean {
    return view.isExceptedBy(
      rule.exceptions.filter((exception) => exception.scope === undefined),
      'event',
      record,
    );
  }

  function isAnswerExcepted(atMs: number): boolean {
    const day = chinaDayOf(atMs);
    return rule.exceptions.some(
      ({ scope: scopes, from, to }) =>
        scopes?.includes(scope.scope) && (from === undefined || day >= from) && (to === undefined || day <= to),
    );
  }
}
