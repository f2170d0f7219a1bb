import { isShortened } from './cells.js';
import type { Rounding } from './value-spec.js';
import { ValueProblem } from './problems.js';

const PLAIN = /^[+-]?\d+(\.\d+)?$/;
const THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/;
/** What people put around an amount. */
const DECORATION = /^[¥￥]|元$/g;

/** Decimal text of a number as it stands in a file: thousands commas, full-width digits and currency signs removed. */
function decimalText(value: string): string {
  let text = value;
  if (!PLAIN.test(text)) {
    text = undecorated(text.normalize('NFKC').replaceAll(/\s/g, ''));
    // Accountants' notation of a negative amount.
    const inParentheses = /^\((.*)\)$/.exec(text)?.[1];
    if (inParentheses !== undefined) text = `-${undecorated(inParentheses)}`;
    if (THOUSANDS.test(text)) text = text.replaceAll(',', '');
  }
  if (isShortened(value)) throw new ValueProblem('是科学记数法，位数不全，请在来源文件中改成完整的数字后重新导出', value);
  if (!PLAIN.test(text)) throw new ValueProblem(/[万亿]/.test(text) ? NOT_CONVERTED : '不是数字', value);
  return text;
}

const NOT_CONVERTED = '不是数字：格子里写的“万”“亿”不会自动换算，请在映射里写明怎样读（见映射参考“金额的单位”）';

function undecorated(text: string): string {
  return text.replaceAll(DECORATION, '').replace(/^¥/, '');
}

export function readNumber(value: string | number | boolean): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'string') throw new ValueProblem('不是数字', value);
  return Number(decimalText(value));
}

export function readPercent(value: string | number | boolean): number {
  if (typeof value === 'string' && /[%％]\s*$/.test(value)) return readNumber(value.replace(/[%％]\s*$/, '')) / 100;
  return readNumber(value) / 100;
}

export function readInteger(value: string | number | boolean): number {
  const number = readNumber(value);
  if (!Number.isSafeInteger(number)) throw new ValueProblem('不是整数', value);
  return number;
}

/** Decimal places of a yuan in fen. */
const YUAN_DIGITS = 2;
const ENDS_IN_YUAN = /(?<![万亿])\s*元\s*[)）]?\s*$/;

/**
 * The decimal times 10^digits as an exact whole number; binary floating point would lose fen in large sums.
 * What is finer than a fen is rounded only as the mapping says. Of a number cell fifteen digits count: the ones behind are
 * an artefact of how spreadsheets calculate.
 */
export function readScaled(value: string | number | boolean, digits: number, rounding: Rounding): number {
  if (typeof value === 'number') {
    const scaled = Number((value * 10 ** digits).toPrecision(15));
    const whole = Number.isInteger(scaled) ? scaled : rounded(scaled, rounding, value);
    if (!Number.isSafeInteger(whole)) throw new ValueProblem('金额过大', value);
    return whole || 0;
  }
  if (typeof value !== 'string') throw new ValueProblem('不是金额', value);
  // `35000元` in a column that is read in units of ten thousand would become ten thousand times as much.
  if (digits !== YUAN_DIGITS && ENDS_IN_YUAN.test(value))
    throw new ValueProblem('格子里写着“元”，映射里却按别的单位读；这一列以元为单位的，请写 as: yuan', value);
  const text = decimalText(value);
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const rest = fraction.slice(digits);
  const scaled = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  // The rest as a fraction below one: exact enough to tell on which side of a half it lies.
  const exact = /[1-9]/.test(rest) ? rounded(scaled + Number(`0.${rest}`), rounding, value) : scaled;
  if (!Number.isSafeInteger(exact)) throw new ValueProblem('金额过大', value);
  return negative ? -exact || 0 : exact;
}

function rounded(fen: number, rounding: Rounding, value: string | number): number {
  const size = Math.abs(fen);
  if (rounding === 'refuse')
    throw new ValueProblem('金额精确到了分以下；确认可以取整后，请在映射的这一项写明 rounding: half-up 或 floor', value);
  return Math.sign(fen) * (rounding === 'floor' ? Math.floor(size) : Math.floor(size + 0.5));
}

const YES = new Set(['是', '有', 'true', '1', 'y', 'yes', '√']);
const NO = new Set(['否', '无', 'false', '0', 'n', 'no', '×']);

export function readFlag(value: string | number | boolean): boolean {
  if (typeof value === 'boolean') return value;
  const text = String(value).toLowerCase();
  if (YES.has(text)) return true;
  if (NO.has(text)) return false;
  throw new ValueProblem('不是“是”或“否”', value);
}
