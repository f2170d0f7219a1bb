import { expect, test } from '@jest/globals';
import { scopeParts, type Editing } from './editing.js';

const field = (name: string, label: string) => ({ name, label, kind: 'text', values: [], privacy: 'public' });
const editing = (rule: Record<string, unknown>) =>
  ({
    rule,
    types: [
      { type: 'step', label: '流转', fields: [field('unitId', '单位'), field('atMonth', '发生月份')] },
      { type: 'order', label: '工单', fields: [field('leadUnitId', '主办单位')] },
    ],
    form: { commonFields: [] },
  }) as unknown as Editing; // what is asked of it, and no more

test('parts of a scope are called as the fields that they are read from', () => {
  const rule = {
    scope: ['unitId', 'month', 'odd'],
    inputs: {
      order: { type: 'order', scope: { unitId: 'leadUnitId', month: 'gone' } },
      step: { type: 'step', scope: { month: 'atMonth' } },
    },
  };
  expect(scopeParts(editing(rule))).toEqual([
    { value: 'unitId', label: '主办单位' },
    { value: 'month', label: '发生月份' },
    { value: 'odd', label: 'odd' },
  ]);
});

test('of a rule without inputs they are called as any record calls them', () => {
  expect(scopeParts(editing({ scope: ['unitId', 'odd'] }))).toEqual([
    { value: 'unitId', label: '单位' },
    { value: 'odd', label: 'odd' },
  ]);
});
