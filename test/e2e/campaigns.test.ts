import { builtInCatalogue } from '@tianyan/contracts';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { ApiClient } from '../../apps/console/src/testing/api-client.js';
import {
  ANALYST,
  COUNTY_NOW_MS,
  LEADER,
  startConsole,
  type ConsoleFixture,
} from '../../apps/console/src/testing/console-fixture.js';
import { waterComplaint } from '../../apps/console/src/testing/planted-orders.js';
import { writeRecords, type TestRecord } from '../../apps/console/src/testing/records.js';
import { keepScreenshot, openBrowser } from './browser.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

/** A machine that runs the whole suite may need so long for one answer. */
const STEP_MS = 30_000;
const TOWNSHIP = '370000001';
const MEMBER = { account: 'zhao.min', password: 'Member-2026-xyz' };
const LIAISON = { account: 'shuiwu', password: 'Liaison-2026-xyz' };
const NAME = '不实办结专项复查';
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
const ORDERS = 60;
const PROBLEMS = 7;
const PER_DAY = 10;
/** Of the week before, at the hotline's centre: so many calls were answered at once, late, or not at all. */
const CALLS = { quick: 30, late: 6, abandoned: 4 };

let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;
let campaignPath = '';
let taskPath = '';

beforeAll(async () => {
  fixture = await startConsole({ webDirectory: join(import.meta.dirname, '../../apps/web/dist') });
  const atMs = COUNTY_NOW_MS;
  const unit = { id: 'WATER', atMs, raw: '{}', fields: { unitId: 'WATER', name: '县水务局', kind: 'department' } };
  await writeRecords(fixture.warehouse, builtInCatalogue.get('directory.unit'), [unit], '');
  const orders = Array.from({ length: ORDERS }, (_, i) => ({
    id: `GD-${100 + i}`,
    atMs: atMs - 86_400_000 * (1 + Math.floor(i / PER_DAY)),
    raw: '{}',
    fields: waterComplaint(`GD-${100 + i}`, { leadUnitId: 'WATER', townshipCode: TOWNSHIP }),
  }));
  await writeRecords(fixture.warehouse, builtInCatalogue.get('hotline.order'), orders, '');
  await writeRecords(fixture.warehouse, builtInCatalogue.get('hotline.call'), callsOfLastWeek(), '');
  const role = { role: 'team-member', townshipCodes: null, mustChangePassword: false } as const;
  await fixture.users.create({ ...MEMBER, ...role, displayName: '赵敏' });
  const liaison = { ...LIAISON, role: 'unit-liaison', townshipCodes: null, mustChangePassword: false } as const;
  await fixture.users.create({ ...liaison, displayName: '水务联络员', unitCodes: ['WATER'] });
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

const write = (label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);

function callsOfLastWeek(): TestRecord[] {
  const atMs = COUNTY_NOW_MS - 7 * 86_400_000;
  const calls = [
    ...Array.from({ length: CALLS.quick }, () => ({ outcome: 'answered', waitSeconds: 9 })),
    ...Array.from({ length: CALLS.late }, () => ({ outcome: 'answered', waitSeconds: 40 })),
    ...Array.from({ length: CALLS.abandoned }, () => ({ outcome: 'abandoned', waitSeconds: 75 })),
  ];
  return calls.map((call, i) => ({ id: `HJ-${i}`, atMs, raw: '{}', fields: { callId: `HJ-${i}`, ...call } }));
}

/** Picks from a list: what is typed narrows it, and where it opens below the screen it need not be reached. */
async function pick(label: string, option: string): Promise<void> {
  const field = page.getByRole('combobox', { name: label, exact: true });
  await field.click();
  await field.fill(option);
  await page.getByTitle(option, { exact: true }).waitFor();
  await page.keyboard.press('Enter');
}

async function confirmInDialog(label: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await visitor.press(page.getByRole('button', { name: label, exact: true }), (timeout) => dialog.waitFor({ timeout }));
  await visitor.press(dialog.getByRole('button', { name: `确认${label}` }), (timeout) =>
    dialog.waitFor({ state: 'hidden', timeout }),
  );
}

/** What the member does with all orders but one, without the browser: it is the same each time. */
async function reportOthers(member: ApiClient): Promise<void> {
  const { body } = await member.get('/api/campaign-tasks');
  const waiting = body.items.filter(({ state }: { state: string }) => state === 'assigned');
  const common = { step: 'report', method: 'telephone', onDay: '2026-07-02' };
  for (const [i, { id }] of waiting.entries()) {
    const bad = { ...common, result: 'problem', kinds: ['未联系群众'], words: '群众说没有人联系过', answers: [false] };
    const step = i < PROBLEMS - 1 ? bad : { ...common, result: 'no-problem', answers: [true] };
    expect((await member.post(`/api/campaign-tasks/${id}/steps`, { revision: 1, step })).status).toBe(200);
  }
}

/** The tests are one story, in order: each starts where the one before ended. */
describe('47 orders are looked at again', () => {
  test('a leader sees how many there are, and has 47 of them drawn', async () => {
    await be(LEADER);
    await visitor.openFromMenu('专项复查');
    await page.getByRole('button', { name: '发起专项' }).click();
    await write('名称', NAME);
    await write('依据', '县纪委监委 2026 年监督计划');
    await write('开始日期', '2026-07-01');
    await write('结束日期', '2026-07-07');
    await pick('负责人', '李芬');
    await write('受理日期从', '2026-06-01');
    await write('受理日期到', '2026-06-30');
    await page.getByRole('button', { name: '看看有多少件' }).click();
    await page.getByText('符合条件的工单 60 件').waitFor();
    await page.getByRole('checkbox', { name: /^每周重复/ }).check();
    await page.getByRole('button', { name: '加一题' }).click();
    await write('第 1 题', '承办单位联系过您吗');
    expect(await visitor.accessibilityFaults()).toEqual([]);
    await keepScreenshot(page, 'campaign-opening');
    await page.getByRole('button', { name: '选定工单并发起' }).click();
    await page.getByRole('heading', { name: NAME, level: 1 }).waitFor();
    campaignPath = new URL(page.url()).pathname;
    await visitor.region('怎样选定的').getByText('抽取种子').waitFor();
    // What the hotline's centre did in the week before, beside what is found.
    const centre = visitor.region('上周热线中心');
    await centre.getByText('90.0%（36/40）').waitFor();
    await centre.getByText('83.3%（30/36）').waitFor();
  });

  test('the analyst who leads it gives them to a member', async () => {
    await be(ANALYST);
    await page.goto(`${fixture.baseUrl}${campaignPath}`);
    await pick('复查人员', '赵敏');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '平均分派' }).click();
    await page.getByText('已分派 47 件').waitFor();
  });

  test('the member fills in what was found, with a phone in hand', async () => {
    await page.setViewportSize(PHONE);
    await be(MEMBER);
    await page.goto(`${fixture.baseUrl}/campaigns`);
    const own = page.getByRole('table', { name: '分给我复查的工单' });
    await own.getByRole('link').first().click();
    await page.getByRole('heading', { name: /^工单 GD-/, level: 1 }).waitFor();
    const files = visitor.region('现场照片和材料');
    // A phone offers its camera; a paper is handed in the same way.
    await files.locator('input[type=file][capture]').waitFor({ state: 'attached' });
    await files
      .locator('input[type=file][multiple]')
      .setInputFiles({ name: '现场.pdf', mimeType: 'application/pdf', buffer: PDF });
    await files.getByRole('link', { name: /^现场\.pdf/ }).waitFor();
    await visitor.choose(page.getByRole('radio', { name: '暗访' }));
    await write('复查日期', '2026-07-02');
    await write('地点', '幸福路口');
    await visitor.choose(page.getByRole('radio', { name: '有问题' }));
    await page.getByRole('checkbox', { name: '未到现场' }).check();
    await write('情况', '现场没有维修过的痕迹');
    await visitor.choose(page.getByRole('radio', { name: '否', exact: true }));
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'campaign-task-phone');
    await page.getByRole('button', { name: '提交结果' }).click();
    await page.locator('article > header').getByText('待确认', { exact: true }).waitFor();
    taskPath = new URL(page.url()).pathname;
    await reportOthers(await fixture.signedIn(MEMBER));
    await page.setViewportSize(SCREEN);
  });

  test('each problem is confirmed by the analyst, and goes to the unit', async () => {
    await be(ANALYST);
    await page.goto(`${fixture.baseUrl}${campaignPath}`);
    await visitor.pick(page.getByRole('combobox', { name: '状态' }), page.getByTitle('待确认', { exact: true }));
    const table = page.getByRole('table', { name: '选定的工单' });
    await table
      .getByText('待确认')
      .nth(PROBLEMS - 1)
      .waitFor();
    await table.getByRole('link').first().click();
    await confirmInDialog('确认有问题');
    await visitor.press(page.getByRole('button', { name: '记入整改台账' }), (timeout) =>
      page.getByRole('dialog').waitFor({ timeout }),
    );
    await page.getByRole('dialog').getByLabel('整改期限').fill('2026-08-01');
    await visitor.press(page.getByRole('dialog').getByRole('button', { name: '确认记入整改台账' }), (timeout) =>
      page.getByRole('link', { name: '查看整改事项' }).waitFor({ timeout }),
    );
    const analyst = await fixture.signedIn(ANALYST);
    const { body } = await analyst.get(`/api${campaignPath}/tasks?state=awaiting-confirmation`);
    for (const { id } of body.items)
      expect((await analyst.post(`/api/campaign-tasks/${id}/steps`, { revision: 2, step: { step: 'confirm' } })).status).toBe(
        200,
      );
  });

  test('the unit puts it right, and the leader accepts it', async () => {
    await page.setViewportSize(PHONE);
    await be(LIAISON);
    await page.goto(`${fixture.baseUrl}/assignments`);
    await page.getByRole('link', { name: /未到现场/ }).click();
    await page.getByRole('button', { name: '报告进展', exact: true }).waitFor();
    await keepScreenshot(page, 'campaign-item-phone');
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const liaison = await fixture.signedIn(LIAISON);
    const path = `/api/assignments/rectifications/${id}/steps`;
    const progress = { step: 'progress', measures: '已到现场重办，约谈经办人' };
    expect((await liaison.post(path, { revision: 1, step: progress })).status).toBe(200);
    await page.reload();
    await confirmInDialog('提交验收');
    await page.setViewportSize(SCREEN);
    await be(LEADER);
    await page.goto(`${fixture.baseUrl}/rectifications/${id}`);
    await confirmInDialog('验收销号');
    await page.locator('article > header').getByText('已销号', { exact: true }).waitFor();
    await page.getByRole('link', { name: /^专项复查的工单/ }).click();
    await visitor.region('问题去向').getByRole('link', { name: '查看整改事项' }).waitFor();
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'campaign-task');
  });

  test('another problem becomes a clue, and a letter', async () => {
    await be(ANALYST);
    const analyst = await fixture.signedIn(ANALYST);
    const { body } = await analyst.get(`/api${campaignPath}/tasks?state=done&result=problem`);
    const other = body.items.find(({ id }: { id: string }) => !taskPath.endsWith(id));
    await page.goto(`${fixture.baseUrl}/campaign-tasks/${other?.id}`);
    const dialog = page.getByRole('dialog');
    const outcomes = visitor.region('问题去向');
    await visitor.press(outcomes.getByRole('button', { name: '转为问题线索' }), (timeout) => dialog.waitFor({ timeout }));
    await dialog.getByLabel('理由', { exact: true }).fill('办结材料须查清');
    await visitor.press(dialog.getByRole('button', { name: '确认转为问题线索' }), (timeout) =>
      outcomes.getByRole('link', { name: /^线索〔/ }).waitFor({ timeout }),
    );
    await visitor.press(outcomes.getByRole('button', { name: '发督办函' }), (timeout) => dialog.waitFor({ timeout }));
    await dialog.getByLabel('标题', { exact: true }).fill('关于停水的督办');
    await dialog.getByLabel('正文', { exact: true }).fill('请说明停水工单的办理情况。');
    await visitor.press(dialog.getByRole('button', { name: '确认发督办函' }), (timeout) =>
      outcomes.getByRole('link', { name: '关于停水的督办' }).waitFor({ timeout }),
    );
    await outcomes.getByRole('link', { name: /^线索〔/ }).click();
    await page.getByRole('link', { name: /^专项复查的工单/ }).waitFor();
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'campaign-clue');
  });

  test('the leader sees 7 problems of 47, and ends the campaign', async () => {
    await be(LEADER);
    await page.goto(`${fixture.baseUrl}${campaignPath}`);
    await visitor.region('结果').getByText('14.9%（7/47）').waitFor();
    const asked = visitor.region('承办单位联系过您吗');
    await asked.getByText('47 人回答').waitFor();
    expect(await asked.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^是\s*40$/),
      expect.stringMatching(/^否\s*7$/),
    ]);
    await confirmInDialog('结束复查');
    await page.locator('article > header').getByText('已结束', { exact: true }).waitFor();
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'campaign');
    await page.setViewportSize(PHONE);
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'campaign-phone');
    expect(visitor.complaints).toEqual([]);
  });
});
