import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { STALLED_MS, whenStalled } from './time-limit.js';

const ANSWER_MS = 10 * STALLED_MS;
let sending: EventTarget;
let request: EventTarget;
let isCalledOff: boolean;
beforeEach(() => {
  jest.useFakeTimers();
  [sending, request, isCalledOff] = [new EventTarget(), new EventTarget(), false];
  whenStalled({ sending, request }, ANSWER_MS, () => {
    isCalledOff = true;
  });
});
afterEach(() => {
  jest.useRealTimers();
});

test('an upload that goes on, however slowly, is left alone; one that stands still is called off', () => {
  for (let part = 0; part < 20; part++) {
    jest.advanceTimersByTime(STALLED_MS - 1);
    sending.dispatchEvent(new Event('progress'));
  }
  expect(isCalledOff).toBe(false);
  jest.advanceTimersByTime(STALLED_MS);
  expect(isCalledOff).toBe(true);
});

test('what has arrived is waited for longer, and not for ever', () => {
  sending.dispatchEvent(new Event('load'));
  jest.advanceTimersByTime(ANSWER_MS - 1);
  expect(isCalledOff).toBe(false);
  jest.advanceTimersByTime(1);
  expect(isCalledOff).toBe(true);
});

test('what has ended is not called off', () => {
  request.dispatchEvent(new Event('loadend'));
  expect(jest.getTimerCount()).toBe(0);
  jest.advanceTimersByTime(ANSWER_MS);
  expect(isCalledOff).toBe(false);
});
