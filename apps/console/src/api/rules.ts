import { z } from 'zod';
import { severitySchema } from './primitives.js';

/** GET /api/rules */
export const ruleSummarySchema = z.object({
  id: z.string(),
  version: z.int().nonnegative(),
  title: z.string(),
  class: z.string(),
  classLabel: z.string(),
  severity: severitySchema,
  kind: z.string(),
  kindLabel: z.string(),
  /** Record types it reads, as Chinese names. */
  reads: z.array(z.string()),
  openFindings: z.int().nonnegative(),
});
export type RuleSummary = z.infer<typeof ruleSummarySchema>;
export const ruleListSchema = z.object({ items: z.array(ruleSummarySchema) });
export type RuleList = z.infer<typeof ruleListSchema>;

/** GET /api/rules/:id */
export const ruleDetailSchema = ruleSummarySchema.extend({
  words: z.array(z.string()),
  sql: z.string(),
  parameters: z.array(z.object({ name: z.string(), label: z.string(), text: z.string() })),
  legalBasis: z.array(z.string()),
  exampleCount: z.int().nonnegative(),
  findingsByStatus: z.object({ open: z.int(), withdrawn: z.int(), dismissed: z.int(), promoted: z.int() }),
});
export type RuleDetail = z.infer<typeof ruleDetailSchema>;
