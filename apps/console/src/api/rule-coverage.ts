import { z } from 'zod';
import { instantMsSchema } from './primitives.js';

const countSchema = z.int().nonnegative();
/** Null where not the whole county is seen: they are of all of it. */
const countyCountSchema = countSchema.nullable();

const shareSchema = z.object({ key: z.string(), label: z.string(), records: countSchema, judged: countSchema });

/** What of the records of one input can be judged, within the reach of who asks. */
export const inputCoverageSchema = z.object({
  input: z.string(),
  label: z.string(),
  typeLabel: z.string(),
  records: countSchema,
  judged: countSchema,
  /** Of those that cannot: in how many each field is empty; those of none are left out. */
  empty: z.array(z.object({ field: z.string(), label: z.string(), count: countSchema })),
  bySource: z.array(shareSchema),
  /** Empty where its records name no township. */
  byTownship: z.array(shareSchema),
});
export type InputCoverage = z.infer<typeof inputCoverageSchema>;

/** Records whose absence the rule takes for a fault, and whether a source tells them. */
export const awaitedSchema = z.object({
  ofLabel: z.string(),
  expectLabel: z.string(),
  sources: z.array(
    z.object({
      source: z.string(),
      label: z.string(),
      begun: countyCountSchema,
      /** Those of them for which it is there; null: also where it cannot be said. */
      answered: countyCountSchema,
      told: countyCountSchema,
      /** It never told any: what the rule says of its records may be wrong. */
      isBlind: z.boolean(),
    }),
  ),
});

/** GET /api/rules/:id/coverage */
export const ruleCoverageSchema = z.object({
  /** Machine time; null: not counted yet. */
  countedAtMs: instantMsSchema.nullable(),
  /** Chinese: what the last count failed by. */
  failure: z.string().nullable(),
  inputs: z.array(inputCoverageSchema),
  awaited: z.array(awaitedSchema),
  /** Chinese, the gravest first; null where not the whole county is seen. */
  warnings: z.array(z.string()).nullable(),
});
export type RuleCoverage = z.infer<typeof ruleCoverageSchema>;

/** GET /api/rules/coverage/gaps */
export const coverageGapsSchema = z.object({
  /** Rules that were counted. */
  counted: countSchema,
  /** Those of them of which something is to be said; those that may accuse wrongly first. */
  items: z.array(
    z.object({
      ruleId: z.string(),
      title: z.string(),
      mayAccuse: z.boolean(),
      warnings: z.array(z.string()),
      countedAtMs: instantMsSchema,
    }),
  ),
});
export type CoverageGaps = z.infer<typeof coverageGapsSchema>;
