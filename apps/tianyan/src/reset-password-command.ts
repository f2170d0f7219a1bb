import { AuditLog, People } from '@tianyan/access';
import { RefusedError, systemClock } from '@tianyan/kernel';
import { createLogger, keepFilesPrivate, realCountyClock, type TianyanConfig } from '@tianyan/runtime';
import { isDataDirectoryInUse } from './data-directory-in-use.js';
import { openParts } from './open-parts.js';

/**
 * Makes a new first password for an account, for the one case in which nobody who is signed in can have it done: the only
 * administrator of a kind has forgotten theirs. It is entered in the audit log as done on the server. Throws RefusedError for an
 * account that is not there or is locked, and while the platform runs on the same data directory.
 */
export async function runResetPassword(input: {
  config: TianyanConfig;
  account: string;
  say: (line: string) => void;
}): Promise<void> {
  const { config, account, say } = input;
  if (await isDataDirectoryInUse(config))
    throw new RefusedError('conflict', '平台正在运行，请先停止平台（Ctrl+C）再执行本命令。');
  keepFilesPrivate(config.dataDirectory);
  const opened = await openParts({ config, logger: createLogger(config), countyClock: realCountyClock(config) });
  try {
    const pool = opened.parts.postgres;
    const people = new People({ pool, clock: systemClock, audit: new AuditLog(pool, systemClock) });
    const password = await people.resetOnServer(account);
    say(`账号 ${account} 的新密码：${password}`);
    say('只显示这一次，首次登录须修改。这次重置已记入操作日志。');
  } finally {
    await opened.close();
  }
}
