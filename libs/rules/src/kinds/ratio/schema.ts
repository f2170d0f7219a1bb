import { z } from 'zod';
import { closingShape } from '../../language/closing.js';
import { formHints } from '../../language/form-hints.js';
import { measureSchema, saysWhichField, WHICH_FIELD } from '../../language/measured.js';
import {
  amountSchema,
  comparisonSchema,
  fieldSchema,
  isOneShift,
  nameSchema,
  ONE_SHIFT,
  shiftShape,
  spanSchema,
} from '../../language/values.js';

/** A field of the record against one of the earlier record: `to` is the same field where it is left out, and may be moved (see `shiftShape`). */
const earlierCompareSchema = z
  .strictObject({ field: fieldSchema, is: comparisonSchema, to: fieldSchema.optional(), ...shiftShape })
  .refine(isOneShift, ONE_SHIFT);

/**
 * A record counts only if an existing record of `of` in the scope stands before it, in order, that keeps all that is given: the distance to it is
 * inside the span, and every `compare` holds. With `within` of the ratio that record may lie before the window. It has to count, as the records of both
 * sides have to: see `ratioSchema`.
 */
const earlierSchema = z.strictObject({
  of: nameSchema,
  within: spanSchema.optional(),
  compare: z.array(earlierCompareSchema).min(1).max(5).optional(),
});
export type Earlier = z.output<typeof earlierSchema>;

/**
 * What is measured of the existing records of input `of` in the scope: see `measureSchema`. With `onlyAfter` only of those that follow another
 * record (see there).
 */
const sideSchema = z
  .strictObject({
    of: nameSchema,
    measure: measureSchema.default('records'),
    field: fieldSchema.optional(),
    onlyAfter: earlierSchema.optional(),
  })
  .refine(saysWhichField, WHICH_FIELD);
export type RatioSide = z.output<typeof sideSchema>;

export const BOUNDS = ['above', 'atLeast', 'below', 'atMost'] as const;

/**
 * A share of a whole: P is the measure of `part`, W that of `whole`. The condition holds iff W >= `minWhole`, W > 0 and
 * `100 · P` stands to `percent · W` as the one bound says: `above` (>), `atLeast` (>=), `below` (<), `atMost` (<=); nothing is rounded.
 *
 * `decide: open` (default): the scope hits iff the condition holds now; occurredAt: the at of the last record of part or whole.
 * `decide: closed`, for a scope with a part that is a calendar period (`atDay`, `atWeek`, `atMonth`, `atQuarter`, `atYear`; if several,
 * the shortest): the scope hits iff the condition holds and the period is over (`now >= E`, E = 0:00 of the day after it, in China);
 * occurredAt: E. While it is not over, dueAt is E and nothing else, whatever the condition, as long as the scope has a record of its own (of
 * an input without a link), existing or dated in the future. Records that only a link brings in may lie in other periods; E is that of the scope.
 * With `grace` (see `graceSchema`) the period is over that much after its end: E is then the end of the grace, in all of the above.
 * Records that come late change the answer at any time, closed or not.
 *
 * With `within` (not with `closed`) the condition is looked at in the moment of each existing record rj of part or whole, in order: P and W
 * are then the measures of those of their records that are rj or before it with rj.at − r.at inside the span. The scope hits iff the condition
 * holds at some rj; occurredAt: the at of the first such rj; evidence and figures are of the last one, over the records of its window.
 *
 * Records that `exceptions` and `sources` leave out are, for a share, not there: they count on neither side, and none of `onlyAfter` that is left out
 * stands before another. A linked record of these inputs counts only if a record is there that it is linked to; where that is of one of these inputs
 * itself, one that is not left out. So a part that lies in its whole stays there, whatever is left out.
 *
 * Evidence: with `above` and `atLeast` the records of part; with `below` and `atMost` those of whole that are not of part.
 * Figures: part (P), whole (W), percent (100 · P / W towards zero), firstAtMs, lastAtMs (of the records of whole).
 */
export const ratioSchema = z.strictObject({
  kind: z.literal('ratio').register(formHints, { one: BOUNDS }),
  part: sideSchema,
  whole: sideSchema,
  minWhole: amountSchema,
  above: amountSchema.optional(),
  atLeast: amountSchema.optional(),
  below: amountSchema.optional(),
  atMost: amountSchema.optional(),
  within: spanSchema.optional(),
  ...closingShape,
});
export type Ratio = z.output<typeof ratioSchema>;
