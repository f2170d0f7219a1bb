import { RefusedError, RetriableError } from '@tianyan/kernel';
import { UpstreamRefusedError } from './http-pull/http-client.js';
import { TooManyRefusedError } from './pipeline/pipeline.js';

/** What an administrator reads about a failed run: Chinese, with what to do. The log has the rest. */
export function errorText(error: unknown): string {
  if (error instanceof RefusedError || error instanceof TooManyRefusedError || error instanceof UpstreamRefusedError) return error.message;
  if (error instanceof RetriableError) return `${error.message}，稍后自动重试`;
  return '发生未预料的错误，已停止本次读取，稍后自动重试；详情见日志';
}
