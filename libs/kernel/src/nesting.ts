const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether lists and objects in a JSON text stand deeper within each other than allowed. Asked before the text is parsed:
 * whatever follows its nesting afterwards (writing it again, checking it) would run out of stack. Text in double quotes
 * does not count. For texts of 64 MB some tenths of a second.
 */
export function isNestedDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === BACKSLASH) index++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    // `[` and `{`; their counterparts are two further.
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > maxDepth) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}
