import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { totpCodeOf } from '@tianyan/access/testing';
import { SECOND_MS } from '@tianyan/kernel';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { CLIENT, IdentityProviderFixture } from '../../apps/console/src/session/identity-provider.test-fixture.js';
import { SECURITY, startConsole, type ConsoleFixture } from '../../apps/console/src/testing/console-fixture.js';
import { keepScreenshot, openBrowser } from './browser.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

/** A machine that runs the whole suite may need so long for one answer. */
const STEP_MS = 60_000;
const MENU_MS = 5_000;

let provider: IdentityProviderFixture;
let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;
let secret = '';
let recoveryCodes: string[] = [];

beforeAll(async () => {
  provider = await IdentityProviderFixture.start();
  fixture = await startConsole({
    webDirectory: join(import.meta.dirname, '../../apps/web/dist'),
    env: {
      TIANYAN_SECOND_FACTOR_ROLES: 'security-administrator',
      TIANYAN_OIDC_ISSUER: provider.issuer,
      TIANYAN_OIDC_CLIENT_ID: CLIENT.id,
      TIANYAN_OIDC_CLIENT_SECRET: CLIENT.secret,
    },
  });
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
  page.setDefaultTimeout(STEP_MS);
  // The provider's own page asks for a typeface of another site.
  const isForeign = ({ hostname }: URL) => hostname !== 'localhost' && hostname !== '127.0.0.1';
  await page.route(isForeign, (route) => route.fulfill({ body: '', contentType: 'text/css' }));
  await page.goto(fixture.baseUrl);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
  await provider?.stop();
});

/** What the telephone shows: of a step that no code has been taken of. */
function nextCode(): string {
  fixture.machineClock.advanceBy(30 * SECOND_MS);
  return totpCodeOf(secret, fixture.machineClock.nowMs());
}
const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
const codeField = () => page.getByLabel('验证码', { exact: true });
const isInside = () => page.getByRole('navigation', { name: '主菜单' }).waitFor();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

/** A menu that is drawn anew while it opens swallows a click, or stands beside the screen for a moment: a person tries again. */
async function openOwnSessions(): Promise<void> {
  const item = page.getByRole('menuitem', { name: '我的登录' });
  const dialog = page.getByRole('dialog');
  await visitor.becomesTrue(async () => {
    if (!(await item.isVisible())) await page.getByRole('button', { name: /账号菜单/ }).click({ timeout: MENU_MS });
    await item.dispatchEvent('click');
    return dialog.waitFor({ timeout: MENU_MS }).then(
      () => true,
      () => false,
    );
  }, STEP_MS);
}

async function throughService(account: string): Promise<void> {
  await page.getByRole('link', { name: '用单位统一身份登录' }).click();
  await page.waitForURL((url) => url.href.startsWith(provider.issuer));
  await page.locator('input[name=login]').fill(account);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
}

/** The tests are one story, in order: each starts where the one before ended. */
describe('a person whose role asks for a second factor', () => {
  test('is led to set it up before anything else, and is given recovery codes', async () => {
    await visitor.tryPassword(SECURITY.account, SECURITY.password);
    await heading('请先启用动态验证码').waitFor();
    await page.getByLabel('当前密码').fill('wrong');
    await press('下一步');
    await page.getByRole('alert').getByText('当前密码不正确').waitFor();
    await page.getByLabel('当前密码').fill(SECURITY.password);
    await press('下一步');
    await page.getByRole('img', { name: '密钥的二维码' }).locator('svg').first().waitFor();
    secret = await page
      .getByText(/^密钥：/)
      .locator('code')
      .innerText();
    await page.setViewportSize(PHONE);
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await page.setViewportSize(SCREEN);
    await codeField().fill('12345a');
    await page.getByRole('button', { name: /^启\s*用$/ }).click();
    await page.getByRole('alert').getByText('验证码不正确').waitFor();
    await codeField().fill(totpCodeOf(secret, fixture.machineClock.nowMs()));
    await page.getByRole('button', { name: /^启\s*用$/ }).click();
    const codes = page.getByRole('list', { name: '恢复码' }).getByRole('listitem');
    await codes.first().waitFor();
    recoveryCodes = await codes.allInnerTexts();
    expect(recoveryCodes).toHaveLength(10);
    await press('我已保存好');
    await isInside();
  });

  test('signs in by password and code, or by a recovery code where the telephone is away', async () => {
    await visitor.stepAside(fixture.baseUrl);
    await visitor.tryPassword(SECURITY.account, SECURITY.password);
    await heading('输入验证码').waitFor();
    await keepScreenshot(page, 'sign-in-code');
    // Half signed in is kept by the browser, and opens nothing.
    await page.goto(`${fixture.baseUrl}/people`);
    await heading('输入验证码').waitFor();
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await codeField().fill('000000');
    await page.getByRole('button', { name: /^登\s*录$/ }).click();
    await page.getByRole('alert').getByText('验证码不正确').waitFor();
    await codeField().fill(recoveryCodes[0] ?? '');
    // By the keyboard: the button may still wear the sign of waiting for the answer before.
    await codeField().press('Enter');
    await isInside();
    await openOwnSessions();
    await page.getByRole('dialog').getByText('还有 9 个恢复码没有用过').waitFor();
  });

  test('gives the code up and signs in as somebody else', async () => {
    await visitor.stepAside(fixture.baseUrl);
    await visitor.tryPassword(SECURITY.account, SECURITY.password);
    await press('换一个账号登录');
    await heading('登录').waitFor();
    await page.reload();
    await heading('登录').waitFor();
  });
});

describe('by the county’s identity service', () => {
  test('one that is away is said to be away, and the password still opens', async () => {
    await page.getByRole('link', { name: '用单位统一身份登录' }).click();
    await page.getByRole('alert').getByText('统一身份服务暂时连不上').waitFor();
    expect(new URL(page.url()).search).toBe('');
    provider.open(fixture.baseUrl);
  });

  test('one comes back to the page that was asked for, and owes the code here too', async () => {
    await page.goto(`${fixture.baseUrl}/people?view=pending`);
    await throughService(SECURITY.account);
    await heading('输入验证码').waitFor();
    await codeField().fill(nextCode());
    await page.getByRole('button', { name: /^登\s*录$/ }).click();
    await isInside();
    await page.waitForURL(/\/people\?view=pending$/);
  });

  test('without an account here nobody is let in', async () => {
    await visitor.stepAside(fixture.baseUrl);
    await throughService('nobody.here');
    await page.getByRole('alert').getByText('天眼里没有您的账号').waitFor();
    await keepScreenshot(page, 'sign-in-identity');
    expect(await visitor.accessibilityFaults()).toEqual([]);
  });

  test('no page complained', () => {
    // Of the test's own: a code that is none, and a service that is away.
    expect(visitor.complaints.filter((text) => !/status of (400|503)/.test(text))).toEqual([]);
  });
});
