import { maskText, type MaskOptions } from '@tianyan/access';
import { FILE_TYPE_RULES, type KeptFile } from '@tianyan/files';
import type { ClueFile } from '../api/index.js';

/** How whoever asks hears of the people: by their names, or all by one word, such as to a unit. */
type Named = { people: ReadonlyMap<string, string> } | { word: string };

/**
 * A file, held against the step that names it: who exchanges both has to reckon the whole chain anew, which the audit log holds too.
 * @param of.steps contents of the history that it belongs to, of which `attach` steps name files
 */
export function fileAnswer(
  file: KeptFile,
  of: { steps: readonly { content: object }[]; mask: MaskOptions; named: Named },
): ClueFile {
  const { steps, mask, named } = of;
  const { withdrawn } = file;
  const isNamed = steps.some(
    ({ content }) =>
      'step' in content &&
      content.step === 'attach' &&
      'fileId' in content &&
      content.fileId === file.id &&
      'sha256' in content &&
      content.sha256 === file.sha256,
  );
  return {
    id: file.id,
    name: maskText(file.name, mask),
    type: file.type,
    typeLabel: FILE_TYPE_RULES[file.type].label,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    hasThumbnail: file.thumbnailSha256 !== null,
    uploaderName: 'word' in named ? named.word : (named.people.get(file.uploaderId) ?? file.uploaderAccount),
    atMs: file.atMs,
    withdrawn: withdrawn && {
      atMs: withdrawn.atMs,
      byName: 'word' in named ? named.word : withdrawn.by,
      reason: maskText(withdrawn.reason, mask),
    },
    fault: isNamed ? file.fault : 'unlike-step',
  };
}
