import type { Catalogue } from '@tianyan/contracts';
import { overlaid, sameCase, yuan, type Names, type ParameterSetting, type RuleDefinition } from '@tianyan/rules';
import type { RuleParameter } from '../api/index.js';

/** What names are taken from. */
export interface ParameterWords {
  catalogue: Catalogue;
  names: Names;
}

type Row = Pick<ParameterSetting, 'region' | 'from' | 'to' | 'when'>;

/** Where, when and for what a row counts, in Chinese. */
export function appliesText(rule: RuleDefinition, { region, from, to, when }: Row, { catalogue, names }: ParameterWords): string {
  const place = region === undefined ? null : names.division(region);
  const contracts = Object.values(rule.inputs).flatMap(({ type }) => catalogue.find(type) ?? []);
  const cases = Object.entries(when ?? {}).map(([field, wanted]) => {
    const meta = contracts.map(({ fields }) => fields[field]).find((one) => one !== undefined);
    const values = [wanted].flat().map((value) => meta?.values?.[String(value)] ?? String(value));
    return `${meta?.label ?? field}为${values.join('、')}`;
  });
  const parts = [
    ...(region === undefined ? [] : [place === undefined ? `区划 ${region}` : `${place}（${region}）`]),
    ...(from === undefined ? [] : [`自 ${from}`]),
    ...(to === undefined ? [] : [`至 ${to}`]),
    ...cases,
  ];
  return parts.length === 0 ? '全县，一直' : parts.join('，');
}

/** One setting in a line. */
export function settingLine(rule: RuleDefinition, setting: ParameterSetting, words: ParameterWords): string {
  const parameter = rule.parameters[setting.parameter];
  const { value: set } = setting;
  const value = parameter?.unit === '分' ? `${yuan(set)} 元` : `${set} ${parameter?.unit ?? ''}`.trim();
  return `${parameter?.label ?? setting.parameter}：${appliesText(rule, setting, words)}，${value}（${setting.document}）`;
}

/** The values of a parameter as they count, the first that fits first, each with its basis where the county has set it. */
export function parameterRows(
  rule: RuleDefinition,
  settings: readonly ParameterSetting[],
  name: string,
  words: ParameterWords,
): RuleParameter['rows'] {
  const parameter = overlaid(rule, settings).rule.parameters[name];
  const rows = parameter?.table ?? (parameter?.value === undefined ? [] : [{ value: parameter.value }]);
  const left = settings.filter((setting) => setting.parameter === name);
  return rows.map((row, i) => {
    const set = left.find((setting) => isSameRow(setting, row));
    if (set) left.splice(left.indexOf(set), 1);
    const isLast = rows.length > 1 && i === rows.length - 1;
    const applies = appliesText(rule, row, words);
    return {
      applies: isLast && applies === OPEN ? '其余' : applies,
      value: row.value,
      basis: set ? { document: set.document, demands: set.demands } : null,
    };
  });
}

const OPEN = '全县，一直';

function isSameRow(one: Row & { value: number }, other: Row & { value: number }): boolean {
  return (
    one.region === other.region &&
    one.from === other.from &&
    one.to === other.to &&
    one.value === other.value &&
    sameCase(one.when, other.when)
  );
}
