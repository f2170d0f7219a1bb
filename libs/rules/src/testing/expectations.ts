import { expect } from '@jest/globals';
import { explain, type Evaluation, type RuleDefinition, type RuleExample } from '../index.js';

/** What an example says must come back, for `toEqual`. */
export function expected(example: RuleExample) {
  return example.expect.map((e) => ({
    scope: e.scope,
    hit: e.hit,
    occurredAtMs: e.occurredAt === undefined ? expect.anything() : Date.parse(e.occurredAt),
    dueAtMs: e.dueAt === undefined ? null : Date.parse(e.dueAt),
    ...(e.evidence ? { evidence: e.evidence } : {}),
    ...(e.figures ? { figures: expect.objectContaining(e.figures) } : {}),
    ...(e.explanation === undefined ? {} : { explanation: e.explanation }),
  }));
}

/** What the example wants to read in the explanation, where it stands there. */
function read(rule: RuleDefinition, evaluation: Evaluation, part: string) {
  const text = explain(rule, evaluation);
  return { explanation: text.includes(part) ? part : text };
}

/** What came back, cut to what the example speaks of. */
export function actual(rule: RuleDefinition, evaluations: readonly Evaluation[], example: RuleExample) {
  return evaluations.map((e) => {
    const wanted = example.expect.find((x) => x.scope === e.scope);
    return {
      scope: e.scope,
      hit: e.hit,
      occurredAtMs: e.hit ? e.occurredAtMs : 1,
      dueAtMs: e.dueAtMs,
      ...(wanted?.evidence ? { evidence: e.evidence.map((ref) => ref.id) } : {}),
      ...(wanted?.figures ? { figures: e.figures } : {}),
      ...(wanted?.explanation === undefined ? {} : read(rule, e, wanted.explanation)),
    };
  });
}
