import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { collectComplaints, keepScreenshot, openBrowser } from './browser.js';
import { startProduct, type RunningProduct } from './start-product.js';

const NEW_PASSWORD = 'Xiang-Shui-2026!';
/** The first start loads a year of history before findings appear. */
const FIRST_FINDING_MS = 240_000;
const SWEEP_MS = 120_000;
/** Other suites may share the machine: a page is waited for as long as nobody would wait. */
const PAGE_MS = 120_000;

/** What follows a click at once. */
const CLICK_MS = 20_000;

jest.setTimeout(3 * PAGE_MS);
const SCREEN = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

let product: RunningProduct;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  page = await browser.newPage({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: SCREEN });
  page.setDefaultTimeout(PAGE_MS);
  complaints = collectComplaints(page);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** The tests are one visit, in order: each starts where the one before ended. */
describe('a person at the console', () => {
  test('is told plainly that a password is wrong, and must replace the first one before anything else', async () => {
    await page.goto(product.url);
    await page.getByLabel('账号').fill('analyst');
    await page.getByLabel('密码', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('alert').first().waitFor();
    await keepScreenshot(page, 'sign-in');
    await signInFirst('analyst');
    await page.getByRole('heading', { name: '总览', level: 1 }).waitFor();
  });

  test(
    'sees findings arrive without reloading',
    async () => {
      await page.getByText('实时', { exact: true }).waitFor();
      const feed = page.getByRole('region', { name: '最新疑点' }).getByRole('listitem');
      await feed.first().waitFor({ timeout: FIRST_FINDING_MS });
      const open = page.getByRole('list', { name: '关键数字' }).getByRole('link', { name: /^待核实疑点/ });
      const before = await open.innerText();
      await becomesTrue(async () => (await open.innerText()) !== before, FIRST_FINDING_MS);
      await product.slowDown();
      await keepScreenshot(page, 'overview');
    },
    2 * FIRST_FINDING_MS,
  );

  test('filters the list, and the address keeps the filter', async () => {
    await openFromMenu('疑点');
    await page.getByRole('button', { name: /^待核实/ }).click();
    await page.waitForURL(/status=open/);
    await page.reload();
    await page.getByRole('button', { name: /^待核实/, pressed: true }).waitFor();
    await page.getByRole('list', { name: '疑点列表' }).getByRole('link').first().waitFor();
    await keepScreenshot(page, 'findings');
  });

  test('opens one and reads its evidence, a raw record and the query behind it', async () => {
    // Money that was paid beside complaints that go on: records of two systems.
    await page.goto(`${product.url}/findings?status=open&rule=paid-not-mended`);
    await page.getByRole('list', { name: '疑点列表' }).getByRole('link').first().click();
    await page.getByText('模型结果只是待核实的疑点，不是结论').waitFor();
    const raw = page.getByRole('region', { name: '证据时间线' }).getByRole('button', { name: /^查看原始记录/ });
    await raw.first().waitFor();
    await keepScreenshot(page, 'finding');
    await raw.first().click();
    const drawer = page.getByRole('dialog', { name: '原始记录' });
    await drawer.getByRole('rowheader').first().waitFor();
    await keepScreenshot(page, 'raw-record');
    await drawer.getByRole('tab', { name: '原文' }).click();
    expect((await drawer.locator('pre').innerText()).length).toBeGreaterThan(10);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: '比对语句（SQL）' }).click();
    expect(await page.getByLabel('SQL 语句').innerText()).toContain('SELECT');
  });

  test('decides, takes it back, and the history says so', async () => {
    await page.getByRole('button', { name: '核实后排除' }).click();
    await page.getByLabel('排除理由').fill('已电话核实，属重复推送');
    await page.getByRole('button', { name: '确认排除' }).click();
    const history = page.getByRole('region', { name: '经过' });
    await history.getByText('已电话核实，属重复推送').waitFor();
    await page.getByRole('button', { name: '重新打开' }).click();
    await page.getByLabel('重新打开的理由').fill('收到新的反映');
    await page.getByRole('button', { name: '确认重新打开' }).click();
    await history.getByText('收到新的反映').waitFor();
  });

  test.each(['数据源', '隔离区', '数据字典', '规则', '巡检与漂移', '预警'])('reads the page %s', async (name) => {
    await openFromMenu(name);
    await page.getByLabel('正在读取').first().waitFor({ state: 'detached' });
    expect(await page.getByText('没能读到内容').count()).toBe(0);
  });

  test('uses it on a phone: a menu behind a button, nothing wider than the screen', async () => {
    await page.setViewportSize(PHONE);
    await page.goto(product.url);
    await page.getByRole('list', { name: '关键数字' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    await page.getByRole('button', { name: '打开菜单' }).click();
    await page.getByRole('dialog').getByRole('link', { name: '疑点', exact: true }).click();
    await page.getByRole('heading', { name: '疑点', level: 1 }).waitFor();
    await page.getByRole('list', { name: '疑点列表' }).getByRole('link').first().waitFor();
    await keepScreenshot(page, 'phone');
    await page.setViewportSize(SCREEN);
  });

  test(
    'an administrator comes back to the page that asked for sign-in, sweeps, and nothing has drifted',
    async () => {
      await page.getByRole('navigation', { name: '主菜单' }).waitFor();
      await signOut();
      await page.goto(`${product.url}/sweeps`);
      await signInFirst('admin');
      await page.getByRole('heading', { name: '巡检与漂移', level: 1 }).waitFor();
      await page.getByRole('button', { name: '现在巡检' }).click();
      // How far it is, is shown while it runs; in a small county it may be over before anybody looks.
      await page.getByRole('cell', { name: '人工发起' }).first().waitFor({ timeout: SWEEP_MS });
      await page.getByText('实时结果与全量巡检完全一致').waitFor({ timeout: SWEEP_MS });
      await keepScreenshot(page, 'sweeps');
      await openFromMenu('监督组');
      await openFromMenu('送达记录');
    },
    SWEEP_MS + 3 * PAGE_MS,
  );

  test('and no page complained', () => {
    expect(complaints).toEqual([]);
  });
});

async function signInFirst(account: string): Promise<void> {
  const password = product.firstPassword(account);
  await page.getByLabel('账号').fill(account);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('heading', { name: '请先修改密码' }).waitFor();
  await page.getByLabel('当前密码').fill(password);
  await page.getByLabel('新密码', { exact: true }).fill(NEW_PASSWORD);
  await page.getByLabel('再输一遍新密码').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: '保存新密码' }).click();
  await page.getByRole('navigation', { name: '主菜单' }).waitFor();
}

/** The window has just changed its size: a menu that is drawn anew meanwhile swallows the click, so a person clicks again. */
async function signOut(): Promise<void> {
  const signInForm = page.getByRole('heading', { name: '登录' });
  await becomesTrue(async () => {
    await page.getByRole('button', { name: /账号菜单/ }).click({ timeout: CLICK_MS });
    await page.getByRole('menuitem', { name: '退出登录' }).click({ timeout: CLICK_MS });
    return signInForm.waitFor({ timeout: CLICK_MS }).then(
      () => true,
      () => false,
    );
  }, PAGE_MS);
}

async function openFromMenu(name: string): Promise<void> {
  const menu = page.getByRole('navigation', { name: '主菜单' });
  await menu.getByRole('link', { name: new RegExp(`^${name}`) }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

async function becomesTrue(holds: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`did not happen within ${timeoutMs} ms`);
    await page.waitForTimeout(250);
  }
}
