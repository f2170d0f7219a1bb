import type { Cover, Reach, UserStore } from '@tianyan/access';
import type { FileSubject } from '@tianyan/files';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type { NoticeOutbox } from '@tianyan/notices';
import { inTransaction, type ClientBase, type Pool } from '@tianyan/postgres';
import type { Answer, CampaignTaskStepRequest, Question } from '../api/index.js';
import { signedBy, type AskedThing } from '../in-place.js';
import { openText } from '../open-text.js';
import type { Proof } from '../proof/proof-files.js';
import { sinceSeen, UNRECORDED, type StepRecord } from '../sent-before.js';
import { signingOf, type SupervisionReceipt, type Taker } from '../step-history.js';
import type { Refusal } from '../step-machine.js';
import { TASK_SEEN, type Campaign, type CampaignTask } from './campaign-rows.js';
import { tellOfStep } from './campaign-notices.js';
import { assertNotRecused, isRecusedOfTask, recuse } from './recusals.js';
import { taskMachine } from './task-facts.js';
import { lockTask } from './task-locks.js';
import { livingOf } from './task-outcomes.js';
import { readTask, takeStepOf } from './task-writes.js';

const OVER = '这个专项已经结束，不能再登记。';

interface CampaignTaskParts {
  pool: Pool;
  countyClock: Clock;
  users: Pick<UserStore, 'list'>;
  outbox: Pick<NoticeOutbox, 'enqueue'>;
}

/** What people do with the picked orders of a campaign; each call is one transaction. */
export class CampaignTasks {
  constructor(private readonly parts: CampaignTaskParts) {}

  /**
   * What was sent before by the same person is answered as it was then. Throws RefusedError: `not-found`, also for what is out of reach; `conflict`
   * where somebody was quicker, the step may not be taken, or the campaign is over; `invalid` where a text names somebody, or an answer is none to its question.
   * @param asked.covers personal values of the order: nothing of them may get into a report
   */
  async take(
    reach: Reach,
    taker: Taker,
    asked: {
      id: string;
      revision: number;
      request: CampaignTaskStepRequest;
      covers: readonly Cover[];
      forId?: string | undefined;
    },
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    const { id, revision, request, covers, forId } = asked;
    assertNamesNobody(request, covers);
    const { pool, countyClock, users, outbox } = this.parts;
    // Before the transaction: who asks for a second connection while holding one waits for those who wait for its locks.
    const accounts = await users.list();
    return inTransaction(pool, async (client) => {
      const { task, campaign } = await lockTask(client, reach, id);
      const since = await sinceSeen(client, { kind: 'campaign-task', id }, { revision, taker, forId, request });
      if (typeof since === 'object') return since.sent;
      if (campaign.state !== 'running') throw new RefusedError('conflict', OVER);
      if (request.step === 'report') assertFits(request, campaign);
      const nowMs = countyClock.nowMs();
      const signed = await signedBy(client, { taker, forId, nowMs }, askedTask(id, request.step));
      // In somebody's place nobody recuses himself: the machine of steps says so.
      await (request.step === 'recuse' && forId === undefined ? recuse : assertNotRecused)(client, signed, task);
      const locked = await readTask(client, { task, openerId: campaign.openerId });
      if (request.step === 'reopen') await assertNothingStands(client, task);
      const receipt = await takeStepOf(client, locked, { step: request, taker: signed, nowMs, revision });
      await record(client, receipt);
      const { fileDeputyIds } = locked.facts;
      const known = { campaign, task: { ...task, revision: receipt.seq, changedAtMs: nowMs }, fileDeputyIds };
      await tellOfStep(client, { outbox, accounts }, { request, taker: signed, ...known });
      return receipt;
    });
  }

  /**
   * Photographs and papers of whoever the order was given to, or of a deputy. Throws RefusedError: on lock `not-found`, also for what is out of reach;
   * asked for a refusal, as {@link signedBy} in the place of another. What was sent before is so answered also when the delegation is over.
   */
  proof(reach: Reach, by: Proof['by'], id: string, forId?: string): Proof {
    return {
      subject: taskSubject(id),
      by,
      lock: async (client) => {
        const { task, campaign } = await lockTask(client, reach, id);
        const locked = await readTask(client, { task, openerId: campaign.openerId });
        const nowMs = this.parts.countyClock.nowMs();
        const signing = () => signedBy(client, { taker: by, forId, nowMs }, askedTask(id, 'attach'));
        return {
          refusalOf: async (kind) => {
            const signed = await signing();
            if (signed.standsFor) await assertNotRecused(client, signed, task);
            const recused = await isRecusedOfTask(client, id, by.id);
            return refusalOfFiles(campaign, recused) ?? taskMachine.refusalOf(locked.facts, kind, signingOf(signed));
          },
          take: async (step) => takeStepOf(client, locked, { step, taker: await signing(), nowMs }),
        };
      },
    };
  }
}

const askedTask = (id: string, step: Parameters<typeof taskMachine.actionsOf>[0]): AskedThing => ({
  noun: '这件工单',
  actions: taskMachine.actionsOf(step),
  sql: TASK_SEEN,
  paramsOf: (reach) => [reach.parameter, id],
});

export const taskSubject = (taskId: string): FileSubject => ({ kind: 'campaign-task', id: taskId });

function refusalOfFiles({ state }: Campaign, recused: boolean): Refusal {
  if (state !== 'running') return OVER;
  return recused ? '您已对这个单位或这件工单申请回避，不能再上传。' : null;
}

/** Throws RefusedError('invalid'): nobody's name or telephone is copied from an order into what is counted and shown. */
function assertNamesNobody(request: CampaignTaskStepRequest, covers: readonly Cover[]): void {
  const how = { mask: { covers }, cover: 'not-offered' } as const;
  if ('reason' in request) openText('理由', request.reason, how);
  if (request.step === 'confirm') openText('意见', request.opinion ?? '', how);
  if (request.step !== 'report') return;
  openText('情况', request.words ?? '', how);
  openText('地点', request.place ?? '', how);
  for (const answer of request.answers) if (typeof answer === 'string') openText('回答', answer, how);
}

/** What is being worked on is not looked at anew. Throws RefusedError('conflict'). */
async function assertNothingStands(client: ClientBase, { id }: CampaignTask): Promise<void> {
  const { letter, clue } = await livingOf(client, id);
  if (letter) throw new RefusedError('conflict', '已发督办函，不能重新复查；请先撤回督办函。');
  if (clue) throw new RefusedError('conflict', '已转为问题线索，不能重新复查；请在线索里办理。');
}

/** Throws RefusedError('invalid') for a kind that is not on the checklist, and an answer that is none. */
function assertFits(
  { kinds, answers }: Extract<CampaignTaskStepRequest, { step: 'report' }>,
  { checklist, questions }: Campaign,
): void {
  const unknown = kinds.find((kind) => !checklist.includes(kind));
  if (unknown !== undefined) throw new RefusedError('invalid', `清单里没有“${unknown}”，请从清单中选择。`);
  if (answers.length > questions.length) throw new RefusedError('invalid', '回答比问题多，请刷新页面再填。');
  for (const [i, question] of questions.entries())
    if (!isAnswerTo(question, answers[i] ?? null)) throw new RefusedError('invalid', `第 ${i + 1} 题的回答不符合题型，请重填。`);
}

export function isAnswerTo(question: Question, answer: Answer | null): boolean {
  if (answer === null) return true;
  switch (question.kind) {
    case 'yes-no':
      return typeof answer === 'boolean';
    case 'scale':
      return typeof answer === 'number';
    case 'choice':
      return typeof answer === 'string' && question.options.includes(answer);
    case 'text':
      return typeof answer === 'string';
  }
}
