import type { EpochMs } from '@tianyan/kernel';
import type { RuleDefinition } from '@tianyan/rules';
import { z } from 'zod';
import { RULE_ORIGINS, type RuleOrigin } from './files-to-take.js';
import { judgedIdSql } from './shadow.js';

/**
 * How far a rule that is on is: set aside, because judging it fails; not judged yet (its history is awaited, or no correlator has
 * come to it); judged, while all that there is is evaluated by it for the first time; live.
 */
export const RULE_PROGRESS = ['set-aside', 'waiting', 'sweeping', 'live'] as const;
export type RuleProgress = (typeof RULE_PROGRESS)[number];

/** One text of a rule that was published. */
export interface RuleVersion {
  digest: string;
  ruleId: string;
  version: number;
  /** Null: this program no longer understands the text. */
  rule: RuleDefinition | null;
  yaml: string;
  origin: RuleOrigin;
  /** Sign-in name; null: the program, from a file. */
  publishedBy: string | null;
  reason: string | null;
  /** Why it was published without having been tried over the records; null: it was, or comes from a file or a time when nobody was asked. */
  untriedReason: string | null;
  /** Machine clock. */
  publishedAtMs: EpochMs;
  /** Whether this text stands now. */
  isPublished: boolean;
}

/** A rule that is judged in shadow. */
export interface ShadowRule {
  /** `isPublished` says whether the same text speaks as well. */
  text: RuleVersion;
  /** Sign-in name. */
  actor: string;
  reason: string;
  /** Machine clock. */
  sinceMs: EpochMs;
}

/** A rule that a person or the files took away, with the text that stood last. */
export interface RetiredRule {
  /** As it stood last; `isPublished` is false. */
  last: RuleVersion;
  /** Sign-in name; null: the program, by its files. */
  actor: string | null;
  reason: string | null;
  /** Machine clock. */
  retiredAtMs: EpochMs;
}

export const versionSchema = z.object({
  digest: z.string(),
  rule_id: z.string(),
  version: z.int(),
  yaml: z.string(),
  origin: z.enum(RULE_ORIGINS),
  actor: z.string().nullable(),
  reason: z.string().nullable(),
  untried_reason: z.string().nullable(),
  published_at_ms: z.int(),
  is_published: z.boolean(),
});

/** To be read from `finding_rule_version v LEFT JOIN finding_published_rule p`. */
export const VERSION_COLUMNS = `v.digest, v.rule_id, v.version, v.yaml, v.origin, v.actor, v.reason, v.untried_reason, v.published_at_ms,
  coalesce(p.digest = v.digest, false) AS is_published`;

export function toVersion(row: z.output<typeof versionSchema>, rule: RuleDefinition | null): RuleVersion {
  return {
    digest: row.digest,
    ruleId: row.rule_id,
    version: row.version,
    rule,
    yaml: row.yaml,
    origin: row.origin,
    publishedBy: row.actor,
    reason: row.reason,
    untriedReason: row.untried_reason,
    publishedAtMs: row.published_at_ms,
    isPublished: row.is_published,
  };
}

/** A member that is remembered as swept is live; one that live work judges and nobody has swept is being swept. */
export const MEMBER_PROGRESS = `
  SELECT j.rule_id, CASE WHEN r.member = m.member THEN 'live' WHEN a.member = m.member THEN 'sweeping' ELSE 'waiting' END AS progress
  FROM finding_rule_epoch e JOIN finding_rule_set s USING (epoch) CROSS JOIN LATERAL jsonb_array_elements(s.rules) AS m (member)
  JOIN finding_rule_version v ON v.digest = m.member ->> 'digest'
  CROSS JOIN LATERAL (SELECT ${judgedIdSql('v.rule_id', 'm.member')}) AS j (rule_id)
  LEFT JOIN finding_active_rule a ON a.rule_id = j.rule_id LEFT JOIN finding_rule r ON r.rule_id = j.rule_id
  UNION ALL SELECT rule_id, 'set-aside' FROM finding_set_aside WHERE ended_at_ms IS NULL`;

export const retiredSchema = versionSchema.extend({
  retired_by: z.string().nullable(),
  retired_reason: z.string().nullable(),
  retired_at_ms: z.int(),
});

export const shadowSchema = versionSchema.extend({
  shadow_by: z.string(),
  shadow_reason: z.string(),
  shadow_since_ms: z.int(),
});
