import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, MINUTE_MS, systemClock } from '@tianyan/kernel';
import { readConfig } from '@tianyan/runtime';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { runClock } from './clock-command.js';
import type { ClockAction } from './command-line.js';
import { openParts } from './open-parts.js';

const NOW = '2016-02-13T13:00:00.000+08:00';
const NOW_MS = Date.parse(NOW);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-clock-'));
  // PostgreSQL runs as another account and has to get through.
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const config = (nowText?: string) =>
  readConfig({
    TIANYAN_DATA: join(folder, 'data'),
    TIANYAN_SANDBOX: 'off',
    TIANYAN_LOG_LEVEL: 'silent',
    ...(nowText === undefined ? {} : { TIANYAN_NOW: nowText }),
  });

async function said(action: ClockAction, nowText?: string): Promise<string[]> {
  const lines: string[] = [];
  await runClock({ config: config(nowText), action, say: (line) => lines.push(line) });
  return lines;
}

async function evaluatedAt(nowMs: number): Promise<void> {
  const { parts, close } = await opened();
  await parts.postgres.query('UPDATE finding_clock SET now_ms = $1', [nowMs]);
  await close();
}
const opened = () =>
  openParts({
    config: config(),
    logger: pino({ level: 'silent' }),
    countyClock: systemClock,
  });

test('what is so is said of two clocks, however far apart they may be', async () => {
  expect(await said('show', NOW)).toEqual([`指定时间  ${NOW}`, '研判时钟  尚未研判过', '还没有研判过，不需要处理。']);

  await evaluatedAt(NOW_MS - 31 * DAY_MS);
  expect(await said('show', NOW)).toEqual([
    `指定时间  ${NOW}`,
    '研判时钟  2016-01-13T13:00:00.000+08:00',
    expect.stringMatching(/^研判时钟比现在的时间慢 31 天：.*平台启动后自动跟上.*不需要处理。$/),
  ]);
  await expect(said('accept', NOW)).rejects.toThrow('研判时钟比现在的时间慢 31 天');

  await evaluatedAt(NOW_MS);
  expect((await said('show', NOW))[2]).toBe('两个时钟一致，不需要处理。');

  await evaluatedAt(NOW_MS + 20 * MINUTE_MS);
  expect((await said('show', NOW))[2]).toMatch(/^研判时钟比现在的时间快 20 分钟，不到停止研判的程度/);

  await evaluatedAt(NOW_MS + 2 * HOUR_MS);
  expect((await said('show', NOW))[2]).toMatch(
    /^研判已停止：TIANYAN_NOW 指定的时间早于研判时钟（指定时间 2016-02-13 13:00，研判时钟 2016-02-13 15:00）/,
  );
  expect(await said('reset', NOW)).toEqual([
    `指定时间  ${NOW}`,
    `研判时钟  ${NOW}`,
    '已改回。平台下次启动时全部重算，多报的疑点会撤回。',
  ]);

  const [machine, , words] = await said('show');
  expect(machine).toMatch(/^机器时间 /);
  expect(words).toMatch(/^研判已停止：时间向前跳了 \d+ 天（机器时间 /);
  expect((await said('accept'))[2]).toBe('已确认。平台下次启动后按现在的时间继续研判。');
});
