import { z } from 'zod';
import { FILE_STEP_LABELS, type FileStepKind } from './letters.js';
import { idOf, lineOf, opinionText, reasonText } from './texts.js';

/** What was done to a system (建章立制). */
export const IMPROVEMENT_KINDS = ['new', 'amended', 'abolished'] as const;
export type ImprovementKind = (typeof IMPROVEMENT_KINDS)[number];
export const IMPROVEMENT_KIND_LABELS: Readonly<Record<ImprovementKind, string>> = {
  new: '新建',
  amended: '修订',
  abolished: '废止',
};

export const IMPROVEMENT_STATES = ['reported', 'sent-back', 'counted', 'dropped'] as const;
export type ImprovementState = (typeof IMPROVEMENT_STATES)[number];
export const IMPROVEMENT_STATE_LABELS: Readonly<Record<ImprovementState, string>> = {
  reported: '待核对',
  'sent-back': '退回补正',
  counted: '已计入',
  dropped: '已撤销',
};

const contentShape = {
  name: lineOf('请填写制度名称'),
  documentNumber: lineOf('请填写文号'),
  /** China day of the document. */
  documentDay: z.iso.date('请选择印发日期'),
  kind: z.enum(IMPROVEMENT_KINDS, '请选择新建、修订或废止'),
};
export const improvementContentSchema = z.strictObject(contentShape);
export type ImprovementContent = z.infer<typeof improvementContentSchema>;

export const reportImprovementSchema = z.strictObject({ unitCode: idOf('请选择单位'), ...contentShape });
export type ReportImprovement = z.infer<typeof reportImprovementSchema>;

/** What the commission's people ask. */
export const improvementStepRequestSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('count'), opinion: opinionText }),
  z.strictObject({ step: z.literal('send-back'), reason: reasonText }),
]);
export type ImprovementStepRequest = z.infer<typeof improvementStepRequestSchema>;
/** What a liaison asks. */
export const unitImprovementStepRequestSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('resubmit'), ...contentShape }),
  z.strictObject({ step: z.literal('drop'), reason: reasonText }),
]);
export type UnitImprovementStepRequest = z.infer<typeof unitImprovementStepRequestSchema>;
export type AskedImprovementStep = (ImprovementStepRequest | UnitImprovementStepRequest)['step'];
export type ImprovementStepKind = AskedImprovementStep | FileStepKind | 'report';

export const IMPROVEMENT_STEP_LABELS: Readonly<Record<ImprovementStepKind, string>> = {
  report: '报送',
  resubmit: '补正重报',
  drop: '撤销报送',
  count: '核对计入',
  'send-back': '退回补正',
  ...FILE_STEP_LABELS,
};
