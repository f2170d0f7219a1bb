import type { Cover, Reach, UnitReach } from '@tianyan/access';
import type { FileSubject } from '@tianyan/files';
import { RefusedError, type Clock, type IdSource } from '@tianyan/kernel';
import { inTransaction, maybeRow, row, type ClientBase, type Pool } from '@tianyan/postgres';
import {
  RECTIFICATION_STEP_LABELS,
  type RectificationStepRequest,
  type RegisterRectification,
  type UnitRectificationStepRequest,
} from '../api/index.js';
import { lockLetter } from '../letters/letter-writes.js';
import { signedBy } from '../in-place.js';
import { openText } from '../open-text.js';
import type { FileStep } from '../proof/file-steps.js';
import type { Proof } from '../proof/proof-files.js';
import { sinceSeen, UNRECORDED, type StepRecord } from '../sent-before.js';
import { assertNeitherStaysAway } from '../stays-away.js';
import {
  appendStep,
  assertSeenLast,
  assertUnitSeenLast,
  historyOf,
  receiptOfStep,
  signingOf,
  signingOfStep,
  type StoredStep,
  type SupervisionReceipt,
  type Taker,
} from '../step-history.js';
import {
  rectificationMachine,
  rectificationStepSchema,
  type LaterRectificationStep,
  type RectificationFacts,
  type RectificationStep,
  type RegisterStep,
} from './rectification-facts.js';
import {
  isRectificationOfUnits,
  isRectificationSeen,
  RECTIFICATION_COLUMNS,
  RECTIFICATION_SEEN,
  rectificationSchema,
  type Rectification,
} from './rectification-rows.js';

export const NO_ITEM = '没有这项整改，可能链接有误，请回到列表重新打开。';

interface OpenItem {
  item: Rectification;
  facts: RectificationFacts;
  last: StoredStep<RectificationStep>;
}

/** What people do with the ledger of rectifications (整改台账); each call is one transaction. */
export class Rectifications {
  constructor(private readonly parts: { pool: Pool; ids: IdSource; countyClock: Clock }) {}

  /**
   * Registers an item, by hand or from the answer to a letter: then its unit and its township are those of the letter.
   * Throws RefusedError: `not-found` for a letter out of reach, `conflict` for one that is not answered, `invalid` for a place out of reach, and where the
   * unit would read personal data.
   * @param covers personal values of what the letter is about
   */
  async register(
    reach: Reach,
    taker: Taker,
    asked: RegisterRectification,
    covers: readonly Cover[],
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    return inTransaction(this.parts.pool, async (client) => {
      const receipt = await this.registerWithin(client, { reach, taker, covers }, asked);
      await record(client, receipt);
      return receipt;
    });
  }

  /** The same as part of a transaction that does more. Throws like {@link register}. */
  async registerWithin(
    client: ClientBase,
    { reach, taker, covers }: { reach: Reach; taker: Taker; covers: readonly Cover[] },
    asked: RegisterRectification,
  ): Promise<SupervisionReceipt> {
    const how = { mask: { covers }, cover: 'not-offered' } as const;
    openText('存在的问题', asked.problem, how);
    openText('整改措施', asked.measures ?? '', how);
    const place = await placeOf(client, reach, asked);
    const { letterId = null, problem, measures = null, dueDay, responsible = null, leader = null } = asked;
    const id = this.parts.ids.next();
    const step: RegisterStep = { step: 'register', letterId, unitCode: place.unitCode, problem, measures, dueDay };
    const nowMs = this.parts.countyClock.nowMs();
    const owner = { kind: 'rectification', id } as const;
    const written = await appendStep(client, owner, { content: step, taker, stateAfter: 'open', nowMs }, null);
    await row(
      client,
      rectificationSchema,
      `INSERT INTO supervision_rectification AS r (id, letter_id, unit_code, township_code, problem, responsible, leader, measures, due_day, state,
         registered_at_ms, changed_at_ms, steps, head_hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $10, 1, $11) RETURNING ${RECTIFICATION_COLUMNS}`,
      [id, letterId, place.unitCode, place.townshipCode, problem, responsible, leader, measures, dueDay, nowMs, written.hash],
    );
    // By its letter.
    await this.assertMayAct(client, id, 'progress', taker);
    return receiptOfStep(id, written);
  }

  /**
   * What was sent before by the same person is answered as it was then. Throws RefusedError: `not-found`, also for what is out of reach; `conflict` where
   * somebody was quicker, or the step may not be taken.
   */
  take(
    reach: Reach,
    taker: Taker,
    asked: { id: string; revision: number; request: RectificationStepRequest; forId?: string | undefined },
    /** What must not be read by the unit, of what its letter came from. */
    covers: readonly Cover[] = [],
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    return inTransaction(this.parts.pool, (client) => this.takeWithin(client, { reach, taker, covers, record }, asked));
  }

  /** The same as part of a transaction that does more. Throws like {@link take}. */
  async takeWithin(
    client: ClientBase,
    { reach, taker, covers, record }: { reach: Reach; taker: Taker; covers: readonly Cover[]; record: StepRecord },
    asked: { id: string; revision: number; request: RectificationStepRequest; forId?: string | undefined },
  ): Promise<SupervisionReceipt> {
    assertOpenToUnit(asked.request, covers);
    const where = `r.id = $2 AND ${isRectificationSeen('$1', '$3')}`;
    return this.taken(
      client,
      { where, params: [reach.parameter, asked.id, reach.userId] },
      {
        ...asked,
        taker,
        record,
        side: 'office',
        refuse: (last) =>
          assertSeenLast(last, asked.revision, { number: '这项整改', stepLabel: RECTIFICATION_STEP_LABELS[last.content.step] }),
      },
    );
  }

  /** Throws like {@link take}; what is another unit's is not there. */
  takeForUnit(
    units: UnitReach,
    taker: Taker,
    asked: { id: string; revision: number; request: UnitRectificationStepRequest },
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    const where = `r.id = $2 AND ${isRectificationOfUnits('$1')}`;
    const refuse = (last: StoredStep<RectificationStep>) => assertUnitSeenLast(last, asked.revision, '这项整改');
    return inTransaction(this.parts.pool, (client) =>
      this.taken(client, { where, params: [units.unitCodes, asked.id] }, { ...asked, taker, record, side: 'unit', refuse }),
    );
  }

  /** What proves that it was put right: files of the commission's people, who report for a unit that has no liaison. */
  proof(reach: Reach, by: Proof['by'], id: string): Proof {
    const where = `r.id = $2 AND ${isRectificationSeen('$1', '$3')}`;
    return this.proofOf(id, { where, params: [reach.parameter, id, reach.userId], by, side: 'office' });
  }

  /** The same, of the unit's liaisons. */
  proofOfUnit(units: UnitReach, by: Proof['by'], id: string): Proof {
    return this.proofOf(id, {
      where: `r.id = $2 AND ${isRectificationOfUnits('$1')}`,
      params: [units.unitCodes, id],
      by,
      side: 'unit',
    });
  }

  private proofOf(
    id: string,
    { where, params, by, side }: { where: string; params: readonly unknown[]; by: Proof['by']; side: 'office' | 'unit' },
  ): Proof {
    return {
      subject: rectificationSubject(id),
      by,
      lock: async (client) => {
        const open = await lockItem(client, where, params);
        return {
          refusalOf: async (kind) => {
            if (side === 'office') await this.assertMayAct(client, id, kind, by);
            return rectificationMachine.refusalOf(open.facts, kind, { userId: by.id });
          },
          take: (step) => this.write(client, open, step, by),
        };
      },
    };
  }

  private async taken(
    client: ClientBase,
    { where, params }: { where: string; params: readonly unknown[] },
    asked: {
      id: string;
      revision: number;
      taker: Taker;
      forId?: string | undefined;
      request: RectificationStepRequest;
      record: StepRecord;
      /** A liaison is told nothing of what it came from. */
      side: 'office' | 'unit';
      /** Where others have acted since. */
      refuse: (last: StoredStep<RectificationStep>) => void;
    },
  ): Promise<SupervisionReceipt> {
    const open = await lockItem(client, where, params);
    const { id, request, record, refuse } = asked;
    const since = await sinceSeen(client, { kind: 'rectification', id }, asked);
    if (typeof since === 'object') return since.sent;
    if (since === 'others-acted') refuse(open.last);
    const taker =
      asked.side === 'unit'
        ? asked.taker
        : await this.signed(client, { id, taker: asked.taker, forId: asked.forId, step: request.step });
    const step = request.step === 'submit' ? { ...request, files: open.facts.files } : request;
    const receipt = await this.write(client, open, step, taker);
    await record(client, receipt);
    return receipt;
  }

  /** Throws RefusedError('conflict') where one who signs stays away from what it is about. */
  private assertMayAct(
    client: ClientBase,
    id: string,
    step: RectificationStepRequest['step'] | FileStep['step'],
    taker: Taker,
  ): Promise<void> {
    const actions = rectificationMachine.actionsOf(step);
    return assertNeitherStaysAway(client, { kind: 'rectification', id, actions }, taker);
  }

  /** Throws RefusedError where a delegation does not stand, and where one of the two stays away from what it is about. */
  private async signed(
    client: ClientBase,
    { id, step, ...who }: { id: string; taker: Taker; forId: string | undefined; step: RectificationStepRequest['step'] },
  ): Promise<Taker> {
    const signed = await signedBy(
      client,
      { ...who, nowMs: this.parts.countyClock.nowMs() },
      {
        noun: '这项整改',
        actions: rectificationMachine.actionsOf(step),
        sql: RECTIFICATION_SEEN,
        paramsOf: (reach) => [reach.parameter, reach.userId, id],
      },
    );
    await this.assertMayAct(client, id, step, signed);
    return signed;
  }

  /** Throws RefusedError('conflict'), with the reason, for a step that may not be taken. */
  private async write(
    client: ClientBase,
    { item, facts: before, last }: OpenItem,
    step: LaterRectificationStep,
    taker: Taker,
  ): Promise<SupervisionReceipt> {
    const refusal = rectificationMachine.refusalOf(before, step.step, signingOf(taker));
    if (refusal !== null) throw new RefusedError('conflict', refusal);
    const facts = rectificationMachine.after(before, step, signingOf(taker));
    const nowMs = this.parts.countyClock.nowMs();
    const stateAfter = facts.position.state;
    const owner = { kind: 'rectification', id: item.id } as const;
    const written = await appendStep<RectificationStep>(client, owner, { content: step, taker, stateAfter, nowMs }, last);
    const { measures, proof, improvement, recoveredFen } = facts.progress;
    await row(
      client,
      rectificationSchema,
      `UPDATE supervision_rectification r SET state = $2, measures = $3, proof = $4, improvement = $5, recovered_fen = $6, due_day = $7,
         changed_at_ms = $8, steps = $9, head_hash = $10 WHERE r.id = $1 RETURNING ${RECTIFICATION_COLUMNS}`,
      [item.id, stateAfter, measures, proof, improvement, recoveredFen, facts.dueDay, nowMs, written.seq, written.hash],
    );
    return receiptOfStep(item.id, written);
  }
}

export const rectificationSubject = (id: string): FileSubject => ({ kind: 'rectification', id });

/** Throws RefusedError('invalid') where a text that the unit reads names somebody. */
export function assertOpenToUnit(request: RectificationStepRequest, covers: readonly Cover[]): void {
  const asked = { mask: { covers }, cover: 'not-offered' } as const;
  if (request.step === 'reject') openText('退回理由', request.reason, asked);
  if (request.step !== 'progress') return;
  openText('措施', request.measures, asked);
  if (request.proof) openText('情况', request.proof, asked);
  if (request.improvement) openText('制度', request.improvement, asked);
}

async function lockItem(client: ClientBase, where: string, params: readonly unknown[]): Promise<OpenItem> {
  const sql = `SELECT ${RECTIFICATION_COLUMNS} FROM supervision_rectification r WHERE ${where} FOR UPDATE OF r`;
  const item = await maybeRow(client, rectificationSchema, sql, params);
  if (!item) throw new RefusedError('not-found', NO_ITEM);
  const history = await historyOf(client, { kind: 'rectification', id: item.id }, rectificationStepSchema);
  const last = history.at(-1);
  if (!last) throw new Error(`rectification ${item.id} has no history`);
  return { item, facts: rectificationFactsOf(history), last };
}

/** All that its steps have made of an item. Throws Error for a history that does not begin with its registration. */
export function rectificationFactsOf([first, ...later]: readonly StoredStep<RectificationStep>[]): RectificationFacts {
  if (first?.content.step !== 'register') throw new Error('an item begins with its registration');
  const begun = rectificationMachine.begin(first.content, first.takerId);
  return later.reduce((facts, { content, ...step }) => {
    if (content.step === 'register') throw new Error('an item is registered once');
    return rectificationMachine.afterTaken(facts, content, signingOfStep(step));
  }, begun);
}

async function placeOf(
  client: ClientBase,
  reach: Reach,
  { letterId, unitCode, ...asked }: RegisterRectification,
): Promise<{ unitCode: string; townshipCode: string | null }> {
  if (letterId === undefined) {
    const townshipCode = asked.townshipCode ?? null;
    if (!reach.covers(townshipCode))
      throw new RefusedError('invalid', '请选择您管辖范围内的乡镇；全县的整改事项由能看全县的人登记。');
    return { unitCode, townshipCode };
  }
  const { letter } = await lockLetter(client, reach, letterId);
  if (letter.state !== 'answered' && letter.state !== 'accepted' && letter.state !== 'closed')
    throw new RefusedError('conflict', '单位答复以后，才能把问题记入整改台账。');
  const [only, ...others] = letter.townships ?? [];
  const ofLetter = only !== undefined && others.length === 0 ? only : null;
  if (!reach.covers(ofLetter)) throw new RefusedError('invalid', '这份督办函涉及几个乡镇，请由能看全县的人登记。');
  return { unitCode: letter.unitCode, townshipCode: ofLetter };
}
