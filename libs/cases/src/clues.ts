import { isAllowed, Reach, withinReach, type User, type UserStore } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { isShown, type FindingDecisions } from '@tianyan/findings';
import { RefusedError, type Clock, type IdSource } from '@tianyan/kernel';
import type { NoticeOutbox } from '@tianyan/notices';
import { execute, inTransaction, maybeRow, row, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { StepRequest } from './api/index.js';
import { clueNotice } from './clue-notices.js';
import { claimFindings } from './claimed-findings.js';
import { isSeen, type Clue } from './clue-rows.js';
import { linkClue, mergeClue, splitClue, type ShapedClue } from './clue-shapes.js';
import {
  assertSeenLast,
  beginClue,
  found,
  lockClues,
  lockForPlatform,
  takeStep,
  type OpenClue,
  type StepContext,
  type Taker,
} from './clue-writes.js';
import type { HandlingRules } from './handling-rules.js';
import type { Step } from './machine/facts.js';

export interface ClueParts {
  pool: Pool;
  ids: IdSource;
  countyClock: Clock;
  calendar: WorkingCalendar;
  rules: HandlingRules;
  decisions: FindingDecisions;
  users: Pick<UserStore, 'list'>;
  outbox: NoticeOutbox;
}

/** What became of a clue: for the audit log, which so holds the chain a second time. */
export interface StepReceipt {
  clueId: string;
  number: string;
  seq: number;
  hash: string;
}

type Person = NonNullable<Taker>;

const seenSchema = z.object({ seen: z.boolean() });
const personSchema = z.object({ same: z.boolean() });
const memberSchema = z.object({ clue_id: z.string() });

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
  ): Promise<StepReceipt> {
    return inTransaction(this.parts.pool, async (client) => {
      const title = await claimFindings(client, reach, { ...asked, taker }, this.parts.decisions);
      const findingIds = [...new Set(asked.findingIds)];
      const step = { step: 'register', findingIds, reason: asked.reason, splitFrom: null } as const;
      return receipt(await beginClue(client, { id: this.parts.ids.next(), title, step, taker }, this.context()));
    });
  }

  /**
   * Takes a step. Throws RefusedError: `not-found`, also for what is out of reach; `conflict` where somebody was quicker, or the step may not be
   * taken there, by that person, or with what was given.
   */
  async take(
    reach: Reach,
    taker: Person,
    asked: { clueId: string; revision: number; request: StepRequest },
  ): Promise<StepReceipt> {
    const { clueId, request } = asked;
    return inTransaction(this.parts.pool, async (client) => {
      const others = request.step === 'merge' ? [request.intoId] : request.step === 'link' ? [request.otherId] : [];
      const clues = await lockClues(client, reach, [clueId, ...others]);
      const open = found(clues, clueId);
      assertSeenLast(open, asked.revision);
      return receipt(await this.takeAsked(client, request, { reach, taker, open, clues, context: this.context() }));
    });
  }

  /**
   * Takes back that a finding was made a clue, and takes it out of that clue; a clue without any left is cancelled, and keeps its number.
   * Throws RefusedError: `not-found`, also for what is out of reach; `conflict` once the clue is assigned; like FindingDecisions.
   */
  async reopenFinding(reach: Reach, taker: Person, asked: { findingId: string; reason: string }): Promise<StepReceipt | null> {
    const { findingId, reason } = asked;
    return inTransaction(this.parts.pool, async (client) => {
      const member = await maybeRow(
        client,
        memberSchema,
        `SELECT m.clue_id FROM clue_finding m JOIN finding f ON f.id = m.finding_id WHERE f.id = $1 AND ${isShown('f')} AND ${withinReach('f.township_code', '$2')}`,
        [findingId, reach.townshipCodes],
      );
      const after = member && (await this.takeOut(client, taker, member.clue_id, { findingId, reason }));
      await this.parts.decisions.decideIn(client, reach, { findingId, decision: 'reopen', actor: taker.account, reason });
      return after && receipt(after);
    });
  }

  /** Whoever may decide on the finding may take it out, whatever else the clue is about. */
  private async takeOut(
    client: ClientBase,
    taker: Person,
    clueId: string,
    { findingId, reason }: { findingId: string; reason: string },
  ): Promise<OpenClue> {
    const open = await lockForPlatform(client, clueId);
    if (open.facts.position.state !== 'registered')
      throw new RefusedError('conflict', `这条疑点已在${open.clue.number}里办理，不能重新打开；请在线索里办理。`);
    return takeStep(client, open, { step: { step: 'take-out', findingId, reason }, taker }, this.context());
  }

  private context(): StepContext {
    const { rules, calendar, countyClock } = this.parts;
    return { rules, calendar, nowMs: countyClock.nowMs() };
  }

  private async takeAsked(client: ClientBase, request: StepRequest, shaped: ShapedClue): Promise<OpenClue> {
    const { open, taker, reach, context } = shaped;
    const take = (step: Step) => takeStep(client, open, { step, taker }, context);
    switch (request.step) {
      case 'propose':
        return take({ ...request, ladder: context.rules.approvals(request.disposal, open.clue.townships) });
      case 'assign':
        await this.assertMayHandle(client, open.clue, request.assigneeId);
        return this.assign(client, request, shaped);
      case 'recuse':
        await this.userOf(request.userId);
        return take(request);
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
        await claimFindings(client, reach, { findingIds, taker, reason }, this.parts.decisions);
        return take({ ...request, findingIds: [...new Set(findingIds)] });
      }
      case 'split':
        return splitClue(client, request, shaped, this.parts.ids.next());
      case 'merge':
        return mergeClue(client, request, shaped);
      case 'link':
        return linkClue(client, request, shaped);
      default:
        return take(request);
    }
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
    { open, taker, context }: ShapedClue,
  ): Promise<OpenClue> {
    const personId = this.parts.ids.next();
    const after = await takeStep(client, open, { step: { step: 'add-person', personId }, taker }, context);
    const { name, unit, post = null } = request;
    await execute(client, 'INSERT INTO clue_person (id, clue_id, name, unit, post) VALUES ($1, $2, $3, $4, $5)', [
      personId,
      open.clue.id,
      name,
      unit,
      post,
    ]);
    return after;
  }

  /** Whoever handles a clue may do so by role, sees all of it, and bears no name of those it is about. */
  private async assertMayHandle(client: ClientBase, clue: Clue, userId: string): Promise<void> {
    const user = await this.userOf(userId);
    if (!isAllowed(user.role, 'handle-clues'))
      throw new RefusedError('invalid', `${user.displayName}不能办理线索，请另选承办人。`);
    const { townshipCodes } = Reach.of({ user });
    const { seen } = await row(client, seenSchema, `SELECT ${isSeen('$1')} AS seen FROM clue c WHERE c.id = $2`, [
      townshipCodes,
      clue.id,
    ]);
    if (!seen) throw new RefusedError('invalid', `这条线索超出${user.displayName}的管辖范围，请另选承办人。`);
    const sql = 'SELECT EXISTS (SELECT FROM clue_person WHERE clue_id = $1 AND name = $2) AS same';
    const { same } = await row(client, personSchema, sql, [clue.id, user.displayName]);
    if (same) throw new RefusedError('conflict', '选中的人与线索涉及的人员同名，应当回避；确非同一人的，请先更正账号的姓名。');
  }

  private async userOf(id: string): Promise<User> {
    const user = (await this.parts.users.list()).find((one) => one.id === id);
    if (!user) throw new RefusedError('invalid', '没有这个账号，请刷新页面后重新选择。');
    return user;
  }
}

function receipt({ clue, last }: OpenClue): StepReceipt {
  return { clueId: clue.id, number: clue.number, seq: last.seq, hash: last.hash };
}
