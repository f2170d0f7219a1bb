import { isNestedDeeper } from '@tianyan/kernel';

/** Lists and objects within each other; upstreams send five or so. Writing a row as text follows it by recursion. */
export const MAX_JSON_DEPTH = 100;

/** The message is Chinese. */
export class NestedTooDeepError extends SyntaxError {
  constructor() {
    super(`内容嵌套超过 ${MAX_JSON_DEPTH} 层，无法读取`);
    this.name = 'NestedTooDeepError';
  }
}

/** A number that may not fit a double stands somewhere in the text; the test may also strike inside a string, which only costs time. */
const LONG_INTEGER = /[:,[]\s*-?\d{16}/;

/**
 * JSON.parse that keeps long whole numbers as their digits: codes of 16 and more digits sent as numbers would come out
 * rounded, and two of them could become one. Throws SyntaxError.
 */
export function parseJson(text: string): unknown {
  if (isNestedDeeper(text, MAX_JSON_DEPTH)) throw new NestedTooDeepError();
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepDigits);
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === 'number' && !Number.isSafeInteger(value) && context?.source && /^-?\d+$/.test(context.source))
    return context.source;
  return value;
}
