import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bodyOf, SplicedLine } from './line.js';

test('lines as text and as bytes make the same body', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((one) => one.isWellFormed());
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, fc.boolean())), (lines) => {
      const spliced = lines.map(([head, rest, asBytes]) =>
        asBytes ? new SplicedLine(head, Buffer.from(`{${rest}`), 1) : head + rest,
      );
      const texts = lines.map(([head, rest]) => `${head}${rest}\n`);
      expect(bodyOf(spliced).toString()).toBe(texts.join(''));
      expect(spliced.map(String)).toEqual(lines.map(([head, rest]) => head + rest));
    }),
  );
});
