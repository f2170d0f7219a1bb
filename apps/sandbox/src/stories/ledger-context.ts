import type { TruthList } from '../truth/truth.js';
import type { County, Village } from '../world/county.js';
import type { Dice } from '../world/dice.js';
import type { Ledger } from '../world/ledger.js';
import type { DayNumber } from '../world/work-time.js';
import type { Blocked } from './ordinary-order.js';
import type { RuleId, Story } from './story.js';

/** What a writer of ledger stories works with. */
export interface LedgerContext {
  seed: number;
  county: County;
  ledger: Ledger;
  truth: TruthList;
  blocked: Blocked;
  /** Hands over a story with orders, to be numbered on the days they are accepted. */
  addStory(story: Story): void;
  /** A village that uploads, by index; never the one that falls silent. */
  village(dice: Dice): number;
  /** A village whose market no other story has had, and where nothing ordinary is listed; null when all are taken. */
  quietVillage(): number | null;
  /** A village (or the given one) and a matter that no other project has; null when all are taken. */
  projectPlace(dice: Dice, village?: number): { village: number; matter: number } | null;
  /** From this instant on, complaints of the place would count against a paid project. */
  blockPlace(village: number, matter: number, fromMs: number): void;
  /** By township: when the stories of cheap leases let fields at the usual price, and when at a low one. */
  fieldsLet: Map<string, { usual: DayNumber[]; low: DayNumber[] }>;
  /** The same of the fields that the stories of cheap listings put on the market. */
  fieldsListed: Map<string, { usual: DayNumber[]; low: DayNumber[] }>;
  /** Takes a thing that only one story may have; false when another one has it. */
  claim(thing: string): boolean;
  day: DayNumber;
  dice: Dice;
}

export interface LedgerTeller {
  rule: RuleId;
  problem(ctx: LedgerContext): void;
  lookalike(ctx: LedgerContext): void;
}

export function villageOf(county: County, index: number): Village {
  const village = county.villages[index];
  if (!village) throw new RangeError(`no village ${index}`);
  return village;
}

export const YUAN = 100;
/** A contract of this total or more must go through the market. */
export const MARKET_THRESHOLD_FEN = 50_000 * YUAN;
