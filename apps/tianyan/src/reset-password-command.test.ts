import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureFirstUsers, passwordMatches, UserStore } from '@tianyan/access';
import { sequentialIds, systemClock } from '@tianyan/kernel';
import { readConfig } from '@tianyan/runtime';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openParts } from './open-parts.js';
import { runResetPassword } from './reset-password-command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tianyan-reset-'));
  // PostgreSQL runs as another account and has to get through.
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const config = () => readConfig({ TIANYAN_DATA: join(folder, 'data'), TIANYAN_SANDBOX: 'off', TIANYAN_LOG_LEVEL: 'silent' });

async function withUsers<T>(work: (users: UserStore) => Promise<T>): Promise<T> {
  const opened = await openParts({ config: config(), logger: pino({ level: 'silent' }), countyClock: systemClock });
  try {
    return await work(new UserStore({ pool: opened.parts.postgres, ids: sequentialIds('u'), clock: systemClock }));
  } finally {
    await opened.close();
  }
}

test('the server’s own way back in says a password that opens the account, and nothing for one that is not there', async () => {
  await withUsers(ensureFirstUsers);
  const said: string[] = [];
  await runResetPassword({ config: config(), account: 'security', say: (line) => said.push(line) });
  const password = /新密码：(\S+)$/.exec(said[0] ?? '')?.[1] ?? '';
  expect(said[1]).toContain('首次登录须修改');
  const found = await withUsers((users) => users.findForSignIn('security'));
  expect([found?.user.mustChangePassword, await passwordMatches(found?.passwordHash ?? '', password)]).toEqual([true, true]);
  await expect(runResetPassword({ config: config(), account: 'nobody', say: () => {} })).rejects.toThrow('没有这个账号');
});
