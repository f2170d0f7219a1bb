import { finish } from './ordinary-order.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { scopeOrder, storyOf, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'completion-rejected-twice';

/** Two applications for completion in a row rejected, none accepted between. */
export const completionRejectedTwice: Storyteller = {
  rule,
  problem(ctx) {
    const { life, script, unit } = beginOrder(ctx);
    contact(dispatchAndSign(script, unit), unit);
    const rejections = ctx.dice.int(2, 3);
    let fromMs = 0;
    for (let i = 1; i <= rejections; i++) {
      script.work(20, 120).apply(unit, true, null, null);
      script.work(10, 60).step('completion-rejected', unit);
      if (i === 2) fromMs = script.lastMs();
    }
    closeHonestly(script, unit, null);
    finish(script, null);
    return storyOf(life, [{ rule, scope: scopeOrder, fromMs, toMs: null, story: `办结申请连续被驳回 ${rejections} 次` }]);
  },
  lookalike: (ctx) => (ctx.dice.chance(0.5) ? acceptedBetween(ctx) : rejectedOnce(ctx)),
};

function acceptedBetween(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  contact(dispatchAndSign(script, unit), unit);
  script.work(20, 120).apply(unit, true, null, null);
  script.work(10, 60).step('completion-rejected', unit);
  closeHonestly(script, unit, null);
  // The citizen was not content; the centre opens the order again, and that round begins with a rejection of its own.
  script.work(60, 200).callBack(false, true, 2);
  script.work(30, 90).step('reassigned', unit, { role: 'lead' });
  script.work(5, 60).step('signed', unit, { role: 'lead' });
  contact(script, unit);
  script.work(20, 120).apply(unit, true, null, null);
  script.work(10, 60).step('completion-rejected', unit);
  closeHonestly(script, unit, null);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '两次驳回之间已审核办结过一次' }]);
}

function rejectedOnce(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  contact(dispatchAndSign(script, unit), unit);
  script.work(20, 120).apply(unit, true, null, null);
  script.work(10, 60).step('completion-rejected', unit);
  closeHonestly(script, unit, null);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '只驳回 1 次' }]);
}
