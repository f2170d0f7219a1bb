import { amountColumns, missingColumns, type MappingDocument } from '@tianyan/contracts';
import type { TableReport } from './table-report.js';

/** What whoever brought a file should know of it. */
export interface FileRemark {
  /** Chinese, without a full stop at its end. */
  text: string;
  /** Something may be wrong; otherwise it only says what became of all rows. */
  isWarning: boolean;
}

/** Columns named in a remark; a wrong mapping may lack hundreds. */
const MAX_NAMED_COLUMNS = 20;

/** @param leftOut rows of which the mapping makes nothing: what its `skip` names */
export function fileRemarks(document: MappingDocument, report: TableReport, leftOut: number): FileRemark[] {
  const warnings = [missingNote(document, report), spannedNote(document, report)];
  const counts = [skippedNote(report, leftOut), hiddenNote(report)];
  return [
    ...warnings.filter((text) => text !== null).map((text) => ({ text, isWarning: true })),
    ...counts.filter((text) => text !== null).map((text) => ({ text, isWarning: false })),
  ];
}

/** Without a header there is no table, and the file is refused with another reason. */
function missingNote(document: MappingDocument, { columns }: TableReport): string | null {
  const missing = columns === null ? [] : missingColumns(document, new Set(columns));
  if (missing.length === 0) return null;
  const names = missing.map((choice) => choice.map((column) => `“${column}”`).join('或'));
  return `映射里写了、文件里没有的列：${listOf(names)}。这些列按空处理；如果是列名变了，请改正映射后重新导入`;
}

function spannedNote(document: MappingDocument, { spannedRows }: TableReport): string | null {
  const amounts = amountColumns(document);
  const found = [...spannedRows].filter(([column]) => amounts.has(column));
  if (found.length === 0) return null;
  const names = found.map(([column, rows]) => `“${column}”${rows} 行`);
  return `金额取自上面行的合并单元格：${listOf(names)}。合并格里的数每一行都算一次；如果它是这几行的合计，请取消合并、逐行填写后重新导入`;
}

function skippedNote({ titleRows, blankRows }: TableReport, leftOut: number): string | null {
  const total = leftOut + titleRows + blankRows;
  if (total === 0) return null;
  const parts = [
    [leftOut, '按映射不读'],
    [blankRows, '空行'],
    [titleRows, '表头上面的标题'],
  ] as const;
  const reasons = parts.filter(([rows]) => rows > 0).map(([rows, reason]) => `${reason} ${rows} 行`);
  return `跳过 ${total} 行（${reasons.join('，')}）`;
}

function hiddenNote({ hiddenRows }: TableReport): string | null {
  if (hiddenRows === 0) return null;
  return `有 ${hiddenRows} 行在表里是隐藏的或被筛选掉的，同样读了；不该入库的，请从文件中删去`;
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED_COLUMNS).join('、');
  return names.length > MAX_NAMED_COLUMNS ? `${shown}等 ${names.length} 列` : shown;
}
