import { z } from 'zod';
import { clueOfFindingSchema } from './clue-of-finding.js';
import { exemptionKindSchema, exemptionSchema } from './exemptions.js';
import {
  codeSchema,
  countSchema,
  csvOf,
  instantMsSchema,
  instantQuerySchema,
  MAX_FILTER_CHARS,
  pageOf,
  pageQueryShape,
  reasonSchema,
  severitySchema,
  snapshotSchema,
} from './primitives.js';

export const findingStatusSchema = z.enum(['open', 'withdrawn', 'dismissed', 'promoted']);
export type FindingStatus = z.infer<typeof findingStatusSchema>;
export const FINDING_STATUS_LABELS: Readonly<Record<FindingStatus, string>> = {
  open: '待核实',
  withdrawn: '已撤回',
  dismissed: '已排除',
  promoted: '已转线索',
};

/** What a person has found out about a finding. */
export const verdictSchema = z.enum(['confirmed', 'unfounded', 'permitted', 'data-error']);
export type Verdict = z.infer<typeof verdictSchema>;
export const VERDICT_LABELS: Readonly<Record<Verdict, string>> = {
  confirmed: '属实',
  unfounded: '不属实',
  permitted: '政策允许',
  'data-error': '数据错误',
};
/** Why a finding is dismissed. */
export const dismissalSchema = verdictSchema.exclude(['confirmed']);
export type Dismissal = z.infer<typeof dismissalSchema>;

/** A kind, a rule's id and a scope. */
const MAX_SUBJECT_KEY_CHARS = 700;

const filterShape = {
  status: csvOf(findingStatusSchema).optional(),
  rule: csvOf(codeSchema).optional(),
  /** Problem class of the rule. */
  class: csvOf(codeSchema).optional(),
  severity: csvOf(severitySchema).optional(),
  township: csvOf(codeSchema).optional(),
  village: csvOf(codeSchema).optional(),
  unit: csvOf(codeSchema).optional(),
  verdict: csvOf(verdictSchema).optional(),
  /** Key of a group: what the findings are about. */
  subject: z.string().max(MAX_SUBJECT_KEY_CHARS).optional(),
  /** `only`: those that people have set aside; `without`: all others. */
  aside: z.enum(['only', 'without']).optional(),
  /** A team's queue, for its people and whoever manages teams; with `place`: what it has taken on this week, or what stands behind that. */
  team: codeSchema.optional(),
  place: z.enum(['week', 'behind']).optional(),
  /** Words in the explanation, the scope or a subject's code. */
  text: z.string().trim().max(MAX_FILTER_CHARS).optional(),
  /** occurredAt in [fromMs, toMs). */
  fromMs: instantQuerySchema.optional(),
  toMs: instantQuerySchema.optional(),
};

/** GET /api/findings/counts */
export const findingFilterSchema = z.object(filterShape);
export type FindingFilterQuery = z.input<typeof findingFilterSchema>;

/** GET /api/findings, newest first */
export const findingListQuerySchema = z.object({
  ...filterShape,
  ...pageQueryShape,
  /** `risk`: severity × expected precision × amount at stake, greatest first. */
  order: z.enum(['newest', 'risk']).default('newest'),
});
export type FindingListQuery = z.input<typeof findingListQuerySchema>;

/** Who or where: a code with its name. */
export const subjectSchema = z.object({ kind: z.string(), kindLabel: z.string(), code: z.string(), name: z.string().nullable() });
export type Subject = z.infer<typeof subjectSchema>;

export const findingSummarySchema = z.object({
  id: z.string(),
  ruleId: z.string(),
  ruleTitle: z.string(),
  class: z.string(),
  classLabel: z.string(),
  severity: severitySchema,
  scope: z.string(),
  status: findingStatusSchema,
  /** County time. */
  occurredAtMs: instantMsSchema,
  /** County time at which it was first found. */
  openedAtMs: instantMsSchema,
  updatedAtMs: instantMsSchema,
  /** The explanation in one or two sentences, with its figures; personal data masked. */
  explanation: z.string(),
  subjects: z.array(subjectSchema),
  /** About an order that was told in confidence: nothing of its content is shown without a reason. */
  confidential: z.boolean(),
  evidenceCount: z.int().nonnegative(),
  /** Null: nobody has decided, or it was dismissed before a class was asked. */
  verdict: verdictSchema.nullable(),
  /** By its risk; null: neither. */
  tier: z.enum(['red', 'yellow']).nullable(),
  /** County time: its rule is not judged since then, because judging it fails; null: it is judged. */
  rulePausedSinceMs: instantMsSchema.nullable(),
  /** Set aside by people, until (county time; null: until somebody ends it). */
  setAside: z.object({ kind: exemptionKindSchema, untilMs: instantMsSchema.nullable() }).nullable(),
});
export type FindingSummary = z.infer<typeof findingSummarySchema>;

export const findingListSchema = pageOf(findingSummarySchema);
export type FindingList = z.infer<typeof findingListSchema>;

/** GET /api/findings/groups: what is about one contract, order, place … together, in the order asked for. */
export const findingGroupListSchema = pageOf(
  z.object({
    /** For the filter `subject`. */
    key: z.string(),
    count: z.int().positive(),
    ruleCount: z.int().positive(),
    /** The most severe, of those the newest; by risk: that of the greatest risk. */
    top: findingSummarySchema,
  }),
);
export type FindingGroupList = z.infer<typeof findingGroupListSchema>;
export type FindingGroup = FindingGroupList['items'][number];

export const findingCountsSchema = z.object({
  total: z.int().nonnegative(),
  /** There are more than are counted: each number says how many there are at least. */
  isAtLeast: z.boolean(),
  /** As of when: for a decision on all that was counted, which leaves out what has come or changed since. */
  asOf: snapshotSchema,
  byStatus: z.array(countSchema),
  byClass: z.array(countSchema),
  bySeverity: z.array(countSchema),
  byVerdict: z.array(countSchema),
  /** Of `total`: those that people have set aside. */
  aside: z.int().nonnegative(),
  byRule: z.array(countSchema),
  byTownship: z.array(countSchema),
});
export type FindingCounts = z.infer<typeof findingCountsSchema>;

/** GET /api/findings/weeks: the week of each team with a weekly budget, of whoever belongs to it or manages teams. */
export const teamWeekListSchema = z.object({
  items: z.array(
    z.object({
      teamId: z.string(),
      teamName: z.string(),
      /** Whether who asks belongs to it. */
      own: z.boolean(),
      weeklyBudget: z.int().positive(),
      /** Monday, by the county's clock. */
      fromDay: z.string(),
      /** Taken on this week and waiting, within the reach of who asks. */
      open: z.int().nonnegative(),
      /** What waits behind that, and how much of it is red. */
      behind: z.int().nonnegative(),
      behindRed: z.int().nonnegative(),
    }),
  ),
});
export type TeamWeekList = z.infer<typeof teamWeekListSchema>;
export type TeamWeek = TeamWeekList['items'][number];

/** One named value of a record, ready to be shown. */
export const shownFieldSchema = z.object({
  name: z.string(),
  label: z.string(),
  /** For people: 元 instead of fen, Chinese names of coded values, China time. */
  text: z.string(),
  /** True where personal data was covered. */
  masked: z.boolean(),
});
export type ShownField = z.infer<typeof shownFieldSchema>;

/** Who had a hand in a record: it is not what its source said. */
export const shownEditSchema = z.object({
  editedBy: z.string(),
  reviewedBy: z.string(),
  reason: z.string(),
  /** The quarantined row that holds the original. */
  quarantineId: z.string(),
});
export type ShownEdit = z.infer<typeof shownEditSchema>;

/** One entry of the timeline, whatever source it came from. */
export const evidenceItemSchema = z.object({
  /** Position in the finding's evidence; names it for the raw record. */
  index: z.int().nonnegative(),
  type: z.string(),
  typeLabel: z.string(),
  /** Chinese name of the source system: 12345 热线 … */
  systemLabel: z.string(),
  recordId: z.string(),
  version: z.int().nonnegative(),
  atMs: instantMsSchema,
  /** The record's part in the proof, and its Chinese name. */
  role: z.string(),
  roleLabel: z.string(),
  /** The entry in one line. */
  title: z.string(),
  unitName: z.string().nullable(),
  villageName: z.string().nullable(),
  fields: z.array(shownFieldSchema),
  /** Belongs to something told in confidence (or nobody knows whether it does): only number, dates and unit are shown. */
  closed: z.boolean(),
  /** False if the warehouse no longer keeps this version. */
  available: z.boolean(),
  /** True if a later version of the record has arrived since. */
  corrected: z.boolean(),
  edit: shownEditSchema.nullable(),
  /** The record is what another rule has found: that finding, where it is within reach. */
  findingId: z.string().nullable(),
});
export type EvidenceItem = z.infer<typeof evidenceItemSchema>;

export const findingHistoryEntrySchema = z.object({
  atMs: instantMsSchema,
  /** Machine time, as entered in the log. */
  recordedAtMs: instantMsSchema,
  kind: z.enum(['opened', 'changed', 'withdrawn', 'reopened', 'lost-support', 'regained-support', 'dismissed', 'promoted']),
  kindLabel: z.string(),
  /** Who decided, or whose edited records changed it; null where the sources' own data did. */
  actor: z.string().nullable(),
  reason: z.string().nullable(),
  /** With a person's decision. */
  verdict: verdictSchema.nullable(),
  /** Records that caused it, e.g. the correction that withdrew a finding. */
  causes: z.array(
    z.object({
      type: z.string(),
      typeLabel: z.string(),
      recordId: z.string(),
      version: z.int().nonnegative(),
      edit: shownEditSchema.nullable(),
    }),
  ),
});
export type FindingHistoryEntry = z.infer<typeof findingHistoryEntrySchema>;

/** The rule as it was when it found this, not as it is now. */
export const shownRuleSchema = z.object({
  id: z.string(),
  version: z.int().nonnegative(),
  /** The version that stands now, where it is another; null: it is this one, or the rule is retired. */
  newerVersion: z.int().nonnegative().nullable(),
  title: z.string(),
  /** The rule in Chinese, one sentence a line. */
  words: z.array(z.string()),
  sql: z.string(),
  legalBasis: z.array(z.string()),
});
export type ShownRule = z.infer<typeof shownRuleSchema>;

/** GET /api/findings/:id */
export const findingDetailSchema = findingSummarySchema.extend({
  ruleVersion: z.int().nonnegative(),
  /** The next instant at which the answer can change by time alone. */
  dueAtMs: instantMsSchema.nullable(),
  figures: z.array(z.object({ name: z.string(), label: z.string(), text: z.string() })),
  /** One timeline across sources, by time. */
  evidence: z.array(evidenceItemSchema),
  /** True if the rule found more records than are kept. */
  evidenceTruncated: z.boolean(),
  rule: shownRuleSchema,
  history: z.array(findingHistoryEntrySchema),
  /** What sets it aside now. */
  exemption: exemptionSchema.nullable(),
  /** Units among its subjects whose pages open for the signed-in person. */
  pagedUnits: z.array(z.string()),
  /** The clue that it is worked on in, where who asks may read it. */
  clue: clueOfFindingSchema.nullable(),
  /** What the signed-in person may do now. */
  allowedDecisions: z.array(z.enum(['dismiss', 'promote', 'reopen'])),
});
export type FindingDetail = z.infer<typeof findingDetailSchema>;

/** GET /api/findings/:id/evidence/:index/raw — `unmask=true` needs `reason`; every call is entered in the audit log. */
export const rawEvidenceQuerySchema = z
  .object({ unmask: z.enum(['true', 'false']).default('false'), reason: reasonSchema.optional() })
  .refine((query) => query.unmask === 'false' || query.reason !== undefined, {
    path: ['reason'],
    error: '查看未遮蔽的个人信息须写明理由',
  });
export type RawEvidenceQuery = z.input<typeof rawEvidenceQuerySchema>;

export const rawEvidenceSchema = z.object({
  type: z.string(),
  typeLabel: z.string(),
  recordId: z.string(),
  source: z.string(),
  version: z.int().nonnegative(),
  hash: z.string(),
  receivedAtMs: instantMsSchema,
  /** As the source sent it, or as it was published after an edit; personal data covered unless asked for with a reason. */
  raw: z.string(),
  edit: shownEditSchema.nullable(),
  masked: z.boolean(),
  /** As in the timeline; false once it is shown with a reason. */
  closed: z.boolean(),
  fields: z.array(shownFieldSchema),
});
export type RawEvidence = z.infer<typeof rawEvidenceSchema>;

/** POST /api/findings/:id/decisions */
export const decisionRequestSchema = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('dismiss'), verdict: dismissalSchema, reason: reasonSchema }),
  z.strictObject({ decision: z.literal('promote'), reason: reasonSchema.optional() }),
  z.strictObject({ decision: z.literal('reopen'), reason: reasonSchema }),
]);
export type DecisionRequest = z.infer<typeof decisionRequestSchema>;
