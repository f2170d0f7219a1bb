import { describe, expect, test } from '@jest/globals';
import { numberFormatOf, PLAIN, shownNumber, shownText } from './number-format.js';

const OWN = 164;
const shown = (code: string, value: number) => shownNumber(value, numberFormatOf(OWN, code), false);

describe('a code is what a person sees', () => {
  test.each<[string, number, string]>([
    ['00000', 12, '00012'],
    ['"JS"0000', 12, 'JS0012'],
    ['!J!S0000', 12, 'JS0012'],
    ['[$JS-804]0000', 12, 'JS0012'],
    ['[$-804]0000', 12, '0012'],
    ['[Red]0000_ ', 12, '0012'],
    ['000-0000', 10_012, '001-0012'],
    ['000\\-0000', 10_012, '001-0012'],
    ['###-####', 5_551_234, '555-1234'],
    ['0000"年"00"月"', 202_303, '2023年03月'],
    ['"2024"000', 12, '2024012'],
    ['"第"0"号"', 3, '第3号'],
    ['0号', 12, '12号'],
    ['General"号"', 12, '12号'],
    ['G/通用格式"号"', 12, '12号'],
    ['"JS"General', 12, 'JS12'],
    ['0"组"', 4, '4组'],
    ['0000;-0000', -12, '-0012'],
    ['000000', 123_456_789_012, '123456789012'],
  ])('%s of %d is %s', (code, value, text) => expect(shown(code, value)).toBe(text));

  test('unless it has a fraction, which the format would round away, or lost its digits before', () => {
    expect(shown('"JS"0000', 12.5)).toBe(12.5);
    expect(shown('0000', 320_921_199_001_010_000)).toBe('3.20921E+17');
  });
});

describe('an amount is what is stored, with all its decimals', () => {
  test.each<[string, number]>([
    ['General', 1234.567],
    ['0.00', 1234.567],
    ['00.00', 3.456],
    ['#,##0', 1234.567],
    ['#,##0.00_ ;[Red]\\-#,##0.00\\ ', 44_990.255],
    ['_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', 1234.567],
    ['_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', 1234],
    ['[$¥-804]#,##0.00', 3.999],
    ['"¥"0', 12],
    ['0_);(0)', -3],
    ['0"元"', 12],
    ['0"万元"', 12],
    ['0"亩"', 12],
    ['0"元/亩"', 12],
    ['#,##0"堆"', 12],
    ['0.0"堆"', 12],
    // Ten thousands by a trick that every Chinese office knows.
    ['0!.0000', 123_456],
    ['0!.0,"万"', 123_456],
    ['#,##0,', 5000],
    ['0%', 0.123],
    ['0.00E+00', 123_456],
    ['# ?/?', 0.5],
    ['[DBNum2][$-804]General"元整"', 100],
    ['"是";;"否"', 1],
    [';;;', 5],
    ['@', 5],
    ['0.0\\d', 44_990],
    ['no format at all', 7],
  ])('%s of %d', (code, value) => expect(shown(code, value)).toBe(value));
});

describe('an instant is a date in one notation, whatever the format leaves out', () => {
  test.each<[string, number, string]>([
    ['yyyy年m月d日', 44_990, '2023-03-05'],
    ['yyyy"年"m"月"', 44_990, '2023-03-05'],
    ['m"月"', 44_990, '2023-03-05'],
    ['[$-804]aaaa', 44_990, '2023-03-05'],
    ['[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy', 44_990, '2023-03-05'],
    ['yyyy\\-mm\\-dd\\ hh:mm:ss;@', 44_990.39583333, '2023-03-05 09:30:00'],
    ['h:mm', 44_990.5, '2023-03-05 12:00:00'],
    ['h:mm', 0.75, '18:00:00'],
    ['上午/下午h"时"mm"分"', 0.75, '18:00:00'],
  ])('%s of %d', (code, value, text) => expect(shown(code, value)).toBe(text));

  test.each([14, 27, 28, 31, 36, 50, 57, 58])('built in under %d', (id) =>
    expect(shownNumber(44_990, numberFormatOf(id, undefined), false)).toBe('2023-03-05'),
  );

  test('and no number where there is no such day', () => {
    expect(shown('yyyy-mm-dd', -1)).toBe(-1);
    expect(shown('yyyy-mm-dd', 3e6)).toBe(3e6);
  });
});

test.each<[string, number, string]>([
  ['[h]:mm', 1.5, '36:00'],
  ['[h]"小时"mm"分"', 1.5, '36小时00分'],
  ['[mm]:ss', 0.5, '720:00'],
  ['[h]:mm', 0.0625, '1:30'],
])('a duration is none: %s of %d', (code, value, text) => expect(shown(code, value)).toBe(text));

test('a text keeps what its format writes around it', () => {
  expect(shownText('0012', numberFormatOf(OWN, '"JS"@'))).toBe('JS0012');
  expect(shownText('甲$&', numberFormatOf(OWN, '@"村"'))).toBe('甲$&村');
  expect(shownText('甲', numberFormatOf(OWN, '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ '))).toBe('甲');
  expect(shownText('甲', PLAIN)).toBe('甲');
});
