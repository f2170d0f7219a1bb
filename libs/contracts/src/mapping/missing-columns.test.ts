import { expect, test } from '@jest/globals';
import { checkMapping } from './mapping.js';
import { amountColumns, missingColumns } from './missing-columns.js';

const mapping = checkMapping({
  mapping: 'test',
  label: '收支',
  file: { header: ['凭证号'] },
  skip: {
    any: [
      { from: '凭证号', present: false },
      { from: '行别', is: '合计' },
    ],
  },
  public: ['版面'],
  records: [
    {
      type: 'assets.payment',
      id: { join: ['凭证号', { value: 'x' }] },
      at: { from: ['支付时间', '记账时间'] },
      delete: { when: { from: '状态', is: '作废' }, at: '作废时间' },
      fields: {
        amountFen: {
          choose: [
            { when: { from: '收入', present: true }, take: { from: '收入', as: 'yuan' } },
            { when: { from: '支出', present: true }, take: { from: '支出', as: 'yuan' } },
          ],
        },
        direction: {
          choose: [
            { when: { from: '收入', present: true }, take: { value: 'in' } },
            { when: { from: '方向', is: '支' }, take: { value: 'out' } },
          ],
        },
        termMonths: { from: '租期', times: { from: '租期单位', factors: { 年: 12 } } },
      },
    },
  ],
});

const missing = (...present: string[]) => missingColumns(mapping, new Set(present)).map((choice) => choice.join('|'));

test('all that a mapping names is asked for, of alternatives one; what it merely declares harmless is not', () => {
  const all = ['凭证号', '行别', '支付时间', '状态', '作废时间', '收入', '方向', '租期', '租期单位'];
  expect(missing(...all)).toEqual([]);
  expect(missing(...all.filter((column) => column !== '支付时间'), '记账时间')).toEqual([]);
  expect(missing()).toEqual([
    '凭证号',
    '行别',
    '支付时间|记账时间',
    '作废时间',
    '收入|支出',
    '方向',
    '收入',
    '租期',
    '租期单位',
    '状态',
  ]);
});

test('columns of money, through the branches of a choice', () => {
  expect([...amountColumns(mapping)]).toEqual(['收入', '支出']);
});
