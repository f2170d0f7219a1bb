import { expect, test } from '@jest/globals';
import { isAlive } from './connection.js';

test.each([
  ['what the console says', 200, '{"status":"ok"}', true],
  ['the page of a gateway to sign in', 200, '<html>请登录</html>', false],
  ['another JSON', 200, '{"status":"login"}', false],
  ['a proxy whose server is away', 502, '{"status":"ok"}', false],
])('whether the console lives is told by its own words: %s', async (_what, status, body, alive) => {
  expect(await isAlive(new Response(body, { status }))).toBe(alive);
});
