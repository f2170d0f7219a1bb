import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { OutgoingMessage } from '../port.js';
import { decodeChunk, encodeChunks } from './chunk.js';
import { MAX_MESSAGE_BYTES } from '../message-limit.js';
import { CHUNK_BYTES, CHUNK_MESSAGES } from './options.js';

const anyText = fc.string({ unit: 'binary', maxLength: 400 });
const anyMessage = fc.oneof(
  fc.record({ key: anyText, value: anyText }),
  fc.record({ key: anyText, value: anyText, headers: fc.dictionary(anyText, anyText, { maxKeys: 3 }) }),
);

function roundTrip(messages: readonly OutgoingMessage[], fromOffset = 0) {
  let next = 0;
  return encodeChunks(2, messages).flatMap((chunk) => {
    const firstOffset = next;
    next += chunk.count;
    return decodeChunk('t', 2, { ...chunk, firstOffset, appendedAtMs: 5 }, fromOffset);
  });
}

test('any text comes back as it was, at its offset', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 40 }), fc.nat(40), (messages, fromOffset) => {
      expect(roundTrip(messages, fromOffset)).toEqual(
        messages
          .map((message, offset) => ({ headers: {}, ...message, topic: 't', partition: 2, offset, appendedAtMs: 5 }))
          .slice(fromOffset),
      );
    }),
  );
});

test('a lone surrogate, which UTF-8 cannot hold, survives too', () => {
  expect(roundTrip([{ key: '\ud800', value: 'x\udc00'.repeat(1_000) }])).toMatchObject([
    { key: '\ud800', value: 'x\udc00'.repeat(1_000) },
  ]);
});

test('chunks stay within both limits, except for a single large message', () => {
  const messages = [
    ...Array.from({ length: CHUNK_MESSAGES + 1 }, (_, index) => ({ key: `${index}`, value: 'v' })),
    { key: 'large', value: 'x'.repeat(CHUNK_BYTES * 2) },
    ...Array.from({ length: 5 }, (_, index) => ({ key: `${index}`, value: 'y'.repeat(CHUNK_BYTES / 3) })),
  ];
  const chunks = encodeChunks(0, messages);
  expect(chunks.reduce((sum, chunk) => sum + chunk.count, 0)).toBe(messages.length);
  for (const chunk of chunks) {
    expect(chunk.count).toBeLessThanOrEqual(CHUNK_MESSAGES);
    expect(chunk.plainBytes <= CHUNK_BYTES + chunk.count + 1 || chunk.count === 1).toBe(true);
  }
});

test('a message beyond the limit is refused with a reason', () => {
  expect(() => encodeChunks(0, [{ key: 'k', value: 'x'.repeat(MAX_MESSAGE_BYTES) }])).toThrow(
    expect.objectContaining({ kind: 'poisoned' }),
  );
});
