import { UnitReach, type Actor, type AuditLog } from '@tianyan/access';
import type { Files } from '@tianyan/files';
import { RefusedError } from '@tianyan/kernel';
import {
  letterSubject,
  NO_ITEM,
  NO_LETTER,
  rectificationSubject,
  type LetterQueries,
  type Letters,
  type RectificationQueries,
  type Rectifications,
} from '@tianyan/supervision';
import type {
  AssignedLetterDetail,
  AssignmentList,
  RectificationDetail,
  UnitLetterStepBody,
  UnitRectificationStepBody,
} from '../api/index.js';
import { askingAlone } from '../delegations/deputy-steps.js';
import { LETTER_RECORD, RECTIFICATION_RECORD, stepRecord } from './step-record.js';
import { assignedLetter, assignedLetterDetail, rectificationAnswer, rectificationDetailAnswer } from './supervision-answers.js';
import type { SupervisionWording } from './supervision-words.js';

/** What a liaison sees and does (交办事项): what was given to the own units, never who complained, nor what it came from. */
export class AssignmentCases {
  constructor(
    private readonly parts: {
      letters: Letters;
      letterQueries: LetterQueries;
      rectifications: Rectifications;
      rectificationQueries: RectificationQueries;
      files: Pick<Files, 'list'>;
      wording: SupervisionWording;
      audit: AuditLog;
    },
  ) {}

  async list(actor: Actor): Promise<AssignmentList> {
    const { letterQueries, rectificationQueries, wording } = this.parts;
    const units = UnitReach.of(actor);
    const [words, letters, items] = await Promise.all([
      wording.now(),
      letterQueries.listOfUnits(units),
      rectificationQueries.listOfUnits(units),
    ]);
    return {
      letters: letters.map((letter) => assignedLetter(letter, words)),
      rectifications: items.map((item) => rectificationAnswer(item, words)),
    };
  }

  async letter(actor: Actor, id: string): Promise<AssignedLetterDetail> {
    const [found, words] = await Promise.all([
      this.parts.letterQueries.getOfUnits(UnitReach.of(actor), id),
      this.parts.wording.now(),
    ]);
    if (!found) throw new RefusedError('not-found', NO_LETTER);
    const files = await this.parts.files.list(letterSubject(id));
    return assignedLetterDetail(found, files, { words, asking: askingAlone(actor) });
  }

  async takeLetterStep(actor: Actor, id: string, { revision, step }: UnitLetterStepBody): Promise<AssignedLetterDetail> {
    const asked = { letterId: id, revision, request: step };
    const record = stepRecord(this.parts.audit, actor, LETTER_RECORD);
    await this.parts.letters.takeForUnit(UnitReach.of(actor), actor.user, asked, record);
    return this.letter(actor, id);
  }

  async rectification(actor: Actor, id: string): Promise<RectificationDetail> {
    const [found, words] = await Promise.all([
      this.parts.rectificationQueries.getOfUnits(UnitReach.of(actor), id),
      this.parts.wording.now(),
    ]);
    if (!found) throw new RefusedError('not-found', NO_ITEM);
    const files = await this.parts.files.list(rectificationSubject(id));
    return rectificationDetailAnswer(found, files, { words, asking: askingAlone(actor), side: 'unit' });
  }

  async takeRectificationStep(
    actor: Actor,
    id: string,
    { revision, step }: UnitRectificationStepBody,
  ): Promise<RectificationDetail> {
    const asked = { id, revision, request: step };
    const record = stepRecord(this.parts.audit, actor, RECTIFICATION_RECORD);
    await this.parts.rectifications.takeForUnit(UnitReach.of(actor), actor.user, asked, record);
    return this.rectification(actor, id);
  }
}
