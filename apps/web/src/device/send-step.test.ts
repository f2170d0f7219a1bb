import { afterEach, expect, jest, test } from '@jest/globals';
import { ApiError } from '../api/client.js';
import { sendStep } from './send-step.js';
import { isForLater } from './unsent-steps.js';

const fetched = jest.spyOn(globalThis, 'fetch');
afterEach(() => {
  fetched.mockReset();
});

function answering(...answers: (readonly [number, unknown])[]): void {
  for (const [status, body] of answers)
    fetched.mockResolvedValueOnce(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));
}

const asked = () => fetched.mock.calls.map(([url, request]) => [request?.method, url, request?.body]);
const failure = (step: Parameters<typeof sendStep>[0]) => sendStep(step, 'zhao').catch((error: unknown) => error);

const STEP = { path: '/clues/7/steps', body: { revision: 3, step: { step: 'report' } }, key: 'key-of-step' };
const TAKEN = [200, { id: '7' }] as const;
const QUICKER = [409, { code: 'conflict', message: '您打开页面之后，有人办了。' }] as const;
const clue = (...since: { own: boolean; kind: string }[]) =>
  [
    200,
    {
      revision: 3 + since.length,
      steps: [{ seq: 3, own: false, kind: 'assign' }, ...since.map((one, i) => ({ seq: 4 + i, ...one }))],
    },
  ] as const;
const OWN_FILE = { own: true, kind: 'attach' };

test('a step of a clue that waited for its photographs is taken after them', async () => {
  answering(QUICKER, clue(OWN_FILE, OWN_FILE), TAKEN);
  await sendStep(STEP, 'zhao');
  expect(asked()).toEqual([
    ['POST', '/api/clues/7/steps', JSON.stringify(STEP.body)],
    ['GET', '/api/clues/7', undefined],
    ['POST', '/api/clues/7/steps', JSON.stringify({ ...STEP.body, revision: 5 })],
  ]);
  expect(fetched.mock.calls.at(-1)?.[1]?.headers).toMatchObject({ 'idempotency-key': 'key-of-step', 'tianyan-sender': 'zhao' });
});

test.each([
  ['a file of somebody else', [OWN_FILE, { own: false, kind: 'attach' }]],
  ['another step', [OWN_FILE, { own: true, kind: 'assign' }]],
  ['nothing', []],
])('it stays refused where %s came in between', async (_what, since) => {
  answering(QUICKER, clue(...since));
  expect(await failure(STEP)).toMatchObject({ status: 409, message: '您打开页面之后，有人办了。' });
  expect(fetched).toHaveBeenCalledTimes(2);
});

test('it is neither taken nor refused where what came in between cannot be read', async () => {
  answering(QUICKER, [502, '<html>Bad Gateway</html>']);
  expect(isForLater(await failure(STEP))).toBe(true);
});

test('what is no step of a clue is refused at once, and the page of a gateway is no answer', async () => {
  answering(QUICKER);
  expect(await failure({ ...STEP, path: '/campaign-tasks/7/steps' })).toBeInstanceOf(ApiError);
  answering([200, '<html>请登录</html>']);
  expect(isForLater(await failure(STEP))).toBe(true);
  expect(fetched).toHaveBeenCalledTimes(2);
});
