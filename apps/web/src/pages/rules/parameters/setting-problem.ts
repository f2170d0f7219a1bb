import type { ParameterSetting, RuleParameter } from '@tianyan/console-app/api';
import { parameterValue } from '../../../format/parameter-value.js';

/** What is wrong with a row, and beside which field it is said. */
export interface SettingProblem {
  field: 'value' | 'to' | 'region';
  words: string;
}

/** Within what the numbers of a parameter have to be, as people type them; null: any. */
export function limitWords({ least, most, unit }: Pick<RuleParameter, 'least' | 'most' | 'unit'>): string | null {
  if (least !== null && most !== null) return `${parameterValue(least, unit)}～${parameterValue(most, unit)}`;
  if (least !== null) return `不小于 ${parameterValue(least, unit)}`;
  return most === null ? null : `不大于 ${parameterValue(most, unit)}`;
}

/** Whether it has one number alone, and a row with it already: another would contradict that one. */
export function hasItsOnlyRow(parameter: RuleParameter, settings: readonly ParameterSetting[]): boolean {
  const { name, byRegion, byDay, cases } = parameter;
  return !byRegion && !byDay && cases.length === 0 && settings.some((setting) => setting.parameter === name);
}

/** Why the row cannot stand beside those that are there; null: it can. */
export function settingProblem(
  setting: ParameterSetting,
  parameter: RuleParameter,
  settings: readonly ParameterSetting[],
): SettingProblem | null {
  const { least, most } = parameter;
  if ((least !== null && setting.value < least) || (most !== null && setting.value > most))
    return { field: 'value', words: `这个数不能用，应为${limitWords(parameter)}` };
  if (setting.from !== undefined && setting.to !== undefined && setting.from > setting.to)
    return { field: 'to', words: '结束日期早于开始日期' };
  const same = settings.findIndex((other) => isSamePlace(setting, other));
  if (same < 0) return null;
  return {
    field: parameter.byRegion ? 'region' : 'value',
    words: `和上面第 ${same + 1} 行的参数、地区、类别、日期都相同：要改那个取值，先删去那一行`,
  };
}

function isSamePlace(one: ParameterSetting, other: ParameterSetting): boolean {
  return (
    one.parameter === other.parameter &&
    one.region === other.region &&
    one.from === other.from &&
    one.to === other.to &&
    JSON.stringify(one.when) === JSON.stringify(other.when)
  );
}
