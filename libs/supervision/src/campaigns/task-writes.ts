import { RefusedError, type EpochMs } from '@tianyan/kernel';
import { execute, type ClientBase } from '@tianyan/postgres';
import { CAMPAIGN_TASK_STEP_LABELS } from '../api/index.js';
import {
  appendStep,
  assertSeenLast,
  historyOf,
  receiptOfStep,
  signingOf,
  type StoredStep,
  type SupervisionReceipt,
  type Taker,
} from '../step-history.js';
import type { CampaignTask } from './campaign-rows.js';
import { taskFactsOf, taskMachine, taskStepSchema, type TaskFacts, type TaskStep } from './task-facts.js';

interface OpenTask {
  /** Under lock. */
  task: CampaignTask;
  /** Who picked it. */
  openerId: string;
}

interface AskedTaskStep {
  step: TaskStep;
  taker: Taker;
  nowMs: EpochMs;
  /** As the task was when it was looked at; missing: whatever has become of it. */
  revision?: number;
}

type TaskHistory = readonly StoredStep<TaskStep>[];

/** A task under lock, with what its history has made of it. */
interface LockedTask extends OpenTask {
  history: TaskHistory;
  facts: TaskFacts;
}

const ownerOf = ({ id }: CampaignTask) => ({ kind: 'campaign-task', id }) as const;

export async function readTask(client: ClientBase, open: OpenTask): Promise<LockedTask> {
  const history = await historyOf(client, ownerOf(open.task), taskStepSchema);
  return { ...open, history, facts: taskFactsOf(history, open.openerId) };
}

/**
 * One step of a task.
 * Throws RefusedError('conflict') where somebody was quicker, or the step may not be taken.
 */
export async function takeTaskStep(client: ClientBase, open: OpenTask, asked: AskedTaskStep): Promise<SupervisionReceipt> {
  return takeStepOf(client, await readTask(client, open), asked);
}

/** The same of a task whose history has been read under the same lock. */
export async function takeStepOf(
  client: ClientBase,
  { task, history, facts: before }: LockedTask,
  { step: asked, taker, nowMs, revision }: AskedTaskStep,
): Promise<SupervisionReceipt> {
  // A result is kept with the files that were there.
  const step = asked.step === 'report' ? { ...asked, files: before.files } : asked;
  if (revision !== undefined) {
    assertSeen(task, history, revision);
  }
  const refusal = taskMachine.refusalOf(before, step.step, signingOf(taker));
  if (refusal !== null) throw new RefusedError('conflict', refusal);
  const facts = taskMachine.after(before, step, signingOf(taker));
  const stateAfter = facts.position.state;
  const last = history.at(-1) ?? null;
  const written = await appendStep<TaskStep>(client, ownerOf(task), { content: step, taker, stateAfter, nowMs }, last);
  await keep(client, task.id, facts, { nowMs, seq: written.seq, hash: written.hash });
  return receiptOfStep(task.id, written);
}

/** Files decide nothing: who hands one in while the page is open has not missed a step. */
const since = (history: TaskHistory, revision: number): TaskHistory =>
  history.filter(({ seq, content: { step } }) => seq > revision && step !== 'attach' && step !== 'withdraw-file');

/** Throws RefusedError('conflict'), with who was quicker. */
export function assertSeen({ orderId }: CampaignTask, history: TaskHistory, revision: number): void {
  const last = since(history, revision).at(-1) ?? (history.length < revision ? history.at(-1) : undefined);
  if (!last) return;
  assertSeenLast(last, revision, {
    number: `工单 ${orderId} 的复查`,
    stepLabel: CAMPAIGN_TASK_STEP_LABELS[last.content.step],
  });
}

/** What lists and results are read from. */
async function keep(
  client: ClientBase,
  taskId: string,
  { position }: TaskFacts,
  { nowMs, seq, hash }: { nowMs: EpochMs; seq: number; hash: string },
): Promise<void> {
  const report = 'report' in position ? position.report : null;
  const inspectorId = 'inspectorId' in position ? position.inspectorId : null;
  const [deputyId, ...inPlaceOf] = 'reportedBy' in position ? position.reportedBy : [];
  await execute(
    client,
    `UPDATE supervision_campaign_task SET state = $2, inspector_id = $3, result = $4, problem_kinds = $5, answers = $6, changed_at_ms = $7,
       steps = $8, head_hash = $9, deputy_id = $10 WHERE id = $1`,
    [
      taskId,
      position.state,
      inspectorId,
      report?.result ?? null,
      report?.kinds ?? [],
      JSON.stringify(report?.answers ?? []),
      nowMs,
      seq,
      hash,
      inPlaceOf.length > 0 ? deputyId : null,
    ],
  );
}
