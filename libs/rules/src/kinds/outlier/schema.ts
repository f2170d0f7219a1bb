import { z } from 'zod';
import { closingShape } from '../../language/closing.js';
import { formHints } from '../../language/form-hints.js';
import { measureSchema, saysWhichField, WHICH_FIELD } from '../../language/measured.js';
import { everyMinutesSchema } from '../../language/rate.js';
import { statisticShape } from '../../language/statistic.js';
import { amountSchema, fieldSchema, nameSchema } from '../../language/values.js';

/** What is measured of the existing records of input `of` in the scope: see `measureSchema`. */
const measuredSchema = z
  .strictObject({
    of: nameSchema,
    measure: measureSchema.default('records'),
    field: fieldSchema.optional(),
  })
  .refine(saysWhichField, WHICH_FIELD);

/** Of a minute in which nothing is decided nobody has to hear; most figures of a period change once it is over. */
const USUAL_MINUTES = 60;

/**
 * A scope's own figure against the same figure of its peers. The figure V of a scope with a record of `part` or `whole`: P, the measure of
 * `part`; with `whole`, of which W is the measure, the share of P in W in hundredths of a percent, `10000 · P / W` towards zero, and then a
 * scope has a figure only where W >= `minWhole` and W > 0. Without `whole` a scope without a record of `part` has none.
 *
 * Peers are the scopes that have a figure and equal the scope in the parts named in `among`; without any, all that have one. The scope is
 * one of them. n is their number, S the statistic of their figures (see `statisticShape`). The scope hits iff n >= `minPeers`,
 * P >= `minPart` (where that is written), `100 · V` stands to `percent` · S (100 without `percent`) as `is` says, V lies at least
 * `leastDistance` beyond S (where that is written; of a share in percentage points, so 100 of them each; `above` and `atLeast`: V − S >= it,
 * `below` and `atMost`: S − V >= it), and it has evidence.
 *
 * `decide: closed`, for a scope with a part that is a calendar period (see `ratioSchema`): a scope whose period is not over has no figure,
 * so that nobody is held against peers who had more time; with `grace` it is over that much after its end (see `graceSchema`), so that nobody is held
 * against peers whose books are further on. occurredAt: closed the end of the period, or of its grace, open the at of the last record of
 * part or whole. Never due: every `everyMinutes` the sets of peers are judged of which something has landed, a record has begun to exist or, with
 * `closed`, a period is over; where nothing tells them, all are.
 *
 * What an exception or `sources` leaves out is in nobody's figure: a scope of which all is left out is no peer.
 * Evidence: the records of part; with `below` and `atMost`, where there is a `whole`, those of whole that are not of part. The records of
 * the peers are none: there may be thousands. Figures, whose names end in what V is (`Share`, `Sum` of a sum, else `Count`):
 * V as `ownShare` …; S as `peersShare` …; the bound, `percent` · S / 100 towards zero, as `limitShare` …; `peers` (n); with a `whole` also
 * `part` (P) and `whole` (W).
 */
export const outlierSchema = z.strictObject({
  kind: z.literal('outlier'),
  part: measuredSchema,
  whole: measuredSchema.optional(),
  minWhole: amountSchema.optional(),
  minPart: amountSchema.optional(),
  among: z
    .array(nameSchema.clone().register(formHints, { control: 'scopePart' }))
    .max(2)
    .default([]),
  is: z.enum(['above', 'atLeast', 'below', 'atMost']),
  ...statisticShape,
  percent: amountSchema.optional(),
  leastDistance: amountSchema.optional(),
  minPeers: amountSchema,
  ...closingShape,
  everyMinutes: everyMinutesSchema.default(USUAL_MINUTES),
});
export type Outlier = z.output<typeof outlierSchema>;
