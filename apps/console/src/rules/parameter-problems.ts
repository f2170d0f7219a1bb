import type { Catalogue } from '@tianyan/contracts';
import { parameterLimits, parameterPlaces, yuan, type ParameterSetting, type RuleDefinition } from '@tianyan/rules';

type Parameter = RuleDefinition['parameters'][string];

/** What is wrong with rows by themselves, in Chinese, by the names that people see: numbers out of their limits, and a second row where there is one number. */
export function settingProblems(rule: RuleDefinition, settings: readonly ParameterSetting[], catalogue: Catalogue): string[] {
  const limits = parameterLimits(rule, catalogue);
  const single = new Set(
    parameterPlaces(rule)
      .filter(({ byRegion, byDay, cases }) => !byRegion && !byDay && cases.length === 0)
      .map(({ name }) => name),
  );
  return settings.flatMap(({ parameter: name, value }, i) => {
    const parameter = rule.parameters[name];
    if (!parameter) return [];
    const of = `第 ${i + 1} 行“${parameter.label}”`;
    const { least = -Infinity, most = Infinity } = limits.get(name) ?? {};
    const isSecond = single.has(name) && settings.findIndex((other) => other.parameter === name) < i;
    return [
      ...(value < least ? [`${of}应不小于 ${valueText(least, parameter)}，这里是 ${valueText(value, parameter)}`] : []),
      ...(value > most ? [`${of}应不大于 ${valueText(most, parameter)}，这里是 ${valueText(value, parameter)}`] : []),
      ...(isSecond ? [`${of}只能全县一个取值，前面已经有一行：请删去一行`] : []),
    ];
  });
}

/** A problem of the whole rule with its settings, by the name of the parameter instead of the place in the text. */
export function problemWords(rule: RuleDefinition, { path, message }: { path: string; message: string }): string {
  const name = parameterAt(rule, path);
  const label = name === null ? undefined : rule.parameters[name]?.label;
  const words = Object.entries(rule.parameters).reduce(
    (text, [named, parameter]) => text.replaceAll(`参数 ${named} `, `参数“${parameter.label}”`),
    message,
  );
  return label === undefined ? words : `“${label}”：${words}`;
}

/** The parameter that stands at this place of a rule, or of which it is a part. */
function parameterAt(rule: RuleDefinition, path: string): string | null {
  const parts = path.split('.');
  if (parts[0] === 'parameters') return parts[1] ?? null;
  let part: unknown = rule;
  for (const key of parts) {
    if (typeof part !== 'object' || part === null) break;
    // Text of a rule: what its schema has at this key is looked at below and not taken for granted.
    part = (part as Readonly<Record<string, unknown>>)[key];
    if (typeof part === 'object' && part !== null && 'parameter' in part && typeof part.parameter === 'string')
      return part.parameter;
  }
  return null;
}

function valueText(value: number, { unit }: Parameter): string {
  return unit === '分' ? `${yuan(value)} 元` : `${value} ${unit ?? ''}`.trim();
}
