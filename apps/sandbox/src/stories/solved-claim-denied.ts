import { HOUR_MS } from '@tianyan/kernel';
import { dayNumberOf, startOfDayMs } from '../world/work-time.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { scopeOrder, storyOf, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'solved-claim-denied';

/** The reply says solved; called back, the citizen says it is not. */
export const solvedClaimDenied: Storyteller = {
  rule,
  problem(ctx) {
    const { life, script, unit } = beginOrder(ctx);
    contact(dispatchAndSign(script, unit), unit);
    closeHonestly(script, unit, true);
    callLater(ctx, script).callBack(false, ctx.dice.chance(0.6), ctx.dice.int(1, 2));
    const fromMs = script.lastMs();
    if (ctx.dice.chance(0.4)) script.wait(60, 1_500).callBack(true, true, 5); // said otherwise later: 首次与最终满意度不一致
    return storyOf(life, [{ rule, scope: scopeOrder, fromMs, toMs: null, story: '答复称已解决，回访称未解决' }]);
  },
  lookalike: (ctx) => ctx.dice.pick([appliedAgainHonestly, neverClaimed, solvedButUnhappy])(ctx),
};

function callLater(ctx: StoryContext, script: ReturnType<typeof beginOrder>['script']) {
  return script.to(startOfDayMs(dayNumberOf(script.atMs) + 1) + ctx.dice.int(9 * 60, 19 * 60) * 60_000);
}

/** The claim of being solved was rejected by the centre; the second, honest application says it is not. */
function appliedAgainHonestly(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  contact(dispatchAndSign(script, unit), unit);
  script.work(20, 120).apply(unit, true, null, true);
  script.work(10, 60).step('completion-rejected', unit);
  closeHonestly(script, unit, false);
  callLater(ctx, script).callBack(false, true, 3);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '称已解决的申请被驳回，再次申请时如实写明未解决' }]);
}

function neverClaimed(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  contact(dispatchAndSign(script, unit), unit);
  closeHonestly(script, unit, ctx.dice.chance(0.5) ? null : false);
  callLater(ctx, script).callBack(false, true, 2);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '答复没有称已解决' }]);
}

function solvedButUnhappy(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  contact(dispatchAndSign(script, unit), unit);
  closeHonestly(script, unit, true);
  callLater(ctx, script).callBack(ctx.dice.chance(0.5) ? true : null, true, 1);
  script.to(script.atMs + HOUR_MS);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '不满意，但没有说未解决' }]);
}
