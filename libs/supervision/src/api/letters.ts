import { z } from 'zod';
import { idOf, lineOf, opinionText, reasonText, replyDaysSchema, textOf } from './texts.js';

export { MAX_SUPERVISION_LINE_CHARS, MAX_SUPERVISION_TEXT_CHARS } from './texts.js';

export const LETTER_KINDS = ['supervision-order', 'work-reminder', 'supervision-prompt', 'supervision-proposal'] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];
/** Also how its number begins. */
export const LETTER_KIND_LABELS: Readonly<Record<LetterKind, string>> = {
  'supervision-order': '督办单',
  'work-reminder': '工作提醒函',
  'supervision-prompt': '监督提示函',
  'supervision-proposal': '纪检监察建议书',
};

/** Where a letter stands. What leads from one to another stands in one table: `letters/step-table.ts`. */
export const LETTER_STATES = [
  'drafted',
  'issued',
  'received',
  'answered',
  'sent-back',
  'accepted',
  'closed',
  'withdrawn',
] as const;
export type LetterState = (typeof LETTER_STATES)[number];
export const LETTER_STATE_LABELS: Readonly<Record<LetterState, string>> = {
  drafted: '待签发',
  issued: '待签收',
  received: '待答复',
  answered: '待审核',
  'sent-back': '待重报',
  accepted: '待办结',
  closed: '已办结',
  withdrawn: '已撤回',
};

/** What stands in a letter: the unit reads this and nothing else. */
const contentShape = {
  kind: z.enum(LETTER_KINDS, '请选择文书种类'),
  unitCode: idOf('请选择单位'),
  title: lineOf('请填写标题'),
  text: textOf('请写明事由和要求'),
  replyWorkingDays: replyDaysSchema,
};
export const letterContentSchema = z.strictObject(contentShape);
export type LetterContent = z.infer<typeof letterContentSchema>;

/** What it is drafted from: within the reach of whoever drafts it, and never told to the unit. */
const ofFinding = z.strictObject({ kind: z.literal('finding'), id: idOf('请从疑点页面发起') });
const ofClue = z.strictObject({ kind: z.literal('clue'), id: idOf('请从线索页面发起') });
const ofCampaignTask = z.strictObject({ kind: z.literal('campaign-task'), id: idOf('请从复查的工单发起') });
export const letterOriginSchema = z.discriminatedUnion('kind', [ofFinding, ofClue, ofCampaignTask]);
/** What a letter is drafted from as such: of a campaign's problem it is a step of the order's own history. */
export const draftOriginSchema = z.discriminatedUnion('kind', [ofFinding, ofClue]);
export type LetterOrigin = z.infer<typeof letterOriginSchema>;

/** Number of a document that proves the answer; the documents themselves are handed in as files. */
const documentsSchema = z.array(lineOf('请填写文号或材料名称')).max(20, '最多 20 件，请合并');

const answerShape = {
  measures: textOf('请写明采取的措施'),
  outcome: textOf('请写明办理结果'),
  documents: documentsSchema.default([]),
};

/** What the commission's people ask to be done with a letter; each is a step of its history. */
export const letterStepRequestSchema = z.discriminatedUnion('step', [
  /** `cover`: personal data in the text is covered; otherwise it is refused. */
  z.strictObject({ step: z.literal('revise'), ...contentShape, cover: z.boolean().default(false) }),
  z.strictObject({ step: z.literal('return-draft'), reason: reasonText }),
  z.strictObject({ step: z.literal('issue'), opinion: opinionText }),
  z.strictObject({ step: z.literal('accept'), opinion: opinionText }),
  z.strictObject({ step: z.literal('send-back'), reason: reasonText, replyWorkingDays: replyDaysSchema }),
  z.strictObject({ step: z.literal('close'), opinion: opinionText }),
  z.strictObject({ step: z.literal('withdraw'), reason: reasonText }),
]);
export type LetterStepRequest = z.infer<typeof letterStepRequestSchema>;
/** What a liaison asks. */
export const unitLetterStepRequestSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('receive') }),
  z.strictObject({ step: z.literal('answer'), ...answerShape }),
]);
export type UnitLetterStepRequest = z.infer<typeof unitLetterStepRequestSchema>;
export type AskedLetterStep = (LetterStepRequest | UnitLetterStepRequest)['step'];
/** Steps by which files are handed in and withdrawn, wherever a unit proves something. */
export type FileStepKind = 'attach' | 'withdraw-file';
export const FILE_STEP_LABELS: Readonly<Record<FileStepKind, string>> = { attach: '附件', 'withdraw-file': '撤回附件' };
export type LetterStepKind = AskedLetterStep | FileStepKind | 'draft' | 'hand-over';

export const LETTER_STEP_LABELS: Readonly<Record<LetterStepKind, string>> = {
  draft: '拟稿',
  revise: '修改',
  'return-draft': '退回拟稿',
  issue: '签发',
  receive: '签收',
  answer: '答复',
  accept: '采纳答复',
  'send-back': '退回重报',
  close: '办结',
  withdraw: '撤回',
  ...FILE_STEP_LABELS,
  'hand-over': '移交',
};
