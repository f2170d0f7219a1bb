import { sniffEncoding, type TextEncoding } from './csv.js';

/** As `sniffEncoding`; markup in UTF-16 is told also without a mark, since it begins with a letter of ASCII. */
export function markupEncoding(bytes: Buffer): TextEncoding {
  if (bytes[0] === OPEN && bytes[1] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] === OPEN) return 'utf-16be';
  return sniffEncoding(bytes);
}

const OPEN = '<'.charCodeAt(0);

/** A table that is no CSV though it is a text. */
export type Markup = 'html' | 'xml-2003' | 'other-xml';

/** What comes before the first element. */
const PROLOG = /^(?:\s+|<\?[^>]*\?>|<!--[^]*?-->|<!doctype[^>]*>)*/i;
/** Elements that web pages named `.xls` begin with; a page is not always whole. */
const HTML_ROOTS = /^(?:html|head|meta|style|title|link|script|base|body|table|div|span|p|center|font|form|br|h[1-6])$/;
const EXCEL_2003 = 'urn:schemas-microsoft-com:office:spreadsheet';

/** @param head the first bytes of the file */
export function markupOf(head: Buffer): Markup | null {
  const text = new TextDecoder(markupEncoding(head)).decode(head).trimStart();
  if (!text.startsWith('<')) return null;
  const root = /^<(?:\w+:)?(\w+)/.exec(text.slice(PROLOG.exec(text)?.[0].length ?? 0))?.[1]?.toLowerCase() ?? '';
  if (root === 'workbook' && text.includes(EXCEL_2003)) return 'xml-2003';
  if (HTML_ROOTS.test(root) || /^<!doctype html/i.test(text) || /<(?:html|table)[\s>]/i.test(text)) return 'html';
  return /^<\?xml\s/i.test(text) ? 'other-xml' : null;
}
