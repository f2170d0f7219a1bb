import { UserStore } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { QuarantineInflow, SourceStore, sourcesMigrations } from '@tianyan/sources';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, ManualClock, MINUTE_MS, seededRng, sequentialIds, timerPause, uuidSource } from '@tianyan/kernel';
import {
  DeliveryQueries,
  DeliveryQueue,
  minuteOfDay,
  NoticeOutbox,
  Outages,
  PlatformRouting,
  subjectsFor,
  TeamChannels,
  TeamStore,
} from '@tianyan/notices';
import { rows, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { readConfig } from '@tianyan/runtime';
import { pino } from 'pino';
import { z } from 'zod';
import { notifierMigrations } from './migrations.js';
import { LONGEST_PAGE_MS, troubleOf, watchedSources, type SourceState } from './source-health.js';
import { OutageWatch, type OutageWatchParts } from './outage-watch.js';
import { WatchedPlatform, WatchedSources } from './watched-parts.js';

const LIMITS = readConfig({}).outages;
const { patienceMs: PATIENCE_MS, remindAfterMs: REMIND_AFTER_MS } = LIMITS;
const { quarantineRowsPerHour: QUARANTINE_ROWS_PER_HOUR, littleFreeBytes: LITTLE_FREE_BYTES } = LIMITS;
const CALM_MS = PATIENCE_MS;
const HOTLINE = 'hotline-12345';
const UPSTREAMS_WORDS = '上游回答：张三 13812345678 的工单有误';

let postgres: TestPostgres;
let pool: Pool;
let clock: ManualClock;
let store: SourceStore;
let queries: DeliveryQueries;
let administrator: string;
let parts: OutageWatchParts;
let watch: OutageWatch;

beforeAll(async () => {
  postgres = await startTestPostgres(notifierMigrations(sourcesMigrations));
  pool = postgres.pool;
  const users = new UserStore({ pool, ids: sequentialIds('u'), clock: new ManualClock(1) });
  const rest = { displayName: '某人', password: 'Some-Password-77', townshipCodes: null, mustChangePassword: false };
  administrator = (await users.create({ ...rest, account: 'admin', role: 'system-administrator' }))?.id ?? '';
  await users.create({ ...rest, account: 'analyst', role: 'analyst' });
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  await pool.query('TRUNCATE outage, notice_delivery, quarantine, source, alert_team CASCADE');
  clock = new ManualClock(Date.parse('2026-11-28T15:00:00+08:00'));
  store = new SourceStore(pool, clock);
  queries = new DeliveryQueries(pool, clock);
  const users = new UserStore({ pool, ids: sequentialIds('u'), clock });
  const teams = new TeamStore({ pool, ids: sequentialIds('t'), clock });
  parts = {
    timing: LIMITS,
    watched: [new WatchedSources({ sources: store, watched: [{ name: HOTLINE, everyMs: MINUTE_MS }] })],
    pool,
    outbox: new NoticeOutbox(clock),
    routing: new PlatformRouting({ users, teams }),
    clock,
    pause: timerPause,
    logger: pino({ level: 'silent' }),
  };
  watch = new OutageWatch(parts);
  await store.register({ name: HOTLINE, label: '12345 热线', kind: 'http-pull' });
  await read(null);
});

async function read(error: string | null, feed = 'orders'): Promise<void> {
  await store.runStarted(HOTLINE);
  await store.runEnded(HOTLINE, feed, error);
}

/** Minute by minute, as the watch looks. */
async function pass(
  durationMs: number,
  input: { error?: string | null; isRead?: boolean; watches?: OutageWatch[] } = {},
): Promise<void> {
  const { error = null, isRead = true, watches = [watch] } = input;
  for (let minute = 0; minute < durationMs / MINUTE_MS; minute++) {
    clock.advanceBy(MINUTE_MS);
    if (isRead) await read(error);
    await Promise.all(watches.map((each) => each.look()));
  }
}

async function told(): Promise<{ title: string; text: string; path: string }[]> {
  await new DeliveryQueue({ pool, clock, rng: seededRng(1) }).deliverInbox();
  const page = { limit: 200, unreadOnly: false, subjects: subjectsFor('system-administrator') };
  const { items } = await queries.inbox(WHOLE_COUNTY, administrator, page);
  return items.map(({ title, text, path }) => ({ title, text, path })).toReversed();
}
const titles = async () => (await told()).map(({ title }) => title);
const OUT = '数据源“12345 热线”中断';
const BACK = '数据源“12345 热线”已恢复';
const STILL = `${OUT}，仍未恢复`;

describe('a source that fails', () => {
  test('is told once when patience ends and once when it has worked for a while; of the upstream’s words nothing', async () => {
    await pass(PATIENCE_MS, { error: UPSTREAMS_WORDS });
    expect(await titles()).toEqual([]);
    await pass(2 * HOUR_MS, { error: UPSTREAMS_WORDS });
    expect(await titles()).toEqual([OUT]);
    await pass(CALM_MS);
    expect(await titles()).toEqual([OUT]);
    await pass(HOUR_MS);
    const [out, back, ...others] = await told();
    expect(others).toEqual([]);
    expect(out).toEqual({
      title: OUT,
      text: '自 2026-11-28 15:01 起一直读取失败。请打开这个数据源的页面，按上面写的原因处理。恢复后再通知一次。',
      path: `/sources/${HOTLINE}`,
    });
    expect(back).toMatchObject({
      title: BACK,
      text: '自 2026-11-28 15:01 起中断，2026-11-28 17:16 恢复，共约 135 分钟。上游还保留的数据会自动接着读，不用补录。',
    });
  });

  test('for less than patience is nothing to tell of, however often', async () => {
    for (let time = 0; time < 4; time++) {
      await pass(PATIENCE_MS, { error: '暂时不可用' });
      await pass(MINUTE_MS);
    }
    expect(await titles()).toEqual([]);
  });

  test('is not said to work again because nobody looked for a time', async () => {
    await pass(PATIENCE_MS + MINUTE_MS, { error: '暂时不可用' });
    await pass(MINUTE_MS);
    // The platform was stopped; the first look after it finds the source well.
    clock.advanceBy(HOUR_MS);
    await pass(CALM_MS - MINUTE_MS);
    expect(await titles()).toEqual([OUT]);
    await pass(2 * MINUTE_MS);
    expect(await titles()).toEqual([OUT, BACK]);
  });

  test('and comes and goes is one outage', async () => {
    for (let time = 0; time < 4; time++) {
      await pass(PATIENCE_MS + MINUTE_MS, { error: '暂时不可用' });
      await pass(CALM_MS - MINUTE_MS);
    }
    expect(await titles()).toEqual([OUT]);
    await pass(CALM_MS + MINUTE_MS);
    expect(await titles()).toEqual([OUT, BACK]);
  });

  test('in one of its feeds fails, though another is read; the next outage is told again', async () => {
    await read('上游拒绝了访问（401）', 'units');
    await pass(PATIENCE_MS + MINUTE_MS);
    expect(await titles()).toEqual([OUT]);
    await read(null, 'units');
    await pass(CALM_MS + MINUTE_MS);
    await read('上游拒绝了访问（401）', 'units');
    await pass(PATIENCE_MS + MINUTE_MS);
    expect(await titles()).toEqual([OUT, BACK, OUT]);
  });

  test('is told once by several notifiers that look at the same time, and by one that looks twice', async () => {
    const other = new OutageWatch({ ...parts, pool: postgres.openPool() });
    const watches = [watch, other, watch, new OutageWatch(parts)];
    await pass(2 * PATIENCE_MS, { error: '暂时不可用', watches });
    expect(await titles()).toEqual([OUT]);
    await pass(2 * CALM_MS, { watches });
    expect(await titles()).toEqual([OUT, BACK]);
    await pass(2 * PATIENCE_MS, { error: '暂时不可用', watches });
    expect(await titles()).toEqual([OUT, BACK, OUT]);
  });

  test('is told by the next notifier where one dies before its commit, once', async () => {
    await pass(PATIENCE_MS, { error: '暂时不可用' });
    const dying = new OutageWatch({
      ...parts,
      outbox: Object.assign(new NoticeOutbox(clock), { enqueue: () => Promise.reject(new Error('killed')) }),
    });
    clock.advanceBy(MINUTE_MS);
    await expect(dying.look()).rejects.toThrow('killed');
    await pass(2 * MINUTE_MS, { error: '暂时不可用' });
    expect(await titles()).toEqual([OUT]);
  });

  test('was failing when the platform was stopped gets its chance when it is started again', async () => {
    await pass(PATIENCE_MS - MINUTE_MS, { error: '暂时不可用' });
    clock.advanceBy(8 * HOUR_MS);
    await watch.look();
    expect(await titles()).toEqual([]);
    await pass(MINUTE_MS);
    await pass(PATIENCE_MS);
    expect(await titles()).toEqual([]);
  });

  test('and is switched off, or no longer configured, is nobody’s concern any more', async () => {
    await pass(PATIENCE_MS + MINUTE_MS, { error: '暂时不可用' });
    await store.setEnabled(HOTLINE, false);
    await pass(HOUR_MS, { isRead: false });
    expect(await titles()).toEqual([OUT]);
    await store.setEnabled(HOTLINE, true);
    await pass(PATIENCE_MS + MINUTE_MS, { error: '暂时不可用' });
    expect(await titles()).toEqual([OUT, OUT]);
    await pass(HOUR_MS, { error: '暂时不可用', watches: [new OutageWatch({ ...parts, watched: [] })] });
    expect(await titles()).toEqual([OUT, OUT]);
  });
});

test('a county that sets other times is told by them', async () => {
  const timing = { patienceMs: 3 * MINUTE_MS, remindAfterMs: HOUR_MS };
  const watches = [new OutageWatch({ ...parts, timing })];
  await pass(3 * MINUTE_MS, { error: '暂时不可用', watches });
  expect(await titles()).toEqual([]);
  await pass(MINUTE_MS, { error: '暂时不可用', watches });
  expect(await titles()).toEqual([OUT]);
  await pass(HOUR_MS, { error: '暂时不可用', watches });
  expect(await titles()).toEqual([OUT, STILL]);
  await pass(4 * MINUTE_MS, { watches });
  expect(await titles()).toEqual([OUT, STILL, BACK]);
});

describe('a source that is not read any more', () => {
  test('is told, without an error to show, once', async () => {
    await pass(3 * MINUTE_MS, { isRead: false });
    await pass(PATIENCE_MS, { isRead: false });
    expect(await titles()).toEqual([]);
    await pass(HOUR_MS, { isRead: false });
    expect(await told()).toMatchObject([{ title: OUT, text: expect.stringContaining('没有按时读取') }]);
  });

  const NOW_MS = 100 * DAY_MS;
  const state = (given: Partial<SourceState>): SourceState => ({
    name: 's',
    label: '某源',
    enabled: true,
    state: 'idle',
    lastRunAtMs: NOW_MS,
    lastSuccessAtMs: NOW_MS,
    lastPageAtMs: NOW_MS - DAY_MS,
    ...given,
  });
  const READING = { state: 'running', lastSuccessAtMs: null, lastRunAtMs: NOW_MS - 20 * HOUR_MS } as const;
  test.each([
    ['read in time', {}, MINUTE_MS, null],
    ['three readings late', { lastSuccessAtMs: NOW_MS - 3 * MINUTE_MS }, MINUTE_MS, null],
    ['later', { lastSuccessAtMs: NOW_MS - 3 * MINUTE_MS - 1 }, MINUTE_MS, 'silent'],
    ['as late, but read daily', { lastSuccessAtMs: NOW_MS - 2 * DAY_MS }, DAY_MS, null],
    ['pushed by its upstream', { lastSuccessAtMs: NOW_MS - 50 * DAY_MS }, null, null],
    ['never read', { lastSuccessAtMs: null, lastRunAtMs: null }, MINUTE_MS, 'silent'],
    ['at its first page', { ...READING, lastRunAtMs: NOW_MS - LONGEST_PAGE_MS }, MINUTE_MS, null],
    ['cut before its first page', { ...READING, lastRunAtMs: NOW_MS - LONGEST_PAGE_MS - 1 }, MINUTE_MS, 'silent'],
    ['for hours at its first reading', { ...READING, lastPageAtMs: NOW_MS - MINUTE_MS }, MINUTE_MS, null],
    ['cut in its first reading', { ...READING, lastPageAtMs: NOW_MS - LONGEST_PAGE_MS - 1 }, MINUTE_MS, 'silent'],
    ['failing', { state: 'failing' }, null, 'failing'],
    ['waiting for a person’s word', { state: 'waiting' }, MINUTE_MS, null],
  ] as const)('%s', (_, given, everyMs, trouble) => {
    expect(troubleOf(state(given), { name: 's', everyMs }, NOW_MS)).toBe(trouble);
  });

  test('its rhythm is that of its most frequent feed', () => {
    const configured = [
      { config: { source: 'a', everyMs: 60_000, feeds: [{ feed: 'x', everyMs: 5_000 }, { feed: 'y' }] } },
      { config: { source: 'b', everyMs: 60_000, feeds: [{ feed: 'x', everyMs: HOUR_MS }] } },
      { config: { source: 'c', everyMs: 30_000, feeds: [{ feed: 'x' }] } },
      { config: { source: 'd' } },
    ];
    expect(watchedSources(configured)).toEqual([
      { name: 'a', everyMs: 5_000 },
      { name: 'b', everyMs: HOUR_MS },
      { name: 'c', everyMs: 30_000 },
      { name: 'd', everyMs: null },
    ]);
  });
});

describe('what lasts', () => {
  test('is told again every so many hours, once by however many look, and not any more when it works', async () => {
    const watches = [watch, new OutageWatch({ ...parts, pool: postgres.openPool() })];
    await pass(PATIENCE_MS + MINUTE_MS, { error: '暂时不可用' });
    for (let time = 0; time < 2; time++) {
      clock.advanceBy(REMIND_AFTER_MS - MINUTE_MS);
      await pass(2 * MINUTE_MS, { error: '暂时不可用', watches });
      expect((await titles()).filter((title) => title === STILL)).toHaveLength(time + 1);
    }
    expect(await titles()).toEqual([OUT, STILL, STILL]);
    await pass(CALM_MS + MINUTE_MS, { watches });
    await pass(PATIENCE_MS + 2 * MINUTE_MS, { error: '暂时不可用' });
    clock.advanceBy(REMIND_AFTER_MS);
    await pass(MINUTE_MS, { error: '暂时不可用' });
    expect(await titles()).toEqual([OUT, STILL, STILL, BACK, OUT, STILL]);
  });

  test('its end is told also to who heard alone that it lasts, once to each, and not to who heard of an outage before', async () => {
    const users = new UserStore({ pool, ids: sequentialIds('later'), clock });
    const rest = { displayName: '某人', password: 'Some-Password-77', townshipCodes: null, mustChangePassword: false };
    const later = (await users.create({ ...rest, account: 'later', role: 'system-administrator' }))?.id ?? '';
    const setRole = (role: string) => pool.query('UPDATE access_user SET role = $2 WHERE id = $1', [later, role]);
    const heard = async () => {
      await new DeliveryQueue({ pool, clock, rng: seededRng(1) }).deliverInbox();
      const sql = 'SELECT title FROM notice_delivery WHERE recipient = $1 ORDER BY id';
      return (await rows(pool, z.object({ title: z.string() }), sql, [later])).map(({ title }) => title);
    };
    const lasts = async () => {
      clock.advanceBy(REMIND_AFTER_MS);
      await pass(MINUTE_MS, { error: '暂时不可用' });
      return heard();
    };
    await setRole('analyst');
    await pass(PATIENCE_MS + MINUTE_MS, { error: '暂时不可用' });
    await setRole('system-administrator');
    expect([await lasts(), await lasts()]).toEqual([[STILL], [STILL, STILL]]);
    await setRole('analyst');
    await pass(CALM_MS + MINUTE_MS);
    expect(await heard()).toEqual([STILL, STILL, BACK]);
    expect(await titles()).toEqual([OUT, STILL, STILL, BACK]);
    await pass(PATIENCE_MS + MINUTE_MS, { error: '暂时不可用' });
    await pass(CALM_MS + MINUTE_MS);
    expect(await heard()).toEqual([STILL, STILL, BACK]);
  });

  test('is told by the next notifier where one dies in the middle of telling it again', async () => {
    await pass(PATIENCE_MS + MINUTE_MS, { error: '暂时不可用' });
    clock.advanceBy(REMIND_AFTER_MS);
    await read('暂时不可用');
    const outbox = Object.assign(new NoticeOutbox(clock), { enqueue: () => Promise.reject(new Error('killed')) });
    await expect(new OutageWatch({ ...parts, outbox }).look()).rejects.toThrow('killed');
    await pass(MINUTE_MS, { error: '暂时不可用' });
    expect(await titles()).toEqual([OUT, STILL]);
  });
});

describe('outside the platform', () => {
  /** What leaves by the channels of a team that hears of the platform, and how grave it has to be. */
  async function leaves(platformNotices: boolean, minSeverity: 'low' | 'high', quiet: boolean) {
    const teams = new TeamStore({ pool, ids: uuidSource, clock });
    const channels = new TeamChannels({ pool, ids: uuidSource, clock, secret: 'installation' });
    const minute = minuteOfDay(clock.nowMs());
    const quietHours = quiet ? { fromMinute: minute, toMinute: (minute + 600) % 1440, exceptHigh: true } : null;
    const settings = {
      name: '信息中心',
      townshipCodes: [],
      memberIds: [],
      webhookUrl: null,
      minSeverity: 'low',
      platformNotices,
    } as const;
    const { id } = await teams.create({ ...settings, quietHours });
    await channels.add(id, { name: '值班邮箱', minSeverity, target: { kind: 'email', address: 'duty@example.gov.cn' } });
    await pass(PATIENCE_MS + MINUTE_MS, { error: UPSTREAMS_WORDS });
    const claimed = await new DeliveryQueue({ pool, clock, rng: seededRng(1) }).claim(9);
    for (const { text } of claimed) expect(text).not.toContain('张三');
    return claimed.map(({ channel, title }) => `${channel} ${title}`);
  }
  test.each([
    ['a team that asked for it', true, 'low', false, [`email ${OUT}`]],
    ['a team that did not', false, 'low', false, []],
    ['a channel for what is grave', true, 'high', false, [`email ${OUT}`]],
    ['quiet hours, from which what is grave is excepted', true, 'low', true, [`email ${OUT}`]],
  ] as const)('%s', async (_, platformNotices, minSeverity, quiet, expected) => {
    expect(await leaves(platformNotices, minSeverity, quiet)).toEqual(expected);
  });
});

describe('the platform itself', () => {
  let freeBytes: number | null;
  const platform = (host = 'node-1', disk = { freeBytes: async () => freeBytes }) => {
    const quarantine = new QuarantineInflow(pool);
    return new OutageWatch({ ...parts, watched: [new WatchedPlatform({ pool, quarantine, disk, host, limits: LIMITS })] });
  };
  beforeEach(() => void (freeBytes = LITTLE_FREE_BYTES));

  test('is well where nothing is wrong, and where a disk says nothing', async () => {
    freeBytes = null;
    await pass(HOUR_MS, { watches: [platform()] });
    expect(await titles()).toEqual([]);
  });

  test('a disk that fills is told, and that it has room again', async () => {
    freeBytes = 1.5 * 1024 ** 3;
    await pass(PATIENCE_MS + MINUTE_MS, { watches: [platform()] });
    expect(await told()).toMatchObject([{ title: '数据盘快满了', text: expect.stringContaining('1.5 GB') }]);
    freeBytes = LITTLE_FREE_BYTES;
    await pass(CALM_MS + MINUTE_MS, { watches: [platform()] });
    expect(await titles()).toEqual(['数据盘快满了', '数据盘的空间够了']);
  });

  test('a full disk is told though the disk of another notifier is not; one whose machine is gone is not waited for', async () => {
    freeBytes = 1.5 * 1024 ** 3;
    const well = platform('node-2', { freeBytes: async () => LITTLE_FREE_BYTES });
    await pass(2 * PATIENCE_MS, { watches: [platform(), well] });
    expect(await told()).toMatchObject([{ title: '数据盘快满了', text: expect.stringContaining('服务器“node-1”') }]);
    const open = async () => (await new Outages(pool).open()).size;
    await pass(2 * CALM_MS, { watches: [well] });
    expect([await titles(), await open()]).toEqual([['数据盘快满了'], 1]);
    clock.advanceBy(DAY_MS);
    await pass(MINUTE_MS, { watches: [well] });
    expect([await titles(), await open()]).toEqual([['数据盘快满了'], 0]);
  });

  test('a quarantine that grows is told by its count alone; one that was large before is not', async () => {
    const fill = (count: number, name: string) =>
      pool.query(
        `INSERT INTO quarantine (source, feed, reason, raw, raw_chars, fingerprint, first_seen_at_ms, last_seen_at_ms)
         SELECT 'hotline-12345', 'orders', '张三的电话不对', '张三,13812345678', 15, $2 || n, $3, $3 FROM generate_series(1, $1) AS n`,
        [count, name, clock.nowMs()],
      );
    await fill(QUARANTINE_ROWS_PER_HOUR - 1, 'before');
    await pass(PATIENCE_MS + MINUTE_MS, { watches: [platform()] });
    expect(await titles()).toEqual([]);
    await fill(1, 'one more');
    await pass(PATIENCE_MS + MINUTE_MS, { watches: [platform()] });
    const [notice] = await told();
    expect(notice).toMatchObject({ title: '隔离区里的行增长很快', path: '/quarantine' });
    expect(JSON.stringify(notice)).not.toMatch(/张三|1381/);
    await pass(HOUR_MS + CALM_MS, { watches: [platform()] });
    expect(await titles()).toEqual(['隔离区里的行增长很快', '隔离区不再快速增长']);
  });

  test('letters that were given up are told until somebody has sent them again; those about the platform do not count', async () => {
    const bury = (kind: string, subject: string) =>
      pool.query(
        `INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, severity, title, body, occurred_at_ms, state, next_attempt_at_ms, created_at_ms)
         VALUES ($1, 'x', 0, $2, 'email', 'c', 2, 't', 'b', 1, 'dead', 1, $3)`,
        [subject, kind, clock.nowMs()],
      );
    await bury('platform-failing', 'platform');
    await pass(PATIENCE_MS + MINUTE_MS, { watches: [platform()] });
    expect(await titles()).toEqual([]);
    await bury('opened', 'finding');
    await pass(PATIENCE_MS + MINUTE_MS, { watches: [platform()] });
    expect(await titles()).toEqual(['有通知多次没有送达，已停发']);
    await pool.query(`UPDATE notice_delivery SET state = 'delivered' WHERE state = 'dead' AND subject_kind = 'finding'`);
    await pass(CALM_MS + MINUTE_MS, { watches: [platform()] });
    expect(await titles()).toEqual(['有通知多次没有送达，已停发', '近三天没有未送达的通知了']);
  });
});

test('the loop looks by itself, goes on after a failure, and stops', async () => {
  const looked: number[] = [];
  let looks = 0;
  const running = new OutageWatch({
    ...parts,
    watched: [
      {
        look: async () => {
          looks++;
          if (looks === 1) throw new Error('PostgreSQL is away');
          return [];
        },
      },
    ],
    pause: async (delayMs) => void looked.push(delayMs),
  });
  running.start();
  while (looked.length < 3) await new Promise((resolve) => setImmediate(resolve));
  await running.stop();
  expect(looks).toBeGreaterThanOrEqual(3);
  expect(new Set(looked)).toEqual(new Set([MINUTE_MS]));
});
