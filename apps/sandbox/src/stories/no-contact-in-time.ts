import { HOUR_MS, MINUTE_MS } from '@tianyan/kernel';
import { deadlineMs } from '../world/work-time.js';
import { finish, otherUnit } from './ordinary-order.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { scopeOrderUnit, storyOf, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'no-contact-in-time';

/** Nobody contacted the citizen within one working day of signing. */
export const noContactInTime: Storyteller = {
  rule,
  problem(ctx) {
    const { life, script, unit } = beginOrder(ctx);
    dispatchAndSign(script, unit);
    const dueMs = deadlineMs(script.lastMs(), 1);
    const justLate = ctx.dice.chance(0.3);
    script.to(justLate ? dueMs + ctx.dice.int(1, 30) * MINUTE_MS : dueMs + HOUR_MS);
    if (justLate) script.step('contacted', unit);
    else contact(script, unit);
    closeHonestly(script, unit);
    finish(script, true);
    return storyOf(life, [
      { rule, scope: scopeOrderUnit(unit.id), fromMs: dueMs + 1, toMs: null, story: '签收后超过 1 个工作日才联系群众' },
    ]);
  },
  lookalike: (ctx) => ctx.dice.pick([lateEvening, returnedInstead, completedInstead])(ctx),
};

function lateEvening(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  dispatchAndSign(script, unit);
  script.to(deadlineMs(script.lastMs(), 1) - ctx.dice.int(11, 80) * MINUTE_MS).step('contacted', unit);
  closeHonestly(script, unit);
  return storyOf(life, [], [{ rule, scope: scopeOrderUnit(unit.id), why: '最后一个工作日深夜联系，仍在期限内' }]);
}

function returnedInstead(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  const other = otherUnit(ctx.dice, ctx.county, life.matter, life.village, [unit]);
  dispatchAndSign(script, unit);
  script.to(deadlineMs(script.lastMs(), 1) - 7 * HOUR_MS).step('returned', unit); // 17:00 of the last day
  script.work(15, 60).step('reassigned', other, { role: 'lead' });
  script.work(5, 60).step('signed', other, { role: 'lead' });
  contact(script, other);
  closeHonestly(script, other);
  return storyOf(life, [], [{ rule, scope: scopeOrderUnit(unit.id), why: '未联系，但在期限内退回' }]);
}

function completedInstead(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  dispatchAndSign(script, unit);
  script.work(23, 200).apply(unit, null, null, true);
  script.work(5, 60).step('completed', unit);
  return storyOf(life, [], [{ rule, scope: scopeOrderUnit(unit.id), why: '未联系，但在期限内办结，且答复未称已联系' }]);
}
