import { maskText } from '@tianyan/access';
import type { Delivery as StoredDelivery, Team as StoredTeam } from '@tianyan/notices';
import type { Delivery, InboxItem, Team } from '../api/index.js';

const KIND_LABELS: Readonly<Record<StoredDelivery['kind'], string>> = {
  opened: '新疑点',
  withdrawn: '撤回',
  moved: '转出',
  summary: '汇总',
  'summary-withdrawn': '汇总撤回',
  'summary-moved': '汇总转出',
  'source-failing': '数据源中断',
  'source-working': '数据源恢复',
  'rule-set-aside': '规则暂停',
  'exemption-ending': '豁免到期',
  'clue-assigned': '线索分办',
  'clue-due-soon': '线索临期',
  'clue-overdue': '线索超期',
  'clue-data-changed': '线索数据有变',
  'clue-rebounded': '线索反弹',
};
const FIRST_WORDS: Readonly<Partial<Record<StoredDelivery['kind'], string>>> = {
  withdrawn: '撤回：该疑点已不再成立，原因见疑点历史。',
  moved: '转出：该疑点的所属乡镇或级别有变，不再由本组负责；转出本人管辖范围的，不能再打开。',
};
const CHANNEL_LABELS: Readonly<Record<StoredDelivery['channel'], string>> = { inbox: '站内', webhook: '回调' };

function whatItTells({ id, subject, path, kind }: StoredDelivery) {
  return { id, subject, path, kind, kindLabel: KIND_LABELS[kind] };
}

export function inboxAnswer(delivery: StoredDelivery, teamName: string | null): InboxItem {
  return {
    ...whatItTells(delivery),
    title: delivery.title,
    // Stored without personal data; a notice of an earlier version may still hold some.
    text: maskText(`${FIRST_WORDS[delivery.kind] ?? ''}${delivery.text}`),
    severity: delivery.severity,
    teamName,
    deliveredAtMs: delivery.deliveredAtMs ?? delivery.createdAtMs,
    readAtMs: delivery.readAtMs,
  };
}

export function deliveryAnswer(delivery: StoredDelivery, teamName: string | null): Delivery {
  return {
    ...whatItTells(delivery),
    channel: delivery.channel,
    channelLabel: CHANNEL_LABELS[delivery.channel],
    teamName,
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
    memberIds,
    webhookUrl,
    webhookKeyVersion,
    minSeverity,
    platformNotices,
    weeklyBudget,
  } = team;
  return {
    id,
    name,
    isDefault,
    townshipCodes: [...townshipCodes],
    memberIds: [...memberIds],
    webhookUrl,
    webhookKeySet: webhookKeyVersion > 0,
    minSeverity,
    platformNotices,
    weeklyBudget,
  };
}
