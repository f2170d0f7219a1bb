import { z } from 'zod';
import { FILE_STEP_LABELS, type FileStepKind } from './letters.js';
import { idOf, lineOf, opinionText, reasonText, textOf } from './texts.js';

/** Where an item of the ledger (整改台账) stands. */
export const RECTIFICATION_STATES = ['open', 'rectifying', 'awaiting-acceptance', 'settled'] as const;
export type RectificationState = (typeof RECTIFICATION_STATES)[number];
export const RECTIFICATION_STATE_LABELS: Readonly<Record<RectificationState, string>> = {
  open: '未整改',
  rectifying: '整改中',
  'awaiting-acceptance': '待验收',
  settled: '已销号',
};

/** Money of one problem: 10 billion yuan is more than a county spends in a year. */
const MAX_RECOVERED_FEN = 1_000_000_000_000;
const recoveredSchema = z
  .int('请填写追回金额')
  .nonnegative('追回金额不能小于 0')
  .max(MAX_RECOVERED_FEN, '追回金额过大，请核对单位是否为元');

export const registerRectificationSchema = z.strictObject({
  /** Made from the answer to this letter; missing: by hand. */
  letterId: idOf('请从督办函页面发起').optional(),
  unitCode: idOf('请选择单位'),
  /** Whose reach it lies in; missing: the whole county's. Of a letter, its own. */
  townshipCode: idOf('请选择乡镇').optional(),
  problem: textOf('请写明存在的问题'),
  /** Names of people: covered in lists, no part of the history. */
  responsible: lineOf('责任人至少写两个字').optional(),
  leader: lineOf('责任领导至少写两个字').optional(),
  measures: textOf('请写明整改措施').optional(),
  /** China day by whose end it has to be put right. */
  dueDay: z.iso.date('请选择整改期限'),
});
export type RegisterRectification = z.infer<typeof registerRectificationSchema>;

const progressSchema = z.strictObject({
  step: z.literal('progress'),
  measures: textOf('请写明整改措施'),
  /** What was done, and which documents prove it; the documents themselves are handed in as files. */
  proof: textOf('整改情况和佐证材料至少写两个字').optional(),
  recoveredFen: recoveredSchema.default(0),
  /** The system (制度) that was built or improved. */
  improvement: textOf('建立或完善的制度至少写两个字').optional(),
});
const submitSchema = z.strictObject({ step: z.literal('submit') });

/** What the commission's people ask to be done with an item; where a unit has no liaison they report for it. */
export const rectificationStepRequestSchema = z.discriminatedUnion('step', [
  progressSchema,
  submitSchema,
  z.strictObject({ step: z.literal('accept'), opinion: opinionText }),
  z.strictObject({ step: z.literal('reject'), reason: reasonText }),
  z.strictObject({ step: z.literal('reschedule'), dueDay: z.iso.date('请选择整改期限'), reason: reasonText }),
]);
export type RectificationStepRequest = z.infer<typeof rectificationStepRequestSchema>;
/** What a liaison asks. */
export const unitRectificationStepRequestSchema = z.discriminatedUnion('step', [progressSchema, submitSchema]);
export type UnitRectificationStepRequest = z.infer<typeof unitRectificationStepRequestSchema>;
export type AskedRectificationStep = RectificationStepRequest['step'];
export type RectificationStepKind = AskedRectificationStep | FileStepKind | 'register';

export const RECTIFICATION_STEP_LABELS: Readonly<Record<RectificationStepKind, string>> = {
  register: '登记',
  progress: '报告进展',
  submit: '提交验收',
  accept: '验收销号',
  reject: '验收退回',
  reschedule: '调整期限',
  ...FILE_STEP_LABELS,
};
