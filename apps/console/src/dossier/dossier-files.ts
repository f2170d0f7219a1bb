import { clueSubject } from '@tianyan/cases';
import { ATTACHMENTS_FOLDER, omissionsOf, type Attachment, type Omission } from '@tianyan/dossier';
import { FILE_TYPE_RULES, type Files } from '@tianyan/files';
import type { ClueDetail, ClueFile } from '../api/index.js';

/** A file of the clue as a dossier lists it: contained under a path, or named alone. */
export interface DossierFile {
  file: Omit<ClueFile, 'hasThumbnail' | 'fault'>;
  place: { path: string } | { omitted: Omission };
}

/**
 * The files of a clue, as they stand in its dossier. The content of each that is to be contained is read to its end: one that the store has lost, or that
 * is not what the history names, is said to be so and not handed over as evidence.
 */
export async function filesOfDossier(
  files: Pick<Files, 'list' | 'fault'>,
  clue: Pick<ClueDetail, 'id' | 'files'>,
  uncovered: boolean,
): Promise<DossierFile[]> {
  const kept = new Map((await files.list(clueSubject(clue.id))).map((file) => [file.id, file]));
  const listed: DossierFile[] = [];
  for (const [index, { file, omission }] of omissionsOf(clue.files, uncovered).entries()) {
    const { hasThumbnail: _, fault: _fault, ...shown } = file;
    const whole = uncovered ? kept.get(file.id) : undefined;
    const withdrawn = shown.withdrawn && { ...shown.withdrawn, reason: whole?.withdrawn?.reason ?? shown.withdrawn.reason };
    const omitted = omission ?? (await files.fault(file.sha256));
    const number = String(index + 1).padStart(3, '0');
    const path = `${ATTACHMENTS_FOLDER}${number}.${FILE_TYPE_RULES[file.type].endings[0]}`;
    listed.push({
      file: { ...shown, name: whole?.name ?? shown.name, withdrawn },
      place: omitted === null ? { path } : { omitted },
    });
  }
  return listed;
}

export function attachmentOf({ file, place }: DossierFile, files: Pick<Files, 'open'>): Attachment {
  const about = { fileId: file.id, bytes: file.sizeBytes, sha256: file.sha256 };
  return 'omitted' in place ? { ...about, ...place } : { ...about, ...place, open: () => files.open(file.sha256) };
}
