import { expect, test } from '@jest/globals';
import { RefusedError, RetriableError } from '@tianyan/kernel';
import { asPostgresError } from '@tianyan/postgres';
import { errorText } from './error-text.js';

test('what is shown of a failed run is Chinese, and names no address of our own', () => {
  const outage = asPostgresError(Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' }));
  expect(errorText(outage)).toBe('平台自己的数据库或消息流暂时连不上，恢复后自动接着读');
  expect(errorText(new RetriableError('连接上游失败或超时'))).toBe('连接上游失败或超时，稍后自动重试');
  expect(errorText(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toContain('磁盘已满');
  expect(errorText(new RefusedError('invalid', '请改正映射'))).toBe('请改正映射');
  expect(errorText(new TypeError('x is not a function'))).toContain('详情见日志');
});
