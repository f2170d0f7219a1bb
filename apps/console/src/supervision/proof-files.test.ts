import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execute, rows } from '@tianyan/postgres';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  assignedLetterDetailSchema,
  findingListSchema,
  letterDetailSchema,
  proofFilesSchema,
  rectificationDetailSchema,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';

const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
const HTML = Buffer.from('<!doctype html><html><script>alert(1)</script></html>');
const WATER = { account: 'water', password: 'Liaison-2026-xyz' };
const ROADS = { account: 'roads', password: 'Liaison-2026-xyz' };
const TOWNSMAN = { account: 'zhou.jie', password: 'Township-2026-xyz' };
const ANSWER = { step: 'answer', measures: '已重办', outcome: '四件办结' };

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
let townsman: ApiClient;
let water: ApiClient;
let roads: ApiClient;
let findingId = '';

beforeAll(async () => {
  fixture = await startConsole();
  await fixture.storeFindings([returnedOften('GD-1', { unitId: 'WATER', townshipCode: '320921100' })]);
  const liaison = { role: 'unit-liaison', townshipCodes: null, mustChangePassword: false } as const;
  await fixture.users.create({ ...WATER, ...liaison, displayName: '水务联络员', unitCodes: ['WATER'] });
  await fixture.users.create({ ...ROADS, ...liaison, displayName: '交通联络员', unitCodes: ['ROADS'] });
  const townshipCodes = ['320921999'];
  await fixture.users.create({ ...TOWNSMAN, displayName: '周杰', role: 'analyst', townshipCodes, mustChangePassword: false });
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  townsman = await fixture.signedIn(TOWNSMAN);
  water = await fixture.signedIn(WATER);
  roads = await fixture.signedIn(ROADS);
  findingId = findingListSchema.parse((await analyst.get('/api/findings')).body).items[0]?.id ?? '';
});
afterAll(() => fixture.stop());

/** Received by the unit: it may answer. */
async function received(): Promise<string> {
  const content = { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实退回理由。', replyWorkingDays: 5 };
  const drafted = await analyst.post('/api/letters', { origin: { kind: 'finding', id: findingId }, content });
  const { id } = letterDetailSchema.parse(drafted.body);
  await leader.post(`/api/letters/${id}/steps`, { revision: 1, step: { step: 'issue' } });
  await water.post(`/api/assignments/letters/${id}/steps`, { revision: 2, step: { step: 'receive' } });
  return id;
}

async function upload(client: ApiClient, path: string, { name = '通知.pdf', content = PDF, id = randomUUID() } = {}) {
  const form = new FormData();
  form.set('id', id);
  form.set('file', new Blob([new Uint8Array(content)]), name);
  const headers = { origin: fixture.baseUrl, cookie: client.cookie ?? '' };
  const response = await fetch(`${fixture.baseUrl}/api/${path}/files`, { method: 'POST', headers, body: form });
  return { status: response.status, body: (await response.json()) as { message?: string } };
}

const atUnit = async (id: string) => assignedLetterDetailSchema.parse((await water.get(`/api/assignments/letters/${id}`)).body);
const atOffice = async (id: string) => letterDetailSchema.parse((await analyst.get(`/api/letters/${id}`)).body);
const unitTakes = async (id: string, step: object) =>
  water.post(`/api/assignments/letters/${id}/steps`, { revision: (await atUnit(id)).revision, step });

test('a liaison proves an answer by files; the answer names them by their content, and whoever reads the letter reads them', async () => {
  const id = await received();
  const sent = await upload(water, `assignments/letters/${id}`, { name: '整改情况 13812345678.pdf' });
  expect(sent.status).toBe(200);
  const [file] = proofFilesSchema.parse(sent.body).files;
  expect(file).toMatchObject({ name: '整改情况 138****5678.pdf', uploaderName: '本单位', fault: null });
  await unitTakes(id, ANSWER);
  const letter = await atOffice(id);
  expect(letter.files).toEqual([expect.objectContaining({ id: file?.id, uploaderName: '水务联络员', fault: null })]);
  expect(letter.steps.at(-1)?.lines.at(-1)).toEqual({ label: '附件', text: '整改情况 138****5678.pdf' });
  expect(letter.steps.at(-2)).toMatchObject({ kindLabel: '附件', lines: [{ label: '文件' }, { text: file?.sha256 }] });
  expect([letter.unbroken, letter.mayAttach, letter.dueAtMs]).toEqual([true, false, null]);
  const answered = await rows(
    fixture.pool,
    z.object({ content: z.object({ files: z.unknown() }) }),
    `SELECT content FROM supervision_step WHERE owner_id = $1 AND content ->> 'step' = 'answer'`,
    [id],
  );
  expect(answered).toEqual([{ content: { files: [{ fileId: file?.id, sha256: file?.sha256 }] } }]);
  const path = `/api/proofs/letters/${id}/files/${file?.id}/content`;
  const download = await fetch(`${fixture.baseUrl}${path}`, { headers: { cookie: analyst.cookie ?? '' } });
  expect(Buffer.from(await download.arrayBuffer())).toEqual(PDF);
  expect(Object.fromEntries(download.headers)).toMatchObject({
    'content-type': 'application/pdf',
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
  const log = await rows(
    fixture.pool,
    z.object({ action: z.string(), object: z.string() }),
    `SELECT action, object FROM access_audit WHERE action LIKE '%proof-file' ORDER BY id`,
    [],
  );
  expect(log).toEqual([
    { action: 'attach-proof-file', object: expect.stringMatching(`^letter/${id}/step/4@[0-9a-f]{64}$`) },
    { action: 'download-proof-file', object: `letter/${id}/file/${file?.id}@${file?.sha256}` },
  ]);
});

test('what an answer names stands: it is not withdrawn while it is judged, and afterwards with a reason that stays', async () => {
  const id = await received();
  const [file] = proofFilesSchema.parse((await upload(water, `assignments/letters/${id}`)).body).files;
  await unitTakes(id, ANSWER);
  const withdraw = () => water.post(`/api/assignments/letters/${id}/files/${file?.id}/withdraw`, { reason: '传错了文件' });
  const early = await withdraw();
  expect([early.status, early.body.message]).toEqual([409, expect.stringContaining('现在是“待审核”，不能“撤回附件”')]);
  const late = await upload(water, `assignments/letters/${id}`);
  expect([late.status, late.body.message]).toEqual([409, expect.stringContaining('不能“附件”')]);
  const { revision } = await atOffice(id);
  const sendBack = { step: 'send-back', reason: '没有写明材料', replyWorkingDays: 2 };
  await analyst.post(`/api/letters/${id}/steps`, { revision, step: sendBack });
  const dueAtMs = (await atUnit(id)).dueAtMs;
  expect((await withdraw()).status).toBe(200);
  await upload(water, `assignments/letters/${id}`);
  // Files decide nothing: the date stays.
  expect([dueAtMs, (await atUnit(id)).dueAtMs]).toEqual([expect.any(Number), dueAtMs]);
  const letter = await atOffice(id);
  // The county's clock stands still: nothing is the first.
  expect(new Set(letter.files.map(({ withdrawn }) => withdrawn?.reason))).toEqual(new Set(['传错了文件', undefined]));
  expect(letter.steps.map(({ kindLabel }) => kindLabel).slice(-2)).toEqual(['撤回附件', '附件']);
  expect(letter.unbroken).toBe(true);
});

test('sent again, also at once, it is one file; what is no document is refused', async () => {
  const id = await received();
  const again = randomUUID();
  const all = await Promise.all([1, 2, 3].map(() => upload(water, `assignments/letters/${id}`, { id: again })));
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await upload(water, `assignments/letters/${id}`, { content: HTML })).status).toBe(400);
  const { files, steps } = await atOffice(id);
  expect([files.length, steps.filter(({ kindLabel }) => kindLabel === '附件').length]).toEqual([1, 1]);
});

test('a letter of another unit answers like what is not there, and so does one out of reach; the office adds nothing to an answer', async () => {
  const id = await received();
  const [file] = proofFilesSchema.parse((await upload(water, `assignments/letters/${id}`)).body).files;
  const bare = ({ body, status }: { status: number; body: object }) => [status, { ...body, requestId: '' }];
  const absent = bare(await roads.get(`/api/assignments/letters/none/files/${file?.id}/content`));
  expect(absent[0]).toBe(404);
  expect(bare(await roads.get(`/api/assignments/letters/${id}/files/${file?.id}/content`))).toEqual(absent);
  expect(bare(await roads.get(`/api/assignments/letters/${id}/files/${file?.id}/thumbnail`))).toEqual(absent);
  expect((await upload(roads, `assignments/letters/${id}`)).status).toBe(404);
  const withdraw = await roads.post(`/api/assignments/letters/${id}/files/${file?.id}/withdraw`, { reason: '不该' });
  expect(withdraw.status).toBe(404);
  expect((await townsman.get(`/api/proofs/letters/${id}/files/${file?.id}/content`)).status).toBe(404);
  const byOffice = await upload(analyst, `proofs/letters/${id}`);
  expect([byOffice.status, byOffice.body.message]).toEqual([403, '此操作须由单位联络员进行']);
  // A file is of one letter: under another it is not there.
  const other = await received();
  expect((await water.get(`/api/assignments/letters/${other}/files/${file?.id}/content`)).status).toBe(404);
});

test('an item of the ledger is proved the same way, by the unit or by whoever reports for it', async () => {
  const request = { unitCode: 'WATER', problem: '护栏缺失', dueDay: '2026-07-20' };
  const { id } = rectificationDetailSchema.parse((await analyst.post('/api/rectifications', request)).body);
  expect((await upload(water, `assignments/rectifications/${id}`, { name: '护栏.pdf' })).status).toBe(200);
  expect((await upload(roads, `assignments/rectifications/${id}`)).status).toBe(404);
  expect((await upload(analyst, `proofs/rectifications/${id}`, { name: '现场.pdf' })).status).toBe(200);
  await water.post(`/api/assignments/rectifications/${id}/steps`, {
    revision: 3,
    step: { step: 'progress', measures: '已装护栏' },
  });
  await water.post(`/api/assignments/rectifications/${id}/steps`, { revision: 4, step: { step: 'submit' } });
  const item = rectificationDetailSchema.parse((await leader.get(`/api/rectifications/${id}`)).body);
  expect(new Map(item.files.map(({ name, uploaderName }) => [name, uploaderName]))).toEqual(
    new Map([
      ['护栏.pdf', '水务联络员'],
      ['现场.pdf', '李芬'],
    ]),
  );
  expect(item.steps.at(-1)?.lines).toEqual([{ label: '附件', text: expect.stringContaining('护栏.pdf') }]);
  expect([item.mayAttach, item.unbroken]).toEqual([false, true]);
  const ofUnit = rectificationDetailSchema.parse((await water.get(`/api/assignments/rectifications/${id}`)).body);
  expect(ofUnit.files.map(({ uploaderName }) => uploaderName)).toEqual(['本单位', '本单位']);
  await execute(fixture.pool, 'ALTER TABLE file DISABLE TRIGGER file_unaltered');
  await execute(fixture.pool, `UPDATE file SET id = 'exchanged' WHERE subject_id = $1 AND name = '护栏.pdf'`, [id]);
  await execute(fixture.pool, 'ALTER TABLE file ENABLE TRIGGER file_unaltered');
  const after = rectificationDetailSchema.parse((await leader.get(`/api/rectifications/${id}`)).body);
  expect(new Set(after.files.map(({ fault }) => fault))).toEqual(new Set([null, 'unlike-step']));
});
