import { PLACEHOLDER } from '../explain/explain.js';
import { kindOf } from '../kinds/index.js';
import type { TableRow } from '../language/parameters.js';
import type { RuleDefinition } from '../language/rule.js';
import type { ParameterRef } from '../language/values.js';

/** Where a parameter is looked up whose number the explanation may tell, though it is not one for all. */
export type ToldFrom =
  /** In conditions of one input, in the same way wherever: of its record that the finding speaks of. */
  | { input: string; ref: ParameterRef }
  /** In the deadlines, limits or counts by which the kind judges: the kind says which number applied. */
  | { input: null };

/** Every `{ parameter: … }` in a part of a rule. */
export function* references(part: unknown): Generator<ParameterRef> {
  if (typeof part !== 'object' || part === null) return;
  // The schema: what names a parameter is a reference to it.
  if ('parameter' in part && typeof part.parameter === 'string') yield part as ParameterRef;
  for (const inner of Object.values(part)) yield* references(inner);
}

/** Names that the explanation mentions. */
export function citedNames({ explanation }: Pick<RuleDefinition, 'explanation'>): ReadonlySet<string> {
  return new Set([...explanation.matchAll(PLACEHOLDER)].map(([, name = '']) => name));
}

/**
 * How the number of a parameter is told that applied to a finding, where it may be another in another place or on another day. Null: it
 * cannot be; several places of the rule look it up, each perhaps with another result, or one that has no record of its own.
 */
export function toldFrom(rule: RuleDefinition, name: string): ToldFrom | null {
  const kind = kindOf(rule);
  if (kind.family !== 'timeline') return null;
  // What the rule itself calls so is meant by its explanation.
  if (name in rule.figures || name in rule.subjects || rule.scope.includes(name)) return null;
  const { examples: _examples, parameters: _parameters, inputs, ...ofKind } = rule;
  const isMine = ({ parameter }: ParameterRef) => parameter === name;
  const byInput = Object.entries(inputs).map(([input, { where }]) => ({ input, refs: [...references(where)].filter(isMine) }));
  const [only, ...others] = byInput.filter(({ refs }) => refs.length > 0);
  const isInKind = [...references(ofKind)].some(isMine);
  // A kind calls the limit that applied `limit`: that is the same number.
  const isOther = name !== 'limit' && kind.figures(rule).includes(name);
  if (!only) return isInKind && kind.applied?.(rule).includes(name) && !isOther ? { input: null } : null;
  const [ref, ...further] = only.refs;
  // What the kind itself calls so is another number.
  if (isInKind || others.length > 0 || !ref || kind.figures(rule).includes(name)) return null;
  const isSame = (one: ParameterRef) => one.region === ref.region && one.day === ref.day;
  return further.every(isSame) ? { input: only.input, ref } : null;
}

/** Parameters of which the explanation may tell a number: there is one for all, or it can be said which one applied. */
export function tellableNames(rule: RuleDefinition): string[] {
  return Object.keys(rule.parameters).filter(
    (name) => rule.parameters[name]?.value !== undefined || toldFrom(rule, name) !== null,
  );
}

interface ToldTable {
  name: string;
  table: readonly TableRow[];
  from: ToldFrom;
}

/** Parameters that are tables, and of which the explanation tells a number: figures of the rule beside those of its kind. */
export function toldTables(rule: RuleDefinition): ToldTable[] {
  const cited = citedNames(rule);
  return Object.entries(rule.parameters).flatMap(([name, { table }]) => {
    const from = table !== undefined && cited.has(name) ? toldFrom(rule, name) : null;
    return table && from ? [{ name, table, from }] : [];
  });
}

/** Their names. */
export function toldNames(rule: RuleDefinition): string[] {
  return toldTables(rule).map(({ name }) => name);
}
