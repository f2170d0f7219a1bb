import type { TableRow } from '../language/parameters.js';
import type { RuleDefinition } from '../language/rule.js';
import { citedNames, references, toldFrom } from '../compile/told-parameters.js';

/** A case that a table of the text tells apart. */
export type ParameterCase = NonNullable<TableRow['when']>;

/** What a county can set for one parameter of a rule. */
export interface ParameterPlace {
  name: string;
  label: string;
  unit: string | null;
  /** Every place where it is used says which field holds the division code. */
  byRegion: boolean;
  /** Every place where it is used says which day counts. */
  byDay: boolean;
  /** Cases that its table tells apart, in their order; a setting is of one of them, or of all. */
  cases: readonly ParameterCase[];
}

/**
 * The parameters of a rule with what their places in it allow. A count or a window takes one number: it names neither field, so
 * that only one value for the whole county can be set.
 */
export function parameterPlaces(rule: RuleDefinition): ParameterPlace[] {
  const { examples: _examples, parameters, ...rest } = rule;
  const refs = [...references(rest)];
  const cited = citedNames(rule);
  return Object.entries(parameters).map(([name, { label, unit, value, table }]) => {
    const mine = refs.filter(({ parameter }) => parameter === name);
    // The explanation names one number of it: that of the finding, if the rule says which applied.
    const isOne = mine.length === 0 || (value !== undefined && cited.has(name) && toldFrom(rule, name) === null);
    const whens = (table ?? []).flatMap(({ when }) => (when === undefined ? [] : [when]));
    return {
      name,
      label,
      unit: unit ?? null,
      byRegion: !isOne && mine.every(({ region }) => region !== undefined),
      byDay: !isOne && mine.every(({ day }) => day !== undefined),
      cases: whens.filter((when, i) => whens.findIndex((other) => sameCase(other, when)) === i),
    };
  });
}

export function sameCase(one: ParameterCase | undefined, other: ParameterCase | undefined): boolean {
  const text = (when: ParameterCase | undefined) =>
    JSON.stringify(Object.entries(when ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return text(one) === text(other);
}
