import { beforeEach, expect, test } from '@jest/globals';
import { ApiError, failureOf } from '../api/client.js';
import { UnsentFiles, type FileOnItsWay, type NewFile } from './unsent-files.js';

let device: Map<string, unknown>;
let sent: string[];
/** By id; missing: it is taken. */
let answers: Map<string, ApiError>;
let shown: readonly FileOnItsWay[];
let arrived: unknown[];
/** Called before an answer comes. */
let meanwhile: (id: string) => Promise<void>;

beforeEach(() => {
  device = new Map();
  sent = [];
  answers = new Map();
  shown = [];
  arrived = [];
  meanwhile = async () => undefined;
});

const unsentFiles = () =>
  new UnsentFiles({
    all: async (schema, prefix) => [...device].flatMap(([name, value]) => (name.startsWith(prefix) ? [schema.parse(value)] : [])),
    keep: async (name, value) => void device.set(name, value),
    drop: async (name) => void device.delete(name),
    send: async ({ id }, { signal }) => {
      sent.push(id);
      await meanwhile(id);
      signal.throwIfAborted();
      const failure = answers.get(id);
      if (failure) throw failure;
      return { files: [{ id }] };
    },
    onChange: (files) => {
      shown = files;
    },
    onSent: (path, answer) => arrived.push([path, answer]),
  });

const photo = (id: string, path = '/proofs/campaign-tasks/1'): NewFile => ({
  id,
  file: new File(['照片'], `${id}.jpg`),
  path,
  page: '/campaign-tasks/1',
});
const away = new ApiError(0, { code: 'unavailable', message: '网络中断' });
const refused = new ApiError(409, { code: 'conflict', message: '已经登记结果，不能再上传。' });
const OWN_STEP = { path: '/campaign-tasks/1/steps' };
const OTHER_STEP = { path: '/campaign-tasks/2/steps' };

test('what could not be sent is sent by a window that was opened later, whatever page it shows', async () => {
  answers.set('a', away);
  await unsentFiles().add(photo('a'), null);
  expect(shown).toMatchObject([{ id: 'a', state: 'offline', isKept: true, message: expect.stringContaining('已保存在本机') }]);
  answers.clear();
  await unsentFiles().flush();
  expect([sent, shown, device.size]).toEqual([['a', 'a'], [], 0]);
  expect(arrived).toEqual([['/proofs/campaign-tasks/1', { files: [{ id: 'a' }] }]]);
});

test('what is refused stays with the reason, on the device too, until the person removes it', async () => {
  answers.set('a', refused);
  await unsentFiles().add(photo('a'), null);
  const later = unsentFiles();
  await later.flush();
  expect([sent, shown]).toMatchObject([
    ['a'],
    [{ id: 'a', state: 'refused', message: '已经登记结果，不能再上传。', isKept: true }],
  ]);
  await later.cancel('a');
  expect([shown, device.size]).toEqual([[], 0]);
});

test('what a gateway says in the place of the console refuses nothing, and others are tried', async () => {
  answers.set('a', failureOf(403, '<html>请登录 VPN</html>'));
  const files = unsentFiles();
  await files.add(photo('a'), null);
  await files.add(photo('b'), null);
  expect(shown).toMatchObject([{ id: 'a', state: 'offline' }]);
  expect(arrived).toHaveLength(1);
});

test('a step that waits is held back by files of the same subject, as long as the device has them', async () => {
  answers.set('a', away);
  const files = unsentFiles();
  await files.add(photo('a'), null);
  const later = unsentFiles();
  expect([await later.holds(OWN_STEP), await later.holds(OTHER_STEP)]).toEqual([true, false]);
  expect([await later.isAwaitedBy(OWN_STEP), await later.isAwaitedBy(OTHER_STEP)]).toEqual([true, false]);
  // Refused: what is sent by itself does not go without it, unless the person clears it away; who presses the button has it before them.
  answers.set('a', refused);
  await later.flush();
  expect([await later.holds(OWN_STEP), await later.isAwaitedBy(OWN_STEP)]).toEqual([true, false]);
  await later.cancel('a');
  expect([await later.holds(OWN_STEP), await files.holds(OWN_STEP)]).toEqual([false, false]);
});

test.each([
  ['/clues/7', '/clues/7/steps'],
  ['/assignments/letters/7', '/assignments/letters/7/steps'],
  ['/assignments/rectifications/7', '/assignments/rectifications/7/steps'],
])('files of %s go before its steps', async (path, step) => {
  answers.set('a', away);
  const files = unsentFiles();
  await files.add(photo('a', path), null);
  expect(await files.holds({ path: step })).toBe(true);
});

test('what was called off while it was sent does not come back', async () => {
  const files = unsentFiles();
  meanwhile = () => files.cancel('a');
  await files.add(photo('a'), null);
  await files.flush();
  expect([sent, shown, device.size, arrived]).toEqual([['a'], [], 0, []]);
});

test('a file that is handed in while another is sent has its turn', async () => {
  const files = unsentFiles();
  meanwhile = async (id) => {
    if (id === 'a') void files.add(photo('b'), null);
  };
  await files.add(photo('a'), null);
  expect([sent, shown, device.size]).toEqual([['a', 'b'], [], 0]);
});

test('a device that keeps nothing sends all the same, and does not say that it keeps', async () => {
  device.set = () => device;
  answers.set('a', away);
  const files = unsentFiles();
  await files.add(photo('a'), null);
  expect(shown).toMatchObject([{ state: 'offline', isKept: false, message: expect.stringContaining('请不要关闭页面') }]);
  answers.clear();
  await files.flush();
  expect([shown, arrived.length]).toEqual([[], 1]);
});

test('what is plain before it is sent is not sent, and holds nothing back', async () => {
  const files = unsentFiles();
  await files.add(photo('a'), '文件是空的，请重新选择。');
  expect([sent, device.size, await files.holds(OWN_STEP)]).toEqual([[], 0, false]);
  expect(shown).toMatchObject([{ state: 'refused', message: '文件是空的，请重新选择。' }]);
});
