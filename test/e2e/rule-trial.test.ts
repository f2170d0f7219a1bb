import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { DAY_MS } from '@tianyan/kernel';
import { shippedText } from '@tianyan/rules/testing';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  ADMINISTRATOR,
  COUNTY_NOW_MS,
  startConsole,
  type ConsoleFixture,
} from '../../apps/console/src/testing/console-fixture.js';
import { writeRecords } from '../../apps/console/src/testing/records.js';
import { keepScreenshot, openBrowser } from './browser.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

jest.setTimeout(PAGE_MS);

/** A trial starts a process for the examples; on a machine that runs the whole suite that takes a while. */
const TRIAL_MS = 90_000;

let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  fixture = await startConsole({ webDirectory: join(import.meta.dirname, '../../apps/web/dist') });
  const events = ['A', 'B'].flatMap((orderId, of) =>
    Array.from({ length: 3 - of }, (_none, n) => ({
      id: `${orderId}-${n}`,
      atMs: COUNTY_NOW_MS - (20 - n) * DAY_MS,
      raw: '{}',
      fields: { orderId, action: 'returned', unitId: null },
    })),
  );
  await writeRecords(fixture.warehouse, builtInCatalogue.get('hotline.order-event'), events, '');
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
  await page.goto(fixture.baseUrl);
  await visitor.tryPassword(ADMINISTRATOR.account, ADMINISTRATOR.password);
  await page.getByRole('navigation', { name: '主菜单' }).waitFor();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
});

const shipped = shippedText('order-ping-pong').yaml;
const own = (minReturns: number) =>
  shipped.replace(/^id:.*$/m, 'id: own-ping-pong').replace(/minReturns: (.*) value: 3/, `minReturns: $1 value: ${minReturns}`);

test(
  'what is being written is tried before it is saved: what it hits, and why it hits nothing',
  async () => {
    await page.goto(`${fixture.baseUrl}/rules`);
    await page.getByRole('button', { name: '写新规则' }).click();
    const whole = page.getByRole('region', { name: '规则全文' });
    const text = whole.getByLabel(/^规则全文/);
    await text.fill(own(3));
    const trying = page.getByRole('region', { name: '试一试', exact: true });
    await trying.getByLabel(/^已知案件的编号/).fill('A，B\nC');
    const begin = trying.getByRole('button', { name: '试一试' });
    await begin.click();
    const result = page.getByRole('region', { name: '试一试的结果' });
    await result.getByText(/^下面是还没有保存的改动试出的结果/).waitFor({ timeout: TRIAL_MS });
    const known = result.getByRole('region', { name: '已知的案件命中了多少' });
    expect(await known.innerText()).toMatch(/填写的 3 个编号，命中 1 个，没有命中 2 个/);
    await known.getByText('没有命中的编号').click();
    expect(await known.getByRole('list', { name: '没有命中的编号' }).getByRole('listitem').allInnerTexts()).toEqual(['B', 'C']);
    await keepScreenshot(page, 'try-unsaved');
    await page.setViewportSize(PHONE);
    expect(await visitor.overflowPx()).toBeLessThanOrEqual(0);
    await page.setViewportSize(SCREEN);

    // Saved, it is of the text of the draft, and is kept there.
    await whole.getByRole('button', { name: '保存草稿' }).click();
    await result.getByText(/^下面是已保存的这份全文试出的结果/).waitFor();
    await page.getByRole('list', { name: '谁做了什么' }).getByText(/试过/).waitFor();

    await text.fill(own(4));
    await result.getByText(/^试过以后全文又改动了/).waitFor();
    await begin.click();
    await result.getByText(/“退回”最多的一个是 3 次，要 4 次才算/).waitFor({ timeout: TRIAL_MS });

    // What was wrong with a text is no fault of the one that it has become.
    await text.fill('id: [1');
    await begin.click();
    const fault = result.getByRole('alert').getByText(/YAML/);
    await fault.waitFor({ timeout: TRIAL_MS });
    await text.fill(own(4));
    await result.getByText(/^试过以后全文又改动了/).waitFor();
    expect(await fault.count()).toBe(0);
  },
  3 * TRIAL_MS,
);

test(
  'a text that was never tried is handed in with a reason for that alone',
  async () => {
    const whole = page.getByRole('region', { name: '规则全文' });
    await whole.getByLabel(/^规则全文/).fill(own(3).replace('工单踢皮球', '本县踢皮球'));
    await whole.getByRole('button', { name: '保存草稿' }).click();
    const submit = page.getByRole('region', { name: '提交复核' });
    await submit.getByLabel('理由', { exact: true }).fill('按县里方案');
    const button = submit.getByRole('button', { name: '提交复核' });
    expect(await button.isDisabled()).toBe(true);
    await submit.getByLabel(/^为什么不试/).fill('只改了名称');
    await button.click();
    await page
      .getByRole('list', { name: '谁做了什么' })
      .getByText(/没有试过：只改了名称/)
      .waitFor();
  },
  TRIAL_MS,
);
