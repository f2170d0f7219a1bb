import { SECOND_MS, type OutboundHosts } from '@tianyan/kernel';
import { Agent, request, type Dispatcher } from 'undici';

/** A receiver that needs longer is treated as down; far below the lease of a delivery. */
const TIMEOUT_MS = 10 * SECOND_MS;
const CONNECT_TIMEOUT_MS = 5 * SECOND_MS;
/** Answers are a status and a few words; more of a body than this is not even read. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface PostRequest {
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** POST where it is not said. */
  method?: 'POST' | 'PUT';
}

export interface PostAnswer {
  status: number;
  /** Its header `Retry-After`, as it stands there. */
  retryAfter: string | undefined;
}

/** POST requests that leave the platform: no redirects (they would lead past the list of allowed hosts), no cookies, bounded time and size. */
export interface HttpPost {
  /** The status alone: the body is not looked at. */
  send(request: PostRequest): Promise<PostAnswer>;
  /** With the body, for receivers that answer everything with 200. */
  ask(request: PostRequest): Promise<PostAnswer & { text: string }>;
  close(): Promise<void>;
}

/** @param timeoutMs of connection, headers and body together */
export function createHttpPost(outbound: OutboundHosts, timeoutMs = TIMEOUT_MS): HttpPost {
  const agent = new Agent({
    // A name that was harmless when it was saved may lead to this machine when it is connected to.
    connect: { timeout: CONNECT_TIMEOUT_MS, lookup: outbound.lookup },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const post = ({ url, headers, body, method = 'POST' }: PostRequest) =>
    request(url, { method, headers, body, dispatcher: agent, signal: AbortSignal.timeout(timeoutMs) });
  return {
    async send(given) {
      const answer = await post(given);
      // Read to the end so that the connection can be used again.
      await answer.body.dump({ limit: MAX_ANSWER_BYTES });
      return headOf(answer);
    },
    async ask(given) {
      const answer = await post(given);
      return { ...headOf(answer), text: await answer.body.text() };
    },
    close: () => agent.close(),
  };
}

function headOf({ statusCode, headers }: Dispatcher.ResponseData): PostAnswer {
  return { status: statusCode, retryAfter: [headers['retry-after']].flat()[0] };
}
