import { clueDetailSchema, findingListSchema, type StepRequest } from '@tianyan/console-app/api';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { verifyBundle } from '@tianyan/dossier';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { ApiClient } from '../../apps/console/src/testing/api-client.js';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../../apps/console/src/testing/console-fixture.js';
import { returnedOften } from '../../apps/console/src/testing/planted-finding.js';
import { openBrowser } from './browser.js';
import { PAGE_MS, Visitor } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

/** A machine that runs the whole suite may need so long for one answer. */
const STEP_MS = 30_000;
const PEOPLE = 73;
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');

let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;
let clueId = '';

beforeAll(async () => {
  fixture = await startConsole({ webDirectory: join(import.meta.dirname, '../../apps/web/dist') });
  await fixture.storeFindings([returnedOften('GD-1', { unitId: 'U1', townshipCode: '320921100' })]);
  const analyst = await fixture.signedIn(ANALYST);
  clueId = await cluePeopled(analyst, await fixture.signedIn(LEADER));
  await handIn(analyst, '谈话记录.pdf');
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
  page.setDefaultTimeout(STEP_MS);
  await page.goto(fixture.baseUrl);
  await visitor.tryPassword(ANALYST.account, ANALYST.password);
  await page.getByRole('button', { name: /账号菜单/ }).waitFor();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
});

/** A clue with as many people by the first form, by the way of the console. */
async function cluePeopled(analyst: ApiClient, leader: ApiClient): Promise<string> {
  const { items } = findingListSchema.parse((await analyst.get('/api/findings')).body);
  const findingIds = items.map(({ id }) => id);
  let clue = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds, reason: '核对属实' })).body);
  const take = async (client: ApiClient, step: StepRequest) => {
    const { status, body } = await client.post(`/api/clues/${clue.id}/steps`, { revision: clue.revision, step });
    expect([step.step, status]).toEqual([step.step, 200]);
    clue = clueDetailSchema.parse(body);
  };
  await take(leader, { step: 'assign', assigneeId: fixture.analyst.id });
  await take(analyst, { step: 'verify', verdict: 'confirmed', report: '情况属实' });
  await take(analyst, { step: 'propose', disposal: 'talk-or-letter', reason: '一般性问题' });
  await take(leader, { step: 'approve' });
  for (let number = 1; number <= PEOPLE; number++)
    await take(analyst, { step: 'add-person', name: `陈第${number}`, unit: '东河镇' });
  for (const { id: personId } of clue.people)
    await take(analyst, { step: 'set-form', personId, form: 'first', measure: '提醒谈话' });
  return clue.id;
}

async function handIn(client: ApiClient, name: string): Promise<void> {
  const form = new FormData();
  form.set('id', randomUUID());
  form.set('file', new Blob([new Uint8Array(PDF)]), name);
  const headers = { origin: fixture.baseUrl, cookie: client.cookie ?? '' };
  const { status } = await fetch(`${fixture.baseUrl}/api/clues/${clueId}/files`, { method: 'POST', headers, body: form });
  expect(status).toBe(200);
}

test('the page shows the 73 people by the first form, in its table and in its chart', async () => {
  await page.goto(`${fixture.baseUrl}/statistics?from=2026-07-01&to=2026-07-31`);
  const row = page.getByRole('row', { name: /^第一种形态 73$/ });
  await row.waitFor();
  await page.getByRole('img', { name: /^四种形态：第一种形态 73 人/ }).waitFor();
  await page.getByRole('img', { name: /^各月发现的疑点：2026-07 1 条$/ }).waitFor();
  expect(await visitor.accessibilityFaults()).toEqual([]);
});

test('the dialog says which files the dossier will hold, and the dossier holds them', async () => {
  await page.goto(`${fixture.baseUrl}/clues/${clueId}`);
  const dialog = page.getByRole('dialog');
  await visitor.press(page.getByRole('button', { name: '导出卷宗' }), (timeout) => dialog.waitFor({ timeout }));
  await dialog.getByText('附件：一个也不含').waitFor();
  await dialog.getByText(/^不含 谈话记录\.pdf（附件无法遮蔽/).waitFor();
  await dialog.getByRole('checkbox').check();
  await dialog.getByText(/^附件：含 1 个，共 1 KB/).waitFor();
  await dialog.getByLabel('理由').fill('移送审查调查室');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: '导出', exact: true }).click(),
  ]);
  expect(await verifyBundle(await download.path())).toMatchObject({ intact: true, attachments: { contained: 1, named: 0 } });
});

test('whoever names somebody of a known name is shown who that is, says that it is the same person, and finds both entries on one page', async () => {
  await page.goto(`${fixture.baseUrl}/clues/${clueId}`);
  const dialog = page.getByRole('dialog', { name: '登记涉及人员' });
  const open = page.getByRole('region', { name: '办理', exact: true }).getByRole('button', { name: '登记涉及人员', exact: true });
  await visitor.press(open, (timeout) => dialog.waitFor({ timeout }));
  await dialog.getByLabel('姓名', { exact: true }).fill('陈第1');
  await dialog.getByLabel('单位', { exact: true }).fill('西河镇');
  const same = dialog.getByRole('radio', { name: /^同一人：东河镇/ });
  await visitor.press(dialog.getByRole('button', { name: '核对同名' }), (timeout) => same.waitFor({ timeout }));
  expect(await visitor.accessibilityFaults()).toEqual([]);
  // Another name is asked about anew.
  await dialog.getByLabel('姓名', { exact: true }).fill('陈第2');
  await same.waitFor({ state: 'detached' });
  await dialog.getByLabel('姓名', { exact: true }).fill('陈第1');
  await visitor.press(dialog.getByRole('button', { name: '核对同名' }), (timeout) => same.waitFor({ timeout }));
  await visitor.choose(same);
  await visitor.press(dialog.getByRole('button', { name: '确认登记涉及人员' }), (timeout) =>
    dialog.waitFor({ state: 'hidden', timeout }),
  );
  const entry = page.getByRole('region', { name: '涉及人员' }).getByRole('listitem').filter({ hasText: '西河镇' });
  await entry.getByRole('link').click();
  const entries = page.getByRole('region', { name: '登记和形态' }).getByRole('listitem');
  await entries.filter({ hasText: '西河镇' }).waitFor();
  await entries.filter({ hasText: '东河镇' }).waitFor();
  expect(await entries.count()).toBe(2);
});
