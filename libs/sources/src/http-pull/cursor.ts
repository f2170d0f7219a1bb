import { valueAt } from '@tianyan/contracts';
import { SECOND_MS } from '@tianyan/kernel';
import { z } from 'zod';
import { DEFAULT_LOOK_BACK_SECONDS, type HttpFeedConfig } from '../configured/source-config.js';
import { UpstreamRefusedError } from './upstream-errors.js';

const cursorValue = z.union([z.string(), z.number(), z.boolean()]);
type CursorValue = z.output<typeof cursorValue>;
/** Where a feed is read on from: the cursor's query parameters, kept as JSON. */
const cursorSchema = z.record(z.string(), cursorValue);
export type Cursor = z.output<typeof cursorSchema>;
type CursorConfig = HttpFeedConfig['cursor'][string];

export function startOf(feed: HttpFeedConfig): Cursor {
  return Object.fromEntries(Object.entries(feed.cursor).map(([name, { start }]) => [name, start]));
}

export function parseCursor(saved: string): Cursor {
  return cursorSchema.parse(JSON.parse(saved));
}

/** The cursor that an answer hands back; without one, as an empty page may come, the old one still stands. */
export function nextCursor(feed: HttpFeedConfig, answer: unknown, before: Cursor): Cursor {
  const next: Cursor = {};
  for (const [name, { path }] of Object.entries(feed.cursor)) {
    const value = cursorValue.safeParse(valueAt(answer, path));
    next[name] = value.success ? value.data : (before[name] ?? '');
  }
  return next;
}

/**
 * From where to ask so that rows which appeared late, or share the cursor's own instant, come as well. What comes twice by
 * it is taken once.
 * @param reach `poll`: as far back as configured; `page`: within one reading, only what the cursor's own value may hide
 */
export function lookedBack(feed: HttpFeedConfig, cursor: Cursor, reach: 'poll' | 'page'): Cursor {
  return Object.fromEntries(
    Object.entries(cursor).map(([name, value]) => {
      const config = feed.cursor[name];
      return [name, config ? shifted(name, value, config, reach) : value];
    }),
  );
}

/**
 * Whether a cursor lies before another, as it does while rows are read again: saving it would lose ground. Only parameters
 * that can be moved back tell: beside a time, an id may well be smaller than the one before.
 */
export function isBehind(feed: HttpFeedConfig, cursor: Cursor, other: Cursor): boolean {
  return Object.entries(feed.cursor).some(([name, config]) => {
    const [one, two] = [cursor[name], other[name]];
    return one !== undefined && two !== undefined && canLookBack(config, two) && isLess(one, two);
  });
}

/** Whether reading on from this cursor brings rows again. */
export function looksBack(feed: HttpFeedConfig, cursor: Cursor): boolean {
  return Object.entries(feed.cursor).some(([name, config]) => canLookBack(config, cursor[name] ?? ''));
}

function canLookBack({ lookBack, lookBackSeconds }: CursorConfig, value: CursorValue): boolean {
  return lookBack === undefined && lookBackSeconds === undefined ? isSpelledTime(value) : (lookBack ?? lookBackSeconds) !== 0;
}

/** Numbers may be anything: only what is written as a time is known to be one. */
function isSpelledTime(value: CursorValue): value is string {
  return typeof value === 'string' && !/^\d+$/.test(value) && readTime(value) !== null;
}

function shifted(name: string, value: CursorValue, config: CursorConfig, reach: 'poll' | 'page'): CursorValue {
  const { lookBack, lookBackSeconds, start } = config;
  const back =
    lookBack === undefined ? byTime(value, reach, lookBackSeconds) : lookBack === 0 ? value : byNumber(value, BigInt(lookBack));
  if (back === null)
    throw new UpstreamRefusedError(
      `游标 ${name} 的值“${String(value).slice(0, 50)}”不是${lookBack === undefined ? '时间' : '整数'}，不能回看：请去掉配置中的 lookBack、lookBackSeconds`,
    );
  return isLess(back, start) ? start : back;
}

/** Null: configured, but no time. */
function byTime(value: CursorValue, reach: 'poll' | 'page', seconds: number | undefined): CursorValue | null {
  if (seconds === 0) return value;
  const time = readTime(value);
  if (seconds === undefined) {
    if (time === null || !isSpelledTime(value)) return value;
    return time.write(time.atMs - (reach === 'poll' ? DEFAULT_LOOK_BACK_SECONDS * SECOND_MS : time.stepMs));
  }
  return time === null ? null : time.write(time.atMs - (reach === 'poll' ? seconds * SECOND_MS : time.stepMs));
}

function byNumber(value: CursorValue, back: bigint): CursorValue | null {
  if (typeof value === 'number') return Number.isInteger(value) ? value - Number(back) : null;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? String(BigInt(value) - back) : null;
}

interface Time {
  atMs: number;
  /** The smallest step that its spelling can express. */
  stepMs: number;
  /** Spells another instant in the same way. */
  write(atMs: number): CursorValue;
}

const SPELLED =
  /^(?<y>\d{4})(?<d>[-/]?)(?<mo>\d{2})\k<d>(?<day>\d{2})(?<t>[ T]?)(?<h>\d{2})(?<c>:?)(?<mi>\d{2})\k<c>(?<s>\d{2})(?<f>\.\d{1,9})?(?<zone>Z|[+-]\d{2}:?\d{2})?$/;
/** Epochs of the years 2001 to 2286, in milliseconds and in seconds. */
const EPOCH_MS = /^\d{13}$/;
const EPOCH_SECONDS = /^\d{10}$/;

function readTime(value: CursorValue): Time | null {
  const text = String(value);
  const as = (atMs: number) => (typeof value === 'number' ? atMs : String(atMs));
  if (EPOCH_MS.test(text)) return { atMs: Number(text), stepMs: 1, write: as };
  if (EPOCH_SECONDS.test(text))
    return { atMs: Number(text) * SECOND_MS, stepMs: SECOND_MS, write: (atMs) => as(Math.floor(atMs / SECOND_MS)) };
  const parts = SPELLED.exec(text)?.groups;
  return parts === undefined ? null : spelledTime(parts);
}

/** Wall-clock times are moved as they stand: the zone, named or not, stays the same. */
function spelledTime(parts: Record<string, string | undefined>): Time | null {
  const { y, d = '', mo, day, t = '', h, c = '', mi, s, f = '', zone = '' } = parts;
  const atMs = Date.parse(`${y}-${mo}-${day}T${h}:${mi}:${s}${f.slice(0, 4)}Z`);
  if (Number.isNaN(atMs)) return null;
  return {
    atMs,
    stepMs: f === '' ? SECOND_MS : 1,
    write(otherMs) {
      const iso = new Date(otherMs).toISOString();
      const [date, time] = [iso.slice(0, 10), iso.slice(11, 19)];
      const fraction = f === '' ? '' : iso.slice(19, 23).slice(0, f.length).padEnd(f.length, '0');
      return `${date.replaceAll('-', d)}${t}${time.replaceAll(':', c)}${fraction}${zone}`;
    },
  };
}

/** Numbers by value, texts of one length as texts: times in one spelling. What cannot be compared is not less. */
function isLess(one: CursorValue, other: CursorValue): boolean {
  const [a, b] = [String(one), String(other)];
  const whole = /^-?\d+$/;
  if (whole.test(a) && whole.test(b)) return BigInt(a) < BigInt(b);
  return readTime(one) !== null && readTime(other) !== null && a.length === b.length && a < b;
}
