import type { SendWebhook } from '@tianyan/notices';
import { SECOND_MS, type OutboundHosts } from '@tianyan/kernel';
import { Agent, request } from 'undici';

/** A receiver that needs longer is treated as down; far below the lease of a delivery. */
const TIMEOUT_MS = 10 * SECOND_MS;
const CONNECT_TIMEOUT_MS = 5 * SECOND_MS;
/** Of the answer only the status counts; more of its body than this is not even read. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Sends webhooks: no redirects (they would lead past the list of allowed hosts), no cookies, bounded time and size. */
export function createWebhookSender(outbound: OutboundHosts): { send: SendWebhook; close(): Promise<void> } {
  const agent = new Agent({
    // A name that was harmless when it was saved may lead to this machine when it is connected to.
    connect: { timeout: CONNECT_TIMEOUT_MS, lookup: outbound.lookup },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  return {
    async send({ url, headers, body }) {
      const answer = await request(url, {
        method: 'POST',
        headers,
        body,
        dispatcher: agent,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      // Read to the end so that the connection can be used again.
      await answer.body.dump({ limit: MAX_ANSWER_BYTES });
      const retryAfter = [answer.headers['retry-after']].flat()[0];
      return { status: answer.statusCode, retryAfter };
    },
    close: () => agent.close(),
  };
}
