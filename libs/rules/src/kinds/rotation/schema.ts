import { z } from 'zod';
import { amountSchema, fieldSchema, nameSchema } from '../../language/values.js';

/**
 * A set is compared with so many before it and so many after it: the work grows with the number of sets, not with its square. More
 * auctions of a township within a year than this are not known.
 */
export const MAX_SETS_APART = 200;

/** What is not written: a set of one cannot be a group that bids together. */
const DEFAULT_MIN_MEMBERS = 2;

/**
 * Sets that share most of their members. The existing records of input `sets.of` in the scope that have both fields fall into sets: one
 * for each value of `key`, its members the different values of `member`. Sets are in the order of their first records; those of
 * fewer than `minMembers` (2) are left out, and then count no place.
 *
 * Two sets A and B *overlap* iff they are at most MAX_SETS_APART places apart and `100 · |A ∩ B| >= percent · |A ∪ B|` (`of: union`,
 * default), or `>= percent · min(|A|, |B|)` (`of: smaller`); nothing is rounded. The *group* of a set is the set itself with all that
 * overlap it. These need not overlap each other.
 *
 * A group *counts* iff it has at least `atLeast` sets and, where `winners` is given, the existing records of `winners.of` in the scope whose
 * `winners.key` (the same field as `key` where it is left out) is the key of a set of the group have at least `winners.atLeast` different
 * non-null values of `winners.member`.
 *
 * Hits iff some group counts. Complete is a group at the at of the last of its records: those of its sets, and those of `winners` with
 * its keys and a member. occurredAt: the smallest of these instants over the groups that count. Evidence: all these records of all groups
 * that count. Figures: of the group that counts with most sets (of several the one of the first set): sets, members (different
 * members of its sets), winners (different winners; 0 without `winners`), firstAtMs, lastAtMs (of the records of its sets); involved (sets
 * in any group that counts).
 */
export const rotationSchema = z.strictObject({
  kind: z.literal('rotation'),
  sets: z.strictObject({
    of: nameSchema,
    key: fieldSchema,
    member: fieldSchema,
    minMembers: amountSchema.default(DEFAULT_MIN_MEMBERS),
  }),
  overlap: z.strictObject({
    percent: amountSchema,
    of: z.enum(['union', 'smaller'], 'of 应为 union（占两组全部成员）或 smaller（占较小一组的成员）').default('union'),
  }),
  atLeast: amountSchema,
  winners: z.strictObject({ of: nameSchema, key: fieldSchema.optional(), member: fieldSchema, atLeast: amountSchema }).optional(),
});
export type Rotation = z.output<typeof rotationSchema>;
