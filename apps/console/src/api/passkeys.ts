import { z } from 'zod';
import { instantMsSchema } from './primitives.js';
import { secondFactorCodeRequestSchema } from './second-factor.js';

/** Longest name of a passkey: it says where the key lies. */
export const MAX_PASSKEY_NAME_CHARS = 40;

const passkeySchema = z.object({
  id: z.string(),
  name: z.string(),
  madeAtMs: instantMsSchema,
  usedAtMs: instantMsSchema.nullable(),
  /** Copied to other devices of the person. */
  backedUp: z.boolean(),
});
export type Passkey = z.infer<typeof passkeySchema>;

/** GET /api/session/passkeys */
export const passkeyListSchema = z.object({
  items: z.array(passkeySchema),
  /** Whether one can be made at the address that this page was opened by: a browser makes none for a bare number. */
  available: z.boolean(),
});
export type PasskeyList = z.infer<typeof passkeyListSchema>;

/** What the browser is told to make or show: its own format, which is handed on as it is. */
export const passkeyOptionsSchema = z.looseObject({ challenge: z.string() });

/** POST /api/session/passkeys/options and /{id}/remove: shown by a code */
export const passkeyCodeRequestSchema = secondFactorCodeRequestSchema;

export const passkeyNameSchema = z
  .string('请填写名称')
  .trim()
  .min(1, '请填写名称')
  .max(MAX_PASSKEY_NAME_CHARS, `名称最多 ${MAX_PASSKEY_NAME_CHARS} 字`);
