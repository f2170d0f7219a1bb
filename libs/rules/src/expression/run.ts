import type { Elements, Env, Expr, Operator, Run } from './expr.js';
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
      run = isKept(expr.operator) && this.sharing.isClosed(expr) ? kept(plain) : plain;
      this.made.set(expr, run);
    }
    return run;
  }

  private make(expr: Expr<unknown>): Run {
    const { operator } = expr;
    switch (operator.kind) {
      case 'leaf':
        return operator.run;
      case 'constant': {
        const { value } = operator;
        return () => value;
      }
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
    const constants = args.map(({ operator }) => (operator.kind === 'constant' ? operator : null));
    if (!first) return () => of();
    if (!second) return (env) => of(first(env));
    // Inside a list that is gone through, the second may go through a list itself: for each of a thousand records a thousand.
    if (!third && decidedBy !== undefined)
      return (env) => {
        const value = first(env);
        return value === decidedBy ? value : of(value, second(env));
      };
    // Most comparisons are with a number that is written out, and a choice is between something and nothing.
    const last = constants.at(-1);
    if (!third && last) return (env) => of(first(env), last.value);
    if (!third) return (env) => of(first(env), second(env));
    if (runs.length === 3 && last) return (env) => of(first(env), second(env), last.value);
    if (runs.length === 3) return (env) => of(first(env), second(env), third(env));
    return (env) => of(...runs.map((run) => run(env)));
  }

  private each({ args, body }: Expr<unknown>, of: (elements: Elements) => unknown): Run {
    if (!body) throw new TypeError('an operator over lists has a body');
    const lists = args.map((arg) => this.runOf(arg)) as ((env: Env) => readonly unknown[])[];
    const cells = body.params.flatMap(({ operator }) => (operator.kind === 'param' ? [operator.cell] : []));
    // A body that is an element itself: flags, by which others are chosen.
    const given = body.params.indexOf(body.of);
    if (given >= 0) return overElements(lists, given, of);
    const run = this.runOf(body.of);
    const [cell, second] = cells;
    const [list, other] = lists;
    // One list and two are nearly all that there is, and gone through a hundred thousand times a round.
    if (cells.length === 1 && cell && list) return overOne(list, cell, run, of);
    if (cells.length === 2 && cell && second && list && other) return overTwo([list, other], [cell, second], run, of);
    return overMany(lists, cells, run, of);
  }
}

type List = (env: Env) => readonly unknown[];
type Cell = { value: unknown };
type Of = (elements: Elements) => unknown;

/** What is cheaper to ask again than to keep. */
function isKept({ kind }: Operator): boolean {
  return kind !== 'constant' && kind !== 'step' && kind !== 'param';
}

function overElements(lists: readonly List[], given: number, of: Of): Run {
  return (env) => {
    const values = lists.map((list) => list(env));
    const flags = values[given] ?? raise();
    return of({ length: values[0]?.length ?? 0, lists: values, at: (index) => flags[index] });
  };
}

// The functions below make what goes through the lists once, and not for each scope: an operator stands never within itself, so that
// it is not gone through twice at once.

function overOne(list: List, cell: Cell, run: Run, of: Of): Run {
  let values: readonly unknown[] = [];
  let scope: Env | null = null;
  const at = (index: number) => {
    cell.value = values[index];
    return run(scope ?? raise());
  };
  return (env) => {
    values = list(env);
    scope = env;
    return of({ length: values.length, lists: [values], at });
  };
}

function overTwo([list, other]: readonly [List, List], [cell, second]: readonly [Cell, Cell], run: Run, of: Of): Run {
  let values: readonly unknown[] = [];
  let others: readonly unknown[] = [];
  let scope: Env | null = null;
  const at = (index: number) => {
    cell.value = values[index];
    second.value = others[index];
    return run(scope ?? raise());
  };
  return (env) => {
    const first = list(env);
    others = other(env);
    values = first;
    scope = env;
    return of({ length: values.length, lists: [values, others], at });
  };
}

function overMany(lists: readonly List[], cells: readonly Cell[], run: Run, of: Of): Run {
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
  throw new TypeError('an expression is not whole');
}
