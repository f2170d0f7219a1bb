import { LETTER_KIND_LABELS, type AskedLetterStep, type AskedRectificationStep } from '@tianyan/console-app/api';

type Labels = Readonly<Record<string, string>>;

/** What is asked for; the names are those of the request. */
export type StepField =
  | { name: string; label: string; kind: 'text' | 'line'; example: string }
  | { name: string; label: string; kind: 'choice'; options: Labels }
  /** One in each line. */
  | { name: string; label: string; kind: 'lines'; example: string }
  | { name: string; label: string; kind: 'days' | 'day' | 'yuan' | 'unit' | 'units' | 'township' }
  | { name: string; label: string; kind: 'check' };

export interface StepForm {
  /** What follows from it. */
  explanation: string;
  fields: readonly StepField[];
  /** Leads on: offered before what leads aside. */
  main?: true;
}

const text = (name: string, label: string, example: string): StepField => ({ name, label, kind: 'text', example });
const opinion = text('opinion', '意见（可不填）', '例如：同意');
const reason = (example: string): StepField => text('reason', '理由', example);

export const CONTENT_FIELDS: readonly StepField[] = [
  { name: 'kind', label: '文书种类', kind: 'choice', options: LETTER_KIND_LABELS },
  { name: 'unitCode', label: '单位', kind: 'unit' },
  { name: 'title', label: '标题', kind: 'line', example: '例如：关于供水工单反复退回的督办' },
  text('text', '正文', '写明事由、要求和需要报送的材料。单位只看到这里写的内容；不要写来电人、反映人的任何信息。'),
  { name: 'replyWorkingDays', label: '答复期限（签发后几个工作日）', kind: 'days' },
  { name: 'cover', label: '正文里的个人信息遮蔽后提交', kind: 'check' },
];

export const LETTER_FORMS: Readonly<Record<AskedLetterStep, StepForm>> = {
  revise: { explanation: '修改后由另一人签发。', fields: CONTENT_FIELDS },
  'return-draft': { explanation: '写明要改什么，由拟稿人修改。', fields: [reason('例如：期限太长，请改为 5 个工作日')] },
  issue: { main: true, explanation: '签发后编号，发给单位联络员，开始计答复期限。', fields: [opinion] },
  receive: { main: true, explanation: '签收表示本单位已收到，请在期限内答复。', fields: [] },
  answer: {
    main: true,
    explanation: '照片、文件请先在“佐证附件”上传，答复时一并报送。答复后由县纪委监委审核；不符合要求的会退回重报。',
    fields: [
      text('measures', '采取的措施', '例如：已约谈经办人，四件工单重新交办'),
      text('outcome', '办理结果', '例如：四件已全部办结，群众满意'),
      { name: 'documents', label: '文号或材料名称（每行一件，可不填）', kind: 'lines', example: '例如：响水函〔2026〕8号' },
    ],
  },
  accept: { main: true, explanation: '答复符合要求。采纳后由另一人办结。', fields: [opinion] },
  'send-back': {
    explanation: '单位会看到退回理由，按新的期限重报；退回次数留痕。',
    fields: [reason('例如：没有写明整改材料'), { name: 'replyWorkingDays', label: '重报期限（工作日）', kind: 'days' }],
  },
  close: { main: true, explanation: '办结后不再变动；没有整改完的问题请先记入整改台账。', fields: [opinion] },
  withdraw: { explanation: '撤回后单位不用再办；已有的文号保留。', fields: [reason('例如：问题已由主管部门解决')] },
};

export const RECTIFICATION_FORMS: Readonly<Record<AskedRectificationStep, StepForm>> = {
  progress: {
    main: true,
    explanation: '每次写明到现在为止的全部情况，台账以最近一次为准。',
    fields: [
      text('measures', '整改措施', '例如：重新核查四件工单，约谈经办人'),
      text('proof', '整改情况和佐证材料（可不填）', '例如：四件已重办，见响水函〔2026〕9号'),
      { name: 'recoveredFen', label: '追回金额（元，可不填）', kind: 'yuan' },
      text('improvement', '建立或完善的制度（可不填）', '例如：《工单退回复核办法》'),
    ],
  },
  submit: { main: true, explanation: '提交后由另一人验收。', fields: [] },
  accept: { main: true, explanation: '验收通过即销号。', fields: [opinion] },
  reject: { explanation: '退回继续整改。', fields: [reason('例如：两件工单群众仍不满意')] },
  reschedule: {
    explanation: '调整后按新的期限计。',
    fields: [{ name: 'dueDay', label: '整改期限', kind: 'day' }, reason('例如：招标程序需要时间')],
  },
};

export const REGISTER_FIELDS: readonly StepField[] = [
  { name: 'unitCode', label: '单位', kind: 'unit' },
  { name: 'townshipCode', label: '乡镇（全县的不选）', kind: 'township' },
  text('problem', '存在的问题', '例如：四件供水工单退回理由不成立'),
  { name: 'responsible', label: '责任人（可不填）', kind: 'line', example: '姓名平时遮蔽，写明理由才能查看' },
  { name: 'leader', label: '责任领导（可不填）', kind: 'line', example: '姓名平时遮蔽，写明理由才能查看' },
  text('measures', '整改措施（可不填）', '例如：重新办理，建立退回复核制度'),
  { name: 'dueDay', label: '整改期限', kind: 'day' },
];
/** Of a letter: its unit and its township are known. */
export const REGISTER_FROM_LETTER_FIELDS = REGISTER_FIELDS.slice(2);
