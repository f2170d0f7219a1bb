import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { Product } from '../product/product.js';
import { keepScreenshot, openBrowser } from './browser.js';
import { MISWRITTEN, startOwnSources, type OwnSources } from './own-sources.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

jest.setTimeout(3 * PAGE_MS);

/** A load is shown when it is ten seconds old; a page asks every quarter of a minute. */
const LOAD_SHOWN_MS = 60_000;
const WRONG_ATTEMPTS = 8;

let sources: OwnSources;
let product: Product;
/** One each: run as a single process, this Chromium has one jar of cookies for all its windows. */
let browsers: Browser[] = [];
let analyst: Visitor;
let administrator: Visitor;

beforeAll(async () => {
  sources = await startOwnSources();
  product = await Product.start({ env: sources.env });
  const arrive = async () => {
    const browser = await openBrowser();
    browsers = [...browsers, browser];
    return Visitor.arrive(browser);
  };
  analyst = await arrive();
  administrator = await arrive();
  for (const [visitor, account] of [
    [analyst, 'analyst'],
    [administrator, 'admin'],
  ] as const) {
    await visitor.page.goto(product.url);
    await visitor.signInFirst(account, product.firstPassword(account));
  }
}, 300_000);

afterAll(async () => {
  for (const browser of browsers) await browser.close();
  // A product that stops lets a page that it asked for come first.
  sources?.giveLastPage();
  await product?.dispose();
  await sources?.stop();
});

/** The tests are one story, in order: each starts where the one before ended. */
describe('while history is being loaded', () => {
  test('the overview says so, and the sources say which, since when and how far', async () => {
    const { page } = analyst;
    await page.getByText('正在载入 1 批历史数据，载完后统一研判').waitFor({ timeout: LOAD_SHOWN_MS });
    await page.getByRole('main').getByRole('link', { name: '查看' }).click();
    const loads = analyst.region('正在载入 1 批数据');
    const row = loads.getByRole('row', { name: /旧热线系统/ });
    await row.getByText('正在接收').waitFor();
    // An order and the step in which it was handed out, each.
    await row.getByText('6 条').waitFor();
    await keepScreenshot(page, 'loads');
    await row.getByRole('link', { name: '旧热线系统' }).click();
    await page.getByRole('heading', { name: '旧热线系统', level: 1 }).waitFor();
    await analyst.region('正在载入 1 批数据').waitFor();
  });

  test('when it has come whole it is judged, and the line is gone', async () => {
    const { page } = analyst;
    sources.giveLastPage();
    await analyst.region('正在载入 1 批数据').waitFor({ state: 'detached' });
    await analyst.openFromMenu('总览');
    // Each of the four orders is overdue. That none was signed says nothing: this system does not tell of it.
    await page.getByRole('link', { name: /^待核实疑点 4/ }).waitFor();
    expect(await page.getByText('载完后统一研判').count()).toBe(0);
  });
});

describe('rows that were refused', () => {
  test('stand together by their reason; those that are wrong in one way are tried and proposed at once', async () => {
    const { page } = analyst;
    await analyst.openFromMenu('隔离区');
    const groups = analyst.region('按原因分组');
    await groups
      .getByRole('link', { name: /^处理这一组/ })
      .nth(2)
      .waitFor();
    expect(await groups.getByRole('row').count()).toBe(1 + 3);
    await groups
      .getByRole('row', { name: new RegExp(`收支方向.*${MISWRITTEN}`) })
      .getByRole('link')
      .click();
    await page.getByRole('heading', { name: '同一原因的记录' }).waitFor();
    await analyst.choose(page.getByRole('radio', { name: '改正取值' }));
    await page.getByLabel('改为（留空表示清空）').fill('支出');
    await page.getByLabel('理由').fill('台账把“支出”写成了“付出”，已与经管站核对');
    const propose = page.getByRole('button', { name: '提交复核' });
    // Not before it was tried.
    expect(await propose.isDisabled()).toBe(true);
    await page.getByRole('button', { name: '试算' }).click();
    await page.getByText(/\d+ 行能通过，0 行仍不能/).waitFor();
    await keepScreenshot(page, 'quarantine-group');
    await propose.click();
    await analyst.region('等待复核').getByText('自己不能通过自己的方案').waitFor();
  });

  test('a second person compares it with the original, approves, and sees how far it is and what came of it', async () => {
    const { page } = administrator;
    await administrator.openFromMenu('隔离区');
    await page.getByText('改正与复核', { exact: true }).click();
    await page.getByRole('button', { name: /^打开方案/ }).click();
    const drawer = page.getByRole('dialog', { name: '改正方案' });
    await drawer.getByText('付出').first().waitFor();
    await drawer.getByText('台账把“支出”写成了“付出”').waitFor();
    await unmaskIfCovered(drawer);
    await drawer.getByRole('button', { name: '复核通过' }).click();
    await drawer.waitFor({ state: 'detached' });
    const mends = administrator.region('改正与复核');
    await mends.getByText('已完成').waitFor();
    await page.getByRole('button', { name: /^打开方案/ }).click();
    await drawer.getByText(`共 ${MISWRITTEN} 行，已入库 ${MISWRITTEN} 行，仍未通过 0 行`).waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await page.getByText('按原因分组', { exact: true }).click();
    const groups = administrator.region('按原因分组');
    // The list may still be on its way, or be shown as it was until it has been read again.
    await administrator.becomesTrue(async () => {
      const mended = await groups.getByRole('link', { name: /收支方向/ }).count();
      return mended === 0 && (await groups.getByRole('row').count()) === 1 + 2;
    }, PAGE_MS);
    // Whoever proposed it has the page of the group open: it says what became of it.
    await analyst.page.getByText('这一组没有待处理的记录了').waitFor();
    await analyst
      .region('做过的处理')
      .getByRole('row', { name: new RegExp(`${MISWRITTEN}.*已完成`) })
      .waitFor();
  });

  test('one row is corrected by itself, with the original beside it, and is turned down with a reason', async () => {
    const { page } = analyst;
    await page.goto(`${product.url}/quarantine?view=rows`);
    await page.getByRole('button', { name: /^处理：金额/ }).click();
    const drawer = page.getByRole('dialog', { name: '隔离记录' });
    await drawer.getByLabel('理由', { exact: true }).fill('大写金额，与凭证核对为一百元');
    await drawer.getByLabel(/原来是：壹佰元/).fill('100.00');
    // What was typed outlives the uncovering of the other values.
    expect(await drawer.getByLabel('查看理由').count()).toBe(1);
    await unmaskIfCovered(drawer);
    await drawer.getByRole('button', { name: '提交复核' }).click();
    await drawer.waitFor({ state: 'detached' });

    const other = administrator.page;
    await other.goto(`${product.url}/quarantine?view=mends`);
    await other
      .getByRole('row', { name: /大写金额/ })
      .getByRole('button')
      .click();
    const plan = other.getByRole('dialog', { name: '改正方案' });
    await plan.getByRole('button', { name: '退回' }).click();
    await other.getByLabel('退回理由').fill('请附凭证');
    await other.getByRole('button', { name: '确认退回' }).click();
    await plan.waitFor({ state: 'detached' });
    await other
      .getByRole('row', { name: /大写金额/ })
      .getByText('已退回')
      .waitFor();
  });
});

describe('an account that was held up after wrong passwords', () => {
  test('is told so, is seen by the security administrator, and signs in when it is let go', async () => {
    const { page } = analyst;
    await analyst.signOut();
    for (let attempt = 0; attempt < WRONG_ATTEMPTS; attempt++) {
      const answered = page.waitForResponse((response) => response.url().endsWith('/api/session') && response.status() !== 200);
      await analyst.tryPassword('analyst', 'not the password');
      await answered;
    }
    await analyst.tryPassword('analyst', 'not the password');
    await page
      .getByRole('alert')
      .getByText(/急用请联系安全管理员解除/)
      .waitFor();

    const admin = administrator.page;
    await administrator.stepAside(product.url);
    await administrator.signInFirst('security', product.firstPassword('security'));
    await administrator.openFromMenu('登录等待');
    const row = admin.getByRole('row', { name: /analyst/ });
    await row.getByText(`${WRONG_ATTEMPTS} 次`).waitFor();
    await keepScreenshot(admin, 'sign-in-blocks');
    await row.getByRole('button', { name: /^解除等待/ }).click();
    await admin.getByText('请先问过本人').waitFor();
    await admin.getByRole('tooltip').getByRole('button', { name: '解除' }).click();
    await admin.getByText('没有人需要等待').waitFor();
    await analyst.signInAgain('analyst');
    await administrator.stepAside(product.url);
    await administrator.signInAgain('admin');
  });

  test('which is nobody else’s to see', async () => {
    await analyst.page.goto(`${product.url}/sign-in-blocks`);
    await analyst.page.getByText('没有这个页面').waitFor();
  });
});

describe('on a phone', () => {
  test.each(['/', '/sources', '/quarantine', '/quarantine?view=rows', '/quarantine?view=mends'])(
    'nothing of %s is wider than the screen',
    async (path) => {
      const { page } = administrator;
      await page.setViewportSize(PHONE);
      await page.goto(`${product.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByLabel('正在读取').first().waitFor({ state: 'detached' });
      expect(await administrator.overflowPx()).toBeLessThanOrEqual(0);
      await page.setViewportSize(SCREEN);
    },
  );
});

test('no page complained', () => {
  // That one has to wait is answered with 429, that nothing is left of a group with 404.
  expect(analyst.complaints.filter((complaint) => !/429|404/.test(complaint))).toEqual([]);
  expect(administrator.complaints).toEqual([]);
});

/** Personal data is covered until somebody says why they need it. */
async function unmaskIfCovered(drawer: Locator): Promise<void> {
  await drawer.getByLabel('正在读取').waitFor({ state: 'detached' });
  const reason = drawer.getByLabel('查看理由');
  if ((await reason.count()) === 0) return;
  await reason.fill('复核改正的内容');
  await drawer.getByRole('button', { name: '查看', exact: true }).click();
  await reason.waitFor({ state: 'detached' });
}
