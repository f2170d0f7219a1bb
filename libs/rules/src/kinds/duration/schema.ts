import { z } from 'zod';
import { amountSchema, nameSchema, spanSchema } from '../../language/values.js';

/**
 * A *state*: what holds from a record of `of` until a record of `until`. The existing records of these inputs are read in order:
 * - a record of `until`: a stretch that runs ends at its at; none runs: it means nothing;
 * - then, if it is a record of `of`: no stretch runs: one begins at its at; one runs: it goes on, unmoved.
 * So a record of both ends one stretch and begins the next ("until the next record of the same input": `until` names `of` too).
 * In a scope with a part that is a calendar period (if several, the shortest) a stretch is *cut* at E, 0:00 of the day after the period
 * in which it began, unless it ended before; the next period has records of its own and begins with no stretch.
 * A stretch *has ended* iff a record ended it or `now >= E`; otherwise it is *open*. Its length is end − begin, of an open one now − begin.
 */
const stateShape = { of: nameSchema, until: z.array(nameSchema).min(1, '须写明状态到哪些记录为止').max(5) };
export interface State {
  of: string;
  until: readonly string[];
}

/** `above` and `atLeast` already say whether the bound belongs to it. */
const lengthSchema = spanSchema.refine(
  ({ boundary }) => boundary === undefined,
  '这里不写 boundary：above 是超过，atLeast 是达到',
);
const lengthBounds = { above: lengthSchema.optional(), atLeast: lengthSchema.optional() };
const ONE_BOUND = 'above（超过）、atLeast（达到）须且只须写一个';
const isOneBound = ({ above, atLeast }: { above?: unknown; atLeast?: unknown }) =>
  (above === undefined) !== (atLeast === undefined);

/** Some stretch alone (`longest`) or all of them together (`total`) last longer than (`above`), at least as long as (`atLeast`). */
const lengthClauseSchema = z
  .strictObject({ measure: z.enum(['longest', 'total']), ...lengthBounds })
  .refine(isOneBound, ONE_BOUND);

/**
 * The state's share of the time in another state, `whole` (busy of signed in). W: total of the stretches of whole that have ended;
 * T: total of those of the state that have ended no later than the last of these. Holds iff W > 0, W >= `minWhole` (if given) and
 * 100 · T > (`above`) or >= (`atLeast`) percent · W; nothing is rounded. What is open counts on neither side.
 */
const percentClauseSchema = z
  .strictObject({
    measure: z.literal('percent'),
    whole: z.strictObject(stateShape),
    above: amountSchema.optional(),
    atLeast: amountSchema.optional(),
    minWhole: lengthSchema.optional(),
  })
  .refine(isOneBound, ONE_BOUND);

export const durationClauseSchema = z.discriminatedUnion(
  'measure',
  [lengthClauseSchema, percentClauseSchema],
  'measure 应为 longest（单次）、total（合计）或 percent（占比）',
);
export type DurationClause = z.output<typeof durationClauseSchema>;
export type LengthClause = z.output<typeof lengthClauseSchema>;
export type PercentClause = z.output<typeof percentClauseSchema>;

/**
 * Hits iff at least one clause holds. With M the shortest length that is long enough (the bound, of `above` 1 ms more), a clause
 * holds *from*: longest: begin + M of the earliest stretch that is long enough; total: the instant at which the lengths so far reach M,
 * counted stretch after stretch; percent: the end of the last ended stretch of whole.
 * occurredAt: the earliest from which a clause holds. dueAt: the earliest instant later than now at which an open stretch, if nothing
 * comes, makes a longest or total reach M (no later than E), and E of every open stretch, of whole too.
 * Evidence: longest: begins and ends of the stretches that are long enough; total: of all; percent: of those counted in T and in W.
 * An ending record plays the first of the inputs in `until` to which it belongs.
 * Figures, of the first clause in the order written that holds: over the stretches of the state in its evidence: count, firstAtMs (begin of
 * the first), endMs (end of the last; 0: it is open), longestMinutes, longestHours, longestDays, totalMinutes, totalHours,
 * totalDays (towards zero; of an open stretch up to the evaluation); and of percent wholeMinutes and percent (100 · T / W towards
 * zero), else 0.
 */
export const durationSchema = z.strictObject({
  kind: z.literal('duration'),
  ...stateShape,
  any: z.array(durationClauseSchema).min(1).max(5),
});
export type Duration = z.output<typeof durationSchema>;
