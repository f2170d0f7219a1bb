import type { CalendarDays } from './calendar-days.js';

/**
 * A typed expression over the sorted records of one scope. A kind is lowered to it once; two interpreters give it a meaning:
 * {@link SqlWriter} writes it as SQL (sweeps, backtests), {@link compileRun} runs it in this process (live, by time). They
 * must agree on every value: an operator is one definition that holds both, and a property test compares them.
 */
export interface Expr<out T> {
  readonly operator: Operator;
  readonly args: readonly Expr<unknown>[];
  /** What an operator over lists does with their elements; its parameters in the order of the lists. */
  readonly body: { readonly params: readonly Expr<unknown>[]; readonly of: Expr<unknown> } | null;
  /** Only for the type checker. */
  readonly gives?: T;
}

/** A field of a record: a day as its number since 1970-01-01, an area in ten-thousandths of a mu, a flag as 0 or 1. */
export type Field = number | string | null;

/** Values of one evaluation: read by the process interpreter only. */
export interface Env {
  readonly calendar: CalendarDays;
  readonly nowMs: number;
  /** What the leaves read; they know its shape. */
  readonly scope: unknown;
}

export type Run = (env: Env) => unknown;

/** Goes through aligned lists; `at(i)` is the body over their i-th elements, from 0. */
export interface Elements {
  readonly length: number;
  readonly lists: readonly (readonly unknown[])[];
  readonly at: (index: number) => unknown;
}

export type Operator =
  | {
      kind: 'plain';
      name: string;
      sql: (...args: string[]) => string;
      run: (...args: never[]) => unknown;
      /** A first argument of this value is the answer, whatever the second: that is not asked for then. */
      decidedBy?: unknown;
    }
  | { kind: 'each'; name: string; sql: (lambda: string, lists: string) => string; run: (elements: Elements) => unknown }
  | { kind: 'leaf'; name: string; sql: string; run: Run }
  | { kind: 'constant'; name: string; sql: string; value: unknown }
  // The element that is being looked at: nothing is evaluated twice at once.
  | { kind: 'param'; name: string; cell: { value: unknown } }
  | { kind: 'step'; name: string };

type Exprs<A extends readonly unknown[]> = { readonly [K in keyof A]: Expr<A[K]> };
type Texts<A extends readonly unknown[]> = { readonly [K in keyof A]: string };

/** Defines an operator over values: its SQL from the SQL of its arguments, and its value from their values. */
export function operator<A extends readonly unknown[], R>(definition: {
  name: string;
  sql: (...args: Texts<A>) => string;
  run: (...args: A) => R;
  decidedBy?: R;
}): (...args: Exprs<A>) => Expr<R> {
  // The arguments of both functions are those of the builder that is given back, which is typed.
  const made = { kind: 'plain', ...definition } as unknown as Operator;
  return (...args) => ({ operator: made, args, body: null });
}

/** Defines an operator that goes through aligned lists with a body. */
export function eachOperator<R, B = unknown>(definition: {
  name: string;
  sql: (lambda: string, lists: string) => string;
  run: (elements: Elements) => R;
}): <A extends readonly unknown[]>(
  lists: { readonly [K in keyof A]: Expr<readonly A[K][]> },
  body: (...elements: Exprs<A>) => Expr<B>,
) => Expr<R> {
  const made: Operator = { kind: 'each', ...definition };
  return <A extends readonly unknown[]>(
    lists: { readonly [K in keyof A]: Expr<readonly A[K][]> },
    body: (...elements: Exprs<A>) => Expr<B>,
  ) => {
    const params = lists.map(() => parameter());
    // One parameter for each list, with the type of its elements.
    return { operator: made, args: lists, body: { params, of: body(...(params as unknown as Exprs<A>)) } };
  };
}

function parameter(): Expr<unknown> {
  return { operator: { kind: 'param', name: 'element', cell: { value: null } }, args: [], body: null };
}

/** A value that comes from outside: a column of the scope, a number of the rule. */
export function leaf<T>(name: string, sql: string, run: (env: Env) => T): Expr<T> {
  return { operator: { kind: 'leaf', name, sql, run }, args: [], body: null };
}

/** A leaf that is the same in every scope at every instant. */
export function constant<T>(name: string, sql: string, value: T): Expr<T> {
  return { operator: { kind: 'constant', name, sql, value }, args: [], body: null };
}

/** A value with a name, computed once per scope however often it is used: a named column of the query. */
export function step<T>(name: string, of: Expr<T>): Expr<T> {
  return { operator: { kind: 'step', name }, args: [of], body: null };
}
