import { builtInCatalogue } from '@tianyan/contracts';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { chinaDayOf, DAY_MS } from '@tianyan/kernel';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  ANALYST,
  AUDITOR,
  COUNTY_NOW_MS,
  LEADER,
  startConsole,
  type ConsoleFixture,
} from '../../apps/console/src/testing/console-fixture.js';
import { returnedOften } from '../../apps/console/src/testing/planted-finding.js';
import { waterComplaint } from '../../apps/console/src/testing/planted-orders.js';
import { writeRecords } from '../../apps/console/src/testing/records.js';
import { openBrowser } from './browser.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

const STEP_MS = 30_000;
const TOWNSHIP = '370000001';
const DEPUTY = { account: 'zhao.min', password: 'Member-2026-xyz' };
const LIAISON = { account: 'shuiwu', password: 'Liaison-2026-xyz' };
const CAMPAIGN = '7f8f0c1e-5d53-4a0e-8f0e-1a2b3c4d5e51';
const BOTH = '赵敏（代陈伟）';
const reason = '休假，见请假审批';

let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;
let letterId = '';

beforeAll(async () => {
  fixture = await startConsole({ webDirectory: join(import.meta.dirname, '../../apps/web/dist') });
  const unit = { id: 'WATER', atMs: COUNTY_NOW_MS, raw: '{}', fields: { unitId: 'WATER', name: '县水务局', kind: 'department' } };
  await writeRecords(fixture.warehouse, builtInCatalogue.get('directory.unit'), [unit], '');
  const order = {
    id: 'GD-1',
    atMs: COUNTY_NOW_MS - DAY_MS,
    raw: '{}',
    fields: waterComplaint('GD-1', { townshipCode: TOWNSHIP }),
  };
  await writeRecords(fixture.warehouse, builtInCatalogue.get('hotline.order'), [order], '');
  await fixture.storeFindings([returnedOften('GD-1', { orderId: 'GD-1', unitId: 'WATER', townshipCode: TOWNSHIP })]);
  const rest = { townshipCodes: null, mustChangePassword: false } as const;
  await fixture.users.create({ ...LIAISON, ...rest, role: 'unit-liaison', unitCodes: ['WATER'], displayName: '水务局联络员' });
  const made = await fixture.users.create({ ...DEPUTY, ...rest, role: 'team-member', displayName: '赵敏' });
  const analyst = await fixture.signedIn(ANALYST);
  const leader = await fixture.signedIn(LEADER);
  const [fromDay, untilDay] = [chinaDayOf(COUNTY_NOW_MS), chinaDayOf(COUNTY_NOW_MS + 3 * DAY_MS)];
  const asked = await leader.post('/api/delegations', { deputyId: made?.id, fromDay, untilDay, reason });
  await (await fixture.signedIn(AUDITOR)).post(`/api/delegations/${asked.body.id}/confirm`, { reason });
  const findings = (await analyst.get('/api/findings')).body;
  const origin = { kind: 'finding', id: findings.items[0].id };
  const content = { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实。', replyWorkingDays: 5 };
  letterId = (await analyst.post('/api/letters', { origin, content })).body.id;
  const campaign = { id: CAMPAIGN, name: '回访专项', basis: '年度计划', beginsOn: '2026-07-01', endsOn: '2026-07-31' };
  const pick = { by: 'list', orderIds: ['GD-1'] };
  const leadId = fixture.leader.id;
  await leader.post('/api/campaigns', { ...campaign, leadId, pick, checklist: ['虚假办结'], questions: [] });
  await leader.post(`/api/campaigns/${CAMPAIGN}/assignments`, { inspectorIds: [leadId] });
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
  page.setDefaultTimeout(STEP_MS);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
});

test('a deputy issues a letter in the place of the leader, and the page says both names', async () => {
  await visitor.become(fixture.baseUrl, DEPUTY);
  await page.goto(`${fixture.baseUrl}/letters/${letterId}`);
  const section = page.getByRole('region', { name: '代陈伟办理' });
  const offered = section.getByRole('button', { name: '代陈伟：签发', exact: true });
  const dialog = page.getByRole('dialog');
  await visitor.press(offered, (timeout) => dialog.waitFor({ timeout }));
  await visitor.press(dialog.getByRole('button', { name: '确认代陈伟：签发' }), (timeout) =>
    dialog.waitFor({ state: 'hidden', timeout }),
  );
  await page.locator('article > header').getByText('待签收', { exact: true }).waitFor();
  await page.locator('article > header').getByText(BOTH).waitFor();
  expect(await visitor.accessibilityFaults()).toEqual([]);
});

test('the order that was given to the leader is reported by the deputy, with a phone in hand', async () => {
  await page.setViewportSize(PHONE);
  await page.goto(`${fixture.baseUrl}/campaigns`);
  await page.getByText('分给我复查的（含代陈伟复查的）').waitFor();
  await page.getByRole('link', { name: 'GD-1' }).first().click();
  await page.getByRole('heading', { name: '代陈伟：登记结果' }).waitFor();
  await visitor.choose(page.getByRole('radio', { name: '查阅资料' }));
  await page.getByLabel('复查日期').fill('2026-07-01');
  await visitor.choose(page.getByRole('radio', { name: '无问题' }));
  expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
  await page.getByRole('button', { name: '提交结果' }).click();
  await page.getByText(BOTH).first().waitFor();
  await page.setViewportSize(SCREEN);
  expect(visitor.complaints).toEqual([]);
});
