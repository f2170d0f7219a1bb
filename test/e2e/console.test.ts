import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { keepScreenshot, openBrowser } from './browser.js';
import { startProduct, type RunningProduct } from './start-product.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

/** The first start loads a year of history before findings appear. */
const FIRST_FINDING_MS = 240_000;
const SWEEP_MS = 120_000;
const LOOK_AGAIN_MS = 15_000;
/** All that came of a trial, in one picture. */
const TALL = { width: 1440, height: 1900 };

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

/** The tests are one visit, in order: each starts where the one before ended. */
describe('a person at the console', () => {
  test('is told plainly that a password is wrong, and must replace the first one before anything else', async () => {
    await page.goto(product.url);
    await visitor.tryPassword('analyst', 'not the password');
    await page.getByRole('alert').first().waitFor();
    await keepScreenshot(page, 'sign-in');
    await visitor.signInFirst('analyst', product.firstPassword('analyst'));
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
      await visitor.becomesTrue(async () => (await open.innerText()) !== before, FIRST_FINDING_MS);
      await product.slowDown();
    },
    2 * FIRST_FINDING_MS,
  );

  test('filters the list, and the address keeps the filter', async () => {
    await visitor.openFromMenu('疑点');
    await page.getByRole('button', { name: /^待核实/ }).click();
    await page.waitForURL(/status=open/);
    await page.reload();
    await page.getByRole('button', { name: /^待核实/, pressed: true }).waitFor();
    await page.getByRole('list', { name: '疑点列表' }).getByRole('link').first().waitFor();
    await keepScreenshot(page, 'findings');
  });

  test('opens one and reads its evidence, a raw record and the query behind it', async () => {
    // Money that was paid beside complaints that go on: records of two systems.
    // The payments are read last, and judged when all have come; a list that is open does not move by itself.
    const first = page.getByRole('list', { name: '疑点列表' }).getByRole('link').first();
    await visitor.becomesTrue(async () => {
      await page.goto(`${product.url}/findings?status=open&rule=paid-not-mended`);
      return first.waitFor({ timeout: LOOK_AGAIN_MS }).then(
        () => true,
        () => false,
      );
    }, FIRST_FINDING_MS);
    await first.click();
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
    await visitor.choose(page.getByRole('radio', { name: /^不属实/ }));
    await page.getByLabel('排除理由').fill('已电话核实，属重复推送');
    await page.getByRole('button', { name: '确认排除' }).click();
    const history = page.getByRole('region', { name: '经过' });
    await history.getByText('已电话核实，属重复推送').waitFor();
    await page.getByRole('button', { name: '重新打开' }).click();
    await page.getByLabel('重新打开的理由').fill('收到新的反映');
    await page.getByRole('button', { name: '确认重新打开' }).click();
    await history.getByText('收到新的反映').waitFor();
  });

  test.each(['数据源', '隔离区', '数据字典', '规则', '巡检与漂移', '通知'])('reads the page %s', async (name) => {
    await visitor.openFromMenu(name);
    await page.getByLabel('正在读取').first().waitFor({ state: 'detached' });
    expect(await page.getByText('没能读到内容').count()).toBe(0);
  });

  test('uses it on a phone: a menu behind a button, nothing wider than the screen', async () => {
    await page.setViewportSize(PHONE);
    await page.goto(product.url);
    await page.getByRole('list', { name: '关键数字' }).waitFor();
    expect(await visitor.overflowPx()).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: '打开菜单' }).click();
    await page.getByRole('dialog').getByRole('link', { name: '疑点', exact: true }).click();
    await page.getByRole('heading', { name: '疑点', level: 1 }).waitFor();
    await page.getByRole('list', { name: '疑点列表' }).getByRole('link').first().waitFor();
    await keepScreenshot(page, 'phone');
    await page.setViewportSize(SCREEN);
  });

  test(
    'drafts a rule, tries it over what there is, and hands it in for somebody else to review',
    async () => {
      const text = readFileSync(new URL('../../libs/rules/packs/order-ping-pong.yaml', import.meta.url), 'utf8');
      await visitor.openFromMenu('规则');
      await page.getByRole('button', { name: '写新规则' }).click();
      const whole = page.getByRole('region', { name: '规则全文' });
      await whole.getByLabel(/^规则全文/).fill('id: [1');
      await whole.getByRole('button', { name: '保存草稿' }).click();
      await whole.getByRole('alert').getByText(/YAML/).waitFor();
      await whole.getByText('已保存', { exact: true }).waitFor();
      await whole
        .getByLabel(/^规则全文/)
        .fill(text.replace(/^id:.*$/m, 'id: own-ping-pong').replace(/^title:.*$/m, 'title: 本县踢皮球'));
      await whole.getByRole('button', { name: '保存草稿' }).click();
      await page.getByRole('heading', { name: '本县踢皮球', level: 1 }).waitFor();
      await keepScreenshot(page, 'draft-rule');
      await page.getByRole('button', { name: '试一试' }).click();
      const tried = page.getByRole('region', { name: '试一试的结果' });
      await tried.getByText(/^例子 \d+ 个，都通过$/).waitFor({ timeout: SWEEP_MS });
      await tried
        .getByRole('list', { name: /^最近的 \d+ 条$/ })
        .getByText(/被反复推转/)
        .first()
        .waitFor();
      await tried.getByRole('region', { name: '按乡镇' }).getByRole('listitem').first().waitFor();
      await page.setViewportSize(TALL);
      await keepScreenshot(page, 'try-rule');
      await page.setViewportSize(PHONE);
      expect(await visitor.overflowPx()).toBeLessThanOrEqual(0);
      await page.setViewportSize(SCREEN);
      const submit = page.getByRole('region', { name: '提交复核' });
      await submit.getByLabel('理由').fill('县里专项整治，退回三次的都看');
      await submit.getByRole('button', { name: '提交复核' }).click();
      await page.getByText(/^等另一个人复核/).waitFor({ timeout: SWEEP_MS });
    },
    2 * SWEEP_MS + 3 * PAGE_MS,
  );

  test(
    'an administrator comes back to the page that asked for sign-in, sweeps, and nothing has drifted',
    async () => {
      await page.getByRole('navigation', { name: '主菜单' }).waitFor();
      await visitor.signOut();
      await page.goto(`${product.url}/sweeps`);
      await visitor.signInFirst('admin', product.firstPassword('admin'));
      await page.getByRole('heading', { name: '巡检与漂移', level: 1 }).waitFor();
      // The one of the night may be running: it has to end first. How far it is, is shown meanwhile.
      const byHand = page.getByRole('cell', { name: '人工发起' }).first();
      await visitor.press(page.getByRole('button', { name: '现在巡检' }), (timeout) => byHand.waitFor({ timeout }));
      await page.getByText('实时结果与全量巡检完全一致').waitFor({ timeout: SWEEP_MS });
      await keepScreenshot(page, 'sweeps');
      // With everything judged that came first.
      await visitor.openFromMenu('总览');
      await page.getByRole('region', { name: '最新疑点' }).getByRole('listitem').first().waitFor();
      await keepScreenshot(page, 'overview');
      await visitor.openFromMenu('监督组');
      await visitor.openFromMenu('送达记录');
    },
    SWEEP_MS + 3 * PAGE_MS,
  );

  test(
    'as administrator reviews what another wrote, lets it be judged in shadow, makes it live, and takes it away again',
    async () => {
      await visitor.openFromMenu('规则');
      await page.getByRole('table', { name: '规则草稿' }).getByRole('link', { name: '本县踢皮球' }).click();
      const review = page.getByRole('region', { name: '复核', exact: true });
      await review.waitFor();
      await page
        .getByRole('region', { name: '试一试的结果' })
        .getByText(/^例子 \d+ 个，都通过$/)
        .waitFor();
      await keepScreenshot(page, 'review-rule');
      await review.getByLabel('理由').fill('依据准确，新增的都看过');
      await review.getByRole('button', { name: '同意' }).click();
      const publish = page.getByRole('region', { name: '发布', exact: true });
      await publish.getByText(/会有/).waitFor();
      await publish.getByLabel('理由').fill('先看两周');
      await publish.getByRole('button', { name: '先影子运行' }).click();
      await page.getByRole('heading', { name: '本县踢皮球', level: 1 }).waitFor();
      const shadow = page.getByRole('region', { name: '影子运行' });
      await shadow.getByText('和现行规则一起实时研判').waitFor({ timeout: SWEEP_MS });
      await shadow.getByRole('region', { name: '影子疑点按月' }).getByRole('listitem').first().waitFor({ timeout: SWEEP_MS });
      await keepScreenshot(page, 'shadow-rule');
      await shadow.getByLabel('理由').fill('影子运行看过');
      await shadow.getByRole('button', { name: '转为运行' }).click();
      const state = page.getByRole('region', { name: '状态' });
      await state.getByText('启用', { exact: true }).waitFor();
      await state.getByRole('status').waitFor({ state: 'detached', timeout: SWEEP_MS });
      const found = page.getByRole('list', { name: '按状态的疑点数' }).getByRole('link', { name: /^待核实/ });
      // The last number alone: 20 findings end with a nought too.
      await visitor.becomesTrue(
        async () => Number(/\d+$/.exec((await found.innerText()).replaceAll(/[,\s]/g, ''))?.[0]) > 0,
        SWEEP_MS,
      );
      await keepScreenshot(page, 'published-rule');
      await page.getByRole('button', { name: '撤下规则' }).click();
      const retiring = page.getByRole('dialog', { name: /^撤下规则/ });
      await retiring.getByText(/^它现在有 [\d,]+ 条待核实的疑点，都会撤回/).waitFor();
      await retiring.getByLabel('理由').fill('试验结束');
      // Its page stays, with the way back.
      await visitor.press(page.getByRole('dialog', { name: /^撤下规则/ }).getByRole('button', { name: /撤下$/ }), (timeout) =>
        state.getByText('已撤下，不再研判').waitFor({ timeout }),
      );
      const restore = page.getByRole('button', { name: '恢复这一版：第 1 版' });
      await restore.waitFor();
      await keepScreenshot(page, 'retired-rule');
      // What would come back is counted before anything comes back.
      await restore.click();
      const restoring = page.getByRole('dialog', { name: '恢复第 1 版' });
      await restoring.getByRole('button', { name: '先算会增减哪些疑点' }).click();
      await restoring
        .getByRole('region', { name: '试一试的结果' })
        .getByText(/^例子 \d+ 个，都通过$/)
        .waitFor({ timeout: SWEEP_MS });
      await keepScreenshot(page, 'restore-rule');
      await page.keyboard.press('Escape');
      await restoring.waitFor({ state: 'hidden' });
      await visitor.openFromMenu('规则');
      const retired = page.getByRole('table', { name: '已撤下的规则' });
      await retired.getByRole('link', { name: '本县踢皮球', exact: true }).waitFor();
    },
    3 * SWEEP_MS + 3 * PAGE_MS,
  );

  test('and no page complained', () => {
    // A sweep that was asked for while another ran was refused.
    expect(visitor.complaints.filter((complaint) => !complaint.includes('409'))).toEqual([]);
  });
});
