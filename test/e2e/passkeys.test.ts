import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { totpCodeOf } from '@tianyan/access/testing';
import { SECOND_MS } from '@tianyan/kernel';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../../apps/console/src/testing/console-fixture.js';
import { returnedOften } from '../../apps/console/src/testing/planted-finding.js';
import { keepScreenshot, openBrowser } from './browser.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

const MENU_MS = 5_000;
const RECEIVER = { account: 'zhou.jie', password: 'Analyst-2026-xyz' };

let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;
let url = '';
let secret = '';

beforeAll(async () => {
  fixture = await startConsole({ webDirectory: join(import.meta.dirname, '../../apps/web/dist') });
  // A browser makes passkeys for names, and trusts this one without TLS.
  url = fixture.baseUrl.replace('127.0.0.1', 'localhost');
  await plantClue();
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
  const devices = await page.context().newCDPSession(page);
  await devices.send('WebAuthn.enable');
  await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'usb',
      hasResidentKey: false,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(url);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
});

/** One that the analyst handles, and somebody who could. */
async function plantClue(): Promise<void> {
  await fixture.users.create({
    ...RECEIVER,
    displayName: '周杰',
    role: 'analyst',
    townshipCodes: null,
    mustChangePassword: false,
  });
  await fixture.storeFindings([returnedOften('A', { unitId: 'U1', townshipCode: '320921100' })]);
  const analyst = await fixture.signedIn(ANALYST);
  const [finding] = (await analyst.get('/api/findings')).body.items;
  const { id } = (await analyst.post('/api/clues', { findingIds: [finding.id] })).body;
  const step = { step: 'assign', assigneeId: fixture.analyst.id };
  const leader = await fixture.signedIn(LEADER);
  expect((await leader.post(`/api/clues/${id}/steps`, { revision: 1, step })).status).toBe(200);
}

/** What the telephone shows: of a step that no code has been taken of. */
function nextCode(): string {
  fixture.machineClock.advanceBy(30 * SECOND_MS);
  return totpCodeOf(secret, fixture.machineClock.nowMs());
}
const dialog = () => page.getByRole('dialog');
const isInside = () => page.getByRole('navigation', { name: '主菜单' }).waitFor();
const passkeys = () => dialog().getByRole('list', { name: '通行密钥' }).getByRole('listitem');

/** A menu that is drawn anew while it opens swallows a click: a person tries again. */
async function openOwnSessions(): Promise<void> {
  const item = page.getByRole('menuitem', { name: '我的登录' });
  await visitor.becomesTrue(async () => {
    if (!(await item.isVisible())) await page.getByRole('button', { name: /账号菜单/ }).click({ timeout: MENU_MS });
    await item.dispatchEvent('click');
    return dialog()
      .waitFor({ timeout: MENU_MS })
      .then(
        () => true,
        () => false,
      );
  }, PAGE_MS);
}

async function submit(name: string, code: string): Promise<void> {
  await dialog().getByLabel('验证码或恢复码').fill(code);
  await dialog().getByRole('button', { name }).click();
}

/** The tests are one story, in order: each starts where the one before ended. */
describe('a passkey', () => {
  test('is enrolled under a name by whoever has the codes of an app', async () => {
    await visitor.tryPassword(LEADER.account, LEADER.password);
    await isInside();
    const begun = await page.evaluate(async (currentPassword) => {
      const body = JSON.stringify({ currentPassword });
      const headers = { 'content-type': 'application/json' };
      return (await (await fetch('/api/session/second-factor', { method: 'POST', headers, body })).json()) as { secret: string };
    }, LEADER.password);
    secret = begun.secret;
    await page.evaluate(
      async (code) => {
        const headers = { 'content-type': 'application/json' };
        await fetch('/api/session/second-factor/confirm', { method: 'POST', headers, body: JSON.stringify({ code }) });
      },
      totpCodeOf(secret, fixture.machineClock.nowMs()),
    );
    await openOwnSessions();
    await dialog().getByRole('button', { name: '登记通行密钥' }).click();
    await dialog().getByLabel('名称').fill('办公室安全密钥');
    await submit('开始登记', '000000');
    await dialog().getByRole('alert').getByText('验证码不正确').waitFor();
    await submit('开始登记', nextCode());
    await passkeys().getByText('办公室安全密钥').waitFor();
    await passkeys().getByText('还没有用过').waitFor();
    expect(await visitor.accessibilityFaults()).toEqual([]);
    await keepScreenshot(page, 'passkeys');
    // The device says itself that it is known.
    await dialog().getByRole('button', { name: '登记通行密钥' }).click();
    await dialog().getByLabel('名称').fill('又一个');
    await submit('开始登记', nextCode());
    await dialog().getByRole('alert').getByText('这个设备或密钥已经登记过').waitFor();
  });

  test('is shown after the password, in the place of a code', async () => {
    await visitor.stepAside(url);
    await visitor.tryPassword(LEADER.account, LEADER.password);
    const show = page.getByRole('button', { name: '用通行密钥登录' });
    await show.waitFor();
    await page.setViewportSize(PHONE);
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await page.setViewportSize(SCREEN);
    await show.click();
    await isInside();
  });

  test('goes by a code, and is asked for no more', async () => {
    await openOwnSessions();
    await passkeys().getByText('最近使用').waitFor();
    await dialog().getByRole('button', { name: '删除通行密钥 办公室安全密钥' }).click();
    await submit('删除“办公室安全密钥”', nextCode());
    await passkeys().first().waitFor({ state: 'detached' });
    await visitor.stepAside(url);
    await visitor.tryPassword(LEADER.account, LEADER.password);
    await page.getByLabel('验证码', { exact: true }).fill(nextCode());
    expect(await page.getByRole('button', { name: '用通行密钥登录' }).count()).toBe(0);
    await page.getByLabel('验证码', { exact: true }).press('Enter');
    await isInside();
  });
});

describe('what somebody handles who leaves', () => {
  test('is given to somebody else in one act, and is theirs', async () => {
    await page.goto(`${url}/hand-overs`);
    await page.getByRole('table', { name: '谁手上有未办结的事项' }).getByRole('link', { name: '李芬' }).click();
    await page.getByRole('table', { name: '手上的事项' }).getByText('线索〔2026〕0001号').waitFor();
    await visitor.pick(page.getByLabel('接手的人'), page.getByTitle('周杰（分析员，手上 0 条线索）', { exact: true }));
    await page.getByLabel('理由').fill('调离，见调令');
    expect(await visitor.accessibilityFaults()).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await visitor.overflowPx()).toBeLessThanOrEqual(0);
    await page.setViewportSize(SCREEN);
    await keepScreenshot(page, 'hand-over');
    await page.getByRole('button', { name: '移交选中的 1 项' }).click();
    await page.getByText('已移交 1 项。').waitFor();
    await page.getByText('手上没有可以移交的事项').waitFor();
    await page.goto(`${url}/clues`);
    await page.getByRole('cell', { name: '周杰' }).waitFor();
  });

  test('no page complained', () => {
    // A wrong code is answered so.
    expect(visitor.complaints.filter((complaint) => !complaint.includes('400'))).toEqual([]);
  });
});
