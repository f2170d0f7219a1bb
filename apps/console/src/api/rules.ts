import { MAX_RULE_CHARS } from '@tianyan/contracts/limits';
import { z } from 'zod';
import { codeSchema, instantMsSchema, reasonSchema, severitySchema } from './primitives.js';

/** What a person has set for a rule or a pack; `setBy` is null where nobody has. */
export const ruleSwitchSchema = z.object({
  enabled: z.boolean(),
  /** Names of the sources whose records it judges; null: of all. */
  sources: z.array(z.string()).nullable(),
  setBy: z.object({ account: z.string(), reason: z.string(), atMs: instantMsSchema }).nullable(),
});
export type RuleSwitch = z.infer<typeof ruleSwitchSchema>;

/** Sources that one rule can be limited to; a county has a few dozen. */
const MAX_SWITCH_SOURCES = 100;

/** PUT /api/rules/:id/switch and /api/rules/packs/:pack/switch */
export const ruleSwitchRequestSchema = z.strictObject({
  enabled: z.boolean(),
  sources: z.array(codeSchema).min(1, '请至少选一个数据源，或选“全部数据源”').max(MAX_SWITCH_SOURCES).nullable(),
  reason: reasonSchema,
});
export type RuleSwitchRequest = z.infer<typeof ruleSwitchRequestSchema>;

export const rulePackSchema = z.enum(['shipped', 'county']);
export type RulePack = z.infer<typeof rulePackSchema>;

export const rulePackSummarySchema = z.object({
  pack: rulePackSchema,
  label: z.string(),
  ruleCount: z.int().nonnegative(),
  switch: ruleSwitchSchema,
});
export type RulePackSummary = z.infer<typeof rulePackSummarySchema>;

/** How far a rule is: `off` where it does not run. */
export const ruleProgressSchema = z.enum(['off', 'waiting', 'sweeping', 'live']);
export type RuleProgress = z.infer<typeof ruleProgressSchema>;

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
  pack: rulePackSchema,
  /** The rule's own switch. */
  switch: ruleSwitchSchema,
  /** What comes of it, its pack and its file: whether it is judged at all. */
  runs: z.boolean(),
  progress: ruleProgressSchema,
  /** Chinese names of the sources it is limited to; null: all. */
  limitedTo: z.array(z.string()).nullable(),
});
export type RuleSummary = z.infer<typeof ruleSummarySchema>;
/** Who took a rule away, when and why; `account` is null where its file was missing at a start. */
export const retirementSchema = z.object({
  account: z.string().nullable(),
  reason: z.string().nullable(),
  atMs: instantMsSchema,
});
export type Retirement = z.infer<typeof retirementSchema>;
export const retiredRuleSchema = z.object({
  id: z.string(),
  /** Of the text that stood last. */
  version: z.int().nonnegative(),
  title: z.string(),
  retired: retirementSchema,
});
export type RetiredRuleItem = z.infer<typeof retiredRuleSchema>;
export const ruleListSchema = z.object({
  items: z.array(ruleSummarySchema),
  /** Those that were taken away; they can be published again. */
  retired: z.array(retiredRuleSchema),
  packs: z.array(rulePackSummarySchema),
  /** To choose from when a rule is limited. */
  sources: z.array(z.object({ name: z.string(), label: z.string() })),
});
export type RuleList = z.infer<typeof ruleListSchema>;

/** GET /api/rules/:id */
export const ruleDetailSchema = ruleSummarySchema.extend({
  /** Null: it stands. Otherwise all else is said of the text that stood last. */
  retired: retirementSchema.nullable(),
  words: z.array(z.string()),
  /** What is judged, written from the rule itself. */
  meaning: z.array(z.string()),
  sql: z.string(),
  /** To choose from when the rule is limited. */
  sources: z.array(z.object({ name: z.string(), label: z.string() })),
  parameters: z.array(z.object({ name: z.string(), label: z.string(), text: z.string() })),
  legalBasis: z.array(z.string()),
  exampleCount: z.int().nonnegative(),
  findingsByStatus: z.object({ open: z.int(), withdrawn: z.int(), dismissed: z.int(), promoted: z.int() }),
});
export type RuleDetail = z.infer<typeof ruleDetailSchema>;

/** POST /api/rules */
export const publishRuleRequestSchema = z.strictObject({
  yaml: z.string().trim().min(1, '请粘贴或选择规则全文').max(MAX_RULE_CHARS, '规则全文过长，请确认选对了文件'),
  reason: reasonSchema,
});
export type PublishRuleRequest = z.infer<typeof publishRuleRequestSchema>;
export const publishedRuleAnswerSchema = z.object({ id: z.string(), version: z.int(), title: z.string() });
export type PublishedRuleAnswer = z.infer<typeof publishedRuleAnswerSchema>;

/** POST /api/rules/:id/retire */
export const retireRuleRequestSchema = z.strictObject({ reason: reasonSchema });
export type RetireRuleRequest = z.infer<typeof retireRuleRequestSchema>;

/** GET /api/rules/:id/versions */
export const ruleVersionItemSchema = z.object({
  digest: z.string(),
  version: z.int(),
  /** Null where this program no longer understands the text. */
  title: z.string().nullable(),
  yaml: z.string(),
  origin: z.string(),
  /** Sign-in name; null: the program, from a file. */
  publishedBy: z.string().nullable(),
  reason: z.string().nullable(),
  publishedAtMs: instantMsSchema,
  /** Whether this text stands now. */
  isPublished: z.boolean(),
});
export type RuleVersionItem = z.infer<typeof ruleVersionItemSchema>;
export const ruleVersionListSchema = z.object({ items: z.array(ruleVersionItemSchema) });
export type RuleVersionList = z.infer<typeof ruleVersionListSchema>;
