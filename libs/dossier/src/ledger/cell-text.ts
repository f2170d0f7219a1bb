/** Longest text of a cell of a workbook, as Excel has it; a longer one would make the file unreadable. */
export const MAX_CELL_CHARS = 32_767;
const CUT = '……（过长，已截断）';

/**
 * What a program may take for the beginning of a formula: `= + - @`, their full-width forms, tab and carriage return; also behind blanks and
 * signs that are not seen, and as Excel spells signs in a workbook (`_x003D_`).
 */
const FORMULA_START = /^[\p{White_Space}\p{Cf}\p{Cc}]*(?:[=+\-@＝＋－＠﹦﹢﹣﹫⁺₊⁼₌−]|_x[0-9a-f]{4}_)|^[\t\r\n]/iu;

/** What a workbook cannot hold at all: it would not open. Half a character is made whole before. */
const UNWRITABLE = /[^\t\n\r\P{Cc}]|[\uFFFE\uFFFF]/gu;

/**
 * A text for a cell, which stays text: in the workbook, and in a CSV that somebody saves of it and opens again. What could be read as a
 * formula gets an apostrophe in front, as people do it by hand.
 */
export function cellText(text: string): string {
  const written = text.toWellFormed().replaceAll(UNWRITABLE, '�');
  const safe = FORMULA_START.test(written) ? `'${written}` : written;
  return safe.length > MAX_CELL_CHARS ? safe.slice(0, MAX_CELL_CHARS - CUT.length).replace(/[\uD800-\uDBFF]$/, '') + CUT : safe;
}
