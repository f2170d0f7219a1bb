import type { Notice, NoticeRecipient } from '@tianyan/notices';

/** Without the person, who knows. */
export function allBut({ id }: { id: string }, recipients: readonly NoticeRecipient[]): NoticeRecipient[] {
  return recipients.filter((recipient) => recipient.channel !== 'inbox' || recipient.userId !== id);
}

/** What a returned draft says to others than whoever may mend it: nobody does that in the place of another. */
const DRAFTER_IS_AWAY = '拟稿已退回，但拟稿人现在不能修改。请把它移交给另一人修改，或者撤回。';

/** A draft that goes back, as it is told to these people: its drafter, or those who manage it where that one cannot mend it any more. */
export function ofReturnedDraft(notice: Notice, drafterId: string, told: readonly NoticeRecipient[]): Notice {
  const isDrafters = told.some((recipient) => recipient.channel === 'inbox' && recipient.userId === drafterId);
  return isDrafters ? notice : { ...notice, text: DRAFTER_IS_AWAY };
}
