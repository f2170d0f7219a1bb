import type { Cover, Reach, UnitReach, User, UserStore } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { RefusedError, type Clock, type IdSource } from '@tianyan/kernel';
import type { NoticeOutbox } from '@tianyan/notices';
import { execute, inTransaction, type ClientBase, type Pool } from '@tianyan/postgres';
import {
  CIRCULAR_STEP_LABELS,
  type CircularContent,
  type CircularOrigin,
  type CircularStepRequest,
  type UnitCircularStepRequest,
} from '../api/circular-words.js';
import { draftedOnce } from '../drafted-once.js';
import { allBut, ofReturnedDraft } from '../hearers.js';
import { signedBy } from '../in-place.js';
import { improvementsOf, type ImprovementDetail } from '../improvements/improvement-queries.js';
import { openText } from '../open-text.js';
import { assertNeitherStaysAway } from '../stays-away.js';
import { recordClosing, UNRECORDED, UNRECORDED_CLOSING, type ClosingRecords, type StepRecord } from '../sent-before.js';
import { assertSeenLast, type ClosingReceipt, type SupervisionReceipt, type Taker } from '../step-history.js';
import { circularMachine } from './circular-facts.js';
import { draftersOf, hearersOf } from './circular-hearers.js';
import { circularHandlers, circularManagers, circularNotice, circularUnitNotice, liaisonsOfUnits } from './circular-notices.js';
import { originsOf, originTownships, originWarnings } from './circular-origins.js';
import { circularName } from './circular-rows.js';
import {
  askedOfCircular,
  beginCircular,
  closeIfDone,
  lockCircular,
  lockCircularOfUnits,
  receiptOf,
  takeCircularStep,
  type CircularContext,
  type OpenCircular,
} from './circular-writes.js';

export interface CircularParts {
  pool: Pool;
  ids: IdSource;
  countyClock: Clock;
  calendar: WorkingCalendar;
  users: Pick<UserStore, 'list'>;
  outbox: NoticeOutbox;
}

type IssueRequest = Extract<CircularStepRequest, { step: 'issue' }>;

/** Personal values of what the circular is about: nobody whom it is sent to may read them. */
type Covers = readonly Cover[];

const UNRECORDED_READ = async (): Promise<void> => undefined;

/** What people do with circulars (通报); each call is one transaction, and each step is judged on the history under lock. */
export class Circulars {
  constructor(private readonly parts: CircularParts) {}

  /**
   * Drafts a circular from findings, clues or letters. Nothing of them is written into it.
   * Throws RefusedError: `not-found`, also for what is out of reach; `invalid` where the text holds personal data; `conflict` for what is to be put
   * right and was never issued, and for whoever stays away from what it is drafted from.
   * @param asked.key under which the same is drafted once; null: each time anew
   */
  async draft(
    reach: Reach,
    taker: Taker,
    asked: {
      origins: readonly CircularOrigin[];
      correctsId?: string | undefined;
      content: CircularContent;
      covers: Covers;
      key?: string | null;
    },
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    const { origins, content, covers, correctsId, key = null } = asked;
    assertOpen(content, covers);
    const accounts = await this.accounts();
    const step = { step: 'draft', origins, ...(correctsId !== undefined && { correctsId }), ...content } as const;
    const drafting = { kind: 'circular', personId: taker.id, key, content: step } as const;
    return inTransaction(this.parts.pool, (client) =>
      draftedOnce(client, drafting, async () => {
        if (correctsId !== undefined) {
          await this.assertIssued(client, reach, correctsId);
          await assertNeitherStaysAway(client, { kind: 'circular', id: correctsId, actions: DRAFTING }, taker);
        }
        const townships = await originTownships(client, reach, origins);
        const begun = await beginCircular(client, { id: this.parts.ids.next(), step, taker, townships }, this.context());
        await assertNeitherStaysAway(client, { kind: 'circular', id: begun.circular.id, actions: DRAFTING }, taker);
        await this.tellManagers(client, begun, accounts);
        await record(client, receiptOf(begun));
        return receiptOf(begun);
      }),
    );
  }

  /**
   * A step of the commission's people. Throws RefusedError: `not-found`, also for what is out of reach; `conflict` where somebody was quicker, where the
   * step may not be taken, and for an issue of what does not hold any more that does not say so; `invalid` where personal data would be read.
   */
  async take(
    reach: Reach,
    taker: Taker,
    asked: { circularId: string; revision: number; request: CircularStepRequest; covers: Covers; forId?: string | undefined },
    records: ClosingRecords = UNRECORDED_CLOSING,
  ): Promise<ClosingReceipt> {
    const { request, covers } = asked;
    const accounts = await this.accounts();
    return inTransaction(this.parts.pool, async (client) => {
      const open = await lockCircular(client, reach, asked.circularId);
      const { last, circular } = open;
      assertSeenLast(last, asked.revision, {
        number: circularName(circular),
        stepLabel: CIRCULAR_STEP_LABELS[last.content.step],
      });
      const signed = await this.signed(client, open, { taker, forId: asked.forId, step: request.step });
      if (request.step === 'revise') assertOpen(request, covers);
      if (request.step === 'withdraw' || request.step === 'excuse')
        openText('理由', request.reason, { mask: { covers }, cover: 'not-offered' });
      const step = request.step === 'issue' ? await this.answeredIssue(client, open, { request, covers, accounts }) : request;
      const after = await takeCircularStep(client, open, { step, taker: signed }, this.context());
      await this.tellOfStep(client, after, { request, taker: signed, accounts });
      const closing = { taker: signed, context: this.context() };
      const closed = request.step === 'excuse' ? await closeIfDone(client, after, closing) : null;
      return recordClosing(client, { ...receiptOf(after), closed }, records);
    });
  }

  /** Throws RefusedError where a delegation does not stand, and where one of the two stays away from what it is about. */
  private async signed(
    client: ClientBase,
    { circular: { id } }: OpenCircular,
    { step, ...who }: { taker: Taker; forId: string | undefined; step: CircularStepRequest['step'] },
  ): Promise<Taker> {
    const { nowMs } = this.context();
    const thing = askedOfCircular(id, '这份通报', circularMachine.actionsOf(step));
    const signed = await signedBy(client, { ...who, nowMs }, thing);
    await assertNeitherStaysAway(client, { kind: 'circular', id, actions: circularMachine.actionsOf(step) }, signed);
    return signed;
  }

  /**
   * 报送完毕. Throws RefusedError: `not-found`, also for what was sent to others; `conflict` where nothing was reported, something of it is proved by no
   * file, or it may not be taken.
   */
  async takeForUnit(
    units: UnitReach,
    taker: Taker,
    { circularId, request }: { circularId: string; request: UnitCircularStepRequest },
    records: ClosingRecords = UNRECORDED_CLOSING,
  ): Promise<ClosingReceipt> {
    const accounts = await this.accounts();
    return inTransaction(this.parts.pool, async (client) => {
      const open = await lockCircularOfUnits(client, units, circularId);
      if (!units.covers(request.unitCode)) throw new RefusedError('conflict', '只能为您负责的单位报送。');
      const improvements = await improvementsOf(client, circularId, [request.unitCode]);
      const after = await takeCircularStep(client, open, { step: request, taker }, this.context());
      assertAllReported(improvements);
      const told = await hearersOf(client, { ...after, accounts, ...this.context() }, circularHandlers);
      await this.parts.outbox.enqueue(client, circularNotice('circular-reported', after.circular), told);
      const closed = await closeIfDone(client, after, { taker, context: this.context() });
      return recordClosing(client, { ...receiptOf(after), closed }, records);
    });
  }

  /**
   * 已阅, for each of the person's units that it was sent to; the first time counts. Returns the step by which it closed itself, null where it did not.
   * Throws RefusedError('not-found').
   */
  async read(
    units: UnitReach,
    taker: Taker,
    circularId: string,
    records: { read: (client: ClientBase) => Promise<void>; closing: StepRecord } = {
      read: UNRECORDED_READ,
      closing: UNRECORDED,
    },
  ): Promise<SupervisionReceipt | null> {
    return inTransaction(this.parts.pool, async (client) => {
      const open = await lockCircularOfUnits(client, units, circularId);
      const { audience, unitCodes } = open.circular;
      const own = units.unitCodes.filter((code) => audience === 'county' || unitCodes.includes(code));
      await execute(
        client,
        `INSERT INTO supervision_circular_receipt (circular_id, unit_code, reader_id, reader_account, at_ms)
         SELECT $1, u, $3, $4, $5 FROM unnest($2::text[]) AS u ON CONFLICT DO NOTHING`,
        [circularId, own, taker.id, taker.account, this.parts.countyClock.nowMs()],
      );
      const closed = await closeIfDone(client, open, { taker, context: this.context() });
      await records.read(client);
      if (closed) await records.closing(client, closed);
      return closed;
    });
  }

  /**
   * As it is kept: that it is issued despite something is said where there is something, and with an opinion. Throws RefusedError: `conflict` where what
   * does not hold any more is not answered, or nobody would receive it; `invalid` where the text names somebody.
   */
  private async answeredIssue(
    client: ClientBase,
    { circular, facts }: OpenCircular,
    { request, covers, accounts }: { request: IssueRequest; covers: Covers; accounts: readonly User[] },
  ): Promise<IssueRequest> {
    // What is personal may have become known since it was drafted.
    assertOpen(facts.content, covers);
    const alone = facts.content.unitCodes.filter((code) => liaisonsOfUnits([code], accounts).length === 0);
    if (alone.length > 0)
      throw new RefusedError(
        'conflict',
        `点名的单位里有 ${alone.length} 个还没有能登录的联络员，签发后无人接收。请先请安全管理员为它们新建单位联络员账号。`,
      );
    const warnings = await originWarnings(client, await originsOf(client, circular.id));
    if (warnings.length === 0) return { ...request, despite: false };
    if (request.despite && request.opinion !== undefined) return request;
    throw new RefusedError(
      'conflict',
      `${warnings.join('；')}。请核对通报是否仍然成立；仍要签发的，请刷新页面，勾选“仍要签发”并写明意见。`,
    );
  }

  private async assertIssued(client: ClientBase, reach: Reach, id: string): Promise<void> {
    const { circular } = await lockCircular(client, reach, id);
    if (circular.issuedAtMs === null) throw new RefusedError('conflict', '只有签发过的通报才能更正；没签发的直接修改。');
  }

  private async tellOfStep(
    client: ClientBase,
    after: OpenCircular,
    { request, taker, accounts }: { request: CircularStepRequest; taker: Taker; accounts: readonly User[] },
  ): Promise<void> {
    const { outbox } = this.parts;
    const { circular } = after;
    switch (request.step) {
      case 'revise':
        return this.tellManagers(client, after, accounts);
      case 'return-draft': {
        const told = await draftersOf(client, { circular, accounts });
        const notice = ofReturnedDraft(circularNotice('circular-returned', circular), circular.handlerId, told);
        return outbox.enqueue(client, notice, allBut(taker, told));
      }
      case 'issue':
        return this.tellUnits(client, 'assignment-issued', after, accounts);
      case 'withdraw':
        // Of a draft no unit has heard.
        if (circular.issuedAtMs === null) return;
        return this.tellUnits(client, 'assignment-withdrawn', after, accounts);
      case 'excuse': {
        const told = liaisonsOfUnits([request.unitCode], accounts);
        return outbox.enqueue(client, circularUnitNotice('assignment-excused', circular), told);
      }
    }
  }

  private async tellManagers(client: ClientBase, { circular }: OpenCircular, accounts: readonly User[]): Promise<void> {
    const told = await hearersOf(client, { circular, accounts, ...this.context() }, circularManagers);
    await this.parts.outbox.enqueue(client, circularNotice('circular-drafted', circular), told);
  }

  private async tellUnits(
    client: ClientBase,
    kind: 'assignment-issued' | 'assignment-withdrawn',
    { circular }: OpenCircular,
    accounts: readonly User[],
  ): Promise<void> {
    const sentTo = circular.audience === 'county' ? null : circular.unitCodes;
    const told = liaisonsOfUnits(sentTo, accounts);
    await this.parts.outbox.enqueue(client, circularUnitNotice(kind, circular), told);
  }

  /** Never asked within a transaction: who wants a second connection while holding one waits for those who wait for its locks. */
  private accounts(): Promise<readonly User[]> {
    return this.parts.users.list();
  }

  private context(): CircularContext {
    return { nowMs: this.parts.countyClock.nowMs(), calendar: this.parts.calendar };
  }
}

/** What is reported waits to be checked from then on, and no file is added any more. Throws RefusedError('conflict'). */
function assertAllReported(improvements: readonly ImprovementDetail[]): void {
  const states = improvements.map(({ item }) => item.state);
  if (states.every((state) => state === 'dropped'))
    throw new RefusedError('conflict', '还没有报送任何制度。请先报送；确实没有的，请联系县纪委监委免予报送。');
  const bare = improvements.filter(({ facts }) => facts.state === 'reported' && facts.files.length === 0);
  if (bare.length > 0)
    throw new RefusedError(
      'conflict',
      `还有 ${bare.length} 项制度没有佐证附件。报送完毕以后，等待核对的不能再增加附件，请先上传。`,
    );
}

/** As a draft is revised. */
const DRAFTING = circularMachine.actionsOf('revise');

/** Throws RefusedError('invalid') where somebody is named: it is sent out, and is covered for nobody. */
function assertOpen({ title, text }: Pick<CircularContent, 'title' | 'text'>, covers: Covers): void {
  const how = { mask: { covers }, cover: 'not-offered' } as const;
  openText('标题', title, how);
  openText('正文', text, how);
}
