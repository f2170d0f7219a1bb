import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { creditCodeCheck, isCreditCode, isOpenCreditCode, readCreditCode } from './credit-code.js';
import { builtInCatalogue } from './catalogue.js';
import { checkMapping, compileMapping } from './mapping/index.js';

/** The example of GB 32100, and two large firms. */
const KNOWN = ['91350100M000100Y43', '914403001922038216', '9144030071526726XG'];
const SOLE_TRADER = '92320921MA1ABCDE13';
/** Satisfies both checks, and is a possible identity number. */
const IDENTITY_NUMBER = '321112198001010087';

test.each(KNOWN)('%s is a credit code, and no longer is with one character changed or two swapped', (code) => {
  expect(isCreditCode(code)).toBe(true);
  for (let i = 0; i < code.length; i++) {
    const other = code[i] === '3' ? '4' : '3';
    expect([i, isCreditCode(code.slice(0, i) + other + code.slice(i + 1))]).toEqual([i, false]);
    const [a = '', b = ''] = [code[i], code[i + 1]];
    if (b !== '' && a !== b) expect([i, isCreditCode(code.slice(0, i) + b + a + code.slice(i + 2))]).toEqual([i, false]);
  }
});

test('the number of a person is none, and the code of a sole trader is not open', () => {
  expect(isCreditCode(IDENTITY_NUMBER)).toBe(false);
  expect([isCreditCode(SOLE_TRADER), isOpenCreditCode(SOLE_TRADER)]).toEqual([true, false]);
  expect(KNOWN.every(isOpenCreditCode)).toBe(true);
});

test('nor is what has the shape of one, such as a number mistyped, whatever its check says', () => {
  const digits = (count: number) => fc.integer({ min: 0, max: 10 ** count - 1 }).map((n) => String(n).padStart(count, '0'));
  const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true });
  const birthday = day.map((at) => at.toISOString().slice(0, 10).replaceAll('-', ''));
  // Provinces of citizens; the second digit of a division is that of a credit code's kind, which is never 0.
  const province = fc.constantFrom('11', '13', '21', '32', '44', '51', '65');
  fc.assert(
    fc.property(province, digits(4), birthday, digits(3), (...parts) => {
      const body = parts.join('');
      const code = body + creditCodeCheck(body);
      fc.pre(/[\dX]$/.test(code));
      expect([code, isCreditCode(code), readCreditCode(code)]).toEqual([code, false, null]);
    }),
  );
});

test('it is read as people write it', () => {
  expect(readCreditCode(' 9144 0300-7152 6726xg ')).toBe('9144030071526726XG');
  expect(readCreditCode('９１４４０３００７１５２６７２６ＸＧ')).toBe('9144030071526726XG');
  for (const text of ['', '无', '91440300715267', '9144030071526726XH']) expect(readCreditCode(text)).toBeNull();
});

const INVOICES = checkMapping({
  mapping: 'invoices',
  label: '票据',
  records: [
    {
      type: 'assets.invoice',
      id: '票据号',
      at: '开票日期',
      fields: {
        invoiceNo: '票据号',
        townshipCode: { value: 'T1' },
        villageCode: { value: 'V1' },
        seller: '开票方',
        sellerCreditCode: { from: ['统一社会信用代码', '证件号码'] },
        amountFen: { from: '金额', as: 'yuan' },
        issuedOn: '开票日期',
      },
    },
  ],
});

function mapped(cell: string | number) {
  const mapper = compileMapping(INVOICES, builtInCatalogue, {
    source: 's',
    digest: String,
    clock: { nowMs: () => Date.UTC(2026, 6) },
  });
  const row = { 票据号: 'P1', 开票日期: '2026-03-02', 开票方: '甲', 金额: '1', 统一社会信用代码: cell };
  const { records, refusals, notes } = mapper.map(row, '{}');
  expect(refusals).toEqual([]);
  return { code: records[0]?.record.fields?.['sellerCreditCode'], notes };
}

test('a record is taken without what is no credit code, which is told and not repeated', () => {
  expect(mapped('９１４４０３００７１５２６７２６xg')).toEqual({ code: '9144030071526726XG', notes: [] });
  for (const nothing of ['', '无', '/']) expect(mapped(nothing)).toEqual({ code: null, notes: [] });
  for (const wrong of [IDENTITY_NUMBER, '9144030071526726XH', 914403001922038300, '9.14403E+17', '#N/A']) {
    const { code, notes } = mapped(wrong);
    expect([wrong, code, notes.length]).toEqual([wrong, null, 1]);
    expect(JSON.stringify(notes)).not.toContain(IDENTITY_NUMBER);
  }
});
