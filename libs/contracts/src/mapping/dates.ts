import { DateTime, IANAZone, FixedOffsetZone, Settings, type Zone } from 'luxon';
import { CHINA_OFFSET_MS, CHINA_ZONE, MINUTE_MS } from '@tianyan/kernel';
import { ValueProblem } from './problems.js';

/** Dates remembered by their text: ledgers repeat the same days, and zones with summer time cost 40 µs a reading. */
const MAX_KNOWN_DATES = 1_000;

/** What was read: an instant, and the day on which it falls in the zone of the reading. */
export type ReadDate = Pick<DateTime, 'toMillis' | 'toISODate'>;

type ParseDate = (value: string | number) => (ReadDate & { isValid: boolean }) | null;

/** Days between 1899-12-30, the day 0 of Excel's serials, and 1970-01-01. */
const EXCEL_EPOCH_OFFSET_DAYS = 25_569;
const DAY_SECONDS = 86_400;
/** Excel serials outside 1927–2118 are far more likely to be some other number. */
const MIN_EXCEL_SERIAL = 10_000;
const MAX_EXCEL_SERIAL = 80_000;

/** An IANA zone; China as a fixed offset, which Luxon reads seven times as fast (it has had no other since 1991). */
export function zoneOf(name: string): Zone {
  if (name === CHINA_ZONE) return FixedOffsetZone.instance(CHINA_OFFSET_MS / MINUTE_MS);
  if (name === 'UTC') return FixedOffsetZone.utcInstance;
  if (!IANAZone.isValidZone(name)) throw new TypeError(`没有名为 ${name} 的时区，应写 Asia/Shanghai 这样的名称`);
  return IANAZone.create(name);
}

/** Reads dates by the formats, in order. The result carries the zone, so that its day is the day as written. */
export function dateReader(formats: readonly string[], zone: Zone): (value: string | number) => ReadDate {
  const parsers = formats.map((format) => parserOf(format, zone));
  const parse = (value: string | number) => {
    for (const parse of parsers) {
      const parsed = parse(value);
      if (parsed?.isValid) return parsed;
    }
    throw new ValueProblem('不是存在的日期时间，或格式未在映射中列出', value);
  };
  const known = new Map<string | number, ReadDate>();
  return (value) => {
    const before = known.get(value);
    if (before) return before;
    if (known.size >= MAX_KNOWN_DATES) known.clear();
    const parsed = parse(value);
    // One that was read quickly is read again as quickly.
    if (!(parsed instanceof FixedZoneDate)) known.set(value, parsed);
    return parsed;
  };
}

/**
 * ISO also knows times alone, years, months, weeks and days of the year. A time alone would become one of today, and a year
 * the first of January: instants that nobody has stated.
 */
const BEGINS_WITH_DAY = /^\d{4}-?\d{2}-?\d{2}(?=$|[T\s])/;

/** For the same reason a format has to have a year, a month and a day. */
function assertNamesDay(format: string): void {
  const tokens = format.replaceAll(/'[^']*'/g, '');
  // Luxon's names of whole dates: `D`, `DD`, `f`, `F` …
  if (/[DfF]/.test(tokens) || (/y/.test(tokens) && /[ML]/.test(tokens) && /d/.test(tokens))) return;
  throw new TypeError(`日期格式“${format}”必须同时有年（yyyy）、月（M）、日（d）`);
}

function parserOf(format: string, zone: Zone): ParseDate {
  switch (format) {
    case 'iso':
      return quickFirst(ISO_INSTANT, zone, (value) =>
        typeof value === 'string' && BEGINS_WITH_DAY.test(value) ? DateTime.fromISO(value, { zone }) : null,
      );
    case 'sql':
      return quickFirst(SQL_INSTANT, zone, (value) =>
        typeof value === 'string' && BEGINS_WITH_DAY.test(value) ? DateTime.fromSQL(value, { zone }) : null,
      );
    case 'epoch-ms':
      return numeric((value) => DateTime.fromMillis(Math.round(value), { zone }));
    case 'epoch-s':
      return numeric((value) => DateTime.fromMillis(Math.round(value * 1000), { zone }));
    case 'excel':
      return numeric((value) => {
        if (value < MIN_EXCEL_SERIAL || value > MAX_EXCEL_SERIAL) return null;
        const seconds = Math.round((value - EXCEL_EPOCH_OFFSET_DAYS) * DAY_SECONDS);
        return DateTime.fromSeconds(seconds, { zone: 'utc' }).setZone(zone, { keepLocalTime: true });
      });
    default: {
      assertNamesDay(format);
      const parser = DateTime.buildFormatParser(format, { locale: 'en-US' });
      return (value) => DateTime.fromFormatParser(String(value), parser, { zone, locale: 'en-US' });
    }
  }
}

/** As systems write an instant; the rarer ways of the standard are left to Luxon. */
const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,9}))?(?:(Z)|([+-]\d\d:\d\d))?$/;
/** As databases write it, without an offset. */
const SQL_INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.(\d{1,9}))?$/;

/**
 * Reads the usual way of writing by itself, at an eighth of what Luxon costs: an instant of its own in each of a million rows
 * was a fifth of their mapping. Whatever is out of the ordinary (a day that no month has, an hour 24) is Luxon's to judge, and
 * so is every zone whose offset changes.
 */
function quickFirst(pattern: RegExp, zone: Zone, slow: ParseDate): ParseDate {
  if (!(zone instanceof FixedOffsetZone)) return slow;
  const zoneMs = zone.offset(0) * MINUTE_MS;
  return (value) => {
    const parts = typeof value === 'string' ? pattern.exec(value) : null;
    const readMs = parts && instantOf(parts, zoneMs);
    return readMs === null ? slow(value) : new FixedZoneDate(readMs, zoneMs);
  };
}

/** Null for what is out of the ordinary. */
function instantOf([text, fraction, utc, offset]: RegExpExecArray, zoneMs: number): number | null {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const [month, day] = [twoDigits(text, 5), twoDigits(text, 8)];
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  // Before the year 100 a date of JavaScript means another century; hours above 23 and the like would count on into the next.
  if (year < 1_000 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  // As Luxon counts them, cut and not rounded.
  const millis = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000);
  const offsetMs = utc === 'Z' ? 0 : offset === undefined ? zoneMs : statedMs(offset);
  return Date.UTC(year, month - 1, day, hour, minute, second, millis) - offsetMs;
}

/** Of `+08:00`. */
function statedMs(offset: string): number {
  const ms = (twoDigits(offset, 1) * 60 + twoDigits(offset, 4)) * MINUTE_MS;
  return offset.startsWith('-') ? -ms : ms;
}

const ZERO = '0'.charCodeAt(0);

/** Of a text that has digits there. */
function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

class FixedZoneDate implements ReadDate {
  readonly isValid = true;

  constructor(
    private readonly atMs: number,
    private readonly zoneMs: number,
  ) {}

  toMillis(): number {
    return this.atMs;
  }

  toISODate(): string {
    return new Date(this.atMs + this.zoneMs).toISOString().slice(0, 10);
  }
}

/** Beyond this, milliseconds leave the range of a date. */
const MAX_DATE_MS = 8.64e15;

function numeric(parse: (value: number) => DateTime | null): ParseDate {
  return (value) => {
    const number = typeof value === 'number' ? value : /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
    return Number.isFinite(number) && Math.abs(number) * 1000 <= MAX_DATE_MS * 1000 && Math.abs(number) <= MAX_DATE_MS
      ? parse(number)
      : null;
  };
}

const SUMMER_MS = Date.UTC(2000, 6, 1);

// An impossible date is an expected answer here, told by isValid, not an exception.
Settings.throwOnInvalid = false;

// In the hour that a clock put back has twice, Luxon takes the one whose offset is that of today: the same file would be read
// otherwise in winter. A day on which the northern zones have summer time makes it the first of the two, always.
Settings.now = () => SUMMER_MS;
