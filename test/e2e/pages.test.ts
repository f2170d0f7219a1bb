import { clueDetailSchema, clueHandlerListSchema, findingListSchema } from '@tianyan/console-app/api';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { keepScreenshot, openBrowser } from './browser.js';
import { watchShifts } from './layout-shift.js';
import { ADMINISTRATOR_STOPS, ANALYST_STOPS, AUDITOR_STOPS, faultsOf, findingStops, SECURITY_STOPS } from './page-walk.js';
import { startProduct, type RunningProduct } from './start-product.js';
import { Visitor } from './visitor.js';

/** A year of history is loaded before there is a finding with evidence of two systems. */
const LOADED_MS = 300_000;
const LOOK_AGAIN_MS = 5_000;
/** Some sixty looks, each of a second or two; other suites may share the machine. */
const WALK_MS = 900_000;

jest.setTimeout(WALK_MS);

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  await watchShifts(visitor.page);
  await visitor.page.goto(product.url);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Asks the API as whoever is signed in. */
function ask(path: string, body?: unknown): Promise<unknown> {
  return visitor.page.evaluate(
    async (asked) => {
      const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: asked.body ?? '' };
      return (await fetch(asked.path, asked.body === undefined ? {} : sent)).json();
    },
    { path, body: body === undefined ? undefined : JSON.stringify(body) },
  );
}

async function searchedPerson({ page }: Visitor): Promise<Locator> {
  await page.getByLabel('完整姓名').fill('单于红');
  await page.getByLabel('查看理由').fill('核对以前的线索');
  await page.getByRole('button', { name: '查涉及人员' }).click();
  return page.getByRole('link', { name: '单于红' });
}

/** The first finding, once there is one. */
async function findingPath({ page }: Visitor): Promise<string> {
  let path = '';
  await visitor.becomesTrue(async () => {
    const answer: unknown = await page.evaluate(async () => (await fetch('/api/findings?status=open&limit=1')).json());
    const [finding] = findingListSchema.parse(answer).items;
    if (finding) path = `/findings/${encodeURIComponent(finding.id)}`;
    else await page.waitForTimeout(LOOK_AGAIN_MS);
    return path !== '';
  }, LOADED_MS);
  return path;
}

describe('on every page, at a desk and with a phone, axe finds nothing serious, nothing is wider than the screen, and nothing jumps', () => {
  test('before anybody is signed in', async () => {
    await visitor.page.getByRole('heading', { name: '登录' }).waitFor();
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
  });

  test('as an analyst', async () => {
    await visitor.signInFirst('analyst', product.firstPassword('analyst'));
    const path = await findingPath(visitor);
    await product.slowDown();
    const stops = [...ANALYST_STOPS, ...findingStops(path, true)];
    expect(await faultsOf(visitor, product.url, stops)).toEqual({});
  });

  test('on a clue that the analyst registers', async () => {
    const { page } = visitor;
    await page.goto(`${product.url}${await findingPath(visitor)}`);
    await page.getByRole('button', { name: '转为问题线索' }).click();
    const link = page.getByRole('link', { name: /^线索〔\d{4}〕0001号$/ });
    await visitor.press(page.getByRole('button', { name: '确认转为线索' }), (timeout) => link.waitFor({ timeout }));
    await link.click();
    await page.getByRole('region', { name: '办理', exact: true }).waitFor();
    const stops = [
      { name: '线索', path: '/clues' },
      { name: '一条线索', path: new URL(page.url()).pathname },
    ];
    expect(await faultsOf(visitor, product.url, stops)).toEqual({});
  });

  test('on the page of a person whom the clue names, and where that person is looked for', async () => {
    const clueId = new URL(visitor.page.url()).pathname.split('/').at(-1) ?? '';
    await visitor.stepAside(product.url);
    await visitor.signInFirst('leader', product.firstPassword('leader'));
    const { items } = clueHandlerListSchema.parse(await ask(`/api/clues/${clueId}/handlers`));
    const assigneeId = items.find(({ name }) => name === '分析员')?.userId;
    await ask(`/api/clues/${clueId}/steps`, { revision: 1, step: { step: 'assign', assigneeId } });
    await visitor.stepAside(product.url);
    await visitor.signInAgain('analyst');
    const step = { step: 'add-person', name: '单于红', unit: '东河镇' };
    const named = clueDetailSchema.parse(await ask(`/api/clues/${clueId}/steps`, { revision: 2, step }));
    const path = `/clues/${clueId}/people/${named.people[0]?.id}`;
    const stops = [
      { name: '涉及人员', path },
      { name: '查涉及人员', path: '/search', open: searchedPerson },
      { name: '坐席', path: '/timelines/agent/ZX001' },
    ];
    expect(await faultsOf(visitor, product.url, stops)).toEqual({});
    await visitor.page.goto(`${product.url}${path}`);
    await visitor.page
      .getByRole('img', { name: /^关系图/ })
      .locator('svg path')
      .first()
      .waitFor();
    await keepScreenshot(visitor.page, 'clue-person');
  });

  test('as an administrator', async () => {
    await visitor.stepAside(product.url);
    await visitor.signInFirst('admin', product.firstPassword('admin'));
    const stops = [...ADMINISTRATOR_STOPS, ...findingStops(await findingPath(visitor), false)];
    expect(await faultsOf(visitor, product.url, stops)).toEqual({});
    // One stop is an address that there is not; scorecards say 409 until the year of history is there.
    expect(visitor.complaints.filter((complaint) => !/404|409/.test(complaint))).toEqual([]);
  });

  test.each([
    ['security', SECURITY_STOPS],
    ['audit', AUDITOR_STOPS],
  ])('as the %s administrator', async (account, stops) => {
    await visitor.stepAside(product.url);
    await visitor.signInFirst(account, product.firstPassword(account));
    expect(await faultsOf(visitor, product.url, stops)).toEqual({});
  });
});
