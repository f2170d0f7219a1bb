import type { EpochMs } from '@tianyan/kernel';
import { generateSync } from 'otplib';

/** What a telephone shows at that moment. */
export function totpCodeOf(secret: string, atMs: EpochMs): string {
  return generateSync({ secret, epoch: Math.floor(atMs / 1000) });
}
