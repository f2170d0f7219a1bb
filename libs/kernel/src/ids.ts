import { hash, randomBytes, randomUUID } from 'node:crypto';

/** A source of unique identifiers; tests pass a counter. */
export interface IdSource {
  next(): string;
}

export const uuidSource: IdSource = { next: () => randomUUID() };

/** Unguessable token for sessions and keys, 256 bits, URL-safe. */
export function secretToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Identifiers that count up, for tests and simulations. */
export function sequentialIds(prefix: string): IdSource {
  let last = 0;
  return { next: () => `${prefix}${++last}` };
}

/** SHA-256 of a text, as hex. */
export function sha256Hex(text: string): string {
  // In one call: records are hashed by the hundred thousand, and a hash object for each is garbage with a handle to be freed.
  return hash('sha256', text, 'hex');
}

/** 128 bits of the SHA-256 of a text, as hex: identifies the content of a record, not meant against forgery. */
export function contentHash(text: string): string {
  return sha256Hex(text).slice(0, 32);
}
