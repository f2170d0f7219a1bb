import { DAY_MS, HOUR_MS, MINUTE_MS, type EpochMs } from '@tianyan/kernel';
import type { LifeEvent, OrderLife } from '../stories/order-life.js';
import { Dice, STREAM } from '../world/dice.js';
import { atTime, dayNumberOf } from '../world/work-time.js';

/** In which shape the hotline's feed carries a record at one moment; `plain` is the truth. */
export type Variant =
  | 'plain'
  /** A slip in the text, corrected later. */
  | 'typo'
  /** Dated a day too early, corrected later. */
  | 'wrong-day'
  /** Filed under a neighbouring order, moved later. */
  | 'misfiled'
  /** An order filed under another village, moved later. */
  | 'wrong-village'
  /** An order with another caller's key, moved later. */
  | 'wrong-key'
  /** Entered twice; the copy is deleted later. */
  | 'copy'
  | 'deletion'
  /** Deletes an id that was never published. */
  | 'ghost-deletion'
  /** Breaks the contract; may or may not be corrected later. */
  | 'malformed';

/** One row of a feed. */
export interface Publication {
  publishedAtMs: EpochMs;
  /** Which event of the life; for orders: the last event that the snapshot knows. */
  eventIndex: number;
  /** Tells rows of one order apart and ends up in the record's id. */
  sub: number;
  variant: Variant;
}

/** `sub` of records that were entered by mistake: the event's own number plus this. */
export const COPY_SUB = 50;
export const GHOST_SUB = 98;
export const JUNK_SUB = 99;

/** Rare, and yet often enough per order that a small county of some 2,000 has each. */
const JUNK_CHANCE = 0.003;
const GHOST_CHANCE = 0.003;

/** Steps whose absence or presence for some hours cannot make a rule hold: only these are moved about by mistake. */
const HARMLESS: ReadonlySet<string> = new Set(['visited', 'rated']);

/** All rows of the flow feed for one order, unsorted. */
export function flowPublications(seed: number, life: OrderLife, day: number, n: number): Publication[] {
  const dice = new Dice(seed, STREAM.publication, day, n);
  const rows: Publication[] = [];
  for (let i = 0; i < life.events.length; i++) {
    const event = life.events[i];
    if (!event) continue;
    if (life.scripted) publishScripted(rows, event, i, dice);
    else publishOrdinary(rows, life, event, i, dice);
  }
  if (life.orderDeletedAfterMs !== null)
    rows.push({ publishedAtMs: life.acceptedAtMs + life.orderDeletedAfterMs + 40, eventIndex: 0, sub: 1, variant: 'deletion' });
  if (!life.scripted) {
    if (dice.chance(JUNK_CHANCE))
      rows.push({
        publishedAtMs: life.acceptedAtMs + dice.int(1, 9_000_000),
        eventIndex: 0,
        sub: JUNK_SUB,
        variant: 'malformed',
      });
    if (dice.chance(GHOST_CHANCE))
      rows.push({
        publishedAtMs: life.acceptedAtMs + dice.int(1, 9_000_000),
        eventIndex: 0,
        sub: GHOST_SUB,
        variant: 'ghost-deletion',
      });
  }
  return rows;
}

function publishScripted(rows: Publication[], event: LifeEvent, eventIndex: number, dice: Dice): void {
  const row = (publishedAtMs: EpochMs, variant: Variant) => rows.push({ publishedAtMs, eventIndex, sub: event.seq, variant });
  const firstMs = event.atMs + dice.int(1_000, 50_000);
  if (event.misfiledForMs !== undefined) {
    row(firstMs, 'misfiled');
    row(firstMs + event.misfiledForMs, 'plain');
  } else if (event.malformedForMs !== undefined) {
    row(firstMs, 'malformed');
    row(firstMs + event.malformedForMs, 'plain');
  } else {
    row(firstMs, 'plain');
  }
  if (event.deletedAfterMs !== undefined) row(firstMs + event.deletedAfterMs, 'deletion');
}

function publishOrdinary(rows: Publication[], life: OrderLife, event: LifeEvent, eventIndex: number, dice: Dice): void {
  const row = (publishedAtMs: EpochMs, variant: Variant, sub = event.seq) =>
    rows.push({ publishedAtMs, eventIndex, sub, variant });
  const roll = dice.next();
  const lagMs = dice.int(900, 55_000);
  if (event.action === 'rated') {
    // Marks come in with the nightly run of the text-message gateway, hundreds under one time.
    const nightMs = atTime(dayNumberOf(event.atMs), 23, 30);
    row(nightMs >= event.atMs ? nightMs : nightMs + DAY_MS, 'plain');
    return;
  }
  const firstMs = event.atMs + lagMs;
  const nextAtMs = life.events[eventIndex + 1]?.atMs ?? event.atMs + 3 * HOUR_MS;
  const roomMs = nextAtMs - event.atMs;
  const roomy = roomMs > 2.5 * HOUR_MS && !life.orderDeletedAfterMs;
  if (roll < 0.012) {
    const unbounded = event.action === 'accepted' || event.action === 'signed' || event.action === 'called-back';
    const lateMs = dice.int(10 * MINUTE_MS, 6 * HOUR_MS);
    row(firstMs + (life.orderDeletedAfterMs ? 0 : unbounded ? lateMs : Math.min(lateMs, Math.floor(roomMs * 0.8))), 'plain');
  } else if (roll < 0.022 && event.action !== 'accepted' && event.atMs - 13 * MINUTE_MS > life.acceptedAtMs) {
    row(event.atMs - dice.int(2 * MINUTE_MS, 12 * MINUTE_MS), 'plain'); // the unit's clock is fast
  } else if (roll < 0.03) {
    row(firstMs, 'typo');
    row(firstMs + (life.orderDeletedAfterMs ? 500 : dice.int(5 * MINUTE_MS, 2 * HOUR_MS)), 'plain');
  } else if (roll < 0.045 && roomy && HARMLESS.has(event.action)) {
    row(firstMs, roll < 0.037 ? 'misfiled' : 'wrong-day');
    row(firstMs + dice.int(5 * MINUTE_MS, 40 * MINUTE_MS), 'plain');
  } else if (roll < 0.0475 && roomy) {
    row(firstMs, 'malformed');
    row(firstMs + dice.int(20 * MINUTE_MS, 90 * MINUTE_MS), 'plain');
  } else {
    row(firstMs, 'plain');
    if (roll > 0.98 && event.action === 'visited') {
      row(firstMs + 700, 'copy', event.seq + COPY_SUB);
      row(firstMs + dice.int(10 * MINUTE_MS, 3 * HOUR_MS), 'deletion', event.seq + COPY_SUB);
    }
  }
}

const CHANGES_STATUS: ReadonlySet<string> = new Set([
  'accepted', 'dispatched', 'signed', 'returned', 'reassigned', 'paused', 'resumed', 'completion-applied', 'completed', 'called-back',
]); // prettier-ignore

const FIRST_VARIANTS = ['plain', 'wrong-village', 'wrong-key', 'malformed'] as const;
const FIRST_WEIGHTS = [989.5, 6, 3, 1.5];

/** The snapshots of one order, each showing what was known by then; strictly increasing in time. */
export function orderPublications(seed: number, life: OrderLife, day: number, n: number): Publication[] {
  const dice = new Dice(seed, STREAM.publication, day, n, 1);
  const rows: Publication[] = [];
  let lastMs = 0;
  const add = (atMs: EpochMs, eventIndex: number, variant: Variant, sub = 0) => {
    lastMs = Math.max(lastMs + 1, atMs);
    rows.push({ publishedAtMs: lastMs, eventIndex, sub, variant });
  };
  const first: Variant = life.scripted ? 'plain' : (FIRST_VARIANTS[dice.weighted(FIRST_WEIGHTS)] ?? 'plain');
  life.events.forEach((event, i) => {
    if (!CHANGES_STATUS.has(event.action)) return;
    add(event.atMs + dice.int(1_000, 60_000), i, i === 0 ? first : 'plain');
  });
  if (life.orderDeletedAfterMs !== null) add(life.acceptedAtMs + life.orderDeletedAfterMs, 0, 'deletion');
  else if (first !== 'plain' && rows.length === 1) add(lastMs + 20 * MINUTE_MS, 0, 'plain');
  if (!life.scripted && dice.chance(JUNK_CHANCE))
    rows.push({ publishedAtMs: life.acceptedAtMs + dice.int(1, 9_000_000), eventIndex: 0, sub: JUNK_SUB, variant: 'malformed' });
  return rows;
}
