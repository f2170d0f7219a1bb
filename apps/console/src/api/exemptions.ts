import { z } from 'zod';
import { chinaDaySchema, codeSchema, instantMsSchema, reasonSchema } from './primitives.js';

/** `exception`: permitted, by a document; `snooze`: put off until a day. */
export const exemptionKindSchema = z.enum(['exception', 'snooze']);
export type ExemptionKind = z.infer<typeof exemptionKindSchema>;
export const EXEMPTION_KIND_LABELS: Readonly<Record<ExemptionKind, string>> = { exception: '例外', snooze: '暂缓' };

/** Longest name of a document. */
export const MAX_DOCUMENT_CHARS = 300;
/** Longest code of a subject: that of a scope of three parts. */
export const MAX_SUBJECT_CODE_CHARS = 500;
/** Longest snooze; what is put off for longer is an exception. */
export const MAX_SNOOZE_DAYS = 366;

/** Findings of a rule about a subject that people have set aside: still judged and counted, but not waiting and not told. */
export const exemptionSchema = z.object({
  id: z.string(),
  ruleId: z.string(),
  ruleTitle: z.string(),
  /** Chinese: 单位 …, 判断对象 … */
  subject: z.string(),
  kind: exemptionKindSchema,
  reason: z.string(),
  document: z.string().nullable(),
  account: z.string(),
  /** County time. */
  madeAtMs: instantMsSchema,
  /** County time; null: never by itself. */
  expiresAtMs: instantMsSchema.nullable(),
  ended: z.object({ account: z.string(), reason: z.string(), atMs: instantMsSchema }).nullable(),
  /** Neither ended nor expired. */
  counts: z.boolean(),
  /** Findings within reach that it sets aside now. */
  findings: z.int().nonnegative(),
  mayEnd: z.boolean(),
});
export type Exemption = z.infer<typeof exemptionSchema>;

/** GET /api/exemptions?rule= */
export const exemptionListQuerySchema = z.object({ rule: codeSchema.optional() });
export const exemptionListSchema = z.object({
  items: z.array(exemptionSchema),
  /** Of one rule: what its findings can be set aside by, the narrowest first. */
  subjectKinds: z.array(z.object({ kind: z.string(), label: z.string() })),
});
export type ExemptionList = z.infer<typeof exemptionListSchema>;

/** Said also where nothing was filled in: a form leaves the field out. */
const NO_DOCUMENT = '请写明依据的文件（名称、文号）';
const documentSchema = z.string(NO_DOCUMENT).trim().min(2, NO_DOCUMENT).max(MAX_DOCUMENT_CHARS, `最多 ${MAX_DOCUMENT_CHARS} 字`);

/** POST /api/findings/:id/exemptions; the rule and the subject's code are the finding's. */
export const exemptionRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('exception'),
    /** `scope`, or the kind of one of the finding's subjects. */
    subjectKind: codeSchema,
    reason: reasonSchema,
    document: documentSchema,
    /** Last day on which it counts; missing: until somebody ends it. */
    untilDay: chinaDaySchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('snooze'),
    subjectKind: codeSchema,
    reason: reasonSchema,
    document: documentSchema.optional(),
    untilDay: z.iso.date('请选择暂缓到哪一天'),
  }),
]);
export type ExemptionRequest = z.infer<typeof exemptionRequestSchema>;

/** POST /api/exemptions: from the page of a rule, of a subject that may have no finding yet. */
const ofRuleShape = {
  ruleId: codeSchema,
  /** Code of the subject, as findings of the rule name it. */
  subjectCode: z.string().trim().min(1, '请填写对象的编号').max(MAX_SUBJECT_CODE_CHARS, `最多 ${MAX_SUBJECT_CODE_CHARS} 字`),
};
const [exceptionSchema, snoozeSchema] = exemptionRequestSchema.options;
export const ruleExemptionRequestSchema = z.discriminatedUnion('kind', [
  exceptionSchema.extend(ofRuleShape),
  snoozeSchema.extend(ofRuleShape),
]);
export type RuleExemptionRequest = z.infer<typeof ruleExemptionRequestSchema>;

/** POST /api/exemptions */
export const madeExemptionSchema = z.object({ id: z.string() });

/** POST /api/exemptions/:id/end */
export const endExemptionRequestSchema = z.strictObject({ reason: reasonSchema });
export type EndExemptionRequest = z.infer<typeof endExemptionRequestSchema>;
