import { startOfDayMs, dayNumber } from './world/work-time.js';
import { HOUR_MS, MINUTE_MS } from '@tianyan/kernel';

/** The past year begins here … */
export const PAST_STARTS = dayNumber('2025-07-01');
/** … and the county comes alive here. */
export const LIVE_STARTS = dayNumber('2026-07-01');
/** Story rates rise so many days before that: deadlines run out days after an order came in. */
export const LIVE_RATE_DAYS_AHEAD = 10;
export const LIVE_STARTS_MS = startOfDayMs(LIVE_STARTS) + 8 * HOUR_MS + 30 * MINUTE_MS;

/** How much there is of everything in the past year. */
export interface Size {
  orders: number;
  contracts: number;
  payments: number;
  projects: number;
  trades: number;
  /** Planted problems per rule in the past year (and as many look-alikes), and per day from the live start on. */
  problemsPerYear: number;
  problemsPerLiveDay: number;
}

const COUNTY: Size = {
  orders: 150_000,
  // Ordinary ones; with those of the stories some 5,000 contracts, 2,000 deals and 60,000 payments in all.
  contracts: 200,
  payments: 51_000,
  projects: 500,
  trades: 100,
  // Each shipped rule has a teller: with more of them each tells less, that the county stays of its size.
  problemsPerYear: 12,
  problemsPerLiveDay: 4,
};

/** `small`, `county`, or a number of orders, from which the rest follows. */
export function parseSize(text: string): Size {
  if (text === 'county') return COUNTY;
  const orders = text === 'small' ? 2_000 : Number(text);
  if (!Number.isInteger(orders) || orders < 100 || orders > 5_000_000)
    throw new RangeError('size must be small, county or a number of orders per year (100 to 5,000,000)');
  const scale = orders / COUNTY.orders;
  const scaled = (n: number, least: number) => Math.max(least, Math.round(n * scale));
  return {
    orders,
    contracts: scaled(COUNTY.contracts, 120),
    payments: scaled(COUNTY.payments, 1_000),
    projects: scaled(COUNTY.projects, 24),
    trades: scaled(COUNTY.trades, 60),
    problemsPerYear: Math.min(40, Math.max(5, Math.round(COUNTY.problemsPerYear * scale))),
    problemsPerLiveDay: scale < 0.2 ? 1 : COUNTY.problemsPerLiveDay,
  };
}

export interface SandboxOptions {
  seed?: number;
  size?: string;
  /** Simulated seconds per real second. */
  speed?: number;
  /** 0 takes a free one. */
  port?: number;
  /** Address to listen on; 127.0.0.1 unless given. */
  host?: string;
  /** Holds the clock's state, the exports and truth.json. Belongs to one seed and size. */
  dataFolder: string;
  /** Serve without 429, 500, cut bodies and planned outages. The data keep their nastiness. */
  quietUpstreams?: boolean;
  /** Told when something went wrong that is tried again later. */
  warn?: (text: string) => void;
}
