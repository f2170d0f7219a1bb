import { MINUTE_MS } from '@tianyan/kernel';
import type { Unit } from '../world/county.js';
import type { OrderScript } from './order-life.js';
import { dispatchTime, finish, otherUnit } from './ordinary-order.js';
import { passedBackAt } from './passed-back.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { scopeOrder, storyOf, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'order-ping-pong';

/** 踢皮球: pushed back three times, or through three units. */
export const orderPingPong: Storyteller = {
  rule,
  problem: (ctx) => (ctx.dice.chance(0.5) ? threeReturns(ctx) : threeUnits(ctx)),
  lookalike: (ctx) => ctx.dice.pick([twoReturns, manyHelpers, returnTakenBack, returnOfAnotherOrder])(ctx),
};

/** Two units send it to and fro: three returns, never more than two units. */
function threeReturns(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  const other = otherUnit(ctx.dice, ctx.county, life.matter, life.village, [unit]);
  dispatchAndSign(script, unit);
  let current = unit;
  let thirdAtMs = 0;
  const returns = ctx.dice.int(3, 5);
  for (let i = 1; i <= returns; i++) {
    current = pushOn(script, current, current === unit ? other : unit, i === 2 && ctx.dice.chance(0.3));
    if (i === 3) thirdAtMs = script.events.filter((e) => e.action === 'returned')[2]?.atMs ?? 0;
  }
  contact(script, current);
  closeHonestly(script, current);
  finish(script, true);
  return storyOf(life, [
    { rule, scope: scopeOrder, fromMs: thirdAtMs, toMs: null, story: `两个单位之间退回 ${returns} 次` },
    passedBackAt(secondHandAtMs(script)),
  ]);
}

/** Passed on through three or more units, returned only once or twice. */
function threeUnits(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  dispatchAndSign(script, unit);
  const units: Unit[] = [unit];
  let current = unit;
  for (let i = 0; i < 2; i++) {
    const next = otherUnit(ctx.dice, ctx.county, life.matter, life.village, units);
    current = pushOn(script, current, next);
    units.push(next);
  }
  const thirdAtMs = secondHandAtMs(script);
  contact(script, current);
  closeHonestly(script, current);
  finish(script, true);
  return storyOf(life, [{ rule, scope: scopeOrder, fromMs: thirdAtMs, toMs: null, story: '先后派给 3 个单位' }]);
}

function pushOn(script: OrderScript, from: Unit, to: Unit, malformedFirst = false): Unit {
  script.work(10, 70).step('returned', from, malformedFirst ? { malformedForMs: 6 * MINUTE_MS } : {});
  script.work(10, 30).step('reassigned', to, { role: 'lead' });
  script.work(5, 40).step('signed', to, { role: 'lead' });
  return to;
}

/** When it was handed on for the second time: to a third unit, or back to the first. */
function secondHandAtMs(script: OrderScript): number {
  return script.events.filter((e) => e.action === 'reassigned')[1]?.atMs ?? 0;
}

function twoReturns(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  const other = otherUnit(ctx.dice, ctx.county, life.matter, life.village, [unit]);
  dispatchAndSign(script, unit);
  pushOn(script, unit, other);
  pushOn(script, other, unit);
  contact(script, unit);
  closeHonestly(script, unit);
  return storyOf(
    life,
    [passedBackAt(secondHandAtMs(script))],
    [{ rule, scope: scopeOrder, why: '只退回 2 次，只经过 2 个单位' }],
  );
}

function manyHelpers(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  dispatchTime(script).step('dispatched', unit, { role: 'lead' });
  const units = [unit];
  for (let i = 0; i < 4; i++) {
    const helper = otherUnit(ctx.dice, ctx.county, life.matter, life.village, units);
    units.push(helper);
    script.step('dispatched', helper, { role: 'assist' });
  }
  script.work(8, 100).step('signed', unit, { role: 'lead' });
  contact(script, unit);
  closeHonestly(script, unit);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '涉及 5 个单位，但 4 个是协办' }]);
}

/** The third return was a slip of the clerk and is deleted; until then the platform may rightly doubt. */
function returnTakenBack(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  const other = otherUnit(ctx.dice, ctx.county, life.matter, life.village, [unit]);
  dispatchAndSign(script, unit);
  pushOn(script, unit, other);
  pushOn(script, other, unit);
  script.work(5, 30).step('returned', unit, { deletedAfterMs: ctx.dice.int(15, 90) * MINUTE_MS });
  contact(script, unit);
  closeHonestly(script, unit);
  return storyOf(life, [passedBackAt(secondHandAtMs(script))], [{ rule, scope: scopeOrder, why: '第 3 次退回系误录，已删除' }]);
}

/** The third return was filed under this order by mistake and belonged to its own order, where it is the first. */
function returnOfAnotherOrder(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  const other = otherUnit(ctx.dice, ctx.county, life.matter, life.village, [unit]);
  dispatchAndSign(script, unit);
  script.work(10, 70).step('returned', unit, { misfiledForMs: ctx.dice.int(10, 50) * MINUTE_MS });
  script.work(60, 90).step('reassigned', other, { role: 'lead' });
  script.work(5, 40).step('signed', other, { role: 'lead' });
  contact(script, other);
  closeHonestly(script, other);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '退回记录先误挂在别的工单上，后更正' }]);
}
