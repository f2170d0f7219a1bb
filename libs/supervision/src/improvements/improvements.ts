import type { Cover, Reach, Signing, UnitReach, User } from '@tianyan/access';
import { tellAgain } from '@tianyan/cases';
import type { FileSubject } from '@tianyan/files';
import { RefusedError } from '@tianyan/kernel';
import { execute, inTransaction, maybeRow, row, type ClientBase } from '@tianyan/postgres';
import { z } from 'zod';
import {
  IMPROVEMENT_STEP_LABELS,
  type ImprovementContent,
  type ImprovementStepRequest,
  type ReportImprovement,
  type UnitImprovementStepRequest,
} from '../api/circular-words.js';
import { CIRCULARS, CIRCULARS_OF_UNITS } from '../circulars/circular-deadlines.js';
import { circularMachine, refusalOfUnit } from '../circulars/circular-facts.js';
import { hearersOf } from '../circulars/circular-hearers.js';
import { circularHandlers, circularNotice, circularUnitNotice, liaisonsOfUnits } from '../circulars/circular-notices.js';
import {
  askedOfCircular,
  closeIfDone,
  lockCircular,
  lockCircularOfUnits,
  type CircularContext,
  type OpenCircular,
} from '../circulars/circular-writes.js';
import type { CircularParts } from '../circulars/circulars.js';
import { signedBy } from '../in-place.js';
import { openText } from '../open-text.js';
import type { Proof } from '../proof/proof-files.js';
import { assertNeitherStaysAway } from '../stays-away.js';
import { recordClosing, UNRECORDED, UNRECORDED_CLOSING, type ClosingRecords, type StepRecord } from '../sent-before.js';
import {
  appendStep,
  assertSeenLast,
  assertUnitSeenLast,
  historyOf,
  receiptOfStep,
  signingOf,
  type ClosingReceipt,
  type StoredStep,
  type SupervisionReceipt,
  type Taker,
} from '../step-history.js';
import type { Refusal } from '../step-machine.js';
import { assertIssued, assertNew } from './improvement-documents.js';
import {
  improvementFactsOf,
  improvementMachine,
  improvementStepSchema,
  refusalOfFiles,
  type ImprovementFacts,
  type ImprovementStep,
  type LaterImprovementStep,
} from './improvement-facts.js';
import {
  IMPROVEMENT_COLUMNS,
  improvementSchema,
  isImprovementOfUnits,
  isImprovementSeen,
  type Improvement,
} from './improvement-rows.js';

export const NO_IMPROVEMENT = '没有这项制度，可能链接有误，请回到通报页面重新打开。';
/** Of one unit to one circular: more is a collection, and is reported as one. */
const MAX_UNIT_IMPROVEMENTS = 100;

interface OpenImprovement {
  item: Improvement;
  facts: ImprovementFacts;
  last: StoredStep<ImprovementStep>;
}

const placeSchema = z.object({ circular_id: z.string() });
const countSchema = z.object({ count: z.int() });

export const improvementSubject = (id: string): FileSubject => ({ kind: 'improvement', id });

/** What units build and improve after a circular (建章立制): reported by their liaisons, checked and counted by the commission's people. */
export class Improvements {
  constructor(private readonly parts: CircularParts) {}

  /**
   * Throws RefusedError: `not-found`, also for what was sent to others; `conflict` where nothing is to be reported, or the same document was reported
   * already.
   */
  async report(
    units: UnitReach,
    taker: Taker,
    { circularId, asked }: { circularId: string; asked: ReportImprovement },
    record: StepRecord = UNRECORDED,
  ): Promise<SupervisionReceipt> {
    return inTransaction(this.parts.pool, async (client) => {
      const open = await lockCircularOfUnits(client, units, circularId);
      await assertMayReport(client, open, { unitCode: asked.unitCode, units });
      assertIssued(asked, this.parts.countyClock.nowMs());
      await assertNew(client, asked, { unitCode: asked.unitCode, id: null });
      const id = this.parts.ids.next();
      const nowMs = this.parts.countyClock.nowMs();
      const { unitCode, name, documentNumber, documentDay, kind } = asked;
      const content = { step: 'report', circularId, ...asked } as const;
      const owner = { kind: 'improvement', id } as const;
      const written = await appendStep(client, owner, { content, taker, stateAfter: 'reported', nowMs }, null);
      await execute(
        client,
        `INSERT INTO supervision_improvement (id, circular_id, unit_code, name, document_number, document_day, kind, state, reported_at_ms, changed_at_ms, steps, head_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'reported', $8, $8, 1, $9)`,
        [id, circularId, unitCode, name, documentNumber, documentDay, kind, nowMs, written.hash],
      );
      const receipt = receiptOfStep(id, written);
      await record(client, receipt);
      return receipt;
    });
  }

  /**
   * A step of the commission's people. Throws RefusedError: `not-found`, also for what is out of reach; `conflict` where somebody was quicker, or the
   * step may not be taken; `invalid` where the unit would read personal data.
   */
  async take(
    reach: Reach,
    taker: Taker,
    asked: {
      id: string;
      revision: number;
      request: ImprovementStepRequest;
      covers: readonly Cover[];
      forId?: string | undefined;
    },
    records: ClosingRecords = UNRECORDED_CLOSING,
  ): Promise<ClosingReceipt> {
    const { id, request, covers } = asked;
    if (request.step === 'send-back') openText('退回理由', request.reason, { mask: { covers }, cover: 'not-offered' });
    const where = `i.id = $2 AND ${isImprovementSeen('$1', '$3')}`;
    const params = [reach.parameter, id, reach.userId];
    // Before the transaction: who asks for a second connection while holding one waits for those who wait for its locks.
    const accounts = await this.parts.users.list();
    return inTransaction(this.parts.pool, async (client) => {
      // The circular first, as everybody does: two who wait for each other would wait for ever.
      const circular = await lockCircular(client, reach, await circularOf(client, where, params));
      const open = await lockImprovement(client, where, params);
      assertSeen(open, asked.revision);
      const step = request.step === 'count' ? { ...request, files: open.facts.files } : request;
      const signed = await this.signed(client, circular, { taker, forId: asked.forId, step: request.step });
      const receipt = await this.write(client, open, { step, taker: signed, circular });
      if (request.step === 'send-back') {
        await this.tellUnit(client, { circular, accounts }, { ...open.item, revision: receipt.seq });
        // After the date the unit is late from now on, whoever was late before: those have been told of this step of the circular, and are not told again.
        for (const told of [CIRCULARS, CIRCULARS_OF_UNITS]) await tellAgain(client, told, circular.circular.id, 'overdue');
      }
      return recordClosing(client, receipt, records);
    });
  }

  /**
   * Throws RefusedError where a delegation does not stand, where one of the two stays away from what it is about, and for the deputy who wrote the
   * circular: what is checked last closes it.
   */
  private async signed(
    client: ClientBase,
    { circular, facts }: OpenCircular,
    { step, ...who }: { taker: Taker; forId: string | undefined; step: ImprovementStepRequest['step'] },
  ): Promise<Taker> {
    const { nowMs } = this.context();
    const thing = askedOfCircular(circular.id, '这项制度', improvementMachine.actionsOf(step));
    const signed = await signedBy(client, { ...who, nowMs }, thing);
    const actions = improvementMachine.actionsOf(step);
    await assertNeitherStaysAway(client, { kind: 'circular', id: circular.id, actions }, signed);
    if (signed.standsFor && circularMachine.isInHandsOf(facts, signed.id))
      throw new RefusedError('conflict', '这份通报由您拟稿，报送的制度您不能代办核对，须由本人或另一人办理。');
    return signed;
  }

  /** A step of the unit. Throws like {@link take}; what is another unit's is not there. */
  async takeForUnit(
    units: UnitReach,
    taker: Taker,
    asked: { id: string; revision: number; request: UnitImprovementStepRequest },
    records: ClosingRecords = UNRECORDED_CLOSING,
  ): Promise<ClosingReceipt> {
    const { id, request } = asked;
    const where = `i.id = $2 AND ${isImprovementOfUnits('$1')}`;
    const params = [units.unitCodes, id];
    // Before the transaction, as in `take`.
    const accounts = await this.parts.users.list();
    return inTransaction(this.parts.pool, async (client) => {
      const circular = await lockCircularOfUnits(client, units, await circularOf(client, where, params));
      const open = await lockImprovement(client, where, params);
      assertUnitSeenLast(open.last, asked.revision, '这项制度');
      if (request.step === 'resubmit') {
        assertIssued(request, this.parts.countyClock.nowMs());
        await assertMayResubmit(client, { circular, open, request });
      }
      if (request.step === 'drop') await assertMayDrop(client, circular, open.item);
      const receipt = await this.write(client, open, { step: request, taker, circular });
      if (request.step === 'resubmit')
        await this.tellHandlers(client, { circular, accounts }, { ...open.item, revision: receipt.seq });
      return recordClosing(client, receipt, records);
    });
  }

  /** The document itself, handed in by the unit. */
  proofOfUnit(units: UnitReach, by: Proof['by'], id: string): Proof {
    return this.proofOf(id, by, {
      where: `i.id = $2 AND ${isImprovementOfUnits('$1')}`,
      params: [units.unitCodes, id],
      lockOwner: (client, circularId) => lockCircularOfUnits(client, units, circularId),
    });
  }

  /** The same, as the commission's people see it. */
  proof(reach: Reach, by: Proof['by'], id: string): Proof {
    return this.proofOf(id, by, {
      where: `i.id = $2 AND ${isImprovementSeen('$1', '$3')}`,
      params: [reach.parameter, id, reach.userId],
      lockOwner: (client, circularId) => lockCircular(client, reach, circularId),
    });
  }

  private proofOf(
    id: string,
    by: Proof['by'],
    how: {
      where: string;
      params: readonly unknown[];
      lockOwner: (client: ClientBase, circularId: string) => Promise<OpenCircular>;
    },
  ): Proof {
    const { where, params, lockOwner } = how;
    return {
      subject: improvementSubject(id),
      by,
      lock: async (client) => {
        const circular = await lockOwner(client, await circularOf(client, where, params));
        const open = await lockImprovement(client, where, params);
        return {
          refusalOf: (kind) => refusalOfStep(open, { kind, circular, signing: { userId: by.id } }),
          take: (step) => this.write(client, open, { step, taker: by, circular }),
        };
      },
    };
  }

  private async write(
    client: ClientBase,
    open: OpenImprovement,
    { step, taker, circular }: { step: LaterImprovementStep; taker: Taker; circular: OpenCircular },
  ): Promise<ClosingReceipt> {
    const { item, facts: before, last } = open;
    const refusal = refusalOfStep(open, { kind: step.step, circular, signing: signingOf(taker) });
    if (refusal !== null) throw new RefusedError('conflict', refusal);
    const facts = improvementMachine.after(before, step, signingOf(taker));
    const context = this.context();
    const { nowMs } = context;
    const owner = { kind: 'improvement', id: item.id } as const;
    const written = await appendStep<ImprovementStep>(
      client,
      owner,
      { content: step, taker, stateAfter: facts.state, nowMs },
      last,
    );
    const { name, documentNumber, documentDay, kind } = facts.content;
    await row(
      client,
      improvementSchema,
      `UPDATE supervision_improvement i SET name = $2, document_number = $3, document_day = $4, kind = $5, state = $6, changed_at_ms = $7,
         counted_at_ms = CASE WHEN $6 = 'counted' THEN $7::bigint END, steps = $8, head_hash = $9 WHERE i.id = $1 RETURNING ${IMPROVEMENT_COLUMNS}`,
      [item.id, name, documentNumber, documentDay, kind, facts.state, nowMs, written.seq, written.hash],
    );
    const closed = await closeIfDone(client, circular, { taker, context });
    return { ...receiptOfStep(item.id, written), closed };
  }

  /** A unit that has said before that it reported all says nothing more: of what it mended nobody would hear. */
  private async tellHandlers(
    client: ClientBase,
    { circular: { circular }, accounts }: { circular: OpenCircular; accounts: readonly User[] },
    { id, revision }: Improvement,
  ): Promise<void> {
    const { nowMs } = this.context();
    const told = await hearersOf(client, { circular, accounts, nowMs }, circularHandlers);
    const notice = circularNotice('circular-resubmitted', circular);
    // Of one item of the circular, and of each time that it is mended.
    const ofItem = { ...notice, subject: { kind: 'circular', id }, round: revision, occurredAtMs: nowMs } as const;
    await this.parts.outbox.enqueue(client, ofItem, told);
  }

  private async tellUnit(
    client: ClientBase,
    { circular, accounts }: { circular: OpenCircular; accounts: readonly User[] },
    { id, unitCode, revision }: Improvement,
  ): Promise<void> {
    const notice = circularUnitNotice('assignment-sent-back', circular.circular);
    // Of one item of the circular, and of each time that it is sent back.
    const ofItem = { ...notice, subject: { kind: 'assignment', id }, round: revision } as const;
    await this.parts.outbox.enqueue(client, ofItem, liaisonsOfUnits([unitCode], accounts));
  }

  private context(): CircularContext {
    return { nowMs: this.parts.countyClock.nowMs(), calendar: this.parts.calendar };
  }
}

/** Why the step may not be taken there, as things stand; null: may. */
function refusalOfStep(
  { item, facts }: OpenImprovement,
  { kind, circular, signing }: { kind: LaterImprovementStep['step']; circular: OpenCircular; signing: Signing },
): Refusal {
  // What hangs on a circular that is over is taken back, so that the same document can be reported to the one that put it right.
  const ofCircular = kind === 'drop' ? null : refusalOfCircular(circular);
  const isOfFile = kind === 'attach' || kind === 'withdraw-file';
  const ofFiles = isOfFile ? refusalOfFiles(facts, circular.facts.finished.includes(item.unitCode)) : null;
  return ofCircular ?? ofFiles ?? improvementMachine.refusalOf(facts, kind, signing);
}

function refusalOfCircular({ facts }: Pick<OpenCircular, 'facts'>): string | null {
  return facts.state === 'issued' ? null : '这份通报已经办结或撤回，报送的制度不再变动。';
}

async function assertMayReport(
  client: ClientBase,
  { circular, facts }: OpenCircular,
  { unitCode, units }: { unitCode: string; units: UnitReach },
): Promise<void> {
  if (!units.covers(unitCode)) throw new RefusedError('conflict', '只能为您负责的单位报送。');
  const nothing = facts.content.reportWorkingDays === undefined ? '这份通报不要求报送建章立制。' : null;
  const refusal = refusalOfCircular({ facts }) ?? nothing ?? refusalOfUnit(facts, unitCode);
  if (refusal !== null) throw new RefusedError('conflict', refusal);
  const sql = 'SELECT count(*)::int AS count FROM supervision_improvement WHERE circular_id = $1 AND unit_code = $2';
  const { count } = await row(client, countSchema, sql, [circular.id, unitCode]);
  if (count >= MAX_UNIT_IMPROVEMENTS)
    throw new RefusedError('too-many', `一个单位对一份通报最多报送 ${MAX_UNIT_IMPROVEMENTS} 项制度。`);
}

/**
 * Without anything that is reported the unit would be done with nothing: that it need not report is said by those who manage it alone.
 * Throws RefusedError('conflict').
 */
async function assertMayDrop(
  client: ClientBase,
  { circular, facts }: OpenCircular,
  { id, unitCode }: Improvement,
): Promise<void> {
  if (facts.state !== 'issued' || !facts.finished.includes(unitCode) || facts.excused.includes(unitCode)) return;
  const sql = `SELECT count(*)::int AS count FROM supervision_improvement WHERE circular_id = $1 AND unit_code = $2 AND state <> 'dropped' AND id <> $3`;
  const { count } = await row(client, countSchema, sql, [circular.id, unitCode, id]);
  if (count > 0) return;
  throw new RefusedError(
    'conflict',
    '本单位已经报送完毕，这是仅有的一项，不能撤销。请补正重报；确实没有的，请联系县纪委监委免予报送。',
  );
}

/** Throws RefusedError('conflict') for what was reported before, and for what nothing proves and nothing could be handed in for any more. */
async function assertMayResubmit(
  client: ClientBase,
  of: { circular: OpenCircular; open: OpenImprovement; request: ImprovementContent },
): Promise<void> {
  const { circular, open, request } = of;
  const { id, unitCode } = open.item;
  await assertNew(client, request, { unitCode, id });
  if (open.facts.state === 'sent-back' && open.facts.files.length === 0 && circular.facts.finished.includes(unitCode))
    throw new RefusedError('conflict', '这项制度还没有佐证附件。重报以后不能再增加，请先上传。');
}

function assertSeen({ last }: OpenImprovement, revision: number): void {
  assertSeenLast(last, revision, { number: '这项制度', stepLabel: IMPROVEMENT_STEP_LABELS[last.content.step] });
}

async function circularOf(client: ClientBase, where: string, params: readonly unknown[]): Promise<string> {
  const found = await maybeRow(client, placeSchema, `SELECT i.circular_id FROM supervision_improvement i WHERE ${where}`, params);
  if (!found) throw new RefusedError('not-found', NO_IMPROVEMENT);
  return found.circular_id;
}

async function lockImprovement(client: ClientBase, where: string, params: readonly unknown[]): Promise<OpenImprovement> {
  const sql = `SELECT ${IMPROVEMENT_COLUMNS} FROM supervision_improvement i WHERE ${where} FOR UPDATE OF i`;
  const item = await maybeRow(client, improvementSchema, sql, params);
  if (!item) throw new RefusedError('not-found', NO_IMPROVEMENT);
  const history = await historyOf(client, { kind: 'improvement', id: item.id }, improvementStepSchema);
  const last = history.at(-1);
  if (!last) throw new Error(`improvement ${item.id} has no history`);
  return { item, facts: improvementFactsOf(history), last };
}
