import {
  MAX_REVEALS_PER_DAY,
  maskText,
  Reach,
  requireAction,
  type Actor,
  type AuditEntry,
  type AuditLog,
  type Reveal,
  type Reveals,
} from '@tianyan/access';
import type { ClueDetail as StoredClue, ClueQueries } from '@tianyan/cases';
import {
  fillTemplate,
  printPdf,
  readTemplate,
  sealBundle,
  type BundleAbout,
  type BundleEntry,
  type SealKey,
} from '@tianyan/dossier';
import type { Files } from '@tianyan/files';
import type { FindingQueries, RuleSets } from '@tianyan/findings';
import { RefusedError, type Clock } from '@tianyan/kernel';
import type { ClueDetail, DossierKey, DossierRequest, FindingDetail, RawEvidence } from '../api/index.js';
import { maskOf, personAnswer } from '../clues/clue-answers.js';
import type { ClueCases } from '../clues/clue-cases.js';
import type { FindingCases } from '../findings/finding-cases.js';
import { BUNDLE_TYPE, type MadeFile } from '../http/made-file.js';
import { dossierEntries, type DossierContent, type DossierFinding } from './dossier-entries.js';
import { attachmentOf, filesOfDossier } from './dossier-files.js';
import { dossierWords } from './dossier-words.js';
import { spooled } from './spooled-file.js';

/** Raw records of one dossier: each is read, covered and put on record by itself. */
export const MAX_DOSSIER_RECORDS = 500;
/** Entries of the audit log: the newest; who looked at a clue for years does not make its dossier unreadable. */
const MAX_DOSSIER_AUDIT = 2_000;

/** At once in one process: each takes up to some hundred megabytes of memory and of a temporary place. */
const MAX_DOSSIERS_AT_ONCE = 2;

interface Gathered {
  content: DossierContent;
  /** Every look at a record or at people that the dossier is. */
  looks: readonly Reveal[];
}

/**
 * What is known of a clue, as one sealed archive, for whoever may read the clue and take files out. Files that were handed in stand in it where it is
 * uncovered, since a picture cannot be covered; else they are named. Letters and what is put right after them are not in it.
 */
export class DossierCases {
  private making = 0;

  constructor(
    private readonly parts: {
      clues: ClueCases;
      clueQueries: ClueQueries;
      findings: FindingCases;
      findingQueries: FindingQueries;
      sets: RuleSets;
      files: Files;
      audit: AuditLog;
      reveals: Reveals;
      machineClock: Clock;
      /** Made at the first use. */
      sealKey: () => SealKey;
      /** Of the county's own templates. */
      templatesFolder: string | null;
    },
  ) {}

  key(): DossierKey {
    const { publicKey, fingerprint } = this.parts.sealKey();
    return { publicKey, fingerprint };
  }

  /**
   * Whatever may refuse is asked before looks at personal data are counted: a dossier that is not made has used up nothing, and nobody has seen anything
   * of it. Throws RefusedError: `not-found`, also for what is out of reach; like Reveals where personal data is asked for; `too-large`; `too-many` while
   * others are made.
   */
  async make(actor: Actor, id: string, request: DossierRequest): Promise<MadeFile> {
    if (this.making >= MAX_DOSSIERS_AT_ONCE) throw new RefusedError('too-many', '正在生成别的卷宗，请过一两分钟再导出。');
    this.making += 1;
    try {
      return await this.made(actor, id, request);
    } finally {
      this.making -= 1;
    }
  }

  private async made(actor: Actor, id: string, request: DossierRequest): Promise<MadeFile> {
    const { audit, files, templatesFolder } = this.parts;
    if (request.uncovered) await requireAction(audit, actor, 'reveal-personal-data', `clue/${id}/dossier`);
    const { content, looks } = await this.gather(actor, id, request);
    const { fingerprint } = this.parts.sealKey();
    const word = fillTemplate(readTemplate('dossier.docx', templatesFolder), dossierWords(content, fingerprint));
    const printed = await printedOrWhyNot(word, {
      title: `${content.clue.number}卷宗`,
      madeAtMs: content.about.madeAtMs,
      templatesFolder,
    });
    const attachments = content.files.map((file) => attachmentOf(file, files));
    const entries: BundleEntry[] = [
      { path: 'dossier.docx', content: word },
      ...('pdf' in printed ? [{ path: 'dossier.pdf', content: printed.pdf }] : []),
      ...dossierEntries(content),
    ];
    const withoutPdf = 'whyNot' in printed ? printed.whyNot : null;
    const bundle = sealBundle(content.about, { entries, attachments, withoutPdf }, this.parts.sealKey());
    const archive = await spooled(bundle.zip);
    try {
      await this.record(actor, { content, looks, request, manifestSha256: bundle.manifestSha256 });
    } catch (error) {
      archive.content.destroy();
      throw error;
    }
    return { name: `${content.clue.number}卷宗.zip`, type: BUNDLE_TYPE, content: archive };
  }

  /** On record before anybody has it; the digest of what was sealed so stands where nobody changes it. */
  private async record(
    actor: Actor,
    { content, looks, request, manifestSha256 }: Gathered & { request: DossierRequest; manifestSha256: string },
  ): Promise<void> {
    const { audit, reveals } = this.parts;
    const { uncovered, reason } = request;
    const { id } = content.clue;
    const object = `clue/${id}/dossier@${manifestSha256}`;
    if (uncovered) await reveals.permitAll(actor, { asked: { action: 'export-dossier', object }, reveals: looks, reason });
    else for (const look of looks) await audit.record(actor, look);
    for (const { file, place } of content.files)
      if ('path' in place)
        await audit.record(actor, { action: 'download-clue-file', object: `clue/${id}/file/${file.id}@${file.sha256}`, reason });
    await audit.record(actor, { action: 'export-dossier', object, reason });
  }

  private async gather(actor: Actor, id: string, request: DossierRequest): Promise<Gathered> {
    const { clues, clueQueries, files } = this.parts;
    const { uncovered } = request;
    const clue = await clues.get(actor, id);
    const stored = await clueQueries.get(Reach.of(actor), id);
    if (stored?.clue.revision !== clue.revision) throw new RefusedError('conflict', '这条线索刚刚有人办理，请重新导出。');
    const details: FindingDetail[] = [];
    for (const finding of clue.findings) details.push(await this.parts.findings.get(actor, finding.id));
    assertNotTooMuch(details, uncovered);
    const looks: Reveal[] = uncovered ? [{ action: 'read-clue-people', object: `clue/${id}/people` }] : [];
    const findings: DossierFinding[] = [];
    for (const detail of details) findings.push(await this.finding(actor, detail, { uncovered, looks }));
    const content = {
      about: this.about(actor, { stored, request }),
      clue,
      people: uncovered ? stored.people.map((person) => personAnswer(person, null)) : clue.people,
      steps: stepsOf(clue, stored, uncovered),
      findings,
      files: await filesOfDossier(files, clue, uncovered),
      audit: await this.auditOf(stored, request),
    };
    return { content, looks };
  }

  private about(actor: Actor, { stored, request }: { stored: StoredClue; request: DossierRequest }): BundleAbout {
    const { user } = actor;
    return {
      clueId: stored.clue.id,
      clueNumber: stored.clue.number,
      madeAtMs: this.parts.machineClock.nowMs(),
      madeBy: user.account,
      madeByName: user.displayName,
      reason: request.uncovered ? request.reason : maskText(request.reason, maskOf(stored.people)),
      uncovered: request.uncovered,
    };
  }

  /** With its records as they were sent in; each is a look, which is added to `looks`. */
  private async finding(
    actor: Actor,
    detail: FindingDetail,
    { uncovered, looks }: { uncovered: boolean; looks: Reveal[] },
  ): Promise<DossierFinding> {
    const { findings, findingQueries, sets } = this.parts;
    const records: RawEvidence[] = [];
    for (const { index, available } of detail.evidence.toSorted((a, b) => a.index - b.index)) {
      if (!available) continue;
      const { evidence, look } = await findings.evidenceOfFile(actor, detail.id, index, uncovered);
      records.push(evidence);
      looks.push(look);
    }
    const stored = await findingQueries.get(Reach.of(actor), detail.id);
    const digest = stored?.ruleDigest ?? null;
    const text = digest === null ? null : await sets.version(digest);
    return { detail, records, rule: { digest, overlay: stored?.ruleOverlay ?? null, yaml: text?.yaml ?? null } };
  }

  private async auditOf(stored: StoredClue, { uncovered }: DossierRequest): Promise<AuditEntry[]> {
    const entries = await this.parts.audit.about(`clue/${stored.clue.id}`, MAX_DOSSIER_AUDIT);
    const mask = maskOf(stored.people);
    return entries.map((entry) => ({
      ...entry,
      reason: entry.reason === null || uncovered ? entry.reason : maskText(entry.reason, mask),
    }));
  }
}

/**
 * A document that is too long to be printed, or a font of the county that cannot be read, is no reason to withhold the dossier: Word says the same.
 * Throws RefusedError('too-many') while others are printed, which passes.
 */
async function printedOrWhyNot(word: Buffer, of: Parameters<typeof printPdf>[1]): Promise<{ pdf: Buffer } | { whyNot: string }> {
  try {
    return { pdf: await printPdf(word, of) };
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code === 'too-many') throw error;
    return { whyNot: error.message };
  }
}

function assertNotTooMuch(details: readonly FindingDetail[], uncovered: boolean): void {
  const records = details.reduce((sum, { evidence }) => sum + evidence.filter(({ available }) => available).length, 0);
  if (records > MAX_DOSSIER_RECORDS)
    throw new RefusedError(
      'too-large',
      `这条线索的证据有 ${records} 条，一份卷宗最多 ${MAX_DOSSIER_RECORDS} 条。请先把线索分成几条，再分别导出。`,
    );
  // The people of the clue are one more.
  if (uncovered && records + 1 > MAX_REVEALS_PER_DAY)
    throw new RefusedError(
      'too-many',
      `这条线索的证据有 ${records} 条，超过每人每天查看未遮蔽记录的上限 ${MAX_REVEALS_PER_DAY} 条。请导出遮蔽的卷宗，或先把线索分成几条。`,
    );
}

/** As they were written, so that their chain can be reckoned again; covered, as the page shows them. */
function stepsOf({ steps }: ClueDetail, stored: StoredClue, uncovered: boolean): DossierContent['steps'] {
  const { headHash } = stored.clue;
  if (uncovered) return { whole: true, headHash, steps: stored.steps };
  const hashes = new Map(stored.steps.map(({ seq, hash }) => [seq, hash]));
  return { whole: false, headHash, steps: steps.map((step) => ({ ...step, hash: hashes.get(step.seq) ?? '' })) };
}
