import { z } from 'zod';
import { reasonSchema } from './primitives.js';

export { OMISSION_LABELS, OMISSIONS, omissionsOf } from '@tianyan/dossier/api';

/** POST /api/findings/export, /api/clues/export: the list with the same filters, as a workbook */
export const exportRequestSchema = z.strictObject({ reason: reasonSchema });
export type ExportRequest = z.infer<typeof exportRequestSchema>;

export const DOCUMENT_FORMATS = ['word', 'pdf'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];
/** POST /api/statistics/bulletin, /api/letters/:id/document, /api/circulars/:id/document */
export const documentRequestSchema = z.strictObject({ reason: reasonSchema, format: z.enum(DOCUMENT_FORMATS).default('word') });
export type DocumentRequest = z.output<typeof documentRequestSchema>;

/** POST /api/clues/:id/dossier */
export const dossierRequestSchema = z.strictObject({
  reason: reasonSchema,
  /** Personal data as it is; for whoever may see it, and counted like any look at it. */
  uncovered: z.boolean(),
});
export type DossierRequest = z.infer<typeof dossierRequestSchema>;

/** GET /api/dossier-key: by which whoever holds a dossier knows that this platform sealed it. */
export const dossierKeySchema = z.object({ publicKey: z.string(), fingerprint: z.string() });
export type DossierKey = z.infer<typeof dossierKeySchema>;
