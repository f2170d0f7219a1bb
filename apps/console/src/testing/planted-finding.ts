import type { Evaluation } from '@tianyan/rules';
import { COUNTY_NOW_MS } from './console-fixture.js';

/** What the rule of returned orders says of a scope: a hit now, without evidence. */
export function returnedOften(scope: string, subjects: Evaluation['subjects'], returns = 3): Evaluation {
  return {
    ruleId: 'order-ping-pong',
    scope,
    hit: true,
    occurredAtMs: COUNTY_NOW_MS,
    dueAtMs: null,
    evidence: [],
    figures: { returns },
    subjects,
  };
}
