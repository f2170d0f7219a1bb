import { z } from 'zod';
import { idOf, lineOf, opinionText, reasonText, replyDaysSchema, textOf } from './texts.js';

/** Where a circular (通报) stands. */
export const CIRCULAR_STATES = ['drafted', 'issued', 'closed', 'withdrawn'] as const;
export type CircularState = (typeof CIRCULAR_STATES)[number];
export const CIRCULAR_STATE_LABELS: Readonly<Record<CircularState, string>> = {
  drafted: '待签发',
  issued: '已印发',
  closed: '已办结',
  withdrawn: '已撤回',
};

/** Who reads it once it is issued. */
export const CIRCULAR_AUDIENCES = ['named', 'county'] as const;
export type CircularAudience = (typeof CIRCULAR_AUDIENCES)[number];
export const CIRCULAR_AUDIENCE_LABELS: Readonly<Record<CircularAudience, string>> = {
  named: '只发给通报的单位',
  county: '发给全县各单位',
};

/** Units named in one circular: more is a list, and belongs into its text. */
const MAX_CIRCULAR_UNITS = 100;
/** What one circular is drafted from: a handful of cases makes a circular, more are statistics. */
const MAX_CIRCULAR_ORIGINS = 50;

/** What is drafted from within the reach of whoever drafts it; told to no unit. */
export const circularOriginSchema = z.strictObject({
  kind: z.enum(['finding', 'clue', 'letter']),
  id: idOf('请从疑点、线索或督办函页面发起'),
});
export type CircularOrigin = z.infer<typeof circularOriginSchema>;
export const circularOriginsSchema = z
  .array(circularOriginSchema)
  .min(1, '请从疑点、线索或督办函页面发起')
  .max(MAX_CIRCULAR_ORIGINS, `最多由 ${MAX_CIRCULAR_ORIGINS} 件事发起一份通报`);

/** Everybody whom it is sent to reads this. */
const contentShape = {
  title: lineOf('请填写标题'),
  text: textOf('请写明通报的内容和要求'),
  /** Departments, townships: whoever handles orders is a unit. */
  unitCodes: z
    .array(idOf('请选择单位'), '请选择通报的单位')
    .min(1, '请选择通报的单位')
    .max(MAX_CIRCULAR_UNITS, `一份通报最多点名 ${MAX_CIRCULAR_UNITS} 个单位`)
    .refine((codes) => new Set(codes).size === codes.length, '同一个单位只选一次'),
  /** 首接负责: one of the units named. */
  firstUnitCode: idOf('请选择首接负责的单位').optional(),
  audience: z.enum(CIRCULAR_AUDIENCES, '请选择发送范围'),
  /** Missing: it is to be read, and nothing is to be reported. */
  reportWorkingDays: replyDaysSchema.optional(),
};
const FIRST_IS_NAMED = { error: '首接负责的单位须在通报的单位里', path: ['firstUnitCode'] };
const firstIsNamed = ({ unitCodes, firstUnitCode }: { unitCodes: readonly string[]; firstUnitCode?: string | undefined }) =>
  firstUnitCode === undefined || unitCodes.includes(firstUnitCode);
export const circularContentSchema = z.strictObject(contentShape).refine(firstIsNamed, FIRST_IS_NAMED);
export type CircularContent = z.infer<typeof circularContentSchema>;

/** What the commission's people ask to be done with a circular; each is a step of its history. */
export const circularStepRequestSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('revise'), ...contentShape }).refine(firstIsNamed, FIRST_IS_NAMED),
  z.strictObject({ step: z.literal('return-draft'), reason: reasonText }),
  /** `despite`: what it was drafted from does not hold any more, and it is issued all the same. */
  z.strictObject({ step: z.literal('issue'), opinion: opinionText, despite: z.boolean().default(false) }),
  z.strictObject({ step: z.literal('excuse'), unitCode: idOf('请选择单位'), reason: reasonText }),
  z.strictObject({ step: z.literal('withdraw'), reason: reasonText }),
]);
export type CircularStepRequest = z.infer<typeof circularStepRequestSchema>;
/** What a liaison asks. */
export const unitCircularStepRequestSchema = z.strictObject({ step: z.literal('finish'), unitCode: idOf('请选择单位') });
export type UnitCircularStepRequest = z.infer<typeof unitCircularStepRequestSchema>;
export type AskedCircularStep = (CircularStepRequest | UnitCircularStepRequest)['step'];
export type CircularStepKind = AskedCircularStep | 'draft' | 'close' | 'hand-over';

export const CIRCULAR_STEP_LABELS: Readonly<Record<CircularStepKind, string>> = {
  draft: '拟稿',
  revise: '修改',
  'return-draft': '退回拟稿',
  issue: '签发',
  finish: '报送完毕',
  excuse: '免予报送',
  close: '办结',
  withdraw: '撤回',
  'hand-over': '移交',
};
