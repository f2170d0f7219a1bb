import { isAllowed, Reach, ROLE_LABELS, type Actor, type AuditLog, type User, type UserStore } from '@tianyan/access';
import {
  actionFor,
  refusalOfTaker,
  seesClue,
  STEP_LABELS,
  type AwaitedClue,
  type ClueBench,
  type ClueHandOver,
  type ClueQueries,
  type StepReceipt,
} from '@tianyan/cases';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type { ClientBase } from '@tianyan/postgres';
import type { CampaignQueries, Circular, CircularHandOver, LetterHandOver } from '@tianyan/supervision';
import { CIRCULAR_STATE_LABELS } from '../api/circulars.js';
import { MAX_SHOWN_WORK, type HandledWork, type HandOverAnswer, type HandOverRequest, type HolderList } from '../api/index.js';
import { clueAnswer } from '../clues/clue-answers.js';
import type { ClueCases } from '../clues/clue-cases.js';
import { circularAnswer } from '../supervision/circular-answers.js';
import { letterAnswer, type SupervisionWords } from '../supervision/supervision-answers.js';
import type { SupervisionWording } from '../supervision/supervision-words.js';

type Holder = HolderList['items'][number];
type Outcome = HandOverAnswer['items'][number];

/** What somebody who leaves handles, and its way to somebody else (移交). */
export class HandOverCases {
  constructor(
    private readonly parts: {
      users: Pick<UserStore, 'list' | 'everybody'>;
      clueHandOver: ClueHandOver;
      letterHandOver: LetterHandOver;
      circularHandOver: CircularHandOver;
      campaignQueries: Pick<CampaignQueries, 'workloads'>;
      queries: ClueQueries;
      bench: ClueBench;
      clues: Pick<ClueCases, 'words'>;
      wording: SupervisionWording;
      audit: AuditLog;
      countyClock: Clock;
    },
  ) {}

  /** Numbers of the whole county: of what a reader may not see nothing else is told. */
  async list(): Promise<HolderList> {
    const holders = await this.holders();
    const items = holders.filter(
      ({ clues, letters, circulars, campaignTasks }) => clues + letters + circulars + campaignTasks > 0,
    );
    return { items: items.toSorted((a, b) => Number(a.active) - Number(b.active)) };
  }

  /** Throws RefusedError('not-found'). */
  async get(actor: Actor, userId: string): Promise<HandledWork> {
    const { clueHandOver, letterHandOver, circularHandOver, clues, wording } = this.parts;
    const reach = Reach.of(actor);
    const [holders, words, letterWords] = await Promise.all([this.holders(), clues.words(), wording.now()]);
    const holder = holders.find((one) => one.userId === userId);
    if (!holder) throw new RefusedError('not-found', '没有这个账号，请刷新页面');
    const [handled, letters, circulars, receivers] = await Promise.all([
      clueHandOver.handledBy(reach, userId, MAX_SHOWN_WORK),
      letterHandOver.handledBy(reach, userId, MAX_SHOWN_WORK),
      circularHandOver.handledBy(reach, userId, MAX_SHOWN_WORK),
      this.receivers(holders, userId),
    ]);
    const waiting = await this.waiting(actor, userId);
    return {
      holder,
      clues: handled.map((clue) => clueAnswer(clue, words)),
      letters: letters.map((letter) => letterAnswer(letter, letterWords)),
      circulars: circulars.map((circular) => handledCircular(circular, letterWords)),
      // What was handed over meanwhile is not fewer than none.
      notShown: {
        clues: Math.max(0, holder.clues - handled.length),
        letters: Math.max(0, holder.letters - letters.length),
        circulars: Math.max(0, holder.circulars - circulars.length),
      },
      waiting: waiting.map(({ clue, step, others }) => ({ ...clueAnswer(clue, words), stepLabel: STEP_LABELS[step], others })),
      receivers,
    };
  }

  /** Each by itself: what cannot go is named, and stays where it is. Throws RefusedError('not-found') for an unknown account. */
  async handOver(actor: Actor, fromId: string, request: HandOverRequest): Promise<HandOverAnswer> {
    const { toId, clueIds, letterIds, circularIds, reason } = request;
    const { clueHandOver, letterHandOver, circularHandOver, audit, users } = this.parts;
    const accounts = await users.everybody();
    const accountOf = (id: string) => accounts.find((user) => user.id === id)?.account;
    const [from, to] = [accountOf(fromId), accountOf(toId)];
    if (from === undefined || to === undefined) throw new RefusedError('not-found', '没有这个账号，请刷新页面');
    const reach = Reach.of(actor);
    const items: Outcome[] = [];
    for (const id of new Set(clueIds)) {
      const asked = { clueId: id, fromId, toId, reason };
      const refusal = await refusalOf(() =>
        clueHandOver.handOver(reach, actor.user, asked, (client, receipt) => this.note(client, actor, receipt, reason)),
      );
      items.push({ kind: 'clue', id, refusal });
    }
    for (const id of new Set(letterIds)) {
      const asked = { letterId: id, fromId, toId, reason };
      const refusal = await refusalOf(() =>
        letterHandOver.handOver(reach, actor.user, asked, (client, { seq, hash }) =>
          audit.record(actor, { action: 'take-letter-step', object: `letter/${id}/step/${seq}@${hash}` }, client),
        ),
      );
      items.push({ kind: 'letter', id, refusal });
    }
    for (const id of new Set(circularIds)) {
      const asked = { circularId: id, fromId, toId, reason };
      const refusal = await refusalOf(() =>
        circularHandOver.handOver(reach, actor.user, asked, (client, { seq, hash }) =>
          audit.record(actor, { action: 'take-circular-step', object: `circular/${id}/step/${seq}@${hash}` }, client),
        ),
      );
      items.push({ kind: 'circular', id, refusal });
    }
    const gone = items.filter(({ refusal }) => refusal === null).length;
    // Without the reason: it may be about a clue kept to a circle, and whoever reads the log is in none. The steps hold it.
    await audit.record(actor, { action: 'hand-over-work', object: `person/${from}/to/${to}/${gone}-of-${items.length}` });
    return { items };
  }

  /** Every account, with what it handles. */
  private async holders(): Promise<Holder[]> {
    const { users, queries, letterHandOver, circularHandOver, campaignQueries, countyClock } = this.parts;
    const [everybody, active, clues, letters, circulars, campaignTasks] = await Promise.all([
      users.everybody(),
      users.list(),
      queries.workloads(countyClock.nowMs()),
      letterHandOver.counts(),
      circularHandOver.counts(),
      campaignQueries.workloads(),
    ]);
    const activeIds = new Set(active.map(({ id }) => id));
    return everybody.map((user) => ({
      userId: user.id,
      account: user.account,
      name: user.displayName,
      roleLabel: ROLE_LABELS[user.role],
      active: activeIds.has(user.id),
      clues: clues.get(user.id)?.open ?? 0,
      letters: letters.get(user.id) ?? 0,
      circulars: circulars.get(user.id) ?? 0,
      campaignTasks: campaignTasks.get(user.id) ?? 0,
    }));
  }

  private async receivers(holders: readonly Holder[], fromId: string): Promise<Holder[]> {
    const able = (await this.parts.users.list()).filter(
      ({ id, role }) => id !== fromId && (isAllowed(role, 'handle-clues') || isAllowed(role, 'handle-supervision')),
    );
    const ids = new Set(able.map(({ id }) => id));
    return holders.filter(({ userId }) => ids.has(userId));
  }

  /** What waits for the person's role is not handed over: it is looked at whether anybody else is there for it. */
  private async waiting(actor: Actor, userId: string): Promise<(AwaitedClue & { others: number })[]> {
    const { users, bench } = this.parts;
    const [everybody, active] = await Promise.all([users.everybody(), users.list()]);
    const person = everybody.find(({ id }) => id === userId);
    if (!person) return [];
    const { items } = await bench.awaiting(Reach.of(actor), { userId, role: person.role }, MAX_SHOWN_WORK);
    // As the step itself is judged: by its rung, by what the person did before, by recusal and circle.
    const mayTake = (user: User, { clue, step, facts }: AwaitedClue) =>
      isAllowed(user.role, actionFor(facts, step)) && seesClue(user, clue) && refusalOfTaker(facts, step, user.id) === null;
    return items
      .filter((awaited) => mayTake(person, awaited))
      .map((awaited) => ({ ...awaited, others: active.filter((user) => user.id !== userId && mayTake(user, awaited)).length }));
  }

  /** The hash of the step stands a second time where nobody changes it. */
  private note(client: ClientBase, actor: Actor, receipt: StepReceipt, reason: string): Promise<void> {
    const { clueId, seq, hash, restricted } = receipt;
    const object = `clue/${clueId}/step/${seq}@${hash}`;
    return this.parts.audit.record(actor, { action: 'take-clue-step', object, ...(restricted ? {} : { reason }) }, client);
  }
}

function handledCircular(circular: Circular, words: SupervisionWords): HandledWork['circulars'][number] {
  const { id, number, title, state, dueAtMs } = circularAnswer(circular, words);
  return { id, name: number ?? '通报（未编号）', title, stateLabel: CIRCULAR_STATE_LABELS[state], dueAtMs };
}

/** Why not, in Chinese; null: it was done. What is no refusal goes on. */
async function refusalOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
}
