import type { Elements, Env, Expr, Run } from './expr.js';
import { Sharing } from './sharing.js';

/** Makes functions of expressions; what is the same in several is computed once per scope and instant. */
export class Runner {
  private readonly sharing = new Sharing();
  private readonly made = new Map<Expr<unknown>, Run>();

  /** The one expression for all that are the same; to be called for everything before the first {@link run}. */
  share<T>(expr: Expr<T>): Expr<T> {
    return this.sharing.share(expr);
  }

  /** @param expr as {@link share} gave it */
  run<T>(expr: Expr<T>): (env: Env) => T {
    // What an operator gives is its builder's type.
    return this.runOf(expr) as (env: Env) => T;
  }

  private runOf(expr: Expr<unknown>): Run {
    let run = this.made.get(expr);
    if (!run) {
      const plain = this.make(expr);
      // Also what stands once, for it may stand where a list is gone through.
      run = this.sharing.isClosed(expr) ? kept(plain) : plain;
      this.made.set(expr, run);
    }
    return run;
  }

  private make(expr: Expr<unknown>): Run {
    const { operator } = expr;
    switch (operator.kind) {
      case 'leaf':
        return operator.run;
      case 'param':
        return () => operator.cell.value;
      case 'step':
        return expr.args.map((arg) => this.runOf(arg))[0] ?? raise();
      case 'each':
        return this.each(expr, operator.run);
      case 'plain':
        // Its arguments have the types that it takes: the builder checked them.
        return this.plain(expr, operator.run as (...args: unknown[]) => unknown, operator.decidedBy);
    }
  }

  private plain({ args }: Expr<unknown>, of: (...args: unknown[]) => unknown, decidedBy: unknown): Run {
    const runs = args.map((arg) => this.runOf(arg));
    const [first, second, third] = runs;
    if (!first) return () => of();
    if (!second) return (env) => of(first(env));
    // Inside a list that is gone through, the second may go through a list itself: for each of a thousand records a thousand.
    if (!third && decidedBy !== undefined)
      return (env) => {
        const value = first(env);
        return value === decidedBy ? value : of(value, second(env));
      };
    if (!third) return (env) => of(first(env), second(env));
    if (runs.length === 3) return (env) => of(first(env), second(env), third(env));
    return (env) => of(...runs.map((run) => run(env)));
  }

  private each({ args, body }: Expr<unknown>, of: (elements: Elements) => unknown): Run {
    if (!body) throw new TypeError('an operator over lists has a body');
    const lists = args.map((arg) => this.runOf(arg)) as ((env: Env) => readonly unknown[])[];
    const run = this.runOf(body.of);
    const cells = body.params.flatMap(({ operator }) => (operator.kind === 'param' ? [operator.cell] : []));
    const [cell, second] = cells;
    const [list, other] = lists;
    // One list and two are nearly all that there is, and gone through a hundred thousand times a round.
    if (cells.length === 1 && cell && list)
      return (env) => {
        const values = list(env);
        const at = (index: number) => {
          cell.value = values[index];
          return run(env);
        };
        return of({ length: values.length, lists: [values], at });
      };
    if (cells.length === 2 && cell && second && list && other)
      return (env) => {
        const [values, others] = [list(env), other(env)];
        const at = (index: number) => {
          cell.value = values[index];
          second.value = others[index];
          return run(env);
        };
        return of({ length: values.length, lists: [values, others], at });
      };
    return (env) => {
      const values = lists.map((list) => list(env));
      const at = (index: number) => {
        for (let k = 0; k < cells.length; k++) {
          const cell = cells[k];
          if (cell) cell.value = values[k]?.[index];
        }
        return run(env);
      };
      return of({ length: values[0]?.length ?? 0, lists: values, at });
    };
  }
}

/** Once per evaluation: the environment is one for each scope and instant. */
function kept(run: Run): Run {
  let last: Env | null = null;
  let value: unknown;
  return (env) => {
    if (last !== env) {
      value = run(env);
      last = env;
    }
    return value;
  };
}

function raise(): never {
  throw new TypeError('a step has a value');
}
