import { z } from 'zod';
import { clueFileSchema, uploadClueFileRequestSchema, withdrawClueFileRequestSchema } from './clue-files.js';
import { inPlaceShape } from './delegations.js';

/**
 * What is proved by files: by a unit the answer to a letter, an item of the ledger, a system that it improved; by the commission's people what they
 * have seen of an order.
 */
export const proofKindSchema = z.enum(['letters', 'rectifications', 'improvements', 'campaign-tasks']);
export type ProofKind = z.infer<typeof proofKindSchema>;

/** As it is listed; to a unit no name of a person is told. */
export const proofFileSchema = clueFileSchema;
export type ProofFile = z.infer<typeof proofFileSchema>;

/** What stands beside what is proved: its files, and whether the signed-in person may add some, and withdraw them. */
export const proofShape = { files: z.array(proofFileSchema), mayAttach: z.boolean() };
export const proofFilesSchema = z.object(proofShape);
export type ProofFiles = z.infer<typeof proofFilesSchema>;

/** POST …/:kind/:id/files, multipart: `file` and the id that the client made; what is sent again under it is stored once. */
export const uploadProofFileRequestSchema = uploadClueFileRequestSchema.extend(inPlaceShape);
export type UploadProofFileRequest = z.infer<typeof uploadProofFileRequestSchema>;

/** POST …/:kind/:id/files/:fileId/withdraw */
export const withdrawProofFileRequestSchema = withdrawClueFileRequestSchema.extend(inPlaceShape);
export type WithdrawProofFileRequest = z.infer<typeof withdrawProofFileRequestSchema>;
