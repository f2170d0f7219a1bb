import { z } from 'zod';
import { deadlineSchema, parameterOf } from '../../language/deadline.js';
import { formHints } from '../../language/form-hints.js';
import { saysWhichQuantile, spreadsWhereItMay, statisticShape, WHERE_SPREAD, WHICH_QUANTILE } from '../../language/statistic.js';
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

/**
 * A counterpart's field against the subject's, which may be moved (see `shiftShape`): comparisons with null are false; `differs` is the
 * exact opposite of `equals`. With `orMissing` a counterpart whose own field is null passes: a validity without an end.
 */
const compareSchema = z
  .strictObject({
    field: fieldSchema,
    is: comparisonSchema,
    subject: fieldSchema,
    ...shiftShape,
    orMissing: z.literal(true).optional(),
  })
  .refine(isOneShift, ONE_SHIFT);

/** Σ `sum` against the subject's `field`, or so many percent of it (100 without `percent`). */
const sumSchema = z.strictObject({ sum: fieldSchema, field: fieldSchema, percent: amountSchema.optional() });

/**
 * The subject's value against a statistic S of the values of its peers. The value of a record is its field `value`; with `per` the whole
 * part (towards zero) of `value` divided by `per` (by mu, where `per` is an area); none, where one of them is null or `per` is not above 0.
 * S is that of the values of the counted records that have one (see `statisticShape`), n their number.
 * Holds iff n >= `minRecords`, x has a value, and 100 · value(x) stands to `percent` · S (100 without `percent`) as `is` says. Whether x
 * is one of its own peers, `compare` decides.
 */
const statSchema = z
  .strictObject({
    value: fieldSchema,
    per: fieldSchema.optional(),
    is: z.enum(['above', 'atLeast', 'below', 'atMost']),
    ...statisticShape,
    percent: amountSchema.optional(),
    minRecords: amountSchema,
  })
  .refine(saysWhichQuantile, WHICH_QUANTILE)
  .refine(spreadsWhereItMay, WHERE_SPREAD);
export type Stat = z.output<typeof statSchema>;

/**
 * A condition on one subject record x and on the existing records of input `of` that belong to x: those linked to it, or, for
 * an input without `link`, all records of the scope. Which of them are *counted*, step by step:
 * 1. `after`, `before`: only those that come after, before that mark's record in order (at the same instant too, if the order field
 *    or the id says so). A mark is the `mark` of a condition written before, or the name of the `subject`: then it is x itself, and x
 *    is neither before nor after itself. A mark that was not reached makes the condition false.
 * 2. `pick`: of these only the `first` or the `last` in order.
 * 3. `within`: only those whose distance to the mark (of `after`; without it, of `before`) is inside the span. `mark` names the picked
 *    one, if it is still there.
 * 4. `compare`: only those that pass every comparison.
 * Exactly one of the tests, on the counted records:
 * - `atLeast: n` — their number is ≥ n;
 * - `none: true` — there is none;
 * - `share` — Σ `sum` ≥ percent of the subject's field: walking the records in order, at some record
 *   `100 · Σ >= percent · x.ofField` with `x.ofField > 0`; the first such record is remembered under the name `mark`. Of nothing
 *   (a base that is 0, negative or null) there are no shares: the condition is false, whatever was summed;
 * - `sumBelow` — `100 · Σ < percent · x.field` (null adds nothing; no record: 0; a null field: false);
 * - `sumAbove` — `100 · Σ > percent · x.field`, likewise: a field that is 0 is passed by any positive sum;
 * - `stat` — see `statSchema`.
 */
const testShape = {
  of: nameSchema,
  compare: z.array(compareSchema).min(1).max(5).optional(),
  after: nameSchema.optional(),
  before: nameSchema.optional(),
  pick: z.enum(['first', 'last'], 'pick 应为 first（最早一条）或 last（最近一条）').optional(),
  mark: nameSchema.optional(),
  within: spanSchema.optional(),
  atLeast: amountSchema.optional(),
  none: z.literal(true).optional(),
  share: z.strictObject({ sum: fieldSchema, percent: amountSchema, ofField: fieldSchema, mark: nameSchema }).optional(),
  sumBelow: sumSchema.optional(),
  sumAbove: sumSchema.optional(),
  stat: statSchema.optional(),
};
export const joinConditionSchema = z
  .strictObject(testShape)
  .refine(
    (c) => [c.atLeast, c.none, c.share, c.sumBelow, c.sumAbove, c.stat].filter((v) => v !== undefined).length === 1,
    '每个条件须且只须写 atLeast、none、share、sumBelow、sumAbove、stat 之一',
  )
  .refine((c) => c.within === undefined || c.after !== undefined || c.before !== undefined, 'within 须与 after 或 before 同用')
  .refine((c) => c.mark === undefined || c.pick !== undefined, 'mark 须与 pick 同用：它记下的是挑出的那一条')
  .register(formHints, { label: '一个条件', one: ['atLeast', 'none', 'share', 'sumBelow', 'sumAbove', 'stat'] });
export type JoinCondition = z.output<typeof joinConditionSchema>;

/** At least one of the conditions holds. What one of them marks, no other condition can use. */
const anySchema = z
  .strictObject({ any: z.array(joinConditionSchema).min(2, 'any 里至少两个条件').max(5) })
  .register(formHints, { label: '几个条件满足其一' });
export type JoinAlternatives = z.output<typeof anySchema>;

/**
 * Each existing record x of `subject` is judged alone: it holds iff every condition of `all` holds, and, with a `deadline`,
 * it is missed (D counted from x, see the deadline; no deadline: x does not hold). The scope hits iff some x holds.
 * dueAt: the earliest M over the subjects with `now < M` whose conditions all hold now (and future-dated records).
 * occurredAt: the earliest, over the holding subjects, of the latest of: x.at; M; each mark's at of `share`; for `atLeast: n` the at of
 * the n-th counted record; for `sumAbove` the at of the first counted record up to which the sum is above (none: nothing); of an
 * `any` the earliest of those of its conditions that hold (nothing, if one of them names none). Evidence: the holding subjects and the
 * records counted by their conditions (for `none`: those counted before step 4, which were compared in vain; for `share`: the records
 * up to the mark; of an `any`: those of its conditions that hold).
 * Figures, of the holding subject with the earliest occurredAt (then order): subjects (number of holding ones), deadlineMs, startMs
 * (from which D is counted: x.at, also where `orAt` has it stand in; the instant `from`, 0:00 of the day `from`; 0 without a deadline and with one from a field), one per
 * condition by the name of its input: `<of>Count` (records counted), for share, sumBelow and sumAbove `<of>Sum`, for stat `<of>Stat` (S)
 * and `<of>Value` (the value of x; 0 if it has none), and each mark of a `share` as `<mark>Ms`.
 * `subjects` and `figures` of the rule that refer to an input of a condition: the last of its records, in order, in the evidence of
 * that same subject.
 */
export const joinSchema = z.strictObject({
  kind: z.literal('join'),
  subject: nameSchema,
  deadline: deadlineSchema.optional(),
  all: z
    .array(
      z.union(
        [anySchema, joinConditionSchema],
        '应为一个条件（of 与 atLeast、none、share、sumBelow、sumAbove、stat 之一），或 any',
      ),
    )
    .min(1)
    .max(8),
});
export type Join = z.output<typeof joinSchema>;

/** The parameter by which the deadline is looked up. */
export function appliedTo({ deadline }: Pick<Join, 'deadline'>): string[] {
  const name = deadline ? parameterOf(deadline) : null;
  return name === null ? [] : [name];
}

/** The conditions of a rule, each by itself, in the order written. */
export function conditionsOf({ all }: Pick<Join, 'all'>): JoinCondition[] {
  return all.flatMap((one) => ('any' in one ? one.any : [one]));
}
