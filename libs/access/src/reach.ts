import { isOfUnits } from './api/index.js';
import type { Actor, User } from './user.js';

/** Between the parts of a {@link Reach.parameter}, and between what one part lists. No code that records bear holds them. */
const PART = '\u001E';
const ITEM = '\u001F';

/** Placeholder of {@link Reach.parameter} in SQL, or the column that holds it where one statement asks for many people: see {@link askedReaches}. */
export type ReachPlaceholder = `$${number}` | (typeof ASKED_REACHES)['reach'];

/**
 * What of the county a person may see (管辖范围): all of it, or some townships, and of these all classes of problems, or some. Every query for people
 * takes the reach of who asks as its first argument. It can be made from an {@link Actor} alone: a query that was forgotten, or handed a list of
 * townships that somebody typed into a filter, does not compile.
 */
export class Reach {
  // Private to the class, so that no other object of the same shape passes for a reach.
  readonly #townshipCodes: readonly string[] | null;
  readonly #problemClasses: readonly string[] | null;
  readonly #userId: string;

  private constructor({ townshipCodes, problemClasses, id }: Pick<User, 'townshipCodes' | 'problemClasses' | 'id'>) {
    this.#townshipCodes = townshipCodes;
    this.#problemClasses = problemClasses;
    this.#userId = id;
  }

  /** A liaison has none: what is given to units is asked for by {@link UnitReach}. */
  static of({ user }: Pick<Actor, 'user'>): Reach {
    return new Reach(isOfUnits(user.role) ? { ...user, townshipCodes: [] } : user);
  }

  /** Whose it is: some things are seen by those alone who are named for them. */
  get userId(): string {
    return this.#userId;
  }

  /** Null: the whole county. For SQL there is {@link parameter}, which says the classes too. */
  get townshipCodes(): readonly string[] | null {
    return this.#townshipCodes;
  }

  /** Null: all classes. */
  get problemClasses(): readonly string[] | null {
    return this.#problemClasses;
  }

  /** The whole reach as one parameter of SQL: see {@link withinReach}. Anything else in its place, also nothing at all, reaches nothing. */
  get parameter(): string {
    return [...partsOf(this.#townshipCodes), ...partsOf(this.#problemClasses)].join(PART);
  }

  get isWholeCounty(): boolean {
    return this.#townshipCodes === null;
  }

  /** Whether a place may be seen. What belongs to no township is seen with the whole county alone: nobody else can say that it is theirs. */
  covers(townshipCode: string | null): boolean {
    if (this.#townshipCodes === null) return true;
    return townshipCode !== null && this.#townshipCodes.includes(townshipCode);
  }

  /** Whether all of these may be seen; null stands for the whole county. As {@link allWithinTownships} asks it of the database. */
  coversAll(townshipCodes: readonly string[] | null): boolean {
    return (townshipCodes ?? [null]).every((code) => this.covers(code));
  }

  /** Null: of no class that is known, which is seen with all classes alone. */
  coversClass(problemClass: string | null): boolean {
    if (this.#problemClasses === null) return true;
    return problemClass !== null && this.#problemClasses.includes(problemClass);
  }

  /** Null stands for all classes. As {@link allWithinClasses} asks it of the database. */
  coversAllClasses(problemClasses: readonly string[] | null): boolean {
    return (problemClasses ?? [null]).every((one) => this.coversClass(one));
  }

  coversFinding({ townshipCode, problemClass }: { townshipCode: string | null; problemClass: string | null }): boolean {
    return this.covers(townshipCode) && this.coversClass(problemClass);
  }
}

function partsOf(list: readonly string[] | null): readonly [string, string] {
  return list === null ? ['all', ''] : ['some', list.filter((code) => !code.includes(PART) && !code.includes(ITEM)).join(ITEM)];
}

/**
 * Columns of a list of reaches, where one statement asks for many people at once: of the rows that {@link askedReaches} makes. Named here, so that no
 * column of any other table passes for a reach.
 */
export const ASKED_REACHES = { reach: 'asked_reach.reach', userId: 'asked_reach.user_id' } as const;

/** @param placeholder of {@link reachesParameter} */
export function askedReaches(placeholder: `$${number}`): string {
  return `jsonb_to_recordset(${placeholder}::jsonb) AS asked_reach(user_id text, reach text)`;
}

export function reachesParameter(reaches: readonly Reach[]): string {
  return JSON.stringify(reaches.map(({ userId, parameter }) => ({ user_id: userId, reach: parameter })));
}

// Immutable functions all: the planner sees the lists themselves, and a reach of everything is no condition at all.
const part = (placeholder: ReachPlaceholder, number: 1 | 2 | 3 | 4) => `split_part(${placeholder}::text, chr(30), ${number})`;
const listed = (placeholder: ReachPlaceholder, number: 2 | 4) => `string_to_array(${part(placeholder, number)}, chr(31))`;
/** Whether it reaches the whole county, as SQL. */
export const reachesAllTownships = (placeholder: ReachPlaceholder): string => `${part(placeholder, 1)} = 'all'`;
/** Whether it reaches all classes, as SQL. */
export const reachesAllClasses = (placeholder: ReachPlaceholder): string => `${part(placeholder, 3)} = 'all'`;

/** Whether it is the reach of everything, as SQL. */
export function reachesEverything(placeholder: ReachPlaceholder): string {
  return `(${reachesAllTownships(placeholder)} AND ${reachesAllClasses(placeholder)})`;
}

/**
 * The condition under which what has a place and no class may be seen; `placeholder` is of {@link Reach.parameter}. A row without a township compares as
 * unknown, which is not true: it is left out unless the reach is the whole county.
 */
export function withinTownships(townshipColumn: string, placeholder: ReachPlaceholder): string {
  return `(${reachesAllTownships(placeholder)} OR ${townshipColumn} = ANY(${listed(placeholder, 2)}))`;
}

/** The same of a column that lists townships: all of them; null is the whole county's. */
export function allWithinTownships(townshipsColumn: string, placeholder: ReachPlaceholder): string {
  return `(${reachesAllTownships(placeholder)} OR ${townshipsColumn} <@ ${listed(placeholder, 2)})`;
}

/** The condition on the class alone; a row without one is left out unless the reach is of all classes. */
export function withinClasses(classColumn: string, placeholder: ReachPlaceholder): string {
  return `(${reachesAllClasses(placeholder)} OR ${classColumn} = ANY(${listed(placeholder, 4)}))`;
}

/** The same of a column that lists classes: all of them. */
export function allWithinClasses(classesColumn: string, placeholder: ReachPlaceholder): string {
  return `(${reachesAllClasses(placeholder)} OR ${classesColumn} <@ ${listed(placeholder, 4)})`;
}

/** The condition under which what has a place and a class may be seen. Of findings: `isFindingWithin` of libs/findings. */
export function withinReach(columns: { townshipCode: string; problemClass: string }, placeholder: ReachPlaceholder): string {
  return `(${withinTownships(columns.townshipCode, placeholder)} AND ${withinClasses(columns.problemClass, placeholder)})`;
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
