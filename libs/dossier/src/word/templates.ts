import { RefusedError } from '@tianyan/kernel';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Documents that the platform writes, by the name of their template. */
export const TEMPLATE_NAMES = ['dossier.docx', 'bulletin.docx', 'letter.docx', 'circular.docx'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

const SHIPPED = fileURLToPath(new URL('../../data/templates/', import.meta.url));
/** A template with a coat of arms; more is not one. */
const MAX_TEMPLATE_BYTES = 10 * 1024 * 1024;

/** Read at each use, so that a template that was changed holds from the next document on. @param folder the county's own; null: none */
export function readTemplate(name: TemplateName, folder: string | null): { name: string; content: Buffer } {
  const own = folder === null ? null : join(folder, name);
  const file = own !== null && existsSync(own) ? own : join(SHIPPED, name);
  if (statSync(file).size > MAX_TEMPLATE_BYTES)
    throw new RefusedError('too-large', `文书模板 ${name} 超过 10 MB，请缩小其中的图片。`);
  return { name, content: readFileSync(file) };
}
