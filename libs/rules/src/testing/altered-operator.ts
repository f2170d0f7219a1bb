import { noNumbers } from '../expression/operators/lists.js';
import { runningDistinct } from '../expression/operators/running.js';

type Counting = (list: readonly unknown[]) => readonly number[];

/**
 * Gives another meaning to "how many different values up to each element", in the process alone: what a fault in one interpreter would do.
 * For rules that are compiled from now on.
 * @param as makes it of what it was
 * @returns what takes it back
 */
export function alterRunningDistinct(as: (before: Counting) => Counting): () => void {
  const { operator } = runningDistinct(noNumbers());
  if (operator.kind !== 'plain') throw new TypeError('another kind of operator');
  const before = operator.run;
  operator.run = as(before as Counting); // one list, as the operator is defined
  return () => {
    operator.run = before;
  };
}
