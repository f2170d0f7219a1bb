import { isAllowed, principalInPlace, type Reach, type User, type UserStore } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { isFindingWithin, isShown, type DismissalClass, type FindingDecisions } from '@tianyan/findings';
import { chinaDayOf, RefusedError, type Clock, type IdSource } from '@tianyan/kernel';
import type { NoticeOutbox, NoticeSubject } from '@tianyan/notices';
import { execute, maybeRow, rows, type ClientBase, type Pool, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';
import type { AskedStep, StepRequest } from './api/index.js';
import { clueNotice, sees } from './clue-notices.js';
import { claimFindings } from './claimed-findings.js';
import { isSeen, type Clue, type ClueStep } from './clue-rows.js';
import { accountOf, assertMayHandle } from './clue-handlers.js';
import { identityOf } from './clue-people.js';
import { tellNewHands } from './clue-untold.js';
import { linkClue, mergeClue, splitClue, type ShapedClue } from './clue-shapes.js';
import {
  beginClue,
  found,
  lockClues,
  lockForPlatform,
  quickerRefusal,
  takeStep,
  type CampaignProblem,
  type OpenClue,
  type Person,
  type StepContext,
} from './clue-writes.js';
import type { HandlingRules } from './handling-rules.js';
import { nextRung, rungAction, rungName, type Step } from './machine/facts.js';
import { actionFor, refusalOfTaker } from './machine/machine.js';
import { recusedFrom } from './recusals.js';
import { doOnce, UNSIGNED, type Sent, type StepReceipt } from './sent-once.js';

/** What else people are told of that came from these clues: it is known to whoever knows of them. */
export type DerivedSubjects = (db: Queryable, clueIds: readonly string[]) => Promise<readonly NoticeSubject[]>;

export interface ClueParts {
  pool: Pool;
  ids: IdSource;
  countyClock: Clock;
  calendar: WorkingCalendar;
  rules: HandlingRules;
  decisions: FindingDecisions;
  users: Pick<UserStore, 'list' | 'everybody'>;
  outbox: NoticeOutbox;
  derived: DerivedSubjects;
}

const idSchema = z.object({ id: z.string() });
const memberSchema = z.object({ clue_id: z.string() });
const findingIdSchema = z.object({ finding_id: z.string() });

/** After these somebody stays away from what he did not stay away from before. */
const MOVES_AWAY: ReadonlySet<StepRequest['step']> = new Set(['recuse', 'merge', 'add-findings']);

/** In place of a reason that only the circle of a clue may read. */
const REASON_KEPT = '理由写在线索的办理经过里。';

/** What people do with clues; each call is one transaction, and each step is judged on the history under lock. */
export class Clues {
  constructor(private readonly parts: ClueParts) {}

  /**
   * Registers a clue of one or several findings; they count as made a clue from then on.
   * Throws RefusedError: `not-found`, also for findings out of reach; `conflict` for one that is worked on already, or was dismissed.
   */
  async register(
    reach: Reach,
    taker: Person,
    asked: { findingIds: readonly string[]; reason: string | null },
    sent: Sent = UNSIGNED,
  ): Promise<StepReceipt> {
    return this.stepOnce(taker, { register: asked }, sent, async (client) => {
      const title = await claimFindings(client, reach, { ...asked, taker }, this.parts.decisions);
      const findingIds = [...new Set(asked.findingIds)];
      const step = { step: 'register', findingIds, reason: asked.reason, splitFrom: null } as const;
      return [receiptOf(await beginClue(client, { id: this.parts.ids.next(), title, step, taker }, this.context()))];
    });
  }

  /**
   * Registers a clue of a problem that a campaign has confirmed, as part of a transaction that does more; it is about no finding until some join it.
   * That the problem lies within reach, and has become no clue, has been seen.
   */
  async registerOfCampaign(
    client: ClientBase,
    taker: Person,
    { problem, reason }: { problem: CampaignProblem; reason: string },
  ): Promise<StepReceipt> {
    const step = { step: 'register', findingIds: [], reason, splitFrom: null, campaignTask: problem.task } as const;
    const id = this.parts.ids.next();
    return receiptOf(await beginClue(client, { id, title: problem.title, step, taker, problem }, this.context()));
  }

  /**
   * Takes a step. Throws RefusedError: `not-found`, also for what is out of reach; `conflict` where somebody was quicker, or the step may not be
   * taken there, by that person, or with what was given.
   */
  async take(
    reach: Reach,
    taker: Person,
    asked: { clueId: string; revision: number; request: StepRequest; forId?: string | undefined },
    sent: Sent = UNSIGNED,
  ): Promise<StepReceipt> {
    const { clueId, request, forId } = asked;
    // Before the transaction: who asks for a second connection while holding one waits for those who hold the others and wait for its locks.
    const [accounts, everybody] = await Promise.all([this.parts.users.list(), this.parts.users.everybody()]);
    return this.stepOnce(taker, { clueId, request, ...(forId !== undefined && { forId }) }, sent, async (client) => {
      const others = request.step === 'merge' ? [request.intoId] : request.step === 'link' ? [request.otherId] : [];
      const clues = await lockClues(client, reach, [clueId, ...others]);
      const open = found(clues, clueId);
      if (open.clue.revision !== asked.revision) throw quickerRefusal(open, nameOf(open.last, everybody));
      const acting = forId === undefined ? taker : await this.actingFor(client, { taker, forId, open, step: request.step });
      const shaped = { reach, taker: acting, open, clues, accounts, context: this.context() };
      const taken = await this.takeAll(client, request, shaped);
      if (MOVES_AWAY.has(request.step))
        for (const after of taken) {
          await this.stopTelling(client, after.clue.id);
          await tellNewHands(client, { before: found(clues, after.clue.id), after }, accounts);
        }
      return taken.map(receiptOf);
    });
  }

  /**
   * Takes back that a finding was made a clue, and takes it out of that clue; a clue without any left is cancelled, and keeps its number.
   * Throws RefusedError: `not-found`, also for what is out of reach; `conflict` once the clue is assigned; like FindingDecisions.
   */
  async reopenFinding(
    reach: Reach,
    taker: Person,
    asked: { findingId: string; reason: string },
    sent: Sent = UNSIGNED,
  ): Promise<StepReceipt | null> {
    const { findingId, reason } = asked;
    return this.once(taker, { reopen: asked }, sent, async (client) => {
      const member = await maybeRow(
        client,
        memberSchema,
        `SELECT m.clue_id FROM clue_finding m JOIN finding f ON f.id = m.finding_id WHERE f.id = $1 AND ${isShown('f')} AND ${isFindingWithin('f', '$2')}`,
        [findingId, reach.parameter],
      );
      const after = member && (await this.takeOut(client, taker, member.clue_id, { findingId, reason }));
      // What is decided on a finding is read by whoever sees the finding, and may not be left without a reason.
      const told = after && after.facts.circleIds !== null ? REASON_KEPT : reason;
      const decided = { findingId, decision: 'reopen', actor: taker.account, reason: told } as const;
      await this.parts.decisions.decideIn(client, reach, decided);
      return after ? [receiptOf(after)] : [];
    });
  }

  /** No clue comes of it; it is here because it may be sent twice as what makes one. Throws like FindingDecisions. */
  async dismissFinding(
    reach: Reach,
    taker: Person,
    asked: { findingId: string; reason: string; dismissal: DismissalClass },
    sent: Sent = UNSIGNED,
  ): Promise<void> {
    await this.once(taker, { dismiss: asked }, sent, async (client) => {
      await this.parts.decisions.decideIn(client, reach, { ...asked, decision: 'dismiss', actor: taker.account });
      return [];
    });
  }

  /** @param content what is asked for, whatever the clue was like then */
  private once(
    taker: Person,
    content: unknown,
    sent: Sent,
    work: (client: ClientBase) => Promise<readonly StepReceipt[]>,
  ): Promise<StepReceipt | null> {
    return doOnce(this.parts.pool, { personId: taker.id, content, ...sent }, work);
  }

  private async stepOnce(
    taker: Person,
    content: unknown,
    sent: Sent,
    work: (client: ClientBase) => Promise<readonly StepReceipt[]>,
  ): Promise<StepReceipt> {
    const receipt = await this.once(taker, content, sent, work);
    if (receipt === null) throw new Error('what is done on a clue is a step');
    return receipt;
  }

  /** Whoever may decide on the finding may take it out, whatever else the clue is about. */
  private async takeOut(
    client: ClientBase,
    taker: Person,
    clueId: string,
    { findingId, reason }: { findingId: string; reason: string },
  ): Promise<OpenClue> {
    const open = await lockForPlatform(client, clueId);
    const { circleIds } = open.facts;
    // Who does not know of it is told nothing but that it cannot be.
    if (circleIds !== null && !circleIds.includes(taker.id))
      throw new RefusedError('conflict', '这条疑点已在一条线索里办理，不能重新打开。');
    if (open.facts.recusedIds.includes(taker.id))
      throw new RefusedError('conflict', '您已在这条疑点所在的线索上回避，须由没有回避的另一人重新打开。');
    if (open.facts.position.state !== 'registered')
      throw new RefusedError('conflict', `这条疑点已在${open.clue.number}里办理，不能重新打开；请在线索里办理。`);
    return takeStep(client, open, { step: { step: 'take-out', findingId, reason }, taker }, this.context());
  }

  private context(): StepContext {
    const { rules, calendar, countyClock } = this.parts;
    return { rules, calendar, nowMs: countyClock.nowMs() };
  }

  /** Whoever acts in the place of another: by that one's role. Throws as {@link principalInPlace}. */
  private async actingFor(
    client: ClientBase,
    { taker, forId, open, step }: { taker: Person; forId: string; open: OpenClue; step: AskedStep },
  ): Promise<Person> {
    const sql = `SELECT 1 FROM clue c WHERE c.id = $3 AND ${isSeen('$1', '$2')}`;
    const principal = await principalInPlace(client, {
      deputyId: taker.id,
      forId,
      today: chinaDayOf(this.parts.countyClock.nowMs()),
      noun: '这条线索',
      sees: async (reach) => (await execute(client, sql, [reach.parameter, reach.userId, open.clue.id])) > 0,
      actions: [actionFor(open.facts, step)],
    });
    return { ...taker, role: principal.role, standsFor: { id: principal.id, account: principal.account } };
  }

  /** The clue asked for, and another that takes a step with it. */
  private async takeAll(client: ClientBase, request: StepRequest, shaped: ShapedClue): Promise<readonly OpenClue[]> {
    assertOfRung(shaped.open, request.step, shaped.taker);
    if (request.step === 'split') return splitClue(client, request, shaped, this.parts.ids.next());
    if (request.step === 'merge') return mergeClue(client, request, shaped);
    return [await this.takeAlone(client, request, shaped)];
  }

  private async takeAlone(
    client: ClientBase,
    request: Exclude<StepRequest, { step: 'split' | 'merge' }>,
    shaped: ShapedClue,
  ): Promise<OpenClue> {
    const { open, taker, reach, accounts, context } = shaped;
    const take = (step: Step) => takeStep(client, open, { step, taker }, context);
    switch (request.step) {
      case 'ask-extension':
        return take({ ...request, most: this.mostExtensions(open.clue, request.workingDays, context) });
      case 'propose':
        return take({ ...request, ladder: context.rules.approvals(request.disposal, open.clue.townships) });
      case 'assign':
        await assertMayHandle(client, { clue: open.clue, userId: request.assigneeId });
        return this.assign(client, request, shaped);
      case 'recuse':
        accountOf(accounts, request.userId);
        if (open.facts.circleIds !== null)
          assertStillManaged(
            open.facts.circleIds.filter((id) => id !== request.userId),
            accounts,
          );
        return this.keepTold(client, await take(request));
      case 'restrict':
        return this.keepTold(client, await take({ ...request, userIds: circleOf(request.userIds, shaped) }));
      case 'add-person':
        return this.addPerson(client, request, shaped);
      case 'set-form': {
        const after = await take(request);
        const { personId, form, measure } = request;
        await execute(client, 'UPDATE clue_person SET form = $2, measure = $3 WHERE id = $1', [personId, form, measure]);
        return after;
      }
      case 'add-findings': {
        const { findingIds, reason = null } = request;
        // What is decided on a finding is read by whoever sees the finding.
        const told = open.facts.circleIds === null ? reason : null;
        await claimFindings(client, reach, { findingIds, taker, reason: told }, this.parts.decisions);
        return take({ ...request, findingIds: [...new Set(findingIds)] });
      }
      case 'link':
        return linkClue(client, request, shaped);
      default:
        return take(request);
    }
  }

  /** Asked while there is time: what is over is late, and not longer. */
  private mostExtensions({ dueAtMs, townships }: Clue, workingDays: number, { nowMs, rules }: StepContext): number {
    if (dueAtMs === null || dueAtMs <= nowMs)
      throw new RefusedError('conflict', '期限已过，不能再申请延期；请尽快办理，或中止并写明理由。');
    const rule = rules.extensions(townships);
    if (workingDays > rule.workingDays)
      throw new RefusedError('invalid', `按办理规定，一次最多延长 ${rule.workingDays} 个工作日。`);
    return rule.times;
  }

  /** Whoever has withdrawn from it hears no more of it, nor of its findings, whatever is on its way. */
  private async stopTelling(client: ClientBase, clueId: string): Promise<void> {
    const away = [...((await recusedFrom(client, [clueId])).get(clueId) ?? [])];
    if (away.length === 0) return;
    const members = await rows(client, findingIdSchema, 'SELECT finding_id FROM clue_finding WHERE clue_id = $1', [clueId]);
    const findings = members.map(({ finding_id: id }) => ({ kind: 'finding', id }) as const);
    await this.parts.outbox.stopTelling(client, away, [{ kind: 'clue', id: clueId }, ...findings]);
  }

  /** Who is no longer in the know is not left with what was told before of it, of what became part of it, or of what came from either. */
  private async keepTold(client: ClientBase, after: OpenClue): Promise<OpenClue> {
    const { circleIds } = after.facts;
    if (circleIds === null) return after;
    const { outbox, derived } = this.parts;
    const members = await rows(client, idSchema, 'SELECT id FROM clue WHERE id = $1 OR merged_into = $1', [after.clue.id]);
    const clueIds = members.map(({ id }) => id);
    const clues = clueIds.map((id) => ({ kind: 'clue', id }) as const);
    await outbox.takeBack(client, [...clues, ...(await derived(client, clueIds))], circleIds);
    return after;
  }

  /** Whoever assigns it to themselves knows. */
  private async assign(
    client: ClientBase,
    request: Extract<StepRequest, { step: 'assign' }>,
    { open, taker, context }: ShapedClue,
  ): Promise<OpenClue> {
    const after = await takeStep(client, open, { step: request, taker }, context);
    const { assigneeId } = request;
    if (assigneeId !== taker.id)
      await this.parts.outbox.enqueue(client, clueNotice('clue-assigned', after.clue, after.clue.revision), [
        { channel: 'inbox', userId: assigneeId, teamId: null },
      ]);
    return after;
  }

  /** The name stands with the person, not in the step: it is personal data, and steps are kept as they are. */
  private async addPerson(
    client: ClientBase,
    request: Extract<StepRequest, { step: 'add-person' }>,
    { open, taker, reach, context }: ShapedClue,
  ): Promise<OpenClue> {
    const personId = this.parts.ids.next();
    const after = await takeStep(client, open, { step: { step: 'add-person', personId }, taker }, context);
    const { name, unit, post = null, sameAsId } = request;
    // After the step was judged: who may not name anybody here is not told who is named elsewhere.
    const { identityId, countedAs } = await identityOf(client, reach, { name, sameAsId, newId: personId });
    await execute(
      client,
      'INSERT INTO clue_person (id, clue_id, name, unit, post, identity_id, counted_as) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [personId, open.clue.id, name, unit, post, identityId, countedAs],
    );
    return after;
  }
}

/** Of the step just taken. */
export function receiptOf({ clue, last }: OpenClue): StepReceipt {
  const { seq, hash, forAccount = null } = last;
  return { clueId: clue.id, number: clue.number, seq, hash, forAccount, restricted: clue.circleIds !== null };
}

/**
 * Which role approves depends on the rung, and that on what was approved before: judged under lock. Who may not for another reason, having proposed
 * it, reads that when the step is judged. Throws RefusedError('forbidden').
 */
function assertOfRung({ facts }: OpenClue, step: AskedStep, { id, role }: Person): void {
  const rung = step === 'approve' || step === 'send-back' ? nextRung(facts) : null;
  if (rung !== null && !isAllowed(role, rungAction(rung)) && refusalOfTaker(facts, step, id) === null)
    throw new RefusedError('forbidden', `现在轮到“${rungName(rung)}”这一级审批，您的角色不能办理。`);
}

/** Whoever names the circle, and whoever handles the clue, are in it. */
function circleOf(userIds: readonly string[], { open, taker, accounts }: ShapedClue): string[] {
  const { assigneeId, circleIds, recusedIds } = open.facts;
  const mayRead = (user: User) => isAllowed(user.role, 'read-clues') && sees(user, open.clue);
  // A handler who has left, or stays away, is no part of it: it waits for another.
  const handler = accounts.find((user) => user.id === assigneeId && mayRead(user) && !recusedIds.includes(user.id));
  const circle = [...new Set([...userIds, taker.id, ...(handler ? [handler.id] : [])])];
  const isLeader = accounts.some(({ id, role }) => id === taker.id && isAllowed(role, 'approve-clues'));
  // Otherwise one by one everybody would be in the know, and no leader had said so.
  if (circleIds !== null && !isLeader && circle.some((id) => !circleIds.includes(id)))
    throw new RefusedError('forbidden', '只有委领导能把人加进知悉范围，您可以减少。');
  for (const id of circle) {
    const user = accounts.find((one) => one.id === id);
    if (!user) throw new RefusedError('invalid', '选中的人有的已停用，请刷新页面后重新选择。');
    if (!mayRead(user)) throw new RefusedError('invalid', `${user.displayName}不能看这条线索，不能列入知悉范围。`);
  }
  assertStillManaged(circle, accounts);
  return circle;
}

/** A clue that nobody in the know may approve would stand still, unseen by those who could change it. Throws RefusedError('conflict'). */
function assertStillManaged(circleIds: readonly string[], users: readonly User[]): void {
  if (users.some(({ id, role }) => circleIds.includes(id) && isAllowed(role, 'approve-clues'))) return;
  throw new RefusedError('conflict', '知悉范围内至少要有一名委领导，否则没有人能审批。');
}

/** As people call whoever took the step. @param everybody also who cannot sign in any more */
function nameOf({ takerId, takerAccount }: ClueStep, everybody: readonly User[]): string {
  if (takerId === null) return '平台';
  return everybody.find(({ id }) => id === takerId)?.displayName ?? takerAccount ?? takerId;
}
