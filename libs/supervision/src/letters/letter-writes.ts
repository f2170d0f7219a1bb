import { withinUnits, type Reach, type UnitReach } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { chinaDayOf, RefusedError, type EpochMs } from '@tianyan/kernel';
import { maybeRow, row, type ClientBase } from '@tianyan/postgres';
import type { LetterStepRequest } from '../api/index.js';
import { nextNumber } from '../numbers.js';
import { appendStep, historyOf, signingOf, signingOfStep, type StoredStep, type Taker } from '../step-history.js';
import { letterStepSchema, type DraftStep, type LaterLetterStep, type LetterFacts, type LetterStep } from './letter-facts.js';
import { isLetterSeen, IS_GIVEN, LETTER_COLUMNS, letterNumber, letterSchema, type Letter } from './letter-rows.js';
import { letterMachine } from './step-table.js';

/** A letter under lock, with what its history has made of it. */
export interface OpenLetter {
  letter: Letter;
  facts: LetterFacts;
  last: StoredStep<LetterStep>;
}

export interface LetterContext {
  nowMs: EpochMs;
  calendar: WorkingCalendar;
}

export const NO_LETTER = '没有这份督办函，可能链接有误，请回到列表重新打开。';

/** Throws RefusedError('not-found'), also for what is out of reach. */
export async function lockLetter(client: ClientBase, reach: Reach, id: string): Promise<OpenLetter> {
  const sql = `SELECT ${LETTER_COLUMNS} FROM supervision_letter l WHERE l.id = $2 AND ${isLetterSeen('$1', '$3')} FOR UPDATE OF l`;
  return open(client, await maybeRow(client, letterSchema, sql, [reach.parameter, id, reach.userId]));
}

/** Throws RefusedError('not-found'), also for what was given to another unit. */
export async function lockLetterOfUnit(client: ClientBase, units: UnitReach, id: string): Promise<OpenLetter> {
  const sql = `SELECT ${LETTER_COLUMNS} FROM supervision_letter l WHERE l.id = $2 AND ${IS_GIVEN} AND ${withinUnits('l.unit_code', '$1')} FOR UPDATE`;
  return open(client, await maybeRow(client, letterSchema, sql, [units.unitCodes, id]));
}

async function open(client: ClientBase, letter: Letter | null): Promise<OpenLetter> {
  if (!letter) throw new RefusedError('not-found', NO_LETTER);
  const history = await historyOf(client, { kind: 'letter', id: letter.id }, letterStepSchema);
  const last = history.at(-1);
  if (!last) throw new Error(`letter ${letter.id} has no history`);
  return { letter, facts: letterFactsOf(history), last };
}

/** All that its steps have made of a letter. Throws Error for a history that does not begin with a draft. */
export function letterFactsOf([first, ...later]: readonly StoredStep<LetterStep>[]): LetterFacts {
  if (first?.content.step !== 'draft') throw new Error('a letter begins with its draft');
  const begun = letterMachine.begin(first.content, first.takerId);
  return later.reduce((facts, { content, ...step }) => {
    if (content.step === 'draft') throw new Error('a letter is drafted once');
    return letterMachine.afterTaken(facts, content, signingOfStep(step));
  }, begun);
}

/** Begins a letter; that its origin lies within reach has been seen. */
export async function beginLetter(
  client: ClientBase,
  begun: { id: string; step: DraftStep; taker: Taker; townships: readonly string[] | null },
  { nowMs }: LetterContext,
): Promise<OpenLetter> {
  const { id, step, taker, townships } = begun;
  const { origin } = step;
  const last = await appendStep(client, { kind: 'letter', id }, { content: step, taker, stateAfter: 'drafted', nowMs }, null);
  const letter = await row(
    client,
    letterSchema,
    `INSERT INTO supervision_letter AS l (id, kind, unit_code, title, body, reply_working_days, finding_id, clue_id, campaign_task_id, townships, state,
       handler_id, changed_at_ms, steps, head_hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'drafted', $11, $12, 1, $13) RETURNING ${LETTER_COLUMNS}`,
    [
      id,
      step.kind,
      step.unitCode,
      step.title,
      step.text,
      step.replyWorkingDays,
      origin.kind === 'finding' ? origin.id : null,
      origin.kind === 'clue' ? origin.id : null,
      origin.kind === 'campaign-task' ? origin.id : null,
      townships,
      taker.id,
      nowMs,
      last.hash,
    ],
  );
  return { letter, facts: letterMachine.begin(step, taker.id), last };
}

/** Takes one step under lock. Throws RefusedError('conflict'), with the reason, for a step that may not be taken. */
export async function takeLetterStep(
  client: ClientBase,
  { letter, facts: before, last }: OpenLetter,
  {
    step,
    taker,
  }: { step: Exclude<LaterLetterStep, { step: 'issue' }> | Extract<LetterStepRequest, { step: 'issue' }>; taker: Taker },
  context: LetterContext,
): Promise<OpenLetter> {
  const refusal = letterMachine.refusalOf(before, step.step, signingOf(taker));
  if (refusal !== null) throw new RefusedError('conflict', refusal);
  const { nowMs } = context;
  const year = Number(chinaDayOf(nowMs).slice(0, 4));
  const given = step.step === 'issue' ? await nextNumber(client, before.content.kind, year) : null;
  const content: LaterLetterStep =
    step.step === 'issue' ? { ...step, number: letterNumber(before.content.kind, year, given ?? 0) } : step;
  const facts = letterMachine.after(before, content, signingOf(taker));
  const stateAfter = facts.position.state;
  const written = await appendStep<LetterStep>(
    client,
    { kind: 'letter', id: letter.id },
    { content, taker, stateAfter, nowMs },
    last,
  );
  const after = await row(
    client,
    letterSchema,
    `UPDATE supervision_letter l SET kind = $2, unit_code = $3, title = $4, body = $5, reply_working_days = $6, state = $7, returns = $8,
       changed_at_ms = $9, due_at_ms = $10, steps = $11, head_hash = $12, year = coalesce(l.year, $13), number = coalesce(l.number, $14),
       handler_id = $15, issued_at_ms = CASE WHEN $14::int IS NULL THEN l.issued_at_ms ELSE $9 END
     WHERE l.id = $1 RETURNING ${LETTER_COLUMNS}`,
    [
      letter.id,
      facts.content.kind,
      facts.content.unitCode,
      facts.content.title,
      facts.content.text,
      facts.content.replyWorkingDays,
      stateAfter,
      facts.returns,
      nowMs,
      dueAfter(letter.dueAtMs, content, facts, context),
      written.seq,
      written.hash,
      given === null ? null : year,
      given,
      facts.drafterId,
    ],
  );
  return { letter: after, facts, last: written };
}

/** The unit's deadline: begins when it is asked, ends when it has answered. To receive it changes nothing, nor do files. */
function dueAfter(
  before: EpochMs | null,
  step: LaterLetterStep,
  { content, position }: LetterFacts,
  { nowMs, calendar }: LetterContext,
): EpochMs | null {
  if (step.step === 'issue') return calendar.addWorkingDays(nowMs, content.replyWorkingDays);
  if (step.step === 'send-back') return calendar.addWorkingDays(nowMs, step.replyWorkingDays);
  // Whoever handles it in the office, and whatever proves it, the unit has the same time.
  const keepsTime = step.step === 'attach' || step.step === 'withdraw-file' || step.step === 'hand-over';
  return keepsTime || position.state === 'received' ? before : null;
}
