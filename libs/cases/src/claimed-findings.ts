import type { Reach } from '@tianyan/access';
import { isFindingWithin, isShown, type FindingDecisions } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import { rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import type { Taker } from './clue-writes.js';

const claimedSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  clue_id: z.string().nullable(),
});

/** Titles named together: a clue of more rules has a title that nobody reads to its end. */
const MAX_NAMED_RULES = 3;

/**
 * Makes findings part of a clue that is written in the same transaction: those that nobody has made a clue are. Throws RefusedError: `not-found`,
 * also for what is out of reach; `conflict` for one that is worked on in a clue, or was dismissed.
 * @returns the titles of their rules
 */
export async function claimFindings(
  client: ClientBase,
  reach: Reach,
  asked: { findingIds: readonly string[]; taker: NonNullable<Taker>; reason: string | null },
  decisions: FindingDecisions,
): Promise<string> {
  const ids = [...new Set(asked.findingIds)];
  const claimed = await rows(
    client,
    claimedSchema,
    `SELECT f.id, f.title, f.status, m.clue_id FROM finding f LEFT JOIN clue_finding m ON m.finding_id = f.id
     WHERE f.id = ANY($2) AND ${isShown('f')} AND ${isFindingWithin('f', '$1')} ORDER BY f.id FOR UPDATE OF f`,
    [reach.parameter, ids],
  );
  if (claimed.length < ids.length) throw new RefusedError('not-found', '没有这条疑点，可能链接有误，请回到列表重新打开。');
  if (claimed.some(({ clue_id: clueId }) => clueId !== null))
    throw new RefusedError('conflict', '选中的疑点已在一条线索里办理，请刷新页面，从疑点打开那条线索。');
  for (const { id, status } of claimed) {
    // Made a clue before there were any to register.
    if (status === 'promoted') continue;
    await decisions.decideIn(client, reach, {
      findingId: id,
      decision: 'promote',
      actor: asked.taker.account,
      reason: asked.reason,
    });
  }
  return [...new Set(claimed.map(({ title }) => title))].slice(0, MAX_NAMED_RULES).join('、');
}
