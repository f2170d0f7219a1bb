/** Who may be given a task. */
export interface Candidate {
  id: string;
  /** How many are already theirs. */
  load: number;
}

/**
 * Gives each task to whoever may have it and has the fewest; of equals, to the first in the list. What nobody may have is left.
 */
export function spreadEvenly<T>(
  tasks: readonly T[],
  candidates: readonly Candidate[],
  mayHave: (task: T, candidateId: string) => boolean,
): { given: readonly { task: T; inspectorId: string }[]; left: readonly T[] } {
  const loads = new Map(candidates.map(({ id, load }) => [id, load]));
  const given: { task: T; inspectorId: string }[] = [];
  const left: T[] = [];
  for (const task of tasks) {
    const able = candidates.filter(({ id }) => mayHave(task, id));
    const least = Math.min(...able.map(({ id }) => loads.get(id) ?? 0));
    const chosen = able.find(({ id }) => (loads.get(id) ?? 0) === least);
    if (!chosen) {
      left.push(task);
      continue;
    }
    loads.set(chosen.id, least + 1);
    given.push({ task, inspectorId: chosen.id });
  }
  return { given, left };
}
