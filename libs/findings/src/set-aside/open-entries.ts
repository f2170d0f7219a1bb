import type { EpochMs } from '@tianyan/kernel';
import { execute, rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';

const keptSchema = z.object({ rule_id: z.string() });

/**
 * Ends the entries of rules that would be judged as something else by now, or not at all: another text may be right.
 * @returns ids of the rules that stay set aside
 */
export async function stillSetAside(
  client: ClientBase,
  candidates: readonly { ruleId: string; member: unknown }[],
  nowMs: EpochMs,
): Promise<ReadonlySet<string>> {
  await execute(
    client,
    `UPDATE finding_set_aside s SET ended_at_ms = $3, ended_how = 'changed' WHERE s.ended_at_ms IS NULL
       AND NOT EXISTS (SELECT 1 FROM unnest($1::text[], $2::jsonb[]) AS c (rule_id, member)
         WHERE c.rule_id = s.rule_id AND c.member = s.member)`,
    [candidates.map(({ ruleId }) => ruleId), candidates.map(({ member }) => JSON.stringify(member)), nowMs],
  );
  const kept = await rows(client, keptSchema, 'SELECT rule_id FROM finding_set_aside WHERE ended_at_ms IS NULL');
  return new Set(kept.map((row) => row.rule_id));
}
