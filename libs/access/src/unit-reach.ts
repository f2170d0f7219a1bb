import type { Actor } from './user.js';

/**
 * The units that a person answers for (单位联络员): what {@link Reach} is to townships. Every query for a liaison takes it as its first argument, and
 * it can be made from an {@link Actor} alone. Whoever is no liaison answers for no unit.
 */
export class UnitReach {
  // Private to the class, so that no other object of the same shape passes for one.
  readonly #unitCodes: readonly string[];

  private constructor(unitCodes: readonly string[]) {
    this.#unitCodes = unitCodes;
  }

  static of({ user }: Pick<Actor, 'user'>): UnitReach {
    return new UnitReach(user.unitCodes);
  }

  /** As a parameter of SQL: see {@link withinUnits}. */
  get unitCodes(): readonly string[] {
    return this.#unitCodes;
  }

  covers(unitCode: string): boolean {
    return this.#unitCodes.includes(unitCode);
  }
}

/** The condition under which a row of a unit may be seen. `parameter` is the placeholder of {@link UnitReach.unitCodes}. */
export function withinUnits(unitColumn: string, parameter: `$${number}`): string {
  return `${unitColumn} = ANY(${parameter}::text[])`;
}
