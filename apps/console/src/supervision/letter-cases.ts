import { Reach, type Actor, type AuditLog, type Delegations } from '@tianyan/access';
import type { Files } from '@tianyan/files';
import { RefusedError } from '@tianyan/kernel';
import {
  letterMachine,
  letterSubject,
  NO_LETTER,
  type LetterDetail as StoredLetter,
  type LetterQueries,
  type Letters,
  type RectificationQueries,
  type StepRecord,
} from '@tianyan/supervision';
import type { z } from 'zod';
import type { DraftLetterRequest, LetterDetail, LetterList, letterListQuerySchema, LetterStepBody } from '../api/index.js';
import { askingOf } from '../delegations/deputy-steps.js';
import { permitted } from './step-permit.js';
import { LETTER_RECORD, stepRecord } from './step-record.js';
import type { SourceCovers } from './source-covers.js';
import { letterAnswer, letterDetailAnswer } from './supervision-answers.js';
import type { SupervisionWording } from './supervision-words.js';

/** Items of the ledger that are shown with their letter; one answer names a few problems. */
const SHOWN_ITEMS = 50;

/** What the commission's people can do with letters to units, within the person's reach: what lies outside answers like what is not there. */
export class LetterCases {
  constructor(
    private readonly parts: {
      letters: Letters;
      letterQueries: LetterQueries;
      rectificationQueries: RectificationQueries;
      covers: SourceCovers;
      files: Pick<Files, 'list'>;
      delegations: Pick<Delegations, 'standingFor'>;
      wording: SupervisionWording;
      audit: AuditLog;
    },
  ) {}

  async list(actor: Actor, query: z.output<typeof letterListQuerySchema>): Promise<LetterList> {
    const words = await this.parts.wording.now();
    const { state, kind, unit, overdue, text, origin, cursor, limit } = query;
    const filter = {
      ...(state && { states: state }),
      ...(kind && { kind }),
      ...(unit && { unitCode: unit }),
      ...(overdue === 'true' && { overdueAtMs: words.nowMs }),
      ...(text && { text }),
      ...(origin && { originIds: [origin] }),
    };
    const page = await this.parts.letterQueries.list(Reach.of(actor), filter, { cursor: cursor ?? null, limit });
    return { items: page.items.map((letter) => letterAnswer(letter, words)), nextCursor: page.nextCursor };
  }

  async get(actor: Actor, id: string): Promise<LetterDetail> {
    const { letterQueries, rectificationQueries, wording, covers } = this.parts;
    const [found, words] = await Promise.all([this.find(actor, id), wording.now()]);
    const files = await this.parts.files.list(letterSubject(id));
    const { items } = await rectificationQueries.list(Reach.of(actor), { letterId: id }, { cursor: null, limit: SHOWN_ITEMS });
    const { delegations } = this.parts;
    const asking = await askingOf(actor, delegations, {
      mayStandIn: (reach, deputyId) => letterQueries.mayStandIn(reach, deputyId, id),
      isRecused: (reach) => letterQueries.isRecused(reach, id),
    });
    const mask = { covers: await covers.ofShown(actor, found.letter.origin) };
    return letterDetailAnswer(found, { items, files }, { words, asking, mask });
  }

  async draft(actor: Actor, { origin, content, cover }: DraftLetterRequest, key: string | null): Promise<LetterDetail> {
    const { letters, covers, wording } = this.parts;
    await wording.assertUnit(content.unitCode);
    const known = await covers.of(actor, origin);
    const asked = { origin, content, cover, covers: known, key };
    const receipt = await letters.draft(Reach.of(actor), actor.user, asked, this.record(actor));
    return this.get(actor, receipt.id);
  }

  async take(actor: Actor, id: string, { revision, step: request, forId }: LetterStepBody): Promise<LetterDetail> {
    const { letters, covers, wording, audit } = this.parts;
    const step = { actions: letterMachine.actionsOf(request.step), object: `letter/${id}/${request.step}`, forId };
    return permitted(audit, actor, step, async () => {
      if (request.step === 'revise') await wording.assertUnit(request.unitCode);
      const { letter } = await this.find(actor, id);
      const known = await covers.of(actor, letter.origin);
      const asked = { letterId: id, revision, request, covers: known, forId };
      await letters.take(Reach.of(actor), actor.user, asked, this.record(actor));
      return this.get(actor, id);
    });
  }

  private async find(actor: Actor, id: string): Promise<StoredLetter> {
    const found = await this.parts.letterQueries.get(Reach.of(actor), id);
    if (!found) throw new RefusedError('not-found', NO_LETTER);
    return found;
  }

  private record(actor: Actor): StepRecord {
    return stepRecord(this.parts.audit, actor, LETTER_RECORD);
  }
}
