import { isNode, LineCounter, parseDocument } from 'yaml';

/**
 * The line of a rule file on which the item at the path stands; of a missing item, that of the nearest one around it. Null where the
 * path is no path into the file.
 */
export function problemLine(text: string, path: string): number | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const keys = path === '' ? [] : path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}
