import type { Unit } from '../world/county.js';
import type { OrderScript } from './order-life.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { scopeOrder, storyOf, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'reply-too-short';

/** Under twenty characters, the longest by one; and one of exactly twenty, which is long enough. */
const SHORT = ['已处理。', '已办结，谢谢。', '情况属实，已整改。', '您反映的问题，我单位已经安排人员处理了'] as const;
const TWENTY = '您反映的问题，我单位已经安排人员处理完毕';

/** The reply says next to nothing, and the order was closed on it. */
export const replyTooShort: Storyteller = {
  rule,
  problem(ctx) {
    const { life, script, unit } = begin(ctx);
    const reply = ctx.dice.pick(SHORT);
    if (ctx.dice.chance(0.3)) {
      apply(script, unit, reply);
      script.work(10, 60).step('completion-rejected', unit);
    }
    apply(script, unit, reply);
    script.work(5, 60).step('completed', unit);
    const story = `答复只有 ${reply.length} 个字`;
    return storyOf(life, [{ rule, scope: scopeOrder, fromMs: script.lastMs(), toMs: null, story }]);
  },
  lookalike: (ctx) => ctx.dice.pick([twentyCharacters, sentBack, answeredAgain])(ctx),
};

function begin(ctx: StoryContext) {
  const begun = beginOrder(ctx);
  contact(dispatchAndSign(begun.script, begun.unit), begun.unit);
  return begun;
}

function apply(script: OrderScript, unit: Unit, reply: string): void {
  script.work(25, 150).step('completion-applied', unit, { claims: { contact: null, visit: null, solved: null }, reply });
}

function twentyCharacters(ctx: StoryContext): Story {
  const { life, script, unit } = begin(ctx);
  apply(script, unit, TWENTY);
  script.work(5, 60).step('completed', unit);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '答复恰好 20 个字' }]);
}

function sentBack(ctx: StoryContext): Story {
  const { life, script, unit } = begin(ctx);
  apply(script, unit, ctx.dice.pick(SHORT));
  script.work(10, 60).step('completion-rejected', unit);
  closeHonestly(script, unit, null);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '过短的答复被驳回，重新答复后才办结' }]);
}

/** Nobody sent it back: the unit itself thought better of it. */
function answeredAgain(ctx: StoryContext): Story {
  const { life, script, unit } = begin(ctx);
  apply(script, unit, ctx.dice.pick(SHORT));
  closeHonestly(script, unit, null);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '审核前单位自己补充了答复' }]);
}
