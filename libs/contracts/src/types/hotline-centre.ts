import { defineContract } from '../contract.js';
import { code, integer, oneOf, optional } from '../fields.js';

/** How a call that reached the queue ended. */
export const CALL_OUTCOMES = { answered: '接通', abandoned: '放弃' } as const;
export type CallOutcome = keyof typeof CALL_OUTCOMES;

/** What an agent's telephone is set to. */
export const AGENT_STATES = {
  ready: '空闲',
  talking: '通话',
  'after-call': '话后整理',
  busy: '示忙',
  rest: '小休',
  away: '离席',
} as const;
export type AgentState = keyof typeof AGENT_STATES;

/** The agent's number at the centre, which stands for no name here. */
const agentId = () => code({ label: '坐席工号', key: 'agent' });

export const hotlineCall = defineContract({
  type: 'hotline.call',
  system: 'hotline',
  label: '热线来电',
  description: '一次转入人工排队的来电：等了多久，接通还是放弃，由谁接听。发生时间是进入排队的时刻。',
  shape: {
    callId: code({ label: '呼叫编号', privacy: 'public' }),
    agentId: optional(agentId()),
    outcome: oneOf({ label: '接听结果', privacy: 'public' }, CALL_OUTCOMES),
    waitSeconds: integer({ label: '排队等待', unit: '秒' }),
    talkSeconds: optional(integer({ label: '通话时长', unit: '秒' })),
    orderId: optional(code({ label: '工单编号', key: 'order', privacy: 'public' })),
  },
  scopes: [['callId'], ['agentId']],
});

export const hotlineAgentState = defineContract({
  type: 'hotline.agent-state',
  system: 'hotline',
  label: '坐席状态',
  description: '坐席的一段状态：空闲、通话、示忙、离席等，从何时起、持续多久。状态结束后才有这条记录；签出以后不记。',
  shape: {
    agentId: agentId(),
    state: oneOf({ label: '状态', privacy: 'public' }, AGENT_STATES),
    durationSeconds: integer({ label: '持续时长', unit: '秒' }),
  },
  scopes: [['agentId']],
});
