import { isDiskFull, RefusedError, RetriableError } from '@tianyan/kernel';
import { FilesFailedError } from './file-drop/read-folder.js';
import { FileRefusedError } from './files/limits.js';
import { UpstreamRefusedError } from './http-pull/upstream-errors.js';
import { TooManyRefusedError } from './pipeline/pipeline.js';

const SAYS_WHAT_TO_DO = [RefusedError, TooManyRefusedError, UpstreamRefusedError, FileRefusedError, FilesFailedError];

/** What is said of an upstream is for people; what our own stores say, with addresses, is for the log. */
const IN_CHINESE = /\p{Script=Han}/u;

/** What an administrator reads about a failed run: Chinese, with what to do. The log has the rest. */
export function errorText(error: unknown): string {
  if (SAYS_WHAT_TO_DO.some((kind) => error instanceof kind)) return (error as Error).message; // each of them is an Error
  if (isDiskFull(error)) return '平台所在服务器的磁盘已满，腾出空间后自动接着读';
  if (error instanceof RetriableError)
    return IN_CHINESE.test(error.message)
      ? `${error.message}，稍后自动重试`
      : '平台自己的数据库或消息流暂时连不上，恢复后自动接着读';
  return '发生未预料的错误，已停止本次读取，稍后自动重试；详情见日志';
}
