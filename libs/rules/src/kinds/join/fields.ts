import type { Expr, Field } from '../../expression/expr.js';

/** A field of one record, inside a lambda over several. */
export type Element = Expr<Field>;

/** Fields inside a lambda over the records, or the subjects, of which they are. */
export class Fields {
  readonly names: readonly string[];

  constructor(
    names: readonly string[],
    readonly listOf: (field: string) => Expr<readonly Field[]>,
  ) {
    this.names = [...new Set(names)];
  }

  get lists(): readonly Expr<readonly Field[]>[] {
    return this.names.map((name) => this.listOf(name));
  }

  of(elements: readonly Element[]): (field: string) => Element {
    return (field) => elements[this.names.indexOf(field)] ?? missing(field);
  }
}

function missing(field: string): never {
  throw new TypeError(`no list of ${field} was asked for`);
}
