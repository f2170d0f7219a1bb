import { MAX_RAW_CHARS } from '@tianyan/contracts';
import { MAX_MAPPING_CHARS } from '@tianyan/contracts/limits';
import {
  MAX_CELL_CHARS,
  MAX_FILE_BYTES,
  MAX_FILE_ROWS,
  MAX_HEADER_SEARCH_ROWS,
  MAX_OLD_WORKBOOK_BYTES,
  MAX_ROW_BYTES,
  MAX_SHEET_COLUMNS,
  MAX_SHEET_ROWS,
  MAX_WORKBOOK_BYTES,
  MAX_WORKBOOK_ENTRIES,
  MAX_WORKBOOK_RATIO,
} from '../files/limits.js';
import { MAX_ANSWER_MS, MAX_THREAD_HEAP_MB } from '../files/spreadsheet-thread.js';
import { MAX_ANSWER_BYTES } from '../http-pull/answer-text.js';
import { MAX_JSON_DEPTH } from '../pipeline/json.js';
import { MAX_REFUSED_PER_RUN } from '../pipeline/pipeline.js';
import { MAX_MAPPING_DEPTH } from '../upload/upload-service.js';
import { MAX_PUSH_BYTES } from '../webhook/push-endpoint.js';
import { MAX_PUSHED_ROWS } from '../webhook/push-receiver.js';
import { row } from './section-text.js';

const mb = (bytes: number) => `${bytes / 1024 ** 2} MB`;
const count = (number: number) => (number % 10_000 === 0 ? `${number / 10_000} 万` : String(number));

/** The numbers are those that the program uses. */
const LIMITS: readonly (readonly [what: string, limit: string, beyond: string])[] = [
  ['一个文件，压缩的按解开后算', `${mb(MAX_FILE_BYTES)}，${count(MAX_FILE_ROWS)}行`, '整个文件不收'],
  [
    'XLSX、ODS 解开后',
    `${mb(MAX_WORKBOOK_BYTES)}，${MAX_WORKBOOK_ENTRIES} 个部件，膨胀 ${MAX_WORKBOOK_RATIO} 倍`,
    '打开以前就拒绝',
  ],
  [
    '旧版 XLS、XML 表格 2003、网页表格',
    `${mb(MAX_OLD_WORKBOOK_BYTES)}，读取时内存 ${MAX_THREAD_HEAP_MB} MB、每次回答 ${MAX_ANSWER_MS / 1_000} 秒`,
    '拒绝，请另存为 XLSX',
  ],
  ['一张工作表', `${MAX_SHEET_COLUMNS} 列，${MAX_SHEET_ROWS} 行`, '拒绝'],
  ['找表头', `前 ${MAX_HEADER_SEARCH_ROWS} 行`, '整个文件不收，写明要有哪些列'],
  ['CSV 的一行', mb(MAX_ROW_BYTES), '整个文件不收：多半是引号没有成对'],
  ['一个单元格', `${count(MAX_CELL_CHARS)}字`, '这一行进隔离区'],
  ['一条记录的原文', `${MAX_RAW_CHARS} 字`, '这条记录进隔离区'],
  ['接口的一次回答', mb(MAX_ANSWER_BYTES), '这次读取失败，写明原因'],
  ['一次推送', `${mb(MAX_PUSH_BYTES)}，${MAX_PUSHED_ROWS} 条`, '拒绝，请分几次发送'],
  ['JSON 的嵌套', `${MAX_JSON_DEPTH} 层`, '拒绝'],
  ['随文件上传的映射', `${MAX_MAPPING_CHARS} 字，嵌套 ${MAX_MAPPING_DEPTH} 层`, '拒绝'],
  ['一次读取中被拒绝的行', count(MAX_REFUSED_PER_RUN), '停止读取：多半是来源改了格式'],
];

export function limitsText(): string {
  return ['| 什么 | 最多 | 超过时 |', '|---|---|---|', ...LIMITS.map(row)].join('\n');
}
