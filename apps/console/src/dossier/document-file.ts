import type { Actor } from '@tianyan/access';
import { fillTemplate, printPdf, readTemplate, type TemplateName, type WordData } from '@tianyan/dossier';
import { toChinaMinute, type EpochMs } from '@tianyan/kernel';
import type { DocumentFormat } from '../api/index.js';
import { PDF_TYPE, WORD_TYPE, type MadeFile } from '../http/made-file.js';

/** A document by its template: as Word, or what that Word says as PDF. Throws like fillTemplate and printPdf. */
export async function documentFile(
  { template, words, name, format }: { template: TemplateName; words: WordData; name: string; format: DocumentFormat },
  { templatesFolder, nowMs }: { templatesFolder: string | null; nowMs: EpochMs },
): Promise<MadeFile> {
  const word = fillTemplate(readTemplate(template, templatesFolder), words);
  if (format === 'word') return { name: `${name}.docx`, type: WORD_TYPE, content: word };
  const content = await printPdf(word, { title: name, madeAtMs: nowMs, templatesFolder });
  return { name: `${name}.pdf`, type: PDF_TYPE, content };
}

/** Who took a document out, when and why: what templates can name of papers that stay in the commission. */
export function makerWords({ user }: Actor, { reason, nowMs }: { reason: string; nowMs: EpochMs }) {
  return { madeBy: user.displayName, madeAt: toChinaMinute(nowMs), reason };
}
