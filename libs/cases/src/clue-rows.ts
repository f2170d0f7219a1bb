import {
  allWithinClasses,
  allWithinTownships,
  reachesEverything,
  type ASKED_REACHES,
  type ReachPlaceholder,
} from '@tianyan/access';
import { isFindingWithin, isShown } from '@tianyan/findings';
import type { EpochMs } from '@tianyan/kernel';
import { z } from 'zod';
import { CLUE_STATES, CLUE_VERDICTS, DISPOSALS, type ClueState, type ClueVerdict, type Disposal } from './api/index.js';
import type { CampaignTaskOfClue, RungAction, Step, StepTaker } from './machine/facts.js';
import { storedStepSchema } from './machine/stored-step.js';
import type { ChainedStep } from './step-chain.js';

/** Where a clue stands. */
export interface Clue {
  id: string;
  /** Such as 线索〔2026〕0001号. */
  number: string;
  /** Titles of the rules whose findings it was registered from, or the kinds of problems that a campaign has confirmed. */
  title: string;
  /** Null: of the whole county. */
  townships: readonly string[] | null;
  /** Classes of problems of its findings; null: not known, of a clue that has had none since they are kept. */
  problemClasses: readonly string[] | null;
  /** 知悉范围: who alone may see it; null: whoever's reach it lies in. */
  circleIds: readonly string[] | null;
  /** What it has become a part of. */
  mergedInto: string | null;
  /** The problem of a campaign that it was registered of; null: of findings. */
  campaignTask: CampaignTaskOfClue | null;
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
  /** Of rectifications that were accepted. */
  recoveredFen: number;
  improvements: number;
  /** What the next rung of a disposal that waits for approval has to be allowed; null: nothing waits, or it began when leaders alone approved. */
  rungAction: RungAction | null;
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
export const CLUE_COLUMNS = `c.id, c.year, c.number, c.title, c.townships, c.problem_classes, c.circle, c.merged_into, c.state, c.assignee_id, c.verdict, c.disposal, c.registered_at_ms,
  c.state_since_ms, c.changed_at_ms, c.due_at_ms, c.paused_at_ms, c.recovered_fen, c.improvements, c.rung_action, c.campaign_task_id,
  c.campaign_order_id, c.steps, c.head_hash`;

export const clueSchema = z
  .object({
    id: z.string(),
    year: z.int(),
    number: z.int(),
    title: z.string(),
    townships: z.array(z.string()).nullable(),
    problem_classes: z.array(z.string()).nullable(),
    circle: z.array(z.string()).nullable(),
    merged_into: z.string().nullable(),
    state: z.enum(CLUE_STATES),
    assignee_id: z.string().nullable(),
    verdict: z.enum(CLUE_VERDICTS).nullable(),
    disposal: z.enum(DISPOSALS).nullable(),
    registered_at_ms: z.int(),
    state_since_ms: z.int(),
    changed_at_ms: z.int(),
    due_at_ms: z.int().nullable(),
    paused_at_ms: z.int().nullable(),
    recovered_fen: z.int(),
    improvements: z.int(),
    rung_action: z.enum(['manage-clues', 'approve-clues']).nullable(),
    campaign_task_id: z.string().nullable(),
    campaign_order_id: z.string().nullable(),
    steps: z.int(),
    head_hash: z.string(),
  })
  .transform((row): Clue => ({
    id: row.id,
    number: clueNumber(row.year, row.number),
    title: row.title,
    townships: row.townships,
    problemClasses: row.problem_classes,
    circleIds: row.circle,
    mergedInto: row.merged_into,
    campaignTask: row.campaign_task_id === null ? null : { id: row.campaign_task_id, orderId: row.campaign_order_id ?? '' },
    state: row.state,
    assigneeId: row.assignee_id,
    verdict: row.verdict,
    disposal: row.disposal,
    registeredAtMs: row.registered_at_ms,
    stateSinceMs: row.state_since_ms,
    changedAtMs: row.changed_at_ms,
    dueAtMs: row.due_at_ms,
    pausedAtMs: row.paused_at_ms,
    recoveredFen: row.recovered_fen,
    improvements: row.improvements,
    rungAction: row.rung_action,
    revision: row.steps,
    headHash: row.head_hash,
  }));

export const STEP_COLUMNS =
  's.clue_id, s.seq, s.at_ms, s.recorded_at, s.taker_id, s.taker_account, s.for_id, s.for_account, s.content, s.state_after, s.hash';

export const clueStepSchema = z
  .object({
    clue_id: z.string(),
    seq: z.int(),
    at_ms: z.int(),
    recorded_at: z.date(),
    taker_id: z.string().nullable(),
    taker_account: z.string().nullable(),
    for_id: z.string().nullable(),
    for_account: z.string().nullable(),
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
    ...(row.for_id !== null && { forId: row.for_id, forAccount: row.for_account }),
    content: row.content,
    stateAfter: row.state_after,
    hash: row.hash,
  }));

export function takenStep({ content, takerId, forId }: ClueStep): { step: Step; taker: StepTaker } {
  const taker =
    takerId === null ? ({ by: 'platform' } as const) : ({ by: 'person', userId: takerId, forId: forId ?? undefined } as const);
  return { step: content, taker };
}

/**
 * Whether `clue c` may be seen: all that it is about lies within reach, and where it, or what it was merged into, is kept to a circle, the person is in
 * it. What its findings have come to concern since counts too; a clue that has none any more is judged by those it had.
 * @param reach placeholder of the reach, or the column of several
 * @param userId placeholder of the person's id, or that column
 */
export function isSeen(reach: ReachPlaceholder, userId: `$${number}` | (typeof ASKED_REACHES)['userId']): string {
  return `((c.circle IS NULL OR ${userId} = ANY(c.circle)) AND (c.merged_into IS NULL OR EXISTS (
    SELECT FROM clue i WHERE i.id = c.merged_into AND (i.circle IS NULL OR ${userId} = ANY(i.circle)))) AND (${reachesEverything(reach)}
    OR (${allWithinTownships('c.townships', reach)} AND ${allWithinClasses('c.problem_classes', reach)} AND NOT EXISTS (
    SELECT FROM clue_finding m JOIN finding f ON f.id = m.finding_id
    WHERE m.clue_id = c.id AND ${isShown('f')} AND (${isFindingWithin('f', reach)}) IS NOT TRUE))))`;
}
