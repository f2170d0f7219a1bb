import {
  isAllowed,
  Reach,
  requireAction,
  UnitReach,
  type Actor,
  type AuditLog,
  type Cover,
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
import { circularAnswer, circularDetailAnswer } from './circular-answers.js';
import { noteCircularStep } from './circular-audit.js';
import type { SourceCovers } from './source-covers.js';
import type { SupervisionWording } from './supervision-words.js';

export interface CircularCaseParts {
  circulars: Circulars;
  circularQueries: CircularQueries;
  improvementWrites: Improvements;
  letterQueries: LetterQueries;
  covers: SourceCovers;
  users: Pick<UserStore, 'list'>;
  files: Pick<Files, 'listOf'>;
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
    const { files, wording } = this.parts;
    const [found, words] = await Promise.all([this.find(actor, id), wording.now()]);
    const improvements = found.improvements.map(({ item }) => item.id);
    return circularDetailAnswer(found, {
      words,
      asking: { role: actor.user.role, userId: actor.user.id },
      // What was looked through when it was written is only read here: an order that has moved out of reach hides no circular.
      mask: { covers: await this.coversOf(actor, found.origins, (origin) => this.parts.covers.ofShown(actor, origin)) },
      files: await files.listOf('improvement', improvements),
      expected: await this.expectedReaders(found),
    });
  }

  async draft(actor: Actor, { origins, correctsId, content }: DraftCircularRequest): Promise<CircularDetail> {
    const { circulars, wording } = this.parts;
    for (const code of content.unitCodes) await wording.assertUnit(code);
    const covers = await this.coversOf(actor, origins);
    const receipt = await circulars.draft(Reach.of(actor), actor.user, { origins, correctsId, content, covers });
    await noteCircularStep(this.parts.audit, actor, { kind: 'circular', id: receipt.id }, receipt);
    return this.get(actor, receipt.id);
  }

  async take(actor: Actor, id: string, { revision, step: request }: CircularStepBody): Promise<CircularDetail> {
    const { circulars, wording } = this.parts;
    await this.assertMay(actor, circularMachine.actionsOf(request.step), `circular/${id}/${request.step}`);
    if (request.step === 'revise') for (const code of request.unitCodes) await wording.assertUnit(code);
    const covers = await this.coversOfCircular(actor, id);
    const receipt = await circulars.take(Reach.of(actor), actor.user, { circularId: id, revision, request, covers });
    await noteCircularStep(this.parts.audit, actor, { kind: 'circular', id }, receipt);
    return this.get(actor, id);
  }

  /** Checks what a unit reported. */
  async takeImprovementStep(actor: Actor, id: string, { revision, step: request }: ImprovementStepBody): Promise<CircularDetail> {
    const { circularQueries, improvementWrites } = this.parts;
    await this.assertMay(actor, improvementMachine.actionsOf(request.step), `improvement/${id}/${request.step}`);
    const circularId = await circularQueries.circularOf(Reach.of(actor), id);
    const covers = await this.coversOfCircular(actor, circularId);
    const receipt = await improvementWrites.take(Reach.of(actor), actor.user, { id, revision, request, covers });
    await noteCircularStep(this.parts.audit, actor, { kind: 'improvement', id }, receipt);
    return this.get(actor, circularId);
  }

  private async find(actor: Actor, id: string): Promise<OfficeCircularDetail> {
    const found = await this.parts.circularQueries.get(Reach.of(actor), id);
    if (!found) throw new RefusedError('not-found', NO_CIRCULAR);
    return found;
  }

  private async assertMay(actor: Actor, actions: ReturnType<typeof circularMachine.actionsOf>, object: string): Promise<void> {
    const action = actions.find((one) => isAllowed(actor.user.role, one)) ?? actions[0];
    await requireAction(this.parts.audit, actor, action, object);
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
