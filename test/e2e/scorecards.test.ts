import { findingListSchema, scorecardListSchema, scorecardSchema } from '@tianyan/console-app/api';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { keepScreenshot, openBrowser } from './browser.js';
import { startProduct, type RunningProduct } from './start-product.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

/** A year of history is loaded, and counts are kept for a minute. */
const LOADED_MS = 300_000;
const LOOK_AGAIN_MS = 10_000;
const LOADING = 409;

jest.setTimeout(3 * PAGE_MS);

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Least share of orders that nobody told in confidence: every report of wrongdoing is, about a quarter of the made-up county's. */
const MOSTLY = 0.6;

/** Orders of the last whole month, all items of an answer and what names none together. */
async function ordersOf(path: string): Promise<number> {
  const response = await page.request.get(`${product.url}/api/scorecards/${path}?limit=200&back=1`);
  // While history is on its way no figure is shown.
  if (response.status() === LOADING) return 0;
  const answer: unknown = await response.json();
  const { items, ordersOfNone } = path.includes('/')
    ? { items: [scorecardSchema.parse(answer)], ordersOfNone: 0 }
    : scorecardListSchema.parse(answer);
  const counts = items.map(({ figures }) => figures.find(({ id }) => id === 'orders')?.values.at(-1)?.counted ?? 0);
  return counts.reduce((sum, count) => sum + count, ordersOfNone);
}

/** The pictures would show units of which nothing has been judged yet. */
async function hasFindings(): Promise<boolean> {
  const answer: unknown = await (await page.request.get(`${product.url}/api/findings?limit=1`)).json();
  return findingListSchema.parse(answer).items.length > 0;
}

/** The tests are one visit, in order: each starts where the one before ended. */
describe('an analyst looks where to look', () => {
  test(
    'the orders of all units are those of the county; of the townships those that nobody told in confidence',
    async () => {
      await page.goto(product.url);
      await visitor.signInFirst('analyst', product.firstPassword('analyst'));
      await product.slowDown();
      let sums: number[] = [];
      await visitor.becomesTrue(async () => {
        await page.waitForTimeout(LOOK_AGAIN_MS);
        sums = await Promise.all(['county/county', 'unit', 'township'].map((path) => ordersOf(path)));
        return (sums[0] ?? 0) > 0 && sums[1] === sums[0] && (sums[2] ?? 0) > 0 && (await hasFindings());
      }, LOADED_MS);
      const [county = 0, units, townships] = sums;
      expect(units).toBe(county);
      expect(townships).toBeLessThanOrEqual(county);
      expect(townships).toBeGreaterThan(county * MOSTLY);
    },
    2 * LOADED_MS,
  );

  test('sorts the units, and says how a figure is reckoned', async () => {
    await visitor.openFromMenu('记分卡');
    const table = page.getByRole('table', { name: '单位的记分卡' });
    await table.getByRole('link').first().waitFor();
    await visitor.pick(page.getByRole('combobox', { name: '排序' }), page.getByTitle('工单：突出的在前'));
    await page.waitForURL(/sort=orders/);
    await page.reload();
    await table.getByRole('link').first().waitFor();
    await keepScreenshot(page, 'scorecards');
    await table.getByRole('link').first().click();
    await page.getByRole('heading', { name: /的记分卡$/, level: 1 }).waitFor();
    const course = page.getByRole('img', { name: /^疑点的走势/ }).locator('svg');
    await course.first().waitFor();
    await keepScreenshot(page, 'scorecard');
    await page.getByRole('button', { name: '按时办结率怎么算的' }).focus();
    await page.getByText('第一次办结不晚于期限的工单').waitFor();
    await page.keyboard.press('Escape');
  });

  test('goes from a rate to the orders behind it, to one of them, and back', async () => {
    const button = page.getByRole('button', { name: '按时办结率：看分母的记录' });
    const counted = Number((await button.textContent())?.replaceAll(',', ''));
    expect(counted).toBeGreaterThan(0);
    await button.click();
    const drawer = page.getByRole('dialog');
    const rows = drawer.getByRole('table', { name: '背后的记录' }).locator('tbody tr');
    await rows.first().waitFor();
    await keepScreenshot(page, 'scorecard-records');
    const more = drawer.getByRole('button', { name: '再显示一些' });
    await more.waitFor();
    // A gateway answers in the place of the console, once.
    const away = { contentType: 'text/html', body: '<p>维护中</p>' };
    await page.route(/\/records\?.*cursor=/, (route) => route.fulfill(away), { times: 1 });
    await more.click();
    await drawer.getByRole('alert').getByText('后面的没有读到').waitFor();
    const first = await rows.count();
    // What comes in beside it has the list read again, and what failed is over.
    const again = drawer.getByRole('button', { name: /^(再试一次|再显示一些)$/ });
    await visitor.press(again, (timeout) => rows.nth(first).waitFor({ timeout }));
    while (await more.isVisible()) {
      const before = await rows.count();
      await visitor.press(more, (timeout) => rows.nth(before).waitFor({ timeout }));
    }
    expect(await rows.count()).toBe(counted);
    const order = await rows.first().getByRole('link').textContent();
    await rows.first().getByRole('link').click();
    await page.waitForURL(`**/timelines/order/${order}`);
    await page
      .getByText(order ?? '')
      .first()
      .waitFor();
    await page.goBack();
    await rows.first().waitFor();
    await drawer.getByText(/^分母里的其余/).click();
    await drawer.getByText('但不在分子里的').waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
  });

  test('goes from the unit to the findings behind it, filters set', async () => {
    await page.getByRole('link', { name: '本期全部疑点' }).click();
    await page.waitForURL(/\/findings\?.*unit=.*from=/);
    await page.getByRole('heading', { name: '疑点', level: 1 }).waitFor();
    await page.getByText(/^共 [\d,]+ 条/).waitFor();
  });

  test('looks at the county with its centre, and at villages', async () => {
    await page.goto(`${product.url}/scorecards/county/county`);
    await page.getByRole('region', { name: '话务中心' }).getByText('15 秒接通率').waitFor();
    await page.goto(`${product.url}/scorecards?kind=village`);
    await page.getByRole('table', { name: '村（社区）的记分卡' }).getByRole('link').first().waitFor();
  });

  test('reads what is complained of more than usual', async () => {
    await visitor.openFromMenu('集中反映');
    await page.getByText('怎么算的').waitFor();
    await page.getByText('近 30 天', { exact: true }).click();
    await page.waitForURL(/days=30/);
    await page.getByText('怎么算的').waitFor();
    await keepScreenshot(page, 'surges');
  });

  test('on a phone nothing is wider than the screen', async () => {
    await page.setViewportSize(PHONE);
    for (const path of ['/scorecards', '/scorecards/county/county', '/surges']) {
      await page.goto(`${product.url}${path}`);
      await page.getByRole('table').or(page.getByText('怎么算的')).first().waitFor();
      expect([path, await visitor.overflowPx()]).toEqual([path, 0]);
    }
    await page.goto(`${product.url}/scorecards/county/county`);
    await page
      .getByRole('img', { name: /^疑点的走势/ })
      .locator('svg')
      .waitFor();
    await keepScreenshot(page, 'scorecard-phone');
    await page.getByRole('button', { name: '工单：看记录' }).click();
    await page.getByRole('dialog').getByRole('table', { name: '背后的记录' }).waitFor();
    expect(await visitor.overflowPx()).toBe(0);
    await page.keyboard.press('Escape');
    await page.setViewportSize(SCREEN);
  });

  test('and no page complained', () => {
    expect(visitor.complaints).toEqual([]);
  });
});
