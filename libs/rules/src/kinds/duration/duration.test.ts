import { describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules, describeRule, parseRule } from '../../index.js';

const rule = (any: string, of = 'signed') =>
  parseRule(`
id: state
version: 1
title: 状态时长
class: 不担当不作为
severity: low
basis: [{ document: 测试依据, demands: 测试要求 }]
description: 供测试的规则。
scope: [unitId, atDay]
inputs:
  signed: { type: hotline.order-event, where: { action: signed } }
  done: { type: hotline.order-event, where: { action: completed } }
kind: duration
of: ${of}
until: [done]
any: [${any}]
explanation: '{unitId} 共 {totalMinutes} 分钟。'
roles: { signed: 签收, done: 办结 }
examples:
  - { name: 没有, now: '2026-03-20T09:00:00+08:00', records: [{ type: hotline.order-event, id: e1, at: '2026-03-02T09:00:00+08:00' }], expect: [] }
`);

describe('what cannot be said is refused, with its place', () => {
  test.each([
    ['{ measure: longest }', '须且只须写一个'],
    ['{ measure: longest, above: { days: 1 }, atLeast: { days: 1 } }', '须且只须写一个'],
    ['{ measure: longest, above: { days: 1, boundary: inclusive } }', '不写 boundary'],
    ['{ measure: shortest, above: { days: 1 } }', 'longest（单次）、total（合计）或 percent（占比）'],
    ['{ measure: total, above: { days: 3661 } }', '最长 3660 天'],
    ['{ measure: total, above: { days: 0 } }', '应不小于 1'],
    ['{ measure: percent, whole: { of: signed, until: [ended] }, above: 10 }', '没有名为 ended 的输入'],
    ['{ measure: percent, whole: { of: signed, until: [] }, above: 10 }', '须写明状态到哪些记录为止'],
  ])('%s', (any, message) => {
    expect(() => compileRules([rule(any)], builtInCatalogue)).toThrow(message);
  });

  test('an input that there is not', () => {
    expect(() => compileRules([rule('{ measure: total, above: { days: 1 } }', 'begun')], builtInCatalogue)).toThrow('begun');
  });
});

test('in words', () => {
  const said = rule(
    '{ measure: longest, above: { minutes: 30 } }, { measure: percent, whole: { of: signed, until: [done] }, atLeast: 10, minWhole: { hours: 4 } }',
  );
  expect(describeRule(said, builtInCatalogue)).toContain(
    '从“签收”到“办结”的时间，单次超过 30 分钟；或者占从“签收”到“办结”的时间达到 10%（后者至少 4 小时）',
  );
});
