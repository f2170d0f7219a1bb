import { isOfUnits, ROLE_LABELS, rolesFor, type Action } from '@tianyan/access';
import { isRecused, recusedFrom } from '@tianyan/cases';
import { RefusedError } from '@tianyan/kernel';
import { rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { isRecusedOfTask, recusedOfTasks } from './campaigns/recusals.js';
import type { Taker } from './step-history.js';

const sourceSchema = z.object({ clue_id: z.string().nullable(), campaign_task_id: z.string().nullable() });

/** Something that came from a clue or from an order of a campaign, by itself or by a letter. */
type Derived = 'letter' | 'circular' | 'rectification';

/** Of one that is under lock: the clues, orders and findings that it came from. */
const SOURCES: Readonly<Record<Derived, string>> = {
  letter: 'SELECT l.clue_id, l.campaign_task_id, l.finding_id FROM supervision_letter l WHERE l.id = $1',
  circular: `SELECT DISTINCT CASE o.kind WHEN 'clue' THEN o.origin_id ELSE l.clue_id END AS clue_id, l.campaign_task_id,
      CASE o.kind WHEN 'finding' THEN o.origin_id ELSE l.finding_id END AS finding_id
    FROM supervision_circular_origin o LEFT JOIN supervision_letter l ON o.kind = 'letter' AND l.id = o.origin_id
    WHERE o.circular_id = $1`,
  rectification: `SELECT l.clue_id, coalesce(l.campaign_task_id, s.owner_id) AS campaign_task_id, l.finding_id
    FROM supervision_rectification r LEFT JOIN supervision_letter l ON l.id = r.letter_id
      LEFT JOIN supervision_campaign_step s ON s.content->>'step' = 'register-rectification' AND s.content->>'rectificationId' = r.id
    WHERE r.id = $1`,
};

/**
 * With what those came from in turn: a finding may be handled in a clue, which is passed over where it is kept to a circle, for nobody is to learn here that
 * it is; a clue lives on in the one that it was merged into, which speaks of what every clue that became part of it came from; and a clue may have come from
 * an order. Of the clues the one that lives on is enough: {@link isRecused} counts what became part of it.
 */
const withOrigins = (sources: string): string => `WITH named AS (${sources}), source AS (
    SELECT clue_id, campaign_task_id FROM named
    UNION SELECT m.clue_id, NULL FROM named n JOIN clue_finding m ON m.finding_id = n.finding_id
      JOIN clue c ON c.id = m.clue_id AND c.circle IS NULL)
  SELECT clue_id, campaign_task_id FROM source
  UNION SELECT coalesce(c.merged_into, c.id), k.campaign_task_id FROM source s JOIN clue c ON c.id = s.clue_id
    JOIN clue k ON coalesce(c.merged_into, c.id) IN (k.id, k.merged_into)`;

/** Whether the person has withdrawn from a clue that it came from, or from the unit or order of a campaign. */
export async function staysAway(
  client: Queryable,
  { kind, id }: { kind: Derived; id: string },
  userId: string,
): Promise<boolean> {
  for (const { clue_id: clueId, campaign_task_id: taskId } of await rows(client, sourceSchema, withOrigins(SOURCES[kind]), [
    id,
  ])) {
    if (clueId !== null && (await isRecused(client, clueId, userId))) return true;
    if (taskId !== null && (await isRecusedOfTask(client, taskId, userId))) return true;
  }
  return false;
}

const circleSchema = z.object({ circle: z.array(z.string()).nullable() });

/** The clues that it came from, and those that they were merged into. */
const heldCircles = (sources: string): string => `WITH named AS (${sources})
  SELECT c.circle FROM clue c WHERE EXISTS (SELECT FROM named n JOIN clue k ON k.id = n.clue_id WHERE c.id IN (k.id, k.merged_into))
  ORDER BY c.id FOR SHARE OF c`;

/**
 * Holds who may know of the clues that it came from until the transaction has ended, and returns the circles that they are kept to: whoever keeps one to a
 * circle takes back what was told by then, and would not see what is being told, or given to somebody, in that moment.
 */
export async function holdClues(
  client: ClientBase,
  { kind, id }: { kind: Derived; id: string },
): Promise<readonly (readonly string[])[]> {
  const held = await rows(client, circleSchema, heldCircles(SOURCES[kind]), [id]);
  return held.flatMap(({ circle }) => (circle ? [circle] : []));
}

/**
 * Those of the people who may hear of it as far as its clues say: nobody of the commission is told who stays away from one, or is not in the circle that
 * one is kept to.
 */
export async function notStayingAway<P extends { id: string }>(
  client: ClientBase,
  { kind, id }: { kind: Derived; id: string },
  people: readonly P[],
): Promise<readonly P[]> {
  const circles = await holdClues(client, { kind, id });
  const sources = await rows(client, sourceSchema, withOrigins(SOURCES[kind]), [id]);
  const clueIds = sources.flatMap(({ clue_id: clueId }) => clueId ?? []);
  const taskIds = sources.flatMap(({ campaign_task_id: taskId }) => taskId ?? []);
  const ofClues = [...(await recusedFrom(client, clueIds)).values()].flatMap((userIds) => [...userIds]);
  const away = new Set([...ofClues, ...(await recusedOfTasks(client, taskIds))]);
  return people.filter((person) => !away.has(person.id) && circles.every((circle) => circle.includes(person.id)));
}

/** Whether one may act there for the other, as far as recusals say: asked for a page, which offers no step that would be refused. */
export async function neitherStaysAway(
  db: Queryable,
  of: { kind: Derived; id: string },
  userIds: readonly string[],
): Promise<boolean> {
  for (const userId of userIds) if (await staysAway(db, of, userId)) return false;
  return true;
}

/**
 * Whoever stays away takes no step of it, in the own name or in another's, nor does anybody in that one's place. Throws RefusedError('conflict') that
 * says who may.
 * @param actions what a role has to allow for the step; one of them is enough
 */
export async function assertNeitherStaysAway(
  client: ClientBase,
  { actions, ...of }: { kind: Derived; id: string; actions: readonly Action[] },
  { id, standsFor }: Taker,
): Promise<void> {
  if (await staysAway(client, of, id)) throw new RefusedError('conflict', `${STAYS_AWAY}${othersFor(actions)}`);
  if (standsFor && (await staysAway(client, of, standsFor.id)))
    throw new RefusedError('conflict', '您代理的人已在它所依据的线索或复查上回避，您不能代办。');
}

const STAYS_AWAY = '您已在它所依据的线索或复查上回避，本人或代别人都不能办理，';

/** Of the commission's people. */
function othersFor(actions: readonly Action[]): string {
  const roles = new Set(actions.flatMap(rolesFor).filter((role) => !isOfUnits(role)));
  const names = [...roles].map((role) => ROLE_LABELS[role]).join('、');
  return `须由没有回避的另一人（${names}）办理；在您手上的，请委领导或案件管理人员移交。`;
}
