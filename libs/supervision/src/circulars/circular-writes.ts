import type { Reach, UnitReach } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { chinaDayOf, RefusedError, type EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, row, rows, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import type { CircularStepRequest } from '../api/circular-words.js';
import type { AskedThing } from '../in-place.js';
import { nextNumber } from '../numbers.js';
import {
  appendStep,
  historyOf,
  receiptOfStep,
  signingOf,
  signingOfStep,
  type StoredStep,
  type SupervisionReceipt,
  type Taker,
} from '../step-history.js';
import {
  circularMachine,
  circularStepSchema,
  refusalOfExcuse,
  refusalOfUnit,
  type CircularFacts,
  type CircularStep,
  type DraftCircularStep,
  type LaterCircularStep,
} from './circular-facts.js';
import {
  areOriginsSeen,
  CIRCULAR_COLUMNS,
  circularNumber,
  circularSchema,
  isSentToUnits,
  type Circular,
} from './circular-rows.js';

/** A circular under lock, with what its history has made of it. */
export interface OpenCircular {
  circular: Circular;
  facts: CircularFacts;
  last: StoredStep<CircularStep>;
}

export interface CircularContext {
  nowMs: EpochMs;
  calendar: WorkingCalendar;
}

export const NO_CIRCULAR = '没有这份通报，可能链接有误，请回到列表重新打开。';

/** For whoever works on it. Throws RefusedError('not-found'), also for what came from anything out of reach. */
export async function lockCircular(client: ClientBase, reach: Reach, id: string): Promise<OpenCircular> {
  const sql = `SELECT ${CIRCULAR_COLUMNS} FROM supervision_circular k WHERE k.id = $2 AND ${areOriginsSeen('$1', '$3')} FOR UPDATE OF k`;
  return opened(client, await maybeRow(client, circularSchema, sql, [reach.parameter, id, reach.userId]));
}

/** Throws RefusedError('not-found'), also for what was sent to others. */
export async function lockCircularOfUnits(client: ClientBase, units: UnitReach, id: string): Promise<OpenCircular> {
  const sql = `SELECT ${CIRCULAR_COLUMNS} FROM supervision_circular k WHERE k.id = $2 AND ${isSentToUnits('$1')} FOR UPDATE`;
  return opened(client, await maybeRow(client, circularSchema, sql, [units.unitCodes, id]));
}

async function opened(client: ClientBase, circular: Circular | null): Promise<OpenCircular> {
  if (!circular) throw new RefusedError('not-found', NO_CIRCULAR);
  const history = await historyOf(client, { kind: 'circular', id: circular.id }, circularStepSchema);
  const last = history.at(-1);
  if (!last) throw new Error(`circular ${circular.id} has no history`);
  return { circular, facts: circularFactsOf(history), last };
}

/** All that its steps have made of a circular. Throws Error for a history that does not begin with a draft. */
export function circularFactsOf([first, ...later]: readonly StoredStep<CircularStep>[]): CircularFacts {
  if (first?.content.step !== 'draft') throw new Error('a circular begins with its draft');
  const begun = circularMachine.begin(first.content, first.takerId);
  return later.reduce((facts, { content, ...step }) => {
    if (content.step === 'draft') throw new Error('a circular is drafted once');
    return circularMachine.afterTaken(facts, content, signingOfStep(step));
  }, begun);
}

/** Begins a circular; that its origins lie within reach has been seen. */
export async function beginCircular(
  client: ClientBase,
  begun: { id: string; step: DraftCircularStep; taker: Taker; townships: readonly string[] | null },
  { nowMs }: CircularContext,
): Promise<OpenCircular> {
  const { id, step, taker, townships } = begun;
  const owner = { kind: 'circular', id } as const;
  const last = await appendStep(client, owner, { content: step, taker, stateAfter: 'drafted', nowMs }, null);
  const circular = await row(
    client,
    circularSchema,
    `INSERT INTO supervision_circular AS k (id, title, body, audience, unit_codes, first_unit_code, report_working_days, corrects_id, townships, state,
       handler_id, changed_at_ms, steps, head_hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'drafted', $10, $11, 1, $12) RETURNING ${CIRCULAR_COLUMNS}`,
    [
      id,
      step.title,
      step.text,
      step.audience,
      step.unitCodes,
      step.firstUnitCode ?? null,
      step.reportWorkingDays ?? null,
      step.correctsId ?? null,
      townships,
      taker.id,
      nowMs,
      last.hash,
    ],
  );
  await execute(
    client,
    `INSERT INTO supervision_circular_origin (circular_id, kind, origin_id) SELECT $1, o.kind, o.id FROM unnest($2::text[], $3::text[]) AS o (kind, id)
     ON CONFLICT DO NOTHING`,
    [id, step.origins.map(({ kind }) => kind), step.origins.map((origin) => origin.id)],
  );
  return { circular, facts: circularMachine.begin(step, taker.id), last };
}

type AskedStep = Exclude<LaterCircularStep, { step: 'issue' }> | Extract<CircularStepRequest, { step: 'issue' }>;

/** Takes one step under lock. Throws RefusedError('conflict'), with the reason, for a step that may not be taken. */
export async function takeCircularStep(
  client: ClientBase,
  open: OpenCircular,
  { step, taker }: { step: AskedStep; taker: Taker },
  { nowMs, calendar }: CircularContext,
): Promise<OpenCircular> {
  const { circular, facts: before, last } = open;
  const signing = signingOf(taker);
  const refusal = circularMachine.refusalOf(before, step.step, signing) ?? (await refusalOfUnitStep(client, open, step));
  if (refusal !== null) throw new RefusedError('conflict', refusal);
  const year = Number(chinaDayOf(nowMs).slice(0, 4));
  const given = step.step === 'issue' ? await nextNumber(client, 'circular', year) : null;
  const content: LaterCircularStep = step.step === 'issue' ? { ...step, number: circularNumber(year, given ?? 0) } : step;
  const facts = circularMachine.after(before, content, signing);
  const written = await appendStep<CircularStep>(
    client,
    { kind: 'circular', id: circular.id },
    { content, taker, stateAfter: facts.state, nowMs },
    last,
  );
  const { title, text, audience, unitCodes, firstUnitCode = null, reportWorkingDays = null } = facts.content;
  const dueAtMs =
    step.step === 'issue' && reportWorkingDays !== null ? calendar.addWorkingDays(nowMs, reportWorkingDays) : circular.dueAtMs;
  const after = await row(
    client,
    circularSchema,
    `UPDATE supervision_circular k SET title = $2, body = $3, audience = $4, unit_codes = $5, first_unit_code = $6, report_working_days = $7, state = $8,
       changed_at_ms = $9, due_at_ms = $10, steps = $11, head_hash = $12, handler_id = $15, year = coalesce(k.year, $13), number = coalesce(k.number, $14),
       issued_at_ms = CASE WHEN $14::int IS NULL THEN k.issued_at_ms ELSE $9 END
     WHERE k.id = $1 RETURNING ${CIRCULAR_COLUMNS}`,
    [
      circular.id,
      title,
      text,
      audience,
      unitCodes,
      firstUnitCode,
      reportWorkingDays,
      facts.state,
      nowMs,
      facts.state === 'issued' ? dueAtMs : null,
      written.seq,
      written.hash,
      given === null ? null : year,
      given,
      facts.drafterId,
    ],
  );
  return { circular: after, facts, last: written };
}

async function refusalOfUnitStep(client: ClientBase, open: OpenCircular, step: AskedStep): Promise<string | null> {
  if (step.step === 'finish') return refusalOfUnit(open.facts, step.unitCode);
  return step.step === 'excuse' ? refusalOfExcuse(open.facts, step.unitCode, await pendingUnits(client, open)) : null;
}

const codeSchema = z.object({ unit_code: z.string() });

/** Units that have something to do about it: to report, or to read where nothing is to be reported. */
export async function pendingUnits(client: ClientBase, { circular, facts }: OpenCircular): Promise<readonly string[]> {
  const { content, finished, excused } = facts;
  if (content.reportWorkingDays === undefined) {
    const read = await rows(client, codeSchema, 'SELECT unit_code FROM supervision_circular_receipt WHERE circular_id = $1', [
      circular.id,
    ]);
    return content.unitCodes.filter((code) => !read.some(({ unit_code: unitCode }) => unitCode === code));
  }
  const sql = `SELECT DISTINCT unit_code FROM supervision_improvement WHERE circular_id = $1 AND state IN ('reported', 'sent-back')`;
  const unsettled = await rows(client, codeSchema, sql, [circular.id]);
  return content.unitCodes.filter(
    (code) =>
      !excused.includes(code) && (!finished.includes(code) || unsettled.some(({ unit_code: unitCode }) => unitCode === code)),
  );
}

/** The step that leaves nothing to be done closes it, in the same transaction. Null: it stays open. */
export async function closeIfDone(
  client: ClientBase,
  open: OpenCircular,
  { taker, context }: { taker: Taker; context: CircularContext },
): Promise<SupervisionReceipt | null> {
  if (open.facts.state !== 'issued' || (await pendingUnits(client, open)).length > 0) return null;
  return receiptOf(await takeCircularStep(client, open, { step: { step: 'close' }, taker }, context));
}

export const receiptOf = ({ circular, last }: OpenCircular): SupervisionReceipt => receiptOfStep(circular.id, last);

/** Of it, or of something reported to it. @param noun as people call what the step is taken of */
export const askedOfCircular = (id: string, noun: string, actions: AskedThing['actions']): AskedThing => ({
  noun,
  actions,
  sql: `SELECT 1 FROM supervision_circular k WHERE k.id = $3 AND ${areOriginsSeen('$1', '$2')}`,
  paramsOf: (reach) => [reach.parameter, reach.userId, id],
});
