import { builtInCatalogue } from '@tianyan/contracts';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  ANALYST,
  COUNTY_NOW_MS,
  LEADER,
  startConsole,
  type ConsoleFixture,
} from '../../apps/console/src/testing/console-fixture.js';
import { returnedOften } from '../../apps/console/src/testing/planted-finding.js';
import { writeRecords } from '../../apps/console/src/testing/records.js';
import { keepScreenshot, openBrowser } from './browser.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

/** A machine that runs the whole suite may need so long for one answer. */
const STEP_MS = 30_000;
const TOWNSHIP = '370000001';
const LIAISON = { account: 'shuiwu', password: 'Liaison-2026-xyz' };
const TITLE = '关于供水工单反复退回的督办';

let fixture: ConsoleFixture;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  fixture = await startConsole({ webDirectory: join(import.meta.dirname, '../../apps/web/dist') });
  const unit = { id: 'WATER', atMs: COUNTY_NOW_MS, raw: '{}', fields: { unitId: 'WATER', name: '县水务局', kind: 'department' } };
  await writeRecords(fixture.warehouse, builtInCatalogue.get('directory.unit'), [unit], '');
  await fixture.storeFindings([returnedOften('GD-1', { orderId: 'GD-1', unitId: 'WATER', townshipCode: TOWNSHIP })]);
  const role = { role: 'unit-liaison', townshipCodes: null, unitCodes: ['WATER'], mustChangePassword: false } as const;
  await fixture.users.create({ ...LIAISON, ...role, displayName: '水务局联络员' });
  browser = await openBrowser();
  visitor = await Visitor.arrive(browser);
  page = visitor.page;
  page.setDefaultTimeout(STEP_MS);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
});

const be = (person: { account: string; password: string }) => visitor.become(fixture.baseUrl, person);

const dialog = () => page.getByRole('dialog');
const write = (label: string | RegExp, text: string) => dialog().getByLabel(label, { exact: true }).fill(text);

/** Presses what is offered, gives what is asked for, and sees it done. */
async function take(label: string, fill: () => Promise<void> = async () => undefined): Promise<void> {
  const offered = page.getByRole('button', { name: label, exact: true });
  await visitor.press(offered, (timeout) => dialog().waitFor({ timeout }));
  await fill();
  await visitor.press(dialog().getByRole('button', { name: `确认${label}` }), (timeout) =>
    dialog().waitFor({ state: 'hidden', timeout }),
  );
}

const standsAt = (state: string) => page.locator('article > header').getByText(state, { exact: true }).waitFor();

/** The tests are one story, in order: each starts where the one before ended. */
describe('a unit is asked to put something right', () => {
  test('an analyst drafts a letter from a finding; what names people is refused', async () => {
    await be(ANALYST);
    await page.goto(`${fixture.baseUrl}/findings`);
    await page.getByRole('list', { name: '疑点列表' }).getByRole('link').first().click();
    await visitor.press(page.getByRole('button', { name: '发督办函' }), (timeout) => dialog().waitFor({ timeout }));
    await dialog().getByText('县水务局').waitFor();
    await write('标题', TITLE);
    await write('正文', '请核实四件工单的退回理由，来电人电话 13812345678。');
    const confirm = dialog().getByRole('button', { name: '确认发督办函' });
    await visitor.press(confirm, (timeout) =>
      dialog()
        .getByText(/138\*{4}5678/)
        .waitFor({ timeout }),
    );
    await write('正文', '请核实四件工单的退回理由，落实整改并报送材料。');
    await visitor.press(confirm, (timeout) => page.waitForURL(/\/letters\//, { timeout }));
    await standsAt('待签发');
  });

  test('a leader issues it', async () => {
    const { pathname } = new URL(page.url());
    await be(LEADER);
    await page.goto(`${fixture.baseUrl}${pathname}`);
    await take('签发');
    await standsAt('待签收');
    await page.getByRole('heading', { name: '督办单〔2026〕0001号', level: 1 }).waitFor();
    await keepScreenshot(page, 'letter');
  });

  test('the liaison receives and answers it, with a phone in hand', async () => {
    await page.setViewportSize(PHONE);
    await be(LIAISON);
    // It is what a liaison begins with.
    await page.waitForURL(/\/assignments$/);
    await page.getByRole('list', { name: '督办函' }).getByText('督办单〔2026〕0001号').waitFor();
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'assignments-phone');
    await page.getByRole('list', { name: '督办函' }).getByRole('link').click();
    await take('签收');
    await standsAt('待答复');
    await take('答复', async () => {
      await write('采取的措施', '约谈经办人，四件工单重新交办。');
      await write('办理结果', '四件已全部办结。');
      await write(/^文号或材料名称/, '水函〔2026〕8号');
    });
    await standsAt('待审核');
    expect([await visitor.accessibilityFaults(), await visitor.overflowPx()]).toEqual([[], 0]);
    await keepScreenshot(page, 'assigned-letter-phone');
    expect(await page.getByText(/GD-1|李芬|陈伟/).count()).toBe(0);
    await page.setViewportSize(SCREEN);
  });

  test('the answer is accepted, and the ledger shows what has to be put right', async () => {
    await be(ANALYST);
    await visitor.openFromMenu('督办函');
    await page.getByRole('table', { name: '督办函' }).getByRole('link').first().click();
    await take('采纳答复');
    await standsAt('待办结');
    await take('记入整改台账', async () => {
      await write('存在的问题', '四件供水工单退回理由不成立');
      await write('责任人（可不填）', '陈大同');
      await write('整改期限', '2026-07-20');
    });
    await visitor.openFromMenu('整改台账');
    const table = page.getByRole('table', { name: '整改台账' });
    await table.getByText('四件供水工单退回理由不成立').waitFor();
    await table.getByText('陈**').waitFor();
    await table.getByText('未整改').waitFor();
    expect(await visitor.accessibilityFaults()).toEqual([]);
    await keepScreenshot(page, 'rectifications');
    // The text that was refused is answered 400, which the browser notes.
    expect(visitor.complaints.filter((complaint) => !complaint.includes('400'))).toEqual([]);
  });
});
