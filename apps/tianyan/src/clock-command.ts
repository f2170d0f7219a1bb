import { clockLimits, clockWords, countyClockName, EvaluationClock, withinLimitsWords } from '@tianyan/findings';
import { RefusedError, toChinaIso } from '@tianyan/kernel';
import { createLogger, keepFilesPrivate, realCountyClock, type TianyanConfig } from '@tianyan/runtime';
import type { ClockAction } from './command-line.js';
import { isDataDirectoryInUse } from './data-directory-in-use.js';
import { openParts } from './open-parts.js';

/** After the two clocks have been made one. */
const SETTLED: Partial<Record<ClockAction, string>> = {
  accept: '已确认。平台下次启动后按现在的时间继续研判。',
  reset: '已改回。平台下次启动时全部重算，多报的疑点会撤回。',
};

/**
 * Shows the two clocks of the platform, or settles which time it is after they came apart. Beside a server of its own it may
 * be used while the platform runs. Throws RefusedError when there is nothing to settle, or the platform runs on the same data
 * directory: then the console does it.
 */
export async function runClock(input: {
  config: TianyanConfig;
  action: ClockAction;
  say: (line: string) => void;
}): Promise<void> {
  const { config, action, say } = input;
  if (config.sandbox !== null || config.sandboxServer !== null)
    throw new RefusedError(
      'invalid',
      '演示县有自己的时间，不需要校对时钟。接的是真实数据的（集群也是），请设置 TIANYAN_SANDBOX=off 再执行本命令。',
    );
  if (await isDataDirectoryInUse(config))
    throw new RefusedError(
      'conflict',
      '平台正在运行：请管理员在控制台页面上方的提示里处理，或先停止平台（Ctrl+C）再执行本命令。',
    );
  keepFilesPrivate(config.dataDirectory);
  const countyClock = realCountyClock(config);
  const opened = await openParts({ config, logger: createLogger(config), countyClock });
  try {
    const clock = new EvaluationClock(opened.parts.postgres, clockLimits(config));
    if (action !== 'show') await clock[action](countyClock.nowMs());
    const state = await clock.state(countyClock.nowMs());
    say(`${countyClockName(state)}  ${toChinaIso(state.countyNowMs)}`);
    say(`研判时钟  ${state.evaluationNowMs === 0 ? '尚未研判过' : toChinaIso(state.evaluationNowMs)}`);
    say(clockWords(state) ?? SETTLED[action] ?? withinLimitsWords(state));
  } finally {
    await opened.close();
  }
}
