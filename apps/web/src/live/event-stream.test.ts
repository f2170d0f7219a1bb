import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { ConsoleEvent } from '@tianyan/console-app/api';
import { openEventStream, type LiveState } from './event-stream.js';

/** The browser's end of the line, as far as it is used. */
class Line extends EventTarget {
  static readonly lines: Line[] = [];
  isClosed = false;

  constructor(readonly url: string) {
    super();
    Line.lines.push(this);
  }

  close(): void {
    this.isClosed = true;
  }

  say(kind: string, data: string): void {
    this.dispatchEvent(new MessageEvent(kind, { data }));
  }

  static last(): Line {
    const line = Line.lines.at(-1);
    if (!line) throw new Error('nobody has connected');
    return line;
  }
}

const before = { window: globalThis.window, EventSource: globalThis.EventSource };
let states: LiveState[];
let events: ConsoleEvent[];
let page: EventTarget;
let close: () => void;
beforeEach(() => {
  jest.useFakeTimers();
  Line.lines.length = 0;
  states = [];
  events = [];
  page = Object.assign(new EventTarget(), { setTimeout, clearTimeout });
  Object.assign(globalThis, { window: page, EventSource: Line });
  close = openEventStream({ onState: (state) => states.push(state), onEvent: (event) => events.push(event) });
});
afterEach(() => {
  close();
  jest.useRealTimers();
  Object.assign(globalThis, before);
});

const open = () => Line.last().dispatchEvent(new Event('open'));
const fail = () => Line.last().dispatchEvent(new Event('error'));

test('it connects again after waits that double up to half a minute, and soon again once it was there', () => {
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    fail();
    const connected = Line.lines.length;
    let waitedMs = 0;
    while (Line.lines.length === connected) {
      jest.advanceTimersByTime(500);
      waitedMs += 500;
    }
    waits.push(waitedMs);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  open();
  fail();
  jest.advanceTimersByTime(1_000);
  expect(Line.lines).toHaveLength(10);
  expect(Line.lines.slice(0, -1).every(({ isClosed }) => isClosed)).toBe(true);
});

test('what happened while the line was down is read again, but not at the first connection', () => {
  open();
  expect(events).toEqual([]);
  fail();
  jest.advanceTimersByTime(1_000);
  open();
  expect(events).toEqual([{ kind: 'resync' }]);
  expect(states).toEqual(['live', 'offline', 'live']);
});

test('events are passed on, and what is none is left out', () => {
  open();
  Line.last().say('resync', 'no JSON');
  Line.last().say('resync', '{"kind":"unknown"}');
  expect(events).toEqual([]);
  Line.last().say('resync', '{"kind":"resync"}');
  expect(events).toEqual([{ kind: 'resync' }]);
});

test('a browser that is back online does not wait, and does not connect twice', () => {
  fail();
  page.dispatchEvent(new Event('online'));
  expect(Line.lines).toHaveLength(2);
  jest.advanceTimersByTime(60_000);
  expect(Line.lines).toHaveLength(2);
});

test('once closed it stays closed', () => {
  fail();
  close();
  page.dispatchEvent(new Event('online'));
  jest.advanceTimersByTime(60_000);
  expect(Line.lines).toHaveLength(1);
  expect(Line.last().isClosed).toBe(true);
});
