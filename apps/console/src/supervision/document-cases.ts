import type { Actor, AuditLog } from '@tianyan/access';
import type { WordData } from '@tianyan/dossier';
import { chinaDayOf, type Clock, type EpochMs } from '@tianyan/kernel';
import { LETTER_KIND_LABELS, type DocumentRequest, type LetterDetail } from '../api/index.js';
import type { CircularDetail } from '../api/circulars.js';
import { documentFile } from '../dossier/document-file.js';
import type { MadeFile } from '../http/made-file.js';
import type { CircularCases } from './circular-cases.js';
import type { LetterCases } from './letter-cases.js';
import { OFFICE } from './supervision-answers.js';

/** Letters and circulars on paper, as the person sees them on the page; each on record, with its reason. */
export class DocumentCases {
  constructor(
    private readonly parts: {
      letterCases: Pick<LetterCases, 'get'>;
      circularCases: Pick<CircularCases, 'get'>;
      audit: AuditLog;
      machineClock: Clock;
      /** Of the county's own templates. */
      templatesFolder: string | null;
    },
  ) {}

  async letter(actor: Actor, id: string, request: DocumentRequest): Promise<MadeFile> {
    const letter = await this.parts.letterCases.get(actor, id);
    const name = letter.number ?? `${LETTER_KIND_LABELS[letter.kind]}拟稿`;
    return this.made(actor, request, {
      template: 'letter.docx',
      words: letterWords(letter),
      name,
      object: `letter/${id}/document`,
    });
  }

  async circular(actor: Actor, id: string, request: DocumentRequest): Promise<MadeFile> {
    const circular = await this.parts.circularCases.get(actor, id);
    const name = circular.number ?? '通报拟稿';
    const words = circularWords(circular);
    return this.made(actor, request, { template: 'circular.docx', words, name, object: `circular/${id}/document` });
  }

  private async made(
    actor: Actor,
    { reason, format }: DocumentRequest,
    { object, ...of }: { template: 'letter.docx' | 'circular.docx'; words: WordData; name: string; object: string },
  ): Promise<MadeFile> {
    const { audit, machineClock, templatesFolder } = this.parts;
    // The unit gets this paper: who took it out, and why, stands on record alone.
    const file = await documentFile({ ...of, format }, { templatesFolder, nowMs: machineClock.nowMs() });
    // On record before anybody has it.
    await audit.record(actor, { action: 'export-document', object, reason });
    return file;
  }
}

const NOT_ISSUED = '（拟稿，未签发）';

/** What the template `letter.docx` can name; the operating guide lists it. */
function letterWords(letter: LetterDetail): WordData {
  return {
    kind: LETTER_KIND_LABELS[letter.kind],
    number: letter.number ?? NOT_ISSUED,
    title: letter.title,
    unit: letter.unitName,
    ...textWords(letter),
    replyWorkingDays: String(letter.replyWorkingDays),
  };
}

/** What the template `circular.docx` can name; the operating guide lists it. */
function circularWords(circular: CircularDetail): WordData {
  const { number, title, audience, unitNames, firstUnitName, reportWorkingDays } = circular;
  const units = unitNames.join('、');
  return {
    number: number ?? NOT_ISSUED,
    title,
    recipients: audience === 'county' ? '全县各单位' : units,
    units,
    firstUnit: firstUnitName ?? '',
    hasFirstUnit: firstUnitName !== null,
    reportWorkingDays: reportWorkingDays === null ? '' : String(reportWorkingDays),
    hasReport: reportWorkingDays !== null,
    ...textWords(circular),
  };
}

function textWords({ text, issuedAtMs }: { text: string; issuedAtMs: EpochMs | null }) {
  return {
    paragraphs: text.split(/\n+/).map((paragraph) => ({ text: paragraph.trim() })),
    office: OFFICE,
    issuedOn: issuedAtMs === null ? NOT_ISSUED : dayInWords(issuedAtMs),
  };
}

/** As an official document has it (GB/T 9704): no noughts in front. */
function dayInWords(atMs: EpochMs): string {
  const [year, month, day] = chinaDayOf(atMs).split('-').map(Number);
  return `${year}年${month}月${day}日`;
}
