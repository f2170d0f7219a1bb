import { MAX_RULE_CHARS } from '@tianyan/contracts/limits';
import { z } from 'zod';
import { codeSchema, countSchema, instantMsSchema, reasonSchema } from './primitives.js';
import { trialResultSchema, trialSampleSchema } from './rules.js';

/** Where a draft is: being written, waiting for a second person, sent back, approved, published, given up. */
export const draftStateSchema = z.enum(['draft', 'submitted', 'returned', 'approved', 'published', 'discarded']);
export type DraftState = z.infer<typeof draftStateSchema>;

export const draftEventSchema = z.object({
  event: z.enum([
    'created',
    'edited',
    'passed',
    'tried',
    'submitted',
    'approved',
    'returned',
    'shadowed',
    'published',
    'discarded',
  ]),
  /** Sign-in name. */
  actor: z.string(),
  reason: z.string().nullable(),
  /** Why it was handed in or published untried. */
  untriedReason: z.string().nullable(),
  atMs: instantMsSchema,
  /** Whether it was done to the text as it is now. */
  isOfThisText: z.boolean(),
});
export type DraftEvent = z.infer<typeof draftEventSchema>;

export const draftSummarySchema = z.object({
  id: z.string(),
  /** As far as the text says it; empty: not yet. */
  ruleId: z.string(),
  title: z.string(),
  state: draftStateSchema,
  /** To be handed back with every step: a step on a text that was changed meanwhile is refused. */
  revision: z.int().positive(),
  createdBy: z.string(),
  createdAtMs: instantMsSchema,
  changedBy: z.string(),
  changedAtMs: instantMsSchema,
  /** Whether all examples of the text as it is now have passed. */
  hasPassed: z.boolean(),
  isTried: z.boolean(),
  /** By somebody who sees the whole county; else whoever publishes it has to say why it is published all the same. */
  isTriedWhole: z.boolean(),
});
export type DraftSummary = z.infer<typeof draftSummarySchema>;

/** GET /api/rules/drafts */
export const draftListSchema = z.object({ items: z.array(draftSummarySchema) });

/** GET /api/rules/drafts/:id */
export const draftDetailSchema = draftSummarySchema.extend({
  yaml: z.string(),
  /** What is wrong with the text, Chinese, with lines; null: it is a rule. */
  problem: z.string().nullable(),
  /** The text that stands of the same rule, to compare; null: none does. */
  standing: z.object({ version: z.int(), yaml: z.string() }).nullable(),
  /** Null: not tried, or by somebody who sees more of the county than who asks. */
  trial: trialResultSchema.nullable(),
  /** Oldest first. */
  events: z.array(draftEventSchema),
  /** Whether who asks may review it: somebody who had no hand in it. */
  mayReview: z.boolean(),
});
export type DraftDetail = z.infer<typeof draftDetailSchema>;

const draftYamlSchema = z.string().trim().max(MAX_RULE_CHARS, '规则全文过长，请确认选对了文件');
const revisionSchema = z.int().positive();

/** POST /api/rules/drafts */
export const createDraftRequestSchema = z.strictObject({
  yaml: draftYamlSchema,
  /** Digest of the published text that it begins as; null: a new rule. */
  basedOn: codeSchema.nullable(),
});
export type CreateDraftRequest = z.infer<typeof createDraftRequestSchema>;
/** PUT /api/rules/drafts/:id */
export const editDraftRequestSchema = z.strictObject({ yaml: draftYamlSchema, revision: revisionSchema });
export type EditDraftRequest = z.infer<typeof editDraftRequestSchema>;
/** POST /api/rules/drafts/:id/trial: keeps what came of a trial with the draft. */
export const keepTrialRequestSchema = z.strictObject({ trialId: codeSchema, revision: revisionSchema });
export type KeepTrialRequest = z.infer<typeof keepTrialRequestSchema>;
/** POST /api/rules/drafts/:id/discard */
export const draftStepRequestSchema = z.strictObject({ revision: revisionSchema, reason: reasonSchema });
export type DraftStepRequest = z.infer<typeof draftStepRequestSchema>;
/** Why a text that was never tried over the records is handed in or published all the same; asked for only then. */
const untriedShape = { untriedReason: reasonSchema.optional() };
/** POST /api/rules/drafts/:id/submit */
export const submitDraftRequestSchema = draftStepRequestSchema.extend(untriedShape);
export type SubmitDraftRequest = z.infer<typeof submitDraftRequestSchema>;
/** POST /api/rules/drafts/:id/review */
export const reviewDraftRequestSchema = z.strictObject({
  revision: revisionSchema,
  verdict: z.enum(['approved', 'returned']),
  reason: reasonSchema,
});
export type ReviewDraftRequest = z.infer<typeof reviewDraftRequestSchema>;
/** POST /api/rules/drafts/:id/publish */
export const publishDraftRequestSchema = z.strictObject({
  as: z.enum(['live', 'shadow']),
  reason: reasonSchema,
  ...untriedShape,
});
export type PublishDraftRequest = z.infer<typeof publishDraftRequestSchema>;

/** Documents of one import: a county's rules and more. */
export const MAX_IMPORTED_RULES = 500;
/** All texts of one import; more is no file of rules. */
export const MAX_IMPORT_CHARS = 4_000_000;

/** POST /api/rules/drafts/import: one or more rules, divided by lines of `---`. */
export const importRulesRequestSchema = z.strictObject({
  yaml: z
    .string()
    .trim()
    .min(1, '文件是空的')
    .max(MAX_IMPORT_CHARS, `文件过大，最多 ${MAX_IMPORT_CHARS / 1_000_000} 百万字`),
});
export type ImportRulesRequest = z.infer<typeof importRulesRequestSchema>;
export const importedRuleSchema = z.object({
  ruleId: z.string(),
  title: z.string(),
  /** `wrong`: no draft was made of it. `same`: it stands as it is; no draft either. */
  outcome: z.enum(['new', 'changed', 'same', 'wrong']),
  /** With `wrong`, Chinese. */
  problem: z.string().nullable(),
  draftId: z.string().nullable(),
});
export type ImportedRule = z.infer<typeof importedRuleSchema>;
export const importAnswerSchema = z.object({ items: z.array(importedRuleSchema) });

/** GET /api/rules/export: the texts that stand, divided by lines of `---`. */
export const exportQuerySchema = z.object({ id: codeSchema.optional() });
export const ruleExportSchema = z.object({ yaml: z.string(), count: z.int().nonnegative() });

/** GET /api/rules/:id/shadow */
export const ruleShadowSchema = z.object({
  version: z.int(),
  title: z.string().nullable(),
  progress: z.enum(['set-aside', 'waiting', 'sweeping', 'live']),
  /** Who let it be judged in shadow, when and why. */
  actor: z.string(),
  reason: z.string(),
  sinceMs: instantMsSchema,
  findings: z.object({
    /** That the data support now. */
    holds: z.int().nonnegative(),
    /** Of them, those that the rule that speaks finds as well. */
    alsoLive: z.int().nonnegative(),
    /** Those of the rule that speaks that it does not have. */
    onlyLive: z.int().nonnegative(),
    perMonth: z.array(countSchema),
    perTownship: z.array(countSchema),
    samples: z.array(trialSampleSchema),
  }),
});
export type RuleShadow = z.infer<typeof ruleShadowSchema>;
/** POST /api/rules/:id/shadow/live and …/end */
export const shadowStepRequestSchema = z.strictObject({ reason: reasonSchema });
export type ShadowStepRequest = z.infer<typeof shadowStepRequestSchema>;
/** POST /api/rules/:id/restore */
export const restoreRuleRequestSchema = z.strictObject({ digest: codeSchema, reason: reasonSchema });
export type RestoreRuleRequest = z.infer<typeof restoreRuleRequestSchema>;
