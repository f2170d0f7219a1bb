import type { AskedCampaignTaskStep, CampaignStepRequest } from '@tianyan/console-app/api';
import type { StepField, StepForm } from '../supervision/step-fields.js';

const text = (name: string, label: string, example: string): StepField => ({ name, label, kind: 'text', example });
const opinion = text('opinion', '意见（可不填）', '例如：同意');
const reason = (example: string): StepField => text('reason', '理由', example);

/** The result itself has a form of its own. */
export type SimpleTaskStep = Exclude<AskedCampaignTaskStep, 'report'>;

export const TASK_FORMS: Readonly<Record<SimpleTaskStep, StepForm>> = {
  confirm: { main: true, explanation: '确认以后才算有问题，计入问题率。', fields: [opinion] },
  dispute: { explanation: '退给登记的人重新复查。', fields: [reason('例如：照片看不出是哪一处')] },
  recuse: {
    explanation: '这件工单退回待分派；同一单位的工单以后不再分给您。',
    fields: [reason('例如：亲属在该单位任职')],
  },
  reopen: { explanation: '结果作废，由原来的人重新复查；原来登记的留在经过里。', fields: [reason('例如：群众又来反映')] },
};

export const CAMPAIGN_FORMS: Readonly<Record<CampaignStepRequest['step'], StepForm>> = {
  close: { main: true, explanation: '结束以后不再登记结果；没有复查的不计入问题率。', fields: [opinion] },
  cancel: { explanation: '中止的专项留在列表里，抽取记录不删除。', fields: [reason('例如：与上级的专项合并')] },
  'end-repetition': { explanation: '以后各周不再自动抽取；本期照常复查。', fields: [reason('例如：改为每月一次')] },
};

export const CLUE_FIELDS: readonly StepField[] = [reason('例如：办结材料疑似造假，须查清是谁所为')];

export const RECTIFY_FIELDS: readonly StepField[] = [
  text('problem', '存在的问题', '例如：现场没有维修，却报已办结。单位会看到这里写的内容；不要写来电人的任何信息。'),
  text('measures', '整改措施（可不填）', '例如：重新办理，约谈经办人'),
  { name: 'dueDay', label: '整改期限', kind: 'day' },
];
