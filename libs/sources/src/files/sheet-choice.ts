import { FileRefusedError } from './limits.js';

/** A sheet of a workbook, or a table of a web page. */
export interface SheetName {
  name: string;
  /** Not shown by the program that opens it, whether simply hidden or so that only a macro shows it. */
  hidden: boolean;
}

/**
 * The sheet to read: the one that the mapping names, hidden or not, otherwise the first that a person sees. A hidden one holds
 * last year's rows or the lists behind the drop-downs. Throws FileRefusedError.
 */
export function chooseSheet<S extends SheetName>(sheets: readonly S[], wanted: string | undefined): S {
  const chosen = sheets.find(({ name, hidden }) => (wanted === undefined ? !hidden : name === wanted));
  if (chosen) return chosen;
  if (sheets.length === 0) throw new FileRefusedError('工作簿中没有工作表。');
  if (wanted === undefined)
    throw new FileRefusedError(
      `工作簿中的工作表都是隐藏的：${sheetNames(sheets)}。请取消隐藏，或在映射的 file.sheet 写明要读的工作表。`,
    );
  throw new FileRefusedError(`工作簿中没有名为“${wanted}”的工作表，有的是：${sheetNames(sheets)}。`);
}

/** For whoever brought the file: nothing of it stays unread in silence. Null where everything was read. */
export function unreadNote(sheets: readonly SheetName[]): string | null {
  return sheets.length === 0 ? null : `没有读的工作表：${sheetNames(sheets)}。要读其中一张，请在映射的 file.sheet 写明它的名称`;
}

/** Sheets named in a message; a workbook may hold hundreds. */
const MAX_NAMED_SHEETS = 20;

export function sheetNames(sheets: readonly SheetName[]): string {
  const names = sheets.slice(0, MAX_NAMED_SHEETS).map(({ name, hidden }) => `“${name}”${hidden ? '（隐藏）' : ''}`);
  return names.join('、') + (sheets.length > names.length ? `等 ${sheets.length} 张` : '');
}
