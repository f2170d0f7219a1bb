import { ListNames } from './list-names.js';

/**
 * Columns computed for each scope, in stages: a stage sees the columns of all earlier ones. Each stage becomes one nested
 * SELECT, so that a value used many times is computed once (an alias inside one SELECT is expanded at every use).
 */
export class Pipeline {
  /** For those of its columns that are lists of records. */
  readonly lists: ListNames;
  private readonly stages: Map<string, string>[] = [];

  /** @param isRead the query is one that people read */
  constructor(readonly isRead = true) {
    this.lists = new ListNames(isRead);
  }

  /** Adds a column to a stage and returns its name. The same name twice must mean the same expression. */
  add(stage: number, name: string, sql: string): string {
    while (this.stages.length <= stage) this.stages.push(new Map());
    const columns = this.stages[stage] ?? new Map<string, string>();
    const known = columns.get(name);
    if (known !== undefined && known !== sql) throw new TypeError(`column ${name} has two meanings`);
    columns.set(name, sql);
    return name;
  }

  /** Number of the next free stage. */
  get length(): number {
    return this.stages.length;
  }

  /** Wraps the source into the stages; from stage `filter.stage` on only the rows that pass `filter.where` are there. */
  sql(source: string, filter: { stage: number; where: string }): string {
    let inner = source;
    for (const [stage, columns] of this.stages.entries()) {
      const added = [...columns].map(([name, sql]) => `,\n  ${sql} AS ${name}`).join('');
      const where = stage === filter.stage ? `\nWHERE ${filter.where}` : '';
      if (added || where) inner = `SELECT *${added}\nFROM (\n${indent(inner)}\n)${where}`;
    }
    return inner;
  }
}

export function indent(sql: string): string {
  return sql.replaceAll(/^/gm, '  ');
}
