import { ensureFirstUsers, isAllowed, type UserStore } from '@tianyan/access';
import type { TeamStore } from '@tianyan/notices';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Only the account that runs the product may read the file. */
const OWNER_ONLY = 0o600;

const kept = z.record(z.string(), z.string());

export interface FirstPasswords {
  file: string;
  /** Accounts made at this start, with their passwords; each must be changed at the first sign-in. */
  made: readonly { account: string; password: string }[];
}

/**
 * Makes the first users and the default team. The passwords are written to a file beside the databases, because a line
 * of terminal output is easily lost; whoever changed them may delete it.
 */
export async function ensureFirstPasswords(input: {
  dataDirectory: string;
  users: UserStore;
  teams: TeamStore;
}): Promise<FirstPasswords> {
  const made = (await ensureFirstUsers(input.users)).map(({ user, password }) => ({ account: user.account, password }));
  const file = keepPasswords(input.dataDirectory, made);
  // Whoever administers people or reads the log is told of no findings.
  const told = (await input.users.list()).filter(({ role }) => isAllowed(role, 'read-findings'));
  await input.teams.ensureDefault(told.map(({ id }) => id));
  return { file, made };
}

/** Adds to the file of first passwords; returns its path. */
export function keepPasswords(dataDirectory: string, made: FirstPasswords['made']): string {
  const file = join(dataDirectory, 'first-passwords.json');
  if (made.length === 0) return file;
  const before = existsSync(file) ? kept.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const all = { ...before, ...Object.fromEntries(made.map(({ account, password }) => [account, password])) };
  mkdirSync(dataDirectory, { recursive: true });
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`, { mode: OWNER_ONLY });
  return file;
}
