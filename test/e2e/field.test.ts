import { builtInCatalogue } from '@tianyan/contracts';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  ANALYST,
  COUNTY_NOW_MS,
  LEADER,
  startConsole,
  type ConsoleFixture,
} from '../../apps/console/src/testing/console-fixture.js';
import { waterComplaint } from '../../apps/console/src/testing/planted-orders.js';
import { writeRecords } from '../../apps/console/src/testing/records.js';
import { keepScreenshot, openBrowser } from './browser.js';
import { PAGE_MS, PHONE, Visitor } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

/** A machine that runs the whole suite may need so long for one answer. */
const STEP_MS = 30_000;
const MEMBER = { account: 'zhao.min', password: 'Member-2026-xyz' };
const CAMPAIGN = '7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5e77';
const ORDERS = ['GD-101', 'GD-102', 'GD-103', 'GD-104'];
const FOUND = '现场没有维修过的痕迹';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');

let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;
/** Ids of the tasks, by order. */
const tasks = new Map<string, string>();

beforeAll(async () => {
  fixture = await startConsole({ webDirectory: join(import.meta.dirname, '../../apps/web/dist') });
  const atMs = COUNTY_NOW_MS - 86_400_000;
  const orders = ORDERS.map((orderId) => ({
    id: orderId,
    atMs,
    raw: '{}',
    fields: waterComplaint(orderId, { leadUnitId: 'WATER', townshipCode: '370000001' }),
  }));
  await writeRecords(fixture.warehouse, builtInCatalogue.get('hotline.order'), orders, '');
  const role = { role: 'team-member', townshipCodes: null, mustChangePassword: false } as const;
  const inspectorId = (await fixture.users.create({ ...MEMBER, ...role, displayName: '赵敏' }))?.id;
  const leader = await fixture.signedIn(LEADER);
  const campaign = {
    id: CAMPAIGN,
    name: '不实办结专项复查',
    basis: '县纪委 2026 年监督计划',
    beginsOn: '2026-07-01',
    endsOn: '2026-07-31',
    leadId: fixture.analyst.id,
    pick: { by: 'list', orderIds: ORDERS },
    checklist: ['虚假办结'],
    questions: [],
  };
  const opened = await leader.post('/api/campaigns', campaign);
  expect([opened.status, opened.body.message]).toEqual([200, undefined]);
  const analyst = await fixture.signedIn(ANALYST);
  const found = await analyst.get(`/api/campaigns/${CAMPAIGN}/tasks`);
  for (const { id, orderId } of found.body.items) tasks.set(orderId, id);
  const given = await analyst.post(`/api/campaigns/${CAMPAIGN}/assignments`, { inspectorIds: [inspectorId] });
  expect([given.status, given.body.message]).toEqual([200, undefined]);
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
  page.setDefaultTimeout(STEP_MS);
  await page.setViewportSize(PHONE);
  await visitor.become(fixture.baseUrl, MEMBER);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
});

const taskPath = (orderId: string) => `/campaign-tasks/${tasks.get(orderId) ?? ''}`;
const offline = (isOffline: boolean) => page.context().setOffline(isOffline);

async function openTask(orderId: string): Promise<void> {
  await page.goto(`${fixture.baseUrl}${taskPath(orderId)}`);
  await page.getByRole('heading', { name: `工单 ${orderId}`, level: 1 }).waitFor();
}

async function fillIn(words: string): Promise<void> {
  await visitor.choose(page.getByRole('radio', { name: '电话回访' }));
  await page.getByLabel('复查日期', { exact: true }).fill('2026-07-02');
  await visitor.choose(page.getByRole('radio', { name: '无问题' }));
  await page.getByLabel('情况（可不填）', { exact: true }).fill(words);
}

/** Every address in every cache of the origin. */
const cached = () =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return all.flat().map(({ url }) => new URL(url).pathname);
  });

test('it can be installed, and keeps its own files and nothing else', async () => {
  await page.goto(`${fixture.baseUrl}/campaigns`);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const browserOf = await page.context().newCDPSession(page);
  const { errors } = await browserOf.send('Page.getAppManifest');
  const { installabilityErrors } = await browserOf.send('Page.getInstallabilityErrors');
  expect([errors, installabilityErrors]).toEqual([[], []]);
  const worker = await fetch(`${fixture.baseUrl}/sw.js`);
  expect([worker.headers.get('cache-control'), worker.headers.get('content-type')]).toEqual([
    'no-store',
    expect.stringContaining('javascript'),
  ]);
  // What people read there, and what the server answered, is in no cache.
  await openTask('GD-101');
  const kept = await cached();
  expect(kept.length).toBeGreaterThan(20);
  expect(kept.filter((path) => path !== '/index.html' && !path.startsWith('/assets/'))).toEqual([]);
});

test('what is filled in without a network waits to be sent, and the page says so', async () => {
  await openTask('GD-101');
  await offline(true);
  await page.getByText('没有网络，已填内容保存在本机，网络恢复后自动继续。').waitFor();
  await fillIn(FOUND);
  await page.getByRole('button', { name: '提交结果' }).click();
  await page.getByText('待发送 1 条').waitFor();
  await page.getByText('结果已填好，网络恢复后自动发送').waitFor();
  expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
  await keepScreenshot(page, 'field-offline-phone');
});

test('a file goes before the result that waits for it, whatever page is open by then', async () => {
  await page.locator('input[type=file][multiple]').setInputFiles({ name: '现场.pdf', mimeType: 'application/pdf', buffer: PDF });
  await page.getByText('文件已保存在本机').waitFor();
  await page.getByRole('link', { name: '返回专项复查' }).click();
  await page.getByText('待发送 1 条，待上传附件 1 个').waitFor();
  await offline(false);
  await page.getByText('待发送 1 条').waitFor({ state: 'detached' });
  const member = await fixture.signedIn(MEMBER);
  const { body } = await member.get(`/api${taskPath('GD-101')}`);
  // Nothing can be handed in to a result that was reported.
  expect([body.state, body.files.map(({ name }: { name: string }) => name)]).toEqual(['done', ['现场.pdf']]);
});
