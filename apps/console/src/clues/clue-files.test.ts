import { execute, rows } from '@tianyan/postgres';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { clueDetailSchema, findingListSchema, type ClueDetail } from '../api/index.js';
import type { ComposedConsole } from '../compose-console.js';
import { arrivingFolder } from '../http/arriving-folder.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';
import { CONSOLE } from '../tokens.js';

/** The smallest picture there is. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
const TOWNSMAN = { account: 'zhou.jie', password: 'Township-2026-xyz' };

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
let clue: ClueDetail;

beforeAll(async () => {
  fixture = await startConsole();
  await fixture.storeFindings(['A', 'B'].map((scope) => returnedOften(scope, { unitId: 'U1', townshipCode: '320921100' })));
  const townshipCodes = ['320921999'];
  await fixture.users.create({ ...TOWNSMAN, displayName: '周杰', role: 'analyst', townshipCodes, mustChangePassword: false });
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  const { items } = findingListSchema.parse((await analyst.get('/api/findings')).body);
  const [finding] = items;
  clue = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [finding?.id] })).body);
});
afterAll(() => fixture.stop());

async function upload(
  client: ApiClient,
  { name, content, id = randomUUID(), clueId = clue.id }: { name: string; content: Buffer; id?: string; clueId?: string },
) {
  const form = new FormData();
  form.set('id', id);
  form.set('file', new Blob([new Uint8Array(content)]), name);
  const response = await fetch(`${fixture.baseUrl}/api/clues/${clueId}/files`, {
    method: 'POST',
    headers: { origin: fixture.baseUrl, cookie: client.cookie ?? '' },
    body: form,
  });
  return { status: response.status, body: (await response.json()) as unknown };
}
const uploaded = async (client: ApiClient, file: Parameters<typeof upload>[1]) =>
  clueDetailSchema.parse((await upload(client, file)).body);
/** The county's clock stands still: nothing is the last. */
const named = ({ files }: ClueDetail, name: string) => files.find((file) => file.name === name);
/** Raw: the client of the other tests reads text. */
const fetched = (client: ApiClient, path: string) =>
  fetch(`${fixture.baseUrl}/api/clues/${clue.id}/files/${path}`, { headers: { cookie: client.cookie ?? '' } });

test('a file is named in the history with its checksum, and comes back as it was, never as a page', async () => {
  const after = await uploaded(analyst, { name: '现场照片.png', content: PNG });
  const [file] = after.files;
  expect(file).toMatchObject({
    name: '现场照片.png',
    typeLabel: '图片（PNG）',
    hasThumbnail: true,
    fault: null,
    uploaderName: '李芬',
  });
  expect(after.steps.at(-1)).toMatchObject({
    kindLabel: '附件',
    takerName: '李芬',
    lines: [
      { label: '文件', text: '现场照片.png' },
      { label: '校验值', text: file?.sha256 },
    ],
  });
  expect(after).toMatchObject({ state: 'registered', unbroken: true, mayAttach: true });
  const answer = await fetched(analyst, `${file?.id}/content`);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(PNG);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(PNG.length),
    'content-disposition': `attachment; filename="????.png"; filename*=UTF-8''${encodeURIComponent('现场照片.png')}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  const thumbnail = await fetched(leader, `${file?.id}/thumbnail`);
  expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/webp']);
  const log = await rows(
    fixture.pool,
    z.object({ action: z.string(), object: z.string() }),
    `SELECT action, object FROM access_audit WHERE action LIKE '%clue-file' ORDER BY id`,
    [],
  );
  expect(log).toEqual([
    { action: 'attach-clue-file', object: expect.stringMatching(`^clue/${clue.id}/step/2@[0-9a-f]{64}$`) },
    { action: 'download-clue-file', object: `clue/${clue.id}/file/${file?.id}@${file?.sha256}` },
  ]);
});

test('sent again, also at once, it is one file and one step', async () => {
  const before = clueDetailSchema.parse((await analyst.get(`/api/clues/${clue.id}`)).body);
  const id = randomUUID();
  const sent = await Promise.all([1, 2, 3].map(() => upload(analyst, { name: '报告.pdf', content: PDF, id })));
  expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
  const after = await uploaded(analyst, { name: '报告.pdf', content: PDF, id });
  expect([after.files.length - before.files.length, after.revision - before.revision]).toEqual([1, 1]);
});

test('files arrive also after the system has removed the temporary folder, which it does to what is old', async () => {
  await rm(arrivingFolder.path(), { recursive: true });
  expect(await upload(analyst, { name: '报告.pdf', content: PDF })).toMatchObject({ status: 200 });
});

test('what is not what it says is refused, and leaves nothing behind', async () => {
  const arrived = async () => (await readdir(arrivingFolder.path())).length;
  const before = await arrived();
  const html = Buffer.from('<!doctype html><script>alert(1)</script>');
  for (const [name, content, words] of [
    ['材料.pdf', html, '不能上传这种文件'],
    ['照片.png', PDF, '文件名写的是 .png，内容却是PDF'],
    ['照片.png', PNG.subarray(0, 45), '图片打不开'],
  ] as const)
    expect(await upload(analyst, { name, content })).toEqual({
      status: 400,
      body: { code: 'invalid', message: expect.stringContaining(words) },
    });
  expect(await upload(analyst, { name: '报告.pdf', content: PDF, id: 'none' })).toMatchObject({ status: 400 });
  expect(await arrived()).toBe(before);
});

test('whoever does not see the clue finds no file either, and cannot add one', async () => {
  const townsman = await fixture.signedIn(TOWNSMAN);
  const { files } = clueDetailSchema.parse((await analyst.get(`/api/clues/${clue.id}`)).body);
  const refused = await upload(townsman, { name: '报告.pdf', content: PDF });
  const none = await upload(townsman, { name: '报告.pdf', content: PDF, clueId: 'none' });
  expect([refused.status, refused.body]).toEqual([404, none.body]);
  for (const path of ['content', 'thumbnail']) expect((await fetched(townsman, `${files[0]?.id}/${path}`)).status).toBe(404);
});

test('once the clue is assigned, its handler and who leads handling add files; others do not', async () => {
  const { items } = findingListSchema.parse((await analyst.get('/api/findings?status=open')).body);
  const other = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [items[0]?.id] })).body);
  const member = { account: 'sun.ning', password: 'Member-2026-xyz' };
  const made = await fixture.users.create({
    ...member,
    displayName: '孙宁',
    role: 'team-member',
    townshipCodes: null,
    mustChangePassword: false,
  });
  const assign = { step: 'assign', assigneeId: made?.id };
  await leader.post(`/api/clues/${other.id}/steps`, { revision: other.revision, step: assign });
  const file = { name: '报告.pdf', content: PDF, clueId: other.id };
  expect(await upload(analyst, file)).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining('您不是这条线索的承办人') },
  });
  expect((await upload(await fixture.signedIn(member), file)).status).toBe(200);
  expect((await upload(leader, file)).status).toBe(200);
});

test('a file is withdrawn with a reason, which the history names; its content stays', async () => {
  const before = await uploaded(analyst, { name: '传错的.pdf', content: PDF });
  const file = named(before, '传错的.pdf');
  const path = `/api/clues/${clue.id}/files/${file?.id}/withdraw`;
  expect((await analyst.post(path, { reason: '' })).status).toBe(400);
  const after = clueDetailSchema.parse((await analyst.post(path, { reason: '传错了文件' })).body);
  expect(named(after, '传错的.pdf')).toMatchObject({ id: file?.id, withdrawn: { reason: '传错了文件' } });
  expect(after.steps.at(-1)).toMatchObject({
    kindLabel: '撤回附件',
    lines: expect.arrayContaining([{ label: '理由', text: '传错了文件' }]),
  });
  expect((await analyst.post(path, { reason: '再撤一次' })).status).toBe(409);
  expect((await fetched(analyst, `${file?.id}/content`)).status).toBe(200);
});

test('why a file of a clue kept to a circle was withdrawn stands in its step, and not in the log', async () => {
  const reasonsOf = () =>
    rows(
      fixture.pool,
      z.object({ reason: z.string().nullable() }),
      `SELECT reason FROM access_audit WHERE action = 'withdraw-clue-file' ORDER BY id`,
      [],
    );
  const before = await reasonsOf();
  const { revision } = clueDetailSchema.parse((await analyst.get(`/api/clues/${clue.id}`)).body);
  const { id: leaderId } = fixture.leader;
  const restrict = { step: 'restrict', userIds: [leaderId, fixture.analyst.id], reason: '涉及保密' };
  expect((await leader.post(`/api/clues/${clue.id}/steps`, { revision, step: restrict })).status).toBe(200);
  const uploadedNow = await uploaded(analyst, { name: '名单.pdf', content: PDF });
  const path = `/api/clues/${clue.id}/files/${named(uploadedNow, '名单.pdf')?.id}/withdraw`;
  const after = clueDetailSchema.parse((await analyst.post(path, { reason: '写有举报人姓名' })).body);
  expect(after.steps.at(-1)?.lines).toContainEqual({ label: '理由', text: '写有举报人姓名' });
  expect(await reasonsOf()).toEqual([...before, { reason: null }]);
});

test('a file that was exchanged in the database shows beside its step, and one that was spoilt in the store is not sent', async () => {
  const after = await uploaded(analyst, { name: '换过的.pdf', content: PDF });
  const id = named(after, '换过的.pdf')?.id;
  const content = Buffer.concat([PDF, Buffer.from('% other')]);
  const other = await uploaded(analyst, { name: '另一份.pdf', content });
  const { pool: client } = fixture;
  const sha256 = named(other, '另一份.pdf')?.sha256;
  await execute(client, 'ALTER TABLE file DISABLE TRIGGER file_unaltered', []);
  await execute(client, 'UPDATE file SET sha256 = $2 WHERE id = $1', [id, sha256]);
  await execute(client, 'ALTER TABLE file ENABLE TRIGGER file_unaltered', []);
  const shown = clueDetailSchema.parse((await analyst.get(`/api/clues/${clue.id}`)).body);
  expect(shown.files.find((file) => file.id === id)?.fault).toBe('unlike-step');

  await rm(join(fixture.filesDirectory, sha256?.slice(0, 2) ?? '', sha256 ?? ''));
  await fixture.app.get<ComposedConsole>(CONSOLE).fileCheck.run();
  const spoilt = clueDetailSchema.parse((await analyst.get(`/api/clues/${clue.id}`)).body);
  expect(named(spoilt, '另一份.pdf')?.fault).toBe('missing');
  expect((await analyst.get('/api/advisories')).body.items).toContainEqual(expect.objectContaining({ key: 'files-spoilt' }));
  expect((await fetched(analyst, `${named(spoilt, '另一份.pdf')?.id}/content`)).status).toBe(404);
});

test('why a finding was taken out of such a clue does not stand in the log either', async () => {
  const [finding] = clueDetailSchema.parse((await analyst.get(`/api/clues/${clue.id}`)).body).findings;
  const reopen = { decision: 'reopen', reason: '举报人已撤回' };
  expect((await analyst.post(`/api/findings/${finding?.id}/decisions`, reopen)).status).toBe(200);
  const log = await rows(
    fixture.pool,
    z.object({ action: z.string(), reason: z.string().nullable() }),
    `SELECT action, reason FROM access_audit ORDER BY id DESC LIMIT 2`,
    [],
  );
  expect(log).toEqual([
    { action: 'decide-finding', reason: null },
    { action: 'take-clue-step', reason: null },
  ]);
  expect(JSON.stringify((await analyst.get(`/api/findings/${finding?.id}`)).body)).not.toContain('举报人');
});
