import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { FileRefusedError } from './limits.js';
import { numberFormatOf, type NumberFormat } from './number-format.js';
import type { SheetName } from './sheet-choice.js';
import { readXml } from './xml-parts.js';
import { entriesOf, openEntry, openZip } from './zip-entries.js';

export interface SheetPart extends SheetName {
  part: string;
}

/** What is needed to understand a sheet: read before any sheet, by the package's directory and relations. */
export interface WorkbookPackage {
  /** In the order of the tabs. */
  sheets: readonly SheetPart[];
  sharedStrings: readonly string[];
  /** By the number of the cell's style. */
  formats: readonly NumberFormat[];
  date1904: boolean;
  open(part: string): Promise<Readable>;
  close(): void;
}

/** Opens a workbook. Memory: its shared strings, which `guardWorkbook` has bounded. Throws FileRefusedError. */
export async function openPackage(path: string): Promise<WorkbookPackage> {
  const zip = await openZip(path);
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of entriesOf(zip)) entries.set(entry.fileName.replaceAll('\\', '/').toLowerCase(), entry);
    return await describe(zip, entries);
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function describe(zip: ZipFile, entries: ReadonlyMap<string, Entry>): Promise<WorkbookPackage> {
  const open = async (part: string): Promise<Readable> => {
    const entry = entries.get(part.toLowerCase());
    if (!entry) throw new FileRefusedError('工作簿缺少部件，请用表格软件打开后另存，再试一次。');
    return await openEntry(zip, entry);
  };
  const root = await relations(open, entries, '');
  const main = root.find((relation) => relation.type === 'officeDocument')?.part ?? 'xl/workbook.xml';
  if (!entries.has(main.toLowerCase()))
    throw new FileRefusedError('这是压缩文件，但不是 XLSX 工作簿。请先解压，再导入其中的表格文件。');
  const related = await relations(open, entries, main);
  const partOf = (type: string) => {
    const part = related.find((relation) => relation.type === type)?.part;
    return part !== undefined && entries.has(part.toLowerCase()) ? part : undefined;
  };
  const strings = partOf('sharedStrings');
  const styles = partOf('styles');
  const byId = new Map(related.filter((relation) => relation.type === 'worksheet').map(({ id, part }) => [id, part]));
  const workbook = await readWorkbook(await open(main), byId);
  return {
    ...workbook,
    sharedStrings: strings === undefined ? [] : await readSharedStrings(await open(strings)),
    formats: styles === undefined ? [] : await readFormats(await open(styles)),
    open,
    close: () => zip.close(),
  };
}

interface Relation {
  id: string;
  /** Last word of the relation's address; the first words differ between strict and transitional workbooks. */
  type: string;
  part: string;
}

async function relations(
  open: WorkbookPackage['open'],
  entries: ReadonlyMap<string, Entry>,
  part: string,
): Promise<readonly Relation[]> {
  const folder = posix.dirname(part);
  const path = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  if (!entries.has(path.toLowerCase())) return [];
  const found: Relation[] = [];
  await readXml(await open(path), {
    open: (name, { Id, Type, Target }) => {
      if (name !== 'Relationship' || Target === undefined) return;
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      found.push({ id: Id ?? '', type: posix.basename(Type ?? ''), part: target });
    },
  });
  return found;
}

async function readWorkbook(
  bytes: Readable,
  parts: ReadonlyMap<string, string>,
): Promise<Pick<WorkbookPackage, 'sheets' | 'date1904'>> {
  const sheets: SheetPart[] = [];
  let date1904 = false;
  await readXml(bytes, {
    open: (name, attributes) => {
      if (name === 'workbookPr') date1904 = ['1', 'true'].includes(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
      const part = parts.get(id ?? '');
      // A sheet of charts has no rows.
      if (part === undefined) return;
      const hidden = attributes['state'] === 'hidden' || attributes['state'] === 'veryHidden';
      sheets.push({ name: attributes['name'] ?? '', hidden, part });
    },
  });
  return { sheets, date1904 };
}

async function readSharedStrings(bytes: Readable): Promise<string[]> {
  const strings: string[] = [];
  const rich = new RichText();
  await readXml(bytes, {
    open: (name) => {
      if (name === 'si') rich.start();
      rich.open(name);
    },
    close: (name) => {
      rich.close(name);
      if (name === 'si') strings.push(rich.text);
    },
    text: (text) => rich.add(text),
  });
  return strings;
}

async function readFormats(bytes: Readable): Promise<NumberFormat[]> {
  const codes = new Map<number, string>();
  const formats: NumberFormat[] = [];
  let inCells = false;
  await readXml(bytes, {
    open: (name, attributes) => {
      const id = Number(attributes['numFmtId'] ?? 0);
      if (name === 'numFmt') codes.set(id, attributes['formatCode'] ?? '');
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) formats.push(numberFormatOf(id, codes.get(id)));
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return formats;
}

/** The text of all runs; what stands above the characters as a reading aid is no part of it. */
export class RichText {
  private parts = '';
  private inText = false;
  private inPhonetic = false;

  start(): void {
    this.parts = '';
  }

  open(name: string): void {
    if (name === 't') this.inText = true;
    else if (name === 'rPh') this.inPhonetic = true;
  }

  close(name: string): void {
    if (name === 't') this.inText = false;
    else if (name === 'rPh') this.inPhonetic = false;
  }

  add(text: string): void {
    if (this.inText && !this.inPhonetic) this.parts += text;
  }

  get text(): string {
    return unescaped(this.parts);
  }
}

/** Characters that XML cannot hold are written as `_x000D_` (ECMA-376 part 1, 22.4.2.4). */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text
    .replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll('\r\n', '\n');
}
