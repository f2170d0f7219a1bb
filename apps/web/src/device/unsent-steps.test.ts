import { beforeEach, expect, test } from '@jest/globals';
import { ApiError, failureOf, readAnswer, UnreadableAnswer } from '../api/client.js';
import { takenSchema, UnsentSteps, type NewStep, type UnsentStep } from './unsent-steps.js';

let device: Map<string, unknown>;
let sent: UnsentStep[];
/** By path; missing: it is taken. */
let answers: Map<string, ApiError>;
let shown: readonly UnsentStep[];
/** Paths of which files have not arrived. */
let held: Set<string>;

beforeEach(() => {
  device = new Map();
  sent = [];
  answers = new Map();
  shown = [];
  held = new Set();
});

const unsentSteps = () =>
  new UnsentSteps({
    all: async (schema, prefix) => [...device].flatMap(([name, value]) => (name.startsWith(prefix) ? [schema.parse(value)] : [])),
    keep: async (name, value) => void device.set(name, structuredClone(value)),
    drop: async (name) => void device.delete(name),
    isHeld: async ({ path }) => held.has(path),
    send: async (step) => {
      sent.push(step);
      const failure = answers.get(step.path);
      if (failure) throw failure;
    },
    onChange: (steps) => {
      shown = steps;
    },
    alone: (work) => work(),
  });

function refused(code: 'conflict' | 'password-change-required' | 'second-factor-required', status: number): ApiError {
  return new ApiError(status, { code, message: '不受理 a' });
}

const step = (path: string): NewStep => ({
  key: `key-of-${path}`,
  label: `登记结果 ${path}`,
  page: '/campaign-tasks/1',
  path,
  body: { revision: 2 },
  lines: ['情况：现场没有维修'],
  draft: `draft/${path}`,
});

test('what waits is sent in order under its own key, also by a window that was opened later, and is then gone with its draft', async () => {
  const first = unsentSteps();
  for (const path of ['b', 'a', 'c']) await first.add(step(path));
  device.set('draft/a', {});
  const later = unsentSteps();
  await later.flush();
  expect(sent.map(({ path, key }) => [path, key])).toEqual(['b', 'a', 'c'].map((path) => [path, `key-of-${path}`]));
  expect([shown, [...device.keys()]]).toEqual([[], []]);
});

const FOR_LATER: readonly (readonly [string, ApiError])[] = [
  ...[0, 401, 429, 500, 503].map((status) => [String(status), refused('conflict', status)] as const),
  ['403 until the password is changed', refused('password-change-required', 403)],
  ['403 until a second factor is set up', refused('second-factor-required', 403)],
  ['403 of a gateway', failureOf(403, '<html>请登录 VPN</html>')],
  ['404 of a gateway', failureOf(404, '<html>Not Found</html>')],
  ['200 of a gateway', new UnreadableAnswer(200, { code: 'internal', message: '无法读懂' })],
];

test.each(FOR_LATER)('an answer of %s ends the sending, and everything stays', async (_what, failure) => {
  const box = unsentSteps();
  for (const path of ['a', 'b']) await box.add(step(path));
  answers.set('a', failure);
  await box.flush();
  expect(sent.map(({ path }) => path)).toEqual(['a']);
  expect(shown.map(({ path, refusal }) => [path, refusal])).toEqual([
    ['a', null],
    ['b', null],
  ]);
});

test('what is refused stays with the reason and what was typed, is not sent again, and holds nothing else up', async () => {
  const box = unsentSteps();
  for (const path of ['a', 'b']) await box.add(step(path));
  answers.set('a', refused('conflict', 409));
  await box.flush();
  expect(shown).toMatchObject([{ path: 'a', refusal: '不受理 a', lines: ['情况：现场没有维修'] }]);
  await unsentSteps().flush();
  expect(sent.map(({ path }) => path)).toEqual(['a', 'b']);
});

test('a step waits for its files, and those after it for the same thing wait behind it; others go', async () => {
  const box = unsentSteps();
  await box.add(step('a'));
  await box.add({ ...step('a'), key: 'second-of-a' });
  await box.add(step('b'));
  held.add('a');
  const has = held.has.bind(held);
  // They arrive after the first was looked at.
  held.has = (path) => {
    const before = has(path);
    held.delete(path);
    return before;
  };
  await box.flush();
  expect(sent.map(({ key }) => key)).toEqual(['key-of-b']);
  await box.flush();
  expect(sent.map(({ key }) => key)).toEqual(['key-of-b', 'key-of-a', 'second-of-a']);
});

test('a device that keeps nothing says so', async () => {
  device.set = () => device;
  expect(await unsentSteps().add(step('a'))).toBe(false);
  expect(shown).toEqual([]);
});

test('what was called off is not sent', async () => {
  const box = unsentSteps();
  for (const path of ['a', 'b']) await box.add(step(path));
  await box.cancel('key-of-a');
  await box.flush();
  expect(sent.map(({ path }) => path)).toEqual(['b']);
});

test.each(['<html>请登录</html>', 'null', '', '{"code":302}'])('that %s is no answer to a step', (content) => {
  expect(() => readAnswer(takenSchema, 200, content)).toThrow(UnreadableAnswer);
});
