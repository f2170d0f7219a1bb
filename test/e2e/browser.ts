import chromium from '@sparticuz/chromium';
import { chromium as browserType, type Browser, type Page } from 'playwright-core';
import { join } from 'node:path';

/**
 * Pages are drawn by the processor as pictures, as on a desk without a graphics card. The package's own options have a graphics card imitated and
 * everything done in one process, for where nothing else runs: with them the browser took three times the processor, and the suites twice the time.
 */
const OPTIONS = ['--no-sandbox', '--disable-gpu', '--disable-software-rasterizer', '--font-render-hinting=none'];

/** A real Chromium that needs no system package. */
export async function openBrowser(): Promise<Browser> {
  return browserType.launch({ args: OPTIONS, executablePath: await chromium.executablePath(), headless: true });
}

/** Few and named: they are kept in the repository. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(import.meta.dirname, 'screenshots', `${name}.png`) });
}

/** Everything a page complains about; a page without complaints is part of what the test demands. */
export function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The first look at the session answers 401: that is how the page learns that nobody is signed in.
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
  });
  return complaints;
}
