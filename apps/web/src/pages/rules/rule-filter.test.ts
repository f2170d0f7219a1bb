import { expect, test } from '@jest/globals';
import { hasWords, passesRuleFilter, ruleFilterOf, type RuleFilter } from './rule-filter.js';

const rule = {
  id: 'order-ping-pong',
  title: '工单反复退回',
  about: '同一工单被承办单位退回三次以上。',
  classLabel: '不担当不作为',
  kindLabel: '次数',
  severity: 'high',
  reads: ['热线工单', '办理过程'],
  progress: 'sweeping',
  shadowVersion: null,
} as const;

test.each<[RuleFilter, boolean]>([
  [{}, true],
  [{ text: '退回 三次' }, true],
  [{ text: 'Ping-Pong' }, true],
  [{ text: '退回 合同' }, false],
  [{ state: 'waiting' }, true],
  [{ state: 'live' }, false],
  [{ state: 'shadow' }, false],
  [{ reads: '办理过程', severity: 'high' }, true],
  [{ reads: '合同' }, false],
  [{ severity: 'low' }, false],
  [{ class: '形式主义' }, false],
])('%j: %s', (filter, passes) => {
  expect(passesRuleFilter(rule, filter)).toBe(passes);
});

test('what an address says is read, and what it cannot mean is left out', () => {
  const read = (address: string) => ruleFilterOf(new URLSearchParams(address));
  expect(read('state=off&severity=high&reads=热线工单&class=形式主义&text=退回')).toEqual({
    state: 'off',
    severity: 'high',
    reads: '热线工单',
    class: '形式主义',
    text: '退回',
  });
  expect(read('state=gone&severity=huge&text=')).toEqual({});
});

test('no words are in every text', () => {
  expect([hasWords(['规则']), hasWords(['规则'], ' '), hasWords(['规则'], '规')]).toEqual([true, true, true]);
});
