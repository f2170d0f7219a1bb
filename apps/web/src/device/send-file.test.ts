import { expect, test } from '@jest/globals';
import { UnreadableAnswer } from '../api/client.js';
import { readTaken } from './send-file.js';

test('a file has arrived where the server answers with the files that are there', () => {
  expect(readTaken(200, '{"files":[{"id":"1"}],"mayAttach":true}')).toEqual({ files: [{ id: '1' }], mayAttach: true });
});

test.each([
  ['a page of a gateway to sign in', 200, '<html>请登录</html>'],
  ['nothing', 200, ''],
  ['another JSON', 200, '{"code":302}'],
  ['a 403 of a gateway', 403, '<html>Forbidden</html>'],
])('%s is no answer to a file', (_what, status, content) => {
  expect(() => readTaken(status, content)).toThrow(UnreadableAnswer);
});

test('what the server refuses is refused in its words', () => {
  const refusal = JSON.stringify({ code: 'conflict', message: '这项已经验收。' });
  expect(() => readTaken(409, refusal)).toThrow('这项已经验收。');
});
