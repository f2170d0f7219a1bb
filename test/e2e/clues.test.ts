import { findingListSchema } from '@tianyan/console-app/api';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { keepScreenshot, openBrowser } from './browser.js';
import { startProduct, type RunningProduct } from './start-product.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

/** The first start loads a year of history before findings appear. */
const FIRST_FINDING_MS = 300_000;
const LOOK_AGAIN_MS = 5_000;

jest.setTimeout(3 * PAGE_MS);

let product: RunningProduct;
let browser: Browser;
/** Two people at one desk: the page is the same, and whoever does something signs in first. */
let desk: Visitor;
let present = '';
let path = '';
let findingId = '';

beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  desk = await Visitor.arrive(browser);
  await desk.page.goto(product.url);
  await desk.signInFirst('leader', product.firstPassword('leader'));
  await desk.stepAside(product.url);
  await desk.signInFirst('analyst', product.firstPassword('analyst'));
  present = 'analyst';
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function be(account: 'analyst' | 'leader'): Promise<Visitor> {
  if (account !== present) {
    await desk.stepAside(product.url);
    await desk.signInAgain(account);
    present = account;
  }
  return desk;
}

const dialog = (page: Page) => page.getByRole('dialog');

/** Opens the clue as it is now and takes a step of it; `fill` gives what is asked for. */
async function take(
  account: 'analyst' | 'leader',
  label: string,
  fill: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { page } = await be(account);
  await page.goto(`${product.url}${path}`);
  await page.getByRole('region', { name: '办理', exact: true }).getByRole('button', { name: label, exact: true }).click();
  // Before it is there it is hidden, too.
  await dialog(page).waitFor();
  await fill();
  await confirm(label, (timeout) => dialog(page).waitFor({ state: 'hidden', timeout }));
}

async function confirm(label: string, happens: (timeout: number) => Promise<void>): Promise<void> {
  await desk.press(dialog(desk.page).getByRole('button', { name: `确认${label}` }), happens);
}

/** Above all else the page says where the clue stands. */
async function standsAt(state: string): Promise<void> {
  await desk.page.locator('article > header').getByText(state, { exact: true }).waitFor();
}

async function choose(option: string): Promise<void> {
  await desk.choose(dialog(desk.page).getByRole('radio', { name: option, exact: true }));
}

async function write(label: string, text: string): Promise<void> {
  await dialog(desk.page).getByLabel(label, { exact: true }).fill(text);
}

/** The tests are one visit of two people, in order: each starts where the one before ended. */
describe('a doubt becomes a clue', () => {
  test(
    'registered from the page of the finding',
    async () => {
      const { page } = desk;
      await desk.becomesTrue(async () => {
        await page.waitForTimeout(LOOK_AGAIN_MS);
        const answer: unknown = await page.evaluate(async () => (await fetch('/api/findings?status=open&limit=1')).json());
        findingId = findingListSchema.parse(answer).items[0]?.id ?? '';
        return findingId !== '';
      }, FIRST_FINDING_MS);
      await product.slowDown();
      await page.goto(`${product.url}/findings/${encodeURIComponent(findingId)}`);
      await page.getByRole('button', { name: '转为问题线索' }).click();
      await dialog(page).getByLabel('说明（可不填）').fill('台账核对，退回理由不成立');
      await dialog(page).getByRole('button', { name: '确认转为线索' }).click();
      const link = page.getByRole('link', { name: /^线索〔\d{4}〕0001号$/ });
      await link.click();
      await standsAt('待分办');
      path = new URL(page.url()).pathname;
    },
    2 * FIRST_FINDING_MS,
  );

  test('assigned with what each has in hand shown, and verified', async () => {
    const { page } = desk;
    await take('leader', '分办', async () => {
      await dialog(page).getByLabel('承办人').click();
      await page.getByTitle('分析员 · 手上 0 条').waitFor();
      await keepScreenshot(page, 'clue-assign');
      await page.getByTitle('分析员 · 手上 0 条').click();
    });
    await standsAt('核实中');
    await take('analyst', '核实', async () => {
      await choose('属实');
      await write('核实情况', '查阅台账并询问承办单位，退回理由均不成立。');
    });
    await standsAt('待处置');
  });

  test('what is missing is said at its field', async () => {
    const { page } = desk;
    await be('analyst');
    await page.goto(`${product.url}${path}`);
    await page
      .getByRole('region', { name: '办理', exact: true })
      .getByRole('button', { name: '提出处置意见', exact: true })
      .click();
    await confirm('提出处置意见', (timeout) => dialog(page).getByText('请选择处置方式').waitFor({ timeout }));
    await dialog(page).getByText('请写明理由（至少两个字）').waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'hidden' });
  });

  test('a disposal is approved by another; two who decide at once are told apart', async () => {
    await take('analyst', '提出处置意见', async () => {
      await choose('谈话函询');
      await write('理由', '属一般性问题，建议谈话函询。');
    });
    await standsAt('待审批');
    // Who proposed it is not offered to approve it.
    await desk.region('办理').getByText('现在没有要您办理的步骤。').waitFor();
    const { page } = await be('leader');
    await page.goto(`${product.url}${path}`);
    await page.getByRole('region', { name: '办理', exact: true }).getByRole('button', { name: '审批同意', exact: true }).click();
    // While the dialog is open the same step is taken elsewhere.
    const answered = await page.evaluate(async (clue) => {
      const { revision } = await (await fetch(clue)).json();
      const body = JSON.stringify({ revision, step: { step: 'approve' } });
      return (await fetch(`${clue}/steps`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status;
    }, `/api${path}`);
    expect(answered).toBeLessThan(300);
    await confirm('审批同意', (timeout) =>
      page
        .getByRole('alert')
        .getByText(/leader 已于 .+“审批同意”。请刷新页面/)
        .waitFor({ timeout }),
    );
    await page.goto(`${product.url}${path}`);
    await standsAt('处置中');
  });

  test('a person is named, covered, and found a form', async () => {
    const { page } = desk;
    await take('analyst', '登记涉及人员', async () => {
      await write('姓名', '陈大同');
      await write('单位', '响水镇水利站');
    });
    await desk.region('涉及人员').getByText('陈**', { exact: true }).waitFor();
    await take('analyst', '认定形态', async () => {
      await dialog(page).getByLabel('人员').click();
      await page.getByTitle('陈**（响水镇水利站）').click();
      await choose('第一种形态');
      await write('具体措施', '提醒谈话');
    });
    await desk.region('涉及人员').getByText('第一种形态：提醒谈话').waitFor();
    await desk.region('涉及人员').getByLabel('查看理由').fill('制作谈话通知');
    await desk.region('涉及人员').getByRole('button', { name: '查看' }).click();
    await desk.region('涉及人员').getByText('陈大同', { exact: true }).waitFor();
    await keepScreenshot(page, 'clue');
  });

  test('rectified, accepted by another, closed and visited again', async () => {
    await take('analyst', '报告办理情况', async () => {
      await choose('转入整改');
      await write('办理情况', '已谈话，本人作出检查。');
    });
    await standsAt('整改中');
    await take('analyst', '提交整改', () => write('整改情况', '工单已重新办结，建立退回复核制度。'));
    await standsAt('待验收');
    await take('leader', '验收通过');
    await standsAt('待办结');
    await take('leader', '办结', () => write('办结情况', '问题已整改到位。'));
    await standsAt('已办结');
    await take('analyst', '回访', async () => {
      await choose('未反弹');
      await write('回访情况', '回访来电人，表示满意。');
    });
    const steps = desk.page.getByRole('list', { name: '办理经过' }).getByRole('listitem');
    await steps.last().getByText(/^回访/).first().waitFor();
    expect(await steps.count()).toBe(12);
    await standsAt('已办结');
  });

  test('it stands in the list, and the finding leads to it; a phone shows both', async () => {
    const { page } = desk;
    await desk.openFromMenu('线索');
    const table = page.getByRole('table', { name: '问题线索' });
    await table.getByRole('link', { name: /0001号$/ }).waitFor();
    await page.getByRole('button', { name: /^我承办的/ }).click();
    await page.waitForURL(/view=mine/);
    await table.getByRole('link', { name: /0001号$/ }).waitFor();
    await keepScreenshot(page, 'clues');
    await page.getByRole('button', { name: /^超期/ }).click();
    await page.getByText('没有这样的线索').waitFor();
    await page.goto(`${product.url}/findings/${encodeURIComponent(findingId)}`);
    await desk
      .region('处理')
      .getByRole('link', { name: /0001号$/ })
      .waitFor();
    await page.setViewportSize(PHONE);
    await page.goto(`${product.url}/clues`);
    await table.getByRole('link', { name: /0001号$/ }).waitFor();
    expect(await desk.overflowPx()).toBeLessThanOrEqual(0);
    await keepScreenshot(page, 'clues-phone');
    await page.goto(`${product.url}${path}`);
    await standsAt('已办结');
    expect(await desk.overflowPx()).toBeLessThanOrEqual(0);
    await keepScreenshot(page, 'clue-phone');
    await page.setViewportSize(SCREEN);
  });

  test('no page complained', () => {
    // Two who decide at once are answered 409, which the browser notes.
    const unexpected = desk.complaints.filter((complaint) => !complaint.includes('409'));
    expect(unexpected).toEqual([]);
  });
});
