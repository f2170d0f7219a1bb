import { describe, expect, test } from '@jest/globals';
import { linkedRecord, scopedRecord } from './record-cells.js';

const ENVELOPE = [1_750_000_000_000, 0, 'O-1', 2, 17, 'ab'];

describe('a row that was read to be judged', () => {
  test('is its scope and its cells', () => {
    const record = [...ENVELOPE, '自来水', null, 3, true];
    expect(scopedRecord({ scope: 'O-1', record: [...record] })).toEqual({ scope: 'O-1', record });
    expect(linkedRecord({ record: [...record] })).toEqual(record);
  });

  test('has numbers where the client answers them as texts, and leaves texts of digits alone', () => {
    const record = ['1750000000000', '-1', '7', '2', '9007199254740991', '42', '17'];
    expect(linkedRecord({ record })).toEqual([1_750_000_000_000, -1, '7', 2, Number.MAX_SAFE_INTEGER, '42', '17']);
  });

  test.each([
    ['no row', null],
    ['no record', {}],
    ['too few cells', { record: ENVELOPE.slice(1) }],
    ['a number that is not exact', { record: ['9007199254740992', ...ENVELOPE.slice(1)] }],
    ['an instant that is none', { record: ['', ...ENVELOPE.slice(1)] }],
    ['an id that is no text', { record: [...ENVELOPE.slice(0, 2), 7, ...ENVELOPE.slice(3)] }],
    ['a cell that is a list', { record: [...ENVELOPE, ['a']] }],
  ])('is refused: %s', (_what, row) => {
    expect(() => linkedRecord(row)).toThrow(TypeError);
  });

  test('without a scope is refused', () => {
    expect(() => scopedRecord({ record: ENVELOPE })).toThrow(TypeError);
  });
});
