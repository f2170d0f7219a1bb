import { z } from 'zod';
import { amountSchema, nameSchema, spanSchema } from '../../language/values.js';

/** Most points that one finding may bring. */
export const MAX_POINTS = 1_000;
/** Rules named in one list of weights: a longer one says by severity. */
const MAX_WEIGHTED_RULES = 100;

const ruleIdSchema = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, '应为规则编号，如 order-ping-pong');

/**
 * Points of a finding: those that `rules` gives to its rule; if it names it not, those that `severity` gives to its severity; if that
 * gives none, `others`.
 */
const weightsSchema = z
  .strictObject({
    rules: z
      .record(ruleIdSchema, amountSchema)
      .refine((rules) => Object.keys(rules).length <= MAX_WEIGHTED_RULES, `最多 ${MAX_WEIGHTED_RULES} 条规则`)
      .optional(),
    severity: z
      .strictObject({ high: amountSchema.optional(), medium: amountSchema.optional(), low: amountSchema.optional() })
      .optional(),
    others: amountSchema.default(0),
  })
  .refine(
    ({ rules, severity, others }) => rules !== undefined || severity !== undefined || others !== 0,
    'rules、severity、others 至少写一个',
  );
export type ScoreWeights = z.output<typeof weightsSchema>;

/**
 * Several weak signs about one thing. The records of `of` (findings) in the scope whose points P, see {@link weightsSchema}, are above 0
 * *weigh*: r1 < r2 < …, in order. At rj, ri (i <= j) with rj.at − ri.at inside `within` (missing: any) is worth
 * `1000 · P(ri)` halved k times towards zero, k = the whole half-lives (`halfLifeDays` · 24 hours) in rj.at − ri.at; without `halfLifeDays`
 * k = 0. It *speaks* at rj iff that is above 0. S(rj) is the sum of what they are worth, R(rj) the number of different rules among those
 * that speak.
 *
 * *Reached* at rj iff S(rj) >= 1000 · `threshold` and R(rj) >= `atLeastRules`. Hits iff it is reached at some rj; occurredAt: the at of the
 * first such rj. Never due but for future-dated records: what only fades with time changes nothing.
 * Evidence and figures are of the last rj at which it is reached: the records that speak there; score (S / 1000 towards zero),
 * scoreThousandths (S), rules (R), count (of the evidence), threshold, firstAtMs, lastAtMs (of the evidence).
 */
export const scoreSchema = z.strictObject({
  kind: z.literal('score'),
  of: nameSchema,
  weights: weightsSchema,
  halfLifeDays: amountSchema.optional(),
  within: spanSchema.optional(),
  threshold: amountSchema,
  atLeastRules: amountSchema.default(1),
});
export type Score = z.output<typeof scoreSchema>;
