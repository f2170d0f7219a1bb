import { ValueProblem } from './problems.js';

const PLAIN = /^[+-]?\d+(\.\d+)?$/;
const THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/;
/** What people put around an amount. */
const DECORATION = /^[¥￥]|元$/g;

/** Decimal text of a number as it stands in a file: thousands commas, full-width digits and currency signs removed. */
function decimalText(value: string): string {
  let text = value;
  if (!PLAIN.test(text)) {
    text = text.normalize('NFKC').replaceAll(/\s/g, '').replaceAll(DECORATION, '').replace(/^¥/, '');
    if (THOUSANDS.test(text)) text = text.replaceAll(',', '');
  }
  if (!PLAIN.test(text)) throw new ValueProblem('不是数字', value);
  return text;
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

/**
 * The decimal times 10^digits as an exact whole number; binary floating point would lose fen in large sums.
 * A text with more digits than that is refused; a number cell is rounded, because its last digits are an artefact of Excel.
 */
export function readScaled(value: string | number | boolean, digits: number): number {
  if (typeof value === 'number') {
    const rounded = Math.round(Number((value * 10 ** digits).toPrecision(15)));
    if (!Number.isSafeInteger(rounded)) throw new ValueProblem('金额过大', value);
    return rounded;
  }
  if (typeof value !== 'string') throw new ValueProblem('不是金额', value);
  const text = decimalText(value);
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  if (/[1-9]/.test(fraction.slice(digits))) throw new ValueProblem('金额精确到了分以下', value);
  const scaled = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  if (!Number.isSafeInteger(scaled)) throw new ValueProblem('金额过大', value);
  return negative ? -scaled || 0 : scaled;
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
