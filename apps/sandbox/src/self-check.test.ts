import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import iconv from 'iconv-lite';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { LIVE_STARTS_MS } from './options.js';
import { ChildSandbox } from './testing/child-sandbox.js';
import { everythingOf } from './testing/everything.js';
import { readHotline, readTrading, type Page, type Refusals } from './testing/feed-reader.js';
import type { Lookalike, Problem } from './truth/truth.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-check-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function withSandbox<T>(
  options: { name: string; seed?: number; quiet?: boolean },
  use: (sandbox: ChildSandbox) => Promise<T>,
): Promise<T> {
  const { name, ...rest } = options;
  const sandbox = await ChildSandbox.start({ ...rest, dataFolder: join(folder, name) });
  try {
    return await use(sandbox);
  } finally {
    await sandbox.end('SIGKILL');
  }
}

describe('a county', () => {
  test('is the same byte by byte for a seed, and another one for another seed', async () => {
    const one = await withSandbox({ name: 'one', seed: 11 }, everythingOf);
    const same = await withSandbox({ name: 'same', seed: 11 }, everythingOf);
    const other = await withSandbox({ name: 'other', seed: 12 }, everythingOf);
    expect(same).toEqual(one);
    expect(one.files.size).toBeGreaterThan(60);
    for (const part of ['orders', 'flows', 'trading', 'truth', 'files'] as const) expect(other[part]).not.toEqual(one[part]);
  });
});

test('a data folder that is named from here is told of so that anybody finds its exports', async () => {
  const sandbox = await ChildSandbox.start({ dataFolder: relative(process.cwd(), join(folder, 'from-here')) });
  await sandbox.end('SIGKILL');
  expect(sandbox.exportsFolder).toBe(join(folder, 'from-here', 'exports'));
});

/** A flow or order row as far as it can be read at all. */
interface Row {
  lzid?: string;
  gdbh?: string;
  clsj?: string;
  gxsj: number;
  scbz?: string;
  bz?: string;
}
const isRow = (row: unknown): row is Row => typeof row === 'object' && row !== null && 'gxsj' in row;
const rowsOf = (pages: readonly Page[]): unknown[] => pages.flatMap((page) => page.rows);
const chinaMs = (text: string): number => Date.parse(`${text.replace(' ', 'T')}+08:00`);
/** When it happened; NaN for what is no time. */
const happenedMs = (row: Row): number => chinaMs(row.clsj ?? '');

describe('every nastiness occurs, as a reader sees it', () => {
  let sandbox: ChildSandbox;
  let flows: Page[];
  let orders: Page[];
  let trading: Page[];
  let rows: Row[];
  const refusals: Refusals = new Map();
  beforeAll(async () => {
    sandbox = await ChildSandbox.start({ dataFolder: join(folder, 'nasty'), seed: 9, quiet: false });
    // Small pages: answers go wrong by the number of the request.
    flows = (await readHotline(sandbox.url, 'flows', { pageSize: 60, refusals })).pages;
    orders = (await readHotline(sandbox.url, 'orders', { pageSize: 60, refusals })).pages;
    trading = await readTrading(sandbox.url, refusals);
    rows = rowsOf(flows).filter(isRow);
    // Hundreds of pages, some of which are waited for: more than a minute where the other half of the machine is busy too.
  }, 180_000);
  afterAll(async () => sandbox.end('SIGKILL'));

  test('refusals: too many requests, errors, cut bodies', () => {
    for (const what of [429, 500, 'cut'] as const) expect(refusals.get(what)).toBeGreaterThan(1);
    expect([...refusals.keys()].every((what) => [429, 500, 'cut'].includes(what))).toBe(true);
  });

  test('late, and dated ahead by a fast clock', () => {
    expect(rows.filter((row) => row.gxsj - happenedMs(row) > HOUR_MS).length).toBeGreaterThan(20);
    expect(rows.filter((row) => happenedMs(row) > row.gxsj).length).toBeGreaterThan(20);
  });

  test('repeated: pages repeat rows, files come twice, bids are told twice', () => {
    const texts = rows.map((row) => JSON.stringify(row));
    expect(texts.length - new Set(texts).size).toBeGreaterThan(20);
    expect(readdirSync(sandbox.exportsFolder).some((name) => name.includes('_重传.'))).toBe(true);
    const changes = rowsOf(trading).map((item) => JSON.stringify((item as { data: unknown }).data));
    expect(changes.length).toBeGreaterThan(new Set(changes).size);
  });

  test('reordered: within a page, and against the order of events', () => {
    const backwards = (times: readonly number[]) => times.filter((time, i) => i > 0 && time < (times[i - 1] ?? 0)).length;
    const perPage = flows.map((page) => backwards(page.rows.filter(isRow).map((row) => row.gxsj)));
    expect(perPage.filter((count) => count > 0).length).toBeGreaterThan(flows.length / 2);
    const byTime = [...rows].sort((a, b) => a.gxsj - b.gxsj);
    expect(backwards(byTime.map(happenedMs).filter((ms) => !Number.isNaN(ms)))).toBeGreaterThan(100);
  });

  test('corrected: in text, in time, and from one order to another', () => {
    const versions = Map.groupBy(rows, (row) => row.lzid);
    const changed = (field: 'bz' | 'clsj' | 'gdbh') =>
      [...versions].filter(([id, list]) => id && new Set(list.map((row) => row[field]).filter(Boolean)).size > 1).length;
    for (const field of ['bz', 'clsj', 'gdbh'] as const) expect([field, changed(field) > 1]).toEqual([field, true]);
  });

  test('deleted: records that were there, records that never were, whole orders', () => {
    const deleted = rows.filter((row) => row.scbz === '1').map((row) => row.lzid);
    const alive = new Set(rows.filter((row) => row.scbz === '0').map((row) => row.lzid));
    expect(deleted.filter((id) => alive.has(id)).length).toBeGreaterThan(1);
    expect(deleted.filter((id) => !alive.has(id)).length).toBeGreaterThan(0);
    expect(rowsOf(orders).filter((row) => isRow(row) && row.scbz === '1').length).toBeGreaterThan(1);
    expect(rowsOf(trading).filter((item) => (item as { op: string }).op === 'DELETE').length).toBeGreaterThan(0);
  });

  test('malformed: in every upstream', () => {
    const all = rowsOf(flows);
    const malformed = all.filter(
      (row) =>
        !isRow(row) || !row.lzid || (row.scbz === '0' && (Number.isNaN(happenedMs(row)) || (row.bz?.length ?? 0) > 20_000)),
    );
    expect(malformed.length).toBeGreaterThan(3);
    expect(
      rowsOf(trading).filter((item) => typeof (item as { data: unknown }).data === 'string' || !projectNoOf(item)).length,
    ).toBeGreaterThan(0);
    const payments = paymentCells(sandbox.exportsFolder);
    expect(payments.filter((cells) => cells.length < 17 || !cells[0] || cells[1]?.endsWith('/2/30')).length).toBeGreaterThan(0);
  });

  test('a village that stops uploading', async () => {
    const { assets } = (await sandbox.get('/nastiness')) as { assets: { silentVillage: string; silentSinceDay: string } };
    const silentFromMs = Date.parse(`${assets.silentSinceDay}T00:00:00+08:00`);
    const typed = paymentCells(sandbox.exportsFolder)
      .filter((cells) => cells[4] === assets.silentVillage)
      .map((cells) => slashMs(cells[15] ?? ''));
    expect(typed.length).toBeGreaterThan(1);
    expect(typed.filter((atMs) => atMs >= silentFromMs)).toEqual([]);
    expect(silentFromMs).toBeLessThan(LIVE_STARTS_MS);
  });

  test('an outage, over which nothing is lost', async () => {
    const { next } = await readHotline(sandbox.url, 'flows');
    await sandbox.post('/control/advance', { toMs: chinaMs('2026-07-01 14:10:00') });
    const headers = { authorization: 'Bearer sandbox-hotline' };
    for (let i = 0; i < 3; i++) expect((await fetch(`${sandbox.url}/hotline/api/v2/orders`, { headers })).status).toBe(503);
    await sandbox.post('/control/advance', { toMs: chinaMs('2026-07-01 14:41:00') });
    const after = rowsOf((await readHotline(sandbox.url, 'flows', { from: next, refusals })).pages).filter(isRow);
    expect(after.some((row) => row.gxsj > chinaMs('2026-07-01 14:05:00') && row.gxsj < chinaMs('2026-07-01 14:35:00'))).toBe(
      true,
    );
  });
});

function projectNoOf(item: unknown): string | undefined {
  const { data } = item as { data: { projectNo?: string; bidNo?: string; dealNo?: string } };
  return data.projectNo ?? data.bidNo ?? data.dealNo;
}

/** Rows of all dropped journals; quoting is left alone, the cells looked at have none before them. */
function paymentCells(exportsFolder: string): string[][] {
  return readdirSync(exportsFolder)
    .filter((name) => name.startsWith('三资_收支流水_') && !name.includes('重传'))
    .flatMap((name) =>
      iconv
        .decode(readFileSync(join(exportsFolder, name)), 'gb18030')
        .split('\r\n')
        .slice(1, -1),
    )
    .map((line) => (line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? []).map((cell) => cell.replace(/,$/, '')))
    .map((cells) => cells.slice(0, -1));
}

function slashMs(text: string): number {
  const [, year = '', month = '', day = '', time = ''] = /^(\d+)\/(\d+)\/(\d+) (.*)$/.exec(text) ?? [];
  return Date.parse(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${time}+08:00`);
}

/** The rules as they are shipped; a rule without planted cases would pass every end-to-end check unseen. */
const RULES = readdirSync(join(import.meta.dirname, '../../../libs/rules/packs'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));

/** Judged when a quarter is over, which none is within the live weeks: these rules have their cases in the past alone. */
const BY_QUARTER: readonly string[] = ['agency-sole-bidder-share', 'deals-at-floor-share'];
/** Of a quarter, too, when its grace is over: that of the last one ends in the live weeks, and nothing is told in them. */
const AFTER_GRACE = 'unit-denied-contact-share';

describe('the truth list of a small county', () => {
  const LIVE_DAYS = 14;
  let problems: Problem[];
  let lookalikes: Lookalike[];
  beforeAll(async () => {
    await withSandbox({ name: 'truth' }, async (sandbox) => {
      await sandbox.post('/control/advance', { byMs: LIVE_DAYS * DAY_MS });
      ({ problems, lookalikes } = (await sandbox.get('/truth')) as { problems: Problem[]; lookalikes: Lookalike[] });
    });
  });

  test('knows exactly the shipped rules', () => {
    expect(new Set(problems.map((problem) => problem.rule))).toEqual(new Set(RULES));
  });

  test.each(RULES)('%s: two problems and two look-alikes in the past, and again within two live weeks', (rule) => {
    const endMs = LIVE_STARTS_MS + LIVE_DAYS * DAY_MS;
    const count = (list: readonly { rule: string; settledAtMs: number }[], fromMs: number, toMs: number) =>
      list.filter((entry) => entry.rule === rule && entry.settledAtMs >= fromMs && entry.settledAtMs < toMs).length;
    for (const list of [problems, lookalikes]) {
      expect(count(list, 0, LIVE_STARTS_MS)).toBeGreaterThanOrEqual(2);
      const live = count(list, LIVE_STARTS_MS, endMs);
      if (rule === AFTER_GRACE) expect(live).toBeLessThanOrEqual(list === problems ? 1 : 0);
      else if (!BY_QUARTER.includes(rule)) expect(live).toBeGreaterThanOrEqual(2);
      else if (list === problems) expect(live).toBe(0);
    }
  });
});
