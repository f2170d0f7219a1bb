import type { Expr, Field } from '../expression/expr.js';
import { filter, some } from '../expression/operators/lists.js';
import { both, either, same } from '../expression/operators/tests.js';
import type { RuleContext } from './rule-context.js';

/** A field of one record, inside a lambda over several. */
export type Element = Expr<Field>;

/** Fields inside a lambda over the records, or the subjects, of which they are. */
export class Fields {
  readonly names: readonly string[];

  constructor(
    names: readonly string[],
    readonly listOf: ListOf,
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

type ListOf = (field: string) => Expr<readonly Field[]>;

/** The fields that a link compares: those of the linked records, and those of the records that they are linked to. */
export function linkFields(on: readonly Readonly<Record<string, string>>[], own: ListOf, others: ListOf): [Fields, Fields] {
  const pairs = on.flatMap((fields) => Object.entries(fields));
  return [
    new Fields(
      pairs.map(([field]) => field),
      own,
    ),
    new Fields(
      pairs.map(([, wanted]) => wanted),
      others,
    ),
  ];
}

/** One of the alternatives of a link: all fields equal. */
export function belongs(
  on: readonly Readonly<Record<string, string>>[],
  field: (name: string) => Element,
  subject: (name: string) => Element,
): Expr<boolean> {
  return on
    .map((fields) =>
      Object.entries(fields)
        .map(([own, wanted]) => same(field(own), subject(wanted)))
        .reduce((a, b) => both(a, b)),
    )
    .reduce((a, b) => either(a, b));
}

/**
 * Instants at which records linked to a subject come into being, for `dueAt`: the record's own input is in the future, the
 * subject may exist already or not.
 */
export function linkedFuture(rule: RuleContext): Expr<readonly number[]>[] {
  const { future, dated } = rule;
  const linked = Object.entries(rule.rule.inputs).filter(([, input]) => input.link);
  return linked.map(([name, input]) => {
    const { to = '', on = [] } = input.link ?? {};
    const areSubjects = dated.are([rule.plain(to)]);
    const [own, others] = linkFields(
      on,
      (field) => future.values(name, field),
      (field) => dated.values(to, field),
    );
    return filter<readonly [unknown, ...unknown[]]>(
      [future.at, future.are([rule.plain(name)]), ...own.lists],
      (_at, isOne, ...elements) => {
        const field = own.of(elements as Element[]); // the lists after the first two
        const isLinked = some<readonly unknown[]>([areSubjects, ...others.lists], (isSubject, ...ofSubject) => {
          const subject = others.of(ofSubject as Element[]); // the lists after the first
          return both(isSubject as Expr<boolean>, belongs(on, field, subject));
        });
        return both(isOne as Expr<boolean>, isLinked);
      },
    ) as Expr<readonly number[]>; // of the instants
  });
}
