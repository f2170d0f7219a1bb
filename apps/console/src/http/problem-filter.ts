import { isDiskFull, RefusedError, RetriableError, type RefusalCode } from '@tianyan/kernel';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Problem } from '../api/index.js';
import { HttpProblem } from './problem.js';

const STATUS: Readonly<Record<RefusalCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'too-many': 429,
};

const DISK_FULL = '服务器磁盘已满，暂时不能保存。请联系管理员腾出空间，之后自动恢复，已接收的数据不会丢失';

/** Codes of what the framework itself refuses: malformed JSON, unknown paths, bodies that are too large. */
const FRAMEWORK: Readonly<Record<number, Problem>> = {
  400: { code: 'invalid', message: '请求内容无法识别，请刷新页面后重试' },
  404: { code: 'not-found', message: '没有这个地址' },
  413: { code: 'too-large', message: '内容过大，请减小后再提交' },
  415: { code: 'invalid', message: '内容的类型、字符集或压缩方式不受支持：请发送 UTF-8 编码的 JSON' },
};
/** Whatever else it refuses is the caller's mistake too, which anybody can make as often as they like: nothing to log. */
const REFUSED: Problem = { code: 'invalid', message: '请求无法处理，请刷新页面后重试' };

/** The one place where failures become answers. What is unknown is logged whole and told in general terms only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const { status, problem } = this.toProblem(error);
    // A stream that has begun cannot be answered differently any more; cutting it tells the client.
    if (response.headersSent) response.destroy();
    else response.status(status).json(problem);
  }

  private toProblem(error: unknown): { status: number; problem: Problem } {
    if (error instanceof HttpProblem) return { status: error.status, problem: error.problem };
    if (error instanceof RefusedError)
      return { status: STATUS[error.code], problem: { code: error.code, message: error.message } };
    const requestId = randomUUID();
    if (error instanceof RetriableError || isDiskFull(error)) {
      this.logger.warn({ err: error, requestId }, 'a request failed and may succeed later');
      const message = isDiskFull(error) ? DISK_FULL : '系统正忙，请稍后再试';
      return { status: 503, problem: { code: 'unavailable', message, requestId } };
    }
    const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
    if (status !== undefined && status >= 400 && status < 500) return { status, problem: FRAMEWORK[status] ?? REFUSED };
    this.logger.error({ err: error, requestId }, 'a request failed');
    return { status: 500, problem: { code: 'internal', message: `系统出错，请把编号 ${requestId} 告诉管理员`, requestId } };
  }
}

/** Express' parsers throw plain errors with a `status`. */
function statusOf(error: unknown): number | undefined {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
