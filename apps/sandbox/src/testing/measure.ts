import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildSandbox } from './child-sandbox.js';
import { readHotline, readTrading } from './feed-reader.js';

// Measures a sandbox of the default size as the product uses it. Needs a machine that does nothing else meanwhile.

/** What the product's first start relies on. */
const LIMITS = { startMs: 20_000, rowsPerSecond: 20_000, hotlineMs: 40_000, memoryMb: 700 };

const dataFolder = mkdtempSync(join(tmpdir(), 'sandbox-measure-'));
const missed: string[] = [];
function report(what: string, value: number, unit: string, ok: boolean): void {
  console.log(`${ok ? 'ok    ' : 'MISSED'}  ${what.padEnd(36)} ${Math.round(value).toLocaleString('en')} ${unit}`);
  if (!ok) missed.push(what);
}

/** Most memory that the process ever held, where the system tells (Linux). */
function peakMb(pid: number): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? Number.NaN) / 1_000;
}

async function timed<T>(act: () => Promise<T>): Promise<[T, number]> {
  const fromMs = performance.now();
  return [await act(), performance.now() - fromMs];
}

const sandbox = await ChildSandbox.start({ dataFolder, size: 'county', seed: 7 });
try {
  report('first start', sandbox.readyAfterMs, 'ms', sandbox.readyAfterMs <= LIMITS.startMs);
  let hotlineMs = 0;
  for (const feed of ['orders', 'flows'] as const) {
    const [rows, ms] = await timed(() => countRows(feed));
    hotlineMs += ms;
    report(
      `${feed}: ${rows.toLocaleString('en')} rows`,
      (rows * 1_000) / ms,
      'rows/s',
      (rows * 1_000) / ms >= LIMITS.rowsPerSecond,
    );
  }
  report('orders and flows to the end', hotlineMs, 'ms', hotlineMs <= LIMITS.hotlineMs);
  const [pages, tradingMs] = await timed(() => readTrading(sandbox.url));
  const items = pages.reduce((sum, page) => sum + page.rows.length, 0);
  report(`trading: ${items.toLocaleString('en')} changes`, (items * 1_000) / tradingMs, 'rows/s', true);
  const peak = peakMb(sandbox.pid);
  report('peak memory', peak, 'MB', peak <= LIMITS.memoryMb);
} finally {
  await sandbox.end('SIGTERM');
  rmSync(dataFolder, { recursive: true, force: true });
}
if (missed.length > 0) process.exitCode = 1;

/** Page by page, so that the reader's own memory does not slow it down. */
async function countRows(feed: 'orders' | 'flows'): Promise<number> {
  let count = 0;
  await readHotline(sandbox.url, feed, { onPage: (page) => (count += page.rows.length) });
  return count;
}
