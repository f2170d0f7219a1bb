import { z } from 'zod';
import { isStorable, MAX_CODE_CHARS, MAX_INSTANT_MS, MIN_INSTANT_MS } from './fields.js';
import { MAX_RAW_CHARS } from './limits.js';

export { MAX_RAW_CHARS };

const instantMs = z.int().min(MIN_INSTANT_MS).max(MAX_INSTANT_MS);

/** Longest reason that a person may give; the console allows less. */
const MAX_EDIT_REASON_CHARS = 4_000;

const editSchema = z.strictObject({
  editedBy: z.string().min(1).max(MAX_CODE_CHARS),
  reviewedBy: z.string().min(1).max(MAX_CODE_CHARS),
  editReason: z.string().min(1).max(MAX_EDIT_REASON_CHARS).refine(isStorable),
  editOf: z.string().max(MAX_CODE_CHARS),
});

export const envelopeSchema = z.strictObject({
  id: z.string().min(1).max(MAX_CODE_CHARS).refine(isStorable),
  source: z.string().min(1).max(MAX_CODE_CHARS),
  version: z.int().nonnegative(),
  op: z.enum(['upsert', 'delete']),
  atMs: instantMs,
  receivedAtMs: instantMs,
  hash: z.string().regex(/^[0-9a-f]{32}$/),
  raw: z.string().max(MAX_RAW_CHARS),
  edit: editSchema.optional(),
});
