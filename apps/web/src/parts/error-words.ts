import { ApiError } from '../api/client.js';

/** What went wrong and what to do, for people. What is no answer of the platform is a fault of the page, and says nothing to them. */
export function errorWords(error: Error | null): string {
  return error instanceof ApiError ? error.problem.message : '页面出了意外，请刷新后重试。';
}
