import { maskText, type MaskOptions } from './mask-text.js';

/** How a refusal quotes the cell that it refuses. */
const QUOTE = '（原文：';
export const QUOTE_COVERED = '（原文已遮蔽）';

/**
 * A sentence that says what is wrong with a row, without the cell that it quotes. A cell may hold anything, closing brackets
 * too, so everything from the first quotation to the last bracket goes; what is wrong stands before it.
 */
export function maskReason(reason: string, options: MaskOptions = {}): string {
  const start = reason.indexOf(QUOTE);
  if (start < 0) return maskText(reason, options);
  const end = reason.lastIndexOf('）') + 1;
  // Cut off in the middle of a quotation: there is no end to go to.
  const after = end > start ? reason.slice(end) : '';
  return maskText(reason.slice(0, start), options) + QUOTE_COVERED + maskText(after, options);
}
