import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { checkRule } from '../../compile/check/index.js';
import { ruleSql } from '../../compile/index.js';
import { describeRule } from '../../explain/describe.js';
import { ruleSchema } from '../../language/rule.js';

const BASE = {
  id: 'dissatisfied-lately',
  version: 1,
  title: '近来不满意占比过高',
  class: '官僚主义',
  severity: 'medium',
  basis: [{ document: '测试', demands: '测试' }],
  description: '由测试写下的规则。',
  explanation: '由测试写下的规则。',
  scope: ['unitId', 'atMonth'],
  inputs: {
    rated: { type: 'hotline.order-event', where: { action: 'rated' } },
    bad: { type: 'hotline.order-event', where: { action: 'rated', satisfaction: 1 } },
  },
  examples: [
    {
      name: '任意',
      now: '2026-03-02T09:00:00+08:00',
      records: [{ type: 'hotline.order-event', id: 'x', at: '2026-03-02T09:00:00+08:00' }],
      expect: [],
    },
  ],
  roles: { rated: '评价', bad: '不满意' },
  kind: 'ratio',
  part: { of: 'bad' },
  whole: { of: 'rated' },
  minWhole: 3,
  above: 30,
  within: { days: 30 },
};

test('a window is said in words, and the query is the one on file', () => {
  const rule = ruleSchema.parse(BASE);
  expect(checkRule(rule, builtInCatalogue)).toEqual([]);
  expect(describeRule(rule, builtInCatalogue)).toContain('30 天内，“不满意”的条数占“评价”的条数超过 30%（后者至少 3 条才判断）');
  expect(ruleSql(rule, builtInCatalogue)).toMatchSnapshot();
});

test.each([
  [{ decide: 'closed' }, 'within'],
  [{ within: { days: 0 } }, 'within.days'],
])('what does not fit is refused where it stands: %j', (change, path) => {
  expect(checkRule(ruleSchema.parse({ ...BASE, ...change }), builtInCatalogue).map((problem) => problem.path)).toContain(path);
});
