import PizZip from 'pizzip';
import type { PrintedBlock, PrintedDocument, PrintedParagraph, PrintedRun, PrintedTable } from './printed-document.js';
import { pointsOf, WordStyles } from './word-styles.js';
import { childOf, elementsOf, isOn, valueOf, xmlTree, type XmlElement } from './xml-tree.js';

/** A4 with the margins of an official document (GB/T 9704), where a document says nothing. */
const PAGE: PrintedDocument['page'] = { width: 595.3, height: 841.9, top: 104.9, right: 73.7, bottom: 99.2, left: 79.4 };
/** Tables in tables, as deep as anybody reads. */
const MAX_TABLE_DEPTH = 5;
/** What a piece of text may stand in. */
const WRAPPERS: ReadonlySet<string> = new Set(['hyperlink', 'ins', 'smartTag', 'sdt', 'sdtContent', 'fldSimple']);

/**
 * What a Word document says, paragraph by paragraph and table by table, so that it can be printed without Word. Text, looks of text and paragraphs,
 * headings and tables are read; pictures, drawings, headers and footers are not.
 */
export function readWord(content: Buffer, title: string): PrintedDocument {
  const zip = new PizZip(content);
  const partOf = (path: string) => zip.file(path)?.asText();
  const body = childOf(xmlTree(partOf('word/document.xml') ?? '<document/>'), 'body');
  if (!body) throw new Error('a Word document without a body');
  const styles = new WordStyles(xmlTree(partOf('word/styles.xml') ?? '<styles/>'));
  return { title, page: pageOf(childOf(body, 'sectPr')), blocks: blocksOf(body, styles, 0) };
}

function pageOf(section: XmlElement | undefined): PrintedDocument['page'] {
  const size = childOf(section, 'pgSz')?.attributes;
  const margin = childOf(section, 'pgMar')?.attributes;
  return {
    width: pointsOf(size?.['w']) ?? PAGE.width,
    height: pointsOf(size?.['h']) ?? PAGE.height,
    top: pointsOf(margin?.['top']) ?? PAGE.top,
    right: pointsOf(margin?.['right']) ?? PAGE.right,
    bottom: pointsOf(margin?.['bottom']) ?? PAGE.bottom,
    left: pointsOf(margin?.['left']) ?? PAGE.left,
  };
}

function blocksOf(element: XmlElement, styles: WordStyles, depth: number): PrintedBlock[] {
  return elementsOf(element).flatMap((child): PrintedBlock[] => {
    if (child.name === 'p') return [paragraphOf(child, styles)];
    if (child.name === 'tbl' && depth < MAX_TABLE_DEPTH) return [tableOf(child, styles, depth + 1)];
    return WRAPPERS.has(child.name) ? blocksOf(child, styles, depth) : [];
  });
}

function paragraphOf(element: XmlElement, styles: WordStyles): PrintedParagraph {
  const properties = childOf(element, 'pPr');
  const look = styles.paragraph(properties);
  const runs = runsOf(element).map((run): PrintedRun => ({ text: textOf(run), ...styles.run(look, childOf(run, 'rPr')) }));
  return { kind: 'paragraph', ...look.paragraph, runs: runs.filter(({ text }) => text !== '') };
}

function runsOf(element: XmlElement): XmlElement[] {
  return elementsOf(element).flatMap((child) => (child.name === 'r' ? [child] : WRAPPERS.has(child.name) ? runsOf(child) : []));
}

function textOf(run: XmlElement): string {
  if (isOn(childOf(run, 'rPr'), 'vanish')) return '';
  return elementsOf(run)
    .map((child) => {
      if (child.name === 't') return child.children.filter((piece) => typeof piece === 'string').join('');
      if (child.name === 'br' || child.name === 'cr') return '\n';
      if (child.name === 'tab') return '\t';
      return child.name === 'noBreakHyphen' ? '\u2011' : '';
    })
    .join('');
}

function tableOf(element: XmlElement, styles: WordStyles, depth: number): PrintedTable {
  const rows = elementsOf(element).filter(({ name }) => name === 'tr');
  const cells = rows.map((row) =>
    elementsOf(row)
      .filter(({ name }) => name === 'tc')
      .map((cell) => ({
        span: Number(valueOf(childOf(cell, 'tcPr'), 'gridSpan') ?? 1),
        blocks: blocksOf(cell, styles, depth),
      })),
  );
  const columns = Math.max(1, ...cells.map((row) => row.reduce((sum, { span }) => sum + span, 0)));
  const said = elementsOf(childOf(element, 'tblGrid') ?? element)
    .filter(({ name }) => name === 'gridCol')
    .map(({ attributes }) => pointsOf(attributes['w']) ?? 0);
  const isSaid = said.length === columns && said.every((width) => width > 0);
  const firstOfBody = rows.findIndex((row) => isOn(childOf(row, 'trPr'), 'tblHeader') !== true);
  return {
    kind: 'table',
    widths: isSaid ? said : Array.from({ length: columns }, () => 1),
    headRows: firstOfBody < 0 ? rows.length : firstOfBody,
    rows: cells,
  };
}
