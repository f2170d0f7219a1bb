import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { RuleSwitches } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { execute, inTransaction, row } from '@tianyan/postgres';
import { parseRule } from '@tianyan/rules';
import { shippedText } from '@tianyan/rules/testing';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
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

/** Rules judged over some records, on a machine that runs the whole suite. */
const PREVIEW_MS = 60_000;

let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  fixture = await startConsole({ webDirectory: join(import.meta.dirname, '../../apps/web/dist') });
  const shipped = shippedText('order-ping-pong');
  const own = [2, 3].map((returns) =>
    shipped.yaml
      .replace(/^id:.*$/m, `id: own-${returns}`)
      .replace(/^title:.*$/m, `title: 退回满 ${returns} 次`)
      .replace(/minReturns: (.*) value: 3/, `minReturns: $1 value: ${returns}`),
  );
  await fixture.sets.takeFiles([shipped, ...own.map((yaml) => ({ yaml, rule: parseRule(yaml), origin: 'folder' as const }))]);
  await new RuleSwitches(fixture.pool).set(
    { kind: 'rules', ids: ['own-2', 'own-3'] },
    { enabled: false, sources: null, reason: '先停着', actor: ADMINISTRATOR.account, changedAtMs: fixture.machineClock.nowMs() },
  );
  // A is returned three times, B twice.
  const events = ['A', 'B'].flatMap((orderId, of) =>
    Array.from({ length: 3 - of }, (_none, n) => ({
      id: `${orderId}-${n}`,
      atMs: COUNTY_NOW_MS - (20 - n) * DAY_MS,
      raw: '{}',
      fields: { orderId, action: 'returned', unitId: null },
    })),
  );
  await writeRecords(fixture.warehouse, builtInCatalogue.get('hotline.order-event'), events, '');
  // Parameters are told with the names of places.
  const division = { divisionCode: '320921100', name: '响水镇', level: 'township' };
  const place = { id: 'one', atMs: COUNTY_NOW_MS, raw: '{}', fields: division };
  await writeRecords(fixture.warehouse, builtInCatalogue.get('directory.division'), [place], '');
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

test(
  'some rules are chosen, what they would find is seen rule by rule and together, and they are switched on at once',
  async () => {
    await page.goto(`${fixture.baseUrl}/rules`);
    for (const returns of [2, 3]) await page.getByRole('checkbox', { name: `选中：退回满 ${returns} 次` }).check();
    const choosing = page.getByRole('group', { name: '一并开关' });
    await choosing.getByText('已选 2 条').waitFor();
    await choosing.getByRole('button', { name: '一并启用、停用' }).click();
    const dialog = page.getByRole('dialog', { name: '开关：选中的 2 条规则' });
    const save = dialog.getByRole('button', { name: /保\s*存/ });
    await dialog.getByRole('switch').click();
    // Neither looked at nor said why not.
    await visitor.becomesTrue(() => save.isDisabled(), PAGE_MS);
    await dialog.getByRole('button', { name: '先算会增减哪些疑点' }).click();
    const preview = dialog.getByRole('region', { name: '会增减的疑点' });
    await preview.getByText(/2 条规则有变化，合计新增疑点 3 条，少掉 0 条/).waitFor({ timeout: PREVIEW_MS });
    const row = (title: string) => preview.getByRole('row', { name: new RegExp(title) }).innerText();
    expect(await row('退回满 2 次')).toMatch(/启用\s+0\s+2\s+0/);
    expect(await row('退回满 3 次')).toMatch(/启用\s+0\s+1\s+0/);
    await keepScreenshot(page, 'switch-several');
    expect(await visitor.accessibilityFaults()).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await visitor.overflowPx()).toBeLessThanOrEqual(0);
    expect(await visitor.accessibilityFaults()).toEqual([]);
    await page.setViewportSize(SCREEN);

    // To stop them waits for nothing, though something else was seen.
    await dialog.getByRole('switch').click();
    await preview.getByText(/请再算一次/).waitFor();
    await visitor.becomesTrue(() => save.isEnabled(), PAGE_MS);
    await dialog.getByRole('switch').click();
    await dialog.getByLabel('理由', { exact: true }).fill('口径定了');
    await save.click();
    await dialog.waitFor({ state: 'hidden' });
    expect((await new RuleSwitches(fixture.pool).read()).rules.get('own-2')).toMatchObject({ enabled: true, reason: '口径定了' });
  },
  2 * PREVIEW_MS,
);

test('the list is narrowed by words and choices, which stay in the address', async () => {
  await page.goto(`${fixture.baseUrl}/rules`);
  const rules = page.getByRole('table', { name: '规则', exact: true });
  await page.getByText('共 3 条', { exact: true }).waitFor();
  const search = page.getByRole('searchbox', { name: '名称、编号或查什么' });
  await search.fill('OWN-3');
  await search.press('Enter');
  await page.getByText('共 3 条，筛出 1 条', { exact: true }).waitFor();
  expect(await rules.getByRole('link', { name: '退回满 3 次', exact: true }).count()).toBe(1);
  expect(new URL(page.url()).searchParams.get('text')).toBe('OWN-3');
  await page.reload();
  await page.getByText('共 3 条，筛出 1 条', { exact: true }).waitFor();
  expect(await search.inputValue()).toBe('OWN-3');

  await page.goto(`${fixture.baseUrl}/rules?text=own&state=set-aside`);
  await page.getByText('没有这样的规则').waitFor();
  await page.goto(`${fixture.baseUrl}/rules?text=own&severity=medium`);
  await page.getByText(/共 3 条，筛出/).waitFor();
  expect(await visitor.accessibilityFaults()).toEqual([]);
  await page.setViewportSize(PHONE);
  expect(await visitor.overflowPx()).toBeLessThanOrEqual(0);
  expect(await visitor.accessibilityFaults()).toEqual([]);
  await page.setViewportSize(SCREEN);

  // From the page of a rule the way back leads to the list as it was left.
  await page.goto(`${fixture.baseUrl}/rules?text=own-3`);
  await page.getByText('共 3 条，筛出 1 条', { exact: true }).waitFor();
  const narrowed = page.url();
  await rules.getByRole('link', { name: '退回满 3 次', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: '退回满 3 次' }).waitFor();
  await page.getByRole('link', { name: '返回规则' }).click();
  await page.getByText(/共 3 条，筛出/).waitFor();
  expect(page.url()).toBe(narrowed);
});

test('of a rule that there is not the page says so, with the way back and nothing to try again', async () => {
  await page.goto(`${fixture.baseUrl}/rules/none`);
  const alert = page.getByRole('alert').filter({ hasText: '没有找到' });
  await alert.getByText(/没有这条规则/).waitFor();
  expect(await alert.getByRole('button', { name: '再试一次' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: '返回规则' }).count()).toBe(1);
});

test('a number out of its limits, and a second one where there is one alone, are refused beside the row', async () => {
  await page.goto(`${fixture.baseUrl}/rules/order-ping-pong`);
  await page.getByRole('button', { name: '改参数' }).click();
  const dialog = page.getByRole('dialog', { name: '改参数' });
  const form = dialog.getByRole('form', { name: '加一行取值' });
  const add = form.getByRole('button', { name: '加这一行' });
  const value = form.getByLabel(/^取值/);
  const fill = async (number: string) => {
    await value.fill(number);
    await add.click();
  };
  await form.getByLabel('依据的文件').fill('响水县〔2026〕1号');
  await form.getByLabel('文件的要求').fill('两次退回即应督办');
  await fill('-5');
  await form.getByText('这个数不能用，应为不小于 1 次').waitFor();
  expect(await dialog.getByRole('row').count()).toBe(0);
  await fill('2');
  await dialog.getByRole('table', { name: '县里设的取值' }).waitFor();
  await fill('4');
  await form.getByText(/和上面第 1 行的参数、地区、类别、日期都相同/).waitFor();
  expect(await dialog.getByRole('button', { name: /^删去/ }).count()).toBe(1);
  expect(await visitor.accessibilityFaults()).toEqual([]);
});

test('a pack is switched off at once: nothing has to be counted first', async () => {
  await page.goto(`${fixture.baseUrl}/rules`);
  await page
    .getByRole('region', { name: '规则包' })
    .getByRole('listitem')
    .filter({ hasText: '2 条' })
    .getByRole('button', { name: '开关' })
    .click();
  const dialog = page.getByRole('dialog');
  const save = dialog.getByRole('button', { name: /保\s*存/ });
  await dialog.getByRole('switch').click();
  await dialog.getByText(/停用不用等测算/).waitFor();
  await dialog.getByLabel('理由', { exact: true }).fill('误报太多');
  expect(await dialog.getByLabel(/^为什么不看就开关/).count()).toBe(0);
  await save.click();
  await dialog.waitFor({ state: 'hidden' });
  expect((await new RuleSwitches(fixture.pool).read()).packs.get('county')).toMatchObject({
    enabled: false,
    reason: '误报太多',
  });
});

test(
  'what is being counted ends with the page that asked for it',
  async () => {
    await page.goto(`${fixture.baseUrl}/rules`);
    await page
      .getByRole('region', { name: '规则包' })
      .getByRole('listitem')
      .filter({ hasText: '2 条' })
      .getByRole('button', { name: '开关' })
      .click();
    const dialog = page.getByRole('dialog');
    // A real change: of one by which nothing changes nothing has to be counted, and it would have ended before the page is left.
    await dialog.getByRole('switch').click();
    // What stands is not told before this ends.
    await inTransaction(fixture.pool, async (client) => {
      await execute(client, 'LOCK TABLE finding IN ACCESS EXCLUSIVE MODE');
      await dialog.getByRole('button', { name: '先算会增减哪些疑点' }).click();
      await dialog.getByText(/正在逐条研判全部已有记录/).waitFor();
      // Before that the page itself does not know what it has begun.
      await visitor.becomesTrue(() => dialog.getByRole('button', { name: '取消这次' }).isEnabled(), PREVIEW_MS);
      await page.goto('about:blank');
      const sql = `SELECT EXISTS (SELECT FROM finding_trial WHERE state = 'cancelled') AS ended`;
      await visitor.becomesTrue(async () => (await row(fixture.pool, z.object({ ended: z.boolean() }), sql)).ended, PREVIEW_MS);
    });
  },
  3 * PREVIEW_MS,
);
