import type { Reach, User } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { isShown } from '@tianyan/findings';
import { CHAIN_START, chinaDayOf, RefusedError, toChinaMinute, type EpochMs } from '@tianyan/kernel';
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
import { announceStep } from './clue-changes.js';
import { clockAfter } from './deadlines.js';
import type { HandlingRules } from './handling-rules.js';
import { nextRung, rungAction, type CampaignTaskOfClue, type ClueFacts, type Step, type StepTaker } from './machine/facts.js';
import { afterStep, factsOf, refusalOf } from './machine/machine.js';
import { recusedFrom } from './recusals.js';
import { stepHash } from './step-chain.js';

/** Who takes a step; null: the platform. */
export type Taker = { id: string; account: string; standsFor?: { id: string; account: string } } | null;

/** Whose role decides what may be asked. */
export type Person = NonNullable<Taker> & Pick<User, 'role'>;

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
    `SELECT ${CLUE_COLUMNS} FROM clue c WHERE c.id = ANY($3) AND ${isSeen('$1', '$2')} ORDER BY c.id FOR UPDATE`,
    [reach.parameter, reach.userId, ids],
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

/** Somebody has taken a step since the clue was looked at. @param who took it */
export function quickerRefusal({ clue, last }: OpenClue, who: string): RefusedError {
  const what = `${who} 已于 ${toChinaMinute(last.atMs)} 对${clue.number}“${STEP_LABELS[last.content.step]}”`;
  return new RefusedError('conflict', `您打开页面之后，${what}。请看过最新情况再办理。`);
}

export async function stepsOf(db: Queryable, clueId: string): Promise<ClueStep[]> {
  return rows(db, clueStepSchema, `SELECT ${STEP_COLUMNS} FROM clue_step s WHERE s.clue_id = $1 ORDER BY s.seq`, [clueId]);
}

async function openClue(client: ClientBase, clue: Clue): Promise<OpenClue> {
  const history = await stepsOf(client, clue.id);
  const facts = factsOf(history.map(takenStep), (await recusedFrom(client, [clue.id])).get(clue.id));
  const last = history.at(-1);
  if (!facts || !last) throw new Error(`clue ${clue.id} has no history`);
  return { clue, facts, last };
}

/** A problem that a campaign has confirmed, as a clue is registered of it. */
export interface CampaignProblem {
  task: CampaignTaskOfClue;
  unitCode: string | null;
  /** Null: of no township. */
  townshipCode: string | null;
  title: string;
}

/** Begins a clue; its findings have been claimed, or the problem of a campaign has been confirmed. */
export async function beginClue(
  client: ClientBase,
  begun: { id: string; title: string; step: Extract<Step, { step: 'register' }>; taker: Taker; problem?: CampaignProblem },
  context: StepContext,
): Promise<OpenClue> {
  const { nowMs } = context;
  const year = Number(chinaDayOf(nowMs).slice(0, 4));
  const facts = afterStep(null, begun.step, takerOf(begun.taker));
  const step = chained(begun.id, 1, begun.step, { facts, taker: begun.taker, nowMs, before: CHAIN_START });
  await execute(
    client,
    `INSERT INTO clue (id, year, number, title, state, registered_at_ms, state_since_ms, changed_at_ms, steps, head_hash, circle,
       campaign_task_id, campaign_order_id, campaign_unit_code, campaign_township_code)
     VALUES ($1, $2, $3, $4, 'registered', $5, $5, $5, 1, $6, $7, $8, $9, $10, $11)`,
    [
      begun.id,
      year,
      await nextNumber(client, year),
      begun.title,
      nowMs,
      step.hash,
      facts.circleIds,
      begun.problem?.task.id ?? null,
      begun.problem?.task.orderId ?? null,
      begun.problem?.unitCode ?? null,
      begun.problem?.townshipCode ?? null,
    ],
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
  const by = takerOf(taker);
  const refusal = refusalOf(before, step, by);
  if (refusal !== null) throw new RefusedError('conflict', refusal);
  if (clue.revision >= MAX_CLUE_STEPS)
    throw new RefusedError('too-many', `一条线索最多 ${MAX_CLUE_STEPS} 步，请另立线索后关联。`);
  const facts = afterStep(before, step, by);
  const { nowMs } = context;
  const written = chained(clue.id, clue.revision + 1, step, { facts, taker, nowMs, before: last.hash });
  await insertStep(client, written);
  if (facts.findingIds !== before.findingIds) await writeMembers(client, clue.id, facts.findingIds);
  const extension = step.step === 'approve-extension' ? before.extension : null;
  return { clue: await writeClue(client, clue, { facts, step: written, extension }, context), facts, last: written };
}

function takerOf(taker: Taker): StepTaker {
  return taker === null ? { by: 'platform' } : { by: 'person', userId: taker.id, forId: taker.standsFor?.id };
}

async function writeClue(
  client: ClientBase,
  clue: Clue,
  { facts, step, extension }: { facts: ClueFacts; step: ClueStep; extension: ClueFacts['extension'] },
  context: StepContext,
): Promise<Clue> {
  const { state } = facts.position;
  const { townships } = clue;
  const extended = extension === null ? {} : { extendedByDays: extension.workingDays };
  const clock = clockAfter(clue, step.content.step, { state, townships, ...extended }, context);
  const rung = nextRung(facts);
  return row(
    client,
    clueSchema,
    `UPDATE clue c SET state = $2, assignee_id = $3, verdict = $4, disposal = $5, changed_at_ms = $6, due_at_ms = $7, paused_at_ms = $8, steps = $9,
       head_hash = $10, circle = $11, recovered_fen = $12, improvements = $13, extension_asked = $14, rung_action = $15, state_since_ms = CASE WHEN c.state = $2 THEN c.state_since_ms ELSE $6 END
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
      facts.circleIds,
      facts.recoveredFen,
      facts.improvements,
      facts.extension !== null,
      rung === null ? null : rungAction(rung),
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
    ...(taker?.standsFor && { forId: taker.standsFor.id, forAccount: taker.standsFor.account }),
    content,
    stateAfter: facts.position.state,
  };
  return { ...step, hash: stepHash(step, before), recordedAtMs: nowMs };
}

async function insertStep(client: ClientBase, step: ClueStep): Promise<void> {
  await execute(
    client,
    `INSERT INTO clue_step (clue_id, seq, at_ms, taker_id, taker_account, content, state_after, hash, for_id, for_account)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      step.clueId,
      step.seq,
      step.atMs,
      step.takerId,
      step.takerAccount,
      JSON.stringify(step.content),
      step.stateAfter,
      step.hash,
      step.forId ?? null,
      step.forAccount ?? null,
    ],
  );
  await announceStep(client, { id: step.clueId, revision: step.seq });
}

/**
 * Makes the findings of a clue those that its history says, and its townships and classes theirs and those of the campaign's problem, whose class nobody
 * knows. A clue without any keeps those it had.
 */
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
    `UPDATE clue SET townships = found.townships, problem_classes = found.classes FROM (
       SELECT CASE WHEN bool_or(about.township_code IS NULL) THEN NULL ELSE array_agg(DISTINCT about.township_code) END AS townships,
         CASE WHEN bool_or(about.problem_class IS NULL) THEN NULL ELSE array_agg(DISTINCT about.problem_class) END AS classes
       FROM (SELECT f.township_code, f.problem_class FROM clue_finding m JOIN finding f ON f.id = m.finding_id WHERE m.clue_id = $1 AND ${isShown('f')}
         UNION ALL SELECT c.campaign_township_code, NULL FROM clue c WHERE c.id = $1 AND c.campaign_task_id IS NOT NULL) about
       HAVING count(*) > 0) found
     WHERE id = $1`,
    [clueId],
  );
}
