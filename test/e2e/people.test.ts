import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { keepScreenshot, openBrowser } from './browser.js';
import { startProduct, type RunningProduct } from './start-product.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

const FIRST_RECORDS_MS = 300_000;

jest.setTimeout(FIRST_RECORDS_MS + PAGE_MS);

let product: RunningProduct;
let browser: Browser;
/** One desk: whoever does something signs in first. */
let desk: Visitor;
let page: Page;
const seen = new Set<string>();
let firstPassword = '';

beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  desk = await Visitor.arrive(browser);
  page = desk.page;
  await page.goto(product.url);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function be(account: string): Promise<void> {
  await desk.stepAside(product.url);
  if (seen.has(account)) return desk.signInAgain(account);
  await desk.signInFirst(account, product.firstPassword(account));
  seen.add(account);
}

const dialog = () => page.getByRole('dialog');
const menu = () => page.getByRole('navigation', { name: '主菜单' });
/** Without the counts beside them. */
const menuLabels = async () =>
  (await menu().getByRole('link').allInnerTexts()).map((text) => text.replace(/\s*\d[\s\S]*$/, '').trim());
/** The directory of the county comes with its first records. */
const townshipCount = () =>
  page.evaluate(async () => {
    const { items } = (await (await fetch('/api/divisions')).json()) as { items: unknown[] };
    return items.length;
  });
const row = (name: string | RegExp) => page.getByRole('table', { name: '人员' }).getByRole('row', { name });

/** The tests are one story, in order: each starts where the one before ended. */
describe('a person joins a team', () => {
  test('the security administrator, who sees people and nothing else, asks for an account', async () => {
    await be('security');
    // Nobody who does not look at findings begins with them.
    await page.waitForURL(/\/people$/);
    expect(await menuLabels()).toEqual(['通知', '数据字典', '人员与授权', '登录等待', '帮助']);
    await desk.openFromMenu('人员与授权');
    await row(/^分析员\s*analyst/)
      .getByText('未改初始密码')
      .waitFor();
    await desk.becomesTrue(async () => (await townshipCount()) > 0, FIRST_RECORDS_MS);
    await product.slowDown();
    await page.reload();
    await page.getByRole('button', { name: '新建账号' }).click();
    await dialog().getByLabel('账号').fill('new.member');
    await dialog().getByRole('button', { name: '提交复核' }).click();
    await dialog().getByText('请选择角色').last().waitFor();
    await dialog().getByLabel('姓名').fill('新组员');
    await dialog()
      .getByLabel(/^科室、监督组或单位/)
      .fill('第一监督检查组');
    await desk.pick(dialog().getByLabel('角色'), page.getByText('研判本组疑点、承办线索'));
    await dialog().getByLabel('乡镇', { exact: true }).click();
    await page.getByTitle('响水镇', { exact: true }).click();
    // The list closes when something else is pressed.
    await dialog().getByText('新建账号', { exact: true }).click();
    await dialog().getByLabel('理由').fill('见任命文件〔2026〕12号');
    await keepScreenshot(page, 'people-new');
    await desk.press(dialog().getByRole('button', { name: '提交复核' }), (timeout) =>
      page.getByText('已提交，等另一人复核后生效').waitFor({ timeout }),
    );
    await page.getByRole('button', { name: /^待复核\s*1$/ }).click();
    await page.getByRole('list', { name: '待复核的申请' }).getByText('新建账号：新组员').waitFor();
    expect(await page.getByRole('button', { name: '通过' }).count()).toBe(0);
  });

  test('the audit administrator reads what it is, and lets it pass', async () => {
    await be('audit');
    expect(await menuLabels()).toEqual(['代理', '通知', '数据字典', '人员与授权', '操作日志', '帮助']);
    await page.goto(`${product.url}/people?view=pending`);
    const grant = page.getByRole('list', { name: '待复核的申请' }).getByRole('listitem');
    await grant.getByText('监督检查组成员').waitFor();
    await keepScreenshot(page, 'people-review');
    await grant.getByLabel('理由').fill('与任命文件一致');
    await desk.press(grant.getByRole('button', { name: '通过' }), (timeout) =>
      page.getByText('没有等待复核的申请').waitFor({ timeout }),
    );
    await page.getByRole('button', { name: /^办过的申请/ }).click();
    await page.getByRole('list', { name: '办过的申请' }).getByText('与任命文件一致').waitFor();
  });

  test('the first password is handed out once, and opens what was granted alone', async () => {
    await be('security');
    await desk.openFromMenu('人员与授权');
    await row('新组员')
      .getByRole('button', { name: /^领取初始密码/ })
      .click();
    firstPassword = await dialog().locator('code').innerText();
    await dialog().getByRole('button', { name: '已交给本人' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await row('新组员').getByText('未改初始密码').waitFor();
    // Not while the password stands there.
    await keepScreenshot(page, 'people');
    await desk.stepAside(product.url);
    await desk.signInFirst('new.member', firstPassword);
    seen.add('new.member');
    expect(
      await menu()
        .getByRole('link', { name: /^(监督组|人员与授权|操作日志|隔离区)/ })
        .count(),
    ).toBe(0);
    await desk.openFromMenu('线索');
    await page.goto(`${product.url}/people`);
    await page.getByText('没有这个页面').waitFor();
    await page.getByRole('button', { name: /账号菜单/ }).click();
    await page.getByRole('menuitem', { name: '我的登录' }).click();
    await dialog().getByText('就是这里').waitFor();
  });

  test('who leaves is out at once', async () => {
    await be('security');
    await desk.openFromMenu('人员与授权');
    await row('新组员').getByRole('button', { name: /^更多/ }).click();
    await page.getByRole('menuitem', { name: '停用账号' }).click();
    await dialog().getByLabel('理由').fill('调离，见调令');
    await desk.press(dialog().getByRole('button', { name: '确认停用账号' }), (timeout) =>
      row('新组员').getByText('已停用').waitFor({ timeout }),
    );
    await desk.stepAside(product.url);
    await desk.tryPassword('new.member', 'Xiang-Shui-2026!');
    await page.getByRole('alert').getByText('这个账号已停用').waitFor();
  });

  test('all of it stands in the audit log, which says that it was read', async () => {
    await be('audit');
    await page.goto(`${product.url}/audit?text=new.member`);
    const log = page.getByRole('table', { name: '操作日志' });
    for (const action of ['提出授权申请', '通过授权申请', '领取初始密码', '停用账号'])
      await log.getByText(action).first().waitFor();
    await page.goto(`${product.url}/audit`);
    await log.getByText('查阅操作日志').first().waitFor();
    await keepScreenshot(page, 'audit');
    for (const [path, picture] of [
      ['/audit', 'audit-phone'],
      ['/people', 'people-phone'],
    ] as const) {
      await page.setViewportSize(PHONE);
      await page.goto(`${product.url}${path}`);
      await desk.isSettled();
      expect(await desk.overflowPx()).toBeLessThanOrEqual(0);
      await keepScreenshot(page, picture);
    }
    await page.setViewportSize(SCREEN);
  });

  test('no page complained', () => {
    expect(desk.complaints).toEqual([]);
  });
});
