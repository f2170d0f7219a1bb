import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFlag, readInteger, readPercent, readScaled } from './numbers.js';

/** As accountants write an amount of fen in yuan. */
function yuanText(fen: number, { thousands, sign }: { thousands: boolean; sign: string }): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  const whole = digits.slice(0, -2);
  const grouped = thousands ? whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') : whole;
  return `${fen < 0 ? '-' : ''}${sign}${grouped}.${digits.slice(-2)}`;
}

describe('money', () => {
  test('is exact to the fen however large and however it is written', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.boolean(), fc.constantFrom('', '¥', '￥'), (fen, thousands, sign) => {
        // Of a negative amount the sign of the currency stands behind the minus; nobody writes it in front.
        expect(readScaled(yuanText(fen, { thousands, sign: fen < 0 ? '' : sign }), 2, 'refuse')).toBe(fen);
      }),
    );
  });

  test.each([
    ['１，２３４．５０', 123_450],
    ['(1,234.50)', -123_450],
    ['1234.5元', 123_450],
    ['¥ 1 234.50', 123_450],
    ['+0.10', 10],
    ['-0.00', 0],
    [1234.5, 123_450],
    [0.1 + 0.2, 30],
  ])('%s is read', (value, fen) => {
    expect(readScaled(value, 2, 'refuse')).toBe(fen);
    expect(Object.is(readScaled(value, 2, 'refuse'), -0)).toBe(false);
  });

  test.each([['12,34.50'], ['1.2.3'], ['--5'], ['约100'], ['5万'], ['1E+05'], ['90071992547409.93'], [Number.NaN], [true]])(
    '%s is refused, and not bent',
    (value) => {
      expect(() => readScaled(value, 2, 'refuse')).toThrow();
    },
  );

  test('finer than a fen is rounded only as the mapping says, away from zero and towards it alike', () => {
    expect(() => readScaled('10.005', 2, 'refuse')).toThrow('精确到了分以下');
    expect([readScaled('10.005', 2, 'half-up'), readScaled('-10.005', 2, 'half-up')]).toEqual([1001, -1001]);
    expect([readScaled('10.0049', 2, 'half-up'), readScaled('10.009', 2, 'floor'), readScaled('-10.009', 2, 'floor')]).toEqual([
      1000, 1000, -1000,
    ]);
    expect(readScaled('10.000', 2, 'refuse')).toBe(1000);
  });

  test('that is said to be yuan is not read in units of ten thousand', () => {
    expect(readScaled('3.5', 6, 'refuse')).toBe(3_500_000);
    expect(() => readScaled('35000元', 6, 'refuse')).toThrow('as: yuan');
  });
});

test('a whole number is one', () => {
  expect([readInteger('1,000'), readInteger(7), readInteger('-3')]).toEqual([1000, 7, -3]);
  for (const value of ['1.5', '9007199254740993', 1e300, 'x', false]) expect(() => readInteger(value)).toThrow();
});

test('a share is one of a hundred where it says so, and where the column is read as such', () => {
  expect([readPercent('95%'), readPercent('95 ％'), readPercent('95'), readPercent(0.5)]).toEqual([0.95, 0.95, 0.95, 0.005]);
});

test('yes and no are known in a few ways, and nothing else is either', () => {
  expect(['是', '有', 'TRUE', 'Y', '1', 1, '√', true].map(readFlag)).not.toContain(false);
  expect(['否', '无', 'False', 'n', '0', 0, '×', false].map(readFlag)).not.toContain(true);
  for (const value of ['', '可能', 2, 'ok']) expect(() => readFlag(value)).toThrow('不是“是”或“否”');
});
