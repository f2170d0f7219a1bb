import type { EpochMs } from '@tianyan/kernel';
import type { ChannelKind } from './sealed-target.js';
import type { NoticeSeverity } from './severity.js';

/**
 * What a notice (通知) is about: a finding (the notice is then an *alert*, 预警), a source, a part of the platform itself, a rule, an exemption, a clue, a channel that is
 * tried out, a campaign, one of its orders, a letter or a circular: `letter` and `circular` to the commission's people, `assignment` to the liaisons of the unit, who open another
 * page and hear less.
 * What else people are to be told of is added here, with its kinds below and in the constraint of the table.
 */
export type NoticeSubject =
  | { kind: 'finding'; id: string }
  | { kind: 'source'; id: string }
  | { kind: 'rule'; id: string }
  | { kind: 'exemption'; id: string }
  | { kind: 'clue'; id: string }
  | { kind: 'channel'; id: string }
  | { kind: 'letter'; id: string }
  | { kind: 'assignment'; id: string }
  | { kind: 'circular'; id: string }
  | { kind: 'platform'; id: string }
  | { kind: 'campaign'; id: string }
  | { kind: 'campaign-task'; id: string };
export const SUBJECT_KINDS = [
  'finding',
  'source',
  'rule',
  'exemption',
  'clue',
  'channel',
  'letter',
  'assignment',
  'circular',
  'platform',
  'campaign',
  'campaign-task',
] as const;
export type SubjectKind = NoticeSubject['kind'];

/** Each kind of notice, and what it is about. */
export const SUBJECT_OF = {
  /** Look at it. */
  opened: 'finding',
  /** 撤回: the data no longer support it. */
  withdrawn: 'finding',
  /** 转出: it holds, but concerns other teams now. */
  moved: 'finding',
  /** 汇总: the same of several findings. The subject's id is a name of its own. */
  summary: 'finding',
  'summary-withdrawn': 'finding',
  'summary-moved': 'finding',
  /** 升级: nobody of the team has acknowledged it; told to those whom the team has named for this. */
  escalated: 'finding',
  'summary-escalated': 'finding',
  /** It cannot be read, or has not been for longer than its rhythm allows. */
  'source-failing': 'source',
  /** It has been so for hours, and still is. */
  'source-still-failing': 'source',
  /** It works again. */
  'source-working': 'source',
  /** The same of a part of the platform itself: letters, the quarantine, a disk. */
  'platform-failing': 'platform',
  'platform-still-failing': 'platform',
  'platform-working': 'platform',
  /** Judging it failed: it is not judged any more, the others are. */
  'rule-set-aside': 'rule',
  /** What a person has set aside comes back soon. */
  'exemption-ending': 'exemption',
  /** 分办: it is somebody's now. */
  'clue-assigned': 'clue',
  /** 临期 and 超期: of the state that it is in. */
  'clue-due-soon': 'clue',
  'clue-overdue': 'clue',
  /** The data support one of its findings no longer, or again: a person decides what follows. */
  'clue-data-changed': 'clue',
  /** 反弹: the same problem again, after it was closed. */
  'clue-rebounded': 'clue',
  /** 测试消息: whether a channel of a team leads anywhere. */
  'channel-test': 'channel',
  /** It waits for whoever may issue it. */
  'letter-drafted': 'letter',
  /** It goes back to whoever drafted it. */
  'letter-returned': 'letter',
  /** The unit has answered. */
  'letter-answered': 'letter',
  /** The reply of the unit is due soon, or over. */
  'letter-due-soon': 'letter',
  'letter-overdue': 'letter',
  /** The same of the unit's side: something was given to it, or its answer does not do. */
  'assignment-issued': 'assignment',
  'assignment-sent-back': 'assignment',
  /** It is taken back, or the unit need not report: whoever works on it stops. */
  'assignment-withdrawn': 'assignment',
  'assignment-excused': 'assignment',
  'assignment-due-soon': 'assignment',
  'assignment-overdue': 'assignment',
  /** It waits for whoever may issue it. */
  'circular-drafted': 'circular',
  /** It goes back to whoever drafted it. */
  'circular-returned': 'circular',
  /** A unit has reported all that it improved. */
  'circular-reported': 'circular',
  /** A unit has mended what was sent back to it. */
  'circular-resubmitted': 'circular',
  /** What units named have to report is due soon, or over. */
  'circular-due-soon': 'circular',
  'circular-overdue': 'circular',
  /** Its orders are picked, and wait for whoever leads it. */
  'campaign-opened': 'campaign',
  /** Orders of it were given to somebody. */
  'campaign-assigned': 'campaign',
  /** Its last day is near, or over. */
  'campaign-due-soon': 'campaign',
  'campaign-overdue': 'campaign',
  /** The week of one that repeats could not be drawn. */
  'campaign-stopped': 'campaign',
  /** A problem waits for a second person. */
  'campaign-task-reported': 'campaign-task',
  /** What was found does not do, or is looked at anew. */
  'campaign-task-returned': 'campaign-task',
} as const satisfies Readonly<Record<string, SubjectKind>>;
export type NoticeKind = keyof typeof SUBJECT_OF;
export const NOTICE_KINDS = Object.keys(SUBJECT_OF) as [NoticeKind, ...NoticeKind[]]; // the keys of the table, which is not empty

/**
 * The kinds that end what another began: told to those alone who heard of the beginning. Whoever asks for a delivery again
 * after its end is refused.
 */
export const ENDED_BY = {
  opened: ['withdrawn', 'moved'],
  escalated: ['withdrawn', 'moved'],
  'source-failing': ['source-working'],
  'platform-failing': ['platform-working'],
} as const satisfies Readonly<Partial<Record<NoticeKind, readonly NoticeKind[]>>>;
export type BeginningKind = keyof typeof ENDED_BY;

/** What is told, whoever hears it. The owner of the subject makes its words. */
export interface Notice {
  subject: NoticeSubject;
  kind: NoticeKind;
  /** Which time the subject is told of, from 0: with subject and kind it makes the {@link noticeKey}. */
  round: number;
  severity: NoticeSeverity;
  /** Chinese, one line. */
  title: string;
  /** Chinese, says what to do. Like the title it leaves the platform by webhooks: no personal data, no words of an upstream. */
  text: string;
  /** Whose reach it lies in; null: seen with the whole county alone. */
  townshipCode: string | null;
  /** Of a clue or an exemption, whose words name rules: all classes that it concerns. Null or missing there: heard of with all classes alone. */
  problemClasses?: readonly string[] | null;
  /** Of findings in county time, of sources in the machine's. */
  occurredAtMs: EpochMs;
  /** Page of the console that shows what it tells of. */
  path: string;
  /** So long nobody is told: what passes by itself within that time is cancelled. 0 where whoever enqueues it has waited. */
  settlesForMs: number;
  /** Where the records came from that caused it. */
  traces?: readonly string[];
}

/** To whom a notice goes: to a person's inbox, to the webhook of a team, or by one of its other channels. */
export type NoticeRecipient =
  | { channel: 'inbox'; userId: string; teamId: string | null }
  | { channel: 'webhook'; teamId: string }
  | { channel: ChannelKind; channelId: string; teamId: string };

/** Names a notice: enqueued again under the same key, it is not told again. Receivers of webhooks know those of findings. */
export function noticeKey({ subject, kind, round }: Pick<Notice, 'subject' | 'kind' | 'round'>): string {
  const id = subject.kind === 'finding' ? subject.id : `${subject.kind}:${subject.id}`;
  return [id, round, kind].join(':');
}

/** Throws RangeError for a kind that is not about this kind of subject. */
export function assertKindOf(subject: NoticeSubject, kind: NoticeKind): void {
  if (SUBJECT_OF[kind] !== subject.kind) throw new RangeError(`a notice about a ${subject.kind} is not of the kind ${kind}`);
}
