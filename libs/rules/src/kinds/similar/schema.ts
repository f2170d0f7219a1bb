import { z } from 'zod';
import { amountSchema, fieldSchema, nameSchema, spanSchema } from '../../language/values.js';

/** Below it two texts share a phrase or two and are different all the same. */
export const LEAST_PERCENT = 50;
/** Shorter texts are alike by chance: “已联系群众”. */
export const LEAST_LENGTH = 5;
const DEFAULT_MIN_LENGTH = 20;

/**
 * Texts that are nearly the same. Of the existing records of `of` in the scope with a non-null `field` (and a non-null `different`, where it
 * is given) the text is made *plain*: A–Z become small; control characters, spaces and punctuation, and characters outside of the basic plane
 * (`LEFT_OUT` of the operators) go; the first MAX_COMPARED_CHARACTERS of the rest stay. Those with at least `minLength` (20) are compared:
 * T1 < T2 < …, in order.
 *
 * B(T) is the set of the pairs of neighbouring characters of a plain text. Two texts are *alike* iff
 * `200 · |B(T) ∩ B(U)| >= percent · (|B(T)| + |B(U)|)` (Dice), nothing rounded. Ti *repeats* Tj iff j < i, i − j <= MAX_TEXTS_APART, they are
 * alike, their values of `different` differ, and Ti.at − Tj.at is inside `within`, where it is given.
 *
 * *Reached* at Ti iff the texts that Ti repeats have at least `atLeast` − 1 different values of `different` (without it: are at least so
 * many). Hits iff reached at some Ti; occurredAt: the at of the first such Ti. Evidence: each Ti at which it is reached and all Tj that it
 * repeats. Figures: count (evidence records), distinct (different values of `different` among them; without it: count), firstAtMs,
 * lastAtMs (of them). The texts themselves are no figures.
 */
export const similarSchema = z.strictObject({
  kind: z.literal('similar'),
  of: nameSchema,
  field: fieldSchema,
  percent: amountSchema,
  minLength: amountSchema.default(DEFAULT_MIN_LENGTH),
  different: fieldSchema.optional(),
  atLeast: amountSchema,
  within: spanSchema.optional(),
});
export type Similar = z.output<typeof similarSchema>;
