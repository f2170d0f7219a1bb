import { RefusedError, RetriableError, retryAfterMs, SECOND_MS, type Clock, type OutboundHosts } from '@tianyan/kernel';
import { Agent, request, type Dispatcher } from 'undici';
import { NestedTooDeepError, parseJson } from '../pipeline/json.js';
import { RunInterruptedError } from '../pipeline/run-interrupted.js';
import { answerText, MAX_ANSWER_BYTES, tooLarge, type AnswerText } from './answer-text.js';
import { UpstreamRefusedError } from './upstream-errors.js';
import { wordsOf } from './upstream-says.js';

/** An upstream that asks for more patience than this is simply tried again at the next poll. */
const MAX_RETRY_AFTER_MS = 60 * SECOND_MS;
/** Of an answer that refuses us only the words count. */
const MAX_REFUSAL_BYTES = 64 * 1024;

export interface GetOptions {
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** Encoding of the answers, where the upstream does not say the right one. */
  charset?: string | undefined;
  /** What must not be shown, should the upstream repeat it. */
  secrets: readonly string[];
}

export interface JsonAnswer {
  value: unknown;
  /** Some of its characters are lost: rows that hold U+FFFD are not what the upstream meant. */
  damaged: boolean;
}

/** Asks upstreams, but none on this machine or its link unless that is allowed. */
export class UpstreamClient {
  private readonly agent: Agent;

  constructor(
    private readonly hosts: OutboundHosts,
    private readonly clock: Clock,
    /** Aborted when the process stops: then nothing is waited for any more. */
    private readonly stopping: AbortSignal,
  ) {
    this.agent = new Agent({ connect: { lookup: hosts.lookup } });
  }

  /**
   * GET of a JSON document. Throws RetriableError for what may pass by itself: no connection, time-out, 429 (with the wait
   * it asks for), 5xx, a body that was cut off; UpstreamRefusedError or RefusedError for the rest.
   */
  async getJson(url: URL, options: GetOptions): Promise<JsonAnswer> {
    this.hosts.assertUrl(url);
    const { text, damaged } = await this.getText(url, options);
    try {
      return { value: parseJson(text), damaged };
    } catch (cause) {
      if (cause instanceof NestedTooDeepError) throw new UpstreamRefusedError(`上游返回的${cause.message}`);
      throw new RetriableError('上游返回的内容不是完整的 JSON', { cause });
    }
  }

  private async getText(url: URL, options: GetOptions): Promise<AnswerText> {
    try {
      const response = await request(url, {
        dispatcher: this.agent,
        headers: { accept: 'application/json', ...options.headers },
        headersTimeout: options.timeoutMs,
        bodyTimeout: options.timeoutMs,
        signal: AbortSignal.any([AbortSignal.timeout(options.timeoutMs), this.stopping]),
      });
      if (response.statusCode !== 200) throw await this.refusal(response, options);
      return await answerText(await readBody(response.body), described(response), options.charset);
    } catch (cause) {
      if (this.stopping.aborted) throw new RunInterruptedError();
      if (cause instanceof RetriableError || cause instanceof UpstreamRefusedError || cause instanceof RefusedError) throw cause;
      throw new RetriableError('连接上游失败或超时', { cause });
    }
  }

  private async refusal(response: Dispatcher.ResponseData, options: GetOptions): Promise<Error> {
    const { statusCode: status, headers } = response;
    const words = await refusalWords(response, options);
    if (status === 429 || status >= 500) {
      const retryAfter = headers['retry-after'];
      const pauseMs = parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, this.clock);
      const message = status === 429 ? '上游要求放慢请求（429）' : `上游暂时不可用（${status}）`;
      return new RetriableError(said(message, words), pauseMs === undefined ? {} : { retryAfterMs: pauseMs });
    }
    if (status === 401 || status === 403) return new UpstreamRefusedError(said(`上游拒绝了访问（${status}）：请检查密钥`, words));
    return new UpstreamRefusedError(said(`上游返回 ${status}：请检查地址和参数`, words));
  }
}

/** Seconds or an HTTP date. */
export function parseRetryAfter(value: string | undefined, clock: Clock): number | undefined {
  return retryAfterMs(value, clock, MAX_RETRY_AFTER_MS);
}

function said(message: string, words: string): string {
  return words === '' ? message : `${message}。${words}`;
}

function described({ headers }: Dispatcher.ResponseData) {
  const one = (name: string) => [headers[name]].flat()[0];
  return { contentEncoding: one('content-encoding'), contentType: one('content-type') };
}

/** Empty if the answer has none that can be read: its status alone says enough. */
async function refusalWords(response: Dispatcher.ResponseData, options: GetOptions): Promise<string> {
  const length = Number([response.headers['content-length']].flat()[0] ?? 0);
  if (length > MAX_REFUSAL_BYTES) {
    // The rest of the answer has to be read or the connection is lost to the pool.
    await response.body.dump();
    return '';
  }
  try {
    const { text } = await answerText(await readBody(response.body, MAX_REFUSAL_BYTES), described(response), options.charset);
    return wordsOf(parseJson(text), options.secrets);
  } catch {
    // An error page, or cut off: nothing to quote, and the status is reported all the same.
    return '';
  }
}

async function readBody(body: AsyncIterable<Buffer>, maxBytes = MAX_ANSWER_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
