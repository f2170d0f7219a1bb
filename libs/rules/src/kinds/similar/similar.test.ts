import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { checkRule } from '../../compile/check/index.js';
import { describeRule } from '../../explain/describe.js';
import { ruleSchema } from '../../language/rule.js';

const BASE = {
  id: 'reply-copied',
  version: 1,
  title: '答复雷同',
  class: '形式主义',
  severity: 'medium',
  basis: [{ document: '测试', demands: '测试' }],
  description: '由测试写下的规则。',
  explanation: '由测试写下的规则。',
  scope: ['unitId', 'atMonth'],
  inputs: { applied: { type: 'hotline.order-event', where: { action: 'completion-applied' } } },
  parameters: { least: { label: '雷同', unit: '%', value: 40 } },
  examples: [
    {
      name: '任意',
      now: '2026-03-02T09:00:00+08:00',
      records: [{ type: 'hotline.order-event', id: 'x', at: '2026-03-02T09:00:00+08:00' }],
      expect: [],
    },
  ],
  kind: 'similar',
  of: 'applied',
  field: 'note',
  percent: 80,
  different: 'orderId',
  atLeast: 3,
  within: { days: 30 },
};

test('is said in words', () => {
  expect(describeRule(ruleSchema.parse(BASE), builtInCatalogue)).toContain(
    '30 天内，不同工单编号的“工单流转记录”，说明（至少 20 字）相同的字对达到 80% 的，连同它自己有 3 份以上',
  );
});

test.each([
  [{ of: 'reply' }, 'field'],
  [{ field: 'reply' }, 'field'],
  [{ field: 'satisfaction' }, 'field'],
  [{ different: 'order' }, 'different'],
  [{ percent: 49 }, 'percent'],
  [{ percent: 101 }, 'percent'],
  [{ percent: { parameter: 'least' } }, 'percent'],
  [{ minLength: 4 }, 'minLength'],
  [{ minLength: 1_001 }, 'minLength'],
  [{ atLeast: 1 }, 'atLeast'],
  [{ within: { days: 0 } }, 'within.days'],
  // What was written stays in the evidence.
  [{ figures: { text: 'applied.note' } }, 'figures.text'],
])('what does not fit is refused where it stands: %j', (change, path) => {
  expect(checkRule(ruleSchema.parse({ ...BASE, ...change }), builtInCatalogue).map((problem) => problem.path)).toContain(path);
});

test('as it stands nothing is wrong', () => {
  expect(checkRule(ruleSchema.parse(BASE), builtInCatalogue)).toEqual([]);
});
