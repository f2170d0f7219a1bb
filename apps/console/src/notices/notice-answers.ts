import { maskText } from '@tianyan/access';
import type { Delivery as StoredDelivery, Team as StoredTeam } from '@tianyan/notices';
import { CHANNEL_KIND_LABELS, type Delivery, type EntryAcknowledgement, type InboxItem, type Team } from '../api/index.js';
import { quietHoursAnswer } from './quiet-hours.js';

const KIND_LABELS: Readonly<Record<StoredDelivery['kind'], string>> = {
  opened: '新疑点',
  withdrawn: '撤回',
  moved: '转出',
  summary: '汇总',
  'summary-withdrawn': '汇总撤回',
  'summary-moved': '汇总转出',
  escalated: '无人签收',
  'summary-escalated': '汇总无人签收',
  'source-failing': '数据源中断',
  'source-still-failing': '数据源仍中断',
  'source-working': '数据源恢复',
  'platform-failing': '平台异常',
  'platform-still-failing': '平台仍异常',
  'platform-working': '平台恢复',
  'rule-set-aside': '规则暂停',
  'exemption-ending': '豁免到期',
  'clue-assigned': '线索分办',
  'clue-due-soon': '线索临期',
  'clue-overdue': '线索超期',
  'clue-data-changed': '线索数据有变',
  'clue-rebounded': '线索反弹',
  'channel-test': '测试消息',
  'letter-drafted': '督办函待签发',
  'letter-returned': '督办函退回修改',
  'letter-answered': '单位已答复',
  'letter-due-soon': '督办函临期',
  'letter-overdue': '督办函超期',
  'assignment-issued': '交办事项',
  'assignment-sent-back': '答复被退回',
  'assignment-withdrawn': '交办事项已撤回',
  'assignment-excused': '免予报送',
  'assignment-due-soon': '交办事项临期',
  'assignment-overdue': '交办事项超期',
  'circular-drafted': '通报待签发',
  'circular-returned': '通报退回修改',
  'circular-reported': '通报报送完毕',
  'circular-resubmitted': '通报补正重报',
  'circular-due-soon': '通报报送临期',
  'circular-overdue': '通报报送超期',
  'campaign-opened': '专项待分派',
  'campaign-assigned': '复查工单分给您',
  'campaign-due-soon': '专项复查临期',
  'campaign-overdue': '专项复查超期',
  'campaign-stopped': '专项没有按周抽取',
  'campaign-task-reported': '复查结果待确认',
  'campaign-task-returned': '工单要重新复查',
};
const FIRST_WORDS: Readonly<Partial<Record<StoredDelivery['kind'], string>>> = {
  withdrawn: '撤回：该疑点已不再成立，原因见疑点历史。',
  moved: '转出：该疑点的所属乡镇或级别有变，不再由本组负责；转出本人管辖范围的，不能再打开。',
};
const CHANNEL_LABELS: Readonly<Record<StoredDelivery['channel'], string>> = {
  inbox: '站内',
  webhook: '回调',
  ...CHANNEL_KIND_LABELS,
};

function whatItTells({ id, subject, path, kind }: StoredDelivery) {
  return { id, subject, path, kind, kindLabel: KIND_LABELS[kind] };
}

export function inboxAnswer(
  delivery: StoredDelivery,
  teamName: string | null,
  acknowledgement: EntryAcknowledgement | null,
): InboxItem {
  return {
    ...whatItTells(delivery),
    title: delivery.title,
    // Stored without personal data; a notice of an earlier version may still hold some.
    text: maskText(`${FIRST_WORDS[delivery.kind] ?? ''}${delivery.text}`),
    severity: delivery.severity,
    teamName,
    deliveredAtMs: delivery.deliveredAtMs ?? delivery.createdAtMs,
    readAtMs: delivery.readAtMs,
    acknowledgement,
  };
}

/** @param personName of whose inbox it is; null: it is no person's, or the account is gone */
export function deliveryAnswer(delivery: StoredDelivery, teamName: string | null, personName: string | null): Delivery {
  return {
    ...whatItTells(delivery),
    channel: delivery.channel,
    channelLabel: CHANNEL_LABELS[delivery.channel],
    teamName,
    personName: delivery.channel === 'inbox' ? personName : null,
    state: delivery.state,
    attempts: delivery.attempts,
    nextAttemptAtMs: delivery.state === 'waiting' ? delivery.nextAttemptAtMs : null,
    deliveredAtMs: delivery.deliveredAtMs,
    lastError: delivery.lastError === null ? null : maskText(delivery.lastError),
    createdAtMs: delivery.createdAtMs,
  };
}

export function teamAnswer(team: StoredTeam): Team {
  const {
    id,
    name,
    isDefault,
    townshipCodes,
    problemClasses,
    unitIds,
    memberIds,
    webhookUrl,
    webhookKeyVersion,
    minSeverity,
    platformNotices,
    weeklyBudget,
    quietHours,
    escalation,
  } = team;
  return {
    id,
    name,
    isDefault,
    townshipCodes: [...townshipCodes],
    problemClasses: [...problemClasses],
    unitIds: [...unitIds],
    memberIds: [...memberIds],
    webhookUrl,
    webhookKeySet: webhookKeyVersion > 0,
    minSeverity,
    platformNotices,
    weeklyBudget,
    quietHours: quietHours && quietHoursAnswer(quietHours),
    escalation: escalation && { ...escalation, firstIds: [...escalation.firstIds], secondIds: [...escalation.secondIds] },
  };
}
