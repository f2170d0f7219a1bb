import { expect, jest, test } from '@jest/globals';
import { keepsDraft, noteDraft, noteUnkeptForm, onDrafts } from './drafts.js';

const settled = () => new Promise((resolve) => void setImmediate(resolve));

test('a page says that what is typed is kept while a form is open of which it is', async () => {
  const heard = jest.fn();
  const stop = onDrafts(heard);
  const first = noteDraft(async () => true);
  const second = noteDraft(async () => true);
  await settled();
  expect([keepsDraft(), heard.mock.calls.length]).toEqual([true, 2]);
  first();
  expect(keepsDraft()).toBe(true);
  second();
  expect([keepsDraft(), heard.mock.calls.length]).toEqual([false, 4]);
  stop();
});

test('a browser that keeps nothing, and a form that was closed at once, count for none', async () => {
  const inPrivate = noteDraft(async () => false);
  noteDraft(async () => true)();
  await settled();
  expect(keepsDraft()).toBe(false);
  inPrivate();
  expect(keepsDraft()).toBe(false);
});

test('beside a form of which nothing is kept it is not said', async () => {
  const kept = noteDraft(async () => true);
  await settled();
  const dialog = noteUnkeptForm();
  expect(keepsDraft()).toBe(false);
  dialog();
  expect(keepsDraft()).toBe(true);
  kept();
});
