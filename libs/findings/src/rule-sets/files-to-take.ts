import type { RuleText } from '@tianyan/rules';

/** With the program; from the folder of the county's own files; published by a person. */
export const RULE_ORIGINS = ['shipped', 'folder', 'console'] as const;
export type RuleOrigin = (typeof RULE_ORIGINS)[number];

/** What stands of one rule. */
export interface PublishedRule {
  ruleId: string;
  /** Null: retired. */
  digest: string | null;
  /** Of the text that stands, or stood last. */
  version: number;
  /** The newest version there was when a person put an older one back; null: nobody did. */
  filesUpTo: number | null;
  origin: RuleOrigin;
  /** Who published or retired it; null: the program, by its files. */
  actor: string | null;
}

/**
 * What the files of a process that starts change. Files replace files, also by an older version: that is how a change is taken
 * back. What a person has published or retired since is left alone until a file comes with a higher version.
 */
export function filesToTake<T extends RuleText & { digest: string }>(
  files: readonly T[],
  published: readonly PublishedRule[],
): { publish: T[]; retire: string[]; left: string[] } {
  const standing = new Map(published.map((one) => [one.ruleId, one]));
  const plan = { publish: [] as T[], retire: [] as string[], left: [] as string[] };
  for (const file of files) {
    const before = standing.get(file.rule.id);
    if (before?.digest === file.digest) continue;
    if (before && isPersons(before) && file.rule.version <= (before.filesUpTo ?? before.version)) plan.left.push(file.rule.id);
    else plan.publish.push(file);
  }
  const inFiles = new Set(files.map(({ rule }) => rule.id));
  for (const { ruleId, digest, origin } of published)
    if (digest !== null && origin !== 'console' && !inFiles.has(ruleId)) plan.retire.push(ruleId);
  return plan;
}

function isPersons({ digest, origin, actor }: PublishedRule): boolean {
  return digest === null ? actor !== null : origin === 'console';
}
