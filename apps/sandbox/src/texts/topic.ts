/** How long it has been so: a hole in the road, a burst pipe, a paper that does not come. */
export type Since = 'standing' | 'sudden' | 'paperwork';

/** One thing that goes wrong: what is said of it fits together. */
export interface Scene {
  since: Since;
  /** Where, after the village's name; `#` stands for a number, a leading `^` for a place of the township. */
  spots: readonly string[];
  what: readonly string[];
  effects: readonly string[];
}

/** How people speak of one matter, and how units answer. */
export interface Topic {
  scenes: readonly Scene[];
  /** What a unit reports when it is solved … */
  done: readonly string[];
  /** … and when it is not. */
  notDone: readonly string[];
}

export const scene = (since: Since, spots: string, what: string, effects: string): Scene => ({
  since,
  spots: spots.split(' '),
  what: what.split(' '),
  effects: effects.split(' '),
});
