import { MAX_RULE_CHARS } from '@tianyan/contracts/limits';
import { z } from 'zod';
import { subjectSchema } from './findings.js';
import { precisionSchema } from './precision.js';
import {
  chinaDaySchema,
  codeSchema,
  countSchema,
  instantMsSchema,
  MAX_CODE_CHARS,
  reasonSchema,
  severitySchema,
} from './primitives.js';

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

const switchShape = {
  enabled: z.boolean(),
  sources: z.array(codeSchema).min(1, '请至少选一个数据源，或选“全部数据源”').max(MAX_SWITCH_SOURCES).nullable(),
};

/** PUT /api/rules/:id/switch */
export const ruleSwitchRequestSchema = z.strictObject({ ...switchShape, reason: reasonSchema });
export type RuleSwitchRequest = z.infer<typeof ruleSwitchRequestSchema>;

export const rulePackSchema = z.enum(['shipped', 'county']);
export type RulePack = z.infer<typeof rulePackSchema>;

/** Rules switched at once by their own switches; more stand in no list that a person ticks. A pack has no such limit. */
export const MAX_SWITCHED_RULES = 500;

const switchedRulesShape = {
  ruleIds: z.array(codeSchema).min(1, '请至少选一条规则').max(MAX_SWITCHED_RULES, `一次最多开关 ${MAX_SWITCHED_RULES} 条规则`),
};

/** POST /api/rules/switch/trials: a pack, or some rules. */
export const trySwitchRequestSchema = z.union([
  z.strictObject({ pack: rulePackSchema, ...switchShape }),
  z.strictObject({ ...switchedRulesShape, ...switchShape }),
]);
export type TrySwitchRequest = z.infer<typeof trySwitchRequestSchema>;

/** One of both has to be given, except to switch off: the trial of exactly this switch that was seen, or why nobody looked. */
const seenShape = { preview: codeSchema.optional(), unseenReason: reasonSchema.optional() };

/** PUT /api/rules/packs/:pack/switch */
export const packSwitchRequestSchema = z.strictObject({ ...switchShape, ...seenShape, reason: reasonSchema });
export type PackSwitchRequest = z.infer<typeof packSwitchRequestSchema>;

/** PUT /api/rules/switch */
export const rulesSwitchRequestSchema = z.strictObject({
  ...switchedRulesShape,
  ...switchShape,
  ...seenShape,
  reason: reasonSchema,
});
export type RulesSwitchRequest = z.infer<typeof rulesSwitchRequestSchema>;

export const rulePackSummarySchema = z.object({
  pack: rulePackSchema,
  label: z.string(),
  ruleCount: z.int().nonnegative(),
  switch: ruleSwitchSchema,
});
export type RulePackSummary = z.infer<typeof rulePackSummarySchema>;

/** How far a rule is: `off` where it does not run, `set-aside` where judging it failed. */
export const ruleProgressSchema = z.enum(['off', 'set-aside', 'waiting', 'sweeping', 'live']);
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
  /** What it finds, in the words of its text: lists are searched by it. */
  about: z.string(),
  /** Record types it reads, as Chinese names. */
  reads: z.array(z.string()),
  openFindings: z.int().nonnegative(),
  /** Null: nobody has decided on one of its findings. */
  precision: precisionSchema.nullable(),
  pack: rulePackSchema,
  /** The rule's own switch. */
  switch: ruleSwitchSchema,
  /** What comes of it, its pack and its file: whether it is judged at all. */
  runs: z.boolean(),
  /** A version that is judged in shadow beside it; null: none. */
  shadowVersion: z.int().nullable(),
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
  /** Those of which nothing speaks yet: judged in shadow alone. */
  inShadow: z.array(z.object({ id: z.string(), version: z.int(), title: z.string() })),
  packs: z.array(rulePackSummarySchema),
  /** To choose from when a rule is limited. */
  sources: z.array(z.object({ name: z.string(), label: z.string() })),
});
export type RuleList = z.infer<typeof ruleListSchema>;

/** GET /api/rules/:id */
export const ruleDetailSchema = ruleSummarySchema.extend({
  /** Null: it stands. Otherwise all else is said of the text that stood last. */
  retired: retirementSchema.nullable(),
  /** Nothing of it speaks yet, and it was not taken away: all else is said of the text in shadow. */
  isShadowOnly: z.boolean(),
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

const ruleTextSchema = z.string().trim().min(1, '请粘贴或选择规则全文').max(MAX_RULE_CHARS, '规则全文过长，请确认选对了文件');

/** What was published or restored. */
export const publishedRuleAnswerSchema = z.object({ id: z.string(), version: z.int(), title: z.string() });
export type PublishedRuleAnswer = z.infer<typeof publishedRuleAnswerSchema>;

/** Numbers of known cases of one trial: as many as a person looks through and pastes. */
export const MAX_KNOWN_CASES = 500;

/** POST /api/rules/trials */
export const tryRuleRequestSchema = z.strictObject({
  yaml: ruleTextSchema,
  /** First and last day of the problems that are counted, in China; missing: all. */
  from: chinaDaySchema.optional(),
  to: chinaDaySchema.optional(),
  /** With `to`: judged is what was known at the end of that day, by the records received until then. */
  asKnown: z.boolean().optional(),
  /** Sources to which the rule's switch would limit it, null: to none; missing: as it is limited now. */
  limitedTo: z.array(codeSchema).min(1).max(MAX_SWITCH_SOURCES).nullable().optional(),
  /** Numbers of cases that somebody knows (orders, contracts …): which of them the rule hits is told. */
  known: z
    .array(z.string().trim().min(1).max(MAX_CODE_CHARS, '编号过长，请每行只写一个编号'))
    .max(MAX_KNOWN_CASES, `已知案件的编号最多 ${MAX_KNOWN_CASES} 个`)
    .optional(),
});
export type TryRuleRequest = z.infer<typeof tryRuleRequestSchema>;
export const startedTrialSchema = z.object({ id: z.string() });

/** What the rule would find, or has found, in one scope. */
export const trialSampleSchema = z.object({
  scope: z.string(),
  occurredAtMs: instantMsSchema,
  /** Personal data masked. */
  explanation: z.string(),
  subjects: z.array(subjectSchema),
  /** The first records of the proof. */
  evidence: z.array(z.object({ typeLabel: z.string(), recordId: z.string(), atMs: instantMsSchema, roleLabel: z.string() })),
  evidenceCount: z.int().nonnegative(),
});
export type TrialSample = z.infer<typeof trialSampleSchema>;

const trialCountSchema = z.int().nonnegative();

/** Findings by what people have found out: 属实, 不属实, 政策允许, 数据错误, dismissed before a class was asked, and nobody has decided. */
export const decidedCountsSchema = z.object({
  confirmed: trialCountSchema,
  unfounded: trialCountSchema,
  permitted: trialCountSchema,
  'data-error': trialCountSchema,
  unclassed: trialCountSchema,
  open: trialCountSchema,
});
export type DecidedCounts = z.infer<typeof decidedCountsSchema>;

/** How much there is for one input of the rule. */
export const trialInputSchema = z.object({
  input: z.string(),
  typeLabel: z.string(),
  /** Records of its type, of the townships that who asked may see; null: they name no township. */
  records: trialCountSchema.nullable(),
  /** Those that its conditions let through; null as above. */
  passing: trialCountSchema.nullable(),
  /** Fields that decide whether a record is found, with the records in which they are empty. */
  fields: z.array(z.object({ field: z.string(), label: z.string(), empty: trialCountSchema })),
});
export type TrialInput = z.infer<typeof trialInputSchema>;

export const trialResultSchema = z.object({
  rule: z.object({ id: z.string(), version: z.int(), title: z.string() }),
  /** County time. */
  nowMs: instantMsSchema,
  /** Only problems that came about in it were counted; null: all. */
  period: z.object({ fromMs: instantMsSchema, beforeMs: instantMsSchema }).nullable(),
  /** As it was known then; null: by all records. What stands is not compared with the past. */
  knownAtMs: instantMsSchema.nullable(),
  /** `differences` is empty where it passed. */
  examples: z.array(z.object({ name: z.string(), differences: z.array(z.string()) })),
  /** Scopes with records that the rule looks at; null: of less than the county nobody can say it. */
  scopes: trialCountSchema.nullable(),
  hits: trialCountSchema,
  /** Without a hit: why, in a sentence; null: there are hits, or it is not known. */
  nothing: z.string().nullable(),
  /** No hit now; by time alone there may be one. Null for less than the county. */
  due: trialCountSchema.nullable(),
  /** The months of the period, or the last 24, of `occurredAt`, oldest first. */
  perMonth: z.array(countSchema),
  earlier: trialCountSchema,
  perTownship: z.array(countSchema),
  perUnit: z.array(countSchema),
  /** Units beyond those of `perUnit`. */
  furtherUnits: trialCountSchema,
  /** The newest hits. */
  samples: z.array(trialSampleSchema),
  inputs: z.array(trialInputSchema),
  /** Of things of the kind that the rule judges (orders, contracts …) with a confirmed finding of any rule, of the period, those that are hit; null: not told. */
  confirmed: z.object({ subjects: trialCountSchema, hit: trialCountSchema, missed: z.array(z.string()) }).nullable(),
  /** Of the numbers that were typed in; null: none were. */
  known: z.object({ hit: z.array(z.string()), missed: z.array(z.string()) }).nullable(),
  /** What stands of the rule was not all there yet: it was being judged for the first time, or anew. */
  underWay: z.boolean(),
  /** The version that stands now; null: none. */
  standingVersion: z.int().nullable(),
  /** Against the findings that stand; null: nothing stands, or it cannot be compared. */
  changes: z
    .object({
      standing: trialCountSchema,
      gained: trialCountSchema,
      lost: trialCountSchema,
      gainedSamples: z.array(trialSampleSchema),
      lostSamples: z.array(trialSampleSchema),
      /** Each of the three; null in results of before. */
      decided: z.object({ standing: decidedCountsSchema, gained: decidedCountsSchema, lost: decidedCountsSchema }).nullable(),
    })
    .nullable(),
});
export type TrialResult = z.infer<typeof trialResultSchema>;

/** What a switch of several rules does to one of them; see `SwitchedRule` of libs/findings. */
export const switchedRuleSchema = z.object({
  id: z.string(),
  version: z.int(),
  /** Null: this program does not understand its text. */
  title: z.string().nullable(),
  effect: z.enum(['on', 'off', 'sources']),
  changes: z
    .object({
      standing: trialCountSchema,
      gained: trialCountSchema,
      lost: trialCountSchema,
      decided: z.object({ gained: decidedCountsSchema, lost: decidedCountsSchema }),
    })
    .nullable(),
  uncounted: z.enum(['out-of-reach', 'too-many', 'too-much', 'fails', 'no-time', 'unreadable']).nullable(),
  /** What stands of it, or what it judges, was not all there yet: it was being judged for the first time, or anew. Missing: it was, or nobody looked. */
  underWay: z.boolean().optional(),
});
export type SwitchedRule = z.infer<typeof switchedRuleSchema>;

export const switchPreviewSchema = z.object({
  /** County time. */
  nowMs: instantMsSchema,
  rules: z.array(switchedRuleSchema),
  /** Rules of the choice that stay what they are. */
  unchanged: trialCountSchema,
  /** Titles of rules that judge what others find; they follow later. */
  followers: z.array(z.string()),
});
export type SwitchPreview = z.infer<typeof switchPreviewSchema>;

/** GET /api/rules/trials/:id */
export const ruleTrialSchema = z.object({
  id: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  /** 0 to 1. */
  progress: z.number().min(0).max(1),
  /** Of one rule. */
  result: trialResultSchema.nullable(),
  /** Of a switch of several. */
  switched: switchPreviewSchema.nullable(),
  /** Chinese, where it failed. */
  failure: z.string().nullable(),
  /**
   * Files and first pulls beside it: none; one that has not been judged yet, of which a part at most was seen; or one that has been since it began to read:
   * before something is saved by it, it has to be asked for again.
   */
  loads: z.enum(['none', 'open', 'taken-in']),
});
export type RuleTrial = z.infer<typeof ruleTrialSchema>;

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
  /** Why it was published without having been tried over the records; null: it was, or nobody was asked. */
  untriedReason: z.string().nullable(),
  publishedAtMs: instantMsSchema,
  /** Whether this text stands now. */
  isPublished: z.boolean(),
});
export type RuleVersionItem = z.infer<typeof ruleVersionItemSchema>;
export const ruleVersionListSchema = z.object({ items: z.array(ruleVersionItemSchema) });
export type RuleVersionList = z.infer<typeof ruleVersionListSchema>;
