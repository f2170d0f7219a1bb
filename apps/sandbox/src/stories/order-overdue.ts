import { HOUR_MS, MINUTE_MS } from '@tianyan/kernel';
import { workdaysAllowed } from '../world/matters.js';
import { deadlineMs, dayNumberOf, startOfDayMs, workdayAfter, workdaysBetween } from '../world/work-time.js';
import { askedTooLateAt } from './extension-on-last-day.js';
import type { OrderScript } from './order-life.js';
import { finish } from './ordinary-order.js';
import { beginOrder, contact, dispatchAndSign } from './story-order.js';
import { scopeOrder, storyOf, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'order-overdue';

/** Not completed by the deadline, with pauses and granted extensions counted. */
export const orderOverdue: Storyteller = {
  rule,
  problem: (ctx) =>
    ctx.dice.pick([completedLate, consultLate, neverCompleted, extensionTooLate, extendedAndStillLate, pausedAndStillLate])(ctx),
  lookalike: (ctx) => ctx.dice.pick([lastMinute, pausedLong, extendedInTime])(ctx),
};

/** An order that was taken up properly: what follows is only about its deadline. */
function begin(ctx: StoryContext, consult = false) {
  const started = beginOrder(ctx, consult ? { category: 'consult' } : {});
  contact(dispatchAndSign(started.script, started.unit), started.unit);
  const dispatchedAtMs = started.script.events.find((e) => e.action === 'dispatched')?.atMs ?? 0;
  const allowed = workdaysAllowed(started.life.category);
  return { ...started, dispatchedAtMs, allowed, dueMs: deadlineMs(dispatchedAtMs, allowed) };
}

function closeAt(script: OrderScript, unit: Parameters<OrderScript['apply']>[0], atMs: number): void {
  script.to(Math.max(script.atMs, atMs - 20 * MINUTE_MS)).apply(unit, true, null, null);
  script.to(Math.max(script.atMs, atMs)).step('completed', unit);
}

const problem = (fromMs: number, story: string) => ({ rule, scope: scopeOrder, fromMs, toMs: null, story }) as const;

function completedLate(ctx: StoryContext): Story {
  const { life, script, unit, dueMs } = begin(ctx);
  closeAt(script, unit, dueMs + ctx.dice.int(9, 90) * HOUR_MS);
  finish(script, null);
  return storyOf(life, [problem(dueMs + 1, '超过 5 个工作日才办结')]);
}

function consultLate(ctx: StoryContext): Story {
  const { life, script, unit, dueMs } = begin(ctx, true);
  closeAt(script, unit, dueMs + ctx.dice.int(9, 20) * HOUR_MS);
  return storyOf(life, [problem(dueMs + 1, '咨询超过 3 个工作日才办结')]);
}

function neverCompleted(ctx: StoryContext): Story {
  const { life, dueMs } = begin(ctx);
  return storyOf(life, [problem(dueMs + 1, '一直没有办结')]);
}

function extensionTooLate(ctx: StoryContext): Story {
  const { life, script, unit, dueMs } = begin(ctx);
  script.to(dueMs - 8 * HOUR_MS).step('extension-requested', unit);
  script.to(dueMs + 10 * HOUR_MS).step('extension-granted', unit, { extendedToMs: deadlineMs(dueMs, 5) });
  closeAt(script, unit, dueMs + 40 * HOUR_MS);
  return storyOf(life, [problem(dueMs + 1, '过期之后才同意延期'), askedTooLateAt(dueMs - 8 * HOUR_MS)]);
}

function extendedAndStillLate(ctx: StoryContext): Story {
  const { life, script, unit, dueMs } = begin(ctx);
  script.to(dueMs - 9 * HOUR_MS).step('extension-requested', unit);
  const extendedToMs = deadlineMs(dueMs - HOUR_MS, ctx.dice.int(2, 4));
  script.work(20, 60).step('extension-granted', unit, { extendedToMs });
  closeAt(script, unit, extendedToMs + ctx.dice.int(9, 30) * HOUR_MS);
  return storyOf(life, [problem(extendedToMs + 1, '延期后仍然逾期'), askedTooLateAt(dueMs - 9 * HOUR_MS)]);
}

/** Paused over two working days, resumed, and then late all the same. */
function pausedAndStillLate(ctx: StoryContext): Story {
  const { life, script, unit, dispatchedAtMs, allowed } = begin(ctx);
  const dueMs = pause(ctx, script, unit, dispatchedAtMs, allowed);
  closeAt(script, unit, dueMs + ctx.dice.int(9, 30) * HOUR_MS);
  return storyOf(life, [problem(dueMs + 1, '扣除挂起后仍然逾期')]);
}

/** Pauses for two to four working days; returns the deadline that results. */
function pause(
  ctx: StoryContext,
  script: OrderScript,
  unit: Parameters<OrderScript['apply']>[0],
  dispatchedAtMs: number,
  allowed: number,
): number {
  script.work(30, 120).step('paused', unit);
  const pausedDay = dayNumberOf(script.lastMs());
  script.to(startOfDayMs(workdayAfter(pausedDay, ctx.dice.int(2, 4))) + 10 * HOUR_MS).step('resumed', unit);
  return deadlineMs(dispatchedAtMs, allowed + workdaysBetween(pausedDay, dayNumberOf(script.lastMs())));
}

function lastMinute(ctx: StoryContext): Story {
  const { life, script, unit, dueMs } = begin(ctx, ctx.dice.chance(0.4));
  // The very end of the last day is still in time.
  closeAt(script, unit, ctx.dice.chance(0.3) ? dueMs : dueMs - ctx.dice.int(2, 40) * MINUTE_MS);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '最后期限当天深夜办结' }]);
}

function pausedLong(ctx: StoryContext): Story {
  const { life, script, unit, dispatchedAtMs, allowed } = begin(ctx);
  const dueMs = pause(ctx, script, unit, dispatchedAtMs, allowed);
  closeAt(script, unit, dueMs - ctx.dice.int(1, 6) * HOUR_MS);
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '超过原期限，但挂起的工作日应扣除' }]);
}

function extendedInTime(ctx: StoryContext): Story {
  const { life, script, unit, dueMs } = begin(ctx);
  script.to(dueMs - 9 * HOUR_MS).step('extension-requested', unit);
  const extendedToMs = deadlineMs(dueMs - HOUR_MS, 5);
  script.work(20, 60).step('extension-granted', unit, { extendedToMs });
  closeAt(script, unit, extendedToMs - ctx.dice.int(1, 30) * HOUR_MS);
  return storyOf(
    life,
    [askedTooLateAt(dueMs - 9 * HOUR_MS)],
    [{ rule, scope: scopeOrder, why: '期限内同意延期，在延长的期限内办结' }],
  );
}
