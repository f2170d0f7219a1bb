import { lockInTransaction, type ClientBase } from '@tianyan/postgres';

/**
 * Commits change many rows in an order that no two processes share; one at a time cannot deadlock, and a commit takes
 * milliseconds. Whatever changes by which rules is judged takes it too: no commit is under way while it does.
 * Held to the end of the transaction.
 */
export async function takeCommitLock(client: ClientBase): Promise<void> {
  await lockInTransaction(client, 'findings_commit');
}
