import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rows } from '@tianyan/postgres';
import exceljs from 'exceljs';
import { z } from 'zod';
import { ledgerImportSchema, rectificationDetailSchema, type LedgerImport } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

const reason = '6 月整改进展，单位人手不足，调整期限';
const MANAGER = { account: 'zhao.manager', password: 'Manager-2026-xyz' };
let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
let townsman: ApiClient;

beforeAll(async () => {
  fixture = await startConsole();
  await fixture.users.create({
    ...MANAGER,
    displayName: '赵管理',
    role: 'case-manager',
    townshipCodes: ['320921100'],
    unitCodes: [],
    mustChangePassword: false,
  });
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  townsman = await fixture.signedIn(MANAGER);
});
afterAll(() => fixture.stop());

async function registered(problem: string, townshipCode = '320921100'): Promise<string> {
  const body = { unitCode: 'U1', townshipCode, problem, responsible: '陈大同', dueDay: '2026-08-01' };
  const { status, body: made } = await leader.post('/api/rectifications', body);
  expect(status).toBe(200);
  return rectificationDetailSchema.parse(made).id;
}
const itemOf = async (id: string) => rectificationDetailSchema.parse((await leader.get(`/api/rectifications/${id}`)).body);

/** The ledger as it leaves, with what somebody has filled in. */
async function filled(fill: Readonly<Record<string, Readonly<Record<string, string | number>>>>): Promise<Buffer> {
  const response = await fetch(`${fixture.baseUrl}/api/rectifications/export`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: fixture.baseUrl, cookie: leader.cookie ?? '' },
    body: JSON.stringify({ reason }),
  });
  const workbook = new exceljs.Workbook();
  // The type of the library is of an older Node.
  await workbook.xlsx.load(Buffer.from(await response.arrayBuffer()) as unknown as ArrayBuffer);
  const sheet = workbook.getWorksheet('整改台账');
  if (!sheet) throw new Error('no ledger');
  const titles = new Map<string, number>();
  sheet.getRow(1).eachCell((cell, column) => titles.set(cell.text, column));
  sheet.eachRow((row) => {
    for (const [title, value] of Object.entries(fill[row.getCell(titles.get('编号') ?? 1).text] ?? {}))
      row.getCell(titles.get(title) ?? 0).value = value;
  });
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

async function sent(client: ApiClient, content: Buffer): Promise<LedgerImport> {
  const form = new FormData();
  form.set('reason', reason);
  form.set('file', new Blob([new Uint8Array(content)]), '整改台账.xlsx');
  const headers = { origin: fixture.baseUrl, cookie: client.cookie ?? '' };
  const response = await fetch(`${fixture.baseUrl}/api/rectification-imports`, { method: 'POST', headers, body: form });
  const body: unknown = await response.json();
  expect([response.status, body]).toEqual([200, expect.anything()]);
  return ledgerImportSchema.parse(body);
}
const applied = async (client: ApiClient, id: string) =>
  ledgerImportSchema.parse((await client.post(`/api/rectification-imports/${id}/apply`, {})).body);
const outcomes = ({ rows: all }: LedgerImport) => new Map(all.map((row) => [row.itemId, row]));

test('what was filled in is shown first, then taken by the steps of each item; what was not touched stays', async () => {
  const [changed, untouched] = [await registered('台账不全'), await registered('公示不及时')];
  const file = await filled({
    [changed]: {
      整改措施: '补齐台账，专人负责',
      '追回金额（元）': '1,200.50',
      整改期限: '2026年8月15日',
      整改情况: '已补 12 本',
    },
  });
  const preview = await sent(leader, file);
  expect(outcomes(preview).get(untouched)).toBeUndefined();
  expect(outcomes(preview).get(changed)).toMatchObject({
    state: 'waiting',
    message: null,
    changes: [
      { label: '整改期限', from: '2026-08-01', to: '2026年8月15日' },
      { label: '整改措施', from: '', to: '补齐台账，专人负责' },
      { label: '整改情况', from: '', to: '已补 12 本' },
      { label: '追回金额（元）', from: '0', to: '1,200.50' },
    ],
  });
  expect((await itemOf(changed)).revision).toBe(1);

  expect(outcomes(await applied(leader, preview.id)).get(changed)?.state).toBe('done');
  const item = await itemOf(changed);
  expect(item).toMatchObject({
    state: 'rectifying',
    dueDay: '2026-08-15',
    measures: '补齐台账，专人负责',
    proof: '已补 12 本',
    recoveredFen: 120_050,
    revision: 3,
    unbroken: true,
  });
  expect(item.steps.map(({ kindLabel }) => kindLabel)).toEqual(['登记', '报告进展', '调整期限']);
  expect(item.steps.at(-1)?.lines).toContainEqual({ label: '理由', text: reason });
  expect((await itemOf(untouched)).revision).toBe(1);

  // The same file again, and applied again: done once.
  const again = await sent(leader, file);
  expect([again.id, outcomes(again).get(changed)?.state]).toEqual([preview.id, 'done']);
  await applied(leader, again.id);
  expect((await itemOf(changed)).revision).toBe(3);
  const audited = await rows(
    fixture.pool,
    z.object({ action: z.string(), object: z.string() }),
    `SELECT action, object FROM access_audit WHERE succeeded AND (action = 'import-ledger' OR object LIKE '%' || $1 || '/step/%')`,
    [changed],
  );
  expect(audited.filter(({ action }) => action === 'take-rectification-step')).toHaveLength(3);
  expect(audited).toContainEqual({
    action: 'import-ledger',
    object: expect.stringMatching(new RegExp(`^rectification-import/${preview.id}@[0-9a-f]{64}$`)),
  });
});

test('a stale row is refused with what was done since, also where it became so after the preview', async () => {
  const [before, between] = [await registered('制度没有上墙'), await registered('合同没有归档')];
  const file = await filled({ [before]: { 整改措施: '按表格填的措施' }, [between]: { 整改措施: '按表格填的措施' } });
  const step = { step: 'progress', measures: '网页上填的措施' };
  const take = (id: string) => leader.post(`/api/rectifications/${id}/steps`, { revision: 1, step });
  expect((await take(before)).status).toBe(200);
  const preview = await sent(leader, file);
  expect(outcomes(preview).get(before)).toMatchObject({
    state: 'refused',
    message: expect.stringMatching(/^导出以后又办理过：.*“报告进展”。请重新导出/),
  });
  expect(outcomes(preview).get(between)?.state).toBe('waiting');
  expect((await take(between)).status).toBe(200);
  expect(outcomes(await applied(leader, preview.id)).get(between)).toMatchObject({
    state: 'refused',
    message: expect.stringContaining('已于'),
  });
  expect((await itemOf(between)).measures).toBe('网页上填的措施');
});

test('refused line by line, with the reason: other columns, amounts, days, personal data, steps that the person may not take', async () => {
  const ids = {
    locked: await registered('问题甲乙'),
    amount: await registered('问题丙丁'),
    day: await registered('问题戊己'),
    personal: await registered('问题庚辛'),
    due: await registered('问题壬癸'),
  };
  const file = await filled({
    [ids.locked]: { 问题: '改了问题', 整改措施: '措施一' },
    [ids.amount]: { 整改措施: '措施一', '追回金额（元）': '很多' },
    [ids.day]: { 整改期限: '尽快' },
    [ids.personal]: { 整改措施: '请联系 13705104826 办理' },
    [ids.due]: { 整改期限: '2026-09-01' },
  });
  const messages = outcomes(await sent(analyst, file));
  const of = (id: string) => [messages.get(id)?.state, messages.get(id)?.message];
  expect(of(ids.locked)).toEqual(['refused', expect.stringContaining('“问题”不能用表格修改')]);
  expect(of(ids.amount)).toEqual(['refused', expect.stringContaining('“追回金额（元）”请填写数字')]);
  expect(of(ids.day)).toEqual(['refused', expect.stringContaining('整改期限')]);
  expect(of(ids.personal)).toEqual(['refused', expect.stringContaining('措施')]);
  expect(JSON.stringify(messages.get(ids.personal))).not.toContain('13705104826');
  // Only who manages supervision moves a deadline.
  expect(of(ids.due)).toEqual(['refused', expect.stringContaining('您的角色不能“调整期限”')]);
  expect(outcomes(await sent(leader, file)).get(ids.due)?.state).toBe('waiting');
});

test('what lies out of reach is not there, and an import is its maker’s alone', async () => {
  const far = await registered('外乡的问题', '320921200');
  const file = await filled({ [far]: { 整改措施: '越权的措施' } });
  const preview = await sent(townsman, file);
  expect(outcomes(preview).get(far)).toMatchObject({
    state: 'refused',
    changes: [],
    message: expect.stringContaining('没有这项整改'),
  });
  for (const step of ['apply', 'cancel'])
    expect((await leader.post(`/api/rectification-imports/${preview.id}/${step}`, {})).status).toBe(404);
  expect((await leader.get(`/api/rectification-imports/${preview.id}`)).status).toBe(404);
});

test('what was stopped is not applied until the same file is sent again', async () => {
  const id = await registered('停止的问题');
  const file = await filled({ [id]: { 整改措施: '停止以后的措施' } });
  const preview = await sent(leader, file);
  expect((await leader.post(`/api/rectification-imports/${preview.id}/cancel`, {})).status).toBe(200);
  expect((await leader.post(`/api/rectification-imports/${preview.id}/apply`, {})).status).toBe(409);
  expect((await itemOf(id)).revision).toBe(1);
  const again = await sent(leader, file);
  expect(outcomes(await applied(leader, again.id)).get(id)?.state).toBe('done');
});
