import { withinReach } from '@tianyan/access';
import { isShown } from '@tianyan/findings';
import type { EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import { CLUE_STATES, CLUE_VERDICTS, DISPOSALS, type ClueState, type ClueVerdict, type Disposal } from './api/index.js';
import type { Step, StepTaker } from './machine/facts.js';
import { storedStepSchema } from './machine/stored-step.js';
import type { ChainedStep } from './step-chain.js';

/** Where a clue stands. */
export interface Clue {
  id: string;
  /** Such as 线索〔2026〕0001号. */
  number: string;
  /** Titles of the rules whose findings it was registered from. */
  title: string;
  /** Null: of the whole county. */
  townships: readonly string[] | null;
  state: ClueState;
  assigneeId: string | null;
  verdict: ClueVerdict | null;
  disposal: Disposal | null;
  /** All times are the county's. */
  registeredAtMs: EpochMs;
  stateSinceMs: EpochMs;
  changedAtMs: EpochMs;
  /** By then the state has to be over; while it is paused, as it was before. */
  dueAtMs: EpochMs | null;
  pausedAtMs: EpochMs | null;
  /** Number of its steps: who takes the next names it, so that nobody decides on what was before. */
  revision: number;
  headHash: string;
}

/** One step as it stands in the history. */
export type ClueStep = ChainedStep & { hash: string; recordedAtMs: EpochMs };

export function clueNumber(year: number, number: number): string {
  return `线索〔${year}〕${String(number).padStart(4, '0')}号`;
}

/** To be read from `clue c`. */
export const CLUE_COLUMNS = `c.id, c.year, c.number, c.title, c.townships, c.state, c.assignee_id, c.verdict, c.disposal, c.registered_at_ms,
  c.state_since_ms, c.changed_at_ms, c.due_at_ms, c.paused_at_ms, c.steps, c.head_hash`;

export const clueSchema = z
  .object({
    id: z.string(),
    year: z.int(),
    number: z.int(),
    title: z.string(),
    townships: z.array(z.string()).nullable(),
    state: z.enum(CLUE_STATES),
    assignee_id: z.string().nullable(),
    verdict: z.enum(CLUE_VERDICTS).nullable(),
    disposal: z.enum(DISPOSALS).nullable(),
    registered_at_ms: z.int(),
    state_since_ms: z.int(),
    changed_at_ms: z.int(),
    due_at_ms: z.int().nullable(),
    paused_at_ms: z.int().nullable(),
    steps: z.int(),
    head_hash: z.string(),
  })
  .transform((row): Clue => ({
    id: row.id,
    number: clueNumber(row.year, row.number),
    title: row.title,
    townships: row.townships,
    state: row.state,
    assigneeId: row.assignee_id,
    verdict: row.verdict,
    disposal: row.disposal,
    registeredAtMs: row.registered_at_ms,
    stateSinceMs: row.state_since_ms,
    changedAtMs: row.changed_at_ms,
    dueAtMs: row.due_at_ms,
    pausedAtMs: row.paused_at_ms,
    revision: row.steps,
    headHash: row.head_hash,
  }));

export const STEP_COLUMNS =
  's.clue_id, s.seq, s.at_ms, s.recorded_at, s.taker_id, s.taker_account, s.content, s.state_after, s.hash';

export const clueStepSchema = z
  .object({
    clue_id: z.string(),
    seq: z.int(),
    at_ms: z.int(),
    recorded_at: z.date(),
    taker_id: z.string().nullable(),
    taker_account: z.string().nullable(),
    content: storedStepSchema,
    state_after: z.enum(CLUE_STATES),
    hash: z.string(),
  })
  .transform((row): ClueStep => ({
    clueId: row.clue_id,
    seq: row.seq,
    atMs: row.at_ms,
    recordedAtMs: row.recorded_at.getTime(),
    takerId: row.taker_id,
    takerAccount: row.taker_account,
    content: row.content,
    stateAfter: row.state_after,
    hash: row.hash,
  }));

export function takenStep({ content, takerId }: ClueStep): { step: Step; taker: StepTaker } {
  return { step: content, taker: takerId === null ? { by: 'platform' } : { by: 'person', userId: takerId } };
}

/**
 * Whether `clue c` may be seen: all that it is about lies within reach. What its findings have come to concern since counts too; a clue that
 * has none any more is judged by those it had.
 * @param parameter placeholder of the reach's townships
 */
export function isSeen(parameter: `$${number}`): string {
  return `(${parameter}::text[] IS NULL OR (c.townships <@ ${parameter} AND NOT EXISTS (
    SELECT FROM clue_finding m JOIN finding f ON f.id = m.finding_id
    WHERE m.clue_id = c.id AND ${isShown('f')} AND (${withinReach('f.township_code', parameter)}) IS NOT TRUE)))`;
}
