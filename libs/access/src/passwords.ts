import { hash, verify } from '@node-rs/argon2';
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '@tianyan/contracts/limits';
import { RefusedError } from '@tianyan/kernel';
import { randomInt } from 'node:crypto';

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. About 30 ms a check on a county's server. */
const ARGON2_OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2_OPTIONS);
}

export function passwordMatches(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, password);
}

/**
 * The hash of random bytes that nobody kept, by ARGON2_OPTIONS. Written down: to make one at the first use would take twice
 * as long that time, and tell an unknown account.
 */
export const DECOY_HASH = '$argon2id$v=19$m=19456,t=2,p=1$/A1+cga93xmD4/nxgWDnUg$WaHTahNRBs7wtteM77lReFt+hxNpXMLipfCt5CCmkQs';

/** Takes as long as checking a real password, so that the time of an answer does not tell whether the account exists. */
export async function checkAgainstNobody(password: string): Promise<false> {
  await passwordMatches(DECOY_HASH, password);
  return false;
}

/** Throws RefusedError('invalid') with what is missing. */
export function assertAcceptablePassword(input: { account: string; current: string; next: string }): void {
  const { account, current, next } = input;
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(next)).length;
  if (next.length < MIN_PASSWORD_CHARS) throw new RefusedError('invalid', `新密码至少 ${MIN_PASSWORD_CHARS} 个字符`);
  if (next.length > MAX_PASSWORD_CHARS) throw new RefusedError('invalid', `新密码最长 ${MAX_PASSWORD_CHARS} 个字符`);
  if (classes < 3) throw new RefusedError('invalid', '新密码须包含大写字母、小写字母、数字、符号中的至少三种');
  if (next.toLowerCase().includes(account.toLowerCase())) throw new RefusedError('invalid', '新密码不能包含账号');
  if (new Set(next).size < MIN_PASSWORD_CHARS / 2) throw new RefusedError('invalid', '新密码重复字符过多，请换一个');
  if (next === current) throw new RefusedError('invalid', '新密码不能与当前密码相同');
}

/** Without characters that look alike (0 O, 1 l I): the first password is typed off a terminal. */
const FIRST_PASSWORD_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789';
const FIRST_PASSWORD_CHARS = 16;

/** A random first password, about 92 bits. */
export function randomPassword(): string {
  return Array.from(
    { length: FIRST_PASSWORD_CHARS },
    () => FIRST_PASSWORD_ALPHABET[randomInt(FIRST_PASSWORD_ALPHABET.length)],
  ).join('');
}

/** The hash of a password that nobody knows: until another is made, nobody signs in. */
export function unusableHash(): Promise<string> {
  return hashPassword(randomPassword());
}
