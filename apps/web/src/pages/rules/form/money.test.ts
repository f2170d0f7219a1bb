import { describe, expect, test } from '@jest/globals';
import type { Editing } from './editing.js';
import { isMoney } from './money.js';
import type { Path } from './rule-document.js';

const editing = (rule: Record<string, unknown>) =>
  ({
    rule: { inputs: { paid: { type: 'flow' } }, ...rule },
    types: [
      {
        type: 'flow',
        label: '流水',
        fields: [
          { name: 'amountFen', label: '金额', kind: 'money', values: [], privacy: 'public' },
          { name: 'payee', label: '户名', kind: 'text', values: [], privacy: 'public' },
        ],
      },
    ],
    form: { commonFields: [] },
  }) as unknown as Editing; // what is asked of it, and no more

describe('typed in yuan, kept in fen', () => {
  const parameters = { limit: { label: '限额', unit: '分', value: 1 }, days: { label: '天数', unit: '天', value: 1 } };
  const sum = { of: 'paid', measure: 'sum', field: 'amountFen', atLeast: 1 };
  test.each<[string, Record<string, unknown>, Path, boolean]>([
    ['a parameter in fen', { parameters }, ['parameters', 'limit', 'value'], true],
    ['a row of a table of one', { parameters }, ['parameters', 'limit', 'table', 0, 'value'], true],
    ['a parameter in days', { parameters }, ['parameters', 'days', 'value'], false],
    ['what a sum of money reaches', { any: [sum] }, ['any', 0, 'atLeast'], true],
    ['how many records there are', { any: [{ ...sum, measure: 'records' }] }, ['any', 0, 'atLeast'], false],
    ['how many payees there are', { any: [{ ...sum, measure: 'distinct', field: 'payee' }] }, ['any', 0, 'atLeast'], false],
    ['the least of a share of money', { whole: sum }, ['minWhole'], true],
    ['the least that is part of a share of money', { part: sum }, ['minPart'], true],
    ['how far a sum of money lies from that of peers', { part: sum }, ['leastDistance'], true],
    ['how far a share of money lies from that of peers', { part: sum, whole: sum }, ['leastDistance'], false],
    ['the limit that parts stay below', { of: 'paid', field: 'amountFen' }, ['limit'], true],
    ['how near to it they come', { of: 'paid', field: 'amountFen' }, ['nearPercent'], false],
  ])('%s: %j', (_name, rule, path, is) => expect(isMoney(editing(rule), path)).toBe(is));
});
