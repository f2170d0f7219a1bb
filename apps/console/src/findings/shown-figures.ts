import { maskText } from '@tianyan/access';
import { percentText, type FigureUnit, type Names } from '@tianyan/rules';
import type { FindingDetail } from '../api/index.js';
import type { RuleDescription } from '../rules/rule-description.js';
import { shownInstant, shownYuan } from './shown-fields.js';

/**
 * The figures of a finding as people read them; those that bear no Chinese name serve the evaluation only. What is money or a share the
 * rule says, and in what its field counts; of the rest the end of the name.
 */
export function shownFigures(
  figures: Readonly<Record<string, string | number>>,
  rule: Pick<RuleDescription, 'figureLabels' | 'figureUnits' | 'figureMeasures'> | null,
  names: Names,
): FindingDetail['figures'] {
  return Object.entries(figures).flatMap(([name, value]) => {
    const label = rule?.figureLabels[name];
    // A join without a deadline gives the instant 0.
    const isUnset = name.endsWith('Ms') && value === 0;
    return label === undefined || isUnset
      ? []
      : [
          {
            name,
            label,
            text: figureText({ name, unit: rule?.figureUnits[name], measure: rule?.figureMeasures[name] }, value, names),
          },
        ];
  });
}

function figureText(
  { name, unit, measure }: { name: string; unit: FigureUnit | undefined; measure: string | undefined },
  value: string | number,
  names: Names,
): string {
  if (typeof value === 'number' && unit === 'money') return shownYuan(value);
  if (typeof value === 'number' && unit === 'share') return percentText(value);
  if (typeof value === 'number' && name.endsWith('Ms')) return shownInstant(value);
  // The author of a query says it by the name.
  if (typeof value === 'number' && name.endsWith('Fen')) return shownYuan(value);
  if (typeof value === 'number' && name.endsWith('Percent')) return `${value}%`;
  if (typeof value === 'number' && /months$/i.test(name)) return `${value} 个月`;
  if (typeof value === 'number' && /days$/i.test(name)) return `${value} 天`;
  if (typeof value === 'number' && measure !== undefined) return `${value} ${measure}`;
  if (typeof value === 'string' && /unit(Id)?$/i.test(name)) return names.unit(value) ?? value;
  if (typeof value === 'string' && name.endsWith('Code')) return names.division(value) ?? value;
  return maskText(String(value));
}
