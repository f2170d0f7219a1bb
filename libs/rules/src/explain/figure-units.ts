import type { Catalogue, FieldMeta } from '@tianyan/contracts';
import { kindOf } from '../kinds/index.js';
import type { RuleDefinition } from '../language/rule.js';

/** What the number of a figure is: fen, or hundredths of a percent. */
export type FigureUnit = 'money' | 'share';

interface Measured {
  figure: string;
  meta: FieldMeta | undefined;
}

/** Figures that are a value or a sum of a field, with what the contract says of it; one may be now of this field, now of that: of a count with several ways. */
function measuredBy(rule: RuleDefinition, catalogue: Catalogue): readonly Measured[] {
  const kind = kindOf(rule);
  const named = Object.entries(rule.figures).map(([figure, reference]) => {
    const [of = '', field = ''] = reference.split('.');
    return { figure, of, field };
  });
  return [...(kind.sums?.(rule) ?? []), ...(kind.measuredAs?.(rule) ?? []), ...named].map(({ figure, of, field }) => ({
    figure,
    meta: catalogue.find(rule.inputs[of]?.type ?? '')?.fields[field],
  }));
}

/**
 * Units of the figures of a rule, of those that have one of these: what the kind says of its own, and fields of which a record type says it. The name of a
 * figure says nothing: a sum may be one of seconds, and the author of a query calls a number as it pleases.
 */
export function figureUnits(rule: RuleDefinition, catalogue: Catalogue): Readonly<Record<string, FigureUnit>> {
  const measured = measuredBy(rule, catalogue);
  const ofMoney = measured
    .filter(({ figure }) => measured.filter((other) => other.figure === figure).every(({ meta }) => meta?.kind === 'money'))
    .map(({ figure }): [string, FigureUnit] => [figure, 'money']);
  const shares = (kindOf(rule).shares?.(rule) ?? []).map((name): [string, FigureUnit] => [name, 'share']);
  return Object.fromEntries([...ofMoney, ...shares]);
}

/** In what the fields count (秒, 人, 亩) of which the other figures are: a plain number of seconds says nothing to whoever reads it. */
export function figureMeasures(rule: RuleDefinition, catalogue: Catalogue): Readonly<Record<string, string>> {
  const measured = measuredBy(rule, catalogue);
  return Object.fromEntries(
    measured.flatMap(({ figure, meta }) => {
      const unit = meta?.kind === 'money' ? undefined : meta?.unit;
      const isOne = measured.every((other) => other.figure !== figure || other.meta?.unit === unit);
      return unit === undefined || !isOne ? [] : [[figure, unit]];
    }),
  );
}
