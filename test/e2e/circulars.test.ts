import { builtInCatalogue } from '@tianyan/contracts';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  ANALYST,
  COUNTY_NOW_MS,
  LEADER,
  startConsole,
  type ConsoleFixture,
} from '../../apps/console/src/testing/console-fixture.js';
import { returnedOften } from '../../apps/console/src/testing/planted-finding.js';
import { writeRecords } from '../../apps/console/src/testing/records.js';
import { keepScreenshot, openBrowser } from './browser.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

/** A machine that runs the whole suite may need so long for one answer. */
const STEP_MS = 30_000;
const WATER = { account: 'shuiwu', password: 'Liaison-2026-xyz', code: 'WATER', name: '县水务局', systems: 15 };
const ROADS = { account: 'jiaotong', password: 'Liaison-2026-xyz', code: 'ROADS', name: '县交通局', systems: 8 };
const UNITS = [WATER, ROADS];
const TITLE = '关于同一件工单五次退回的通报';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');

let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;
let circularId = '';

beforeAll(async () => {
  fixture = await startConsole({ webDirectory: join(import.meta.dirname, '../../apps/web/dist') });
  const units = UNITS.map(({ code, name }) => ({
    id: code,
    atMs: COUNTY_NOW_MS,
    raw: '{}',
    fields: { unitId: code, name, kind: 'department' },
  }));
  await writeRecords(fixture.warehouse, builtInCatalogue.get('directory.unit'), units, '');
  await fixture.storeFindings([returnedOften('GD-1', { orderId: 'GD-1', unitId: 'WATER', townshipCode: '370000001' }, 5)]);
  for (const { account, password, code, name } of UNITS) {
    const role = { role: 'unit-liaison', townshipCodes: null, unitCodes: [code], mustChangePassword: false } as const;
    await fixture.users.create({ account, password, ...role, displayName: `${name}联络员` });
  }
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
  page.setDefaultTimeout(STEP_MS);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
});

const be = (person: { account: string; password: string }) => visitor.become(fixture.baseUrl, person);

const dialog = () => page.getByRole('dialog');
const write = (label: string | RegExp, text: string) => dialog().getByLabel(label, { exact: true }).fill(text);
const standsAt = (state: string) => page.locator('article > header').getByText(state, { exact: true }).waitFor();
const openCircular = (base: string) => page.goto(`${fixture.baseUrl}/${base}/${circularId}`);

/** Presses what is offered, gives what is asked for, and sees it done. */
async function take(offered: string, label: string, fill: () => Promise<void> = async () => undefined): Promise<void> {
  await visitor.press(page.getByRole('button', { name: offered, exact: true }), (timeout) => dialog().waitFor({ timeout }));
  await fill();
  await visitor.press(dialog().getByRole('button', { name: `确认${label}` }), (timeout) =>
    dialog().waitFor({ state: 'hidden', timeout }),
  );
}

/** Asks as whoever is signed in at the page, which has shown the first of many. */
const asked = (path: string, body: object) =>
  page.evaluate(
    async ([to, json]) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`/api/${to}`, { method: 'POST', headers, body: json });
      return { status: response.status, body: (await response.json()) as unknown };
    },
    [path, JSON.stringify(body)] as const,
  );

const handedIn = (improvementId: string) =>
  page.evaluate(
    async ([id, fileId]) => {
      const form = new FormData();
      form.set('id', fileId);
      form.set('file', new Blob(['%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n']), '制度.pdf');
      return (await fetch(`/api/assignments/improvements/${id}/files`, { method: 'POST', body: form })).status;
    },
    [improvementId, crypto.randomUUID()] as const,
  );

interface Reported {
  improvements: readonly { id: string; revision: number; state: string; files: readonly unknown[] }[];
}

/** The first is reported on the page, with its document; the others the same way without looking. */
async function reportAll({ code, systems }: (typeof UNITS)[number]): Promise<void> {
  await take('报送制度', '报送制度', async () => {
    await write('制度名称', '工单退回复核办法');
    await write('文号', `${code}发〔2026〕1号`);
    await write('印发日期', '2026-06-20');
  });
  const list = page.getByRole('list', { name: '建章立制' });
  await list.getByText('工单退回复核办法').waitFor();
  await list.locator('summary').click();
  await list.locator('input[type=file]').first().setInputFiles({ name: '办法.pdf', mimeType: 'application/pdf', buffer: PDF });
  await list.getByText('办法.pdf').first().waitFor();
  await list.getByText(/佐证附件 1 个/).waitFor();
  for (let no = 2; no <= systems; no++) {
    const body = {
      unitCode: code,
      name: `制度之${no}`,
      documentNumber: `${code}发〔2026〕${no}号`,
      documentDay: '2026-06-20',
      kind: 'amended',
    };
    const answer = await asked(`assignments/circulars/${circularId}/improvements`, body);
    expect(answer.status).toBe(200);
    const bare = (answer.body as Reported).improvements.filter(({ files }) => files.length === 0);
    for (const { id } of bare) expect(await handedIn(id)).toBe(200);
  }
}

/** The tests are one story, in order: each starts where the one before ended. */
describe('two units are told of five returns, and improve 23 systems', () => {
  test('an analyst drafts a circular from a finding; what names people is refused', async () => {
    await be(ANALYST);
    await page.goto(`${fixture.baseUrl}/findings`);
    await page.getByRole('list', { name: '疑点列表' }).getByRole('link').first().click();
    await visitor.press(page.getByRole('button', { name: '发通报' }), (timeout) => dialog().waitFor({ timeout }));
    await write('标题', TITLE);
    await write('正文', '同一件工单五次退回，来电人电话 13812345678。');
    await dialog().getByRole('combobox', { name: '通报的单位' }).click();
    for (const { name } of UNITS) await page.getByTitle(name, { exact: true }).last().click();
    // Closes what there is to choose from.
    await dialog().getByLabel('标题').click();
    await write(/^报送建章立制期限/, '10');
    const confirm = dialog().getByRole('button', { name: '确认发通报' });
    await visitor.press(confirm, (timeout) =>
      dialog()
        .getByText(/138\*{4}5678/)
        .waitFor({ timeout }),
    );
    await write('正文', '县水务局、县交通局对同一件工单五次退回，延误办理。请举一反三，建章立制。');
    await visitor.press(confirm, (timeout) => page.waitForURL(/\/circulars\//, { timeout }));
    await standsAt('待签发');
    circularId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  });

  test('a leader issues it', async () => {
    await be(LEADER);
    await openCircular('circulars');
    await take('签发', '签发');
    await standsAt('已印发');
    await page.getByRole('heading', { name: '通报〔2026〕0001号', level: 1 }).waitFor();
  });

  test('the liaison of one unit reads it with a phone in hand, and reports fifteen', async () => {
    await page.setViewportSize(PHONE);
    await be(WATER);
    await page.getByRole('list', { name: '通报' }).getByRole('link').click();
    await page.getByRole('button', { name: '已阅', exact: true }).click();
    await page.getByText('本单位已阅。').waitFor();
    await reportAll(WATER);
    await page.reload();
    await page.getByText('报送 15 项，计入 0 项').waitFor();
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'assigned-circular-phone');
    await take('报送完毕', '报送完毕');
    expect(await page.getByText(/GD-1|李芬|陈伟/).count()).toBe(0);
    await page.setViewportSize(SCREEN);
  });

  test('the other reports eight, and sees nothing of the first', async () => {
    await be(ROADS);
    await openCircular('assignments/circulars');
    await reportAll(ROADS);
    await page.reload();
    await page.getByText('报送 8 项，计入 0 项').waitFor();
    expect(await page.getByText(/WATER发/).count()).toBe(0);
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    await page.route('**/files', async (route) => (await held, route.continue()), { times: 1 });
    const list = page.getByRole('list', { name: '建章立制' });
    await list.locator('summary').first().click();
    await list.locator('input[type=file]').first().setInputFiles({ name: '补充.pdf', mimeType: 'application/pdf', buffer: PDF });
    // Reported, it takes no file any more: the one on its way would be refused.
    await page.getByRole('button', { name: '报送完毕', exact: true }).click();
    const confirm = dialog().getByRole('button', { name: '确认报送完毕' });
    await dialog().getByText('还有 1 个附件没有传上去').waitFor();
    expect(await confirm.isDisabled()).toBe(true);
    letGo();
    await visitor.press(confirm, (timeout) => dialog().waitFor({ state: 'hidden', timeout }));
  });

  test('the analyst checks them; with the last one the circular is closed, with 23', async () => {
    await be(ANALYST);
    await visitor.openFromMenu('通报');
    await page.getByRole('table', { name: '通报' }).getByRole('link').first().click();
    await page.getByText('共报送 23 项，核对计入 0 项').waitFor();
    const found = await page.evaluate(async (id) => (await fetch(`/api/circulars/${id}`)).json() as Promise<unknown>, circularId);
    const [first, last, ...others] = (found as Reported).improvements.toSorted((a, b) => a.id.localeCompare(b.id));
    for (const { id, revision } of [first, ...others].flatMap((one) => one ?? []))
      expect((await asked(`improvements/${id}/steps`, { revision, step: { step: 'count' } })).status).toBe(200);
    expect(last?.state).toBe('reported');
    await page.reload();
    await page.getByText('共报送 23 项，核对计入 22 项').waitFor();
    const count = page.getByRole('button', { name: /^核对计入 / });
    await visitor.press(count, (timeout) => dialog().waitFor({ timeout }));
    await visitor.press(dialog().getByRole('button', { name: '确认核对计入' }), (timeout) =>
      dialog().waitFor({ state: 'hidden', timeout }),
    );
    await standsAt('已办结');
    await page.getByText('已计入 23 项').waitFor();
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await page.evaluate(() => window.scrollTo(0, 0));
    await keepScreenshot(page, 'circular');
    await page.setViewportSize(PHONE);
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'circular-phone');
    // The text that was refused is answered 400, which the browser notes.
    expect(visitor.complaints.filter((complaint) => !complaint.includes('400'))).toEqual([]);
  });
});
