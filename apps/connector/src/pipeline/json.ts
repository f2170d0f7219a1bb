/** A number that may not fit a double stands somewhere in the text; the test may also strike inside a string, which only costs time. */
const LONG_INTEGER = /[:,[]\s*-?\d{16}/;

/**
 * JSON.parse that keeps long whole numbers as their digits: codes of 16 and more digits sent as numbers would come out
 * rounded, and two of them could become one.
 */
export function parseJson(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepDigits);
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === 'number' && !Number.isSafeInteger(value) && context?.source && /^-?\d+$/.test(context.source))
    return context.source;
  return value;
}
