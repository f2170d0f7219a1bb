import type { Catalogue, Contract } from '@tianyan/contracts';
import type { Absence, BackwardClause, Expected, ForwardClause } from '../language/kinds/absence.js';
import type { Count } from '../language/kinds/count.js';
import type { Join, JoinCondition } from '../language/kinds/join.js';
import type { Sequence } from '../language/kinds/sequence.js';
import type { Deadline } from '../language/deadline.js';
import type { RuleDefinition } from '../language/rule.js';
import type { Amount, FieldTest, Operand, ParameterRef, Span, Where } from '../language/values.js';
import { yuan } from './explain.js';

/** Words for one rule: names of inputs, fields and values as its sources call them. */
class Words {
  constructor(
    private readonly rule: RuleDefinition,
    private readonly catalogue: Catalogue | undefined,
  ) {}

  contract(input: string): Contract | undefined {
    return this.catalogue?.find(this.rule.inputs[input]?.type ?? '');
  }

  input(name: string): string {
    return `“${this.rule.roles[name] ?? this.contract(name)?.label ?? name}”`;
  }

  inputs(names: readonly string[]): string {
    return names.map((name) => this.input(name)).join('或');
  }

  field(input: string, field: string): string {
    return this.contract(input)?.fields[field]?.label ?? field;
  }

  amount(amount: Amount | ParameterRef): string {
    if (typeof amount === 'number') return String(amount);
    const parameter = this.rule.parameters[amount.parameter];
    if (!parameter) return amount.parameter;
    const shown = (value: number) => (parameter.unit === '分' ? `${yuan(value)} 元` : String(value));
    if (parameter.value !== undefined) return shown(parameter.value);
    const rows = (parameter.table ?? []).map((row) => {
      const region = row.region === undefined ? [] : [`区划 ${row.region}`];
      const dates = row.from === undefined && row.to === undefined ? [] : [`${row.from ?? '以前'} 至 ${row.to ?? '今后'}`];
      const when = Object.entries(row.when ?? {}).map(([field, value]) => `${field} 为 ${String(value)}`);
      return `${[...region, ...dates, ...when].join('、') || '其余'}：${shown(row.value)}`;
    });
    return `按表（${rows.join('；')}）`;
  }

  span(span: Span): string {
    if (span.days !== undefined) return `${this.amount(span.days)} 天`;
    if (span.hours !== undefined) return `${this.amount(span.hours)} 小时`;
    return `${this.amount(span.minutes ?? 0)} 分钟`;
  }

  deadline(deadline: Deadline, input: string): string {
    return `${this.counted(deadline, input)}${deadline.boundary === 'strict' ? '（到点即算超期）' : ''}`;
  }

  private counted(deadline: Deadline, input: string): string {
    if (deadline.field !== undefined) return `${this.field(deadline.details ?? input, deadline.field)}之前`;
    const from = deadline.from === undefined ? '之后' : `的${this.field(input, deadline.from)}之后`;
    if (deadline.workingDays !== undefined) return `${from} ${this.amount(deadline.workingDays)} 个工作日内`;
    if (deadline.calendarDays !== undefined) return `${from} ${this.amount(deadline.calendarDays)} 天内`;
    return `${from} ${this.amount(deadline.hours ?? 0)} 小时内`;
  }

  private value(input: string, field: string, operand: Operand): string {
    if (typeof operand === 'object') return 'field' in operand ? this.field(input, operand.field) : this.amount(operand);
    if (typeof operand === 'boolean') return operand ? '是' : '否';
    return this.contract(input)?.fields[field]?.values?.[String(operand)] ?? String(operand);
  }

  private test(input: string, field: string, test: FieldTest): string {
    const label = this.field(input, field);
    const list = (values: readonly Operand[]) => values.map((value) => this.value(input, field, value)).join('、');
    const parts: string[] = [];
    if (test.is !== undefined) parts.push(`${label}为${list([test.is])}`);
    if (test.not !== undefined) parts.push(`${label}不为${list([test.not])}`);
    if (test.in) parts.push(`${label}为${list(test.in)}之一`);
    if (test.notIn) parts.push(`${label}不在${list(test.notIn)}之列`);
    if (test.above !== undefined) parts.push(`${label}大于${list([test.above])}`);
    if (test.atLeast !== undefined) parts.push(`${label}不小于${list([test.atLeast])}`);
    if (test.below !== undefined) parts.push(`${label}小于${list([test.below])}`);
    if (test.atMost !== undefined) parts.push(`${label}不大于${list([test.atMost])}`);
    if (test.null !== undefined) parts.push(`${label}${test.null ? '为空' : '不为空'}`);
    if (test.contains !== undefined) parts.push(`${label}含“${[test.contains].flat().join('”或“')}”`);
    if (test.notContains !== undefined) parts.push(`${label}不含“${[test.notContains].flat().join('”“')}”`);
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

function countWords(count: Count, words: Words): string {
  return count.any
    .map((clause) => {
      const within = clause.within ? `${words.span(clause.within)}内，` : '';
      const n = words.amount(clause.atLeast);
      if (clause.measure === 'records') return `${within}${words.input(clause.of)}达到 ${n} 条`;
      const field = words.field(clause.of, clause.field ?? '');
      return clause.measure === 'distinct'
        ? `${within}${words.input(clause.of)}涉及不同的${field}达到 ${n} 个`
        : `${within}${words.input(clause.of)}的${field}合计达到 ${n}`;
    })
    .join('；或者');
}

function sequenceWords(sequence: Sequence, words: Words): string {
  return sequence.steps
    .map((step, i) => {
      const between = step.notBetween ? `（其间没有${words.inputs(step.notBetween)}）` : '';
      const within = step.within ? `（${words.span(step.within)}内）` : '';
      return `${i === 0 ? '先有' : '后有'}${words.input(step.of)}${between}${within}`;
    })
    .join('，');
}

function expectedWords(expected: readonly Expected[], words: Words): string {
  return words.inputs(expected.map((e) => (typeof e === 'string' ? e : e.of)));
}

function forwardWords(clause: ForwardClause, words: Words): string {
  const which = { each: '每条', first: '首条', last: '最后一条' }[clause.which];
  const unless = clause.unless.length > 0 ? `（${expectedWords(clause.unless, words)}的除外）` : '';
  const pauses = clause.pauses ? `；从${words.input(clause.pauses.of)}到${words.input(clause.pauses.until)}不计时` : '';
  const extensions = clause.extensions ? `；${words.input(clause.extensions.of)}的，期限相应延长` : '';
  const late = clause.lateOnly ? '只在逾期之后才有' : '没有';
  return `${which}${words.input(clause.of)}${words.deadline(clause.deadline, clause.of)}${late}${expectedWords(clause.expect, words)}${unless}${pauses}${extensions}`;
}

function backwardWords(clause: BackwardClause, words: Words): string {
  const within = clause.within ? ` ${words.span(clause.within)}内` : '';
  return `有${words.input(clause.of)}，而此前${within}没有${words.inputs(clause.expect)}`;
}

function absenceWords(absence: Absence, words: Words): string {
  return absence.any
    .map((clause) => (clause.look === 'backward' ? backwardWords(clause, words) : forwardWords(clause, words)))
    .join('；或者');
}

const COMPARISON_WORDS = {
  equals: '等于',
  differs: '不同于',
  above: '大于',
  atLeast: '不小于',
  below: '小于',
  atMost: '不大于',
} as const;

function conditionWords(condition: JoinCondition, join: Join, words: Words): string {
  const subject = words.input(join.subject);
  const compared = (condition.compare ?? []).map(
    (c) => `${words.field(condition.of, c.field)}${COMPARISON_WORDS[c.is]}${subject}的${words.field(join.subject, c.subject)}`,
  );
  const which = compared.length > 0 ? `${compared.join('且')}的` : '';
  const after = condition.after === undefined ? '' : `其后${condition.within ? ` ${words.span(condition.within)}内` : ''}`;
  const of = words.input(condition.of);
  if (condition.share)
    return `${after}${of}的${words.field(condition.of, condition.share.sum)}合计达到${subject}的${words.field(join.subject, condition.share.ofField)}的 ${words.amount(condition.share.percent)}%`;
  if (condition.sumBelow)
    return `${of}的${words.field(condition.of, condition.sumBelow.sum)}合计少于${words.field(join.subject, condition.sumBelow.field)}`;
  if (condition.none) return `${after}没有${which}${of}`;
  return `${after}有${which}${of}至少 ${words.amount(condition.atLeast ?? 1)} 条`;
}

function joinWords(join: Join, words: Words): string {
  const deadline = join.deadline ? `（${words.deadline(join.deadline, join.subject)}不判断）` : '';
  return `对每条${words.input(join.subject)}${deadline}：${join.all.map((c) => conditionWords(c, join, words)).join('，并且')}`;
}

function kindWords(rule: RuleDefinition, words: Words): string {
  switch (rule.kind) {
    case 'match':
      return `出现${words.input(rule.of)}`;
    case 'count':
      return countWords(rule, words);
    case 'sequence':
      return sequenceWords(rule, words);
    case 'absence':
      return absenceWords(rule, words);
    case 'join':
      return joinWords(rule, words);
  }
}

/** The rule in Chinese words, several lines: what it judges, what its inputs are, and its exceptions. With a catalogue, fields and values by their Chinese names. */
export function describeRule(rule: RuleDefinition, catalogue?: Catalogue): string {
  const words = new Words(rule, catalogue);
  const inputs = Object.entries(rule.inputs).map(([name, input]) => {
    const where = words.where(name, input.where);
    return `· ${words.input(name)}：${catalogue?.find(input.type)?.label ?? input.type}${where ? `，${where}` : ''}`;
  });
  const exceptions = rule.exceptions.map((e) => `· 例外：${e.reason}（${e.from ?? '一直'} 至 ${e.to ?? '今后'}）`);
  const sources = rule.sources === undefined ? [] : [`· 只看来自 ${rule.sources.join('、')} 的记录有没有问题`];
  return [`判断标准：${kindWords(rule, words)}。`, '其中：', ...inputs, ...sources, ...exceptions].join('\n');
}
