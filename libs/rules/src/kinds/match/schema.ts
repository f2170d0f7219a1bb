import { z } from 'zod';
import { nameSchema } from '../../language/values.js';

/**
 * A scope hits iff the input `of` has at least one record in it.
 * occurredAt: the at of the first one. Evidence: all of them. Never due but for future-dated records.
 * Figures: count, firstAtMs, lastAtMs.
 */
export const matchSchema = z.strictObject({ kind: z.literal('match'), of: nameSchema });
export type Match = z.output<typeof matchSchema>;
