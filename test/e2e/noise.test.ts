import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Evaluation } from '@tianyan/rules';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  ADMINISTRATOR,
  ANALYST,
  COUNTY_NOW_MS,
  startConsole,
  type ConsoleFixture,
} from '../../apps/console/src/testing/console-fixture.js';
import { keepScreenshot, openBrowser } from './browser.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

/** A machine that runs the whole suite may need so long for one answer. */
const STEP_MS = 60_000;
const TOWNSHIP = '370000001';
const FINDINGS = 5;
const BUDGET = 2;

let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;

const evaluationOf = (n: number): Evaluation => ({
  ruleId: 'order-ping-pong',
  scope: `GD-${n + 1}`,
  hit: true,
  occurredAtMs: COUNTY_NOW_MS - n,
  dueAtMs: null,
  evidence: [],
  figures: { returns: n + 3 },
  subjects: { orderId: `GD-${n + 1}`, townshipCode: TOWNSHIP },
});

beforeAll(async () => {
  fixture = await startConsole({ webDirectory: join(import.meta.dirname, '../../apps/web/dist') });
  await fixture.storeFindings(Array.from({ length: FINDINGS }, (_none, n) => evaluationOf(n)));
  const administrator = await fixture.signedIn(ADMINISTRATOR);
  const made = await administrator.post('/api/teams', {
    name: '东镇组',
    townshipCodes: [TOWNSHIP],
    webhookUrl: null,
    minSeverity: 'low',
    memberIds: [fixture.analyst.id],
  });
  expect(made.status).toBeLessThan(300);
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
  page.setDefaultTimeout(STEP_MS);
  await page.goto(fixture.baseUrl);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
});

async function signIn({ account, password }: { account: string; password: string }): Promise<void> {
  await visitor.tryPassword(account, password);
  await page.getByRole('navigation', { name: '主菜单' }).waitFor();
}

const rows = () => page.getByRole('list', { name: '疑点列表' }).getByRole('link');
const shows = (count: number) => visitor.becomesTrue(async () => (await rows().count()) === count, STEP_MS);
const choice = (name: string | RegExp) => page.getByRole('group', { name: '东镇组 本周' }).getByRole('button', { name });

/** The tests are one story, in order: each starts where the one before ended. */
describe('what keeps a queue as long as people can work it off', () => {
  test('an administrator gives a team a weekly budget, and says who hears where nobody acknowledges', async () => {
    await signIn(ADMINISTRATOR);
    await visitor.openFromMenu('监督组');
    await page.getByRole('button', { name: /^修改/ }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^每周名额/).fill(String(BUDGET));
    await dialog.getByRole('checkbox', { name: /超时没有人签收/ }).check();
    // What there is to choose from opens where it can be reached, also for people who asked for less motion.
    await dialog.getByRole('combobox', { name: '第一级告知谁' }).click();
    await page.getByTitle('陈伟', { exact: true }).last().click();
    await dialog.getByLabel('名称').click();
    await dialog.getByRole('button', { name: /保\s*存/ }).click();
    await page.getByText(`${BUDGET} 件，按风险排`).waitFor();
  });

  test('who belongs to it comes to what it has taken on this week, and is told what stands behind', async () => {
    await visitor.stepAside(fixture.baseUrl);
    await signIn(ANALYST);
    await visitor.openFromMenu('疑点');
    await choice(`本周 ${BUDGET} 件`).waitFor();
    await page.waitForURL(/place=week/);
    await page.getByRole('button', { name: `本周 ${BUDGET} 件`, pressed: true }).waitFor();
    await shows(BUDGET);
    await choice(/^排在后面 3 件/).waitFor();
    await keepScreenshot(page, 'own-week');
    await page.setViewportSize(PHONE);
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'own-week-phone');
    await page.setViewportSize(SCREEN);
  });

  test('one click shows what stands behind, another all; an address that says all stays so', async () => {
    await choice(/^排在后面/).click();
    await shows(FINDINGS - BUDGET);
    await choice('全部疑点').click();
    await shows(FINDINGS);
    await page.reload();
    await shows(FINDINGS);
    expect(await choice('全部疑点').getAttribute('aria-pressed')).toBe('true');
    // The menu leads whoever comes anew to the week again.
    await visitor.openFromMenu('疑点');
    await page.waitForURL(/place=week/);
    await shows(BUDGET);
  });

  test('sets aside from a finding: without a document an exception is refused, with it the place goes to the next', async () => {
    await rows().first().click();
    await page.getByRole('button', { name: '今后不再提示' }).click();
    const dialog = page.getByRole('dialog', { name: '今后不再提示' });
    await visitor.choose(dialog.getByRole('radio', { name: /^例外/ }));
    await dialog.getByLabel('理由').fill('县里批准延期办理');
    await dialog.getByRole('button', { name: '确认不再提示' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('依据的文件').fill('县府办〔2026〕5 号');
    await dialog.getByLabel(/^到哪一天/).fill('2026-07-31');
    await dialog.getByRole('button', { name: '确认不再提示' }).click();
    const aside = page.getByRole('region', { name: '已豁免' });
    await aside.getByText(/县里批准延期办理，依据 县府办〔2026〕5 号/).waitFor();
    await aside.getByText('至 2026-07-31').waitFor();
    await visitor.openFromMenu('疑点');
    await choice(/^排在后面 2 件/).waitFor();
    await shows(BUDGET);
    await page.getByRole('button', { name: /^已豁免/ }).waitFor();
  });

  test('sets aside from the rule page what has been found or will be', async () => {
    await page.goto(`${fixture.baseUrl}/rules/order-ping-pong`);
    await page.getByRole('button', { name: '新增豁免' }).click();
    const dialog = page.getByRole('dialog', { name: '新增豁免' });
    await dialog.getByLabel('对象的编号').fill('GD-99');
    await dialog.getByLabel(/^到哪一天/).fill('2026-07-15');
    await dialog.getByLabel('理由').fill('系统切换，七月中补录完');
    await dialog.getByRole('button', { name: '确认豁免' }).click();
    const table = page.getByRole('table', { name: '豁免' });
    await table.getByText(/系统切换，七月中补录完/).waitFor();
    await table.getByText('有效至 2026-07-15').waitFor();
    await table.getByText(/县府办〔2026〕5 号/).waitFor();
  });

  test('dismisses with a class and a reason; the finding keeps the place that was spent on it', async () => {
    await visitor.openFromMenu('疑点');
    await page.waitForURL(/place=week/);
    await shows(BUDGET);
    await rows().first().click();
    await page.getByRole('button', { name: '核实后排除' }).click();
    const dialog = page.getByRole('dialog', { name: '核实后排除' });
    await dialog.getByLabel('排除理由').fill('系统重复推送');
    await dialog.getByRole('button', { name: '确认排除' }).click();
    await dialog.getByText('请选择核实结论').waitFor();
    await visitor.choose(dialog.getByRole('radio', { name: /^数据错误/ }));
    await dialog.getByRole('button', { name: '确认排除' }).click();
    await page.getByRole('region', { name: '经过' }).getByText('系统重复推送').waitFor();
    await visitor.openFromMenu('疑点');
    await choice('本周 1 件').waitFor();
    await choice(/^排在后面 2 件/).waitFor();
    await shows(1);
  });

  test('a member takes note of an alert in the inbox, for the whole team, and its finding shows who it was', async () => {
    await fixture.storeFindings([evaluationOf(FINDINGS + 1)]);
    await visitor.stepAside(fixture.baseUrl);
    await signIn(ANALYST);
    await visitor.openFromMenu('通知');
    await page.getByText('待签收').waitFor();
    await keepScreenshot(page, 'inbox');
    await page.setViewportSize(PHONE);
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'inbox-phone');
    await page.setViewportSize(SCREEN);
    await page.getByRole('button', { name: /^签\s*收$/ }).click();
    await page.getByText(/李芬 已签收/).waitFor();
    await page.getByRole('link', { name: /工单踢皮球/ }).click();
    await page
      .getByRole('region', { name: '预警签收' })
      .getByText(/李芬 已签收/)
      .waitFor();
  });

  test('and no page complained', () => {
    expect(visitor.complaints).toEqual([]);
  });
});
