import { expect, test } from '@jest/globals';
import { murmur2, partitionOf } from './murmur2.js';

test('the hash is that of Kafka (values from its own tests)', () => {
  const known = {
    '21': -973932308,
    foobar: -790332482,
    'a-little-bit-long-string': -985981536,
    'a-little-bit-longer-string': -1486304829,
    lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
    abc: 479470107,
  };
  for (const [text, hash] of Object.entries(known)) expect(murmur2(Buffer.from(text))).toBe(hash);
});

test('keys spread over all partitions, and a partition is never negative', () => {
  const counts = Array.from({ length: 8 }, () => 0);
  for (let index = 0; index < 8_000; index++) {
    const partition = partitionOf(`工单-${index}`, 8);
    counts[partition] = (counts[partition] ?? Number.NaN) + 1;
  }
  expect(counts).toHaveLength(8);
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
