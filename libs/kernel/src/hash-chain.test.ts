import { expect, test } from '@jest/globals';
import { CHAIN_START, chainedHash, isUnbrokenChain } from './hash-chain.js';
import { sha256Hex } from './ids.js';

const entryOf = ({ what }: { what: unknown }) => ['clue', what];
const entries = [{ b: 1, a: [2, { d: 3, c: undefined }] }, 'second', null].map((what, index) => ({ seq: index + 1, what }));
const chain = entries.reduce<{ seq: number; what: unknown; hash: string }[]>(
  (done, entry) => [...done, { ...entry, hash: chainedHash(done.at(-1)?.hash ?? CHAIN_START, entryOf(entry)) }],
  [],
);
const head = chain.at(-1)?.hash ?? '';

test('a chain as it was written is unbroken; one with an entry changed, taken out or taken from its end is not', () => {
  expect(isUnbrokenChain(chain, entryOf, head)).toBe(true);
  expect(isUnbrokenChain([], entryOf, CHAIN_START)).toBe(true);
  const [first, second, third] = chain;
  if (!first || !second || !third) throw new Error('three entries');
  for (const broken of [
    [first, { ...second, what: 'other' }, third],
    [first, third],
    [first, second],
  ])
    expect(isUnbrokenChain(broken, entryOf, head)).toBe(false);
});

test('the order of fields does not matter, which the database changes; the form of what is hashed never changes', () => {
  expect(chainedHash('x', [{ b: 1, a: 2 }])).toBe(chainedHash('x', [{ a: 2, b: 1, c: undefined }]));
  expect(chainedHash('x', ['c1', 1, null, { b: 1, a: 2 }])).toBe(sha256Hex('["x","c1",1,null,[["a",2],["b",1]]]'));
});
