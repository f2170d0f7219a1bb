import { randomPassword } from './passwords.js';
import type { UserStore } from './user-store.js';
import type { Role } from './api/index.js';
import type { User } from './user.js';

const FIRST_USERS: readonly { account: string; displayName: string; role: Role }[] = [
  { account: 'admin', displayName: '系统管理员', role: 'system-administrator' },
  { account: 'security', displayName: '安全管理员', role: 'security-administrator' },
  { account: 'audit', displayName: '审计管理员', role: 'audit-administrator' },
  { account: 'analyst', displayName: '分析员', role: 'analyst' },
];

/**
 * Makes the three administrators and the first analyst where they are missing; every other account they make themselves. Returns each one made with its random
 * password, which is known to nobody else and must be changed at the first sign-in; empty on every later start.
 */
export async function ensureFirstUsers(users: UserStore): Promise<{ user: User; password: string }[]> {
  const made: { user: User; password: string }[] = [];
  const known = new Set((await users.everybody()).map(({ account }) => account));
  for (const first of FIRST_USERS) {
    if (known.has(first.account)) continue;
    const password = randomPassword();
    const user = await users.create({ ...first, townshipCodes: null, password, mustChangePassword: true });
    if (user) made.push({ user, password });
  }
  return made;
}
