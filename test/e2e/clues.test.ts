import { findingListSchema } from '@tianyan/console-app/api';
import { verifyBundle } from '@tianyan/dossier';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, Page, Route } from 'playwright-core';
import { keepScreenshot, openBrowser } from './browser.js';
import { startProduct, type RunningProduct } from './start-product.js';
import { PAGE_MS, PHONE, SCREEN, Visitor } from './visitor.js';

/** The first start loads a year of history before findings appear. */
const FIRST_FINDING_MS = 300_000;
const LOOK_AGAIN_MS = 5_000;
/** The smallest picture there is. */
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

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

/** How much the page keeps on the device; it has opened its store before. */
function unsentOf(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const asked = indexedDB.open('tianyan');
        asked.addEventListener('success', () => {
          const counted = asked.result.transaction('unsent').objectStore('unsent').count();
          counted.addEventListener('success', () => {
            asked.result.close();
            resolve(counted.result);
          });
        });
      }),
  );
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

/** Among other clues, by its number. */
async function chooseClue(label: string, number: string): Promise<void> {
  const { page } = desk;
  await desk.pick(dialog(page).getByLabel(label, { exact: true }), page.getByTitle(new RegExp(`^${number}`)));
}

/** A clue of two doubts about one thing, registered by the signed-in analyst; where its page is. */
async function registeredOfTwo(page: Page): Promise<string> {
  let id = '';
  await desk.becomesTrue(async () => {
    id = await page.evaluate(async () => {
      const { items: groups } = await (await fetch('/api/findings/groups?status=open&limit=200')).json();
      for (const { key, count } of groups) {
        if (count < 2) continue;
        const { items } = await (await fetch(`/api/findings?status=open&limit=2&subject=${encodeURIComponent(key)}`)).json();
        if (items.length < 2) continue;
        const body = JSON.stringify({ findingIds: items.map((one: { id: string }) => one.id) });
        const headers = { 'content-type': 'application/json' };
        return (await (await fetch('/api/clues', { method: 'POST', headers, body })).json()).id as string;
      }
      return '';
    });
    return id !== '';
  }, FIRST_FINDING_MS);
  return `/clues/${id}`;
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
      await desk.pick(dialog(page).getByLabel('承办人'), page.getByTitle('分析员 · 手上 0 条'));
    });
    await standsAt('核实中');
  });

  test('of two at once the later reads who did what, keeps what was typed, and goes on from there', async () => {
    // A browser of their own: pages of one share who is signed in.
    const beside = await openBrowser();
    const second = await Visitor.arrive(beside);
    await second.page.goto(product.url);
    await second.signInAgain('leader');
    await second.page.goto(`${product.url}${path}`);
    const { page } = await be('analyst');
    await page.goto(`${product.url}${path}`);
    await page.getByRole('region', { name: '办理', exact: true }).getByRole('button', { name: '核实', exact: true }).click();
    await dialog(page).waitFor();
    await choose('属实');
    await write('核实情况', '查阅台账并询问承办单位，退回理由均不成立。');
    const inSecond = async (label: string, reason: string) => {
      await second.page
        .getByRole('region', { name: '办理', exact: true })
        .getByRole('button', { name: label, exact: true })
        .click();
      await dialog(second.page).getByLabel('理由', { exact: true }).fill(reason);
      await second.press(dialog(second.page).getByRole('button', { name: `确认${label}` }), (timeout) =>
        dialog(second.page).waitFor({ state: 'hidden', timeout }),
      );
    };
    await inSecond('中止', '等待审计结果');
    const alert = dialog(page).getByRole('alert');
    await alert.getByText('这条线索现在不能再“核实”').waitFor();
    await alert.getByText(/“中止”，现在“已中止”/).waitFor();
    await alert.getByText('等待审计结果').waitFor();
    expect(await dialog(page).getByRole('button', { name: '确认核实' }).isDisabled()).toBe(true);
    await keepScreenshot(page, 'clue-meanwhile');
    await page.setViewportSize(PHONE);
    expect(await desk.overflowPx()).toBeLessThanOrEqual(0);
    await keepScreenshot(page, 'clue-meanwhile-phone');
    await page.setViewportSize(SCREEN);
    await inSecond('恢复办理', '审计结果已到');
    await alert.getByText('您填写时，别人先办了').waitFor();
    expect(await dialog(page).getByLabel('核实情况', { exact: true }).inputValue()).toContain('退回理由均不成立');
    await desk.press(dialog(page).getByRole('button', { name: '看过了，继续办理' }), (timeout) =>
      alert.waitFor({ state: 'hidden', timeout }),
    );
    await confirm('核实', (timeout) => dialog(page).waitFor({ state: 'hidden', timeout }));
    await standsAt('待处置');
    // The other page, which nobody has touched, says so.
    await second.page.getByText(/别人办了 1 步，下面已是最新情况/).waitFor();
    await second.page.getByRole('button', { name: '知道了' }).click();
    await second.page.locator('article > header').getByText('待处置', { exact: true }).waitFor();
    expect(second.complaints).toEqual([]);
    await beside.close();
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

  test('a disposal is approved by another; what was done in another window cannot be done again', async () => {
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
    await dialog(page).getByText('这条线索现在不能再“审批同意”').waitFor();
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
      await desk.pick(dialog(page).getByLabel('人员'), page.getByTitle('陈**（响水镇水利站）'));
      await choose('第一种形态');
      await write('具体措施', '提醒谈话');
    });
    await desk.region('涉及人员').getByText('第一种形态：提醒谈话').waitFor();
    await desk.region('涉及人员').getByLabel('查看理由').fill('制作谈话通知');
    await desk.region('涉及人员').getByRole('button', { name: '查看' }).click();
    await desk.region('涉及人员').getByText('陈大同', { exact: true }).waitFor();
    await keepScreenshot(page, 'clue');
  });

  test('leaves as a dossier with a reason, which is as it was sealed', async () => {
    const { page } = await be('analyst');
    await page.goto(`${product.url}${path}`);
    await desk.region('卷宗').getByRole('button', { name: '导出卷宗' }).click();
    await dialog(page).getByLabel('理由').fill('移送审查调查室');
    await keepScreenshot(page, 'clue-dossier');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog(page).getByRole('button', { name: '导出', exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^线索〔\d{4}〕0001号卷宗\.zip$/);
    expect(await verifyBundle(await download.path())).toMatchObject({
      intact: true,
      about: { reason: '移送审查调查室', uncovered: false },
    });
  });

  test('files are handed in: not what they are not, and after the network was away', async () => {
    const { page } = await be('analyst');
    await page.goto(`${product.url}${path}`);
    const panel = desk.region('附件');
    const chosen = panel.locator('input[type=file][multiple]');
    await chosen.setInputFiles({
      name: '说明.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('<html><p>说明</p></html>'),
    });
    await panel.getByRole('alert').getByText('不能上传这种文件').waitFor();
    await panel.getByRole('button', { name: '删除 说明.pdf' }).click();
    await page.context().setOffline(true);
    await chosen.setInputFiles({ name: '现场照片.png', mimeType: 'image/png', buffer: PHOTO });
    await panel.getByText('文件已保存在本机').waitFor();
    await keepScreenshot(page, 'clue-file-offline');
    await page.context().setOffline(false);
    const files = panel.getByRole('list', { name: '附件', exact: true });
    await files.getByRole('link', { name: /^现场照片\.png/ }).waitFor();
    await desk.becomesTrue(() => files.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth > 0), PAGE_MS); // an img
    await page.getByRole('list', { name: '办理经过' }).getByText('现场照片.png').waitFor();
  });

  test('what was typed and not sent is there again, until somebody signs out', async () => {
    const { page } = desk;
    const open = async () => {
      await page.goto(`${product.url}${path}`);
      await desk.region('办理').getByRole('button', { name: '报告办理情况', exact: true }).click();
      await dialog(page).waitFor();
    };
    await open();
    await write('办理情况', '已谈话，写到一半');
    await desk.becomesTrue(async () => (await unsentOf(page)) === 1, PAGE_MS);
    await open();
    await dialog(page).getByText('已填回上次没有提交的内容').waitFor();
    expect(await dialog(page).getByLabel('办理情况', { exact: true }).inputValue()).toBe('已谈话，写到一半');
    await page.goto(product.url);
    await desk.signOut();
    await desk.signInAgain('analyst');
    await open();
    expect(await dialog(page).getByLabel('办理情况', { exact: true }).inputValue()).toBe('');
    expect(await dialog(page).getByText('已填回上次没有提交的内容').count()).toBe(0);
  });

  test('the console can be put on the screen of a telephone', async () => {
    const { page } = desk;
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]');
      return (await fetch(link?.href ?? '')).json() as Promise<unknown>;
    });
    expect(manifest).toMatchObject({ name: '天眼监督', start_url: '/', display: 'standalone', icons: { length: 1 } });
  });

  test('rectified, accepted by another, closed and visited again', async () => {
    // Its answer is lost on the way: it is one step all the same, and nobody is asked to do it again.
    const lose = async (route: Route): Promise<void> => {
      await route.fetch();
      await route.abort();
    };
    await desk.page.route('**/steps', lose, { times: 1 });
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
    expect(await steps.count()).toBe(15);
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

  test('of two doubts in one clue one is split off, linked and merged again', async () => {
    const { page } = await be('analyst');
    path = await registeredOfTwo(page);
    await take('analyst', '分出线索', async () => {
      await dialog(page).getByRole('checkbox').first().check();
      await write('理由', '属另一单位的问题');
    });
    const steps = page.getByRole('list', { name: '办理经过' }).getByRole('listitem');
    await steps.last().getByText('分出线索').waitFor();
    const same = page.getByRole('list', { name: '同一对象' }).getByRole('link');
    const split = await steps.last().getByRole('link').innerText();
    await same.getByText(split).waitFor();
    await keepScreenshot(page, 'clue-split');
    await take('analyst', '关联以前的线索', async () => {
      await chooseClue('关联', split);
      await write('理由', '由同一条线索分出');
    });
    await page.getByRole('list', { name: '已关联' }).getByText(split).waitFor();
    const whole = path;
    path = new URL((await same.first().getAttribute('href')) ?? '', page.url()).pathname;
    await take('analyst', '并入其他线索', async () => {
      await chooseClue('并入', await page.getByRole('list', { name: '已关联' }).getByRole('link').innerText());
      await write('理由', '核对后是同一问题');
    });
    await standsAt('已并案');
    path = whole;
    await page.goto(`${product.url}${path}`);
    await page.getByRole('region', { name: '疑点', exact: true }).getByText('2 条', { exact: true }).waitFor();
  });

  test('it is transferred and comes back, and its deadline is made longer by two people', async () => {
    const { page } = desk;
    await take('leader', '移送', async () => {
      await write('移送到', '盐城市纪委监委');
      await write('移送文书', '响纪移〔2026〕3号');
      await write('理由', '涉及市管干部，按管理权限移送');
    });
    await standsAt('已移送');
    await take('leader', '记录答复', async () => {
      await choose('对方退回');
      await write('答复内容', '不属市管干部，退回办理');
    });
    await standsAt('待分办');
    await take('leader', '分办', async () => {
      await desk.pick(dialog(page).getByLabel('承办人'), page.getByTitle(/^分析员 · 手上/));
    });
    await standsAt('核实中');
    await take('analyst', '申请延期', async () => {
      await write('延长几个工作日', '5');
      await write('理由', '需要调取三年的银行流水');
    });
    await page.getByText('申请延长 5 个工作日，待审批').waitFor();
    await keepScreenshot(page, 'clue-extension');
    await take('leader', '同意延期');
    await page.getByText('待审批', { exact: false }).waitFor({ state: 'detached' });
    await page.setViewportSize(PHONE);
    expect(await desk.overflowPx()).toBeLessThanOrEqual(0);
    await keepScreenshot(page, 'clue-extension-phone');
    await page.setViewportSize(SCREEN);
  });

  test('no page complained', () => {
    // Two who decide at once are answered 409, a file that is not what it says 400, and a network was taken away: the browser notes it.
    const unexpected = desk.complaints.filter(
      (complaint) => !/\b(409|400)\b|ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(complaint),
    );
    expect(unexpected).toEqual([]);
  });
});
