import { describe, expect, test } from '@jest/globals';
import { RetriableError } from '@tianyan/kernel';
import { assertStored } from './lane.js';
import { RECORD_BATCH_BYTES, ROUND_BYTES } from './options.js';
import { cutIntoRounds } from './rounds.js';

describe('what a broker answers to messages of one partition', () => {
  const stored = { topicName: 'records', partition: 2, errorCode: 0, baseOffset: '17' };

  test('an offset in the partition that was asked is a success', () => {
    expect(() => assertStored([stored], 'records', 2)).not.toThrow();
    expect(() => assertStored([{ ...stored, baseOffset: '0' }], 'records', 2)).not.toThrow();
  });

  test.each([
    ['no answer at all', []],
    ['an answer too many', [stored, { ...stored, partition: 1 }]],
    ['another partition', [{ ...stored, partition: 1 }]],
    ['another topic', [{ ...stored, topicName: 'others' }]],
    ['an error', [{ ...stored, errorCode: 6 }]],
    ['no offset', [{ topicName: 'records', partition: 2, errorCode: 0 }]],
    ['the offset of nothing', [{ ...stored, baseOffset: '-1' }]],
  ])('%s is a failure, to be repeated', (_, answers) => {
    expect(() => assertStored(answers, 'records', 2)).toThrow(RetriableError);
  });
});

describe('a publish cut into rounds', () => {
  const message = (index: number, bytes: number) => ({ key: `key-${index}`, value: 'x'.repeat(bytes) });
  const bytesOf = (messages: readonly { value: unknown }[]) => messages.reduce((sum, { value }) => sum + String(value).length, 0);

  test('holds every message once, those of a partition in their order, within the limits', () => {
    const messages = Array.from({ length: 400 }, (_, index) => message(index, 60_000));
    const rounds = cutIntoRounds(messages, 4, 0);
    const keys = rounds.flatMap((round) => [...round.values()].flat().map(({ key }) => String(key)));
    expect(keys.toSorted()).toEqual(messages.map(({ key }) => key).toSorted());
    for (const round of rounds) {
      expect(bytesOf([...round.values()].flat())).toBeLessThanOrEqual(ROUND_BYTES);
      for (const [partition, batch] of round) {
        expect(bytesOf(batch)).toBeLessThanOrEqual(RECORD_BATCH_BYTES);
        expect(new Set(batch.map((one) => one.partition))).toEqual(new Set([partition]));
      }
    }
    for (const partition of [0, 1, 2, 3]) {
      const inOrder = rounds.flatMap((round) => (round.get(partition) ?? []).map(({ key }) => String(key)));
      expect(inOrder).toEqual(messages.map(({ key }) => key).filter((key) => inOrder.includes(key)));
    }
  });

  test('a message above the limits has a request of its own', () => {
    const rounds = cutIntoRounds([message(1, 10), message(1, 2_000_000), message(1, 10)], 4, 0);
    expect(rounds.map((round) => [...round.values()].flat().length)).toEqual([1, 1, 1]);
  });
});
