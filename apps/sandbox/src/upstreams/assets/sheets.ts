import ExcelJS from 'exceljs';
import type { EpochMs } from '@tianyan/kernel';
import type { SheetCell } from './rows.js';
import { withoutZipTimes } from './zip-times.js';

/** A header column: alone over both header rows, or a part below a group. */
type Column = string | { group: string; parts: readonly string[] };

export interface SheetLayout {
  sheet: string;
  title: string;
  columns: readonly Column[];
}

export const CONTRACT_LAYOUT: SheetLayout = {
  sheet: '合同',
  title: '农村集体资产资源合同台账',
  columns: [
    '合同编号', '合同名称', '合同类型', '乡镇', '村（社区）', '村代码', '资产编号', '面积（亩）', '承租（承包）方', '签订日期',
    { group: '租赁期限', parts: ['起始日期', '终止日期', '月数'] }, { group: '金额（万元）', parts: ['合同总价', '年租金'] }, '进场项目编号', '民主程序', '修改时间', '备注', '承租方统一社会信用代码', '标的类别',
  ],
}; // prettier-ignore
export const PROJECT_LAYOUT: SheetLayout = {
  sheet: '项目',
  title: '村级小型工程项目台账',
  columns: [
    '项目编号', '项目名称', '工程类别', '乡镇', '村（社区）', '村代码', '立项日期', { group: '金额（万元）', parts: ['预算', '合同价'] }, '施工单位', '状态',
    { group: '工期', parts: ['开工日期', '竣工日期'] }, '修改时间', { group: '结算（万元）', parts: ['完成工程量', '结算价'] }, '施工单位统一社会信用代码',
  ],
}; // prettier-ignore

/** A workbook as offices make them: merged title, merged note, two header rows, a total at the foot. */
export async function workbookBytes(
  layout: SheetLayout,
  note: string,
  rows: readonly (readonly SheetCell[])[],
  exportedAtMs: EpochMs,
): Promise<Uint8Array> {
  const workbook = new ExcelJS.Workbook();
  workbook.created = workbook.modified = new Date(exportedAtMs);
  const sheet = workbook.addWorksheet(layout.sheet);
  const width = layout.columns.reduce((sum, c) => sum + (typeof c === 'string' ? 1 : c.parts.length), 0);
  sheet.getCell(1, 1).value = layout.title;
  sheet.mergeCells(1, 1, 1, width);
  sheet.getCell(2, 1).value = note;
  sheet.mergeCells(2, 1, 2, width);
  let at = 1;
  for (const column of layout.columns) {
    if (typeof column === 'string') {
      sheet.getCell(3, at).value = column;
      sheet.mergeCells(3, at, 4, at);
      at += 1;
    } else {
      sheet.getCell(3, at).value = column.group;
      sheet.mergeCells(3, at, 3, at + column.parts.length - 1);
      column.parts.forEach((part, i) => (sheet.getCell(4, at + i).value = part));
      at += column.parts.length;
    }
  }
  for (const cells of rows) {
    const row = sheet.addRow([...cells]);
    cells.forEach((cell, i) => {
      if (cell instanceof Date) row.getCell(i + 1).numFmt = 'yyyy-mm-dd';
    });
  }
  sheet.addRow(['合计', `${rows.length} 条`]);
  return withoutZipTimes(new Uint8Array(await workbook.xlsx.writeBuffer()));
}
