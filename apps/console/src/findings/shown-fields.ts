import { COVERED, maskValue, type MaskOptions } from '@tianyan/access';
import { isOpenField, MATTER_NAMES, type Contract, type FieldMeta, type FieldValue } from '@tianyan/contracts';
import { toChinaIso } from '@tianyan/kernel';
import type { Names } from '@tianyan/rules';
import type { ShownField } from '../api/index.js';

const yuan = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `2026-07-01 08:30:00`, China time. */
export function shownInstant(atMs: number): string {
  return toChinaIso(atMs).slice(0, 19).replace('T', ' ');
}

/** `1,234.50 元` for 123450 fen. */
export function shownYuan(amountFen: number): string {
  return `${yuan.format(amountFen / 100)} 元`;
}

/** The Chinese name of a matter; a county's own code as it is. */
export function shownMatter(code: string): string {
  return MATTER_NAMES[code] ?? code;
}

/** A value as people read it: yuan instead of fen, names instead of codes, China time. */
export function shownText(meta: FieldMeta, value: FieldValue, names: Names): string {
  if (value === null) return '';
  if (meta.values) return meta.values[String(value)] ?? String(value);
  if (meta.kind === 'money') return shownYuan(Number(value));
  if (meta.kind === 'instant') return shownInstant(Number(value));
  if (meta.kind === 'flag') return value ? '是' : '否';
  if (meta.key === 'unit') return named(String(value), names.unit(String(value)));
  if (meta.key === 'village' || meta.key === 'township') return named(String(value), names.division(String(value)));
  return meta.unit === undefined ? String(value) : `${value} ${meta.unit}`;
}

function named(code: string, name: string | undefined): string {
  return name === undefined ? code : `${name}（${code}）`;
}

export interface ShowOptions extends MaskOptions {
  /** Shown with a reason: nothing is covered. */
  unmask?: boolean;
  /** Belongs to something told in confidence: only the contract's open fields are shown. */
  closed?: boolean;
}

/** The fields of a record that hold something, in the contract's order; personal data covered unless `unmask`. */
export function shownFields(
  contract: Contract,
  values: Readonly<Record<string, FieldValue>>,
  names: Names,
  options: ShowOptions = {},
): ShownField[] {
  return Object.entries(contract.fields).flatMap(([name, meta]) => {
    const value = values[name] ?? null;
    if (value === null || value === '') return [];
    if (options.closed && !isOpenField(contract, name)) return [{ name, label: meta.label, text: COVERED, masked: true }];
    const { value: shown, masked } = options.unmask ? { value, masked: false } : maskValue(meta, value, options);
    const text = name === 'matter' ? shownMatter(String(shown)) : shownText(meta, shown, names);
    return [{ name, label: meta.label, text: masked ? String(shown) : text, masked }];
  });
}
