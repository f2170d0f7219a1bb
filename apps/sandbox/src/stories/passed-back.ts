import { MINUTE_MS, type EpochMs } from '@tianyan/kernel';
import type { Unit } from '../world/county.js';
import type { OrderScript } from './order-life.js';
import { dispatchTime, finish, otherUnit } from './ordinary-order.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { scopeOrder, storyOf, type ProblemDraft, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'passed-back';

/** Handed from one unit to another and straight back. */
export const passedBack: Storyteller = {
  rule,
  problem: (ctx) => thereAndBack(ctx, ctx.dice.chance(0.5)),
  lookalike: (ctx) => ctx.dice.pick([helperBetween, sameUnitAgain, handedOnOnce, handedBackBySlip])(ctx),
};

/** The problem that an order passed back at the instant is of this rule, whatever else is wrong with it. */
export const passedBackAt = (fromMs: EpochMs): ProblemDraft => ({
  rule,
  scope: scopeOrder,
  fromMs,
  toMs: null,
  story: '转给另一个单位后又转回来',
});

function begin(ctx: StoryContext) {
  const begun = beginOrder(ctx);
  const other = otherUnit(ctx.dice, ctx.county, begun.life.matter, begun.life.village, [begun.unit]);
  return { ...begun, other };
}

function handOn(script: OrderScript, to: Unit): EpochMs {
  script.work(5, 40).step('reassigned', to, { role: 'lead' });
  const handedAtMs = script.lastMs();
  script.work(5, 40).step('signed', to, { role: 'lead' });
  return handedAtMs;
}

/** On their own wish, or moved by the centre without any return. */
function thereAndBack(ctx: StoryContext, returning: boolean): Story {
  const { life, script, unit, other } = begin(ctx);
  dispatchAndSign(script, unit);
  if (returning) script.work(10, 70).step('returned', unit);
  else contact(script, unit);
  handOn(script, other);
  if (returning) script.work(10, 70).step('returned', other);
  else contact(script, other);
  const fromMs = handOn(script, unit);
  contact(script, unit);
  closeHonestly(script, unit);
  finish(script, true);
  return storyOf(life, [passedBackAt(fromMs)]);
}

function helperBetween(ctx: StoryContext): Story {
  const { life, script, unit, other } = begin(ctx);
  dispatchTime(script).step('dispatched', unit, { role: 'lead' });
  script.step('dispatched', other, { role: 'assist' });
  script.work(8, 100).step('signed', unit, { role: 'lead' });
  script.work(10, 70).step('returned', unit);
  handOn(script, unit);
  contact(script, unit);
  closeHonestly(script, unit);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '中间派给的是协办单位，主办没有变' }]);
}

function sameUnitAgain(ctx: StoryContext): Story {
  const { life, script, unit, other } = begin(ctx);
  dispatchAndSign(script, unit).work(10, 70).step('returned', unit);
  handOn(script, other);
  script.work(10, 70).step('returned', other);
  handOn(script, other);
  contact(script, other);
  closeHonestly(script, other);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '第二个单位退回后仍派给它，没有转回第一个' }]);
}

function handedOnOnce(ctx: StoryContext): Story {
  const { life, script, unit, other } = begin(ctx);
  dispatchAndSign(script, unit).work(10, 70).step('returned', unit);
  handOn(script, other);
  contact(script, other);
  closeHonestly(script, other);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '只转了一次' }]);
}

/** A slip of the clerk, deleted; until then the platform may rightly doubt. */
function handedBackBySlip(ctx: StoryContext): Story {
  const { life, script, unit, other } = begin(ctx);
  dispatchAndSign(script, unit).work(10, 70).step('returned', unit);
  handOn(script, other);
  script.work(5, 20).step('reassigned', unit, { role: 'lead', deletedAfterMs: ctx.dice.int(15, 90) * MINUTE_MS });
  contact(script, other);
  closeHonestly(script, other);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '转回系误录，已删除' }]);
}
