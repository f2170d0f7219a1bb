import { RetriableError } from '@tianyan/kernel';
import { CLOSE_TIMEOUT_MS } from './options.js';

/**
 * Closes a client of kafkajs. It waits for answers on its connections first, without a limit of its own: a question asked while
 * a connection is being lost counts as asked, and nobody is left who would give it up.
 * @throws RetriableError when it is left behind unclosed
 */
export async function closeInTime(client: { disconnect: () => Promise<void> }): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new RetriableError(`a Kafka client did not close within ${CLOSE_TIMEOUT_MS} ms`)),
      CLOSE_TIMEOUT_MS,
    );
  });
  const closing = client.disconnect();
  // Nobody waits for it any more when it is late.
  closing.catch(() => {});
  try {
    await Promise.race([closing, late]);
  } finally {
    clearTimeout(timer);
  }
}
