import type { NoticeRecipient } from '@tianyan/notices';

/** Without the person, who knows. */
export function allBut({ id }: { id: string }, recipients: readonly NoticeRecipient[]): NoticeRecipient[] {
  return recipients.filter((recipient) => recipient.channel !== 'inbox' || recipient.userId !== id);
}
