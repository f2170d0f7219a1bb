import { isAllowed, UnitReach, type User } from '@tianyan/access';
import { seesClue, withDeputies, type Deputies } from '@tianyan/cases';
import { toChinaMinute } from '@tianyan/kernel';
import type { Notice, NoticeKind, NoticeRecipient, NoticeSeverity } from '@tianyan/notices';
import { nameOf, type Letter } from './letter-rows.js';

type OfOffice = Extract<NoticeKind, `letter-${string}`>;
/** A letter is withdrawn as a whole: nobody is excused from a part of it. */
type OfUnit = Exclude<Extract<NoticeKind, `assignment-${string}`>, 'assignment-excused'>;

interface Words {
  severity: NoticeSeverity;
  title: (name: string) => string;
  /** Says what to do; nothing of what the letter is about. */
  text: (letter: Letter) => string;
}

const dueOf = ({ dueAtMs, changedAtMs }: Letter): string => toChinaMinute(dueAtMs ?? changedAtMs);

const WORDS: Readonly<Record<OfOffice | OfUnit, Words>> = {
  'letter-drafted': {
    severity: 'medium',
    title: (name) => `${name}待签发`,
    text: () => '已拟稿，请审阅后签发，或退回拟稿并写明要改什么。',
  },
  'letter-answered': {
    severity: 'medium',
    title: (name) => `${name}：单位已答复`,
    text: () => '请审核答复：采纳，或退回重报并写明理由。',
  },
  'letter-returned': {
    severity: 'medium',
    title: (name) => `${name}退回修改`,
    text: () => '拟稿已退回，请看退回理由，修改后再报签发。',
  },
  'letter-due-soon': {
    severity: 'medium',
    title: (name) => `${name}答复临期`,
    text: (letter) => `单位应在 ${dueOf(letter)} 前答复，还没有答复。`,
  },
  'letter-overdue': {
    severity: 'high',
    title: (name) => `${name}答复超期`,
    text: (letter) => `答复期限 ${dueOf(letter)} 已过，单位还没有答复，请督促。`,
  },
  'assignment-issued': {
    severity: 'medium',
    title: (name) => `收到${name}`,
    text: (letter) => `请打开签收，并在 ${dueOf(letter)} 前答复。`,
  },
  'assignment-sent-back': {
    severity: 'high',
    title: (name) => `${name}的答复被退回`,
    text: (letter) => `请看退回理由，在 ${dueOf(letter)} 前重新答复。`,
  },
  'assignment-withdrawn': {
    severity: 'medium',
    title: (name) => `${name}已撤回`,
    text: () => '这份督办函已撤回，不用再答复。',
  },
  'assignment-due-soon': {
    severity: 'medium',
    title: (name) => `${name}答复临期`,
    text: (letter) => `请在 ${dueOf(letter)} 前答复。`,
  },
  'assignment-overdue': {
    severity: 'high',
    title: (name) => `${name}答复超期`,
    text: (letter) => `答复期限 ${dueOf(letter)} 已过，请马上答复。`,
  },
};

/** To the commission's people. Its round is the step that it tells of. */
export function officeNotice(kind: OfOffice, letter: Letter): Notice {
  // Whoever is told sees all of it, and so the first.
  return {
    ...noticeOf(kind, letter),
    subject: { kind: 'letter', id: letter.id },
    path: pathOf('/letters', letter),
    townshipCode: letter.townships?.[0] ?? null,
  };
}

/** To the liaisons of the unit: another page, and no township. */
export function unitNotice(kind: OfUnit, letter: Letter): Notice {
  return {
    ...noticeOf(kind, letter),
    subject: { kind: 'assignment', id: letter.id },
    path: pathOf('/assignments/letters', letter),
    townshipCode: null,
  };
}

function noticeOf(kind: OfOffice | OfUnit, letter: Letter): Omit<Notice, 'subject' | 'path' | 'townshipCode'> {
  const { severity, title, text } = WORDS[kind];
  return {
    kind,
    round: letter.revision,
    severity,
    title: title(nameOf(letter)),
    text: text(letter),
    occurredAtMs: letter.changedAtMs,
    settlesForMs: 0,
  };
}

const pathOf = (page: string, { id }: Letter): string => `${page}/${encodeURIComponent(id)}`;
const inboxOf = ({ id }: User): NoticeRecipient => ({ channel: 'inbox', userId: id, teamId: null });

/** Whoever answers for the unit. */
export function liaisonsOf({ unitCode }: Pick<Letter, 'unitCode'>, users: readonly User[]): NoticeRecipient[] {
  return users.filter((user) => isAllowed(user.role, 'answer-for-unit') && UnitReach.of({ user }).covers(unitCode)).map(inboxOf);
}

/** Whoever may issue and close it, and sees all of it. */
export function managersOf(letter: Letter, users: readonly User[]): NoticeRecipient[] {
  return able(users, 'manage-supervision', letter).map(inboxOf);
}

/** Whoever drafted it; where that person cannot any more, whoever manages it. */
export function handlersOf(letter: Letter, users: readonly User[]): NoticeRecipient[] {
  const handler = able(users, 'handle-supervision', letter).find(({ id }) => id === letter.handlerId);
  return handler ? [inboxOf(handler)] : managersOf(letter, users);
}

/** With those who act in the place of one of them, and see it too; a draft waits for nobody who wrote it. */
export function alsoDeputies(
  letter: Letter,
  recipients: readonly NoticeRecipient[],
  standing: Omit<Deputies, 'sees'>,
): NoticeRecipient[] {
  const sees = (user: User) =>
    isAllowed(user.role, 'read-supervision') &&
    seesClue(user, letter) &&
    (letter.state !== 'drafted' || user.id !== letter.handlerId);
  return withDeputies(recipients, { ...standing, sees });
}

function able(users: readonly User[], action: 'manage-supervision' | 'handle-supervision', letter: Letter): readonly User[] {
  // As what it was drafted from is seen.
  return users.filter((user) => isAllowed(user.role, action) && seesClue(user, letter));
}
