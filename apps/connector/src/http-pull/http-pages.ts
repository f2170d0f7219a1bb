import { valueAt } from '@tianyan/contracts';
import { RetriableError, SECOND_MS, withRetry, type BackoffPolicy, type Clock, type Pause, type Rng } from '@tianyan/kernel';
import { z } from 'zod';
import { jsonRow, type SourcePage } from '../pipeline/row.js';
import type { HttpFeedConfig, HttpPullConfig } from '../sources/source-config.js';
import { getJson, UpstreamRefusedError } from './http-client.js';

/** Where a feed is read on from: the cursor's query parameters, kept as JSON. */
const cursorSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
type Cursor = z.output<typeof cursorSchema>;

/** An upstream in trouble is tried for about a minute within one poll; then the next poll goes on from the same cursor. */
export const PULL_BACKOFF: BackoffPolicy = { maxAttempts: 8, firstDelayMs: 250, maxDelayMs: 15 * SECOND_MS };

export interface HttpPagesInput {
  source: HttpPullConfig;
  feed: HttpFeedConfig;
  /** As saved by `save`; null at the very first read. */
  cursor: string | null;
  save(cursor: string): Promise<void>;
  clock: Clock;
  rng: Rng;
  pause: Pause;
  onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
}

/**
 * The pages of a feed from the cursor to the end of what is ready now. The cursor of the next request comes from the
 * answer in hand; it is saved by the page's `acknowledge`, after the stream has the records.
 */
export async function* httpPages(input: HttpPagesInput): AsyncGenerator<SourcePage> {
  let cursor = input.cursor === null ? startOf(input.feed) : cursorSchema.parse(JSON.parse(input.cursor));
  for (;;) {
    const answer = await fetchPage(input, cursor);
    const next = nextCursor(input.feed, answer, cursor);
    const rows = rowsOf(input.feed, answer);
    const moved = JSON.stringify(next) !== JSON.stringify(cursor);
    yield { rows: rows.map(jsonRow), acknowledge: async () => (moved ? input.save(JSON.stringify(next)) : undefined) };
    const more = input.feed.more !== undefined && valueAt(answer, input.feed.more) === true;
    if (!more) return;
    // Asking again with the same cursor would bring the same page for ever.
    if (!moved) throw new UpstreamRefusedError('上游说还有更多数据，但没有给出新的游标：请检查数据源配置中的 cursor');
    cursor = next;
  }
}

async function fetchPage(input: HttpPagesInput, cursor: Cursor): Promise<unknown> {
  const url = new URL(input.source.baseUrl + input.feed.path);
  for (const [name, value] of Object.entries({ ...input.feed.query, ...cursor })) url.searchParams.set(name, String(value));
  const { rng, pause, onRetry, clock, feed, source } = input;
  return withRetry({ policy: PULL_BACKOFF, rng, pause, ...(onRetry ? { onRetry } : {}) }, async () => {
    const answer = await getJson(url, { headers: source.headers, timeoutMs: source.timeoutMs, clock });
    if (feed.success && valueAt(answer, feed.success.path) !== feed.success.is) throw new RetriableError('上游回答处理失败');
    return answer;
  });
}

function startOf(feed: HttpFeedConfig): Cursor {
  return Object.fromEntries(Object.entries(feed.cursor).map(([name, { start }]) => [name, start]));
}

function nextCursor(feed: HttpFeedConfig, answer: unknown, before: Cursor): Cursor {
  const next: Cursor = {};
  for (const [name, { path }] of Object.entries(feed.cursor)) {
    const value = cursorSchema.valueType.safeParse(valueAt(answer, path));
    // An empty page may come without a cursor: then the old one still stands.
    next[name] = value.success ? value.data : (before[name] ?? '');
  }
  return next;
}

function rowsOf(feed: HttpFeedConfig, answer: unknown): readonly unknown[] {
  const rows = valueAt(answer, feed.rows);
  if (!Array.isArray(rows)) throw new RetriableError(`上游的回答中没有 ${feed.rows}`);
  return rows as unknown[]; // elements are checked one by one by jsonRow
}
