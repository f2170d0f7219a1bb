import { MINUTE_MS } from '@tianyan/kernel';
import type { Unit } from '../world/county.js';
import type { OrderScript } from './order-life.js';
import { dispatchTime, finish, otherUnit } from './ordinary-order.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { scopeOrder, storyOf, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'closed-in-minutes';
const LIMIT_MS = 30 * MINUTE_MS;

/** The unit had the order for less than half an hour when it asked to close it. */
export const closedInMinutes: Storyteller = {
  rule,
  problem(ctx) {
    const { life, script, unit } = beginOrder(ctx);
    const lastMinute = ctx.dice.chance(0.3);
    const tookMs = lastMinute ? LIMIT_MS - 1_000 : ctx.dice.int(6, 28) * MINUTE_MS;
    const fromMs = applyAfter(script, unit, tookMs);
    finish(script, true);
    const story = lastMinute ? '差 1 秒满 30 分钟就申请办结' : `派单 ${tookMs / MINUTE_MS} 分钟就申请办结`;
    return storyOf(life, [{ rule, scope: scopeOrder, fromMs, toMs: null, story }]);
  },
  lookalike: (ctx) => ctx.dice.pick([exactlyHalfAnHour, answeredAtOnce, helperCalledIn])(ctx),
};

/** Dispatched, signed, and asked to be closed so long after; the form claims no contact, so that nothing else is wrong with it. */
function applyAfter(script: OrderScript, unit: Unit, tookMs: number): number {
  dispatchTime(script).step('dispatched', unit, { role: 'lead' });
  const dispatchedAtMs = script.lastMs();
  script.wait(2, 5).step('signed', unit, { role: 'lead' });
  script.to(dispatchedAtMs + tookMs).apply(unit, null, null, true);
  const appliedAtMs = script.lastMs();
  script.wait(5, 60).step('completed', unit);
  return appliedAtMs;
}

function exactlyHalfAnHour(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  applyAfter(script, unit, LIMIT_MS);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '恰好 30 分钟，不算不到 30 分钟' }]);
}

function answeredAtOnce(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx, { category: 'consult' });
  applyAfter(script, unit, ctx.dice.int(6, 20) * MINUTE_MS);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '咨询可以当即答复' }]);
}

/** What came minutes before was the order to a helper; the lead had had it for long. */
function helperCalledIn(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  const helper = otherUnit(ctx.dice, ctx.county, life.matter, life.village, [unit]);
  contact(dispatchAndSign(script, unit), unit);
  script.work(15, 40).step('dispatched', helper, { role: 'assist' });
  closeHonestly(script, unit);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '几分钟前派的是协办单位' }]);
}
