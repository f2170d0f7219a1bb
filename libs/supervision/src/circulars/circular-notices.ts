import { isAllowed, UnitReach, type User } from '@tianyan/access';
import { seesClue, withDeputies, type Deputies } from '@tianyan/cases';
import { toChinaMinute } from '@tianyan/kernel';
import type { Notice, NoticeKind, NoticeRecipient, NoticeSeverity } from '@tianyan/notices';
import type { OriginLimits } from './circular-origins.js';
import { circularName, type Circular } from './circular-rows.js';

type OfOffice = Extract<NoticeKind, `circular-${string}`>;
type OfUnit = Extract<NoticeKind, `assignment-${string}`>;

interface Words {
  severity: NoticeSeverity;
  title: (name: string) => string;
  /** Says what to do; nothing of what the circular is about. */
  text: (circular: Circular) => string;
}

const dueOf = ({ dueAtMs, changedAtMs }: Circular): string => toChinaMinute(dueAtMs ?? changedAtMs);

const WORDS: Readonly<Record<OfOffice | OfUnit, Words>> = {
  'circular-drafted': {
    severity: 'medium',
    title: (name) => `${name}待签发`,
    text: () => '已拟稿，请审阅后签发，或退回拟稿并写明要改什么。',
  },
  'circular-reported': {
    severity: 'medium',
    title: (name) => `${name}：有单位报送完毕`,
    text: () => '请逐项核对报送的制度：计入，或退回补正并写明理由。',
  },
  'circular-resubmitted': {
    severity: 'medium',
    title: (name) => `${name}：有单位补正重报`,
    text: () => '退回的制度已补正重报，请核对：计入，或再次退回并写明理由。',
  },
  'circular-returned': {
    severity: 'medium',
    title: (name) => `${name}退回修改`,
    text: () => '拟稿已退回，请看退回理由，修改后再报签发。',
  },
  'circular-due-soon': {
    severity: 'medium',
    title: (name) => `${name}报送临期`,
    text: (circular) => `点名的单位应在 ${dueOf(circular)} 前报送建章立制，还有单位没有报送完毕。`,
  },
  'circular-overdue': {
    severity: 'high',
    title: (name) => `${name}报送超期`,
    text: (circular) => `报送期限 ${dueOf(circular)} 已过，还有单位没有报送完毕，请督促。`,
  },
  'assignment-issued': {
    severity: 'medium',
    title: (name) => `收到${name}`,
    text: ({ dueAtMs }) =>
      dueAtMs === null
        ? '请打开阅读，并点“已阅”。'
        : `请打开阅读，点“已阅”；点名的单位请在 ${toChinaMinute(dueAtMs)} 前报送建章立制。`,
  },
  'assignment-sent-back': {
    severity: 'high',
    title: (name) => `${name}报送的制度被退回补正`,
    text: () => '请看退回理由，补正后重报，或撤销这一项。',
  },
  'assignment-withdrawn': {
    severity: 'medium',
    title: (name) => `${name}已撤回`,
    text: () => '这份通报已撤回，不用再报送；理由请打开查看。',
  },
  'assignment-excused': {
    severity: 'medium',
    title: (name) => `${name}：免予报送建章立制`,
    text: () => '点名的单位里有一个不用再报送建章立制，是哪个单位、为什么，请打开查看；您负责的其他单位照常报送。',
  },
  'assignment-due-soon': {
    severity: 'medium',
    title: (name) => `${name}报送临期`,
    text: (circular) => `请在 ${dueOf(circular)} 前报送建章立制，并点“报送完毕”。`,
  },
  'assignment-overdue': {
    severity: 'high',
    title: (name) => `${name}报送超期`,
    text: (circular) => `报送期限 ${dueOf(circular)} 已过，请马上报送。`,
  },
};

/** To the commission's people. Its round is the step that it tells of. */
export function circularNotice(kind: OfOffice, circular: Circular): Notice {
  // Whoever is told sees all of it, and so the first.
  return {
    ...noticeOf(kind, circular),
    subject: { kind: 'circular', id: circular.id },
    path: `/circulars/${encodeURIComponent(circular.id)}`,
    townshipCode: circular.townships?.[0] ?? null,
  };
}

/** To liaisons: another page, and no township. */
export function circularUnitNotice(kind: OfUnit, circular: Circular): Notice {
  return {
    ...noticeOf(kind, circular),
    subject: { kind: 'assignment', id: circular.id },
    path: `/assignments/circulars/${encodeURIComponent(circular.id)}`,
    townshipCode: null,
  };
}

function noticeOf(kind: OfOffice | OfUnit, circular: Circular): Omit<Notice, 'subject' | 'path' | 'townshipCode'> {
  const { severity, title, text } = WORDS[kind];
  return {
    kind,
    round: circular.revision,
    severity,
    title: title(circularName(circular)),
    text: text(circular),
    occurredAtMs: circular.changedAtMs,
    settlesForMs: 0,
  };
}

const inboxOf = ({ id }: User): NoticeRecipient => ({ channel: 'inbox', userId: id, teamId: null });

/** Whoever answers for one of the units; null: for any. Each once, however many of the units are theirs. */
export function liaisonsOfUnits(unitCodes: readonly string[] | null, users: readonly User[]): NoticeRecipient[] {
  return users
    .filter((user) => {
      const units = UnitReach.of({ user });
      const isSent = unitCodes === null ? units.unitCodes.length > 0 : unitCodes.some((code) => units.covers(code));
      return isAllowed(user.role, 'answer-for-unit') && isSent;
    })
    .map(inboxOf);
}

/** A circular, with what decides who may know of it. */
export interface KnownCircular extends OriginLimits {
  circular: Circular;
}

const aboutOf = ({ circular: { townships }, circleIds, problemClasses }: KnownCircular) => ({
  townships,
  circleIds,
  problemClasses,
});

/** With those who act in the place of one of them, and see all of it too; a draft waits for nobody who wrote it. */
export function alsoCircularDeputies(
  known: KnownCircular,
  recipients: readonly NoticeRecipient[],
  standing: Omit<Deputies, 'sees'>,
): NoticeRecipient[] {
  const { state, handlerId } = known.circular;
  const sees = (user: User) =>
    isAllowed(user.role, 'read-supervision') && seesClue(user, aboutOf(known)) && (state !== 'drafted' || user.id !== handlerId);
  return withDeputies(recipients, { ...standing, sees });
}

/** Whoever may issue it, and sees all of it; without whoever drafted it, who knows. */
export function circularManagers(known: KnownCircular, users: readonly User[]): NoticeRecipient[] {
  const { circular } = known;
  return users
    .filter(
      (user) => user.id !== circular.handlerId && isAllowed(user.role, 'manage-supervision') && seesClue(user, aboutOf(known)),
    )
    .map(inboxOf);
}

/** Whoever drafted it; where that person cannot any more, whoever manages it. */
export function circularHandlers(known: KnownCircular, users: readonly User[]): NoticeRecipient[] {
  const { circular } = known;
  const handler = users.find(({ id }) => id === circular.handlerId);
  const stillMay = handler && isAllowed(handler.role, 'handle-supervision') && seesClue(handler, aboutOf(known));
  return stillMay ? [inboxOf(handler)] : circularManagers(known, users);
}
