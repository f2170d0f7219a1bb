import type { Locator } from 'playwright-core';
import { MAX_LAYOUT_SHIFT, worstShift } from './layout-shift.js';
import { PHONE, SCREEN, type Visitor } from './visitor.js';

/** A page, or a dialog on it, that a person looks at. */
export interface Stop {
  name: string;
  path: string;
  /** Opens something on the page, and says what it is that is then to be seen. */
  open?: (visitor: Visitor) => Promise<Locator>;
}

/** Presses a button of the page; a dialog opens. */
function dialog(button: string | RegExp, name: string | RegExp): NonNullable<Stop['open']> {
  return async ({ page }) => {
    await page.getByRole('button', { name: button }).first().click();
    return page.getByRole('dialog', { name });
  };
}

/** What everybody with the whole county sees; findings and groups of quarantined rows have addresses of their own. */
const PAGES: readonly Stop[] = [
  { name: '总览', path: '/' },
  { name: '疑点', path: '/findings?status=open' },
  { name: '按对象合并的疑点', path: '/findings?status=open&group=subject' },
  { name: '没有疑点', path: '/findings?text=没有这样的疑点' },
  { name: '单位的记分卡', path: '/scorecards' },
  { name: '村的记分卡', path: '/scorecards?kind=village' },
  { name: '县的记分卡', path: '/scorecards/county/county' },
  { name: '集中反映', path: '/surges?days=30' },
  { name: '通知', path: '/inbox' },
  { name: '数据源', path: '/sources' },
  { name: '隔离区', path: '/quarantine' },
  { name: '隔离区逐条', path: '/quarantine?view=rows' },
  { name: '隔离区的改正', path: '/quarantine?view=mends' },
  { name: '数据字典', path: '/dictionary' },
  { name: '规则', path: '/rules' },
  { name: '导入规则', path: '/rules', open: dialog('导入', /导入/) },
  { name: '一条规则', path: '/rules/order-ping-pong' },
  { name: '巡检与漂移', path: '/sweeps' },
  { name: '没有的地址', path: '/no-such-page' },
  {
    name: '账号菜单',
    path: '/inbox',
    open: async ({ page }) => {
      await page.getByRole('button', { name: /账号菜单/ }).click();
      return page.getByRole('menuitem', { name: '退出登录' });
    },
  },
];

export const ANALYST_STOPS: readonly Stop[] = [
  ...PAGES,
  { name: '统计', path: '/statistics?from=2024-01-01&to=2027-12-31' },
  { name: '导出疑点', path: '/findings?status=open', open: dialog('导出', '导出疑点台账') },
  { name: '豁免一个对象', path: '/rules/order-ping-pong', open: dialog('新增豁免', '新增豁免') },
  {
    name: '写新规则',
    path: '/rules',
    open: async ({ page }) => {
      await page.getByRole('button', { name: '写新规则' }).click();
      return page.getByRole('region', { name: '8 例子' });
    },
  },
];

export const ADMINISTRATOR_STOPS: readonly Stop[] = [
  ...PAGES,
  { name: '上传文件', path: '/sources', open: dialog(/上传文件$/, '上传文件') },
  { name: '监督组', path: '/teams' },
  {
    name: '值班表',
    path: '/teams',
    open: async ({ page }) => {
      await page.getByRole('link', { name: '值班表' }).first().click();
      return page.getByRole('button', { name: '下个月' });
    },
  },
  { name: '新增监督组', path: '/teams', open: dialog('新增监督组', '新增监督组') },
  { name: '添加渠道', path: '/teams', open: dialog(/添加渠道$/, /添加渠道$/) },
  { name: '送达记录', path: '/deliveries' },
  { name: '规则的开关', path: '/rules/order-ping-pong', open: dialog('开关', /^开关/) },
  { name: '改参数', path: '/rules/order-ping-pong', open: dialog('改参数', '改参数') },
];

/** What the security administrator sees, and a dialog of everybody's. */
export const SECURITY_STOPS: readonly Stop[] = [
  { name: '人员', path: '/people' },
  { name: '新建账号', path: '/people', open: dialog('新建账号', '新建账号') },
  { name: '变更授权', path: '/people', open: dialog(/^变更授权：分析员/, /^变更授权/) },
  { name: '待复核', path: '/people?view=pending' },
  { name: '登录等待', path: '/sign-in-blocks' },
  { name: '没有的地址', path: '/findings' },
  {
    name: '我的登录',
    path: '/inbox',
    open: async ({ page }) => {
      await page.getByRole('button', { name: /账号菜单/ }).click();
      // Without motion the menu may still be on its way to its place: what is looked at is the dialog.
      await page.getByRole('menuitem', { name: '我的登录' }).dispatchEvent('click');
      return page.getByRole('dialog', { name: '我的登录' }).getByText('就是这里');
    },
  },
];

export const AUDITOR_STOPS: readonly Stop[] = [
  { name: '操作日志', path: '/audit' },
  { name: '没有这样的操作', path: '/audit?account=nobody-at-all' },
  { name: '办过的申请', path: '/people?view=settled' },
];

/** A finding's page, with what its people open there. */
export function findingStops(path: string, decides: boolean): readonly Stop[] {
  return [
    { name: '一条疑点', path },
    { name: '原始记录', path, open: dialog(/^查看原始记录/, '原始记录') },
    ...(decides
      ? [
          { name: '核实后排除', path, open: dialog('核实后排除', '核实后排除') },
          { name: '转为问题线索', path, open: dialog('转为问题线索', '转为问题线索') },
          { name: '今后不再提示', path, open: dialog('今后不再提示', '今后不再提示') },
        ]
      : []),
  ];
}

/**
 * Goes to each, at a desk and with a phone in hand, and says what is wrong there: by stop and screen, what axe finds, how
 * many pixels the page is wider than the screen, and what moves while it loads. Empty: nothing.
 */
export async function faultsOf(visitor: Visitor, baseUrl: string, stops: readonly Stop[]): Promise<Record<string, string[]>> {
  const faults: Record<string, string[]> = {};
  for (const { name, path, open } of stops)
    for (const [screen, size] of Object.entries({ 电脑: SCREEN, 手机: PHONE })) {
      await visitor.page.setViewportSize(size);
      await visitor.page.goto(`${baseUrl}${path}`);
      await visitor.isSettled();
      // Before anything is pressed: what a press moves has been asked for.
      const { score, moved } = await worstShift(visitor.page);
      await (await open?.(visitor))?.waitFor();
      const found = await visitor.accessibilityFaults();
      if (score > MAX_LAYOUT_SHIFT) found.push(`moves by ${score.toFixed(3)} while it loads: ${moved}`);
      const overflowPx = await visitor.overflowPx();
      if (overflowPx > 0) found.push(`wider than the screen by ${overflowPx} px`);
      if (found.length > 0) faults[`${name}（${screen}）`] = found;
    }
  await visitor.page.setViewportSize(SCREEN);
  return faults;
}
