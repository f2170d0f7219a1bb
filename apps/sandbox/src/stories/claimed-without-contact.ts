import { finish, otherUnit } from './ordinary-order.js';
import { beginOrder, contact, dispatchAndSign } from './story-order.js';
import { scopeOrderUnit, storyOf, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'claimed-without-contact';

/** The reply says that somebody called or went there, and nobody had. */
export const claimedWithoutContact: Storyteller = {
  rule,
  problem: (ctx) => ctx.dice.pick([claimsContact, claimsVisit, contactedByAnother])(ctx),
  lookalike: (ctx) => ctx.dice.pick([silentForm, contactedJustBefore, visitedAndSaidSo])(ctx),
};

function claimsContact(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  dispatchAndSign(script, unit);
  script.work(23, 40).apply(unit, true, null, true); // the same working day, so nothing else runs out; nor closed in minutes
  const fromMs = script.lastMs();
  script.work(5, 40).step('completed', unit);
  finish(script, true);
  return storyOf(life, [{ rule, scope: scopeOrderUnit(unit.id), fromMs, toMs: null, story: '答复称已联系，没有联系记录' }]);
}

function claimsVisit(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  contact(dispatchAndSign(script, unit), unit);
  script.work(30, 300).apply(unit, true, true, true);
  const fromMs = script.lastMs();
  script.work(5, 60).step('completed', unit);
  finish(script, true);
  return storyOf(life, [{ rule, scope: scopeOrderUnit(unit.id), fromMs, toMs: null, story: '答复称到过现场，没有现场记录' }]);
}

/** The first unit called the citizen and handed the order on; the second claims a call of its own. */
function contactedByAnother(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  const other = otherUnit(ctx.dice, ctx.county, life.matter, life.village, [unit]);
  contact(dispatchAndSign(script, unit), unit);
  script.work(10, 60).step('returned', unit);
  script.work(5, 40).step('reassigned', other, { role: 'lead' });
  script.work(5, 60).step('signed', other, { role: 'lead' });
  script.work(26, 60).apply(other, true, false, true);
  const fromMs = script.lastMs();
  script.work(5, 40).step('completed', other);
  finish(script, true);
  return storyOf(life, [
    { rule, scope: scopeOrderUnit(other.id), fromMs, toMs: null, story: '答复称已联系，联系的是前一个单位' },
  ]);
}

function silentForm(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  dispatchAndSign(script, unit);
  script.work(23, 200).apply(unit, false, null, true);
  script.work(5, 60).step('completed', unit);
  return storyOf(life, [], [{ rule, scope: scopeOrderUnit(unit.id), why: '没有联系，答复也没有称已联系' }]);
}

function contactedJustBefore(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  dispatchAndSign(script, unit);
  script.work(30, 300).step('contacted', unit);
  script.apply(unit, true, null, true); // in the same second; the number of the step decides
  script.work(5, 60).step('completed', unit);
  return storyOf(life, [], [{ rule, scope: scopeOrderUnit(unit.id), why: '申请办结前（同一秒）已联系' }]);
}

function visitedAndSaidSo(ctx: StoryContext): Story {
  const { life, script, unit } = beginOrder(ctx);
  contact(dispatchAndSign(script, unit), unit);
  script.work(20, 200).step('visited', unit);
  script.work(20, 100).apply(unit, true, true, true);
  script.work(5, 60).step('completed', unit);
  return storyOf(life, [], [{ rule, scope: scopeOrderUnit(unit.id), why: '联系和现场都有记录' }]);
}
