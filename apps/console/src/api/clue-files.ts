import { FILE_TYPES } from '@tianyan/files/api';
import { z } from 'zod';
import { instantMsSchema, reasonSchema } from './primitives.js';

export { ACCEPTED_ENDINGS, ACCEPTED_WORDS, FILE_TYPE_RULES, MAX_FILE_BYTES, sizeText } from '@tianyan/files/api';

/** A file of a clue, as it is listed. */
export const clueFileSchema = z.object({
  id: z.string(),
  /** Names of people whom the clue is about are covered. */
  name: z.string(),
  type: z.enum(FILE_TYPES),
  typeLabel: z.string(),
  sizeBytes: z.int().positive(),
  sha256: z.string(),
  hasThumbnail: z.boolean(),
  uploaderName: z.string(),
  /** County time. */
  atMs: instantMsSchema,
  withdrawn: z.object({ atMs: instantMsSchema, byName: z.string(), reason: z.string() }).nullable(),
  /** `missing`, `altered`: as the store was last checked; `unlike-step`: its history names another content. */
  fault: z.enum(['missing', 'altered', 'unlike-step']).nullable(),
});
export type ClueFile = z.infer<typeof clueFileSchema>;

/** POST /api/clues/:id/files, multipart: `file` and the id that the client made; what is sent again under it is stored once. */
export const uploadClueFileRequestSchema = z.strictObject({ id: z.uuid('上传缺少编号，请刷新页面后重试') });
export type UploadClueFileRequest = z.infer<typeof uploadClueFileRequestSchema>;

/** POST /api/clues/:id/files/:fileId/withdraw */
export const withdrawClueFileRequestSchema = z.strictObject({ reason: reasonSchema });
export type WithdrawClueFileRequest = z.infer<typeof withdrawClueFileRequestSchema>;
