import { DAY_MS, HOUR_MS, MINUTE_MS, type EpochMs } from '@tianyan/kernel';
import type { County, Unit } from '../world/county.js';
import { Dice, STREAM } from '../world/dice.js';
import { CATEGORY_CODES, MATTERS, SEEN_ON_THE_SPOT, workdaysAllowed } from '../world/matters.js';
import { atTime, dayNumberOf, deadlineMs, startOfDayMs, workdayAfter, type DayNumber } from '../world/work-time.js';
import { OrderScript, type OrderLife } from './order-life.js';

/** Says whether a complaint of this village and matter at this time would add up to somebody's problem. */
export type Blocked = (village: number, matter: number, atMs: EpochMs) => boolean;

/**
 * The life of an ordinary order: handled with delays, returns, extensions and bad marks as they come, but by construction
 * never so that a rule would hold. Depends on nothing but the seed, the day and the number, so any page of any year can
 * be made again without keeping it.
 */
export function ordinaryOrder(
  seed: number,
  county: County,
  blocked: Blocked,
  day: DayNumber,
  n: number,
  acceptedAtMs: EpochMs,
): OrderLife {
  const dice = new Dice(seed, STREAM.order, day, n);
  const matter = dice.weighted(seasonWeights(day));
  const village = dice.chance(0.88) ? dice.int(0, county.villages.length - 1) : -1;
  let category = CATEGORY_CODES[dice.weighted(MATTERS[matter]?.categories ?? [])] ?? 'consult';
  // A question about a mended road is no complaint about it: the order stays ordinary, and the village stays unblamed.
  if (category !== 'consult' && category !== 'suggestion' && village >= 0 && blocked(village, matter, acceptedAtMs))
    category = 'consult';
  const life: OrderLife = {
    orderId: orderIdOf(day, n),
    acceptedAtMs,
    category,
    matter,
    village,
    matterKey: dice.chance(0.85) ? matterKeyOf(seed, day, n) : null,
    confidential: category === 'report' || dice.chance(0.03),
    urgent: dice.chance(0.04),
    events: [],
    orderDeletedAfterMs: null,
    scripted: false,
  };
  const script = new OrderScript(dice, acceptedAtMs);
  script.step('accepted', null);
  if (dice.chance(0.004)) {
    life.orderDeletedAfterMs = dice.int(10, 90) * MINUTE_MS;
  } else if (category === 'consult' && dice.chance(0.25)) {
    script.wait(2, 20).step('completed', null);
  } else {
    handle(script, county, life);
  }
  life.events = script.events;
  return life;
}

const seasonCache = new Map<number, number[]>();
function seasonWeights(day: DayNumber): readonly number[] {
  const month = new Date(startOfDayMs(day) + 12 * HOUR_MS).getUTCMonth();
  const season = Math.floor(((month + 10) % 12) / 3);
  let weights = seasonCache.get(season);
  if (!weights) seasonCache.set(season, (weights = MATTERS.map((m) => m.weights[season] ?? 1)));
  return weights;
}

/** The unit that gets an order first: the township for what is near, else a department. */
export function firstUnit(dice: Dice, county: County, matter: number, village: number): Unit {
  const departments = county.unitsOfMatter[matter] ?? [];
  if (village >= 0 && dice.chance(0.55)) return townshipUnit(county, village);
  return dice.pick(departments);
}

/** A unit that could also be asked, other than those given. */
export function otherUnit(dice: Dice, county: County, matter: number, village: number, not: readonly Unit[]): Unit {
  const near = [...(county.unitsOfMatter[matter] ?? []), ...(village >= 0 ? [townshipUnit(county, village)] : [])].filter(
    (u) => !not.includes(u),
  );
  if (near.length > 0) return dice.pick(near);
  return dice.pick(county.units.filter((u) => !not.includes(u)));
}

function townshipUnit(county: County, village: number): Unit {
  const found = county.villages[village];
  if (!found) throw new RangeError(`no village ${village}`);
  return found.township.unit;
}

/** The hotline's own staff dispatch every day from 8 to 20. */
export function dispatchTime(script: OrderScript): OrderScript {
  const sinceMs = script.atMs - startOfDayMs(dayNumberOf(script.atMs));
  if (sinceMs < 8 * HOUR_MS) script.to(atTime(dayNumberOf(script.atMs), 8, 0));
  else if (sinceMs >= 20 * HOUR_MS) script.to(atTime(dayNumberOf(script.atMs) + 1, 8, 0));
  return script.wait(4, 50);
}

/** How often an order is returned: never, once, twice. */
const RETURN_WEIGHTS = [93, 6, 1];
/** Marks from 1 (very discontent) to 5. */
const MARK_WEIGHTS = [1, 3, 12, 34, 50];

function handle(script: OrderScript, county: County, life: OrderLife): void {
  const { dice } = script;
  let unit = firstUnit(dice, county, life.matter, life.village);
  dispatchTime(script).step('dispatched', unit, { role: 'lead' });
  const dispatchedAtMs = script.lastMs();
  const allowed = workdaysAllowed(life.category);
  // Applications come no later than early afternoon of the last day, so that the centre can accept them in time.
  const latestMs = atTime(workdayAfter(dayNumberOf(dispatchedAtMs), allowed), 13, 30);
  if (dice.chance(0.07)) assist(script, county, life, unit);
  script.work(8, 120).step('signed', unit, { role: 'lead' });
  const returns = life.category === 'consult' ? 0 : dice.weighted(RETURN_WEIGHTS);
  for (let i = 0; i < returns; i++) {
    script.work(15, 120).step('returned', unit);
    // Returned a second time, it stays: a third unit would be one too many, and the first would have it passed back.
    if (i === 0) unit = otherUnit(dice, county, life.matter, life.village, [unit]);
    script.work(5, 60).step('reassigned', unit, { role: 'lead' });
    script.work(8, 120).step('signed', unit, { role: 'lead' });
  }
  script.work(10, 240).step('contacted', unit);
  const visited = dice.chance(0.42);
  if (visited) script.work(20, 240).step('visited', unit);
  if (dice.chance(0.02)) pauseBriefly(script, unit, latestMs);
  const finishByMs = dice.chance(0.02) ? extend(script, unit, latestMs) : latestMs;
  close(script, unit, finishByMs, visited, life.matter);
}

function assist(script: OrderScript, county: County, life: OrderLife, lead: Unit): void {
  const { dice } = script;
  const helper = otherUnit(dice, county, life.matter, life.village, [lead]);
  script.step('dispatched', helper, { role: 'assist' });
}

function pauseBriefly(script: OrderScript, unit: Unit, latestMs: EpochMs): void {
  const before = script.atMs;
  script.work(5, 60);
  const pausedAtMs = script.atMs;
  script.work(60, 300);
  if (script.atMs > latestMs - 5 * HOUR_MS) {
    script.atMs = before; // no time left for a pause
    return;
  }
  const resumedAtMs = script.atMs;
  script.atMs = pausedAtMs;
  script.step('paused', unit).to(resumedAtMs).step('resumed', unit);
}

/** Asks for more time, mostly gets it; returns by when the application must come. */
function extend(script: OrderScript, unit: Unit, latestMs: EpochMs): EpochMs {
  const { dice } = script;
  script.work(5, 60).step('extension-requested', unit);
  script.work(10, 90);
  if (script.atMs > latestMs || dice.chance(0.2)) {
    script.step('extension-refused', unit);
    return latestMs;
  }
  const extendedToMs = deadlineMs(latestMs, dice.int(2, 5));
  script.step('extension-granted', unit, { extendedToMs });
  if (dice.chance(0.7)) {
    script.to(Math.max(script.atMs, latestMs)).work(60, 600);
    return extendedToMs - 11 * HOUR_MS;
  }
  return latestMs;
}

function close(script: OrderScript, unit: Unit, latestMs: EpochMs, visited: boolean, matter: number): void {
  const { dice } = script;
  const solved = dice.chance(0.72) ? true : dice.chance(0.5) ? false : null;
  const isTold = dice.chance(visited ? 0.8 : 0.5);
  // Nobody owns up to not having been where one has to go: the box stays empty.
  const claimsVisit = isTold && (visited || !SEEN_ON_THE_SPOT.has(matter)) ? visited : null;
  const claimsContact = dice.chance(0.85) ? true : null;
  const before = script.atMs;
  script.work(25, 900);
  if (script.atMs > latestMs) script.atMs = Math.max(before + MINUTE_MS, latestMs - dice.int(0, 120) * MINUTE_MS);
  script.apply(unit, claimsContact, claimsVisit, solved);
  if (script.atMs < latestMs - DAY_MS && dice.chance(0.04)) {
    script.work(10, 60).step('completion-rejected', unit);
    script.work(30, 150).apply(unit, claimsContact, claimsVisit, solved);
  }
  script.work(4, 170).step('completed', unit);
  finish(script, solved);
}

/** Call-back and mark; a citizen never contradicts a claim of an ordinary order. */
export function finish(script: OrderScript, claimsSolved: boolean | null): void {
  const { dice } = script;
  if (!dice.chance(0.68)) return;
  script.to(atTime(dayNumberOf(script.atMs) + dice.int(1, 2), dice.int(9, 19), dice.int(0, 59), dice.int(0, 59)));
  const solved = claimsSolved === true ? (dice.chance(0.9) ? true : null) : !dice.chance(0.3);
  const satisfaction = solved === false ? dice.int(1, 3) : dice.weighted(MARK_WEIGHTS) + 1;
  script.callBack(solved, dice.chance(0.92) ? true : null, satisfaction);
  if (dice.chance(0.5)) script.wait(5, 300).step('rated', null, { callBack: { solved: null, contacted: null, satisfaction } });
}

/** `XS` + day + number of the day; texts sort as the numbers do. */
export function orderIdOf(day: DayNumber, n: number): string {
  return `XS${dayCompact(day)}${String(n).padStart(5, '0')}`;
}

const compactCache = new Map<DayNumber, string>();
export function dayCompact(day: DayNumber): string {
  let text = compactCache.get(day);
  if (!text) compactCache.set(day, (text = new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')));
  return text;
}

/** Digest of caller, matter and place, as the hotline's own system makes it. */
export function matterKeyOf(...parts: readonly number[]): string {
  const dice = new Dice(...parts, STREAM.people);
  const hex = () => Math.floor(dice.next() * 0x100000000).toString(16).padStart(8, '0'); // prettier-ignore
  return `SQ${hex()}${hex()}`.toUpperCase();
}
