import {
  MAX_CODE_CHARS,
  MAX_TEXT_CHARS,
  type Catalogue,
  type Contract,
  type FieldKind,
  type FieldMeta,
  type Privacy,
} from '@tianyan/contracts';
import { code, row } from './section-text.js';

const KINDS: Readonly<Record<FieldKind, string>> = {
  text: `文字，最多 ${MAX_TEXT_CHARS} 字`,
  code: `编码，最多 ${MAX_CODE_CHARS} 字`,
  integer: '整数',
  money: '金额（映射里写 `as`）',
  area: '面积（亩）',
  flag: '是否',
  instant: '时刻',
  day: '日期',
};

const PRIVACY: Readonly<Record<Privacy, string>> = { public: '公开', internal: '内部', personal: '个人信息', secret: '保密' };

/** Every record type with its fields: what a mapping may fill. */
export function recordTypesText(catalogue: Catalogue): string {
  return catalogue.supplied().map(typeText).join('\n\n');
}

function typeText({ type, label, description, order, fields }: Contract): string {
  const ordered = order === null ? '没有顺序字段。' : `顺序字段：${code(order)}（${fields[order]?.label ?? ''}）。`;
  const rows = Object.entries(fields).map(([name, meta]) => fieldRow(name, meta));
  return [
    `### ${label} ${code(type)}`,
    `${description}${ordered}`,
    ['| 字段 | 名称 | 种类和取值 | 必填 | 谁能看 |', '|---|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

const CREDIT_CODE = '统一社会信用代码，18 位';
const CREDIT_CODE_PRIVACY = '内部；个体工商户的是个人信息';

function fieldRow(name: string, { label, kind, key, values, optional, privacy }: FieldMeta): string {
  const isFirm = key === 'firm';
  const coded = Object.entries(values ?? {}).map(([value, meaning]) => `${code(value)} ${meaning}`);
  const said = isFirm ? CREDIT_CODE : coded.length > 0 ? coded.join('、') : KINDS[kind];
  return row([code(name), label, said, optional ? '' : '是', isFirm ? CREDIT_CODE_PRIVACY : PRIVACY[privacy]]);
}
