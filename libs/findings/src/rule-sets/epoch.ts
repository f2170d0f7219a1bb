import { RetriableError, type EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, row, rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { stillSetAside } from '../set-aside/open-entries.js';
import { shadowIdOf } from './shadow.js';
import { effectiveSwitch, readSwitches } from './switches.js';

/** Another set of rules is judged by now. Nothing was written: take the newest, evaluate again. */
export class OtherEpochError extends RetriableError {
  override readonly name: string = 'OtherEpochError';
}

/** One rule of a set: which text of it, and what people have limited it to. */
export const setMemberSchema = z.object({
  digest: z.string(),
  /** Only records of these sources make a problem; null: of all. What the text itself allows is part of it. */
  sources: z.array(z.string()).readonly().nullable(),
  /** Digest of what the county has set for its parameters; missing: nothing. */
  overlay: z.string().optional(),
  /** Judged in shadow, under a name of its own; missing: it speaks. */
  shadow: z.literal(true).optional(),
});
export type SetMember = z.output<typeof setMemberSchema>;

const epochSchema = z.object({ epoch: z.int() });
const standingSchema = z.object({
  rule_id: z.string(),
  digest: z.string(),
  sources: z.array(z.string()).nullable(),
  overlay: z.string().nullable(),
  shadow: z.boolean(),
});

/** What would be judged, under which name. */
interface Candidate {
  ruleId: string;
  member: SetMember;
}

/** Who began an epoch, and why; nobody: the program, by the files it was started with. */
export interface EpochCause {
  actor: string | null;
  reason: string | null;
  /** Machine clock. */
  atMs: EpochMs;
}

/** The epoch that counts: sets grow older the moment a newer one is committed. */
export async function currentEpoch(client: Queryable): Promise<number> {
  return (await maybeRow(client, epochSchema, 'SELECT epoch FROM finding_rule_epoch'))?.epoch ?? 0;
}

/**
 * Writes down what is judged from now on, as it follows from what is published and what people have switched. In a transaction
 * that holds the commit lock: no answer of an older set is stored after it.
 */
export async function beginEpoch(client: ClientBase, cause: EpochCause): Promise<number> {
  const standing = await rows(
    client,
    standingSchema,
    `SELECT p.rule_id, v.digest, v.sources, p.shadow,
       (SELECT c.digest FROM finding_parameter_change c WHERE c.rule_id = p.rule_id ORDER BY c.seq DESC LIMIT 1) AS overlay
     FROM (SELECT rule_id, digest, false AS shadow FROM finding_published_rule
           UNION ALL SELECT rule_id, digest, true FROM finding_shadow_rule) p JOIN finding_rule_version v USING (digest)
     ORDER BY p.rule_id COLLATE "C", p.shadow`,
  );
  const switches = await readSwitches(client);
  const candidates = standing.flatMap(({ rule_id: id, digest, sources, shadow, overlay }): Candidate[] => {
    const effective = effectiveSwitch({ id, ...(sources ? { sources } : {}) }, switches);
    const member = { digest, sources: effective.sources, ...(overlay === null ? {} : { overlay }) };
    // A shadow sees the sources that it would see live. That the live rule is off does not end it: it has an end of its own.
    if (shadow) return effective.sources?.length === 0 ? [] : [{ ruleId: shadowIdOf(id), member: { ...member, shadow } }];
    return effective.enabled ? [{ ruleId: id, member }] : [];
  });
  const aside = await stillSetAside(client, candidates, cause.atMs);
  const members = candidates.flatMap(({ ruleId, member }) => (aside.has(ruleId) ? [] : [member]));
  const { epoch } = await row(client, epochSchema, 'UPDATE finding_rule_epoch SET epoch = epoch + 1 RETURNING epoch');
  await execute(client, 'INSERT INTO finding_rule_set (epoch, rules, actor, reason, made_at_ms) VALUES ($1, $2, $3, $4, $5)', [
    epoch,
    JSON.stringify(members),
    cause.actor,
    cause.reason,
    cause.atMs,
  ]);
  return epoch;
}
