import { maskText } from '@tianyan/access';
import { percentText, type Names } from '@tianyan/rules';
import type { FindingDetail } from '../api/index.js';
import type { RuleDescription } from '../rules/rule-description.js';
import { shownInstant, shownYuan } from './shown-fields.js';

/**
 * The figures of a finding as people read them; those that bear no Chinese name serve the evaluation only. What a figure
 * measures follows from the end of its name.
 */
export function shownFigures(
  figures: Readonly<Record<string, string | number>>,
  rule: RuleDescription | null,
  names: Names,
): FindingDetail['figures'] {
  return Object.entries(figures).flatMap(([name, value]) => {
    const label = rule?.figureLabels[name];
    // A join without a deadline gives the instant 0.
    const isUnset = name.endsWith('Ms') && value === 0;
    return label === undefined || isUnset ? [] : [{ name, label, text: figureText(name, value, names) }];
  });
}

function figureText(name: string, value: string | number, names: Names): string {
  if (typeof value === 'number' && name.endsWith('Ms')) return shownInstant(value);
  // Sums are sums of money: the rule language sums nothing else.
  if (typeof value === 'number' && /(Fen|Sum)$/.test(name)) return shownYuan(value);
  if (typeof value === 'number' && name.endsWith('Share')) return percentText(value);
  if (typeof value === 'number' && name.endsWith('Percent')) return `${value}%`;
  if (typeof value === 'number' && /months$/i.test(name)) return `${value} 个月`;
  if (typeof value === 'number' && /days$/i.test(name)) return `${value} 天`;
  if (typeof value === 'string' && /unit(Id)?$/i.test(name)) return names.unit(value) ?? value;
  if (typeof value === 'string' && name.endsWith('Code')) return names.division(value) ?? value;
  return maskText(String(value));
}
