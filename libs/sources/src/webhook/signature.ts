import { MINUTE_MS, type EpochMs } from '@tianyan/kernel';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Milliseconds since 1970 at which the sender signed; part of what is signed. */
export const TIMESTAMP_HEADER = 'x-tianyan-timestamp';
/** `v1=` and the HMAC-SHA256, as hex, of `<timestamp>.<body>` under the shared key. */
export const SIGNATURE_HEADER = 'x-tianyan-signature';

/** How far the sender's clock may differ from ours; a message recorded on the way cannot be sent again later. */
export const REPLAY_WINDOW_MS = 5 * MINUTE_MS;

export function signPush(key: string, timestampMs: EpochMs, body: Buffer): string {
  return `v1=${createHmac('sha256', key).update(`${timestampMs}.`).update(body).digest('hex')}`;
}

export type SignatureCheck = 'ok' | 'unsigned' | 'stale' | 'wrong';

/** Compared in constant time: the answer's delay must not tell how much of a guess is right. */
export function checkSignature(input: {
  key: string;
  timestamp: string | undefined;
  signature: string | undefined;
  body: Buffer;
  nowMs: EpochMs;
}): SignatureCheck {
  const { timestamp, signature } = input;
  if (timestamp === undefined || signature === undefined || !/^\d{1,15}$/.test(timestamp)) return 'unsigned';
  const expected = Buffer.from(signPush(input.key, Number(timestamp), input.body));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'wrong';
  return Math.abs(input.nowMs - Number(timestamp)) > REPLAY_WINDOW_MS ? 'stale' : 'ok';
}
