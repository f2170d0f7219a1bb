import { CLUE_VERDICT_LABELS, DISPOSAL_LABELS, FORM_LABELS, type AskedStep } from '@tianyan/console-app/api';

type Labels = Readonly<Record<string, string>>;

/** What is asked for with a step; the names are those of the request. */
export type StepField =
  | { name: string; label: string; kind: 'text'; example: string; optional?: true }
  | { name: string; label: string; kind: 'line'; example: string; optional?: true }
  | { name: string; label: string; kind: 'choice'; options: Labels }
  | { name: string; label: string; kind: 'days' | 'yuan' }
  | { name: string; label: string; kind: 'assignee' | 'account' | 'person' | 'findings' | 'clue' | 'readers' | 'identity' };

export interface StepForm {
  /** What follows from it. */
  explanation: string;
  fields: readonly StepField[];
  /** Leads on: offered before what leads aside. */
  main?: true;
}

const reason = (example: string): StepField => ({ name: 'reason', label: '理由', kind: 'text', example });
const opinion: StepField = { name: 'opinion', label: '意见（可不填）', kind: 'text', example: '例如：同意', optional: true };
const report = (label: string, example: string): StepField => ({ name: 'report', label, kind: 'text', example });
const outcome = (label: string, options: Labels): StepField => ({ name: 'outcome', label, kind: 'choice', options });

export const STEP_FORMS: Readonly<Record<AskedStep, StepForm>> = {
  assign: {
    main: true,
    explanation: '交给一人承办。每人手上的线索数列在名字后面；已回避、管不到这条线索的人不能选。',
    fields: [{ name: 'assigneeId', label: '承办人', kind: 'assignee' }, opinion],
  },
  return: { explanation: '退回后重新分办。', fields: [reason('例如：与本人原工作单位有关，不宜承办')] },
  recuse: {
    explanation: '回避的人不能再办理这条线索；是现在的承办人的，须重新分办。',
    fields: [{ name: 'userId', label: '回避的人', kind: 'account' }, reason('例如：与被反映人有亲属关系')],
  },
  verify: {
    main: true,
    explanation: '写明核实结论。不属实、政策允许、数据错误的，下一步只能予以了结。',
    fields: [
      { name: 'verdict', label: '核实结论', kind: 'choice', options: CLUE_VERDICT_LABELS },
      report('核实情况', '例如：查阅台账、询问承办单位，四次退回理由均不成立'),
    ],
  },
  propose: {
    main: true,
    explanation: '提出后由另一人审批。',
    fields: [
      { name: 'disposal', label: '处置方式', kind: 'choice', options: DISPOSAL_LABELS },
      reason('例如：属一般性问题，建议谈话函询'),
    ],
  },
  approve: { main: true, explanation: '同意后按处置方式办理；要经几级审批的，转下一级。', fields: [opinion] },
  'send-back': { explanation: '退回承办人重新提出处置意见。', fields: [reason('例如：事实尚未查清，请补充核实')] },
  report: {
    main: true,
    explanation: '谈话函询、初步核实办完后报告。要单位整改的，转入整改；不需要的，直接办结。',
    fields: [
      outcome('下一步', { rectify: '转入整改', conclude: '直接办结' }),
      report('办理情况', '例如：已与有关人员谈话，本人承认并作出检查'),
    ],
  },
  'add-person': {
    explanation:
      '登记线索涉及的人。姓名属于个人信息，平时遮蔽，写明理由才能查看。填好姓名后请核对同名：看得到的线索里已有同名的人的，说明是同一人还是另一人，统计按人数。',
    fields: [
      { name: 'name', label: '姓名', kind: 'line', example: '' },
      { name: 'unit', label: '单位', kind: 'line', example: '例如：响水镇水利站' },
      { name: 'post', label: '职务（可不填）', kind: 'line', example: '例如：站长', optional: true },
      { name: 'sameAsId', label: '是否同一人', kind: 'identity' },
    ],
  },
  'set-form': {
    explanation: '按人认定“四种形态”。',
    fields: [
      { name: 'personId', label: '人员', kind: 'person' },
      { name: 'form', label: '形态', kind: 'choice', options: FORM_LABELS },
      { name: 'measure', label: '具体措施', kind: 'line', example: '例如：提醒谈话、批评教育、诫勉' },
    ],
  },
  transfer: {
    explanation: '移送给其他机关或上下级办理，收到答复后记录。',
    fields: [
      { name: 'authority', label: '移送到', kind: 'line', example: '例如：盐城市纪委监委' },
      { name: 'document', label: '移送文书', kind: 'line', example: '例如：响纪移〔2026〕3号' },
      reason('例如：涉及市管干部，按管理权限移送'),
    ],
  },
  answer: {
    main: true,
    explanation: '对方受理的，由对方办理，这里等待办结；对方退回的，从移送前的地方继续。',
    fields: [
      outcome('答复结果', { 'taken-over': '对方受理', 'sent-back': '对方退回' }),
      report('答复内容', '例如：盐纪复〔2026〕12号，同意受理'),
    ],
  },
  submit: {
    main: true,
    explanation: '提交后由另一人验收。追回的金额、建立的制度验收通过后计入；验收退回后重新提交的，请重新填写全部。',
    fields: [
      report('整改情况', '例如：四件工单已重新办结，建立退回复核制度'),
      { name: 'recoveredFen', label: '追回金额（元，可不填）', kind: 'yuan' },
      {
        name: 'improvement',
        label: '建立或完善的制度（可不填）',
        kind: 'text',
        example: '例如：《工单退回复核办法》',
        optional: true,
      },
    ],
  },
  accept: { main: true, explanation: '验收通过后待办结。', fields: [opinion] },
  reject: { explanation: '退回承办人继续整改。', fields: [reason('例如：两件工单群众仍不满意')] },
  close: {
    main: true,
    explanation: '办结后按期限回访；同一对象、同一规则再出疑点的，自动重启。',
    fields: [report('办结情况', '例如：问题已整改到位')],
  },
  revisit: {
    main: true,
    explanation: '回访发现反弹的，即为申请重启，由另一人审批。',
    fields: [outcome('回访结果', { holds: '未反弹', relapsed: '已反弹' }), report('回访情况', '例如：回访来电人，表示满意')],
  },
  restrict: {
    explanation:
      '此后只有知悉范围内的人能看到这条线索，其他人在列表、查找、通知里都看不到。您和承办人总在其中；至少要有一名委领导。',
    fields: [{ name: 'userIds', label: '知悉的人', kind: 'readers' }, reason('例如：涉及本县领导干部，须控制知悉范围')],
  },
  unrestrict: {
    explanation: '此后管辖范围内能看线索的人都能看到，包括以前的办理经过。',
    fields: [reason('例如：已立案并公布')],
  },
  suspend: { explanation: '中止期间不计时，恢复后期限顺延。', fields: [reason('例如：等待审计结果')] },
  resume: { main: true, explanation: '从中止前的地方继续办理。', fields: [reason('例如：审计结果已到')] },
  'ask-extension': {
    explanation: '期限到之前申请，由另一人审批；同意后，这一步的期限往后延长。每一步能延几次、一次最多几天，按本地的办理规定。',
    fields: [{ name: 'workingDays', label: '延长几个工作日', kind: 'days' }, reason('例如：需要调取三年的银行流水')],
  },
  'approve-extension': { main: true, explanation: '同意后，这一步的期限按申请的工作日延长。', fields: [opinion] },
  'refuse-extension': { explanation: '期限不变。', fields: [reason('例如：材料已经齐全，应当按期办结')] },
  'ask-reopening': { explanation: '由另一人审批，同意后重新分办。', fields: [reason('例如：收到新的反映')] },
  'approve-reopening': { main: true, explanation: '同意后线索回到待分办。', fields: [opinion] },
  'refuse-reopening': { explanation: '线索仍为已办结。', fields: [reason('例如：新反映与原线索无关')] },
  'add-findings': { explanation: '', fields: [] },
  split: {
    explanation: '选中的疑点另立一条线索，编新号。',
    fields: [{ name: 'findingIds', label: '分出的疑点', kind: 'findings' }, reason('例如：属另一单位的问题')],
  },
  merge: {
    explanation: '疑点和涉及人员一并转入另一条线索，这条线索不再办理，编号保留。',
    fields: [{ name: 'intoId', label: '并入', kind: 'clue' }, reason('例如：同一问题')],
  },
  link: {
    explanation: '注明与以前的线索有关，两条线索各自办理。',
    fields: [{ name: 'otherId', label: '关联', kind: 'clue' }, reason('例如：同一单位以前的同类问题')],
  },
};

/** Findings join a clue from their own page. */
export const STEPS_ELSEWHERE: readonly AskedStep[] = ['add-findings'];
