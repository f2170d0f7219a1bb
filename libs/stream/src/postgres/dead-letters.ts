import type { Clock, PoisonedError } from '@tianyan/kernel';
import { inTransaction, type Pool } from '@tianyan/postgres';
import { DEAD_LETTER_PARTITIONS, toDeadLetter } from '../dead-letter.js';
import { deadLetterTopic, type StreamMessage } from '../port.js';
import { appendWithin, prepareAppend } from './append.js';
import type { Membership, Ownership } from './membership.js';
import type { Topics } from './topics.js';

/**
 * Moves a poisoned batch to the dead-letter topic and commits the group's offset past it, in one transaction: no letter
 * without the commit and no commit without the letter.
 * @throws PartitionLostError when another member has the partition; then nothing was written.
 */
export async function buryBatch(input: {
  pool: Pool;
  topics: Topics;
  clock: Clock;
  membership: Membership;
  owned: Ownership;
  messages: readonly [StreamMessage, ...StreamMessage[]];
  nextOffset: number;
  error: PoisonedError;
}): Promise<void> {
  const name = deadLetterTopic(input.owned.topic.topic);
  await input.topics.ensure([{ topic: name, partitions: DEAD_LETTER_PARTITIONS, retentionMs: null }]);
  const append = prepareAppend(
    await input.topics.find(name),
    input.messages.map((message) => toDeadLetter(message, input.error)),
  );
  await inTransaction(input.pool, async (client) => {
    await input.membership.commit(input.owned, input.nextOffset, client);
    await appendWithin(client, append, input.clock.nowMs());
  });
}
