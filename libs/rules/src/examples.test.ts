import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules, loadPack, type Evaluation, type RuleExample } from './index.js';
import { WarehouseFixture } from './testing/warehouse-fixture.js';

/** Each rule's examples are its tests: on real tables, swept and live, alone and fused with all the others. */
let fixture: WarehouseFixture;
beforeAll(async () => {
  fixture = await WarehouseFixture.open();
});
afterAll(() => fixture.close());

const rules = loadPack();
const fused = compileRules(rules, builtInCatalogue);

function expected(example: RuleExample) {
  return example.expect.map((e) => ({
    scope: e.scope,
    hit: e.hit,
    occurredAtMs: e.occurredAt === undefined ? expect.anything() : Date.parse(e.occurredAt),
    dueAtMs: e.dueAt === undefined ? null : Date.parse(e.dueAt),
    ...(e.evidence ? { evidence: e.evidence } : {}),
    ...(e.figures ? { figures: expect.objectContaining(e.figures) } : {}),
  }));
}

function actual(evaluations: readonly Evaluation[], example: RuleExample) {
  return evaluations.map((e) => {
    const wanted = example.expect.find((x) => x.scope === e.scope);
    return {
      scope: e.scope,
      hit: e.hit,
      occurredAtMs: e.hit ? e.occurredAtMs : 1,
      dueAtMs: e.dueAtMs,
      ...(wanted?.evidence ? { evidence: e.evidence.map((ref) => ref.id) } : {}),
      ...(wanted?.figures ? { figures: e.figures } : {}),
    };
  });
}

describe.each(rules)('$id', (rule) => {
  const [alone] = compileRules([rule], builtInCatalogue);
  const group = fused.find((g) => g.rules.some((r) => r.rule.id === rule.id));
  if (!alone || !group) throw new Error('not compiled');
  const types = new Set(group.recordTypes);

  it.each(rule.examples)('$name', async (example) => {
    await fixture.clear(new Set([...types, ...example.records.map((r) => r.type)]));
    const batches = await fixture.writeExamples(example.records);
    const nowMs = Date.parse(example.now);
    const swept = await fixture.evaluate(alone, nowMs, 'all');
    expect(actual(swept, example)).toEqual(expected(example));
    const live = await fixture.evaluate(alone, nowMs, await fixture.touched(alone, batches));
    expect(live).toEqual(swept);
    const together = await fixture.evaluate(group, nowMs, await fixture.touched(group, batches));
    expect(together.filter((e) => e.ruleId === rule.id)).toEqual(swept);
    expect(await fixture.evaluate(group, nowMs, 'all')).toEqual(together);
  });
});
