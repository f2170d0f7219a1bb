import type { Reach } from '@tianyan/access';
import { isShown } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import { execute, row, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import type { StepRequest } from './api/index.js';
import { beginClue, found, takeStep, type OpenClue, type StepContext, type Taker } from './clue-writes.js';

/** A clue under lock, with whoever takes a step, and the others that the step names. */
export interface ShapedClue {
  reach: Reach;
  taker: NonNullable<Taker>;
  open: OpenClue;
  clues: ReadonlyMap<string, OpenClue>;
  context: StepContext;
}

const titleSchema = z.object({ title: z.string() });

/** Some of its findings become a clue of their own, with a number of its own. */
export async function splitClue(
  client: ClientBase,
  request: Extract<StepRequest, { step: 'split' }>,
  { open, taker, context }: ShapedClue,
  newId: string,
): Promise<OpenClue> {
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
  const step = { step: 'register', findingIds, reason, splitFrom: open.clue.number } as const;
  const split = await beginClue(client, { id: newId, title, step, taker }, context);
  const other = { otherId: newId, otherNumber: split.clue.number };
  return takeStep(client, open, { step: { step: 'split', findingIds, reason, ...other }, taker }, context);
}

/** All of a clue becomes part of another, which lies within reach too. */
export async function mergeClue(
  client: ClientBase,
  request: Extract<StepRequest, { step: 'merge' }>,
  { open, clues, taker, context }: ShapedClue,
): Promise<OpenClue> {
  if (request.intoId === open.clue.id) throw new RefusedError('invalid', '不能并入自己，请选择另一条线索。');
  const into = found(clues, request.intoId);
  const { findingIds, personIds } = open.facts;
  const merged = await takeStep(
    client,
    open,
    { step: { step: 'merge', reason: request.reason, otherId: into.clue.id, otherNumber: into.clue.number }, taker },
    context,
  );
  await execute(client, 'UPDATE clue_person SET clue_id = $2 WHERE clue_id = $1', [open.clue.id, into.clue.id]);
  const other = { otherId: open.clue.id, otherNumber: open.clue.number };
  await takeStep(client, into, { step: { step: 'absorb', findingIds, personIds, ...other }, taker }, context);
  return merged;
}

/** Notes that an earlier clue is about the same. */
export async function linkClue(
  client: ClientBase,
  request: Extract<StepRequest, { step: 'link' }>,
  { open, clues, taker, context }: ShapedClue,
): Promise<OpenClue> {
  if (request.otherId === open.clue.id) throw new RefusedError('invalid', '不能关联自己，请选择另一条线索。');
  const { clue: other } = found(clues, request.otherId);
  const stored = await execute(client, 'INSERT INTO clue_link (clue_id, other_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    open.clue.id,
    other.id,
  ]);
  if (stored === 0) throw new RefusedError('conflict', `已经关联${other.number}。`);
  const step = { step: 'link', reason: request.reason, otherId: other.id, otherNumber: other.number } as const;
  return takeStep(client, open, { step, taker }, context);
}
