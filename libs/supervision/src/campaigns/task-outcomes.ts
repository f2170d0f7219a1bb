import type { Cover, Reach, User } from '@tianyan/access';
import { clueNumber, isSeen as isClueSeen, type Clues, type StepReceipt } from '@tianyan/cases';
import { CLUE_STATES, type ClueState } from '@tianyan/cases/api';
import { RefusedError, sha256Hex, type Clock } from '@tianyan/kernel';
import { inTransaction, row, rows, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import {
  LETTER_KINDS,
  LETTER_STATES,
  type ClueOfTask,
  type LetterOfTask,
  type LetterState,
  type RectifyTask,
} from '../api/index.js';
import type { Letters } from '../letters/letters.js';
import { isLetterSeen, letterNumber } from '../letters/letter-rows.js';
import { openText } from '../open-text.js';
import type { Rectifications } from '../rectifications/rectifications.js';
import { sinceSeen } from '../sent-before.js';
import type { SupervisionReceipt, Taker } from '../step-history.js';
import { lockTask, type CampaignTaskOfCampaign } from './task-locks.js';
import { assertNotRecused } from './recusals.js';
import { taskMachine, type OutcomeStep } from './task-facts.js';
import { assertSeen, readTask, takeStepOf } from './task-writes.js';

/** What became of a request: the task's own step, and the first step of what was made of it; null: it was made before, by the same request. */
export interface Outcome<Made> extends SupervisionReceipt {
  made: Made | null;
}

interface Asked<Request> {
  id: string;
  revision: number;
  request: Request;
  /** Personal values of the order: nothing of them may get into what the unit reads. */
  covers: readonly Cover[];
}

/** Puts both steps on record, in their transaction. */
export type OutcomeRecord<Made> = (client: ClientBase, step: SupervisionReceipt, made: Made) => Promise<void>;

const NEEDS_ALL_CLASSES =
  '专项转来的线索还没有问题类别，只看部分类别的人看不到它。请由管辖范围含这个乡镇、能看全部问题类别的分析员转为线索。';

/** What a confirmed problem becomes (问题去向): an item of the ledger, a letter, a clue; each call is one transaction, and each once. */
export class TaskOutcomes {
  constructor(
    private readonly parts: {
      pool: Pool;
      countyClock: Clock;
      rectifications: Pick<Rectifications, 'registerWithin'>;
      letters: Pick<Letters, 'accounts' | 'draftWithin'>;
      clues: Pick<Clues, 'registerOfCampaign'>;
    },
  ) {}

  /**
   * Registers it with the unit's rectifications. Throws RefusedError: `not-found`, also for what is out of reach; `conflict` where somebody was quicker,
   * it is no confirmed problem, or it is registered already; `invalid` where the unit would read personal data.
   */
  rectify(
    reach: Reach,
    taker: Taker,
    asked: Asked<RectifyTask>,
    record: OutcomeRecord<SupervisionReceipt> = async () => undefined,
  ): Promise<Outcome<SupervisionReceipt>> {
    return this.once(reach, taker, 'register-rectification', { ...asked, record }, async (client, { task }) => {
      const { unitCode, townshipCode } = task;
      if (unitCode === null) throw new RefusedError('conflict', '这件工单没有承办单位，请在整改台账里直接登记。');
      const item = { ...asked.request, unitCode, ...(townshipCode !== null && { townshipCode }) };
      const made = await this.parts.rectifications.registerWithin(client, { reach, taker, covers: asked.covers }, item);
      return { made, step: { step: 'register-rectification', rectificationId: made.id } };
    });
  }

  /** Drafts a letter to the unit. Throws RefusedError like {@link rectify}; one that was withdrawn may be followed by another. */
  async draftLetter(
    reach: Reach,
    taker: Taker,
    asked: Asked<LetterOfTask>,
    record: OutcomeRecord<SupervisionReceipt> = async () => undefined,
  ): Promise<Outcome<SupervisionReceipt>> {
    const accounts = await this.parts.letters.accounts();
    return this.once(reach, taker, 'draft-letter', { ...asked, record }, async (client, { task }) => {
      if ((await livingOf(client, task.id)).letter)
        throw new RefusedError('conflict', '这件工单的问题已发督办函；撤回那份以后才能另拟。');
      const { content, cover } = asked.request;
      const letter = { origin: { kind: 'campaign-task', id: task.id } as const, content, cover, covers: asked.covers };
      const made = await this.parts.letters.draftWithin(client, { reach, taker, accounts }, letter);
      return { made, step: { step: 'draft-letter', letterId: made.id } };
    });
  }

  /**
   * Registers a clue of it, which bears no class until findings join it: whoever sees some classes alone would not see it, and may not register it.
   * Throws RefusedError like {@link rectify}; one that was cleared may be followed by another.
   */
  async registerClue(
    reach: Reach,
    taker: User,
    asked: Asked<ClueOfTask>,
    record: OutcomeRecord<StepReceipt> = async () => undefined,
  ): Promise<Outcome<StepReceipt>> {
    const { reason } = asked.request;
    if (!reach.coversClass(null)) throw new RefusedError('conflict', NEEDS_ALL_CLASSES);
    openText('理由', reason, { mask: { covers: asked.covers }, cover: 'not-offered' });
    return this.once(reach, taker, 'register-clue', { ...asked, record }, async (client, { task }) => {
      if ((await livingOf(client, task.id)).clue) throw new RefusedError('conflict', '这件工单的问题已转为问题线索。');
      const { id, orderId, unitCode, townshipCode, problemKinds } = task;
      const problem = { task: { id, orderId }, unitCode, townshipCode, title: `专项复查：${problemKinds.join('、')}` };
      const made = await this.parts.clues.registerOfCampaign(client, taker, { problem, reason });
      return { made, step: { step: 'register-clue', clueId: made.clueId } };
    });
  }

  /** What the same person has sent before is answered as it was then, whatever others have done since. */
  private once<Made>(
    reach: Reach,
    taker: Taker,
    kind: OutcomeStep['step'],
    { id, revision, request, record }: Asked<unknown> & { record: OutcomeRecord<Made> },
    make: (client: ClientBase, open: CampaignTaskOfCampaign) => Promise<{ made: Made; step: OutcomeStep }>,
  ): Promise<Outcome<Made>> {
    const requestHash = sha256Hex(JSON.stringify(request));
    return inTransaction(this.parts.pool, async (client) => {
      const open = await lockTask(client, reach, id);
      const isSame = (said: { step: string; requestHash?: unknown }) => said.step === kind && said.requestHash === requestHash;
      const since = await sinceSeen(client, { kind: 'campaign-task', id }, { revision, taker, isSame });
      if (typeof since === 'object') return { ...since.sent, made: null };
      const locked = await readTask(client, { task: open.task, openerId: open.campaign.openerId });
      assertSeen(open.task, locked.history, revision);
      await assertNotRecused(client, taker, open.task);
      const refusal = taskMachine.refusalOf(locked.facts, kind, { userId: taker.id });
      if (refusal !== null) throw new RefusedError('conflict', refusal);
      const { made, step } = await make(client, open);
      const nowMs = this.parts.countyClock.nowMs();
      const receipt = await takeStepOf(client, locked, { step: { ...step, requestHash }, taker, nowMs });
      await record(client, receipt, made);
      return { ...receipt, made };
    });
  }
}

const livingSchema = z.object({ letter: z.boolean(), clue: z.boolean() });

/**
 * Whether a letter or a clue of the task's problem stands: one that was withdrawn does not, nor one that was closed because there was no such problem.
 * Told also to whoever does not see the clue itself: as of a finding, that one is worked on.
 */
export function livingOf(client: ClientBase, taskId: string): Promise<{ letter: boolean; clue: boolean }> {
  return row(
    client,
    livingSchema,
    `SELECT EXISTS (SELECT FROM supervision_letter l WHERE l.campaign_task_id = $1 AND l.state <> 'withdrawn') AS letter,
       EXISTS (SELECT FROM clue c WHERE c.campaign_task_id = $1 AND NOT (c.state = 'closed' AND c.verdict <> 'confirmed')) AS clue`,
    [taskId],
  );
}

/** A letter of a task's problem, as it is named with the task. */
export interface LetterOfProblem {
  id: string;
  /** Null: not issued. */
  number: string | null;
  title: string;
  state: LetterState;
}
export interface ClueOfProblem {
  id: string;
  number: string;
  state: ClueState;
}

const letterSchema = z
  .object({
    id: z.string(),
    kind: z.enum(LETTER_KINDS),
    year: z.int().nullable(),
    number: z.int().nullable(),
    title: z.string(),
    state: z.enum(LETTER_STATES),
  })
  .transform(({ id, kind, year, number, title, state }): LetterOfProblem => ({
    id,
    number: year === null || number === null ? null : letterNumber(kind, year, number),
    title,
    state,
  }));
const clueSchema = z
  .object({ id: z.string(), year: z.int(), number: z.int(), state: z.enum(CLUE_STATES) })
  .transform(({ id, year, number, state }): ClueOfProblem => ({ id, number: clueNumber(year, number), state }));

/** Those that the person who asks may see; the oldest first. */
export async function outcomesOf(
  client: ClientBase,
  reach: Reach,
  taskId: string,
): Promise<{ letters: readonly LetterOfProblem[]; clues: readonly ClueOfProblem[] }> {
  const params = [reach.parameter, reach.userId, taskId];
  const letters = await rows(
    client,
    letterSchema,
    `SELECT l.id, l.kind, l.year, l.number, l.title, l.state FROM supervision_letter l
     WHERE l.campaign_task_id = $3 AND ${isLetterSeen('$1', '$2')} ORDER BY l.changed_at_ms, l.id`,
    params,
  );
  const clues = await rows(
    client,
    clueSchema,
    `SELECT c.id, c.year, c.number, c.state FROM clue c WHERE c.campaign_task_id = $3 AND ${isClueSeen('$1', '$2')} ORDER BY c.year, c.number`,
    params,
  );
  return { letters, clues };
}
