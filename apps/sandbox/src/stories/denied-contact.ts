import { HOUR_MS } from '@tianyan/kernel';
import { LIVE_RATE_DAYS_AHEAD, LIVE_STARTS } from '../options.js';
import type { County, Unit } from '../world/county.js';
import { atTime, dayNumberOf, type DayNumber } from '../world/work-time.js';
import type { OrderLife } from './order-life.js';
import { mattersInTurn } from './repeated-complaint.js';
import { beginOrder, contact, dispatchAndSign } from './story-order.js';
import type { RuleId, Story, StoryContext, Storyteller } from './story.js';
import { quarterOf } from './quarter.js';

const RULE: RuleId = 'unit-denied-contact-share';
const ORDERS = 18;
const ORDERS_PER_DAY = 2;
/** Of them so many citizens say at the call-back that nobody ever spoke to them. */
const DENIED = 17;
const DENIED_OF_LOOKALIKE = 8;

/** The last two of the units that no matter falls to; the tales of a week take those before. */
function unitOf(county: County, isProblem: boolean): Unit | undefined {
  const asked = new Set(county.unitsOfMatter.flat());
  return county.units.filter((unit) => unit.townshipCode === null && !asked.has(unit)).at(isProblem ? -1 : -2);
}

function orderOf(ctx: StoryContext, unit: Unit, matter: number, isDenied: boolean): OrderLife {
  const { dice } = ctx;
  const { life, script } = beginOrder(ctx, { matter, category: 'help' });
  contact(dispatchAndSign(script, unit), unit);
  // Nothing is claimed: that one order's claim is denied is another rule's matter.
  script.work(20, 150).apply(unit, null, null, null).work(5, 60).step('completed', unit);
  script.to(Math.max(script.atMs + HOUR_MS, atTime(dayNumberOf(script.atMs) + 1, dice.int(9, 18), dice.int(0, 59))));
  script.callBack(null, !isDenied, null);
  return life;
}

function tell(ctx: StoryContext, denied: number): Story {
  const isProblem = denied === DENIED;
  const unit = unitOf(ctx.county, isProblem);
  // What a quarter shows is seen weeks after it; at the live rate its orders would outnumber all others of a small county.
  if (!unit || ctx.day >= LIVE_STARTS - LIVE_RATE_DAYS_AHEAD) return { orders: [], problems: [], lookalikes: [] };
  const matters = mattersInTurn(ctx.dice, ORDERS);
  const dayOf = (i: number): DayNumber => ctx.day + Math.floor(i / ORDERS_PER_DAY);
  // Of a look-alike every other one: less than half, however often it is told and wherever the quarter ends.
  const isDenied = (i: number) => (isProblem ? i < denied : i % 2 === 1 && i < 2 * denied);
  const orders = matters.map((matter, i) => orderOf({ ...ctx, day: dayOf(i) }, unit, matter, isDenied(i)));
  const scope = () => `${unit.id}|${quarterOf(ctx.day)}`;
  return { orders, problems: [], lookalikes: isProblem ? [] : [{ rule: RULE, scope, why: '十八件里八件，不到五成' }] };
}

/** Read from all call-backs of a quarter afterwards (`QuarterSigns`). */
export const deniedContact: Storyteller = {
  rule: RULE,
  problem: (ctx) => tell(ctx, DENIED),
  lookalike: (ctx) => tell(ctx, DENIED_OF_LOOKALIKE),
};
