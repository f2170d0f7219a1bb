import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules, describeRule, parseRule } from '../../index.js';

const rule = (written: string) =>
  parseRule(`
id: parts
version: 1
title: 化整为零
class: 微腐败
severity: low
basis: [{ document: 测试依据, demands: 测试要求 }]
description: 供测试的规则。
scope: [contractId]
inputs: { paid: { type: assets.payment } }
parameters:
  limit: { label: 限额, unit: 分, table: [{ region: '3209', value: 5000000 }, { value: 3000000 }] }
kind: split
of: paid
within: { days: 30 }
${written}
explanation: '{contractId} 共 {count} 笔。'
roles: { paid: 支出 }
examples:
  - { name: 没有, now: '2026-03-20T09:00:00+08:00', records: [{ type: assets.payment, id: e1, at: '2026-03-02T09:00:00+08:00' }], expect: [] }
`);

test.each([
  ['{ field: villageCode, limit: 100, nearPercent: 80 }', '不是整数或金额'],
  ['{ field: amountFen, limit: 0, nearPercent: 80 }', '应不小于 1'],
  ['{ field: amountFen, limit: 100, nearPercent: 100 }', '应不大于 99'],
  ['{ field: amountFen, limit: 100, nearPercent: 80, minParts: 1 }', '应不小于 2'],
  ['{ field: amountFen, limit: { parameter: limit }, nearPercent: 80 }', '须写 region'],
  ['{ field: amountFen, limit: { parameter: limit, region: nowhere }, nearPercent: 80 }', '没有字段 nowhere'],
])('%s is refused', (written, message) => {
  const lines = written.slice(2, -2).replaceAll(/, (?=limit:|nearPercent:|minParts:)/g, '\n');
  expect(() => compileRules([rule(lines)], builtInCatalogue)).toThrow(message);
});

test('in words', () => {
  const said = rule('field: amountFen\nlimit: { parameter: limit, region: villageCode }\nnearPercent: 80');
  expect(describeRule(said, builtInCatalogue)).toContain(
    '30 天内，“支出”有 2 条以上金额在限额（按表（区划 3209：50,000.00 元；其余：30,000.00 元））的 80% 至不到限额之间，合计达到限额',
  );
});
