import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { OutgoingMessage } from '../port.js';
import { zstdCompressSync } from 'node:zlib';
import { decodeChunk, encodeChunks, ENCODING } from './chunk.js';
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
    const messages = decodeChunk('t', 2, { ...chunk, firstOffset, appendedAtMs: 5 }, fromOffset);
    return messages.map(({ key, value, headers, topic, partition, offset, appendedAtMs, bytes }) => {
      if (bytes) expect(bytes.toString()).toBe(value);
      return { key, value, headers, topic, partition, offset, appendedAtMs };
    });
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

test('values of a chunk that is worth compressing can be handed on as bytes, whatever encoding the log holds beside it', () => {
  const headers = { version: '1' };
  const large = Array.from({ length: 40 }, (_, index) => ({
    key: `k${index}`,
    value: `{"值":"${'字'.repeat(index)}"}`,
    headers,
  }));
  const [chunk] = encodeChunks(0, large);
  expect(chunk?.encoding).toBe(ENCODING.zstdApart);
  const stored = { firstOffset: 7, appendedAtMs: 5, encoding: ENCODING.zstdApart, payload: chunk?.payload ?? Buffer.alloc(0) };
  const messages = decodeChunk('t', 0, stored, 9);
  expect(messages.map(({ offset, bytes }) => [offset, bytes?.toString()])).toEqual(
    large.map(({ value }, index) => [index + 7, value]).slice(2),
  );
  // All of one kind share their headers: thousands of small objects less.
  expect(new Set(messages.map((message) => message.headers)).size).toBe(1);
  // As chunks were written before, and small ones still are.
  const entries = Buffer.from(
    JSON.stringify([
      ['a', '1'],
      ['b', '2', headers],
    ]),
  );
  for (const [encoding, payload] of [
    [ENCODING.plain, entries],
    [ENCODING.zstd, zstdCompressSync(entries)],
  ] as const)
    expect(decodeChunk('t', 0, { firstOffset: 1, appendedAtMs: 5, encoding, payload }, 1)).toMatchObject([
      { key: 'a', value: '1', headers: {}, offset: 1 },
      { key: 'b', value: '2', headers, offset: 2 },
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
