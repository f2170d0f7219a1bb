// Pictures of every page at three widths, from the fixtures: `npm run screenshots -w @tianyan/web -- OUT_DIRECTORY [page]`.
import chromium from '@sparticuz/chromium';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as browserType } from 'playwright-core';
import { createServer } from 'vite';

const [directory = 'screenshots', only] = process.argv.slice(2);
const SIZES = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'middle', width: 1024, height: 768 },
  { name: 'phone', width: 390, height: 844 },
];
const PAGES = {
  overview: '/',
  findings: '/findings',
  'findings-empty': '/findings?text=无',
  'findings-error': '/findings?text=错',
  finding: '/findings/f-0000',
  scorecards: '/scorecards',
  'scorecards-villages': '/scorecards?kind=village',
  'scorecard-one': '/scorecards/unit/unit1',
  surges: '/surges',
  inbox: '/inbox',
  sources: '/sources',
  source: '/sources/assets',
  quarantine: '/quarantine',
  'quarantine-rows': '/quarantine?view=rows',
  'quarantine-row': '/quarantine?view=rows&item=q1',
  'quarantine-mends': '/quarantine?view=mends',
  'quarantine-group': '/quarantine/groups/g2',
  'quarantine-running': '/quarantine/groups/g0',
  sweeps: '/sweeps',
  rules: '/rules',
  rule: '/rules/paid-not-mended',
  'rule-new': '/rules/drafts/d3',
  dictionary: '/dictionary',
  teams: '/teams',
  duty: '/teams/t1/duty',
  deliveries: '/deliveries',
  'sign-in-blocks': '/sign-in-blocks',
};

mkdirSync(directory, { recursive: true });
const server = await createServer({
  configFile: join(import.meta.dirname, '../vite.config.ts'),
  mode: 'fixtures',
  server: { port: 0 },
  logLevel: 'error',
});
await server.listen();
const address = server.resolvedUrls?.local[0] ?? '';
const browser = await browserType.launch({
  args: ['--no-sandbox', '--disable-gpu', '--disable-software-rasterizer', '--font-render-hinting=none'],
  executablePath: await chromium.executablePath(),
  headless: true,
});
try {
  const page = await browser.newPage({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  page.on(
    'console',
    (message) => ['error', 'warning'].includes(message.type()) && console.warn(message.type(), message.text().slice(0, 400)),
  );
  page.on('pageerror', (error) => console.warn('pageerror', error.message));
  await page.goto(address, { timeout: 120_000 });
  await page.getByLabel('账号').waitFor({ timeout: 120_000 });
  await shoot(page, 'sign-in');
  await page.getByLabel('账号').fill('zhouxy');
  await page.getByLabel('密码', { exact: true }).fill('first');
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByLabel('当前密码').fill('first');
  await page.getByLabel('新密码', { exact: true }).fill('Shui-2026');
  await shoot(page, 'change-password');
  await page.getByLabel('新密码', { exact: true }).fill('Xiang-Shui-2026');
  await page.getByLabel('再输一遍新密码').fill('Xiang-Shui-2026');
  await page.getByRole('button', { name: '保存新密码' }).click();
  await page.getByRole('navigation', { name: '主菜单' }).or(page.getByLabel('打开菜单')).first().waitFor({ timeout: 60_000 });
  for (const [name, path] of Object.entries(PAGES)) {
    if (only && !name.startsWith(only)) continue;
    await page.goto(new URL(path, address).href);
    await page
      .locator('h1')
      .first()
      .waitFor({ timeout: 60_000 })
      .catch(() => console.warn('no heading on', name));
    await shoot(page, name);
  }
} finally {
  await browser.close();
  await server.close();
}

async function shoot(page, name) {
  for (const { name: size, width, height } of SIZES) {
    await page.setViewportSize({ width, height });
    await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
    await page.waitForTimeout(700);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wider > 0) console.warn(`${name} ${size}: ${wider} px too wide`);
    await page.screenshot({ path: join(directory, `${name}-${size}.png`), fullPage: true });
  }
  await page.setViewportSize(SIZES[0]);
}
