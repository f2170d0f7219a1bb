import { RetriableError, SECOND_MS, type Clock } from '@tianyan/kernel';
import { request } from 'undici';
import { parseJson } from '../pipeline/json.js';

/** Largest answer taken into memory: a page of 5,000 rows is about 5 MB. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** An upstream that asks for more patience than this is simply tried again at the next poll. */
const MAX_RETRY_AFTER_MS = 60 * SECOND_MS;

/** The upstream refuses us in a way that no repetition mends (wrong key, wrong address). The message is Chinese. */
export class UpstreamRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UpstreamRefusedError';
  }
}

/**
 * GET of a JSON document. Throws RetriableError for what may pass by itself: no connection, time-out, 429 (with the wait
 * it asks for), 5xx, a body that was cut off; UpstreamRefusedError for the rest.
 */
export async function getJson(
  url: URL,
  options: { headers: Readonly<Record<string, string>>; timeoutMs: number; clock: Clock },
): Promise<unknown> {
  const text = await getText(url, options);
  try {
    return parseJson(text);
  } catch (cause) {
    throw new RetriableError('上游返回的内容不是完整的 JSON', { cause });
  }
}

async function getText(
  url: URL,
  options: { headers: Readonly<Record<string, string>>; timeoutMs: number; clock: Clock },
): Promise<string> {
  try {
    const response = await request(url, {
      headers: { accept: 'application/json', ...options.headers },
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    if (response.statusCode !== 200) {
      // The rest of the answer has to be read or the connection is lost to the pool.
      await response.body.dump();
      throw statusError(response.statusCode, response.headers['retry-after'], options.clock);
    }
    return await readBody(response.body);
  } catch (cause) {
    if (cause instanceof RetriableError || cause instanceof UpstreamRefusedError) throw cause;
    throw new RetriableError('连接上游失败或超时', { cause });
  }
}

function statusError(status: number, retryAfter: string | string[] | undefined, clock: Clock): Error {
  if (status === 429 || status >= 500) {
    const retryAfterMs = parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, clock);
    const message = status === 429 ? '上游要求放慢请求（429）' : `上游暂时不可用（${status}）`;
    return new RetriableError(message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  if (status === 401 || status === 403) return new UpstreamRefusedError(`上游拒绝了访问（${status}）：请检查密钥`);
  return new UpstreamRefusedError(`上游返回 ${status}：请检查地址和参数`);
}

/** Seconds or an HTTP date. */
export function parseRetryAfter(value: string | undefined, clock: Clock): number | undefined {
  if (value === undefined) return undefined;
  const delayMs = /^\d+$/.test(value) ? Number(value) * SECOND_MS : Date.parse(value) - clock.nowMs();
  return Number.isFinite(delayMs) ? Math.min(Math.max(0, delayMs), MAX_RETRY_AFTER_MS) : undefined;
}

async function readBody(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES)
      throw new UpstreamRefusedError(`上游一次返回的内容超过 ${MAX_ANSWER_BYTES / 1024 / 1024} MB：请减小每页行数`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
