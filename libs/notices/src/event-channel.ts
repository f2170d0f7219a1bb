import { notify, type Queryable } from '@tianyan/postgres';

/** PostgreSQL channel on which open consoles hear of anything new. */
export const EVENT_CHANNEL = 'tianyan_events';

/**
 * One announcement per transaction, sent by PostgreSQL at commit: consoles read the inbox again, the notifier its queue.
 * @param lastId of the deliveries that are new or were changed; undefined: there are none
 */
export async function announceNotice(db: Queryable, lastId: string | undefined): Promise<void> {
  if (lastId !== undefined) await notify(db, EVENT_CHANNEL, JSON.stringify({ kind: 'notice', id: lastId }));
}
