import { expect, test } from '@jest/globals';
import { identityOptions, SOMEBODY_ELSE } from './identity-options.js';

const entry = (personId: string) => ({ personId, clueId: 'c', clueNumber: '线索〔2026〕0001号', unit: '东河镇', post: null });
const person = (...ids: string[]) => ({ personId: ids[0] ?? '', clueId: 'c', name: '单于红', entries: ids.map(entry) });
const valuesOf = (...asked: Parameters<typeof identityOptions>) => identityOptions(...asked).options.map(({ value }) => value);

test('whoever names somebody chooses among those who are known, and somebody else', () => {
  const asked = { isRefused: false, ownId: undefined };
  expect(valuesOf([person('a', 'b'), person('c')], asked)).toEqual(['a', 'c', SOMEBODY_ELSE]);
  expect(valuesOf([], asked)).toEqual([]);
});

test('where the check was refused, somebody else can still be said', () => {
  const { options } = identityOptions([], { isRefused: true, ownId: undefined });
  expect(options).toEqual([{ value: SOMEBODY_ELSE, label: expect.stringContaining('没有核对成') }]);
});

test('who is put right can be somebody else before anything was asked, and is no choice', () => {
  expect(valuesOf([], { isRefused: false, ownId: 'a' })).toEqual([SOMEBODY_ELSE]);
  expect(valuesOf([person('a'), person('b')], { isRefused: false, ownId: 'a' })).toEqual(['b', SOMEBODY_ELSE]);
});
