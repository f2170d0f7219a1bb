import {
  isAllowed,
  Reach,
  UnitReach,
  type Actor,
  type AuditLog,
  type Cover,
  type Delegations,
  type UserStore,
} from '@tianyan/access';
import type { Files } from '@tianyan/files';
import { RefusedError } from '@tianyan/kernel';
import {
  circularMachine,
  improvementMachine,
  NO_CIRCULAR,
  type CircularQueries,
  type Circulars,
  type Improvements,
  type LetterQueries,
  type OfficeCircularDetail,
} from '@tianyan/supervision';
import type { z } from 'zod';
import type { LetterOrigin } from '../api/index.js';
import type {
  CircularDetail,
  CircularList,
  circularListQuerySchema,
  CircularOrigin,
  CircularStepBody,
  DraftCircularRequest,
  ImprovementStepBody,
} from '../api/circulars.js';
import { askingOf } from '../delegations/deputy-steps.js';
import { circularAnswer, circularDetailAnswer } from './circular-answers.js';
import type { SourceCovers } from './source-covers.js';
import { permitted } from './step-permit.js';
import { CIRCULAR_RECORD, closingRecords, IMPROVEMENT_RECORD, stepRecord } from './step-record.js';
import type { SupervisionWording } from './supervision-words.js';

export interface CircularCaseParts {
  circulars: Circulars;
  circularQueries: CircularQueries;
  improvementWrites: Improvements;
  letterQueries: LetterQueries;
  covers: SourceCovers;
  users: Pick<UserStore, 'list'>;
  files: Pick<Files, 'listOf'>;
  delegations: Pick<Delegations, 'standingFor'>;
  wording: SupervisionWording;
  audit: AuditLog;
}

/** What the commission's people can do with circulars (通报), within the person's reach: what lies outside answers like what is not there. */
export class CircularCases {
  constructor(private readonly parts: CircularCaseParts) {}

  async list(actor: Actor, query: z.output<typeof circularListQuerySchema>): Promise<CircularList> {
    const words = await this.parts.wording.now();
    const { state, unit, township, overdue, text, origin, cursor, limit } = query;
    const filter = {
      ...(state && { states: state }),
      ...(unit && { unitCode: unit }),
      ...(township && { townshipCode: township }),
      ...(overdue === 'true' && { overdueAtMs: words.nowMs }),
      ...(text && { text }),
      ...(origin && { originIds: [origin] }),
    };
    const page = await this.parts.circularQueries.list(Reach.of(actor), filter, { cursor: cursor ?? null, limit });
    return { items: page.items.map((circular) => circularAnswer(circular, words)), nextCursor: page.nextCursor };
  }

  async get(actor: Actor, id: string): Promise<CircularDetail> {
    const { files, wording, delegations, circularQueries } = this.parts;
    const [found, words] = await Promise.all([this.find(actor, id), wording.now()]);
    const improvements = found.improvements.map(({ item }) => item.id);
    return circularDetailAnswer(found, {
      words,
      asking: await askingOf(actor, delegations, {
        mayStandIn: (reach, deputyId) => circularQueries.mayStandIn(reach, deputyId, id),
        isRecused: (reach) => circularQueries.isRecused(reach, id),
      }),
      // What was looked through when it was written is only read here: an order that has moved out of reach hides no circular.
      mask: { covers: await this.coversOf(actor, found.origins, (origin) => this.parts.covers.ofShown(actor, origin)) },
      files: await files.listOf('improvement', improvements),
      expected: await this.expectedReaders(found),
    });
  }

  async draft(actor: Actor, { origins, correctsId, content }: DraftCircularRequest, key: string | null): Promise<CircularDetail> {
    const { circulars, wording, audit } = this.parts;
    for (const code of content.unitCodes) await wording.assertUnit(code);
    const covers = await this.coversOf(actor, origins);
    const record = stepRecord(audit, actor, CIRCULAR_RECORD);
    const asked = { origins, correctsId, content, covers, key };
    const receipt = await circulars.draft(Reach.of(actor), actor.user, asked, record);
    return this.get(actor, receipt.id);
  }

  async take(actor: Actor, id: string, { revision, step: request, forId }: CircularStepBody): Promise<CircularDetail> {
    const { circulars, wording, audit } = this.parts;
    const step = { actions: circularMachine.actionsOf(request.step), object: `circular/${id}/${request.step}`, forId };
    return permitted(audit, actor, step, async () => {
      if (request.step === 'revise') for (const code of request.unitCodes) await wording.assertUnit(code);
      const covers = await this.coversOfCircular(actor, id);
      const asked = { circularId: id, revision, request, covers, forId };
      await circulars.take(Reach.of(actor), actor.user, asked, closingRecords(audit, actor, CIRCULAR_RECORD));
      return this.get(actor, id);
    });
  }

  /** Checks what a unit reported. */
  async takeImprovementStep(actor: Actor, id: string, body: ImprovementStepBody): Promise<CircularDetail> {
    const { revision, step: request, forId } = body;
    const { circularQueries, improvementWrites, audit } = this.parts;
    const step = { actions: improvementMachine.actionsOf(request.step), object: `improvement/${id}/${request.step}`, forId };
    return permitted(audit, actor, step, async () => {
      const circularId = await circularQueries.circularOf(Reach.of(actor), id);
      const covers = await this.coversOfCircular(actor, circularId);
      const asked = { id, revision, request, covers, forId };
      await improvementWrites.take(Reach.of(actor), actor.user, asked, closingRecords(audit, actor, IMPROVEMENT_RECORD));
      return this.get(actor, circularId);
    });
  }

  private async find(actor: Actor, id: string): Promise<OfficeCircularDetail> {
    const found = await this.parts.circularQueries.get(Reach.of(actor), id);
    if (!found) throw new RefusedError('not-found', NO_CIRCULAR);
    return found;
  }

  private async coversOfCircular(actor: Actor, id: string): Promise<readonly Cover[]> {
    const origins = await this.parts.circularQueries.allOrigins(Reach.of(actor), id);
    if (origins === null) throw new RefusedError('not-found', NO_CIRCULAR);
    return this.coversOf(actor, origins);
  }

  /** Of all that it was drafted from; of a letter what that was drafted from. The longest first. */
  private async coversOf(
    actor: Actor,
    origins: readonly CircularOrigin[],
    of: (origin: LetterOrigin) => Promise<readonly Cover[]> = (origin) => this.parts.covers.of(actor, origin),
  ): Promise<readonly Cover[]> {
    const { letterQueries } = this.parts;
    const known: Cover[] = [];
    for (const { kind, id } of origins) {
      const origin = kind === 'letter' ? (await letterQueries.get(Reach.of(actor), id))?.letter.origin : { kind, id };
      if (origin) known.push(...(await of(origin)));
    }
    return known.toSorted(([a], [b]) => b.length - a.length);
  }

  /** To how many units it was sent: those named, or all that somebody answers for. */
  private async expectedReaders({ circular }: OfficeCircularDetail): Promise<number> {
    if (circular.audience === 'named') return circular.unitCodes.length;
    const users = await this.parts.users.list();
    const liaisons = users.filter(({ role }) => isAllowed(role, 'answer-for-unit'));
    return new Set(liaisons.flatMap((user) => UnitReach.of({ user }).unitCodes)).size;
  }
}
