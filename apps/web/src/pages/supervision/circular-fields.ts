import {
  CIRCULAR_AUDIENCE_LABELS,
  IMPROVEMENT_KIND_LABELS,
  type AskedImprovementStep,
  type OfficeCircularStep,
} from '@tianyan/console-app/circular-api';
import type { StepField, StepForm } from './step-fields.js';

const reason = (example: string): StepField => ({ name: 'reason', label: '理由', kind: 'text', example });
const opinion: StepField = { name: 'opinion', label: '意见（可不填）', kind: 'text', example: '例如：同意' };

export const CIRCULAR_FIELDS: readonly StepField[] = [
  { name: 'title', label: '标题', kind: 'line', example: '例如：关于五次退单的通报' },
  {
    name: 'text',
    label: '正文',
    kind: 'text',
    example: '写明问题、责任和要求。收到的单位都会看到；不要写来电人、反映人和任何个人信息。',
  },
  { name: 'unitCodes', label: '通报的单位', kind: 'units' },
  { name: 'firstUnitCode', label: '首接负责单位（可不填）', kind: 'unit' },
  { name: 'audience', label: '发送范围', kind: 'choice', options: CIRCULAR_AUDIENCE_LABELS },
  { name: 'reportWorkingDays', label: '报送建章立制期限（签发后几个工作日；只需阅知的不填）', kind: 'days' },
];

const CIRCULAR_FORMS: Readonly<Record<OfficeCircularStep, StepForm>> = {
  revise: { explanation: '修改后由另一人签发。', fields: CIRCULAR_FIELDS },
  'return-draft': { explanation: '写明要改什么，由拟稿人修改。', fields: [reason('例如：请写明整改要求')] },
  issue: {
    main: true,
    explanation: '签发后编号，发给单位联络员，开始计报送期限。',
    fields: [opinion],
  },
  excuse: {
    explanation: '这个单位不用再报送；单位会看到理由。',
    fields: [{ name: 'unitCode', label: '单位', kind: 'unit' }, reason('例如：单位已撤并')],
  },
  withdraw: {
    explanation: '撤回后各单位不用再办，会看到理由；已有的文号保留。',
    fields: [reason('例如：单位名称有误，另行更正')],
  },
};

const ISSUE_DESPITE: StepForm = {
  ...CIRCULAR_FORMS.issue,
  fields: [
    { name: 'opinion', label: '意见（写明为什么仍要签发）', kind: 'text', example: '例如：事实另有佐证' },
    { name: 'despite', label: '来源已撤回或核实排除的，仍要签发', kind: 'check' },
  ],
};

/** Only what does not hold any more is answered: ticked beforehand it would answer what nobody has read. */
export function circularForms(warnings: readonly string[]): typeof CIRCULAR_FORMS {
  return warnings.length === 0 ? CIRCULAR_FORMS : { ...CIRCULAR_FORMS, issue: ISSUE_DESPITE };
}

export const IMPROVEMENT_FIELDS: readonly StepField[] = [
  { name: 'name', label: '制度名称', kind: 'line', example: '例如：工单退回复核办法' },
  { name: 'documentNumber', label: '文号', kind: 'line', example: '例如：响水发〔2026〕8号' },
  { name: 'documentDay', label: '印发日期', kind: 'day' },
  { name: 'kind', label: '新建、修订或废止', kind: 'choice', options: IMPROVEMENT_KIND_LABELS },
];

export const IMPROVEMENT_FORMS: Readonly<Record<AskedImprovementStep, StepForm>> = {
  count: { main: true, explanation: '文件、文号、日期都核对无误的计入；计入后不再变动。', fields: [opinion] },
  'send-back': { explanation: '单位会看到理由，补正后重报或撤销。', fields: [reason('例如：文号与文件不符')] },
  resubmit: { main: true, explanation: '附件有误的请先改好再重报。补正后由县纪委监委重新核对。', fields: IMPROVEMENT_FIELDS },
  drop: { explanation: '撤销后不再核对、不计数。', fields: [reason('例如：重复报送')] },
};
