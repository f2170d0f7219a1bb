import { RefusedError, sha256Hex } from '@tianyan/kernel';
import { execute, maybeRow, row, type ClientBase } from '@tianyan/postgres';
import type { RuleDefinition } from '@tianyan/rules';
import { z } from 'zod';
import { isTriedWhole } from '../drafts/untried.js';
import type { EpochCause } from './epoch.js';
import type { RuleOrigin } from './files-to-take.js';

/** Speaking to people, or judged beside what speaks and shown on the page of the rule alone. */
export const PUBLISHED_AS = ['live', 'shadow'] as const;
export type PublishedAs = (typeof PUBLISHED_AS)[number];

/** A text that becomes a version. */
export interface Publishable {
  rule: RuleDefinition;
  yaml: string;
  origin: RuleOrigin;
  digest: string;
}

/** What a person has done, with their reason; all of it in a transaction that holds the commit lock. */
export type PersonsCause = EpochCause & { actor: string; reason: string };

const approvedSchema = z.object({ yaml: z.string(), is_tried: z.boolean() });
const newestSchema = z.object({ newest: z.int().nullable() });
const digestSchema = z.object({ digest: z.string() });

/**
 * The text of a draft as a second person has approved it, byte for byte, and whether it was tried over the records of the whole county. Throws RefusedError where nobody has, or where who approved
 * it had written it: whatever the state of the draft says, its events decide.
 */
export async function approvedText(client: ClientBase, draftId: string): Promise<{ yaml: string; isTried: boolean }> {
  const approved = await maybeRow(
    client,
    approvedSchema,
    `SELECT d.yaml, ${isTriedWhole('d')} AS is_tried FROM finding_rule_draft d WHERE d.id = $1 AND d.state = 'approved' AND EXISTS (
       SELECT FROM finding_rule_draft_event a WHERE a.draft_id = d.id AND a.event = 'approved' AND a.digest = d.digest AND NOT EXISTS (
         SELECT FROM finding_rule_draft_event w WHERE w.actor = a.actor AND w.event IN ('created', 'edited')
           AND (w.draft_id = d.id OR w.digest = d.digest)))
     FOR UPDATE OF d`,
    [draftId],
  );
  if (!approved) throw new RefusedError('conflict', '这份草稿的全文没有经另一个人复核同意，不能发布。请先提交复核');
  return { yaml: approved.yaml, isTried: approved.is_tried };
}

/** Throws RefusedError where the version is not newer than all that there were. */
export async function assertNewest(client: ClientBase, rule: RuleDefinition): Promise<void> {
  const newest = (await newestVersion(client, rule.id)) ?? 0;
  if (rule.version <= newest)
    throw new RefusedError(
      'conflict',
      `规则 ${rule.id} 的第 ${newest} 版已经发布过，请把 version 改为 ${newest + 1} 或更大的数再发布`,
    );
}

/** Null: there is none. */
async function newestVersion(client: ClientBase, ruleId: string): Promise<number | null> {
  const sql = 'SELECT max(version) AS newest FROM finding_rule_version WHERE rule_id = $1';
  return (await row(client, newestSchema, sql, [ruleId])).newest;
}

/** Keeps the text for ever. @param untriedReason why it was published untried; null: it was tried, or comes from a file */
export async function keepVersion(
  client: ClientBase,
  text: Publishable,
  cause: EpochCause,
  untriedReason: string | null = null,
): Promise<void> {
  const { rule, yaml, origin, digest } = text;
  await execute(
    client,
    `INSERT INTO finding_rule_version (digest, rule_id, version, yaml, sources, origin, actor, reason, published_at_ms, untried_reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (digest) DO NOTHING`,
    [digest, rule.id, rule.version, yaml, rule.sources ?? null, origin, cause.actor, cause.reason, cause.atMs, untriedReason],
  );
}

/** The text speaks from now on. In shadow the same text is judged no more. */
export async function letStand(
  client: ClientBase,
  text: Pick<Publishable, 'digest' | 'origin'> & { ruleId: string; version: number },
  cause: EpochCause,
): Promise<void> {
  const { ruleId, digest, version, origin } = text;
  const newest = await newestVersion(client, ruleId);
  await execute(
    client,
    `INSERT INTO finding_published_rule (rule_id, digest, version, origin, actor, reason, changed_at_ms, files_up_to)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (rule_id) DO UPDATE SET digest = excluded.digest, version = excluded.version, origin = excluded.origin,
       actor = excluded.actor, reason = excluded.reason, changed_at_ms = excluded.changed_at_ms, files_up_to = excluded.files_up_to`,
    [
      ruleId,
      digest,
      version,
      origin,
      cause.actor,
      cause.reason,
      cause.atMs,
      origin === 'console' && newest !== null && newest > version ? newest : null,
    ],
  );
  await execute(client, 'DELETE FROM finding_shadow_rule WHERE rule_id = $1 AND digest = $2', [ruleId, digest]);
}

/** @returns whether it stood */
export async function retire(client: ClientBase, ruleId: string, cause: EpochCause): Promise<boolean> {
  const retired = await execute(
    client,
    `UPDATE finding_published_rule SET digest = NULL, actor = $2, reason = $3, changed_at_ms = $4 WHERE rule_id = $1 AND digest IS NOT NULL`,
    [ruleId, cause.actor, cause.reason, cause.atMs],
  );
  return retired === 1;
}

/** The text is judged in shadow from now on, in the place of another that was. */
export async function beginShadow(client: ClientBase, ruleId: string, digest: string, cause: PersonsCause): Promise<void> {
  await execute(
    client,
    `INSERT INTO finding_shadow_rule (rule_id, digest, actor, reason, changed_at_ms) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (rule_id) DO UPDATE SET digest = excluded.digest, actor = excluded.actor, reason = excluded.reason,
       changed_at_ms = excluded.changed_at_ms`,
    [ruleId, digest, cause.actor, cause.reason, cause.atMs],
  );
}

/** @returns the text that was judged so; null: none was */
export async function endShadow(client: ClientBase, ruleId: string): Promise<string | null> {
  const sql = 'DELETE FROM finding_shadow_rule WHERE rule_id = $1 RETURNING digest';
  return (await maybeRow(client, digestSchema, sql, [ruleId]))?.digest ?? null;
}

/** Writes down what became of the draft. */
export async function notePublished(
  client: ClientBase,
  draftId: string,
  as: PublishedAs,
  cause: PersonsCause & { untriedReason: string | null },
): Promise<void> {
  await execute(
    client,
    `WITH d AS (UPDATE finding_rule_draft SET state = 'published', changed_at_ms = $2 WHERE id = $1 RETURNING id, digest)
     INSERT INTO finding_rule_draft_event (draft_id, event, actor, reason, untried_reason, digest, at_ms) SELECT id, $3, $4, $5, $6, digest, $2 FROM d`,
    [draftId, cause.atMs, as === 'live' ? 'published' : 'shadowed', cause.actor, cause.reason, cause.untriedReason],
  );
}

export function publishable(rule: RuleDefinition, yaml: string): Publishable {
  return { rule, yaml, origin: 'console', digest: sha256Hex(yaml) };
}
