import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client.js';
import { keys } from '../api/keys.js';
import { createQueryClient } from './query-client.js';

let client: QueryClient;
beforeEach(() => {
  client = createQueryClient();
});
afterEach(() => client.clear());

const LIST = keys.findingList({});
const session = (userId: string) => ({ userId, displayName: userId });

function readAs(userId: string): void {
  client.setQueryData(keys.session, session(userId));
  client.setQueryData(LIST, ['线索范围内的疑点']);
}

test('what the former person has read is gone when another signs in', () => {
  readAs('leader');
  client.setQueryData(keys.session, session('member'));
  expect([client.getQueryData(LIST), client.getQueryData(keys.session)]).toEqual([undefined, session('member')]);
});

test('it is gone as soon as the session has ended by itself, and what came late does not reach the next', async () => {
  readAs('leader');
  const ended = new ApiError(401, { code: 'unauthenticated', message: '请先登录' });
  await expect(client.fetchQuery({ queryKey: keys.unread, queryFn: () => Promise.reject(ended) })).rejects.toBe(ended);
  expect([client.getQueryData(LIST), client.getQueryData(keys.session)]).toEqual([undefined, null]);
  client.setQueryData(LIST, ['晚到的回答']);
  client.setQueryData(keys.session, session('member'));
  expect(client.getQueryData(LIST)).toBeUndefined();
});

test('the same person keeps it when the session is read again', () => {
  readAs('leader');
  client.setQueryData(keys.session, { ...session('leader'), displayName: '改了姓名' });
  expect(client.getQueryData(LIST)).toEqual(['线索范围内的疑点']);
});
