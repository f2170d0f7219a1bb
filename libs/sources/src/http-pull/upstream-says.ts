import { valueAt } from '@tianyan/contracts';
import { RetriableError } from '@tianyan/kernel';
import type { HttpFeedConfig } from '../configured/source-config.js';
import { UpstreamRefusedError } from './upstream-errors.js';

/** Members in which upstreams say how it went, where the configuration names none. */
const CODE_MEMBERS = ['code', 'errcode', 'errCode', 'err_code', 'errorCode', 'error_code', 'resultCode', 'result_code', 'retCode', 'retcode', 'returnCode', 'status']; // prettier-ignore
const FLAG_MEMBERS = ['success', 'ok', 'isSuccess'];
/** What they say when it went well. */
const GOOD_CODES = /^(0+|200|20000|200000|ok|success|succeed|true)$/i;
/** Members in which they say it in words. */
const WORD_MEMBERS = ['message', 'msg', 'errmsg', 'errMsg', 'err_msg', 'errorMsg', 'error_msg', 'errorMessage', 'error_message', 'error_description', 'resultMsg', 'retMsg', 'returnMsg', 'info', 'detail', 'error']; // prettier-ignore
/** Objects beside the rows in which code and words stand at some upstreams. */
const WORD_PLACES = ['', 'error', 'head', 'header', 'result', 'status'];

/** Longest words of an upstream that are shown: a sentence, not a stack. */
export const MAX_UPSTREAM_WORDS_CHARS = 200;

/**
 * Throws if an answer with status 200 says that it failed: UpstreamRefusedError if it refuses us, else RetriableError.
 * Without `success` in the configuration the common members are looked at; rows that are there count more than a code
 * that may mean something else.
 * @param secrets what must not be shown, should the upstream repeat it
 */
export function assertSuccess(feed: HttpFeedConfig, answer: unknown, secrets: readonly string[]): void {
  const failed = feed.success ? failureAt(feed.success, answer) : commonFailure(answer, hasRows(feed, answer));
  if (failed === null) return;
  const hint = feed.success ? '' : '如果这个值其实表示成功，请在数据源配置中写明 success。';
  const words = wordsOf(answer, secrets);
  if (/^40[13]/.test(failed.value))
    throw new UpstreamRefusedError(
      `上游拒绝了访问（${failed.path}：${shown(failed.value, secrets)}）：请检查密钥。${hint}${words}`,
    );
  throw new RetriableError(`上游回答处理失败（${failed.path}：${shown(failed.value, secrets)}）。${hint}${words}`);
}

/** Whether an answer says that it succeeded: then rows that are null are none. */
export function saysSuccess(feed: HttpFeedConfig, answer: unknown): boolean {
  if (feed.success) return failureAt(feed.success, answer) === null;
  const codes = [...CODE_MEMBERS, ...FLAG_MEMBERS].map((name) => valueAt(answer, name)).filter(isScalar);
  return codes.length > 0 && codes.every((code) => GOOD_CODES.test(String(code)));
}

/** The upstream's own words, as a sentence; empty if it has none. */
export function wordsOf(answer: unknown, secrets: readonly string[]): string {
  for (const place of WORD_PLACES) {
    for (const name of WORD_MEMBERS) {
      const words = valueAt(answer, place === '' ? name : `${place}.${name}`);
      if (typeof words === 'string' && words.trim() !== '') return `上游的原话：“${shown(words, secrets)}”`;
    }
  }
  return '';
}

interface Failure {
  path: string;
  value: string;
}

function failureAt({ path, is }: NonNullable<HttpFeedConfig['success']>, answer: unknown): Failure | null {
  const value = valueAt(answer, path);
  // Upstreams write 0, "0" and now and then both.
  const good = (Array.isArray(is) ? is : [is]).some((expected) => isScalar(value) && String(value) === String(expected));
  return good ? null : { path, value: isScalar(value) ? String(value) : '没有' };
}

function commonFailure(answer: unknown, hasRowsInIt: boolean): Failure | null {
  for (const path of FLAG_MEMBERS) {
    const value = valueAt(answer, path);
    if (value === false || (typeof value === 'string' && value.toLowerCase() === 'false')) return { path, value: 'false' };
  }
  if (hasRowsInIt) return null;
  for (const path of CODE_MEMBERS) {
    const value = valueAt(answer, path);
    if (isScalar(value) && value !== '' && !GOOD_CODES.test(String(value))) return { path, value: String(value) };
  }
  return null;
}

function hasRows(feed: HttpFeedConfig, answer: unknown): boolean {
  const rows = valueAt(answer, feed.rows);
  return Array.isArray(rows) && rows.length > 0;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Without keys, without what may be somebody's number, in one line. */
function shown(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((shorter, secret) => shorter.replaceAll(secret, '***'), text);
  const oneLine = known
    .replaceAll(/[\w+/=.-]{24,}/g, '***')
    .replaceAll(/\d{7,}/g, '***')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  // Half a character at the cut would be one that the database refuses.
  return oneLine.length > MAX_UPSTREAM_WORDS_CHARS ? `${oneLine.slice(0, MAX_UPSTREAM_WORDS_CHARS).toWellFormed()}…` : oneLine;
}
