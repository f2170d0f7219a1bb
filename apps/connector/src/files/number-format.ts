import { DAY_MS } from '@tianyan/kernel';

/** How a number cell is shown: as a date, as a time of day, with leading zeros to a width, or plainly. */
export type NumberFormat = 'date' | 'time' | 'plain' | { zeros: number };

/** Formats that a Chinese Excel knows by number alone (ECMA-376 part 1, 18.8.30). */
const DATE_IDS = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);
const TIME_IDS = new Set([18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56]);

/** @param code the text of a format that the workbook defines itself. */
export function numberFormatOf(id: number, code: string | undefined): NumberFormat {
  if (code === undefined) return DATE_IDS.has(id) ? 'date' : TIME_IDS.has(id) ? 'time' : 'plain';
  // Literal text, padding, colours and locales say nothing about the kind; elapsed hours in brackets do.
  const [bare = ''] = code
    .replaceAll(/"[^"]*"|\\.|_.|\*./g, '')
    .replaceAll(/\[(h+|m+|s+)\]/gi, '$1')
    .replaceAll(/\[[^\]]*\]/g, '')
    .split(';', 1);
  if (/general/i.test(bare)) return 'plain';
  if (/[yde]|aaa|mmm/i.test(bare.replaceAll(/0E[+-]/gi, ''))) return 'date';
  if (/[hs]/i.test(bare)) return 'time';
  return /^0{2,}$/.test(bare) ? { zeros: bare.length } : 'plain';
}

/** Days between 1899-12-30, day 0 of Excel's serials, and 1970-01-01. */
const EPOCH_DAYS = 25_569;
/** What the serials of a workbook made on an old Mac are behind. */
const DAYS_1904 = 1_462;
/** Excel counts a 1900-02-29, so that days before it are one too far. */
const FIRST_RIGHT_SERIAL = 60;
/** 9999-12-31, the last day that Excel shows. */
const MAX_SERIAL = 2_958_466;
const SECOND_MS = 1_000;
/** Excel keeps and shows fifteen digits; the rest of a longer number is lost before anybody exports it. */
const MAX_EXACT = 1e15;

/** The number as the person sees it, where that is not the number itself. Dates carry no zone. */
export function shownNumber(value: number, format: NumberFormat, date1904: boolean): string | number {
  if (typeof format === 'object')
    return Number.isInteger(value) && value >= 0 && value < MAX_EXACT ? String(value).padStart(format.zeros, '0') : value;
  // In E notation, as Excel shows it: refused where a code is wanted, because its last digits are gone.
  if (format === 'plain') return Number.isInteger(value) && Math.abs(value) >= MAX_EXACT ? exponential(value) : value;
  let serial = date1904 ? value + DAYS_1904 : value;
  if (serial < 0 || serial >= MAX_SERIAL) return value;
  if (format === 'time' && value < 1) return wallClock(value).slice(11);
  if (serial < FIRST_RIGHT_SERIAL) serial++;
  const text = wallClock(serial);
  return text.endsWith(' 00:00:00') ? text.slice(0, 10) : text;
}

function exponential(value: number): string {
  return value.toExponential(5).replace('e', 'E');
}

/** To the second: serials are fractions of a day, and miss it by some microseconds. */
function wallClock(serial: number): string {
  const ms = Math.round(((serial - EPOCH_DAYS) * DAY_MS) / SECOND_MS) * SECOND_MS;
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
