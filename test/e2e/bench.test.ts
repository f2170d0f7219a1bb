import { clueDetailSchema, findingListSchema, timelineSchema, type FindingSummary } from '@tianyan/console-app/api';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { keepScreenshot, openBrowser } from './browser.js';
import { startProduct, type RunningProduct } from './start-product.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

/** The first start loads a year of history before findings appear. */
const FIRST_FINDING_MS = 300_000;
const LOOK_AGAIN_MS = 2_000;
const TOWNSHIP_NAME = /(镇|乡|街道|开发区)$/;

jest.setTimeout(3 * PAGE_MS);

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
let page: Page;
let finding: FindingSummary | undefined;
let orderId = '';

beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
  await page.goto(product.url);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const ordered = ({ subjects, confidential }: FindingSummary) =>
  confidential ? undefined : subjects.find(({ kind }) => kind === 'orderId')?.code;

async function isPlaced(code: string): Promise<boolean> {
  const answer: unknown = await (await page.request.get(`${product.url}/api/timelines/order/${code}`)).json();
  return timelineSchema.parse(answer).places.some(({ kind, hasPage }) => kind === 'township' && hasPage);
}

/** What is half faded in or out under the mouse has no contrast yet. */
async function isStill(): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

async function isUsable(): Promise<void> {
  await isStill();
  expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
}

/** The tests are one visit, in order: each starts where the one before ended. */
describe('a day begins', () => {
  test(
    'an analyst has nothing in hand yet, and registers a clue',
    async () => {
      await visitor.signInFirst('analyst', product.firstPassword('analyst'));
      await visitor.becomesTrue(async () => {
        const answer: unknown = await (await page.request.get(`${product.url}/api/findings?status=open&limit=200`)).json();
        finding = findingListSchema.parse(answer).items.find((item) => ordered(item) !== undefined);
        // The directory of places loads beside the orders: names, and what leads to their pages, are there when it is.
        if (finding !== undefined && !(await isPlaced(ordered(finding) ?? ''))) finding = undefined;
        if (finding === undefined) await page.waitForTimeout(LOOK_AGAIN_MS);
        return finding !== undefined;
      }, FIRST_FINDING_MS);
      await product.slowDown();
      if (!finding) throw new Error('no finding about an order');
      orderId = ordered(finding) ?? '';
      await visitor.openFromMenu('工作台');
      await visitor.region('我承办的').getByText('手上没有线索').waitFor();
      const registered = await page.request.post(`${product.url}/api/clues`, {
        data: { findingIds: [finding.id] },
        headers: { origin: product.url },
      });
      expect(clueDetailSchema.parse(await registered.json()).state).toBe('registered');
    },
    FIRST_FINDING_MS + PAGE_MS,
  );

  test('looks for an order by its number, with the key for it', async () => {
    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: '搜索编号、名称' }).fill(orderId);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '搜索', level: 1 }).waitFor();
    const hit = visitor.region('工单').getByRole('link', { name: new RegExp(`^${orderId}`) });
    await hit.waitFor();
    await visitor.region('疑点').getByRole('link').first().waitFor();
    await keepScreenshot(page, 'search');
    await isUsable();
    await hit.click();
  });

  test('reads all that is known of the order on one time axis', async () => {
    await page.getByRole('heading', { name: `工单 ${orderId}`, level: 1 }).waitFor();
    await visitor.region('时间轴').getByRole('listitem').first().waitFor();
    await visitor
      .region('有关线索')
      .getByRole('link', { name: /^线索〔/ })
      .waitFor();
    await keepScreenshot(page, 'timeline');
    await isUsable();
    await page.setViewportSize(PHONE);
    await isUsable();
    await keepScreenshot(page, 'timeline-phone');
    await page.setViewportSize(SCREEN);
    await visitor.region('有关疑点').getByRole('link').first().click();
    await visitor.region('证据时间线').waitFor();
    // And back by the number, which leads there from evidence too.
    await visitor.region('要点').getByRole('link', { name: orderId, exact: true }).first().click();
    await page.getByRole('heading', { name: `工单 ${orderId}`, level: 1 }).waitFor();
  });

  test('goes on to the township, and reads a month of it day by day', async () => {
    const related = visitor.region('相关');
    await related.getByRole('link').first().waitFor();
    // Said before the click: one that waits in vain does not say what stands there.
    expect(await related.getByRole('link').allInnerTexts()).toContainEqual(expect.stringMatching(TOWNSHIP_NAME));
    await related.getByRole('link', { name: TOWNSHIP_NAME }).first().click();
    const axis = visitor.region('时间轴');
    await axis.getByRole('list', { name: '各日' }).getByRole('region').first().waitFor();
    await axis
      .getByRole('button', { name: / 的记录$/ })
      .first()
      .click();
    await axis
      .getByRole('list', { name: / 的记录$/ })
      .getByRole('listitem')
      .first()
      .waitFor();
    await keepScreenshot(page, 'place');
    await isUsable();
    await page.setViewportSize(PHONE);
    await isUsable();
    await keepScreenshot(page, 'place-phone');
    await page.setViewportSize(SCREEN);
  });

  test('and sees what the order is related to, opened node by node', async () => {
    await page.goto(`${product.url}/timelines/order/${orderId}`);
    await page.getByRole('link', { name: '关系图' }).click();
    await page.getByRole('heading', { name: `工单 ${orderId}的关系图`, level: 1 }).waitFor();
    const picture = page.getByRole('img', { name: /^关系图/ });
    await picture.locator('svg path').first().waitFor();
    await visitor.region(`工单 ${orderId}`).getByRole('button', { name: /^展开/ }).first().click();
    // A list for each of the two, beside the picture.
    await visitor
      .region(/./)
      .filter({ hasText: /条关系/ })
      .nth(2)
      .waitFor();
    await keepScreenshot(page, 'relations');
    await isUsable();
    await page.setViewportSize(PHONE);
    await isUsable();
    await keepScreenshot(page, 'relations-phone');
    await page.setViewportSize(SCREEN);
  });

  test('what nobody may see is not found, and an order that is not there is told of', async () => {
    await page.goto(`${product.url}/search#${encodeURIComponent('没有这样的编号')}`);
    await page.getByText('没有找到', { exact: true }).waitFor();
    await page.goto(`${product.url}/timelines/order/none`);
    await page.getByText('没有这个编号的工单', { exact: false }).waitFor();
  });

  test('decides on several findings at once, each with the same reason', async () => {
    await page.goto(`${product.url}/findings?status=open`);
    await page.getByRole('button', { name: '选多条一起处理' }).click();
    const choices = page.getByRole('checkbox', { name: /^选择：/ });
    await choices.nth(0).check();
    await choices.nth(1).check();
    await page.getByText('已选 2 条').waitFor();
    await keepScreenshot(page, 'bulk');
    await isUsable();
    await page.getByRole('group', { name: '一起处理' }).getByRole('button', { name: '核实后排除' }).click();
    const dialog = page.getByRole('dialog', { name: '一起排除：2 条' });
    await visitor.choose(dialog.getByRole('radio', { name: /^不属实/ }));
    await dialog.getByLabel('排除理由').fill('已逐条核对台账，退回均在期限内');
    await visitor.press(dialog.getByRole('button', { name: '确认排除' }), (timeout) =>
      dialog.getByText('已处理 2 条，未处理 0 条', { exact: true }).waitFor({ timeout }),
    );
    await dialog.getByRole('button', { name: '知道了' }).click();
    await page.getByText('已选 0 条').waitFor();
  });

  test('asks what a page and a number mean, with the keyboard, and looks it up', async () => {
    await page.getByRole('button', { name: '帮助：疑点', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: '疑点', exact: true }).getByText('不是结论').waitFor();
    await isUsable();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: '帮助：按风险排' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: '按风险排' });
    await dialog.getByText('这条规则过去查实的比例').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await visitor.openFromMenu('帮助');
    await page.getByLabel('查找帮助').fill('豁免');
    await visitor.region('疑点的状态').waitFor();
    await visitor.region('操作日志').waitFor({ state: 'detached' });
    await keepScreenshot(page, 'help');
    await isUsable();
  });

  test('a leader begins with what waits, and goes to it', async () => {
    await visitor.stepAside(product.url);
    await visitor.signInFirst('leader', product.firstPassword('leader'));
    await page.getByRole('link', { name: '我的工作台' }).click();
    const waiting = page.getByRole('table', { name: '等我办的线索' });
    await waiting.getByText('分办', { exact: true }).waitFor();
    await keepScreenshot(page, 'bench');
    await isUsable();
    await page.setViewportSize(PHONE);
    await isUsable();
    await keepScreenshot(page, 'bench-phone');
    await page.setViewportSize(SCREEN);
    await waiting.getByRole('link').first().click();
    await page.getByRole('heading', { name: /^线索〔/, level: 1 }).waitFor();
  });

  test('and hangs the county on the wall', async () => {
    await page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '大屏' }).click();
    await page.getByRole('list', { name: '各乡镇待核实疑点' }).getByRole('listitem').first().waitFor();
    await page.getByText('线索办结率').waitFor();
    await keepScreenshot(page, 'screen');
    await isUsable();
    await page.setViewportSize(PHONE);
    await isUsable();
    await page.setViewportSize(SCREEN);
    await page.getByRole('link', { name: '返回' }).click();
    await page.getByRole('heading', { name: '总览', level: 1 }).waitFor();
  });

  test('and no page complained', () => {
    // Scorecards, also beside a place, say 409 until the year of history is there.
    expect(visitor.complaints.filter((complaint) => !/404|409/.test(complaint))).toEqual([]);
  });
});
