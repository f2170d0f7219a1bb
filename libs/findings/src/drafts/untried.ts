import { RefusedError } from '@tianyan/kernel';

/**
 * The reason to be kept with a text that nobody has tried over the records; null where it was tried, whatever is said. Throws RefusedError where it was
 * not, and nobody says why. A trial that has not come to its end is none.
 */
export function untriedReasonOf(isTried: boolean, untriedReason: string | null): string | null {
  if (isTried) return null;
  if (untriedReason === null)
    throw new RefusedError(
      'conflict',
      '这份全文还没有对已有记录试过（试到一半出错、取消的不算），不知道会新增、减少多少疑点。请先试一试并留下结果，或者写明为什么不试',
    );
  return untriedReason;
}

/** SQL: whether the text of a row of `finding_rule_draft`, as it is now, was tried over the records. */
export function isTried(draft: string): string {
  return `coalesce(${draft}.tried_digest = ${draft}.digest, false)`;
}

/** SQL: the same, told of the whole county: what may be due is told of nothing less. */
export function isTriedWhole(draft: string): string {
  return `coalesce(${draft}.tried_digest = ${draft}.digest AND ${draft}.trial ->> 'due' IS NOT NULL, false)`;
}
