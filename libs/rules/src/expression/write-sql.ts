import type { Expr } from './expr.js';

/** Where steps become named columns. */
export interface StepColumns {
  /** Adds a column to a stage, in which the columns of all earlier stages can be read, and returns its name. */
  add(stage: number, name: string, sql: string): string;
  /** The stage of the first step that reads only leaves. */
  readonly firstStage: number;
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
    return this.written(expr, new Map());
  }

  private written(expr: Expr<unknown>, names: ReadonlyMap<Expr<unknown>, string>): Written {
    const { operator, args, body } = expr;
    switch (operator.kind) {
      case 'leaf':
      case 'constant':
        return { sql: operator.sql, stage: this.columns.firstStage };
      case 'param':
        return { sql: names.get(expr) ?? raise(), stage: this.columns.firstStage };
      case 'step':
        return this.step(expr, operator.name);
      case 'plain': {
        const parts = args.map((arg) => this.written(arg, names));
        return { sql: operator.sql(...parts.map(({ sql }) => sql)), stage: this.latest(parts) };
      }
      case 'each': {
        const lists = args.map((arg) => this.written(arg, names));
        const own = new Map(names);
        body?.params.forEach((param, i) => own.set(param, `x${names.size + i + 1}`));
        const inner = this.written(body?.of ?? raise(), own);
        const params = body?.params.map((param) => own.get(param)).join(', ');
        const listed = lists.map(({ sql }) => sql).join(', ');
        return { sql: operator.sql(`(${params}) -> ${inner.sql}`, listed), stage: this.latest([...lists, inner]) };
      }
    }
  }

  private step(expr: Expr<unknown>, name: string): Written {
    const known = this.steps.get(expr);
    if (known) return known;
    const [of] = expr.args;
    const { sql, stage } = this.written(of ?? raise(), new Map());
    const made = { sql: this.columns.add(stage, name, sql), stage: stage + 1 };
    this.steps.set(expr, made);
    return made;
  }

  private latest(parts: readonly Written[]): number {
    return Math.max(this.columns.firstStage, ...parts.map(({ stage }) => stage));
  }
}

function raise(): never {
  throw new TypeError('an expression is not whole');
}
