import { standingDelegations, type Cover, type Reach, type UnitReach, type User, type UserStore } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { isSeen as isClueSeen } from '@tianyan/cases';
import { isFindingWithin, isShown } from '@tianyan/findings';
import type { FileSubject } from '@tianyan/files';
import { chinaDayOf, RefusedError, type Clock, type IdSource } from '@tianyan/kernel';
import type { NoticeOutbox, NoticeRecipient } from '@tianyan/notices';
import { inTransaction, maybeRow, type ClientBase, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import {
  LETTER_STEP_LABELS,
  type LetterContent,
  type LetterOrigin,
  type LetterStepRequest,
  type UnitLetterStepRequest,
} from '../api/index.js';
import { isTaskSeen } from '../campaigns/campaign-rows.js';
import { draftedOnce } from '../drafted-once.js';
import { allBut, ofReturnedDraft } from '../hearers.js';
import { signedBy, type AskedThing } from '../in-place.js';
import { openText } from '../open-text.js';
import type { Proof } from '../proof/proof-files.js';
import { sinceSeen, UNRECORDED, type StepRecord } from '../sent-before.js';
import { assertNeitherStaysAway, notStayingAway } from '../stays-away.js';
import { assertSeenLast, assertUnitSeenLast, receiptOfStep, type SupervisionReceipt, type Taker } from '../step-history.js';
import { alsoDeputies, handlersOf, liaisonsOf, managersOf, officeNotice, unitNotice } from './letter-notices.js';
import { LETTER_SEEN, nameOf } from './letter-rows.js';
import {
  beginLetter,
  lockLetter,
  lockLetterOfUnit,
  takeLetterStep,
  type LetterContext,
  type OpenLetter,
} from './letter-writes.js';
import { letterMachine } from './step-table.js';

export interface LetterParts {
  pool: Pool;
  ids: IdSource;
  countyClock: Clock;
  calendar: WorkingCalendar;
  users: Pick<UserStore, 'list'>;
  outbox: NoticeOutbox;
}

type Revise = Extract<LetterStepRequest, { step: 'revise' }>;
type KeptLetterStepRequest = Exclude<LetterStepRequest, Revise> | Omit<Revise, 'cover'>;

/** Personal values of what the letter is about, such as who complained: no unit may read them. */
type Covers = readonly Cover[];

/** Who is told after a step: of the commission's people, or of the unit. */
type Told =
  | { what: 'managers' | 'handlers' | 'assignment-issued' | 'assignment-sent-back' | 'assignment-withdrawn' }
  | { what: 'drafter'; by: Taker };

const placeSchema = z.object({ townships: z.array(z.string()).nullable() });

/** What people do with letters; each call is one transaction, and each step is judged on the history under lock. */
export class Letters {
  constructor(private readonly parts: LetterParts) {}

  /**
   * Drafts a letter from a finding, a clue or a campaign's problem. Nothing of any is written into it: the unit reads what the author writes.
   * Throws RefusedError: `not-found`, also for what is out of reach; `invalid` where the text holds personal data; `conflict` for whoever stays away from
   * what it is drafted from.
   * @param asked.key under which the same is drafted once; null: each time anew
   */
  async draft(
    reach: Reach,
    taker: Taker,
    asked: { origin: LetterOrigin; content: LetterContent; cover: boolean; covers: Covers; key?: string | null },
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    const accounts = await this.accounts();
    const { origin, content, cover, key = null } = asked;
    const drafting = { kind: 'letter', personId: taker.id, key, content: { origin, content, cover } } as const;
    return inTransaction(this.parts.pool, (client) =>
      draftedOnce(client, drafting, async () => {
        const receipt = await this.draftWithin(client, { reach, taker, accounts }, asked);
        await record(client, receipt);
        return receipt;
      }),
    );
  }

  /**
   * The same as part of a transaction that does more. Throws like {@link draft}.
   * @param by.accounts {@link accounts}, read before that transaction
   */
  async draftWithin(
    client: ClientBase,
    { reach, taker, accounts }: { reach: Reach; taker: Taker; accounts: readonly User[] },
    asked: { origin: LetterOrigin; content: LetterContent; cover: boolean; covers: Covers },
  ): Promise<SupervisionReceipt> {
    const content = openContent(asked.content, asked);
    const townships = await townshipsOf(client, reach, asked.origin);
    const step = { step: 'draft', origin: asked.origin, ...content } as const;
    const begun = await beginLetter(client, { id: this.parts.ids.next(), step, taker, townships }, this.context());
    await assertNeitherStaysAway(client, { kind: 'letter', id: begun.letter.id, actions: DRAFTING }, taker);
    await this.tell(client, begun, { what: 'managers', accounts });
    return receiptOf(begun);
  }

  /** Who may be told. Never asked within a transaction: who wants a second connection while holding one waits for those who wait for its locks. */
  accounts(): Promise<readonly User[]> {
    return this.parts.users.list();
  }

  /**
   * A step of the commission's people. Throws RefusedError: `not-found`, also for what is out of reach; `conflict` where somebody was quicker, or the
   * step may not be taken there or by that person; `invalid` where the unit would read personal data.
   */
  async take(
    reach: Reach,
    taker: Taker,
    asked: { letterId: string; revision: number; request: LetterStepRequest; covers: Covers; forId?: string | undefined },
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    const { letterId, revision, covers, forId } = asked;
    const request = openRequest(asked.request, covers);
    return this.changing(record, async (client, accounts) => {
      const open = await lockLetter(client, reach, letterId);
      const since = await sinceSeen(client, { kind: 'letter', id: letterId }, { revision, taker, forId, request });
      if (typeof since === 'object') return since;
      if (since === 'others-acted') assertUnchanged(open, revision);
      const signed = await this.signed(client, open, { taker, forId, step: request.step });
      switch (request.step) {
        case 'revise': {
          const after = await this.step(client, open, request, signed);
          await this.tell(client, after, { what: 'managers', accounts });
          return after;
        }
        case 'issue': {
          // What is personal may have become known since it was drafted.
          openContent(open.facts.content, { covers, cover: 'not-offered' });
          assertLiaison(open.facts.content, accounts);
          const after = await this.step(client, open, request, signed);
          await this.tell(client, after, { what: 'assignment-issued', accounts });
          return after;
        }
        case 'send-back': {
          openText('退回理由', request.reason, { mask: { covers }, cover: 'not-offered' });
          const after = await this.step(client, open, request, signed);
          await this.tell(client, after, { what: 'assignment-sent-back', accounts });
          return after;
        }
        case 'return-draft': {
          const after = await this.step(client, open, request, signed);
          await this.tell(client, after, { what: 'drafter', accounts, by: signed });
          return after;
        }
        case 'withdraw': {
          const after = await this.step(client, open, request, signed);
          // Of a draft the unit has not heard.
          if (after.letter.issuedAtMs !== null) await this.tell(client, after, { what: 'assignment-withdrawn', accounts });
          return after;
        }
        default:
          return this.step(client, open, request, signed);
      }
    });
  }

  /** A step of the unit; what was sent before by the same person is answered as it was then. Throws RefusedError: `not-found`, also for a letter to another unit; `conflict` like {@link take}. */
  async takeForUnit(
    units: UnitReach,
    taker: Taker,
    asked: { letterId: string; revision: number; request: UnitLetterStepRequest },
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    const { letterId, revision, request } = asked;
    return this.changing(record, async (client, accounts) => {
      const open = await lockLetterOfUnit(client, units, letterId);
      const since = await sinceSeen(client, { kind: 'letter', id: letterId }, { revision, taker, request });
      if (typeof since === 'object') return since;
      if (since === 'others-acted') assertUnitSeenLast(open.last, revision, nameOf(open.letter));
      const step = request.step === 'answer' ? { ...request, files: open.facts.files } : request;
      const after = await this.step(client, open, step, taker);
      if (request.step === 'answer') await this.tell(client, after, { what: 'handlers', accounts });
      return after;
    });
  }

  /** What proves the answer of the unit: files, handed in by its liaisons. */
  proofOfUnit(units: UnitReach, by: Proof['by'], letterId: string): Proof {
    return this.proofOf(letterId, by, (client) => lockLetterOfUnit(client, units, letterId));
  }

  /** The same, as the commission's people see it. */
  proof(reach: Reach, by: Proof['by'], letterId: string): Proof {
    return this.proofOf(letterId, by, (client) => lockLetter(client, reach, letterId));
  }

  private proofOf(letterId: string, by: Proof['by'], lock: (client: ClientBase) => Promise<OpenLetter>): Proof {
    return {
      subject: letterSubject(letterId),
      by,
      lock: async (client) => {
        const open = await lock(client);
        return {
          refusalOf: (kind) => letterMachine.refusalOf(open.facts, kind, { userId: by.id }),
          take: async (step) => receiptOf(await this.step(client, open, step, by)),
        };
      },
    };
  }

  /** What was sent before is on record already. */
  private async changing(
    record: StepRecord,
    work: (client: ClientBase, accounts: readonly User[]) => Promise<OpenLetter | { sent: SupervisionReceipt }>,
  ): Promise<SupervisionReceipt> {
    const accounts = await this.accounts();
    return inTransaction(this.parts.pool, async (client) => {
      const after = await work(client, accounts);
      if ('sent' in after) return after.sent;
      const receipt = receiptOf(after);
      await record(client, receipt);
      return receipt;
    });
  }

  /** Throws RefusedError where a delegation does not stand, and where one of the two stays away from what it is about. */
  private async signed(
    client: ClientBase,
    { letter }: OpenLetter,
    { step, ...who }: { taker: Taker; forId: string | undefined; step: LetterStepRequest['step'] },
  ): Promise<Taker> {
    const signed = await signedBy(client, { ...who, nowMs: this.parts.countyClock.nowMs() }, askedLetter(letter.id, step));
    await assertNeitherStaysAway(client, { kind: 'letter', id: letter.id, actions: letterMachine.actionsOf(step) }, signed);
    return signed;
  }

  private step(
    client: ClientBase,
    open: OpenLetter,
    step: Parameters<typeof takeLetterStep>[2]['step'],
    taker: Taker,
  ): Promise<OpenLetter> {
    return takeLetterStep(client, open, { step, taker }, this.context());
  }

  private async tell(
    client: ClientBase,
    { letter }: OpenLetter,
    { accounts, ...told }: Told & { accounts: readonly User[] },
  ): Promise<void> {
    const { outbox } = this.parts;
    const free = await notStayingAway(client, { kind: 'letter', id: letter.id }, accounts);
    const deputies = await standingDelegations(client, chinaDayOf(this.parts.countyClock.nowMs()));
    const withTheirs = (people: readonly NoticeRecipient[]) => alsoDeputies(letter, people, { users: free, deputies });
    switch (told.what) {
      case 'managers': {
        // Whoever drafted it does not issue it, and knows.
        const others = allBut({ id: letter.handlerId }, managersOf(letter, free));
        return outbox.enqueue(client, officeNotice('letter-drafted', letter), withTheirs(others));
      }
      case 'drafter': {
        // Nobody mends a draft in the place of another.
        const drafter = handlersOf(letter, free);
        const notice = ofReturnedDraft(officeNotice('letter-returned', letter), letter.handlerId, drafter);
        return outbox.enqueue(client, notice, allBut(told.by, drafter));
      }
      case 'handlers':
        return outbox.enqueue(client, officeNotice('letter-answered', letter), withTheirs(handlersOf(letter, free)));
      default:
        return outbox.enqueue(client, unitNotice(told.what, letter), liaisonsOf(letter, accounts));
    }
  }

  private context(): LetterContext {
    return { nowMs: this.parts.countyClock.nowMs(), calendar: this.parts.calendar };
  }
}

export const letterSubject = (letterId: string): FileSubject => ({ kind: 'letter', id: letterId });
const receiptOf = ({ letter, last }: OpenLetter): SupervisionReceipt => receiptOfStep(letter.id, last);

/** As a draft is revised. */
const DRAFTING = letterMachine.actionsOf('revise');

const askedLetter = (id: string, step: LetterStepRequest['step']): AskedThing => ({
  noun: '这份督办函',
  actions: letterMachine.actionsOf(step),
  sql: LETTER_SEEN,
  paramsOf: (reach) => [reach.parameter, reach.userId, id],
});

function assertUnchanged({ letter, last }: OpenLetter, revision: number): void {
  assertSeenLast(last, revision, { number: nameOf(letter), stepLabel: LETTER_STEP_LABELS[last.content.step] });
}

/** A letter that nobody can receive would run out of time unread. Throws RefusedError('conflict'). */
function assertLiaison(content: LetterContent, accounts: readonly User[]): void {
  if (liaisonsOf(content, accounts).length > 0) return;
  throw new RefusedError(
    'conflict',
    '这个单位还没有能登录的联络员，签发后无人签收。请先请安全管理员为该单位新建单位联络员账号。',
  );
}

/** As the unit may read it. Throws RefusedError('invalid'). */
function openContent(
  content: LetterContent,
  { covers, cover }: { covers: Covers; cover: boolean | 'not-offered' },
): LetterContent {
  const how = { mask: { covers }, cover };
  return { ...content, title: openText('标题', content.title, how), text: openText('正文', content.text, how) };
}

/** As it is kept: what is revised, as the unit may read it. Throws RefusedError('invalid'). */
function openRequest(request: LetterStepRequest, covers: Covers): KeptLetterStepRequest {
  if (request.step !== 'revise') return request;
  const { step, cover, ...content } = request;
  return { step, ...openContent(content, { covers, cover }) };
}

/** Of what a letter is drafted from: where it lies, and what people call it. Within the reach `$1` of the person `$3`. */
const ORIGINS: Readonly<Record<LetterOrigin['kind'], { noun: string; sql: string; asksPerson: boolean }>> = {
  finding: {
    noun: '疑点',
    sql: `SELECT CASE WHEN f.township_code IS NULL THEN NULL ELSE ARRAY[f.township_code] END AS townships
      FROM finding f WHERE f.id = $2 AND ${isShown('f')} AND ${isFindingWithin('f', '$1')}`,
    asksPerson: false,
  },
  clue: {
    noun: '线索',
    sql: `SELECT c.townships FROM clue c WHERE c.id = $2 AND ${isClueSeen('$1', '$3')}`,
    asksPerson: true,
  },
  'campaign-task': {
    noun: '复查的工单',
    sql: `SELECT CASE WHEN t.township_code IS NULL THEN NULL ELSE ARRAY[t.township_code] END AS townships
      FROM supervision_campaign_task t WHERE t.id = $2 AND ${isTaskSeen('$1')}`,
    asksPerson: false,
  },
};

/** Where the origin lies. Throws RefusedError('not-found') for what is out of reach. */
async function townshipsOf(client: ClientBase, reach: Reach, { kind, id }: LetterOrigin): Promise<readonly string[] | null> {
  const { sql, noun, asksPerson } = ORIGINS[kind];
  const place = await maybeRow(client, placeSchema, sql, [reach.parameter, id, ...(asksPerson ? [reach.userId] : [])]);
  if (place) return place.townships;
  throw new RefusedError('not-found', `没有这条${noun}，可能链接有误，请回到列表重新打开。`);
}
