import { secretToken } from '@tianyan/kernel';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Only the account that runs the program may read it. */
const OWNER_ONLY = 0o600;

/**
 * A secret that is made once and kept in a file: the embedded database's password, the key of the digests.
 * Losing the digest key would make every repeated complaint look new, so it is never made again silently:
 * the file is the only source.
 */
export function keptSecret(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(dirname(file), { recursive: true });
  const secret = secretToken();
  writeFileSync(file, secret, { mode: OWNER_ONLY, flag: 'wx' });
  return secret;
}
