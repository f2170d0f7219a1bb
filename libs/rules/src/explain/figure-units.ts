import type { Catalogue } from '@tianyan/contracts';
import { kindOf } from '../kinds/index.js';
import type { RuleDefinition } from '../language/rule.js';

/** What the number of a figure is: fen, or hundredths of a percent. */
export type FigureUnit = 'money' | 'share';

/**
 * Units of the figures of a rule, of those that have one of these: what the kind says of its own, and fields of which a record type says it. The name of a
 * figure says nothing: a sum may be one of seconds, and the author of a query calls a number as it pleases.
 */
export function figureUnits(rule: RuleDefinition, catalogue: Catalogue): Readonly<Record<string, FigureUnit>> {
  const kind = kindOf(rule);
  const named = Object.entries(rule.figures).map(([figure, reference]) => {
    const [of = '', field = ''] = reference.split('.');
    return { figure, of, field };
  });
  const measured = [...(kind.sums?.(rule) ?? []), ...(kind.measuredAs?.(rule) ?? []), ...named];
  const isMoney = ({ of, field }: (typeof measured)[number]) =>
    catalogue.find(rule.inputs[of]?.type ?? '')?.fields[field]?.kind === 'money';
  // One figure may be now the sum of this field, now of that: of a count with several ways.
  const ofMoney = measured
    .filter(({ figure }) => measured.filter((other) => other.figure === figure).every(isMoney))
    .map(({ figure }): [string, FigureUnit] => [figure, 'money']);
  const shares = (kind.shares?.(rule) ?? []).map((name): [string, FigureUnit] => [name, 'share']);
  return Object.fromEntries([...ofMoney, ...shares]);
}
