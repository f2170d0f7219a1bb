import type { Reach } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { isShown } from '@tianyan/findings';
import { chinaDayOf, RefusedError, toChinaMinute, type EpochMs } from '@tianyan/kernel';
import { execute, row, rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import { STEP_LABELS } from './api/index.js';
import {
  CLUE_COLUMNS,
  clueSchema,
  clueStepSchema,
  isSeen,
  STEP_COLUMNS,
  takenStep,
  type Clue,
  type ClueStep,
} from './clue-rows.js';
import { clockAfter } from './deadlines.js';
import type { HandlingRules } from './handling-rules.js';
import type { ClueFacts, Step } from './machine/facts.js';
import { afterStep, factsOf, refusalOf } from './machine/machine.js';
import { CHAIN_START, stepHash } from './step-chain.js';

/** Who takes a step; null: the platform. */
export type Taker = { id: string; account: string } | null;

/** A clue under lock, with what its history has made of it. */
export interface OpenClue {
  clue: Clue;
  facts: ClueFacts;
  last: ClueStep;
}

/** What steps are reckoned with. */
export interface StepContext {
  nowMs: EpochMs;
  rules: HandlingRules;
  calendar: WorkingCalendar;
}

/** Steps of one clue: more than that is no clue any more, and its page could not be read. */
export const MAX_CLUE_STEPS = 1_000;

const NO_CLUE = '没有这条线索，可能链接有误，请回到列表重新打开。';

const numberSchema = z.object({ last: z.int() });

/** The next number of the year. Others wait for the end of the transaction: so none is left out, and none given twice. */
async function nextNumber(client: ClientBase, year: number): Promise<number> {
  const sql = `INSERT INTO clue_number (year, last) VALUES ($1, 1) ON CONFLICT (year) DO UPDATE SET last = clue_number.last + 1 RETURNING last`;
  return (await row(client, numberSchema, sql, [year])).last;
}

/** In one order, whoever locks: two clues that are merged into each other at once must not wait for each other. */
export async function lockClues(
  client: ClientBase,
  reach: Reach,
  ids: readonly string[],
): Promise<ReadonlyMap<string, OpenClue>> {
  const locked = await rows(
    client,
    clueSchema,
    `SELECT ${CLUE_COLUMNS} FROM clue c WHERE c.id = ANY($2) AND ${isSeen('$1')} ORDER BY c.id FOR UPDATE`,
    [reach.townshipCodes, ids],
  );
  const open = new Map<string, OpenClue>();
  for (const clue of locked) open.set(clue.id, await openClue(client, clue));
  return open;
}

/** For what the platform does by itself, and for what follows from a decision on a finding: nobody is shown anything of it. */
export async function lockForPlatform(client: ClientBase, id: string): Promise<OpenClue> {
  const clue = await row(client, clueSchema, `SELECT ${CLUE_COLUMNS} FROM clue c WHERE c.id = $1 FOR UPDATE`, [id]);
  return openClue(client, clue);
}

/** Throws RefusedError('not-found'), also for what is out of reach. */
export function found(clues: ReadonlyMap<string, OpenClue>, id: string): OpenClue {
  const clue = clues.get(id);
  if (!clue) throw new RefusedError('not-found', NO_CLUE);
  return clue;
}

/** Throws RefusedError('conflict'), with who was quicker, where somebody has taken a step since. */
export function assertSeenLast({ clue, last }: OpenClue, revision: number): void {
  if (clue.revision === revision) return;
  const who = last.takerAccount ?? '平台';
  const what = `${who} 已于 ${toChinaMinute(last.atMs)} 对${clue.number}“${STEP_LABELS[last.content.step]}”`;
  throw new RefusedError('conflict', `您打开页面之后，${what}。请刷新页面，看过最新情况再办理。`);
}

export async function stepsOf(db: Queryable, clueId: string): Promise<ClueStep[]> {
  return rows(db, clueStepSchema, `SELECT ${STEP_COLUMNS} FROM clue_step s WHERE s.clue_id = $1 ORDER BY s.seq`, [clueId]);
}

async function openClue(client: ClientBase, clue: Clue): Promise<OpenClue> {
  const history = await stepsOf(client, clue.id);
  const facts = factsOf(history.map(takenStep));
  const last = history.at(-1);
  if (!facts || !last) throw new Error(`clue ${clue.id} has no history`);
  return { clue, facts, last };
}

/** Begins a clue; its findings have been claimed. */
export async function beginClue(
  client: ClientBase,
  begun: { id: string; title: string; step: Extract<Step, { step: 'register' }>; taker: Taker },
  context: StepContext,
): Promise<OpenClue> {
  const { nowMs } = context;
  const year = Number(chinaDayOf(nowMs).slice(0, 4));
  const facts = afterStep(null, begun.step, { by: 'platform' });
  const step = chained(begun.id, 1, begun.step, { facts, taker: begun.taker, nowMs, before: CHAIN_START });
  await execute(
    client,
    `INSERT INTO clue (id, year, number, title, state, registered_at_ms, state_since_ms, changed_at_ms, steps, head_hash)
     VALUES ($1, $2, $3, $4, 'registered', $5, $5, $5, 1, $6)`,
    [begun.id, year, await nextNumber(client, year), begun.title, nowMs, step.hash],
  );
  await insertStep(client, step);
  await writeMembers(client, begun.id, facts.findingIds);
  const clue = await row(client, clueSchema, `SELECT ${CLUE_COLUMNS} FROM clue c WHERE c.id = $1`, [begun.id]);
  const clock = clockAfter({ state: 'cancelled', dueAtMs: null, pausedAtMs: null }, 'register', clue, context);
  await execute(client, 'UPDATE clue SET due_at_ms = $2 WHERE id = $1', [begun.id, clock.dueAtMs]);
  return { clue: { ...clue, dueAtMs: clock.dueAtMs }, facts, last: step };
}

/**
 * Takes one step of a clue under lock. Throws RefusedError('conflict'), with the reason, for a step that may not be taken.
 * @returns the clue after it
 */
export async function takeStep(
  client: ClientBase,
  open: OpenClue,
  taken: { step: Step; taker: Taker },
  context: StepContext,
): Promise<OpenClue> {
  const { clue, facts: before, last } = open;
  const { step, taker } = taken;
  const by = taker === null ? ({ by: 'platform' } as const) : ({ by: 'person', userId: taker.id } as const);
  const refusal = refusalOf(before, step, by);
  if (refusal !== null) throw new RefusedError('conflict', refusal);
  if (clue.revision >= MAX_CLUE_STEPS)
    throw new RefusedError('too-many', `一条线索最多 ${MAX_CLUE_STEPS} 步，请另立线索后关联。`);
  const facts = afterStep(before, step, by);
  const { nowMs } = context;
  const written = chained(clue.id, clue.revision + 1, step, { facts, taker, nowMs, before: last.hash });
  await insertStep(client, written);
  if (facts.findingIds !== before.findingIds) await writeMembers(client, clue.id, facts.findingIds);
  return { clue: await writeClue(client, clue, { facts, step: written }, context), facts, last: written };
}

async function writeClue(
  client: ClientBase,
  clue: Clue,
  { facts, step }: { facts: ClueFacts; step: ClueStep },
  context: StepContext,
): Promise<Clue> {
  const { state } = facts.position;
  const clock = clockAfter(clue, step.content.step, { state, townships: clue.townships }, context);
  return row(
    client,
    clueSchema,
    `UPDATE clue c SET state = $2, assignee_id = $3, verdict = $4, disposal = $5, changed_at_ms = $6, due_at_ms = $7, paused_at_ms = $8, steps = $9,
       head_hash = $10, state_since_ms = CASE WHEN c.state = $2 THEN c.state_since_ms ELSE $6 END
     WHERE c.id = $1 RETURNING ${CLUE_COLUMNS}`,
    [
      clue.id,
      state,
      facts.assigneeId,
      facts.verdict,
      facts.disposal,
      step.atMs,
      clock.dueAtMs,
      clock.pausedAtMs,
      step.seq,
      step.hash,
    ],
  );
}

function chained(
  clueId: string,
  seq: number,
  content: Step,
  { facts, taker, nowMs, before }: { facts: ClueFacts; taker: Taker; nowMs: EpochMs; before: string },
): ClueStep {
  const step = {
    clueId,
    seq,
    atMs: nowMs,
    takerId: taker?.id ?? null,
    takerAccount: taker?.account ?? null,
    content,
    stateAfter: facts.position.state,
  };
  return { ...step, hash: stepHash(step, before), recordedAtMs: nowMs };
}

async function insertStep(client: ClientBase, step: ClueStep): Promise<void> {
  await execute(
    client,
    `INSERT INTO clue_step (clue_id, seq, at_ms, taker_id, taker_account, content, state_after, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [step.clueId, step.seq, step.atMs, step.takerId, step.takerAccount, JSON.stringify(step.content), step.stateAfter, step.hash],
  );
}

/** Makes the findings of a clue those that its history says, and its townships theirs. A clue without any keeps the townships it had. */
async function writeMembers(client: ClientBase, clueId: string, findingIds: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM clue_finding WHERE clue_id = $1 AND finding_id <> ALL($2)', [clueId, findingIds]);
  await execute(
    client,
    `INSERT INTO clue_finding (finding_id, clue_id, held) SELECT f.id, $1, f.holds FROM finding f WHERE f.id = ANY($2) AND ${isShown('f')}
     ON CONFLICT (finding_id) DO NOTHING`,
    [clueId, findingIds],
  );
  await execute(
    client,
    `UPDATE clue SET townships = found.townships FROM (
       SELECT CASE WHEN bool_or(f.township_code IS NULL) THEN NULL ELSE array_agg(DISTINCT f.township_code) END AS townships
       FROM clue_finding m JOIN finding f ON f.id = m.finding_id WHERE m.clue_id = $1 AND ${isShown('f')} HAVING count(*) > 0) found
     WHERE id = $1`,
    [clueId],
  );
}
