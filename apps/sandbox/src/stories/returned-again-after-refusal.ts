import { finish, otherUnit } from './ordinary-order.js';
import { passedBackAt } from './passed-back.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { scopeOrderUnit, storyOf, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'returned-again-after-refusal';

/** The centre refused the return as ungrounded, and the same unit returned the order again. */
export const returnedAgainAfterRefusal: Storyteller = {
  rule,
  problem(ctx) {
    const { life, script, unit } = beginOrder(ctx);
    const other = otherUnit(ctx.dice, ctx.county, life.matter, life.village, [unit]);
    dispatchAndSign(script, unit).work(10, 60).step('returned', unit);
    script.work(10, 60).step('return-refused', unit);
    // Contact first, so that the second return is the only thing wrong with this order.
    if (ctx.dice.chance(0.4)) contact(script, unit);
    script.work(10, 90).step('returned', unit);
    const fromMs = script.lastMs();
    script.work(5, 40).step('reassigned', other, { role: 'lead' });
    script.work(5, 60).step('signed', other, { role: 'lead' });
    contact(script, other);
    closeHonestly(script, other);
    finish(script, true);
    return storyOf(life, [{ rule, scope: scopeOrderUnit(unit.id), fromMs, toMs: null, story: '退回被驳回后同一单位再次退回' }]);
  },
  lookalike: (ctx) => ctx.dice.pick([handledAfterRefusal, otherUnitReturns, refusedAfterSecondReturn])(ctx),
};

function handledAfterRefusal(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  dispatchAndSign(script, unit).work(10, 60).step('returned', unit);
  script.work(10, 60).step('return-refused', unit);
  contact(script, unit);
  closeHonestly(script, unit);
  return storyOf(life, [], [{ rule, scope: scopeOrderUnit(unit.id), why: '退回被驳回后本单位接着办结' }]);
}

function otherUnitReturns(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  const other = otherUnit(ctx.dice, ctx.county, life.matter, life.village, [unit]);
  dispatchAndSign(script, unit).work(10, 60).step('returned', unit);
  script.work(10, 60).step('return-refused', unit);
  contact(script, unit);
  script.work(5, 40).step('reassigned', other, { role: 'lead' });
  script.work(5, 60).step('signed', other, { role: 'lead' });
  script.work(10, 60).step('returned', other);
  script.work(5, 40).step('reassigned', unit, { role: 'lead' });
  const backAtMs = script.lastMs();
  script.work(5, 40).step('signed', unit, { role: 'lead' });
  contact(script, unit);
  closeHonestly(script, unit);
  return storyOf(life, [passedBackAt(backAtMs)], [{ rule, scope: scopeOrderUnit(other.id), why: '被驳回的是另一个单位的退回' }]);
}

/** Two returns, and only the second was refused. */
function refusedAfterSecondReturn(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  dispatchAndSign(script, unit).work(10, 60).step('returned', unit);
  script.work(10, 40).step('reassigned', unit, { role: 'lead' });
  script.work(5, 40).step('signed', unit, { role: 'lead' });
  script.work(10, 60).step('returned', unit);
  script.work(10, 60).step('return-refused', unit);
  contact(script, unit);
  closeHonestly(script, unit);
  return storyOf(life, [], [{ rule, scope: scopeOrderUnit(unit.id), why: '驳回之后没有再退回' }]);
}
