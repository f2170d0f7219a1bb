import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { toChinaMinute } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import exceljs from 'exceljs';
import { z } from 'zod';
import type { ApiClient } from '../testing/api-client.js';
import {
  ADMINISTRATOR,
  ANALYST,
  AUDITOR,
  COUNTY_NOW_MS,
  LEADER,
  startConsole,
  type ConsoleFixture,
} from '../testing/console-fixture.js';
import { markJudged } from '../testing/judged-rules.js';
import { EXPORTED_LISTS } from './list-export-controllers.js';

const FORMULA = '=HYPERLINK("http://x","y")';
const PHONE = '13705104826';
const reason = '季度督查核对';
let fixture: ConsoleFixture;
let analyst: ApiClient;

beforeAll(async () => {
  fixture = await startConsole();
  analyst = await fixture.signedIn(ANALYST);
  await fixture.storeFindings([
    {
      ruleId: 'order-ping-pong',
      scope: 'O1',
      hit: true,
      occurredAtMs: COUNTY_NOW_MS,
      dueAtMs: null,
      evidence: [],
      figures: { returns: 3 },
      subjects: { unitId: FORMULA, townshipCode: '320921100' },
    },
  ]);
  for (const [unitCode, problem] of [
    ['U1', `${FORMULA} 台账不全`],
    ['U2', '公示不及时'],
  ]) {
    const body = { unitCode, townshipCode: '320921100', problem, responsible: '陈大同', dueDay: '2026-08-01' };
    expect((await analyst.post('/api/rectifications', body)).status).toBe(200);
  }
});
afterAll(() => fixture.stop());

async function sheetOf(client: ApiClient, path: string) {
  const response = await fetch(`${fixture.baseUrl}/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: fixture.baseUrl, cookie: client.cookie ?? '' },
    body: JSON.stringify({ reason }),
  });
  expect([path, response.status]).toEqual([path, 200]);
  const workbook = new exceljs.Workbook();
  // The type of the library is of an older Node.
  await workbook.xlsx.load(Buffer.from(await response.arrayBuffer()) as unknown as ArrayBuffer);
  const [cover = [], sheet = []] = workbook.worksheets.map((one) =>
    one.getSheetValues().flatMap((row) => (Array.isArray(row) ? [row.slice(1)] : [])),
  );
  return { cover, sheet };
}

test('a list leaves narrowed like the page, covered, as texts alone; who, when and what stand on its cover, why on record', async () => {
  const { cover, sheet } = await sheetOf(analyst, 'rectifications/export?unit=U1');
  const [head, row, ...more] = sheet;
  expect(more).toEqual([]);
  const cell = (title: string): unknown => row?.[(head ?? []).indexOf(title)];
  expect(cell('问题')).toBe(`'${FORMULA} 台账不全`);
  expect(cell('责任人')).toBe('陈**');
  expect(cell('版本')).toBe(1);
  expect(cell('追回金额（元）')).toBe(0);
  expect(cover).toContainEqual(['筛选条件', expect.stringContaining('单位：')]);
  // Units get this one, to fill it in.
  expect(JSON.stringify(cover)).not.toContain(reason);
  expect((await sheetOf(analyst, 'letters/export')).cover).toContainEqual(['理由', reason]);
  expect(cover).toContainEqual(['整改台账（行）', '1']);
  const audited = await rows(
    fixture.pool,
    z.object({ actor_account: z.string(), object: z.string(), reason: z.string() }),
    "SELECT actor_account, object, reason FROM access_audit WHERE action = 'export-ledger' AND succeeded",
    [],
  );
  expect(audited).toContainEqual({ actor_account: ANALYST.account, object: 'export/rectifications', reason });
});

test('every list of the table leaves for somebody, and by nobody without a reason', async () => {
  const clients = await Promise.all([LEADER, ADMINISTRATOR, AUDITOR].map((person) => fixture.signedIn(person)));
  for (const { path, columns } of EXPORTED_LISTS) {
    const asked = `${path}/export${path === 'scorecards' ? '?kind=township' : ''}`;
    const statuses = await Promise.all(clients.map(async (client) => (await client.post(`/api/${asked}`, {})).status));
    expect([path, statuses.includes(400)]).toEqual([path, true]);
    const client = clients[statuses.indexOf(400)];
    if (!client) throw new Error(path);
    const { sheet } = await sheetOf(client, asked);
    expect(sheet[0]).toEqual(columns.map(({ title }) => title));
  }
});

test('scorecards say on their cover of when the numbers are, and that rules are still judged for the first time', async () => {
  const asked = 'scorecards/export?kind=township';
  const before = (await sheetOf(analyst, asked)).cover;
  expect(before).toContainEqual(['数字截至', toChinaMinute(COUNTY_NOW_MS)]);
  expect(before).toContainEqual(['注意', expect.stringMatching(/^有 1 条规则（共 1 条）正在首次研判/)]);
  await markJudged(fixture.pool);
  fixture.machineClock.advanceBy(120_000);
  expect((await sheetOf(analyst, asked)).cover.map(([label]) => label)).not.toContain('注意');
});

test('people and grants say which classes of problems each may see', async () => {
  const limited = { account: 'sun.lei', displayName: '孙类', role: 'analyst', townshipCodes: null } as const;
  const password = { password: 'Classes-2026-xyz', mustChangePassword: false };
  await fixture.users.create({ ...limited, ...password, problemClasses: ['不作为', '乱作为'] });
  const leader = await fixture.signedIn(LEADER);
  const { sheet } = await sheetOf(leader, 'people/export');
  const [head = [], ...people] = sheet;
  const column = head.indexOf('问题类别');
  const classesOf = (account: string): unknown => people.find((row) => row.includes(account))?.[column];
  expect([classesOf('sun.lei'), classesOf(ANALYST.account)]).toEqual(['不作为、乱作为', '全部']);
  expect((await sheetOf(leader, 'grants/export')).sheet[0]).toEqual(expect.arrayContaining(['问题类别', '原来的问题类别']));
});

test('what a list covers stays covered in the file', async () => {
  await analyst.post('/api/search', { text: PHONE });
  const auditor = await fixture.signedIn(AUDITOR);
  const { sheet } = await sheetOf(auditor, 'audit/export?account=' + encodeURIComponent(ANALYST.account));
  expect(sheet.length).toBeGreaterThan(1);
  expect(JSON.stringify(sheet)).not.toContain(PHONE);
});
