import { createHmac } from 'node:crypto';

/** Stands for a person or a matter in records: equal texts give equal digests, but without the key nobody can test a guess. */
export type KeyedDigest = (text: string) => string;

/** 128 bits of HMAC-SHA-256, as hex. The key must stay the same for good: with another one, nothing repeats any more. */
export function keyedDigest(key: string): KeyedDigest {
  return (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}
