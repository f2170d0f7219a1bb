import { numberText } from './number.js';

/** Amounts are kept in fen, and typed and shown in yuan. */
export const FEN = '分';
export const FEN_PER_YUAN = 100;

/** By what a value is divided to be shown. */
export function scaleOf(unit: string | null | undefined): number {
  return unit === FEN ? FEN_PER_YUAN : 1;
}

export function shownUnit(unit: string | null | undefined): string {
  return unit === FEN ? '元' : (unit ?? '');
}

/** The value of a parameter with its unit. */
export function parameterValue(value: number, unit: string | null | undefined): string {
  return `${numberText(value / scaleOf(unit))} ${shownUnit(unit)}`.trim();
}
