import type { EpochMs } from '@tianyan/kernel';
import { generateSecret, generateURI, verifySync } from 'otplib';
import { randomInt } from 'node:crypto';

/** What every authenticator app knows without being told: six digits of SHA-1 every 30 s (RFC 6238). */
const PERIOD_S = 30;
const CODE = /^\d{6}$/;

/** Of the app's list of codes. */
const ISSUER = '天眼监督';

export const RECOVERY_CODES = 10;
/** Without characters that look alike (0 o, 1 l i): they are typed off paper. */
const RECOVERY_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
/** About 59 bits. */
const RECOVERY_CHARS = 12;

export function newTotpSecret(): string {
  return generateSecret();
}

/** What the app reads from the picture. */
export function totpUri(secret: string, account: string): string {
  return generateURI({ issuer: ISSUER, label: account, secret });
}

/** As typed: apps show `123 456`. */
export function typedCode(text: string): string {
  return text.replaceAll(/[\s-]/g, '').toLowerCase();
}

/**
 * The time step of which the code is; null for one that is not of this moment. A telephone's clock may be a step off to either
 * side, and a person types for some seconds.
 */
export function timeStepOf(secret: string, code: string, nowMs: EpochMs): number | null {
  if (!CODE.test(code)) return null;
  const epoch = Math.floor(nowMs / 1000);
  const found = verifySync({ secret, token: code, epoch, period: PERIOD_S, epochTolerance: PERIOD_S });
  return found.valid ? Math.floor(epoch / PERIOD_S) + found.delta : null;
}

export function newRecoveryCodes(): string[] {
  const char = () => RECOVERY_ALPHABET[randomInt(RECOVERY_ALPHABET.length)];
  return Array.from({ length: RECOVERY_CODES }, () => Array.from({ length: RECOVERY_CHARS }, char).join(''));
}

/** In groups of four, as they are read. */
export function recoveryCodeText(code: string): string {
  return code.replaceAll(/(.{4})(?=.)/g, '$1-');
}
