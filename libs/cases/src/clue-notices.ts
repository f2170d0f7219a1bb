import { isAllowed, Reach, type User } from '@tianyan/access';
import { toChinaMinute, type EpochMs } from '@tianyan/kernel';
import type { Notice, NoticeKind, NoticeRecipient, NoticeSeverity } from '@tianyan/notices';
import { CLUE_STATE_LABELS } from './api/index.js';
import type { Clue } from './clue-rows.js';
import type { Reminder } from './telling.js';

type ClueNoticeKind = Extract<NoticeKind, `clue-${string}`>;

interface Words {
  severity: NoticeSeverity;
  title: (number: string) => string;
  /** Says what to do; no personal data, and nothing of what the clue is about but the title of its rule. */
  text: (clue: Clue) => string;
}

const dueOf = ({ dueAtMs, changedAtMs }: Clue): EpochMs => dueAtMs ?? changedAtMs;
const stateOf = ({ title, state }: Clue): string =>
  `“${title}”，现在${state === 'closed' ? '待回访' : `“${CLUE_STATE_LABELS[state]}”`}`;

const WORDS: Readonly<Record<ClueNoticeKind, Words>> = {
  'clue-assigned': {
    severity: 'medium',
    title: (number) => `${number}分给您承办`,
    text: (clue) => `${stateOf(clue)}，请在 ${toChinaMinute(dueOf(clue))} 前办理。`,
  },
  'clue-due-soon': {
    severity: 'medium',
    title: (number) => `${number}临期`,
    text: (clue) => `${stateOf(clue)}，期限到 ${toChinaMinute(dueOf(clue))}，请抓紧办理；不能继续的，请中止并写明理由。`,
  },
  'clue-overdue': {
    severity: 'high',
    title: (number) => `${number}超期`,
    text: (clue) => `${stateOf(clue)}，期限 ${toChinaMinute(dueOf(clue))} 已过，请督促办理。`,
  },
  'clue-data-changed': {
    severity: 'medium',
    title: (number) => `${number}的疑点有变化`,
    text: (clue) => `${stateOf(clue)}；数据不再支持或重新支持其中的疑点，线索不会自动改变，请看是否影响办理。`,
  },
  'clue-rebounded': {
    severity: 'high',
    title: (number) => `${number}反弹，已自动重启`,
    text: ({ title }) => `办结之后同一对象又出现“${title}”的疑点，线索已回到“待分办”，请分办。`,
  },
};

/** @param round which step or deadline it tells of */
export function clueNotice(kind: ClueNoticeKind, clue: Clue, round: number): Notice {
  const { severity, title, text } = WORDS[kind];
  return {
    subject: { kind: 'clue', id: clue.id },
    kind,
    round,
    severity,
    title: title(clue.number),
    text: text(clue),
    // Whoever is told sees all of it, and so the first.
    townshipCode: clue.townships?.[0] ?? null,
    problemClasses: clue.problemClasses,
    occurredAtMs: clue.changedAtMs,
    path: `/clues/${encodeURIComponent(clue.id)}`,
    settlesForMs: 0,
  };
}

const inboxOf = (userId: string): NoticeRecipient => ({ channel: 'inbox', userId, teamId: null });

/** Whoever handles it; before it is assigned, or where that person cannot any more, whoever may assign it. */
export function handlersOf(clue: Clue, users: readonly User[]): NoticeRecipient[] {
  const handler = users.find(({ id, role }) => id === clue.assigneeId && isAllowed(role, 'handle-clues'));
  return handler ? [inboxOf(handler.id)] : leadersOf(clue, users);
}

/** Whoever may assign and accept, or approve, and sees all of it. */
export function leadersOf(
  clue: Clue,
  users: readonly User[],
  action: 'manage-clues' | 'approve-clues' = 'manage-clues',
): NoticeRecipient[] {
  const able = users.filter((user) => isAllowed(user.role, action) && seesClue(user, clue));
  return able.map(({ id }) => inboxOf(id));
}

/** What waits for somebody else than the handler. */
const OF_LEADERS: Readonly<Partial<Record<Clue['state'], 'manage-clues' | 'approve-clues'>>> = {
  registered: 'manage-clues',
  'awaiting-approval': 'approve-clues',
  'awaiting-acceptance': 'manage-clues',
  concluding: 'manage-clues',
  transferred: 'manage-clues',
  'awaiting-reopening': 'approve-clues',
};

/** Whose turn it is. */
function expectedOf(clue: Clue, users: readonly User[]): NoticeRecipient[] {
  const action = clue.rungAction ?? OF_LEADERS[clue.state];
  return action === undefined ? handlersOf(clue, users) : leadersOf(clue, users, action);
}

/** Whose turn it is; over, whoever leads hears of it too. Whoever leads may handle it. */
export function toldOfDeadline(what: Reminder, clue: Clue, users: readonly User[]): NoticeRecipient[] {
  return distinct([...expectedOf(clue, users), ...(what === 'overdue' ? leadersOf(clue, users) : [])]);
}

/** Each once. */
export function distinct(recipients: readonly NoticeRecipient[]): NoticeRecipient[] {
  return [...new Map(recipients.map((one) => [JSON.stringify(one), one])).values()];
}

/** Who acts in whose place, of those who can sign in, and who of them may know of what is told. */
export interface Deputies {
  users: readonly User[];
  deputies: readonly { principalId: string; deputyId: string }[];
  sees: (user: User) => boolean;
}

/** With those who act in the place of one of them, and may know of it themselves; each once. */
export function withDeputies(recipients: readonly NoticeRecipient[], { users, deputies, sees }: Deputies): NoticeRecipient[] {
  const told = new Set(recipients.flatMap((one) => (one.channel === 'inbox' ? [one.userId] : [])));
  const acting = deputies.filter(({ principalId }) => told.has(principalId)).map(({ deputyId }) => deputyId);
  const able = users.filter((user) => acting.includes(user.id) && !told.has(user.id) && sees(user));
  return [...recipients, ...able.map(({ id }) => inboxOf(id))];
}

/** What of a clue decides in whose reach it lies; as `isSeen` asks it of the database. */
type ClueAbout = Pick<Clue, 'townships' | 'problemClasses'>;

/** Whether it lies in the person's reach, and where it is kept to a circle, in that. */
export function seesClue(user: User, { circleIds, ...about }: ClueAbout & Pick<Clue, 'circleIds'>): boolean {
  return sees(user, about) && (circleIds === null || circleIds.includes(user.id));
}

/** Whether all of it lies in the person's reach, whoever is in the know of it. */
export function sees(user: User, { townships, problemClasses }: ClueAbout): boolean {
  const reach = Reach.of({ user });
  return reach.coversAll(townships) && reach.coversAllClasses(problemClasses);
}
