import { expect, test } from '@jest/globals';
import type { BulkDecision } from '@tianyan/console-app/api';
import { bulkWords } from './bulk-queries.js';

const bulk: BulkDecision = {
  id: 'b',
  decision: 'dismiss',
  state: 'running',
  stopReason: null,
  total: 10,
  done: 4,
  refused: 1,
  later: 0,
  askedAtMs: 1,
  endedAtMs: null,
};

test.each([
  [{}, '正在办理：已处理 4 条，未能处理 1 条，共 10 条'],
  [{ state: 'finished', done: 9 }, '已处理 9 条，未处理 1 条'],
  [
    { state: 'finished', done: 10, later: 2 },
    '已处理 10 条，未处理 0 条；另有 2 条是您选定之后新来或有变化的，没有办，请看过再办',
  ],
  [{ state: 'cancelled' }, '已停下：已处理 4 条，未处理 6 条。办成的不撤回'],
  [{ state: 'stopped', stopReason: '账号已停用' }, '没有办完：已处理 4 条，未处理 6 条。账号已停用'],
] as const)('%j is told as %s', (over, words) => expect(bulkWords({ ...bulk, ...over })).toBe(words));
