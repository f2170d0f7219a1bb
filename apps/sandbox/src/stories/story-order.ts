import { CATEGORY_CODES, MATTERS, type Category } from '../world/matters.js';
import { atTime, isWorkday } from '../world/work-time.js';
import type { Unit } from '../world/county.js';
import type { OrderLife } from './order-life.js';
import { OrderScript } from './order-life.js';
import { dispatchTime, firstUnit, matterKeyOf } from './ordinary-order.js';
import type { StoryContext } from './story.js';

/** The start of a story's order: accepted in office hours of the story's day, in a place where one more complaint harms nobody. */
export function beginOrder(
  ctx: StoryContext,
  wish: { category?: Category; matter?: number; village?: number } = {},
): { life: OrderLife; script: OrderScript; unit: Unit } {
  const { dice, county, day } = ctx;
  // On days off the units sleep and stories would bunch up on the next morning; early calls keep them apart.
  const acceptedAtMs = isWorkday(day)
    ? atTime(day, dice.int(7, 14), dice.int(0, 59), dice.int(0, 59))
    : atTime(day, dice.int(7, 18), dice.int(0, 59), dice.int(0, 59));
  const category = wish.category ?? dice.pick(CATEGORY_CODES.slice(1, 4));
  let matter = wish.matter ?? 0;
  let village = wish.village ?? 0;
  do {
    if (wish.matter === undefined) matter = dice.int(0, MATTERS.length - 1);
    if (wish.village === undefined) village = dice.int(0, county.villages.length - 1);
  } while (wish.village === undefined && ctx.blocked(village, matter, acceptedAtMs));
  const life: OrderLife = {
    orderId: '', acceptedAtMs, category, matter, village, matterKey: matterKeyOf(ctx.seed, day, dice.int(0, 0x7fffffff)),
    confidential: category === 'report', urgent: false, events: [], orderDeletedAfterMs: null, scripted: true,
  }; // prettier-ignore
  const script = new OrderScript(dice, acceptedAtMs);
  life.events = script.events;
  script.step('accepted', null);
  return { life, script, unit: firstUnit(dice, county, matter, village) };
}

/** Dispatched and signed by the unit within two working hours. */
export function dispatchAndSign(script: OrderScript, unit: Unit): OrderScript {
  dispatchTime(script).step('dispatched', unit, { role: 'lead' });
  return script.work(8, 100).step('signed', unit, { role: 'lead' });
}

export function contact(script: OrderScript, unit: Unit): OrderScript {
  return script.work(10, 120).step('contacted', unit);
}

/** Applied for with claims that are true, and accepted. */
export function closeHonestly(script: OrderScript, unit: Unit, solved: boolean | null = true): OrderScript {
  script.work(20, 150).apply(unit, true, null, solved);
  return script.work(5, 60).step('completed', unit);
}
