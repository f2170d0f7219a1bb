import { defineContract } from '../contract.js';
import { code, flag, instant, integer, oneOf, optional, text } from '../fields.js';

/** Actions in an order's life. State is per (order, unit): two units of one order stand at different points. */
export const ORDER_ACTIONS = {
  accepted: '受理',
  dispatched: '派单',
  signed: '签收',
  returned: '退回',
  'return-refused': '驳回退回',
  reassigned: '改派',
  contacted: '联系群众',
  visited: '现场核查',
  paused: '挂起',
  resumed: '恢复',
  'extension-requested': '申请延期',
  'extension-granted': '同意延期',
  'extension-refused': '驳回延期',
  'completion-applied': '申请办结',
  'completion-rejected': '驳回办结',
  completed: '办结',
  'called-back': '回访',
  rated: '满意度评价',
} as const;
export type OrderAction = keyof typeof ORDER_ACTIONS;

/** What the citizen wants; deadlines differ by it. */
export const ORDER_CATEGORIES = { consult: '咨询', help: '求助', complaint: '投诉', report: '举报', suggestion: '建议' } as const;

/** The order says it; its steps are as confidential as the order. */
const CONFIDENTIAL_ORDER = { type: 'hotline.order', key: 'orderId', flag: 'confidential' } as const;

export const hotlineOrder = defineContract({
  type: 'hotline.order',
  system: 'hotline',
  label: '热线工单',
  description: '12345 热线受理的一张工单的最新情况。',
  shape: {
    orderId: code({ label: '工单编号', key: 'order', privacy: 'public' }),
    title: text({ label: '诉求主题' }),
    content: text({ label: '诉求内容', privacy: 'personal' }),
    channel: code({ label: '来源渠道', privacy: 'public' }),
    category: oneOf({ label: '诉求类型', privacy: 'public' }, ORDER_CATEGORIES),
    /** Shared with the village ledgers' project categories: road, water, lighting … */
    matter: code({ label: '事项类别', privacy: 'public' }),
    /** Same caller, same matter, same place: what makes a complaint a repeated one. */
    matterKey: optional(code({ label: '同一诉求标识', key: 'matter' })),
    townshipCode: optional(code({ label: '乡镇', key: 'township', privacy: 'public' })),
    villageCode: optional(code({ label: '村（社区）', key: 'village', privacy: 'public' })),
    place: optional(text({ label: '事发地点' })),
    callerName: optional(text({ label: '诉求人', key: 'person', privacy: 'personal' })),
    callerPhone: optional(text({ label: '联系电话', privacy: 'personal' })),
    callerKey: optional(code({ label: '诉求人标识', key: 'caller', privacy: 'secret' })),
    confidential: flag({ label: '是否保密' }),
    urgency: oneOf({ label: '紧急程度', privacy: 'public' }, { normal: '一般', urgent: '紧急' }),
    status: code({ label: '办件状态', privacy: 'public' }),
    leadUnitId: optional(code({ label: '承办单位', key: 'unit', privacy: 'public' })),
    promisedAtMs: optional(instant({ label: '承诺完成时间' })),
    reply: optional(text({ label: '处理结果' })),
  },
  scopes: [['orderId'], ['villageCode', 'matter'], ['matterKey']],
  confidentiality: {
    ...CONFIDENTIAL_ORDER,
    open: ['orderId', 'confidential', 'urgency', 'status', 'leadUnitId', 'promisedAtMs'],
  },
});

export const hotlineOrderEvent = defineContract({
  type: 'hotline.order-event',
  system: 'hotline',
  label: '工单流转记录',
  description: '工单在某个单位的一步办理：受理、派单、签收、退回、联系群众、申请办结、回访等。',
  shape: {
    orderId: code({ label: '工单编号', key: 'order', privacy: 'public' }),
    unitId: optional(code({ label: '办理单位', key: 'unit', privacy: 'public' })),
    action: oneOf({ label: '环节', privacy: 'public' }, ORDER_ACTIONS),
    role: optional(oneOf({ label: '主办或协办', privacy: 'public' }, { lead: '主办', assist: '协办' })),
    operator: optional(text({ label: '经办人', key: 'person', privacy: 'personal' })),
    /** Reason of a return, reply of a completion, note of a call-back. */
    note: optional(text({ label: '说明' })),
    /** For `completion-applied`: what the reply claims. */
    claimsContact: optional(flag({ label: '答复称已联系群众' })),
    claimsVisit: optional(flag({ label: '答复称已到现场' })),
    claimsSolved: optional(flag({ label: '答复称已解决' })),
    /** For `called-back`: what the citizen says. */
    solved: optional(flag({ label: '回访：是否解决' })),
    contactConfirmed: optional(flag({ label: '回访：是否联系过' })),
    satisfaction: optional(integer({ label: '满意度（1–5）' })),
    /** For `extension-granted`: the new deadline. */
    extendedToMs: optional(instant({ label: '延期至' })),
    /** Which of two steps of one instant came first. */
    stepNo: optional(integer({ label: '步骤序号' })),
  },
  scopes: [['orderId'], ['unitId', 'action']],
  confidentiality: { ...CONFIDENTIAL_ORDER, open: ['orderId', 'unitId', 'action', 'role', 'extendedToMs'] },
  order: 'stepNo',
});
