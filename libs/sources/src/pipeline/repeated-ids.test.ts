import { expect, test } from '@jest/globals';
import type { TypedRecord } from '@tianyan/contracts';
import { RepeatedIds } from './repeated-ids.js';

const payment = (id: string, hash: string, version = 0): TypedRecord => ({
  type: 'assets.payment',
  record: { id, source: 's', version, op: 'delete', atMs: 1, receivedAtMs: 1, hash, raw: '{}', fields: null },
});

test('three lines of one voucher number are noticed; the same line again, and a later version, are not', () => {
  const ids = new RepeatedIds();
  const lines = [
    payment('1', 'a'),
    payment('1', 'b'),
    payment('2', 'c'),
    payment('2', 'c'),
    payment('1', 'd', 2),
    payment('1', 'a'),
  ];
  expect(lines.map((line) => ids.isOtherContent(line))).toEqual([false, true, false, false, false, true]);
});
