import type { Elements, Env, Expr, Run } from './expr.js';

const compiled = new WeakMap<Expr<unknown>, Run>();

/** The expression as a function, made once. */
export function compileRun<T>(expr: Expr<T>): (env: Env) => T {
  // What an operator gives is its builder's type.
  return runOf(expr) as (env: Env) => T;
}

function runOf(expr: Expr<unknown>): Run {
  let run = compiled.get(expr);
  if (!run) {
    run = made(expr);
    compiled.set(expr, run);
  }
  return run;
}

function made(expr: Expr<unknown>): Run {
  const { operator } = expr;
  switch (operator.kind) {
    case 'leaf':
      return operator.run;
    case 'param':
      return () => operator.cell.value;
    case 'step':
      return stepOf(expr);
    case 'each':
      return eachOf(expr, operator.run);
    case 'plain':
      // Its arguments have the types that it takes: the builder checked them.
      return plainOf(expr, operator.run as (...args: unknown[]) => unknown);
  }
}

function plainOf({ args }: Expr<unknown>, of: (...args: unknown[]) => unknown): Run {
  const [first, second, third, ...others] = args.map(runOf);
  if (!first) return () => of();
  if (!second) return (env) => of(first(env));
  if (!third) return (env) => of(first(env), second(env));
  if (others.length === 0) return (env) => of(first(env), second(env), third(env));
  return (env) => of(first(env), second(env), third(env), ...others.map((run) => run(env)));
}

function eachOf({ args, body }: Expr<unknown>, of: (elements: Elements) => unknown): Run {
  if (!body) throw new TypeError('an operator over lists has a body');
  const lists = args.map(runOf) as ((env: Env) => readonly unknown[])[];
  const run = runOf(body.of);
  const cells = body.params.flatMap(({ operator }) => (operator.kind === 'param' ? [operator.cell] : []));
  return (env) => {
    const values = lists.map((list) => list(env));
    const length = values[0]?.length ?? 0;
    const at = (index: number) => {
      for (const [k, cell] of cells.entries()) cell.value = values[k]?.[index];
      return run(env);
    };
    return of({ length, lists: values, at });
  };
}

/** Once per evaluation: the environment is one for each scope and instant. */
function stepOf(expr: Expr<unknown>): Run {
  const [of] = expr.args.map(runOf);
  if (!of) throw new TypeError('a step has a value');
  let known: { env: Env; value: unknown } | null = null;
  return (env) => {
    if (known?.env !== env) known = { env, value: of(env) };
    return known.value;
  };
}
