import { Reach, type User } from '@tianyan/access';
import { Files, FolderBlobs, type StoredContent } from '@tianyan/files';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClueFiles, type FileTaker } from './clue-files.js';
import { EAST, startClues, WEST, type CluesFixture } from './clues.test-fixture.js';
import type { StepReceipt } from './sent-once.js';

let fixture: CluesFixture;
let clueFiles: ClueFiles;
let content: StoredContent;
let directory = '';

beforeAll(async () => {
  fixture = await startClues();
  directory = await mkdtemp(join(tmpdir(), 'tianyan-clue-files-'));
  const { pool, countyClock, calendar, rules } = fixture;
  const files = new Files({ pool, blobs: new FolderBlobs(join(directory, 'store')), countyClock, machineClock: countyClock });
  clueFiles = new ClueFiles({ pool, files, countyClock, calendar, rules });
  const path = join(directory, 'arrived');
  await writeFile(path, '%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
  content = await files.store({ path, name: '报告.pdf' });
});
afterAll(async () => {
  await fixture?.stop();
  await rm(directory, { recursive: true, force: true });
});

const takerOf = ({ id, account, role }: User): FileTaker => ({ id, account, role, address: null });
/** @returns what was put on record of it */
async function attach(user: User, clueId: string, fileId: string): Promise<readonly (StepReceipt | null)[]> {
  const recorded: (StepReceipt | null)[] = [];
  await clueFiles.attach(Reach.of({ user }), takerOf(user), { clueId, fileId, content }, async (_, receipt) => {
    recorded.push(receipt);
  });
  return recorded;
}

async function clueOf(findingId: string, township = EAST): Promise<string> {
  const { clues, people } = fixture;
  await fixture.store(findingId, { township });
  const { clueId } = await clues.register(Reach.of({ user: people.li }), people.li, { findingIds: [findingId], reason: null });
  return clueId;
}

async function detailOf(clueId: string) {
  const found = await fixture.queries.get(Reach.of({ user: fixture.people.li }), clueId);
  if (!found) throw new Error(`${clueId} is not there`);
  return found;
}

test('a file is a step that names its content, and leaves the clue where it stands', async () => {
  const { people } = fixture;
  const id = await clueOf('F1');
  const before = await detailOf(id);
  const [receipt] = await attach(people.li, id, 'file-1');
  const after = await detailOf(id);
  expect(after.steps.at(-1)).toMatchObject({
    seq: 2,
    takerAccount: 'li',
    content: { step: 'attach', fileId: 'file-1', sha256: content.sha256 },
    hash: receipt?.hash,
  });
  expect([after.unbroken, after.facts, after.clue.dueAtMs]).toEqual([true, before.facts, before.clue.dueAtMs]);
});

test('sent again, also at once, it is one step', async () => {
  const { people } = fixture;
  const id = await clueOf('F2');
  const sent = await Promise.all([1, 2, 3].map(() => attach(people.li, id, 'file-2')));
  expect(sent.flat()).toHaveLength(1);
  expect((await detailOf(id)).steps).toHaveLength(2);
  expect(await clueFiles.list(id)).toHaveLength(1);
});

test('what cannot be put on record is not done: sent again, it is a step, and withdrawn again too', async () => {
  const { people } = fixture;
  const id = await clueOf('F8');
  const reach = Reach.of({ user: people.li });
  const fails = () => Promise.reject(new Error('the log is full'));
  const file = { clueId: id, fileId: 'file-13' };
  await expect(clueFiles.attach(reach, takerOf(people.li), { ...file, content }, fails)).rejects.toThrow('the log is full');
  expect([await clueFiles.list(id), (await detailOf(id)).steps.length]).toEqual([[], 1]);
  expect(await attach(people.li, id, 'file-13')).toMatchObject([{ clueId: id, seq: 2 }]);
  const withdrawal = { ...file, reason: '传错了' };
  await expect(clueFiles.withdraw(reach, takerOf(people.li), withdrawal, fails)).rejects.toThrow('the log is full');
  await clueFiles.withdraw(reach, takerOf(people.li), withdrawal);
  expect((await detailOf(id)).steps.map(({ content: { step } }) => step)).toEqual(['register', 'attach', 'withdraw-file']);
});

test('out of reach it is as if there were no clue', async () => {
  const { people } = fixture;
  const id = await clueOf('F3', WEST);
  await expect(attach(people.zhou, id, 'file-3')).rejects.toMatchObject({ code: 'not-found' });
  expect(await clueFiles.list(id)).toEqual([]);
});

test('once assigned, the handler and who leads handling may; whoever stays away may not', async () => {
  const { clues, people } = fixture;
  const id = await clueOf('F4');
  const lead = (revision: number, request: Parameters<typeof clues.take>[2]['request']) =>
    clues.take(Reach.of({ user: people.wang }), people.wang, { clueId: id, revision, request });
  await lead(1, { step: 'assign', assigneeId: people.sun.id });
  await expect(attach(people.li, id, 'file-4')).rejects.toThrow('您不是这条线索的承办人');
  await attach(people.sun, id, 'file-5');
  await attach(people.qian, id, 'file-6');
  const recuse = { step: 'recuse', userId: people.qian.id, reason: '与当事人有亲属关系' } as const;
  await clues.take(Reach.of({ user: people.sun }), people.sun, { clueId: id, revision: 4, request: recuse });
  await expect(attach(people.qian, id, 'file-7')).rejects.toThrow('您已在这条线索上回避');
  await expect(attach(people.he, id, 'file-8')).rejects.toThrow('您的角色不能');
  // What was refused left nothing.
  expect((await clueFiles.list(id)).map((file) => file.id).toSorted()).toEqual(['file-5', 'file-6']);
  await expect(
    clueFiles.assertMayAttach(Reach.of({ user: people.li }), takerOf(people.li), { clueId: id, fileId: 'file-9' }),
  ).rejects.toThrow('您不是这条线索的承办人');
});

test('a file is withdrawn by a step with a reason, once', async () => {
  const { people } = fixture;
  const id = await clueOf('F5');
  await attach(people.li, id, 'file-10');
  const withdraw = () =>
    clueFiles.withdraw(Reach.of({ user: people.li }), takerOf(people.li), { clueId: id, fileId: 'file-10', reason: '传错了' });
  await withdraw();
  expect((await detailOf(id)).steps.at(-1)?.content).toEqual({
    step: 'withdraw-file',
    fileId: 'file-10',
    sha256: content.sha256,
    reason: '传错了',
  });
  await expect(withdraw()).rejects.toThrow('已经撤回');
  expect((await detailOf(id)).unbroken).toBe(true);
});

test('nothing is added to a clue that was merged into another', async () => {
  const { clues, people } = fixture;
  const [id, into] = [await clueOf('F6'), await clueOf('F7')];
  await attach(people.li, id, 'file-11');
  const request = { step: 'merge', intoId: into, reason: '同一问题' } as const;
  await clues.take(Reach.of({ user: people.li }), people.li, { clueId: id, revision: 2, request });
  await expect(attach(people.li, id, 'file-12')).rejects.toThrow('已并案');
  // What was sent before is still answered as it was.
  expect(await attach(people.li, id, 'file-11')).toEqual([]);
});
