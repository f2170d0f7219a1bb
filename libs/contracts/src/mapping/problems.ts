import type { z } from 'zod';
import { isStorable, type FieldMeta } from '../fields.js';

/** What is wrong with one field of a row. */
export interface FieldProblem {
  field: string;
  /** Chinese name of the field. */
  label: string;
  /** Chinese. */
  reason: string;
  /** The text as it came, shortened. */
  raw: string;
}

/** Thrown while one value is read; caught per field, so that a row reports all its problems together. */
export class ValueProblem extends Error {
  constructor(
    readonly reason: string,
    readonly rawValue: unknown,
  ) {
    super(reason);
    this.name = 'ValueProblem';
  }
}

/** In a column that may be empty the row is taken without the value, and it is told that it was. */
export class LeftOutProblem extends ValueProblem {}

/** A spreadsheet's error value stands where a value should. */
export class ErrorValueProblem extends LeftOutProblem {
  constructor(value: string) {
    super('是表格算不出来的错误值，不是内容。请在来源文件中改正公式', value);
    this.name = 'ErrorValueProblem';
  }
}

/** What stands there is not repeated: it may be the number of somebody's identity card. */
export class CreditCodeProblem extends LeftOutProblem {
  constructor() {
    super('不是统一社会信用代码（18 位，末位是校验码）。请在来源中核对；身份证号不要写在这一列', '');
    this.name = 'CreditCodeProblem';
  }
}

/** Longest part of a refused value that is repeated in a message. */
const MAX_SHOWN_CHARS = 80;

export function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…（共 ${text.length} 字）` : text;
}

/** What zod found, in words for the person who will mend the row. */
export function problemOf(
  issue: z.core.$ZodIssue,
  fields: Readonly<Record<string, FieldMeta>>,
  values: Readonly<Record<string, unknown>>,
): FieldProblem {
  const field = String(issue.path[0] ?? '');
  const meta = fields[field];
  const value = values[field];
  return { field, label: meta?.label ?? field, reason: reasonOf(issue, meta, value), raw: shown(value) };
}

/** The codes that are taken, each with what it means: the meaning alone would send a person in circles. */
function codesOf(codes: readonly unknown[], meta: FieldMeta | undefined): string {
  if (!meta?.values) return codes.map(String).join('、');
  const named = Object.entries(meta.values).map(([code, label]) => `${code}（${label}）`);
  return `${named.join('、')}。来源里写的是中文的，请在映射中用 values 对应成代码`;
}

function reasonOf(issue: z.core.$ZodIssue, meta: FieldMeta | undefined, value: unknown): string {
  if (value === null || value === undefined || value === '') return '必填，但没有内容';
  switch (issue.code) {
    case 'invalid_value':
      return `不是认可的代码，可用的是：${codesOf(issue.values, meta)}`;
    case 'too_big':
      if (meta?.kind === 'instant') return '时间超出范围（应在 1990 年至 2100 年之间）';
      return typeof value === 'string' ? `过长：${value.length} 字，最多 ${issue.maximum} 字` : `过大：最大 ${issue.maximum}`;
    case 'too_small':
      if (meta?.kind === 'instant') return '时间超出范围（应在 1990 年至 2100 年之间）';
      return typeof value === 'string' ? '内容过短' : `过小：最小 ${issue.minimum}`;
    case 'invalid_type':
      return `类型不对：应为${KIND_NAMES[meta?.kind ?? 'text']}`;
    case 'invalid_format':
    case 'custom':
      if (typeof value === 'string' && !isStorable(value)) return '含有无法保存的字符（空字符或残缺的字），请在来源系统中改正';
      if (meta?.key === 'firm') return '不是统一社会信用代码';
      return meta?.kind === 'day' ? '日期不存在，或不在 1949-10-01 至 2149-12-31 之间' : '格式不对';
    case 'unrecognized_keys':
      return `多出字段：${issue.keys.join('、')}`;
    default:
      return '不符合要求';
  }
}

const KIND_NAMES: Readonly<Record<FieldMeta['kind'], string>> = {
  text: '文字',
  code: '编号',
  integer: '整数',
  money: '金额',
  area: '面积',
  flag: '是或否',
  instant: '时间',
  day: '日期',
};
