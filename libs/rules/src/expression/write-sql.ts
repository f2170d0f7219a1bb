import type { Expr } from './expr.js';

/** Where steps become named columns. */
export interface StepColumns {
  /** Adds a column to a stage, in which the columns of all earlier stages can be read, and returns its name. */
  add(stage: number, name: string, sql: string): string;
  /** The stage of the first step that reads only leaves. */
  readonly firstStage: number;
  /** People read it: elements of lists are called by the list, where numbers would be shorter. */
  readonly isRead: boolean;
}

interface Written {
  sql: string;
  /** The first stage in which all columns that it reads are there. */
  stage: number;
}

/** Writes expressions as SQL: steps as columns in stages, everything else in place. */
export class SqlWriter {
  private readonly steps = new Map<Expr<unknown>, Written>();

  constructor(private readonly columns: StepColumns) {}

  /** The SQL, and the stage in which it can stand. */
  write(expr: Expr<unknown>): Written {
    return this.written(expr, OUTSIDE);
  }

  private written(expr: Expr<unknown>, within: Within): Written {
    const { operator, args, body } = expr;
    switch (operator.kind) {
      case 'leaf':
      case 'constant':
        return { sql: operator.sql, stage: this.columns.firstStage };
      case 'param':
        return { sql: within.names.get(expr) ?? raise(), stage: this.columns.firstStage };
      case 'step':
        return this.step(expr, operator.name);
      case 'plain': {
        const parts = args.map((arg) => this.written(arg, within));
        return { sql: operator.sql(...parts.map(({ sql }) => sql)), stage: this.latest(parts) };
      }
      case 'each': {
        const lists = args.map((arg) => this.written(arg, within));
        const sqls = lists.map(({ sql }) => sql);
        const params = elementNames(this.columns.isRead ? sqls : sqls.map(() => ''), within);
        const names = new Map([
          ...within.names,
          ...(body?.params ?? []).map((param, i) => [param, params[i] ?? raise()] as const),
        ]);
        const inner = this.written(body?.of ?? raise(), { names, depth: within.depth + 1 });
        const sql = operator.sql(`(${params.join(', ')}) -> ${inner.sql}`, sqls.join(', '));
        return { sql, stage: this.latest([...lists, inner]) };
      }
    }
  }

  private step(expr: Expr<unknown>, name: string): Written {
    const known = this.steps.get(expr);
    if (known) return known;
    const [of] = expr.args;
    const { sql, stage } = this.written(of ?? raise(), OUTSIDE);
    const made = { sql: this.columns.add(stage, name, sql), stage: stage + 1 };
    this.steps.set(expr, made);
    return made;
  }

  private latest(parts: readonly Written[]): number {
    return Math.max(this.columns.firstStage, ...parts.map(({ stage }) => stage));
  }
}

/** In how many functions an expression stands, and what the elements of their lists are called. */
interface Within {
  names: ReadonlyMap<Expr<unknown>, string>;
  depth: number;
}

const OUTSIDE: Within = { names: new Map(), depth: 0 };

/** A column; of an element of one, without its letter. */
const LIST = /^([A-Za-z⟦]\w*?⟧?)(?:_[i-z]\d*)?$/;
const LETTERS = 'ijklmnopqrstuvwxyz';

/**
 * The elements of `lease_endsOn` are called `lease_endsOn_i`, inside of another function `lease_endsOn_j`: never as the column itself, which
 * the body may read, too. Those of a list without a name are numbered.
 */
function elementNames(lists: readonly string[], { names, depth }: Within): string[] {
  const letter = LETTERS[depth] ?? `z${depth}`;
  const known = new Map<string, number>();
  return lists.map((sql, i) => {
    const [, list] = LIST.exec(sql) ?? [];
    if (list === undefined || UNNAMED.test(list)) return `x${names.size + i + 1}`;
    const nth = (known.get(list) ?? 0) + 1;
    known.set(list, nth);
    return `${list}_${letter}${nth === 1 ? '' : nth}`;
  });
}

const UNNAMED = /^x\d+$/;

function raise(): never {
  throw new TypeError('an expression is not whole');
}
