import type { SqlQuery } from '@tianyan/warehouse';

/**
 * Largest answer of one query, as ClickHouse counts it. The embedded engine hands an answer over whole: as text, and again as
 * objects. Findings of two hundred records of evidence each are 20 kB, so that this is some thousands of them.
 */
const MAX_ANSWER_BYTES = 48 * 1024 ** 2;

export const ONE_THREAD: readonly string[] = ['max_threads = 1'];

/** One thread takes as long as several take together, and whoever asks by one must not be told that the rule takes too long: three times what it may. */
const ONE_THREAD_SECONDS = 60;

/** The query with the limits of its answer, and further settings `name = value`. */
export function bounded({ sql, params }: SqlQuery, further: readonly string[] = []): SqlQuery {
  const settings = [`max_result_bytes = ${MAX_ANSWER_BYTES}`, `result_overflow_mode = 'throw'`, ...further];
  return { sql: `${sql}\nSETTINGS ${settings.join(', ')}`, params };
}

/** Settings of a query, for one thread. */
export function byOneThread(settings: readonly string[] = []): readonly string[] {
  const others = settings.filter((setting) => !/^max_(threads|execution_time) /.test(setting));
  return [...others, ...ONE_THREAD, `max_execution_time = ${ONE_THREAD_SECONDS}`];
}
