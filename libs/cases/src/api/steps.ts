import { z } from 'zod';
import { CLUE_VERDICTS, DISPOSALS, FORMS } from './states.js';

/** Longest text of a step: a report in short; the report itself is a document. */
export const MAX_STEP_TEXT_CHARS = 2_000;
/** Longest name of a person, an authority, a document. */
export const MAX_STEP_NAME_CHARS = 100;
/** Findings of one clue: more is a campaign, and nobody verifies it as one matter. */
export const MAX_CLUE_FINDINGS = 50;

/** Working days of one extension: whoever needs more suspends the clue. */
export const MAX_EXTENSION_DAYS = 60;
/** Money of one clue: 10 billion yuan is more than a county spends in a year. */
const MAX_RECOVERED_FEN = 1_000_000_000_000;

/** People in the know of one clue: with more it is no secret. */
export const MAX_CIRCLE = 30;

const idSchema = z.string().min(1).max(200);
const text = (asked: string) =>
  z.string(asked).trim().min(2, asked).max(MAX_STEP_TEXT_CHARS, `最多 ${MAX_STEP_TEXT_CHARS} 字，请精简`);
const name = (asked: string) => z.string(asked).trim().min(2, asked).max(MAX_STEP_NAME_CHARS, `最多 ${MAX_STEP_NAME_CHARS} 字`);
const reason = text('请写明理由（至少两个字）');
const opinion = text('意见至少写两个字').optional();
export const findingIdsSchema = z
  .array(idSchema)
  .min(1, '请至少选择一条疑点')
  .max(MAX_CLUE_FINDINGS, `一条线索最多 ${MAX_CLUE_FINDINGS} 条疑点`);

/** What people ask to be done with a clue; each is a step (办理步骤) of its history. */
export const stepRequestSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('assign'), assigneeId: z.string('请选择承办人').min(1, '请选择承办人').max(200), opinion }),
  z.strictObject({ step: z.literal('return'), reason }),
  z.strictObject({ step: z.literal('recuse'), userId: z.string('请选择回避的人').min(1, '请选择回避的人').max(200), reason }),
  z.strictObject({ step: z.literal('verify'), verdict: z.enum(CLUE_VERDICTS, '请选择核实结论'), report: text('请写明核实情况') }),
  z.strictObject({ step: z.literal('propose'), disposal: z.enum(DISPOSALS, '请选择处置方式'), reason }),
  z.strictObject({ step: z.literal('approve'), opinion }),
  z.strictObject({ step: z.literal('send-back'), reason }),
  z.strictObject({
    step: z.literal('report'),
    outcome: z.enum(['rectify', 'conclude'], '请选择下一步'),
    report: text('请写明办理情况'),
  }),
  z.strictObject({
    step: z.literal('add-person'),
    name: name('请填写姓名'),
    unit: name('请填写单位'),
    post: name('职务至少写两个字').optional(),
    /** The entry of whom they are the same person as (同一人); null: somebody else; missing: nobody of this name was to be seen. */
    sameAsId: idSchema.nullable().optional(),
  }),
  z.strictObject({
    step: z.literal('set-form'),
    personId: z.string('请选择人员').min(1, '请选择人员').max(200),
    form: z.enum(FORMS, '请选择形态'),
    measure: text('请写明具体措施'),
  }),
  z.strictObject({
    step: z.literal('transfer'),
    authority: name('请填写移送到哪个机关、哪一级'),
    document: name('请填写移送文书的名称或文号'),
    reason,
  }),
  z.strictObject({
    step: z.literal('answer'),
    outcome: z.enum(['taken-over', 'sent-back'], '请选择答复结果'),
    report: text('请写明答复内容'),
  }),
  z.strictObject({
    step: z.literal('submit'),
    report: text('请写明整改情况'),
    /** Money that this rectification has recovered (追回金额). */
    recoveredFen: z
      .int('请填写追回金额')
      .nonnegative('追回金额不能小于 0')
      .max(MAX_RECOVERED_FEN, '追回金额过大，请核对单位是否为元')
      .optional(),
    /** The system (制度) that was built or improved. */
    improvement: text('建立或完善的制度至少写两个字').optional(),
  }),
  z.strictObject({ step: z.literal('accept'), opinion }),
  z.strictObject({ step: z.literal('reject'), reason }),
  z.strictObject({ step: z.literal('close'), report: text('请写明办结情况') }),
  z.strictObject({
    step: z.literal('revisit'),
    outcome: z.enum(['holds', 'relapsed'], '请选择回访结果'),
    report: text('请写明回访情况'),
  }),
  z.strictObject({
    step: z.literal('restrict'),
    userIds: z
      .array(idSchema, '请选择知悉范围内的人')
      .min(1, '请选择知悉范围内的人')
      .max(MAX_CIRCLE, `知悉范围最多 ${MAX_CIRCLE} 人`),
    reason,
  }),
  z.strictObject({ step: z.literal('unrestrict'), reason }),
  z.strictObject({ step: z.literal('suspend'), reason }),
  z.strictObject({ step: z.literal('resume'), reason }),
  z.strictObject({
    step: z.literal('ask-extension'),
    workingDays: z
      .int('请填写延长几个工作日')
      .min(1, '请填写延长几个工作日')
      .max(MAX_EXTENSION_DAYS, `一次最多延长 ${MAX_EXTENSION_DAYS} 个工作日`),
    reason,
  }),
  z.strictObject({ step: z.literal('approve-extension'), opinion }),
  z.strictObject({ step: z.literal('refuse-extension'), reason }),
  z.strictObject({ step: z.literal('ask-reopening'), reason }),
  z.strictObject({ step: z.literal('approve-reopening'), opinion }),
  z.strictObject({ step: z.literal('refuse-reopening'), reason }),
  z.strictObject({ step: z.literal('add-findings'), findingIds: findingIdsSchema, reason: reason.optional() }),
  z.strictObject({ step: z.literal('split'), findingIds: findingIdsSchema, reason }),
  z.strictObject({
    step: z.literal('merge'),
    intoId: z.string('请选择并入哪条线索').min(1, '请选择并入哪条线索').max(200),
    reason,
  }),
  z.strictObject({
    step: z.literal('link'),
    otherId: z.string('请选择关联哪条线索').min(1, '请选择关联哪条线索').max(200),
    reason,
  }),
]);
export type StepRequest = z.infer<typeof stepRequestSchema>;
/** What a person may ask. */
export type AskedStep = StepRequest['step'];

/** Steps that nobody asks for as such: they follow from something else. */
export const PLATFORM_STEPS = [
  'register',
  'take-out',
  'absorb',
  'attach',
  'withdraw-file',
  'hand-over',
  'widen',
  'support-lost',
  'support-regained',
  'rebound',
] as const;
export type StepKind = AskedStep | (typeof PLATFORM_STEPS)[number];

export const STEP_LABELS: Readonly<Record<StepKind, string>> = {
  register: '登记',
  assign: '分办',
  return: '退回分办',
  recuse: '回避',
  verify: '核实',
  propose: '提出处置意见',
  approve: '审批同意',
  'send-back': '审批退回',
  report: '报告办理情况',
  'add-person': '登记涉及人员',
  'set-form': '认定形态',
  transfer: '移送',
  answer: '记录答复',
  submit: '提交整改',
  accept: '验收通过',
  reject: '验收退回',
  close: '办结',
  revisit: '回访',
  restrict: '限定知悉范围',
  unrestrict: '取消限定',
  suspend: '中止',
  resume: '恢复办理',
  'ask-extension': '申请延期',
  'approve-extension': '同意延期',
  'refuse-extension': '不同意延期',
  'ask-reopening': '申请重启',
  'approve-reopening': '同意重启',
  'refuse-reopening': '不同意重启',
  'add-findings': '并入疑点',
  split: '分出线索',
  merge: '并入其他线索',
  link: '关联以前的线索',
  'take-out': '移出疑点',
  absorb: '并入线索',
  attach: '附件',
  'withdraw-file': '撤回附件',
  'hand-over': '移交',
  widen: '知悉范围补入委领导',
  'support-lost': '数据不再支持',
  'support-regained': '数据重新支持',
  rebound: '反弹，自动重启',
};
