import { z } from 'zod';
import { formHints } from '../../language/form-hints.js';
import { everyMinutesSchema } from '../../language/rate.js';
import { nameSchema } from '../../language/values.js';

/** Name of a column that the query gives. */
const columnSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, '列名须以小写字母开头，只含字母和数字，最多 40 个字符');

/** Longest query: a person reviews it. */
const MAX_QUERY_CHARS = 20_000;

/** Most figures of one rule. */
const MAX_NUMBERS = 20;

/** As many as a scope has parts. */
const MAX_GROUP_FIELDS = 3;

/**
 * One SELECT for what the other kinds cannot say. Its tables are the inputs, by their names: the records that exist, with the
 * fields of the contract and of the envelope as columns. A field of a person is there as a digest, equal where the field is; secret fields and
 * what may have been told in confidence are not (the `where` of an input may ask for all of them). `{name}` stands for a plain parameter, `{now}` for the instant of the evaluation, milliseconds.
 *
 * Each row is an answer, its columns by name: the parts of the scope (null in one: the row says nothing), `occurredAtMs` (null or later than
 * now: the row says nothing), for each input in `evidence` a list of ids, each of `numbers` a whole number. The scope hits iff there is a
 * row of it that names at least one existing record; two rows of one scope are a mistake of the rule, which then is set aside.
 * occurredAt: `occurredAtMs`. Never due: the rule is judged whole, every `everyMinutes`, and so is a record dated in the future.
 *
 * `group`: fields that every input has and that are parts of the scope. Records in which one of them is empty are left out, and the query answers for the
 * records of each value of these fields (a *cohort*) as if there were no others. Every `everyMinutes` it is then asked about the
 * cohorts of which records have come, gone, moved or begun to exist since; about all where they are too many, or `{now}` stands in the query: then time alone
 * can change any answer. With a group and without `{now}` nobody asks again when a row's occurredAtMs has come that is later than now: it
 * is a mistake in an example; of a record dated wrongly it says nothing, as without a group, until its cohort is judged next, by a sweep at the latest.
 *
 * Exceptions and `sources` leave records out of the inputs in `evidence`, and only there; an exception by scope leaves out answers whose
 * occurredAt lies in it. Subjects and figures that refer to `input.field` are read from the last record, in order, of that input's evidence
 * that has the field. Evidence: the records named, in the order of the language. Figures: the `numbers`.
 */
export const sqlSchema = z.strictObject({
  kind: z.literal('sql'),
  query: z
    .string()
    .min(10, '写一条 SELECT')
    .max(MAX_QUERY_CHARS, `最长 ${MAX_QUERY_CHARS} 个字符`)
    .register(formHints, { control: 'query' }),
  /** Column of ids, by input. */
  evidence: z
    .record(nameSchema, columnSchema)
    .refine((evidence) => Object.keys(evidence).length > 0, '至少写一个输入：没有证据的疑点不成立'),
  /** Columns of whole numbers that are shown, with their Chinese names. */
  numbers: z
    .record(columnSchema, z.string().min(1).max(40))
    .refine((numbers) => Object.keys(numbers).length <= MAX_NUMBERS, `最多 ${MAX_NUMBERS} 个`)
    .default({}),
  group: z.array(nameSchema).min(1).max(MAX_GROUP_FIELDS).optional(),
  everyMinutes: everyMinutesSchema,
});
export type Sql = z.output<typeof sqlSchema>;

/** Column of an answer that says when the problem came about. */
export const OCCURRED_AT = 'occurredAtMs';
