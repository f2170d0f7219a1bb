import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { checkRule } from '../../compile/check/index.js';
import { ruleSql } from '../../compile/index.js';
import { describeRule } from '../../explain/describe.js';
import { ruleSchema } from '../../language/rule.js';

const BASE = {
  id: 'many-signs',
  version: 1,
  title: '疑点集中',
  class: '不担当不作为',
  severity: 'medium',
  basis: [{ document: '测试', demands: '测试' }],
  description: '由测试写下的规则。',
  explanation: '{unitId} 积 {score} 分。',
  scope: ['unitId'],
  inputs: { sign: { type: 'platform.finding' }, step: { type: 'hotline.order-event' } },
  parameters: { points: { label: '分', value: 1_001 } },
  examples: [
    {
      name: '任意',
      now: '2026-03-02T09:00:00+08:00',
      records: [{ type: 'platform.finding', id: 'x', at: '2026-03-02T09:00:00+08:00' }],
      expect: [],
    },
  ],
  kind: 'score',
  of: 'sign',
  weights: { rules: { 'order-overdue': 4 }, severity: { high: 3 }, others: 1 },
  halfLifeDays: 30,
  within: { days: 180 },
  threshold: 6,
  atLeastRules: 2,
};

test('is said in words', () => {
  expect(describeRule(ruleSchema.parse(BASE), builtInCatalogue)).toContain(
    '180 天内，“疑点”的分值（规则 order-overdue 的 4 分、严重的 3 分、其余 1 分，每过 30 天减半）合计达到 6 分，且出自至少 2 条不同的规则',
  );
});

test.each([
  [{ of: 'step' }, 'of'],
  [{ of: 'nobody' }, 'of'],
  // A rule over itself.
  [{ weights: { rules: { 'many-signs': 1 } } }, 'weights.rules.many-signs'],
  [{ weights: { rules: { 'order-overdue': -1 } } }, 'weights.rules.order-overdue'],
  [{ weights: { severity: { low: 1_001 } } }, 'weights.severity.low'],
  [{ weights: { others: { parameter: 'points' } } }, 'weights.others'],
  [{ halfLifeDays: 0 }, 'halfLifeDays'],
  [{ halfLifeDays: 3_661 }, 'halfLifeDays'],
  [{ within: { days: 0 } }, 'within.days'],
  [{ threshold: 0 }, 'threshold'],
  [{ atLeastRules: 0 }, 'atLeastRules'],
])('what does not fit is refused where it stands: %j', (change, path) => {
  expect(checkRule(ruleSchema.parse({ ...BASE, ...change }), builtInCatalogue).map((problem) => problem.path)).toContain(path);
});

test('weights that give nobody a point are refused', () => {
  expect(() => ruleSchema.parse({ ...BASE, weights: {} })).toThrow('至少写一个');
});

test('as it stands nothing is wrong, and the query is the one on file', () => {
  const rule = ruleSchema.parse(BASE);
  expect(checkRule(rule, builtInCatalogue)).toEqual([]);
  expect(ruleSql(rule, builtInCatalogue)).toMatchSnapshot();
});
