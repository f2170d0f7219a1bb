import { amountOfEach, lastOf, lookedUp } from '../../compile/looked-up.js';
import { SPAN_MS, type Members, type RuleContext } from '../../compile/rule-context.js';
import { step, type Expr } from '../../expression/expr.js';
import { map, numberAt } from '../../expression/operators/lists.js';
import { both, not } from '../../expression/operators/tests.js';
import { isMissing, number, orElse, plus, times } from '../../expression/operators/values.js';
import type { RuleDefinition } from '../../language/rule.js';
import { lengthOfSpan, type Amount, type ParameterRef } from '../../language/values.js';
import type { CountClause } from './schema.js';

/** The numbers of a clause that may be looked up. */
function amountsOf({ atLeast, within }: CountClause): Amount[] {
  return [atLeast, ...(within ? [lengthOfSpan(within).amount] : [])];
}

function tableOf(rule: Pick<RuleDefinition, 'parameters'>, amount: Amount) {
  return typeof amount === 'number' ? undefined : rule.parameters[amount.parameter]?.table;
}

/** Whether a number of the clause is one of a table. Otherwise it is one for all, and much is simpler. */
export function looksUp(rule: Pick<RuleDefinition, 'parameters'>, clause: CountClause): boolean {
  return amountsOf(clause).some((amount) => tableOf(rule, amount) !== undefined);
}

function referencesOf(clause: CountClause): ParameterRef[] {
  return amountsOf(clause).filter((amount) => typeof amount !== 'number');
}

/** A number of the clause for each record of its input; missing where no row of a table fits. */
function eachOf(amount: Amount, clause: CountClause, members: Members, rule: RuleContext): Expr<readonly (number | null)[]> {
  const { of, details } = clause;
  // Before the fields: columns of the query stand in the order in which they are asked for.
  const each = rule.places(members);
  if (details === undefined || typeof amount === 'number' || !tableOf(rule.rule, amount))
    return amountOfEach(amount, of, members, rule);
  const one = inDetails(amount, details, rule);
  return map([each], (_place) => one);
}

/** A number of a table as the last record of `details` has it. */
function inDetails(ref: ParameterRef, details: string, rule: RuleContext): Expr<number | null> {
  return lookedUp(ref, rule.rule.parameters[ref.parameter]?.table ?? [], rule, {
    column: (field) => rule.column(details, field),
    value: (field) => lastOf(rule, `details_${details}_${field}`, details, field),
  });
}

/** What applies to each record of the input. */
interface EachLimit {
  /** 0 where there is none. */
  thresholds: Expr<readonly number[]>;
  /** Null: no window. 0 where there is none. */
  spans: Expr<readonly number[]> | null;
  /** Both are there. */
  known: Expr<readonly boolean[]>;
}

export function limitsOfEach(clause: CountClause, index: number, members: Members, rule: RuleContext): EachLimit {
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(`${name}${index}`), of);
  const { within } = clause;
  const found = named('limits', eachOf(clause.atLeast, clause, members, rule));
  const thresholds = named(
    'thresholds',
    map([found], (limit) => orElse(limit, number(0))),
  );
  const isThere = map([found], (limit) => not(isMissing(limit)));
  if (within === undefined) return { thresholds, spans: null, known: isThere };
  const { unit, amount } = lengthOfSpan(within);
  const lengths = named('lengths', eachOf(amount, clause, members, rule));
  const more = number(within.boundary === 'inclusive' ? 1 : 0);
  const spans = named(
    'spans',
    map([lengths], (length) => plus(times(orElse(length, number(0)), number(SPAN_MS[unit])), more)),
  );
  return { thresholds, spans, known: map([isThere, lengths], (is, length) => both(is, not(isMissing(length)))) };
}

/**
 * The numbers of the tables that the clauses look up, as they applied to what the figures speak of.
 * @param ofFirst the records of the first clause, and the place of the one at which it is first reached
 */
export function appliedNumbers(
  clauses: readonly CountClause[],
  rule: RuleContext,
  ofFirst: { members: Members; place: Expr<number> },
): Record<string, Expr<number | null>> {
  const names = tellable(clauses);
  const uses = clauses.flatMap((clause) => referencesOf(clause).map((ref) => ({ ref, clause })));
  const tables = uses.filter(({ ref }) => names.includes(ref.parameter) && tableOf(rule.rule, ref) !== undefined);
  return Object.fromEntries(
    tables.map(({ ref, clause }): [string, Expr<number | null>] => {
      if (clause.details !== undefined) return [ref.parameter, inDetails(ref, clause.details, rule)];
      const numbers = map([eachOf(ref, clause, ofFirst.members, rule)], (one) => orElse(one, number(0)));
      return [ref.parameter, numberAt(numbers, ofFirst.place)];
    }),
  );
}

/**
 * Names of the parameters of which it can be told which number applied: all that one is for is looked up in one way, in a record of details, of which
 * there is one; or there is but one clause, and the record at which it is first reached has it.
 */
export function tellable(clauses: readonly CountClause[]): string[] {
  const uses = clauses.flatMap((clause) => referencesOf(clause).map((ref) => ({ ref, details: clause.details })));
  const names = [...new Set(uses.map(({ ref }) => ref.parameter))];
  return names.filter((name) => {
    const mine = uses.filter(({ ref }) => ref.parameter === name);
    const [one] = mine;
    const isSame = mine.every(
      ({ ref, details }) => details === one?.details && ref.region === one?.ref.region && ref.day === one?.ref.day,
    );
    return isSame && (one?.details !== undefined || clauses.length === 1);
  });
}
