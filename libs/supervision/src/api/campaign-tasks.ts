import { z } from 'zod';
import { FILE_STEP_LABELS, letterContentSchema, type FileStepKind } from './letters.js';
import { lineOf, opinionText, reasonText, textOf } from './texts.js';

/** Where one picked order of a campaign stands. */
export const CAMPAIGN_TASK_STATES = ['unassigned', 'assigned', 'awaiting-confirmation', 'done'] as const;
export type CampaignTaskState = (typeof CAMPAIGN_TASK_STATES)[number];
export const CAMPAIGN_TASK_STATE_LABELS: Readonly<Record<CampaignTaskState, string>> = {
  unassigned: '待分派',
  assigned: '待复查',
  'awaiting-confirmation': '待确认',
  done: '已复查',
};

export const CHECK_RESULTS = ['no-problem', 'problem', 'unverifiable'] as const;
export type CheckResult = (typeof CHECK_RESULTS)[number];
export const CHECK_RESULT_LABELS: Readonly<Record<CheckResult, string>> = {
  'no-problem': '无问题',
  problem: '有问题',
  unverifiable: '无法核实',
};

export const CHECK_METHODS = ['desk', 'telephone', 'open-visit', 'unannounced-visit'] as const;
export type CheckMethod = (typeof CHECK_METHODS)[number];
export const CHECK_METHOD_LABELS: Readonly<Record<CheckMethod, string>> = {
  desk: '查阅资料',
  telephone: '电话回访',
  'open-visit': '明访',
  'unannounced-visit': '暗访',
};
export const isVisit = (method: CheckMethod): boolean => method === 'open-visit' || method === 'unannounced-visit';

/** An answer to a question: yes or no, a mark, one of its options, or words; which of them, the question says. */
const answerSchema = z.union([z.boolean(), z.int().min(1).max(5), lineOf('回答至少写两个字')]);
export type Answer = z.infer<typeof answerSchema>;

/** By place of its question; null: not asked, or not answered. */
const answersSchema = z.array(answerSchema.nullable()).max(20);

const reportShape = {
  method: z.enum(CHECK_METHODS, '请选择复查方式'),
  /** China day. */
  onDay: z.iso.date('请选择复查日期'),
  place: lineOf('请写明地点').optional(),
  result: z.enum(CHECK_RESULTS, '请选择结果'),
  /** Of the campaign's checklist. */
  kinds: z.array(lineOf('请选择问题种类')).max(20).default([]),
  words: textOf('请写明情况（至少两个字）').optional(),
  answers: answersSchema.default([]),
};

/** What is asked to be done with a task by the commission's people; giving it to somebody is done by whoever leads the campaign. */
export const campaignTaskStepRequestSchema = z.discriminatedUnion('step', [
  z
    .strictObject({ step: z.literal('report'), ...reportShape })
    .refine(({ method, place }) => !isVisit(method) || place !== undefined, { path: ['place'], error: '上门的请写明地点' })
    .refine(({ result, kinds }) => (result === 'problem') === kinds.length > 0, {
      path: ['kinds'],
      error: '有问题的请选择问题种类；没有问题的不选',
    })
    .refine(({ result, words }) => result === 'no-problem' || words !== undefined, {
      path: ['words'],
      error: '有问题或无法核实的，请写明情况',
    }),
  z.strictObject({ step: z.literal('recuse'), reason: reasonText }),
  z.strictObject({ step: z.literal('confirm'), opinion: opinionText }),
  z.strictObject({ step: z.literal('dispute'), reason: reasonText }),
  z.strictObject({ step: z.literal('reopen'), reason: reasonText }),
]);
export type CampaignTaskStepRequest = z.infer<typeof campaignTaskStepRequestSchema>;
export type Report = Omit<Extract<CampaignTaskStepRequest, { step: 'report' }>, 'step'>;
export type AskedCampaignTaskStep = CampaignTaskStepRequest['step'];
export type CampaignTaskStepKind =
  AskedCampaignTaskStep | FileStepKind | 'assign' | 'register-rectification' | 'draft-letter' | 'register-clue';
export const CAMPAIGN_TASK_STEP_LABELS: Readonly<Record<CampaignTaskStepKind, string>> = {
  assign: '分派',
  report: '登记结果',
  recuse: '申请回避',
  confirm: '确认有问题',
  dispute: '退回重查',
  reopen: '重新复查',
  'register-rectification': '记入整改台账',
  'draft-letter': '拟督办函',
  'register-clue': '转为问题线索',
  ...FILE_STEP_LABELS,
};

export const rectifyTaskSchema = z.strictObject({
  problem: textOf('请写明存在的问题'),
  measures: textOf('请写明整改措施').optional(),
  dueDay: z.iso.date('请选择整改期限'),
});
export type RectifyTask = z.infer<typeof rectifyTaskSchema>;

/** A letter of the problem: content, and whether what is personal in it is covered instead of refused. */
export const letterOfTaskSchema = z.strictObject({ content: letterContentSchema, cover: z.boolean().default(false) });
export type LetterOfTask = z.infer<typeof letterOfTaskSchema>;

export const clueOfTaskSchema = z.strictObject({ reason: reasonText });
export type ClueOfTask = z.infer<typeof clueOfTaskSchema>;
