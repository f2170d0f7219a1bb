import { z } from 'zod';
import { idOf, lineOf, opinionText, reasonText, textOf } from './texts.js';

/** Orders of one campaign: more is work of a year, and no sample any more. */
export const MAX_PICKED_ORDERS = 1_000;
/** Orders that are typed by number: a list of more comes from somewhere where it can be made a condition. */
export const MAX_LISTED_ORDERS = 500;
/** Days of orders that may be looked through: a year and its neighbours. */
export const MAX_CAMPAIGN_DAYS = 400;
/** Kinds of problems on a checklist, and questions: what is longer is not filled in on a phone. */
export const MAX_PROBLEM_KINDS = 20;
export const MAX_QUESTIONS = 20;
const MAX_OPTIONS = 10;
/** Below so many answers no split is shown: it would tell what single people said. */
export const MIN_ANSWERS = 5;
/** Returns of one order that may be asked for. */
const MAX_RETURNS = 20;
/** A campaign that takes longer is several. */
const MAX_RUNNING_DAYS = 400;
/** Given to people at once. */
const MAX_INSPECTORS = 50;

/** What a county begins with; each campaign keeps the list that it was opened with. */
export const DEFAULT_CHECKLIST = ['无依据退回', '虚假办结', '未联系群众', '未到现场', '超期办理', '其他'] as const;

export const CAMPAIGN_STATES = ['running', 'closed', 'cancelled'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];
export const CAMPAIGN_STATE_LABELS: Readonly<Record<CampaignState, string>> = {
  running: '进行中',
  closed: '已结束',
  cancelled: '已中止',
};

const DAY_MS = 86_400_000;
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

/** Which orders come into question, by China days of acceptance. */
export const pickConditionSchema = z
  .strictObject({
    fromDay: z.iso.date('请选择受理日期的起点'),
    toDay: z.iso.date('请选择受理日期的终点'),
    townshipCode: idOf('请选择乡镇').optional(),
    unitCode: idOf('请选择单位').optional(),
    /** Whether it has been completed. */
    finished: z.enum(['yes', 'no']).optional(),
    /** Returned at least so often. */
    minReturns: z.int('请填写次数').min(1, '至少 1 次').max(MAX_RETURNS, `最多 ${MAX_RETURNS} 次`).optional(),
    /** There is a finding of this rule about it. */
    ruleId: idOf('请选择规则').optional(),
  })
  .refine(({ fromDay, toDay }) => fromDay <= toDay, { path: ['toDay'], error: '终点不能早于起点' })
  .refine(({ fromDay, toDay }) => daysBetween(fromDay, toDay) < MAX_CAMPAIGN_DAYS, {
    path: ['toDay'],
    error: `最多查 ${MAX_CAMPAIGN_DAYS} 天的工单`,
  });
export type PickCondition = z.infer<typeof pickConditionSchema>;

export const SAMPLE_PARTS = ['all', 'unit', 'township'] as const;
export type SamplePart = (typeof SAMPLE_PARTS)[number];
export const SAMPLE_PART_LABELS: Readonly<Record<SamplePart, string>> = {
  all: '全部工单里共抽',
  unit: '每个单位各抽',
  township: '每个乡镇各抽',
};

export const pickSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('condition'), condition: pickConditionSchema }),
  z.strictObject({
    by: z.literal('sample'),
    condition: pickConditionSchema,
    size: z.int('请填写抽取件数').min(1, '至少抽 1 件').max(MAX_PICKED_ORDERS, `最多抽 ${MAX_PICKED_ORDERS} 件`),
    per: z.enum(SAMPLE_PARTS),
  }),
  z.strictObject({
    by: z.literal('list'),
    orderIds: z
      .array(idOf('请填写工单编号'))
      .min(1, '请填写工单编号，每行一个')
      .max(MAX_LISTED_ORDERS, `最多 ${MAX_LISTED_ORDERS} 个编号`),
  }),
]);
export type CampaignPick = z.infer<typeof pickSchema>;

const day = z.string();
const keptConditionSchema = z.object({
  fromDay: day,
  toDay: day,
  townshipCode: z.string().optional(),
  unitCode: z.string().optional(),
  finished: z.enum(['yes', 'no']).optional(),
  minReturns: z.int().optional(),
  ruleId: z.string().optional(),
});
/** As it is kept: a campaign opens by what could be asked for when it was picked, whatever the limits of today. */
export const keptPickSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('condition'), condition: keptConditionSchema }),
  z.object({ by: z.literal('sample'), condition: keptConditionSchema, size: z.int(), per: z.enum(SAMPLE_PARTS) }),
  z.object({ by: z.literal('list'), orderIds: z.array(z.string()) }),
]) satisfies z.ZodType<CampaignPick>;
export const PICK_LABELS: Readonly<Record<CampaignPick['by'], string>> = {
  condition: '按条件全取',
  sample: '随机抽取',
  list: '按编号',
};

export const QUESTION_KINDS = ['yes-no', 'scale', 'choice', 'text'] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];
export const QUESTION_KIND_LABELS: Readonly<Record<QuestionKind, string>> = {
  'yes-no': '是或否',
  scale: '1–5 分',
  choice: '单选',
  text: '简短文字',
};
const optionsSchema = z
  .array(lineOf('选项至少写两个字'))
  .min(2, '单选题至少两个选项')
  .max(MAX_OPTIONS, `最多 ${MAX_OPTIONS} 个选项`);
const questionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('yes-no'), text: lineOf('请填写问题') }),
  z.strictObject({ kind: z.literal('scale'), text: lineOf('请填写问题') }),
  z.strictObject({ kind: z.literal('choice'), text: lineOf('请填写问题'), options: optionsSchema }),
  z.strictObject({ kind: z.literal('text'), text: lineOf('请填写问题') }),
]);
export type Question = z.infer<typeof questionSchema>;
/** As it is kept, like {@link keptPickSchema}. */
export const keptQuestionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('yes-no'), text: z.string() }),
  z.object({ kind: z.literal('scale'), text: z.string() }),
  z.object({ kind: z.literal('choice'), text: z.string(), options: z.array(z.string()) }),
  z.object({ kind: z.literal('text'), text: z.string() }),
]) satisfies z.ZodType<Question>;

export const openCampaignSchema = z
  .strictObject({
    /** Made by the client. */
    id: z.uuid('请刷新页面再试'),
    name: lineOf('请填写名称（至少两个字）'),
    basis: textOf('请写明依据（至少两个字）'),
    beginsOn: z.iso.date('请选择开始日期'),
    endsOn: z.iso.date('请选择结束日期'),
    leadId: idOf('请选择负责人'),
    pick: pickSchema,
    checklist: z
      .array(lineOf('问题种类至少写两个字'))
      .min(1, '请填写问题种类，每行一种')
      .max(MAX_PROBLEM_KINDS, `最多 ${MAX_PROBLEM_KINDS} 种`)
      .refine((kinds) => new Set(kinds).size === kinds.length, '有重复的种类'),
    questions: z
      .array(questionSchema)
      .max(MAX_QUESTIONS, `最多 ${MAX_QUESTIONS} 题`)
      .refine((all) => new Set(all.map(({ text }) => text)).size === all.length, '有重复的问题')
      .default([]),
    /** The same sample of the week after is drawn by itself, until it is ended. */
    weekly: z.boolean().default(false),
  })
  .refine(({ beginsOn, endsOn }) => beginsOn <= endsOn, { path: ['endsOn'], error: '结束日期不能早于开始日期' })
  .refine(({ beginsOn, endsOn }) => daysBetween(beginsOn, endsOn) < MAX_RUNNING_DAYS, {
    path: ['endsOn'],
    error: `最长 ${MAX_RUNNING_DAYS} 天`,
  })
  .refine(({ weekly, pick }) => !weekly || pick.by === 'sample', { path: ['weekly'], error: '每周重复只用于随机抽取' })
  .refine(({ weekly, beginsOn, endsOn }) => !weekly || daysBetween(beginsOn, endsOn) <= 6, {
    path: ['endsOn'],
    error: '每周重复的，一期最长 7 天',
  });
export type OpenCampaign = z.infer<typeof openCampaignSchema>;

export const campaignStepRequestSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('close'), opinion: opinionText }),
  z.strictObject({ step: z.literal('cancel'), reason: reasonText }),
  z.strictObject({ step: z.literal('end-repetition'), reason: reasonText }),
]);
export type CampaignStepRequest = z.infer<typeof campaignStepRequestSchema>;
export type CampaignStepKind = CampaignStepRequest['step'] | 'open';
export const CAMPAIGN_STEP_LABELS: Readonly<Record<CampaignStepKind, string>> = {
  open: '发起',
  close: '结束复查',
  cancel: '中止复查',
  'end-repetition': '停止每周抽取',
};

export const assignTasksSchema = z.strictObject({
  /** Spread evenly over them. */
  inspectorIds: z.array(idOf('请选择复查人员')).min(1, '请选择复查人员').max(MAX_INSPECTORS, `一次最多 ${MAX_INSPECTORS} 人`),
  /** Missing: all that nobody has. */
  taskIds: z.array(idOf('请选择工单')).min(1).max(MAX_PICKED_ORDERS).optional(),
});
export type AssignTasks = z.infer<typeof assignTasksSchema>;

export * from './campaign-tasks.js';
