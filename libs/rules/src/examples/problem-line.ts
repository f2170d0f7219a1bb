import { isNode, LineCounter, parseDocument } from 'yaml';

/**
 * Finds the line of a rule file on which the item at a path stands; of a missing item, that of the nearest one around it. Null where the
 * path is no path into the file. The text is read once, whatever the number of paths.
 */
export function lineFinder(text: string): (path: string) => number | null {
  const lines = new LineCounter();
  let document: ReturnType<typeof parseDocument> | null = null;
  return (path) => {
    // The whole text, or a fault of its form, which names its line.
    if (path === '' || path.startsWith('第')) return null;
    document ??= parseDocument(text, { lineCounter: lines });
    return lineAt(document, lines, path);
  };
}

function lineAt(document: ReturnType<typeof parseDocument>, lines: LineCounter, path: string): number | null {
  const keys = path === '' ? [] : path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}
