import type { RuleKind } from '@tianyan/rules';

/** Rules of the kind are one query over everything: what they find is told by their own means. The oracle does not ask the kinds themselves. */
export function isJudgedWhole({ kind }: { kind: RuleKind }): boolean {
  return kind === 'sql' || kind === 'outlier';
}
