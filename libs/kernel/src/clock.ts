/** An instant as whole milliseconds since 1970-01-01T00:00Z. Integers survive JSON, SQL and comparison; `Date` does not. */
export type EpochMs = number;

/** The only source of the current time. Passed in everywhere, so that a run can be repeated. */
export interface Clock {
  nowMs(): EpochMs;
}

/** The machine's clock. Constructed once, by the process that composes the modules. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/** Milliseconds that only ever grow, from an unknown beginning: to measure how long something takes. Passed in, as clocks are. */
export type Stopwatch = () => number;

/** The machine's. */
export const machineStopwatch: Stopwatch = () => performance.now();

/** A clock that a test moves by hand. Never goes back: the platform's evaluation clock would refuse it. */
export class ManualClock implements Clock {
  constructor(private currentMs: EpochMs) {}

  nowMs(): EpochMs {
    return this.currentMs;
  }

  advanceTo(atMs: EpochMs): void {
    if (atMs < this.currentMs) throw new RangeError(`clock cannot go back from ${this.currentMs} to ${atMs}`);
    this.currentMs = atMs;
  }

  advanceBy(deltaMs: number): void {
    this.advanceTo(this.currentMs + deltaMs);
  }
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** All domain days are days in China, which has had one zone and no summer time since 1991. */
export const CHINA_ZONE = 'Asia/Shanghai';
export const CHINA_OFFSET_MS = 8 * HOUR_MS;

/** A calendar day in China, `YYYY-MM-DD`. */
export type ChinaDay = string;

/** The China day in which the instant falls. */
export function chinaDayOf(atMs: EpochMs): ChinaDay {
  return new Date(atMs + CHINA_OFFSET_MS).toISOString().slice(0, 10);
}

/** The instant at which the China day begins (00:00 in UTC+8). */
export function startOfChinaDayMs(day: ChinaDay): EpochMs {
  const startMs = Date.parse(`${day}T00:00:00+08:00`);
  if (Number.isNaN(startMs)) throw new RangeError(`not a calendar day: ${day}`);
  return startMs;
}

/** ISO text with the China offset, as people and upstream systems write it. */
export function toChinaIso(atMs: EpochMs): string {
  return new Date(atMs + CHINA_OFFSET_MS).toISOString().replace('Z', '+08:00');
}

/** `2026-06-01 08:30` in China: an instant in a sentence for a person. */
export function toChinaMinute(atMs: EpochMs): string {
  return toChinaIso(atMs).slice(0, 16).replace('T', ' ');
}
