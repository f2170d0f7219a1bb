import type { Reach, User } from '@tianyan/access';
import { isShown } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import { execute, row, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import type { StepRequest } from './api/index.js';
import { carryRecusals } from './recusals.js';
import { beginClue, found, takeStep, type OpenClue, type Person, type StepContext } from './clue-writes.js';

/** A clue under lock, with whoever takes a step, and the others that the step names. */
export interface ShapedClue {
  reach: Reach;
  taker: Person;
  open: OpenClue;
  clues: ReadonlyMap<string, OpenClue>;
  /** Who can sign in. */
  accounts: readonly User[];
  context: StepContext;
}

const titleSchema = z.object({ title: z.string() });

/** Some of its findings become a clue of their own, with a number of its own. @returns what is left, and that clue */
export async function splitClue(
  client: ClientBase,
  request: Extract<StepRequest, { step: 'split' }>,
  { open, taker, context }: ShapedClue,
  newId: string,
): Promise<readonly [OpenClue, OpenClue]> {
  const { reason } = request;
  const findingIds = [...new Set(request.findingIds)];
  // The findings leave before they arrive: each is part of one clue. The number of the new one is known by then.
  const { title } = await row(
    client,
    titleSchema,
    `SELECT coalesce(string_agg(DISTINCT title, '、'), '') AS title FROM finding f WHERE f.id = ANY($1) AND ${isShown('f')}`,
    [findingIds],
  );
  await execute(client, 'DELETE FROM clue_finding WHERE clue_id = $1 AND finding_id = ANY($2)', [open.clue.id, findingIds]);
  // What was kept to a circle is not told by being split.
  const { circleIds } = open.facts;
  const circle = circleIds === null ? {} : { circleIds };
  const step = { step: 'register', findingIds, reason, splitFrom: open.clue.number, ...circle } as const;
  const split = await beginClue(client, { id: newId, title, step, taker }, context);
  await carryRecusals(client, newId, open.facts.recusedIds);
  const other = { otherId: newId, otherNumber: split.clue.number };
  const left = await takeStep(client, open, { step: { step: 'split', findingIds, reason, ...other }, taker }, context);
  return [left, split];
}

/** All of a clue becomes part of another, which lies within reach too. @returns the clue that ends, and the other */
export async function mergeClue(
  client: ClientBase,
  request: Extract<StepRequest, { step: 'merge' }>,
  { open, clues, taker, context }: ShapedClue,
): Promise<readonly [OpenClue, OpenClue]> {
  if (request.intoId === open.clue.id) throw new RefusedError('invalid', '不能并入自己，请选择另一条线索。');
  const into = found(clues, request.intoId);
  if (!isSameCircle(open.facts.circleIds, into.facts.circleIds))
    throw new RefusedError('conflict', `${into.clue.number}与这条线索的知悉范围不同，请先改成一样再合并。`);
  const { assigneeId, recusedIds } = into.facts;
  if (recusedIds.includes(taker.id)) throw new RefusedError('conflict', `您已在${into.clue.number}上回避，须由另一人合并。`);
  if (assigneeId !== null && open.facts.recusedIds.includes(assigneeId))
    throw new RefusedError(
      'conflict',
      `${into.clue.number}的承办人已在这条线索上回避，请先把${into.clue.number}改由他人承办，再合并。`,
    );
  const { findingIds, personIds } = open.facts;
  const merged = await takeStep(
    client,
    open,
    { step: { step: 'merge', reason: request.reason, otherId: into.clue.id, otherNumber: into.clue.number }, taker },
    context,
  );
  await execute(client, 'UPDATE clue_person SET clue_id = $2 WHERE clue_id = $1', [open.clue.id, into.clue.id]);
  // Also what was merged into this one before.
  await execute(client, 'UPDATE clue SET merged_into = $2 WHERE id = $1 OR merged_into = $1', [open.clue.id, into.clue.id]);
  const other = { otherId: open.clue.id, otherNumber: open.clue.number };
  const absorbed = await takeStep(client, into, { step: { step: 'absorb', findingIds, personIds, ...other }, taker }, context);
  return [merged, absorbed];
}

/** What one circle knows is not told to another. */
function isSameCircle(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((id) => b.includes(id));
}

/** Notes that an earlier clue is about the same. */
export async function linkClue(
  client: ClientBase,
  request: Extract<StepRequest, { step: 'link' }>,
  { open, clues, taker, context }: ShapedClue,
): Promise<OpenClue> {
  if (request.otherId === open.clue.id) throw new RefusedError('invalid', '不能关联自己，请选择另一条线索。');
  const { clue: other, facts } = found(clues, request.otherId);
  if (facts.circleIds !== null && !isSameCircle(facts.circleIds, open.facts.circleIds))
    throw new RefusedError('conflict', `${other.number}限定了知悉范围，与这条线索的不同，不能关联：看这条线索的人会知道它。`);
  const stored = await execute(client, 'INSERT INTO clue_link (clue_id, other_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    open.clue.id,
    other.id,
  ]);
  if (stored === 0) throw new RefusedError('conflict', `已经关联${other.number}。`);
  const step = { step: 'link', reason: request.reason, otherId: other.id, otherNumber: other.number } as const;
  return takeStep(client, open, { step, taker }, context);
}
