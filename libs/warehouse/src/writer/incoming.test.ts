import { expect, test } from '@jest/globals';
import { builtInCatalogue, hashOf, toWire, wireHeaders, type AnyRecord } from '@tianyan/contracts';
import fc from 'fast-check';
import type { WriterMessage } from './batch.js';
import { isRefused, lineOf, readIncoming } from './incoming.js';

const contract = builtInCatalogue.get('hotline.order-event');
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((one) => one.isWellFormed() && one.trim() === one);

const message = fc
  .record({ id: text, raw: text, version: fc.nat(), op: fc.constantFrom('upsert' as const, 'delete' as const) })
  .map(({ op, ...given }): WriterMessage => {
    const envelope = { ...given, source: 's', atMs: 1_750_000_000_000, receivedAtMs: 1_750_000_000_000, hash: hashOf(given.raw) };
    const record: AnyRecord =
      op === 'upsert'
        ? { ...envelope, op, fields: { orderId: 'o1', action: 'signed' } }
        : { ...envelope, op: 'delete', fields: null };
    return { key: record.id, value: toWire(record), headers: wireHeaders(record), offset: 1 };
  });

/** What may be wrong with a message: its key, its version, its header, its text. */
const spoilt = fc.constantFrom<(message: WriterMessage) => WriterMessage>(
  (one) => one,
  (one) => ({ ...one, key: `${one.key}x` }),
  (one) => ({ ...one, headers: {} }),
  (one) => ({ ...one, headers: { ...one.headers, version: '7' } }),
  (one) => ({ ...one, value: one.value.slice(1) }),
  (one) => ({ ...one, value: 'null' }),
  (one) => ({ ...one, value: ` ${one.value}` }),
);

test('a message read as bytes is what it is as text: which record, and which line of the log, or why not', () => {
  fc.assert(
    fc.property(message, spoilt, (good, spoil) => {
      const asText = spoil(good);
      const [byText, byBytes] = [asText, { ...asText, bytes: Buffer.from(asText.value) }].map((one) => {
        const read = readIncoming(one, contract);
        if (isRefused(read)) return { reason: read.reason };
        const { id, version, op, streamOffset } = read;
        return { id, version, op, streamOffset, line: String(lineOf(read, '"deleted":0,')) };
      });
      expect(byBytes).toEqual(byText);
    }),
    { numRuns: 500 },
  );
});
