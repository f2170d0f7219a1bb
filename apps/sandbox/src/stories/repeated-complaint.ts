import type { Dice } from '../world/dice.js';
import { DAY_MS } from '@tianyan/kernel';
import { MATTERS, type Category } from '../world/matters.js';
import { finish } from './ordinary-order.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { dayNumberOf } from '../world/work-time.js';
import type { OrderLife } from './order-life.js';
import type { LookalikeDraft, ProblemDraft, Story, StoryContext, Storyteller } from './story.js';

const rule = 'repeated-complaint';
const WINDOW_MS = 90 * DAY_MS;

/** The same matter complained of three times within 90 days. */
export const repeatedComplaint: Storyteller = {
  rule,
  problem(ctx) {
    const count = ctx.dice.int(3, 5);
    const gapsMs = Array.from({ length: count - 1 }, () => ctx.dice.int(2, 18) * DAY_MS + ctx.dice.int(0, 7_200) * 1000);
    const orders = ordersApart(ctx, gapsMs);
    return told(orders, 'problem', `同一诉求 ${count} 次`);
  },
  lookalike: (ctx) => ctx.dice.pick([exactlyNinetyDays, oneIsAQuestion, twiceOnly])(ctx),
};

/** Villages build nothing for these matters, so that a row of complaints cannot meet a paid project. */
export const MATTERS_WITHOUT_PROJECTS = MATTERS.flatMap((m, i) => (m.projectKind === null ? [i] : []));

/** So many of them in turn, beginning anywhere. */
export function mattersInTurn(dice: Dice, count: number): number[] {
  const offset = dice.int(0, MATTERS_WITHOUT_PROJECTS.length - 1);
  return Array.from({ length: count }, (_, i) => MATTERS_WITHOUT_PROJECTS[(offset + i) % MATTERS_WITHOUT_PROJECTS.length] ?? 0);
}

function ordersApart(ctx: StoryContext, gapsMs: readonly number[], categories: readonly Category[] = []): OrderLife[] {
  const matter = ctx.dice.pick(MATTERS_WITHOUT_PROJECTS);
  const orders: OrderLife[] = [];
  let atMs = 0;
  for (let i = 0; i <= gapsMs.length; i++) {
    const previous = orders[i - 1];
    if (previous) atMs = previous.acceptedAtMs + (gapsMs[i - 1] ?? 0);
    const day = previous ? dayNumberOf(atMs) : ctx.day;
    const begun = beginOrder(
      { ...ctx, day },
      { matter, category: categories[i] ?? 'complaint', ...(previous && { village: previous.village }) },
    );
    if (previous) moveTo(begun, atMs, previous.matterKey);
    const { life, script, unit } = begun;
    contact(dispatchAndSign(script, unit), unit);
    closeHonestly(script, unit);
    if (i === gapsMs.length) finish(script, true);
    orders.push(life);
  }
  return orders;
}

/** The caller's next call comes at an exact distance from the one before, and carries the same key. */
export function moveTo(begun: ReturnType<typeof beginOrder>, atMs: number, matterKey: string | null): void {
  begun.life.acceptedAtMs = atMs;
  begun.life.matterKey = matterKey;
  begun.script.atMs = atMs;
  const accepted = begun.life.events[0];
  if (accepted) accepted.atMs = atMs;
}

function told(orders: OrderLife[], kind: 'problem' | 'lookalike', text: string): Story {
  const key = orders[0]?.matterKey ?? '';
  const scope = () => key;
  const third = orders[2]?.acceptedAtMs ?? 0;
  const problems: ProblemDraft[] = kind === 'problem' ? [{ rule, scope, fromMs: third, toMs: null, story: text }] : [];
  const lookalikes: LookalikeDraft[] = kind === 'lookalike' ? [{ rule, scope, why: text }] : [];
  return { orders, problems, lookalikes };
}

function exactlyNinetyDays(ctx: StoryContext): Story {
  const halfMs = ctx.dice.int(20, 60) * DAY_MS;
  return told(ordersApart(ctx, [halfMs, WINDOW_MS - halfMs]), 'lookalike', '第 3 次与第 1 次恰好相隔 90 天');
}

function oneIsAQuestion(ctx: StoryContext): Story {
  const gaps = [ctx.dice.int(3, 20) * DAY_MS, ctx.dice.int(3, 20) * DAY_MS];
  return told(ordersApart(ctx, gaps, ['complaint', 'consult', 'help']), 'lookalike', '3 次中有 1 次是咨询');
}

function twiceOnly(ctx: StoryContext): Story {
  return told(ordersApart(ctx, [ctx.dice.int(3, 40) * DAY_MS]), 'lookalike', '只有 2 次');
}
