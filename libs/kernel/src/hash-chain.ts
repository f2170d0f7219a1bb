import { sha256Hex } from './ids.js';

/** In place of the hash before the first. */
export const CHAIN_START = '';

/**
 * The hash of an entry that names the one before: an entry that is changed, taken out or put in makes every later hash another one. Whoever can
 * write to the table could reckon all of them anew; so each hash has to stand somewhere else too.
 */
export function chainedHash(before: string, entry: readonly unknown[]): string {
  return sha256Hex(JSON.stringify([before, ...entry.map(inOneOrder)]));
}

/**
 * Whether nothing was changed, taken out or put in.
 * @param entryOf what the hash of an entry holds, as when it was written
 * @param head the last hash, as it stands beside the chain
 */
export function isUnbrokenChain<E extends { seq: number; hash: string }>(
  chain: readonly E[],
  entryOf: (entry: E) => readonly unknown[],
  head: string,
): boolean {
  let before = CHAIN_START;
  for (const [index, entry] of chain.entries()) {
    if (entry.seq !== index + 1 || entry.hash !== chainedHash(before, entryOf(entry))) return false;
    before = entry.hash;
  }
  return before === head;
}

/** The database keeps the fields of an object in an order of its own. */
function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, inOneOrder(one)]);
}
