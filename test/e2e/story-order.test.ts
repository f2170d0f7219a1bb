import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from './browser.js';
import { Desk } from './desk.js';
import { orderRow, StoryCounty, UNITS } from './story-county.js';
import { PAGE_MS, SCREEN } from './visitor.js';

jest.setTimeout(2 * PAGE_MS);

const BEGINS = '2026-07-10T09:00:00+08:00';
const A_WEEK_LATER = '2026-07-17T09:00:00+08:00';
const LEAD = 'team2-lead';
const LEADER = 'leader';
const LIAISON = 'water-liaison';
const ORDER = 'XS20260706011';
const CALLER = { lxr: '顾秀英', lxdh: '13705116633' };
const DENIED = '答复称已解决，回访说未解决';
const HASTY = '派单后几分钟就申请办结';
const LETTER = '督办单〔2026〕0001号';
const HIDDEN = [ORDER, CALLER.lxr, CALLER.lxdh, DENIED, HASTY];

let county: StoryCounty;
let browser: Browser;
let desk: Desk;
let findingPath = '';
let letterPath = '';
let clueNumber = '';

beforeAll(async () => {
  county = await StoryCounty.start(BEGINS);
  for (const account of [LEAD, LEADER, LIAISON]) await county.signedIn(account);
  browser = await openBrowser();
  desk = await Desk.at(browser, county.url);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await county?.stop();
});

const { waterBureau, waterCompany } = UNITS;

const order = (bjzt: string, more: object = {}) =>
  orderRow({
    gdbh: ORDER,
    slsj: '2026-07-06 09:02:00',
    sxdm: '0103',
    gdbt: '高场村停水',
    gdnr: '高场村二组自来水停了两天，打电话问说在修，一直没有来水。',
    bjzt,
    cbdwbm: waterCompany.dwbm,
    ...CALLER,
    ...more,
  });

/** A step of the order as the hotline writes it; `no` is its number there, by which it is corrected. */
const flow = (no: number, hjdm: string, clsj: string, unit: { dwbm: string } | null, more: object = {}) => ({
  lzid: `${ORDER}-${no}`,
  gdbh: ORDER,
  hjdm,
  clsj,
  bldwbm: unit?.dwbm ?? '',
  zxb: unit ? '主办' : '',
  czr: '值班员',
  bz: '',
  ...more,
});

const reassigned = (clsj: string) => flow(5, '33', clsj, waterCompany, { bz: '改派自来水公司' });

/** Day by day, as they came about. */
const MONDAY = [
  flow(1, '10', '2026-07-06 09:02:00', null),
  flow(2, '20', '2026-07-06 09:20:00', waterBureau),
  flow(3, '30', '2026-07-06 09:40:00', waterBureau),
  flow(4, '31', '2026-07-06 10:10:00', waterBureau, { bz: '供水管网由自来水公司负责，申请退回' }),
  // The centre has noted the wrong day.
  reassigned('2026-07-08 14:50:00'),
  flow(6, '30', '2026-07-06 10:50:00', waterCompany),
  flow(7, '41', '2026-07-06 11:20:00', waterCompany, { bz: '电话联系诉求人' }),
];
const LATER = [
  flow(8, '42', '2026-07-07 15:00:00', waterCompany, { bz: '到现场核查管网' }),
  flow(9, '60', '2026-07-08 15:05:00', waterCompany, {
    bz: '经现场核查，高场村二组支管破裂，已于当日更换破损管段并恢复供水，已电话告知诉求人，诉求人表示认可。',
    dfzx: { lxqz: '是', dxc: '是', yjj: '是' },
  }),
  flow(10, '70', '2026-07-08 16:10:00', waterCompany),
];

const answered = { cljg: '支管破裂，已更换并恢复供水。' };

/** The findings of this order are shown by their rule; others of it may stand beside. */
const inList = (rule: string) => desk.page.getByRole('list', { name: '疑点列表' }).getByRole('link', { name: new RegExp(rule) });

/** The list stays as it is under whoever reads it: what came about since is there when it is opened again. */
async function opensListWith(rule: string): Promise<void> {
  await desk.visitor.becomesTrue(async () => {
    await desk.open('/findings?status=open');
    await desk.visitor.isSettled();
    return (await inList(rule).count()) === 1;
  }, PAGE_MS);
}

async function opensOrder(): Promise<void> {
  await desk.open(`/timelines/order/${ORDER}`);
  await desk.page.getByRole('heading', { name: `工单 ${ORDER}`, level: 1 }).waitFor();
}

/** The tests are the second story of docs/stories.md, in order: each starts where the one before ended. */
describe('an order from the call to the rating', () => {
  test('1: its steps arrive one by one, and stand on one time axis', async () => {
    await county.push('hotline/orders', [order('办理中')]);
    await county.push('hotline/flows', MONDAY);
    for (const step of LATER) await county.push('hotline/flows', [step]);
    await county.push('hotline/orders', [order('已办结', answered)]);
    await desk.be(LEAD);
    const axis = desk.region('时间轴');
    await desk.visitor.becomesTrue(async () => {
      await opensOrder();
      await axis.waitFor();
      return (await axis.getByText('11 条记录，按发生时间排列').count()) === 1;
    }, PAGE_MS);
    const names = await axis.getByRole('listitem').getByRole('heading').allInnerTexts();
    expect(names).toHaveLength(MONDAY.length + LATER.length + 1);
    expect(await desk.page.getByText(new RegExp(`${CALLER.lxr}|${CALLER.lxdh}`)).count()).toBe(0);
  });

  test('2: called back, the citizen says no; a step that was noted wrongly is corrected, and what stood by it is withdrawn', async () => {
    const { page } = desk;
    await opensListWith(HASTY);
    await inList(HASTY).click();
    await desk.region('证据时间线').waitFor();
    const hasty = desk.path();
    await county.push('hotline/flows', [
      flow(11, '80', '2026-07-09 10:00:00', null, {
        bz: '群众表示仍未来水',
        hfqk: { sfjj: '未解决', sflx: '是', myd: '不满意' },
      }),
      reassigned('2026-07-06 10:30:00'),
    ]);
    await page.getByText('数据更正后，这个疑点已不成立。下面是撤回前的证据，供核对。').waitFor({ timeout: PAGE_MS });
    expect(desk.path()).toBe(hasty);
    await opensListWith(DENIED);
    expect(await inList(HASTY).count()).toBe(0);
  });

  test('3, 4: the lead writes to the unit, which is filled in; a leader issues the letter', async () => {
    await inList(DENIED).click();
    const evidence = desk.region('证据时间线');
    await evidence.getByText('2 条记录，按发生时间排列').waitFor();
    await evidence.getByText('称已解决的办结申请').waitFor();
    await evidence.getByText('回访未解决').first().waitFor();
    findingPath = desk.path();
    await desk.press('发督办函');
    await desk.dialog().getByText(waterCompany.dwmc).waitFor();
    await desk.write('标题', '关于高场村供水问题重新办理的督办');
    await desk.write('正文', '高场村二组供水问题，答复称已解决，回访仍未来水。请重新办理，查明原因，并报送办理情况。');
    await desk.visitor.press(desk.dialog().getByRole('button', { name: '确认发督办函' }), (timeout) =>
      desk.page.waitForURL(/\/letters\//, { timeout }),
    );
    await desk.standsAt('待签发');
    letterPath = desk.path();
    await desk.be(LEADER);
    await desk.open(letterPath);
    await desk.take('签发');
    await desk.page.getByRole('heading', { name: LETTER, level: 1 }).waitFor();
    // The time to answer runs from now on: five working days over the week-end.
    await desk.page.locator('article > header').getByText('2026-07-17').waitFor();
    await desk.looksRight('story-order-letter');
  });

  test('5: the unit’s liaison receives it, has it done again and answers; and reads nothing of the order', async () => {
    const { page } = desk;
    await desk.be(LIAISON);
    await page
      .getByRole('list', { name: '督办函' })
      .getByRole('link', { name: new RegExp(LETTER) })
      .click();
    await desk.take('签收');
    await desk.standsAt('待答复');
    await desk.take('答复', async () => {
      await desk.write('采取的措施', '重新排查管网，更换二组进户阀门。');
      await desk.write('办理结果', '二组已全部恢复供水。');
    });
    await desk.standsAt('待审核');
    const told = await page.evaluate(async (path) => (await fetch(`/api/assignments${path}`)).text(), letterPath);
    const shown = await page.locator('body').innerText();
    expect(HIDDEN.filter((word) => told.includes(word) || shown.includes(word))).toEqual([]);
    const asked = await page.evaluate(
      (paths) => Promise.all(paths.map(async (path) => (await fetch(`/api${path}`)).status)),
      [findingPath, letterPath, `/timelines/order/${ORDER}`, `/places/unit/${waterCompany.dwbm}`, '/scorecards/unit'],
    );
    expect(asked.filter((status) => status !== 403 && status !== 404)).toEqual([]);
  });

  test('6: the lead accepts the answer, a leader closes the letter', async () => {
    await desk.be(LEAD);
    await desk.visitor.openFromMenu('督办函');
    await desk.page.getByRole('table', { name: '督办函' }).getByRole('link').first().click();
    await desk.take('采纳答复');
    await desk.standsAt('待办结');
    await desk.be(LEADER);
    await desk.open(letterPath);
    await desk.take('办结');
    await desk.standsAt('已办结');
  });

  test('7: completed again, the citizen is content; the finding stays until a person decides', async () => {
    await county.advanceTo(A_WEEK_LATER);
    await county.push('hotline/flows', [
      flow(12, '60', '2026-07-15 15:00:00', waterCompany, {
        bz: '重新排查后更换二组进户阀门，逐户试水正常，已当面告知诉求人，诉求人表示满意。',
        dfzx: { lxqz: '是', dxc: '是', yjj: '是' },
      }),
      flow(13, '70', '2026-07-15 16:00:00', waterCompany),
      flow(14, '80', '2026-07-16 10:00:00', null, { bz: '群众表示已来水', hfqk: { sfjj: '已解决', sflx: '是', myd: '满意' } }),
      flow(15, '81', '2026-07-16 10:05:00', null, { hfqk: { sfjj: '', sflx: '', myd: '满意' } }),
    ]);
    await county.push('hotline/orders', [order('已回访', answered)]);
    await desk.be(LEAD);
    await desk.visitor.becomesTrue(async () => {
      await opensOrder();
      return (await desk.region('时间轴').getByText('16 条记录，按发生时间排列').count()) === 1;
    }, PAGE_MS);
    await desk.open(findingPath);
    await desk.region('处理').getByText('待核实', { exact: true }).waitFor();
    await desk.take('转为问题线索', () => desk.write('说明（可不填）', '第一次办结不实，已与单位核对。'), '转为线索');
    const link = desk.region('处理').getByRole('link', { name: /^线索〔2026〕/ });
    clueNumber = await link.innerText();
    await link.click();
    await desk.standsAt('待分办');
  });

  test('8: beside the order stand its finding, its clue and its letter; the unit’s page and scorecard count the same order', async () => {
    const { page } = desk;
    await opensOrder();
    await desk
      .region('有关疑点')
      .getByRole('link', { name: new RegExp(DENIED) })
      .waitFor();
    await desk.region('有关线索').getByRole('link', { name: clueNumber }).waitFor();
    await desk.region('有关督办函').getByRole('link', { name: LETTER }).waitFor();
    await desk.looksRight('story-order-timeline');
    // A company of the county belongs to no township: its page is for who sees all of the county.
    await desk.region('相关').getByText(waterCompany.dwmc).waitFor();
    expect(await desk.region('相关').getByRole('link', { name: waterCompany.dwmc }).count()).toBe(0);
    await desk.be(LEADER);
    await opensOrder();
    await desk.region('相关').getByRole('link', { name: waterCompany.dwmc }).click();
    await page.getByRole('heading', { name: waterCompany.dwmc, level: 1 }).waitFor();
    const days = desk.region('时间轴').getByRole('list', { name: '各日' });
    await days.getByRole('link', { name: LETTER }).waitFor();
    await days.getByRole('button', { name: '逐条看 2026-07-15 的记录' }).click();
    await days
      .getByRole('list', { name: '2026-07-15 的记录' })
      .getByRole('link', { name: new RegExp(ORDER) })
      .first()
      .waitFor();
    await desk.looksRight('story-order-unit');
    await page.getByRole('link', { name: '全部指标' }).click();
    await page.getByRole('heading', { name: `${waterCompany.dwmc}的记分卡`, level: 1 }).waitFor();
    await desk.open(`/scorecards/unit/${waterCompany.dwbm}?period=month&back=0`);
    await page
      .getByRole('table', { name: '工单办理的指标' })
      .getByRole('row', { name: /^工单.* 1 / })
      .waitFor();
    await page.setViewportSize(SCREEN);
    expect(desk.visitor.complaints.filter((complaint) => !/\b(403|404)\b/.test(complaint))).toEqual([]);
  });
});
