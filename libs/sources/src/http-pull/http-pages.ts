import { valueAt } from '@tianyan/contracts';
import { RetriableError, SECOND_MS, withRetry, type BackoffPolicy, type Pause, type Rng } from '@tianyan/kernel';
import { jsonRow, type SourcePage, type SourceRow } from '../pipeline/row.js';
import type { HttpFeedConfig, HttpPullConfig } from '../configured/source-config.js';
import { isBehind, lookedBack, nextCursor, parseCursor, startOf, type Cursor } from './cursor.js';
import type { JsonAnswer, UpstreamClient } from './http-client.js';
import { UpstreamRefusedError } from './upstream-errors.js';
import { assertSuccess, saysSuccess } from './upstream-says.js';

/** An upstream in trouble is tried for about a minute within one poll; then the next poll goes on from the same cursor. */
export const PULL_BACKOFF: BackoffPolicy = { maxAttempts: 8, firstDelayMs: 250, maxDelayMs: 15 * SECOND_MS };

export interface HttpPagesInput {
  client: UpstreamClient;
  source: HttpPullConfig;
  feed: HttpFeedConfig;
  /** As saved by `save`; null at the very first read, and for lists that are read whole every time. */
  cursor: string | null;
  save(cursor: string): Promise<void>;
  rng: Rng;
  pause: Pause;
  onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
}

/**
 * The pages of a feed from the cursor to the end of what is ready now. The cursor of the next request comes from the
 * answer in hand; it is saved by the page's `acknowledge`, after the stream has the records. Each request looks back a
 * little, where the cursor can be moved back: rows that appeared late or share its instant would never be read.
 */
export async function* httpPages(input: HttpPagesInput): AsyncGenerator<SourcePage> {
  const { feed } = input;
  let saved = input.cursor === null ? startOf(feed) : parseCursor(input.cursor);
  let cursor = input.cursor === null ? saved : lookedBack(feed, saved, 'poll');
  let asked = cursor;
  for (;;) {
    const answer = await fetchPage(input, asked);
    const next = nextCursor(feed, answer.value, asked);
    const rows = rowsOf(feed, answer.value).map((row) => (answer.damaged ? wholeRow(jsonRow(row)) : jsonRow(row)));
    const more = saysMore(feed, answer.value, rows.length);
    const moved = !same(next, saved) && !isBehind(feed, next, saved);
    if (moved) saved = next;
    yield { rows, more, acknowledge: async () => (moved ? input.save(JSON.stringify(next)) : undefined) };
    if (!more) return;
    if (!same(asked, cursor) && (same(next, asked) || same(next, cursor) || isBehind(feed, next, cursor))) {
      // A page full of rows that were looked back at leads nowhere new: on without looking back.
      asked = cursor;
      continue;
    }
    // Asking again with the same cursor would bring the same page for ever.
    if (same(next, asked)) throw new UpstreamRefusedError('上游说还有更多数据，但没有给出新的游标：请检查数据源配置中的 cursor');
    cursor = next;
    asked = lookedBack(feed, next, 'page');
  }
}

async function fetchPage(input: HttpPagesInput, cursor: Cursor): Promise<JsonAnswer> {
  const { client, feed, source, rng, pause, onRetry } = input;
  const url = new URL(source.baseUrl + feed.path);
  for (const [name, value] of Object.entries({ ...feed.query, ...cursor })) url.searchParams.set(name, String(value));
  const { headers, timeoutMs, charset } = source;
  const secrets = secretsOf(source, feed);
  return withRetry({ policy: PULL_BACKOFF, rng, pause, ...(onRetry ? { onRetry } : {}) }, async () => {
    const answer = await client.getJson(url, { headers, timeoutMs, charset, secrets });
    assertSuccess(feed, answer.value, secrets);
    return answer;
  });
}

/** Shorter ones are no keys, and would blacken ordinary words. */
const SECRET_MIN_CHARS = 6;

/** Whatever may be a key among what we send: an upstream that refuses one likes to repeat it. */
function secretsOf(source: HttpPullConfig, feed: HttpFeedConfig): string[] {
  const { username, password, search } = new URL(source.baseUrl + feed.path);
  const query = Object.values(feed.query).map(String);
  return [...Object.values(source.headers), ...query, username, password, ...search.slice(1).split('&')]
    .flatMap((value) => [value, ...value.split(/[\s=;,:]+/)])
    .filter((value) => value.length >= SECRET_MIN_CHARS)
    .toSorted((a, b) => b.length - a.length);
}

function same(one: Cursor, other: Cursor): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function rowsOf(feed: HttpFeedConfig, answer: unknown): readonly unknown[] {
  const rows = valueAt(answer, feed.rows);
  // Some programs write an empty list as null.
  if (rows === null && saysSuccess(feed, answer)) return [];
  if (!Array.isArray(rows)) throw new RetriableError(`上游的回答中没有 ${feed.rows}`);
  return rows as unknown[]; // elements are checked one by one by jsonRow
}

const YES = /^(true|yes|y|是|[1-9]\d{0,8})$/i;
const NO = /^(false|no|n|否|0|)$/i;

/** Whether more is ready. Upstreams say it as a truth value, as text, or as the number of rows that are left. */
function saysMore(feed: HttpFeedConfig, answer: unknown, rows: number): boolean {
  if (feed.more === undefined) return false;
  const said = valueAt(answer, feed.more);
  if (said === undefined || said === null) {
    // At the end it may be left out; in a full list its absence would make a part of the list the whole of it.
    if (rows === 0 || feed.snapshot !== 'full') return false;
  } else if (typeof said === 'string' || typeof said === 'number' || typeof said === 'boolean') {
    const text = String(said).trim();
    if (YES.test(text)) return true;
    if (NO.test(text)) return false;
  }
  throw new UpstreamRefusedError(
    `上游没有在 ${feed.more} 中说明是否还有更多数据（应为 true、false、1、0 或剩余条数）：请检查数据源配置中的 more`,
  );
}

/** Of an answer with broken characters only the rows without one are what the upstream meant. */
function wholeRow(row: SourceRow): SourceRow {
  return row.problem === undefined && row.raw.includes('\uFFFD')
    ? { ...row, problem: '含有损坏的字符（编码不完整），请让上游重新发送这一条' }
    : row;
}
