import { PERIOD_LABELS, type Catalogue, type Contract } from '@tianyan/contracts';
import { OFFICE_HOURS, type Deadline } from '../language/deadline.js';
import type { RuleDefinition } from '../language/rule.js';
import {
  lengthOfSpan,
  movedByOf,
  type Amount,
  type FieldTest,
  type Operand,
  type ParameterRef,
  type Shift,
  type Span,
  type Where,
} from '../language/values.js';
import { COMPARISON_WORDS, DATE_COMPARISON_WORDS } from './comparison-words.js';
import { yuan } from './yuan.js';

/** Fields that every record has. */
export const ENVELOPE_LABELS: Readonly<Record<string, string>> = {
  id: '编号',
  source: '数据源',
  version: '版本',
  atMs: '发生时间',
  atHour: '发生的钟点',
  ...PERIOD_LABELS,
};

/** What a field of this name is called, in the first record type that has one; undefined: none has. */
export function labelOfField(catalogue: Catalogue, field: string): string | undefined {
  return ENVELOPE_LABELS[field] ?? catalogue.all().find(({ fields }) => fields[field] !== undefined)?.fields[field]?.label;
}

const SPAN_UNITS = { days: '天', hours: '小时', minutes: '分钟' } as const;

/** Words for one rule: names of inputs, fields and values as its sources call them. */
export class RuleWords {
  constructor(
    readonly rule: RuleDefinition,
    private readonly catalogue: Catalogue | undefined,
  ) {}

  contract(input: string): Contract | undefined {
    return this.catalogue?.find(this.rule.inputs[input]?.type ?? '');
  }

  input(name: string): string {
    return `“${this.rule.roles[name] ?? this.labelOf(name)}”`;
  }

  /** The record type; where several inputs without a name of their own are of it, what tells this one from them: 退回, 办结. */
  private labelOf(name: string): string {
    const contract = this.contract(name);
    if (!contract) return name;
    const alike = Object.entries(this.rule.inputs).filter(
      ([other, { type }]) => type === contract.type && this.rule.roles[other] === undefined,
    );
    const isOnlyOne = Object.values(this.rule.inputs).filter(({ type }) => type === contract.type).length < 2;
    const value = isOnlyOne ? undefined : this.onlyValue(name, contract);
    return value ?? (alike.length < 2 ? contract.label : `${contract.label} ${name}`);
  }

  /** The Chinese name of the coded value that the input is limited to, if it is to one. */
  private onlyValue(name: string, { fields }: Contract): string | undefined {
    const { where } = this.rule.inputs[name] ?? {};
    if (where === undefined || Array.isArray(where)) return undefined;
    return Object.entries(where)
      .map(([field, test]) => {
        const is = typeof test === 'object' ? test.is : test;
        return typeof is === 'string' ? fields[field]?.values?.[is] : undefined;
      })
      .find((value) => value !== undefined);
  }

  /** How a field stands to another: 早于 of dates, 小于 of numbers. */
  comparison(input: string, field: string, is: keyof typeof COMPARISON_WORDS): string {
    return this.isTime(input, field) ? DATE_COMPARISON_WORDS[is] : COMPARISON_WORDS[is];
  }

  private isTime(input: string, field: string): boolean {
    const kind = this.contract(input)?.fields[field]?.kind;
    return field === 'atMs' || kind === 'day' || kind === 'instant';
  }

  inputs(names: readonly string[]): string {
    return names.map((name) => this.input(name)).join('或');
  }

  /** A field that its records do not have, in a rule that does not fit, is called as others call it. */
  field(input: string, field: string): string {
    const label = this.contract(input)?.fields[field]?.label ?? ENVELOPE_LABELS[field];
    return label ?? (this.catalogue && labelOfField(this.catalogue, field)) ?? field;
  }

  /** What one of a field is called: 亩 of an area, otherwise its label. */
  unit(input: string, field: string): string {
    return this.contract(input)?.fields[field]?.unit ?? this.field(input, field);
  }

  /** How an input's records are found that do not carry the scope: “与“合同”的乡镇、合同类型相同”. Empty: they carry it. */
  link(name: string): string {
    const { link } = this.rule.inputs[name] ?? {};
    if (!link) return '';
    const ways = link.on.map((on) => {
      const same = Object.entries(on).filter(([own, theirs]) => this.field(name, own) === this.field(link.to, theirs));
      const others = Object.entries(on).filter(([own, theirs]) => this.field(name, own) !== this.field(link.to, theirs));
      const parts = others.map(
        ([own, theirs]) => `${this.field(name, own)}就是${this.input(link.to)}的${this.field(link.to, theirs)}`,
      );
      if (same.length > 0)
        parts.unshift(`与${this.input(link.to)}的${same.map(([own]) => this.field(name, own)).join('、')}相同`);
      return parts.join('，');
    });
    return ways.join('；或 ');
  }

  /** Null: it is looked up in a table. */
  amountOf(amount: Amount | ParameterRef): number | null {
    return typeof amount === 'number' ? amount : (this.rule.parameters[amount.parameter]?.value ?? null);
  }

  amount(amount: Amount | ParameterRef): string {
    if (typeof amount === 'number') return String(amount);
    const parameter = this.rule.parameters[amount.parameter];
    if (!parameter) return '（没有这个参数）';
    const shown = (value: number) => (parameter.unit === '分' ? `${yuan(value)} 元` : String(value));
    if (parameter.value !== undefined) return shown(parameter.value);
    const [only, ...others] = parameter.table ?? [];
    if (only && others.length === 0 && Object.keys(only).length === 1) return shown(only.value);
    const rows = (parameter.table ?? []).map((row) => {
      const region = row.region === undefined ? [] : [`区划 ${row.region}`];
      const dates = row.from === undefined && row.to === undefined ? [] : [`${row.from ?? '以前'} 至 ${row.to ?? '今后'}`];
      const when = Object.entries(row.when ?? {}).map(([field, value]) => this.caseWords(field, [value].flat()));
      return `${[...region, ...dates, ...when].join('、') || '其余'}：${shown(row.value)}`;
    });
    return `按表（${rows.join('；')}）`;
  }

  /** A case of a table, by the names of the first record type that has the field. */
  private caseWords(field: string, values: readonly Operand[]): string {
    const input = Object.keys(this.rule.inputs).find((name) => this.contract(name)?.fields[field] !== undefined) ?? '';
    return `${this.field(input, field)}为${values.map((value) => this.value(input, field, value)).join('或')}`;
  }

  /** A number of what a field counts, with its unit: “240 个月”, “1,000.00 元”. */
  quantity(input: string, field: string, amount: Amount | ParameterRef): string {
    const { kind, unit } = this.contract(input)?.fields[field] ?? {};
    if (kind === 'money') {
      const fen = this.amountOf(amount);
      return fen === null ? this.amount(amount) : `${fen === 0 ? '0' : yuan(fen)} 元`;
    }
    const number = this.amount(amount);
    const told = typeof amount === 'number' ? unit : (this.rule.parameters[amount.parameter]?.unit ?? unit);
    return told === undefined || !/\d$/.test(number) ? number : `${number} ${told}`;
  }

  /** To be followed by 内: “90 天”, or “90 天（含恰好 90 天）”. */
  span(span: Span): string {
    const length = this.spanLength(span);
    return span.boundary === 'inclusive' ? `${length}（含恰好 ${length}）` : length;
  }

  private spanLength(span: Span): string {
    const { unit, amount } = lengthOfSpan(span);
    return `${this.amount(amount)} ${SPAN_UNITS[unit]}`;
  }

  deadline(deadline: Deadline, input: string): string {
    return `${this.counted(deadline, input)}${deadline.boundary === 'strict' ? '（到点即算超期）' : ''}`;
  }

  private counted(deadline: Deadline, input: string): string {
    if (deadline.field !== undefined) return `${this.field(deadline.details ?? input, deadline.field)}之前`;
    const orAt = deadline.orAt ? '（没有写的，从发生时间起）' : '';
    const from = deadline.from === undefined ? '之后' : `的${this.field(input, deadline.from)}${orAt}之后`;
    if (deadline.workingDays !== undefined) return `${from} ${this.amount(deadline.workingDays)} 个工作日内`;
    if (deadline.calendarDays !== undefined) return `${from} ${this.amount(deadline.calendarDays)} 天内`;
    if (deadline.workingHours !== undefined)
      return `${from} ${this.amount(deadline.workingHours)} 个办公小时（工作日 ${(deadline.officeHours ?? OFFICE_HOURS).join('、')}）内`;
    return `${from} ${this.amount(deadline.hours ?? 0)} 小时内`;
  }

  private value(input: string, field: string, operand: Operand): string {
    if (typeof operand === 'object')
      return 'field' in operand ? this.shifted(input, operand.field, operand) : spaced(this.quantity(input, field, operand));
    if (typeof operand === 'boolean') return operand ? '是' : '否';
    const named = this.contract(input)?.fields[field]?.values?.[String(operand)] ?? this.namedElsewhere(field, String(operand));
    return named ?? (typeof operand === 'number' ? spaced(this.quantity(input, field, operand)) : operand);
  }

  /** As other record types name a value of a field of that name. */
  private namedElsewhere(field: string, value: string): string | undefined {
    return this.catalogue
      ?.all()
      .map(({ fields }) => fields[field]?.values?.[value])
      .find((name) => name !== undefined);
  }

  /** What a field is compared with, moved: “承诺完成时间加 2 天”, “公告日期加公告天数（天）”, “挂牌价的 110%”. */
  shifted(input: string, of: string, shift: Shift): string {
    const field = this.field(input, of);
    const { plusHours, plusWorkingDays, percent } = shift;
    if (percent !== undefined) return `${field}的 ${this.amount(percent)}%`;
    const by = movedByOf(shift);
    const unit = plusHours !== undefined ? '小时' : plusWorkingDays === undefined ? '天' : '个工作日';
    if (by === undefined) return field;
    if (typeof by === 'number') return by < 0 ? `${field}减 ${-by} ${unit}` : `${field}加 ${by} ${unit}`;
    if ('field' in by) return `${field}加${this.field(input, by.field)}（${unit}）`;
    const amount = this.amount(by);
    return /^-?\d+$/.test(amount) ? `${field}加 ${amount} ${unit}` : `${field}加${amount}的${unit.replace(/^个/, '')}数`;
  }

  private test(input: string, field: string, test: FieldTest): string {
    const label = this.field(input, field);
    const list = (values: readonly Operand[]) => values.map((value) => this.value(input, field, value)).join('、');
    const parts: string[] = [];
    if (test.is !== undefined) parts.push(`${label}为${list([test.is])}`);
    if (test.not !== undefined) parts.push(`${label}不为${list([test.not])}`);
    if (test.in) parts.push(`${label}为${list(test.in)}之一`);
    if (test.notIn) parts.push(`${label}不在${list(test.notIn)}之列`);
    if (test.above !== undefined) parts.push(`${label}${this.comparison(input, field, 'above')}${list([test.above])}`);
    if (test.atLeast !== undefined) parts.push(`${label}${this.comparison(input, field, 'atLeast')}${list([test.atLeast])}`);
    if (test.below !== undefined) parts.push(`${label}${this.comparison(input, field, 'below')}${list([test.below])}`);
    if (test.atMost !== undefined) parts.push(`${label}${this.comparison(input, field, 'atMost')}${list([test.atMost])}`);
    if (test.null !== undefined) parts.push(`${label}${test.null ? '为空' : '不为空'}`);
    if (test.contains !== undefined) parts.push(`${label}含“${[test.contains].flat().join('”或“')}”`);
    if (test.notContains !== undefined) parts.push(`${label}不含“${[test.notContains].flat().join('”“')}”`);
    if (test.shorterThan !== undefined) parts.push(`${label}不足 ${this.amount(test.shorterThan)} 字`);
    if (test.longerThan !== undefined) parts.push(`${label}超过 ${this.amount(test.longerThan)} 字`);
    return parts.join('且');
  }

  where(input: string, where: Where | undefined): string {
    const sets = where === undefined ? [] : [where].flat();
    return sets
      .map((set) =>
        Object.entries(set)
          .map(([field, test]) => this.test(input, field, typeof test === 'object' ? test : { is: test }))
          .join('，'),
      )
      .join('；或 ');
  }
}

/** A number within Chinese words stands apart from them. */
function spaced(number: string): string {
  return /^[\d-]/.test(number) ? ` ${number}` : number;
}
