import { createHmac } from 'node:crypto';
import type { EpochMs } from '@tianyan/kernel';
import type { Delivery } from './delivery.js';
import { noticeKey, type NoticeKind } from './notice.js';

/** Machine time of the attempt, milliseconds; part of what is signed, so that an old message cannot be sent again later. */
export const TIMESTAMP_HEADER = 'x-tianyan-timestamp';
/** `v1=` and the HMAC-SHA256, as hex, of `<timestamp>.<body>` under the team's key. */
export const SIGNATURE_HEADER = 'x-tianyan-signature';
/** The same for every attempt of one delivery: the receiver drops what it has already. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';

/** Where the records came from, for whoever follows a message back through the logs; not signed. */
export const TRACES_HEADER = 'x-tianyan-traces';

/**
 * A team's signing key. Derived, so that it is stored nowhere; a new version makes the old key worthless.
 * @param secret the installation's own, from its data folder or environment
 */
export function webhookKey(secret: string, teamId: string, version: number): string {
  return createHmac('sha256', secret).update(`webhook/${teamId}/${version}`).digest('base64url');
}

/** What the receiver computes too, to know that the message is ours and unchanged. */
export function signature(key: string, timestampMs: EpochMs, body: string): string {
  return `v1=${createHmac('sha256', key).update(`${timestampMs}.${body}`).digest('hex')}`;
}

/** Names the delivery, for the receiver: the same however often it is sent. */
export function idempotencyKey(delivery: Pick<Delivery, 'subject' | 'round' | 'kind' | 'recipient'>): string {
  return `${noticeKey(delivery)}:${delivery.recipient}`;
}

/** What each kind is called outside: `event` for programs, `notice` (Chinese) for people. */
export const NOTICE_WORDS: Readonly<Record<NoticeKind, { event: string; notice: string }>> = {
  opened: { event: 'finding.opened', notice: '发现疑点，请核实' },
  withdrawn: { event: 'finding.withdrawn', notice: '撤回：该疑点已不再成立，原因见疑点历史' },
  moved: { event: 'finding.moved', notice: '转出：该疑点的所属乡镇或级别有变，不再由本组负责' },
  summary: { event: 'findings.summary', notice: '汇总：发现多条疑点，请在疑点列表中核实' },
  'summary-withdrawn': { event: 'findings.summary-withdrawn', notice: '汇总：多条疑点已不再成立，已撤回' },
  'summary-moved': { event: 'findings.summary-moved', notice: '汇总：多条疑点的所属乡镇或级别有变，不再由本组负责' },
  escalated: { event: 'finding.escalated', notice: '无人签收的预警，请督促核实' },
  'summary-escalated': { event: 'findings.summary-escalated', notice: '汇总：多条预警无人签收，请督促核实' },
  'source-failing': { event: 'source.failing', notice: '数据源中断，请管理员查看' },
  'source-still-failing': { event: 'source.still-failing', notice: '数据源仍未恢复，请管理员查看' },
  'platform-failing': { event: 'platform.failing', notice: '平台运行有异常，请管理员查看' },
  'platform-still-failing': { event: 'platform.still-failing', notice: '平台运行的异常仍未恢复，请管理员查看' },
  'platform-working': { event: 'platform.working', notice: '平台运行的异常已恢复' },
  'source-working': { event: 'source.working', notice: '数据源已恢复' },
  'exemption-ending': { event: 'exemption.ending', notice: '豁免快到期，请看是否还需要' },
  'clue-assigned': { event: 'clue.assigned', notice: '线索已分办，请办理' },
  'clue-due-soon': { event: 'clue.due-soon', notice: '线索临期，请办理' },
  'clue-overdue': { event: 'clue.overdue', notice: '线索超期，请督促' },
  'clue-data-changed': { event: 'clue.data-changed', notice: '线索的疑点有变化，请看是否影响办理' },
  'clue-rebounded': { event: 'clue.rebounded', notice: '线索反弹，已自动重启，请分办' },
  'letter-drafted': { event: 'letter.drafted', notice: '督办函待签发' },
  'letter-returned': { event: 'letter.returned', notice: '督办函退回修改' },
  'letter-answered': { event: 'letter.answered', notice: '单位已答复督办函，请审核' },
  'letter-due-soon': { event: 'letter.due-soon', notice: '督办函答复临期' },
  'letter-overdue': { event: 'letter.overdue', notice: '督办函答复超期，请督促' },
  'assignment-issued': { event: 'assignment.issued', notice: '收到交办事项，请打开办理' },
  'assignment-sent-back': { event: 'assignment.sent-back', notice: '交办事项的答复被退回，请重报' },
  'assignment-withdrawn': { event: 'assignment.withdrawn', notice: '交办事项已撤回，不用再办理' },
  'assignment-excused': { event: 'assignment.excused', notice: '免予报送建章立制' },
  'assignment-due-soon': { event: 'assignment.due-soon', notice: '交办事项临期，请抓紧' },
  'assignment-overdue': { event: 'assignment.overdue', notice: '交办事项超期，请马上办理' },
  'circular-drafted': { event: 'circular.drafted', notice: '通报待签发' },
  'circular-returned': { event: 'circular.returned', notice: '通报退回修改' },
  'circular-reported': { event: 'circular.reported', notice: '通报的单位报送完毕，请核对' },
  'circular-resubmitted': { event: 'circular.resubmitted', notice: '通报的单位补正重报，请核对' },
  'circular-due-soon': { event: 'circular.due-soon', notice: '通报报送临期' },
  'circular-overdue': { event: 'circular.overdue', notice: '通报报送超期，请督促' },
  'campaign-opened': { event: 'campaign.opened', notice: '专项复查的工单待分派' },
  'campaign-assigned': { event: 'campaign.assigned', notice: '专项复查的工单已分派' },
  'campaign-due-soon': { event: 'campaign.due-soon', notice: '专项复查临期' },
  'campaign-overdue': { event: 'campaign.overdue', notice: '专项复查超期，请督促' },
  'campaign-stopped': { event: 'campaign.stopped', notice: '专项复查没有按周抽取，请查看' },
  'campaign-task-reported': { event: 'campaign-task.reported', notice: '复查结果待确认' },
  'campaign-task-returned': { event: 'campaign-task.returned', notice: '工单要重新复查' },
  'rule-set-aside': { event: 'rule.set-aside', notice: '规则暂停研判，请管理员查看' },
  'channel-test': { event: 'channel.test', notice: '测试消息' },
};

/** What a message is about: one finding or one source; both null for a summary, which is about several, for a rule, an exemption, a clue and a letter. */
function subjectOf({ subject, kind }: Delivery): { findingId: string | null; source: string | null } {
  if (subject.kind === 'source') return { findingId: null, source: subject.id };
  if (subject.kind !== 'finding') return { findingId: null, source: null };
  const isSummary = kind.startsWith('summary');
  return { findingId: isSummary ? null : subject.id, source: null };
}

/** The message. Holds no personal data: it leaves the platform. */
export function webhookBody(delivery: Delivery): string {
  const { kind, severity, title, text, townshipCode, occurredAtMs, path } = delivery;
  return JSON.stringify({
    ...NOTICE_WORDS[kind],
    ...subjectOf(delivery),
    severity,
    title,
    text,
    townshipCode,
    occurredAtMs,
    path,
  });
}
