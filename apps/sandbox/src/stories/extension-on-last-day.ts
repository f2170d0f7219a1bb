import { DAY_MS, HOUR_MS, MINUTE_MS, type EpochMs } from '@tianyan/kernel';
import type { Unit } from '../world/county.js';
import { workdaysAllowed } from '../world/matters.js';
import { deadlineMs } from '../world/work-time.js';
import type { OrderScript } from './order-life.js';
import { beginOrder, contact, dispatchAndSign } from './story-order.js';
import { scopeOrder, storyOf, type ProblemDraft, type Story, type StoryContext, type Storyteller } from './story.js';

const rule = 'extension-on-last-day';

/** More time was asked for when less than a day of it was left. */
export const extensionOnLastDay: Storyteller = {
  rule,
  problem: (ctx) => ctx.dice.pick([onTheLastDay, secondOnTheLastDay])(ctx),
  lookalike: (ctx) => ctx.dice.pick([exactlyADayBefore, dayBefore, secondInTime])(ctx),
};

/** The problem that more time was asked for at the instant is of this rule, whatever else is wrong with the order. */
export const askedTooLateAt = (fromMs: EpochMs): ProblemDraft => ({
  rule,
  scope: scopeOrder,
  fromMs,
  toMs: null,
  story: '离承诺完成时间不到 24 小时才申请延期',
});

/** `promisedMs` is the last second of the last day, as the hotline's system writes it. */
function begin(ctx: StoryContext) {
  const begun = beginOrder(ctx);
  contact(dispatchAndSign(begun.script, begun.unit), begun.unit);
  const dispatchedAtMs = begun.script.events.find((e) => e.action === 'dispatched')?.atMs ?? 0;
  return { ...begun, promisedMs: deadlineMs(dispatchedAtMs, workdaysAllowed(begun.life.category)) - 1_000 };
}

/** Asked for at the instant and granted within the hour; returns the new end. */
function extend(script: OrderScript, unit: Unit, askedAtMs: EpochMs, untilMs: EpochMs): EpochMs {
  script.to(askedAtMs).step('extension-requested', unit);
  const extendedToMs = deadlineMs(untilMs, 3);
  script.wait(10, 50).step('extension-granted', unit, { extendedToMs });
  return extendedToMs;
}

function closeBefore(script: OrderScript, unit: Unit, endMs: EpochMs): void {
  script.to(Math.max(script.atMs + 30 * MINUTE_MS, endMs - 9 * HOUR_MS)).apply(unit, true, null, null);
  script.wait(5, 40).step('completed', unit);
}

function onTheLastDay(ctx: StoryContext): Story {
  const { life, script, unit, promisedMs } = begin(ctx);
  const askedAtMs = promisedMs - (ctx.dice.chance(0.3) ? DAY_MS - 1_000 : ctx.dice.int(7 * 60, 15 * 60) * MINUTE_MS);
  closeBefore(script, unit, extend(script, unit, askedAtMs, promisedMs));
  return storyOf(life, [askedTooLateAt(askedAtMs)]);
}

/** The first time in good time, the second on the last day that the first had brought. */
function secondOnTheLastDay(ctx: StoryContext): Story {
  const { life, script, unit, promisedMs } = begin(ctx);
  const firstEndMs = extend(script, unit, promisedMs - 30 * HOUR_MS, promisedMs);
  const askedAtMs = firstEndMs - ctx.dice.int(8, 15) * HOUR_MS;
  closeBefore(script, unit, extend(script, unit, askedAtMs, firstEndMs - 1_000));
  return storyOf(life, [askedTooLateAt(askedAtMs)]);
}

function exactlyADayBefore(ctx: StoryContext): Story {
  const { life, script, unit, promisedMs } = begin(ctx);
  closeBefore(script, unit, extend(script, unit, promisedMs - DAY_MS, promisedMs));
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '恰好提前 24 小时申请延期' }]);
}

function dayBefore(ctx: StoryContext): Story {
  const { life, script, unit, promisedMs } = begin(ctx);
  closeBefore(script, unit, extend(script, unit, promisedMs - ctx.dice.int(31, 39) * HOUR_MS, promisedMs));
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '提前一天以上申请延期' }]);
}

/** After the time first promised, and in good time for the one granted. */
function secondInTime(ctx: StoryContext): Story {
  const { life, script, unit, promisedMs } = begin(ctx);
  const firstEndMs = extend(script, unit, promisedMs - 30 * HOUR_MS, promisedMs);
  closeBefore(script, unit, extend(script, unit, firstEndMs - 30 * HOUR_MS, firstEndMs - 1_000));
  return storyOf(life, [], [{ rule, scope: scopeOrder, why: '已同意延期，第二次申请离新期限还有一天以上' }]);
}
