import type { AuditEntry } from '@tianyan/access';
import { jsonBytes, sha256Of, STEPS_PATH, type BundleAbout, type BundleEntry, type BundleSteps } from '@tianyan/dossier';
import type { ClueDetail, CluePerson, FindingDetail, RawEvidence } from '../api/index.js';
import type { DossierFile } from './dossier-files.js';

export interface DossierFinding {
  detail: FindingDetail;
  /** Those of its evidence that the log still holds. */
  records: readonly RawEvidence[];
  /** The text that found it, with what the county had set; null: it was found before texts were kept. */
  rule: { digest: string | null; overlay: string | null; yaml: string | null };
}

/** What stands in a dossier, covered or not as was asked for. */
export interface DossierContent {
  about: BundleAbout;
  clue: ClueDetail;
  people: readonly CluePerson[];
  steps: BundleSteps;
  findings: readonly DossierFinding[];
  files: readonly DossierFile[];
  audit: readonly AuditEntry[];
}

/** The part of a bundle that programs read. */
export function dossierEntries(content: DossierContent): BundleEntry[] {
  const { steps: _, findings: _findings, people: _people, allowedSteps: _allowed, mayAttach: _may, ...known } = content.clue;
  const { deputySteps: _deputy, ...shown } = known;
  // Other clues are no part of this one, and who is in the know is nobody's outside.
  const { linked: _linked, sameSubject: _same, circle: _circle, files: _files, ...clue } = shown;
  return [
    { path: 'clue.json', content: jsonBytes(clue) },
    { path: 'people.json', content: jsonBytes(content.people) },
    { path: STEPS_PATH, content: jsonBytes(content.steps) },
    ...content.findings.flatMap((finding, index) => findingEntries(finding, numbered(index))),
    { path: 'files.json', content: jsonBytes(content.files.map(({ file, place }) => ({ ...file, ...place }))) },
    { path: 'audit.json', content: jsonBytes(content.audit.map(auditLine)) },
  ];
}

function findingEntries({ detail, records, rule }: DossierFinding, folder: string): BundleEntry[] {
  // What whoever made the dossier may do and open is no part of it.
  const { allowedDecisions: _, pagedUnits: _paged, rule: judged, ...finding } = detail;
  const entries: BundleEntry[] = [
    {
      path: `findings/${folder}/finding.json`,
      content: jsonBytes({ ...finding, rule: { ...judged, sql: undefined, digest: rule.digest, overlay: rule.overlay } }),
    },
    { path: `findings/${folder}/rule.sql`, content: Buffer.from(judged.sql) },
  ];
  // Null where it was found before texts were kept.
  if (rule.yaml !== null) entries.push({ path: `findings/${folder}/rule.yaml`, content: Buffer.from(rule.yaml) });
  for (const [index, record] of records.entries())
    entries.push({ path: `findings/${folder}/records/${numbered(index)}.json`, content: jsonBytes(recordOf(record)) });
  return entries;
}

/** `hash` is the platform's own of what the source had sent; the other of what stands here, which may be covered. */
const recordOf = (record: RawEvidence) => ({ ...record, rawSha256: sha256Of(Buffer.from(record.raw)) });

/** Where somebody sat is nobody's business but the audit administrator's. */
const auditLine = (entry: AuditEntry) => ({ ...entry, address: undefined });

/** In order also where names are sorted as texts. */
const numbered = (index: number): string => String(index + 1).padStart(3, '0');
