import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareBytes } from './index.js';

/** Of one, two, three and four bytes; the last two stand the other way round as UTF-16 units. */
const CHARACTERS = ['', 'a', 'A', 'é', '中', '\ud7ff', '\ue000', '\uff21', '\uffff', '\u{10000}', '\u{20000}', '\u{10ffff}'];
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('texts by their bytes', () => {
  test('a full-width letter comes before an astral character, which JavaScript sorts before it', () => {
    expect(['\u{20000}', '\uff21'].toSorted(compareBytes)).toEqual(['\uff21', '\u{20000}']);
    expect(['\u{20000}', '\uff21'].toSorted()).toEqual(['\u{20000}', '\uff21']);
  });

  test('as their UTF-8 bytes are compared, whatever the characters', () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 4 }).map((all) => all.join('')),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(byBytes(a, b));
      }),
      { seed: 1, numRuns: 5_000 },
    );
  });
});
