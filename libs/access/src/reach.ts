import type { Actor } from './user.js';

/**
 * What of the county a person may see (管辖范围): all of it, or some townships. Every query for people takes the reach of who
 * asks as its first argument. It can be made from an {@link Actor} alone: a query that was forgotten, or handed a list of
 * townships that somebody typed into a filter, does not compile.
 */
export class Reach {
  // Private to the class, so that no other object of the same shape passes for a reach.
  readonly #townshipCodes: readonly string[] | null;

  private constructor(townshipCodes: readonly string[] | null) {
    this.#townshipCodes = townshipCodes;
  }

  static of({ user }: Pick<Actor, 'user'>): Reach {
    return new Reach(user.townshipCodes);
  }

  /** Null: the whole county. As a parameter of SQL: see {@link withinReach}. */
  get townshipCodes(): readonly string[] | null {
    return this.#townshipCodes;
  }

  get isWholeCounty(): boolean {
    return this.#townshipCodes === null;
  }

  /** What belongs to no township is seen with the whole county alone: nobody else can say that it is theirs. */
  covers(townshipCode: string | null): boolean {
    if (this.#townshipCodes === null) return true;
    return townshipCode !== null && this.#townshipCodes.includes(townshipCode);
  }
}

/**
 * The condition under which a row may be seen. `parameter` is the placeholder of {@link Reach.townshipCodes}. A row without a
 * township compares as unknown, which is not true: it is left out unless the reach is the whole county.
 */
export function withinReach(townshipColumn: string, parameter: `$${number}`): string {
  return `(${parameter}::text[] IS NULL OR ${townshipColumn} = ANY(${parameter}))`;
}

/**
 * Something of which nobody can say to which township it belongs, such as rows that could not be read: seen with the whole
 * county alone. It is kept in this wrapper so that it cannot be reached without a {@link Reach}.
 */
export class CountyWide<T> {
  readonly #held: T;

  constructor(held: T) {
    this.#held = held;
  }

  /** Null where the reach is less than the whole county. */
  within(reach: Reach): T | null {
    return reach.isWholeCounty ? this.#held : null;
  }
}
