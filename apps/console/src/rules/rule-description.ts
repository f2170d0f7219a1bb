import type { Catalogue } from '@tianyan/contracts';
import {
  describeRule as meaningOf,
  figureMeasures,
  figureUnits,
  kindOf,
  ruleSql,
  YEARS_WITHOUT_NOTICE,
  type FigureUnit,
  type RuleDefinition,
  type Severity,
} from '@tianyan/rules';

/** A rule as people read it. */
export interface RuleDescription {
  id: string;
  version: number;
  title: string;
  class: string;
  severity: Severity;
  kind: string;
  kindLabel: string;
  /** Record types it reads. */
  recordTypes: readonly string[];
  /** The rule in Chinese, one sentence a line. */
  words: readonly string[];
  /** What it judges, written from the rule itself, one sentence a line. */
  meaning: readonly string[];
  /** Sources to which its text limits it; null: all. */
  sources: readonly string[] | null;
  /** Its query, limited to these sources; null: to those of its text. Takes milliseconds: for one rule, not for a list. */
  sql(sources: readonly string[] | null): string;
  parameters: readonly { name: string; label: string; text: string }[];
  legalBasis: readonly string[];
  exampleCount: number;
  /** Figure that says how much money is at stake; null: none. */
  amountAtStake: string | null;
  /** What its findings are about: the parts of its scope and further subjects. */
  subjectKinds: readonly string[];
  /** Chinese names of the roles of its evidence. */
  roleLabels: Readonly<Record<string, string>>;
  /** Chinese names of the figures of its explanation, where it gives them. */
  figureLabels: Readonly<Record<string, string>>;
  /** Which of them are amounts of money, or shares. */
  figureUnits: Readonly<Record<string, FigureUnit>>;
  /** In what the fields count of which others are: 秒, 人, 亩. */
  figureMeasures: Readonly<Record<string, string>>;
}

/** Chinese names of figures that shipped rules name by themselves; those of a kind the kind names, those of a field its contract. */
const FIGURE_LABELS: Readonly<Record<string, string>> = {
  complaintCount: '反映次数',
  [YEARS_WITHOUT_NOTICE]: '未收录放假安排的年份',
  paidSum: '已付金额',
  paidPercent: '已付比例',
  paidAtMs: '付款达到比例的时间',
  receivedSum: '已收金额',
  lastUnit: '最近承办单位',
};

/** A rule as the console shows it. */
export function describeRule(rule: RuleDefinition, catalogue: Catalogue): RuleDescription {
  return {
    id: rule.id,
    version: rule.version,
    title: rule.title,
    class: rule.class,
    severity: rule.severity,
    kind: rule.kind,
    kindLabel: kindOf(rule).label,
    recordTypes: [...new Set(Object.values(rule.inputs).map((input) => input.type))],
    words: rule.description.split(/(?<=[。；])/).filter((sentence) => sentence.trim() !== ''),
    meaning: meaningOf(rule, catalogue).split('\n'),
    sources: rule.sources ?? null,
    sql: (sources) => ruleSql(sources === null ? rule : { ...rule, sources: [...sources] }, catalogue),
    parameters: Object.entries(rule.parameters).map(([name, parameter]) => ({
      name,
      label: parameter.label,
      text: parameterText(parameter),
    })),
    legalBasis: rule.basis.map(({ document, demands }) => `${document}：${demands}`),
    exampleCount: rule.examples.length,
    amountAtStake: rule.amountAtStake ?? null,
    subjectKinds: [...new Set([...rule.scope, ...Object.keys(rule.subjects)])],
    roleLabels: rule.roles,
    figureLabels: { ...kindOf(rule).figureLabels(rule), ...FIGURE_LABELS, ...fieldLabels(rule, catalogue) },
    figureUnits: figureUnits(rule, catalogue),
    figureMeasures: figureMeasures(rule, catalogue),
  };
}

type Parameter = RuleDefinition['parameters'][string];

function parameterText(parameter: Parameter): string {
  const unit = parameter.unit ?? '';
  if (parameter.value !== undefined) return `${parameter.value} ${unit}`.trim();
  return (parameter.table ?? [])
    .map((row) => {
      const where = [
        row.region === undefined ? null : `区划 ${row.region}`,
        row.from === undefined ? null : `自 ${row.from}`,
        row.to === undefined ? null : `至 ${row.to}`,
        ...Object.entries(row.when ?? {}).map(
          ([field, value]) => `${field}=${Array.isArray(value) ? value.join('/') : String(value)}`,
        ),
      ].filter((part) => part !== null);
      return `${where.length === 0 ? '其他' : where.join('，')}：${row.value} ${unit}`.trim();
    })
    .join('；');
}

/** `annualFen: contract.annualFen` is labelled as the contract's field is; parameters and subjects bear their own labels. */
function fieldLabels(rule: RuleDefinition, catalogue: Catalogue): Record<string, string> {
  const named = Object.entries({ ...rule.subjects, ...rule.figures }).flatMap(([name, reference]) => {
    const [input = '', field = ''] = reference.split('.');
    const label = catalogue.find(rule.inputs[input]?.type ?? '')?.fields[field]?.label;
    return label === undefined ? [] : [{ name, input, label: FIGURE_LABELS[name] ?? label }];
  });
  const labels: Record<string, string> = {};
  for (const { name, input, label } of named) {
    // Two figures may come from fields of one label, such as 期限 of a contract and of its deal.
    const isShared = named.some((other) => other.label === label && other.input !== input);
    labels[name] = isShared ? `${rule.roles[input] ?? ''}${label}` : label;
  }
  for (const [name, parameter] of Object.entries(rule.parameters)) labels[name] = parameter.label;
  return labels;
}
