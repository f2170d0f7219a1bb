import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { verifyBundle } from '@tianyan/dossier';
import type { Browser } from 'playwright-core';
import { keepScreenshot, openBrowser } from './browser.js';
import { Desk, roadPhoto } from './desk.js';
import { orderRow, StoryCounty, UNITS, VILLAGE } from './story-county.js';
import { PAGE_MS, SCREEN } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

const BEGINS = '2026-07-10T09:00:00+08:00';
const A_MONTH_LATER = '2026-08-10T08:30:00+08:00';
const MEMBER = 'team2-member';
const LEAD = 'team2-lead';
const LEADER = 'leader';
const LIAISON = 'township-liaison';
const PROJECT = 'XM20250817';
const ORDERS = ['XS20260518004', 'XS20260710001'] as const;
const CALLERS = [
  { lxr: '周桂兰', lxdh: '13805110021' },
  { lxr: '吴长根', lxdh: '13905117788' },
] as const;
const RULE = '工程款已付、群众仍反映';
const PROBLEM = '返修路段两侧路肩没有压实';
/** What a liaison must never read: who complained, by which order, and what the commission makes of it. */
const HIDDEN = [...ORDERS, ...CALLERS.flatMap(({ lxr, lxdh }) => [lxr, lxdh]), PROJECT, RULE, '线索〔'];

let county: StoryCounty;
let browser: Browser;
let desk: Desk;
let damaged: Buffer;
let mended: Buffer;
let findingPath = '';
let cluePath = '';
let letterPath = '';
let itemPath = '';

beforeAll(async () => {
  county = await StoryCounty.start(BEGINS);
  for (const account of [MEMBER, LEAD, LEADER, LIAISON]) await county.signedIn(account);
  browser = await openBrowser();
  desk = await Desk.at(browser, county.url);
  damaged = await roadPhoto(desk.page, '#2e2a26');
  mended = await roadPhoto(desk.page, '#77797c');
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await county?.stop();
});

const project = {
  项目编号: PROJECT,
  村代码: VILLAGE.code,
  项目名称: '高场村村组道路工程',
  工程类别: '村组道路',
  预算: '40',
  合同价: '38.6',
  施工单位: '响水县平安建设工程有限公司',
  状态: '已验收',
  立项日期: '2025-08-17',
  开工日期: '2025-08-20',
  竣工日期: '2025-10-28',
  修改时间: '2025/10/29 10:00:00',
};

const payment = (voucher: string, day: string, yuan: string, summary: string) => ({
  凭证号: voucher,
  记账日期: day,
  村代码: VILLAGE.code,
  '支出金额（元）': yuan,
  科目: '在建工程',
  摘要: summary,
  对方户名: '响水县平安建设工程有限公司',
  项目编号: PROJECT,
  修改时间: `${day} 17:00:00`,
});

const complaint = (which: 0 | 1, at: string) =>
  orderRow({
    gdbh: ORDERS[which],
    slsj: at,
    sxdm: '0101',
    gdbt: '村组道路破损',
    gdnr: '高场村三组门口的路修好不到一年又坏了，坑里积水，老人骑车摔过。',
    cbdwbm: UNITS.township.dwbm,
    ...CALLERS[which],
  });

/** Goes to what a list of the page names. */
async function follow(region: string, name: RegExp): Promise<string> {
  await desk.region(region).getByRole('link', { name }).first().click();
  await desk.page.getByRole('heading', { level: 1 }).waitFor();
  return desk.path();
}

async function seesNothingHidden(): Promise<void> {
  const text = await desk.page.locator('body').innerText();
  expect(HIDDEN.filter((word) => text.includes(word))).toEqual([]);
}

/** The tests are the first story of docs/stories.md, in order: each starts where the one before ended. */
describe('a road that the village has paid for is broken again', () => {
  test('1, 2: the second complaint raises an alert; a member of the team acknowledges it, and reads the evidence', async () => {
    await county.push('ledgers/projects', [project]);
    await county.push('ledgers/payments', [
      payment('PZ20250902', '2025/9/2', '115800.00', '付高场村村组道路工程预付款'),
      payment('PZ20251103', '2025/11/3', '231600.00', '付高场村村组道路工程进度款'),
    ]);
    await county.push('hotline/orders', [complaint(0, '2026-05-18 08:40:00')]);
    await county.push('hotline/orders', [complaint(1, '2026-07-10 08:52:00')]);
    await desk.be(MEMBER);
    const { page } = desk;
    await desk.visitor.openFromMenu('通知');
    const notice = page.getByRole('listitem').filter({ hasText: RULE });
    await notice.getByText('待签收').waitFor({ timeout: PAGE_MS });
    await desk.looksRight('story-road-alert');
    await notice.getByRole('button', { name: '签收' }).click();
    await notice.getByText(/二组组员（演示） 已签收/).waitFor();
    await notice.getByRole('link').click();
    await desk.region('证据时间线').getByText('5 条记录，按发生时间排列').waitFor();
    findingPath = desk.path();
    const evidence = desk.region('证据时间线');
    await evidence.getByText(PROJECT).first().waitFor();
    for (const order of ORDERS) await evidence.getByRole('link', { name: order }).first().waitFor();
    for (const { lxr, lxdh } of CALLERS) expect(await page.getByText(new RegExp(`${lxr}|${lxdh}`)).count()).toBe(0);
    await desk.looksRight('story-road-finding');
  });

  test('3: for all of the team it is acknowledged; its lead makes it a clue', async () => {
    await desk.be(LEAD);
    const { page } = desk;
    await desk.visitor.openFromMenu('通知');
    const notice = page.getByRole('listitem').filter({ hasText: RULE });
    await notice.getByText(/二组组员（演示） 已签收/).waitFor();
    expect(await notice.getByRole('button', { name: '签收' }).count()).toBe(0);
    await desk.visitor.openFromMenu('疑点');
    await page
      .getByRole('list', { name: '疑点列表' })
      .getByRole('link', { name: new RegExp(RULE) })
      .click();
    await desk.region('处理').waitFor();
    expect(desk.path()).toBe(findingPath);
    await desk.take('转为问题线索', undefined, '转为线索');
    cluePath = await follow('处理', /^线索〔2026〕0001号$/);
    await desk.standsAt('待分办');
  });

  test('4: a leader gives it to the member, whose load stands behind the name', async () => {
    await desk.be(LEADER);
    await desk.visitor.openFromMenu('线索');
    await desk.page
      .getByRole('table', { name: '问题线索' })
      .getByRole('link', { name: /0001号$/ })
      .click();
    await desk.take('分办', () => desk.pick('承办人', /^二组组员（演示） · 手上 0 条$/));
    await desk.standsAt('核实中');
  });

  test('5: the member takes pictures of it, with a phone in hand, and says what should be done; a leader approves', async () => {
    await desk.be(MEMBER, { phone: true });
    await desk.open('/bench');
    await desk.page
      .getByRole('table', { name: '我承办的线索' })
      .getByRole('link', { name: /0001号$/ })
      .click();
    await desk.standsAt('核实中');
    await desk.photograph('附件', '现场.png', damaged);
    await keepScreenshot(desk.page, 'story-road-photo-phone');
    await desk.take('核实', async () => {
      await desk.choose('属实');
      await desk.write('核实情况', '到现场查看，付款后不到一年路面多处坑槽，村里没有要求返修。');
    });
    await desk.standsAt('待处置');
    await desk.take('提出处置意见', async () => {
      await desk.choose('谈话函询');
      await desk.write('理由', '属一般性问题，建议约谈有关人员并督促返修。');
    });
    await desk.standsAt('待审批');
    await desk.be(LEADER);
    await desk.open(cluePath);
    await desk.take('审批同意');
    await desk.standsAt('处置中');
  });

  test('6: a letter asks the township to mend it; what names the caller is refused; a leader issues it', async () => {
    await desk.be(MEMBER);
    await desk.open(cluePath);
    await desk.press('发督办函');
    await desk.pick('单位', new RegExp(`^${UNITS.township.dwmc}$`));
    await desk.write('标题', '关于督促返修高场村破损道路的督办');
    await desk.write('正文', `来电人${CALLERS[1].lxr}（${CALLERS[1].lxdh}）反映高场村三组道路破损，请返修。`);
    const confirm = desk.dialog().getByRole('button', { name: '确认发督办函' });
    await desk.visitor.press(confirm, (timeout) =>
      desk
        .dialog()
        .getByRole('alert')
        .getByText(/吴\*+.*139\*{4}7788/)
        .waitFor({ timeout }),
    );
    await desk.write('正文', '高场村三组道路多处破损。请督促施工单位在保修期内返修，报送返修前后的照片。');
    await desk.visitor.press(confirm, (timeout) => desk.page.waitForURL(/\/letters\//, { timeout }));
    await desk.standsAt('待签发');
    letterPath = desk.path();
    await desk.be(LEADER);
    await desk.open(letterPath);
    await desk.take('签发');
    await desk.page.getByRole('heading', { name: '督办单〔2026〕0001号', level: 1 }).waitFor();
    await desk.standsAt('待签收');
  });

  test('7: the township’s liaison receives it and answers with pictures, with a phone in hand', async () => {
    await desk.be(LIAISON, { phone: true });
    await desk.page
      .getByRole('list', { name: '督办函' })
      .getByRole('link', { name: /督办单〔2026〕0001号/ })
      .click();
    await desk.take('签收');
    await desk.standsAt('待答复');
    await desk.photograph('佐证附件', '返修前.png', damaged);
    await desk.photograph('佐证附件', '返修后.png', mended);
    await desk.take('答复', async () => {
      await desk.write('采取的措施', '约谈施工单位，按保修条款返修。');
      await desk.write('办理结果', '坑槽已全部修补，路肩待压实。');
      await desk.write(/^文号或材料名称/, '大政函〔2026〕21号');
    });
    await desk.standsAt('待审核');
    await desk.looksRight('story-road-answer');
    await seesNothingHidden();
  });

  test('who sees nothing of where it came from, whatever is asked for', async () => {
    const { page } = desk;
    const menu = page.getByRole('navigation', { name: '主菜单' });
    await page.setViewportSize(SCREEN);
    await menu.waitFor();
    const pages = await menu.getByRole('link').allInnerTexts();
    // How many notices are unread may stand beside one.
    expect(pages.map((name) => name.replaceAll(/\s|\d+\s*条未读/g, ''))).toEqual(['交办事项', '通知', '数据字典', '帮助']);
    for (const path of [findingPath, cluePath, letterPath, `/timelines/order/${ORDERS[1]}`, '/findings', '/rectifications'])
      await desk.open(path).then(() => page.getByRole('heading', { name: '没有这个页面' }).waitFor());
    const asked = await page.evaluate(
      (paths) => Promise.all(paths.map(async (path) => (await fetch(`/api${path}`)).status)),
      [findingPath, cluePath, letterPath, `/timelines/order/${ORDERS[1]}`, '/findings'],
    );
    expect(asked.filter((status) => status !== 403 && status !== 404)).toEqual([]);
    const told = await page.evaluate(async (path) => (await fetch(`/api/assignments${path}`)).text(), letterPath);
    expect(
      [...HIDDEN, cluePath.split('/').at(-1) ?? '', findingPath.split('/').at(-1) ?? ''].filter((word) => told.includes(word)),
    ).toEqual([]);
  });

  test('8: the member looks at the pictures, accepts the answer, and enters in the ledger what is left', async () => {
    await desk.be(MEMBER);
    await desk.open(cluePath);
    await follow('督办函', /^督办单〔2026〕0001号$/);
    await desk.isSeen('佐证附件', '返修前.png');
    await desk.isSeen('佐证附件', '返修后.png');
    await desk.looksRight('story-road-letter');
    await desk.take('采纳答复');
    await desk.standsAt('待办结');
    await desk.take('记入整改台账', async () => {
      await desk.write('存在的问题', PROBLEM);
      await desk.write('整改期限', '2026-07-31');
    });
    itemPath = await follow('整改事项', new RegExp(PROBLEM));
    await desk.standsAt('未整改');
  });

  test('9: the liaison reports what was done, with a picture, and asks for acceptance', async () => {
    await desk.be(LIAISON, { phone: true });
    await desk.page
      .getByRole('list', { name: '整改事项' })
      .getByRole('link', { name: new RegExp(PROBLEM) })
      .click();
    await desk.standsAt('未整改');
    await desk.take('报告进展', async () => {
      await desk.write('整改措施', '施工单位分层压实两侧路肩。');
      await desk.write('整改情况和佐证材料（可不填）', '已压实 320 米，见照片。');
    });
    await desk.standsAt('整改中');
    await desk.photograph('佐证附件', '路肩.png', mended);
    await desk.take('提交验收');
    await desk.standsAt('待验收');
    await desk.looksRight('story-road-item');
    await seesNothingHidden();
  });

  test('10: the lead settles it; a leader closes the letter, which who has accepted the answer may not', async () => {
    await desk.be(LEAD);
    await desk.visitor.openFromMenu('整改台账');
    await desk.page
      .getByRole('table', { name: '整改台账' })
      .getByRole('link', { name: new RegExp(PROBLEM) })
      .click();
    expect(desk.path()).toBe(itemPath);
    await desk.isSeen('佐证附件', '路肩.png');
    await desk.take('验收销号');
    await desk.standsAt('已销号');
    await desk.be(MEMBER);
    await desk.open(letterPath);
    await desk.region('办理').getByText('现在没有要您办理的步骤。').waitFor();
    await desk.be(LEADER);
    await desk.open(letterPath);
    await desk.take('办结');
    await desk.standsAt('已办结');
  });

  test('11: the clue is rectified, accepted by a leader, and closed', async () => {
    await desk.be(MEMBER);
    await desk.open(cluePath);
    await desk.take('报告办理情况', async () => {
      await desk.choose('转入整改');
      await desk.write('办理情况', '已约谈村委会和施工单位，镇政府已督促返修。');
    });
    await desk.standsAt('整改中');
    await desk.take('提交整改', () => desk.write('整改情况', '路面和路肩已返修，照片见督办单。'));
    await desk.standsAt('待验收');
    await desk.be(LEADER);
    await desk.open(cluePath);
    await desk.take('验收通过');
    await desk.standsAt('待办结');
    await desk.take('办结', () => desk.write('办结情况', '问题已整改到位。'));
    await desk.standsAt('已办结');
  });

  test('12: a month later the member goes there again', async () => {
    await county.advanceTo(A_MONTH_LATER);
    await desk.be(MEMBER, { phone: true });
    await desk.open(cluePath);
    await desk.take('回访', async () => {
      await desk.choose('未反弹');
      await desk.write('回访情况', '实地查看，路面完好，群众表示满意。');
    });
    const steps = desk.page.getByRole('list', { name: '办理经过' }).getByRole('listitem');
    await steps.last().getByText(/^回访/).first().waitFor();
    await steps
      .last()
      .getByText(/2026年8月10日/)
      .waitFor();
    await desk.looksRight('story-road-closed');
  });

  test('13: the lead sees it in the statistics, and takes it out as a dossier', async () => {
    await desk.be(LEAD);
    const { page } = desk;
    await desk.open('/statistics?from=2026-07-01&to=2026-08-31');
    await page
      .getByRole('table', { name: '线索', exact: true })
      .getByRole('row', { name: /^登记 1$/ })
      .waitFor();
    await page
      .getByRole('table', { name: '线索', exact: true })
      .getByRole('row', { name: /^已办结 1$/ })
      .waitFor();
    await page
      .getByRole('table', { name: '处置方式' })
      .getByRole('row', { name: /^谈话函询 1$/ })
      .waitFor();
    await page
      .getByRole('table', { name: '整改', exact: true })
      .getByRole('row', { name: /^已销号 1$/ })
      .waitFor();
    await page
      .getByRole('table', { name: '金额' })
      .getByRole('row', { name: /^涉及金额 386,000 元$/ })
      .waitFor();
    await desk.open(cluePath);
    await desk.press('导出卷宗');
    await desk.dialog().getByRole('checkbox').check();
    await desk
      .dialog()
      .getByText(/^附件：含 1 个/)
      .waitFor();
    await desk.dialog().getByLabel('理由').fill('归档');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      desk.dialog().getByRole('button', { name: '导出', exact: true }).click(),
    ]);
    expect(await verifyBundle(await download.path())).toMatchObject({ intact: true, attachments: { contained: 1 } });
    // A text that was refused is answered 400; what a liaison asks for in vain 403 or 404.
    expect(desk.visitor.complaints.filter((complaint) => !/\b(400|403|404)\b/.test(complaint))).toEqual([]);
  });
});
