import type { TableRow } from '../language/parameters.js';
import type { RuleDefinition } from '../language/rule.js';
import type { ParameterSetting } from './parameter-setting.js';
import { parameterPlaces, sameCase } from './parameter-places.js';

/** A setting that does not fit the rule, and why, in Chinese. */
export interface Misfit {
  setting: ParameterSetting;
  reason: string;
}

/** A rule as it is judged with a county's settings, and the settings that do not fit its text. */
export interface OverlaidRule {
  rule: RuleDefinition;
  misfits: readonly Misfit[];
}

/**
 * The rule with the settings written into its parameters, as a person would have written them by hand:
 * - a single value is replaced, or, where it is looked up by place or day, becomes a table of the settings with that value last;
 * - before the rows of a table stand the settings, the narrower first: those of a case, those of a longer region, those with both
 *   days, with one, with none. A setting without place, days and case takes the place of all rows of the text;
 * - where every row of the table names a case, a setting without one is one for each of these cases.
 * Settings that do not fit the text are left out and told.
 */
export function overlaid(rule: RuleDefinition, settings: readonly ParameterSetting[]): OverlaidRule {
  if (settings.length === 0) return { rule, misfits: [] };
  const places = new Map(parameterPlaces(rule).map((place) => [place.name, place]));
  const misfits: Misfit[] = [];
  const rows = new Map<string, TableRow[]>();
  for (const setting of settings) {
    const reason = misfitOf(setting, places.get(setting.parameter));
    if (reason !== null) misfits.push({ setting, reason });
    else rows.set(setting.parameter, [...(rows.get(setting.parameter) ?? []), rowOf(setting)]);
  }
  const parameters = { ...rule.parameters };
  for (const [name, set] of rows) {
    const parameter = parameters[name];
    if (parameter) parameters[name] = withRows(parameter, ofItsCases(parameter, set).toSorted(narrowerFirst));
  }
  return { rule: { ...rule, parameters }, misfits };
}

type Parameter = RuleDefinition['parameters'][string];

/**
 * A table whose every row names a case says by its rows whom the rule is about: what has no row is not judged. A setting of all cases is one for
 * each of those, and of nothing else; or a limit that is set for one township would make its every order an urgent one.
 */
function ofItsCases({ table = [] }: Parameter, set: readonly TableRow[]): readonly TableRow[] {
  const cases = table.flatMap(({ when }) => (when === undefined ? [] : [when]));
  if (table.length === 0 || cases.length < table.length) return set;
  return set.flatMap((row) => (row.when === undefined ? cases.map((when) => ({ ...row, when })) : [row]));
}

function withRows({ value, table, ...words }: Parameter, set: readonly TableRow[]): Parameter {
  const [only] = set;
  if (value !== undefined && set.length === 1 && only && isOpen(only)) return { ...words, value: only.value };
  const text = table ?? (value === undefined ? [] : [{ value }]);
  return { ...words, table: set.some(isOpen) ? [...set] : [...set, ...text] };
}

function misfitOf(setting: ParameterSetting, place: ReturnType<typeof parameterPlaces>[number] | undefined): string | null {
  if (!place) return `规则里已经没有参数 ${setting.parameter}，这一行不起作用`;
  if (setting.region !== undefined && !place.byRegion) return `参数“${place.label}”不能按地区取值，只能全县一个数`;
  if ((setting.from ?? setting.to) !== undefined && !place.byDay) return `参数“${place.label}”不能按日期取值，只能一直是一个数`;
  if (setting.when !== undefined && !place.cases.some((one) => sameCase(one, setting.when)))
    return `参数“${place.label}”在规则里已经不分这一类，这一行不起作用`;
  return null;
}

function rowOf({ parameter: _parameter, document: _document, demands: _demands, ...row }: ParameterSetting): TableRow {
  return row;
}

function isOpen({ region, from, to, when }: TableRow): boolean {
  return region === undefined && from === undefined && to === undefined && when === undefined;
}

/** What the settings contradict of each other, in Chinese; empty: nothing. */
export function contradictions(settings: readonly ParameterSetting[]): string[] {
  return settings.flatMap((one, i) => [
    ...(one.from !== undefined && one.to !== undefined && one.from > one.to ? [`第 ${i + 1} 行：开始日期晚于结束日期`] : []),
    ...settings
      .slice(0, i)
      .flatMap((other, j) =>
        isRival(one, other) ? [`第 ${j + 1} 行和第 ${i + 1} 行的地区、类别相同，日期又重叠，请改成首尾相接`] : [],
      ),
  ]);
}

/** Two rows that fit the same place, case and day, and of which neither is narrower. */
function isRival(one: ParameterSetting, other: ParameterSetting): boolean {
  if (one.parameter !== other.parameter || one.region !== other.region || !sameCase(one.when, other.when)) return false;
  if (narrowness(one)[2] !== narrowness(other)[2]) return false;
  return (one.from ?? '') <= (other.to ?? '9999') && (other.from ?? '') <= (one.to ?? '9999');
}

function narrowness({ region, from, to, when }: TableRow): readonly [number, number, number] {
  return [when === undefined ? 0 : 1, region?.length ?? 0, [from, to].filter((day) => day !== undefined).length];
}

function narrowerFirst(one: TableRow, other: TableRow): number {
  const [mine, others] = [narrowness(one), narrowness(other)];
  return others[0] - mine[0] || others[1] - mine[1] || others[2] - mine[2];
}
