import { DAY_MS, HOUR_MS, MINUTE_MS } from '@tianyan/kernel';
import { atTime, dayNumberOf, deadlineMs, startOfDayMs, workdayAfter } from '../world/work-time.js';
import type { Unit } from '../world/county.js';
import type { OrderScript } from './order-life.js';
import { dispatchTime } from './ordinary-order.js';
import { passedBackAt } from './passed-back.js';
import { closeHonestly, contact } from './story-order.js';
import { scopeOrder, type Storyteller } from './story.js';
import { another, contacted, ended, handOn, promisedMs, returned, takenUp, tellerOf, type Tale, type Telling } from './tale.js';

/** A call on the next day, with what the citizen says. */
function calledBack({ script, ctx }: Telling, contactConfirmed: boolean | null, satisfaction: number): OrderScript {
  script.to(startOfDayMs(dayNumberOf(script.atMs) + 1) + ctx.dice.int(9 * 60, 19 * 60) * MINUTE_MS);
  return script.callBack(null, contactConfirmed, satisfaction);
}

export function pingPongAt({ also, script }: Telling, action: 'returned' | 'unit'): void {
  const fromMs = script.lastMs();
  const story = action === 'returned' ? '退回 3 次' : '先后派给 3 个单位';
  also.push({ rule: 'order-ping-pong', scope: scopeOrder, fromMs, toMs: null, story });
}

/** Given to two further units, and in the end to the one named by `last`. */
export function round(t: Telling, last: 'first' | 'none'): void {
  takenUp(t);
  const second = another(t, t.unit);
  const third = another(t, t.unit, second);
  returned(t);
  handOn(t, second);
  returned(t, second);
  t.script.work(5, 40).step('reassigned', third, { role: 'lead' });
  pingPongAt(t, 'unit');
  t.script.work(5, 40).step('signed', third, { role: 'lead' });
  if (last === 'none') return ended(t, third);
  contact(t.script, third);
  handOn(t, t.unit);
  ended(t);
}

/** Returned by the first and by the other, and the first has signed it again. */
export function backWithTheFirst(t: Telling): { other: Unit } {
  const other = another(t, t.unit);
  takenUp(t);
  returned(t);
  handOn(t, other);
  returned(t, other);
  t.script.work(5, 40).step('reassigned', t.unit, { role: 'lead' });
  t.also.push(passedBackAt(t.script.lastMs()));
  t.script.work(5, 40).step('signed', t.unit, { role: 'lead' });
  return { other };
}

export function thereAndBack(t: Telling): void {
  backWithTheFirst(t);
  ended(t);
}

/** Returned so often by the same unit, and given to it again each time. */
export function returnedOften(t: Telling, times: number): void {
  takenUp(t);
  for (let i = 1; i <= times; i++) {
    returned(t);
    if (i === 3) pingPongAt(t, 'returned');
    handOn(t, t.unit);
  }
  ended(t);
}

/** Dispatched to helpers alone; a lead is named after `hours`, or never. */
export function helpersOnly(t: Telling, helpers: number, leadAfterMinutes: number | null): void {
  const units = [t.unit];
  dispatchTime(t.script).step('dispatched', t.unit, { role: 'assist' });
  const sentAtMs = t.script.lastMs();
  for (let i = 1; i < helpers; i++) {
    const helper = another(t, ...units);
    units.push(helper);
    t.script.step('dispatched', helper, { role: 'assist' });
  }
  if (leadAfterMinutes === null) return;
  t.script.to(sentAtMs + leadAfterMinutes * MINUTE_MS).step('dispatched', t.unit, { role: 'lead' });
  t.script.work(5, 60).step('signed', t.unit, { role: 'lead' });
  ended(t);
}

function refused(t: Telling): void {
  takenUp(t);
  returned(t);
  t.script.work(10, 60).step('return-refused', t.unit);
  ended(t);
}

/** Returned and given to another unit: the centre had sent it to the wrong one. */
export function movedOn(t: Telling): void {
  takenUp(t);
  returned(t);
  const other = another(t, t.unit);
  handOn(t, other);
  ended(t, other);
}

function contactedThenReturned(t: Telling): void {
  contacted(t);
  returned(t);
  const other = another(t, t.unit);
  handOn(t, other);
  ended(t, other);
}

/** Returned at an hour of the so-manieth working day after the dispatch. */
function returnedOn(t: Telling, workday: number, hour: number): void {
  contacted(t);
  const dispatched = t.script.events.find((e) => e.action === 'dispatched');
  t.script
    .to(atTime(workdayAfter(dayNumberOf(dispatched?.atMs ?? 0), workday), hour, t.ctx.dice.int(0, 59)))
    .step('returned', t.unit);
  const other = another(t, t.unit);
  handOn(t, other);
  ended(t, other);
}

function closedThenCalled(t: Telling, claimsContact: boolean | null, confirmed: boolean | null): void {
  contacted(t).work(30, 150).apply(t.unit, claimsContact, null, true);
  t.script.work(5, 60).step('completed', t.unit);
  calledBack(t, confirmed, 3);
}

/** Taken up, called and closed as it should be. */
function proper(t: Telling): void {
  takenUp(t);
  ended(t);
}

/** Asked to be closed and closed, without a call to the citizen that anybody recorded. */
function closedUnseen(t: Telling): void {
  takenUp(t).work(31, 200).apply(t.unit, null, null, true);
  t.script.work(5, 60).step('completed', t.unit);
}

/** Rejected, and applied for again after so many seconds. */
function appliedAgain(t: Telling, seconds: number, callFirst = false): void {
  contacted(t).work(30, 150).apply(t.unit, true, null, null);
  t.script.work(10, 60).step('completion-rejected', t.unit);
  const rejectedAtMs = t.script.lastMs();
  if (callFirst) t.script.wait(2, 5).step('contacted', t.unit);
  t.script.to(rejectedAtMs + seconds * 1_000).apply(t.unit, true, null, null);
  t.script.work(5, 60).step('completed', t.unit);
}

/** Signed at the instant that `atMs` makes of the deadline for signing. */
function signedAt(t: Telling, atMs: (dueMs: number) => number): void {
  dispatchTime(t.script).step('dispatched', t.unit, { role: 'lead' });
  t.script.to(atMs(deadlineMs(t.script.lastMs(), 1))).step('signed', t.unit, { role: 'lead' });
  ended(t);
}

/** Asked for so long before what is promised, and granted within the hour; returns the new end. */
function extend(t: Telling, askedAtMs: number, extendedToMs: number): number {
  t.script.to(askedAtMs).step('extension-requested', t.unit);
  t.script.wait(10, 50).step('extension-granted', t.unit, { extendedToMs });
  return extendedToMs;
}

function closeBefore(t: Telling, endMs: number): void {
  t.script.to(Math.max(t.script.atMs + 30 * MINUTE_MS, endMs - 9 * HOUR_MS)).apply(t.unit, true, null, null);
  t.script.wait(5, 40).step('completed', t.unit);
}

/** So many extensions, each in good time and of three working days. */
function extended(t: Telling, times: number): void {
  contacted(t);
  let endMs = promisedMs(t);
  for (let i = 0; i < times; i++) endMs = extend(t, endMs - 30 * HOUR_MS, deadlineMs(endMs, 3) - 1_000);
  closeBefore(t, endMs);
}

function extendedFor(t: Telling, days: number): void {
  contacted(t);
  const endMs = promisedMs(t);
  extend(t, endMs - 30 * HOUR_MS, endMs + days * DAY_MS);
  contact(t.script, t.unit);
  closeHonestly(t.script, t.unit, null);
}

/** Asked for in good time; granted so long after what was promised. */
function grantedAfter(t: Telling, afterMs: number): void {
  contacted(t);
  const endMs = promisedMs(t);
  t.script.to(endMs - 30 * HOUR_MS).step('extension-requested', t.unit);
  t.script.to(endMs + afterMs).step('extension-granted', t.unit, { extendedToMs: deadlineMs(endMs, 5) });
  if (afterMs > 1_000)
    t.also.push({ rule: 'order-overdue', scope: scopeOrder, fromMs: endMs + 1_001, toMs: null, story: '过期之后才同意延期' });
  t.script.wait(30, 90).apply(t.unit, true, null, null);
  t.script.wait(5, 40).step('completed', t.unit);
}

/** Paused soon, and resumed at ten of the so-manieth working day after. */
function pausedFor(t: Telling, workdays: number): void {
  contacted(t).work(5, 30).step('paused', t.unit);
  t.script.to(atTime(workdayAfter(dayNumberOf(t.script.lastMs()), workdays), 10, 0)).step('resumed', t.unit);
  closeHonestly(t.script, t.unit, null);
}

/** Paused so long before what is promised, resumed on the next working day and closed. */
function pausedBefore(t: Telling, beforeMs: number): void {
  contacted(t)
    .to(promisedMs(t) - beforeMs)
    .step('paused', t.unit);
  t.script.to(atTime(workdayAfter(dayNumberOf(t.script.lastMs()), 1), 10, 0)).step('resumed', t.unit);
  t.script.wait(20, 60).apply(t.unit, true, null, null);
  t.script.wait(5, 60).step('completed', t.unit);
}

function dispatchedAfter(t: Telling, hours: number): void {
  t.script.to(t.script.atMs + hours * HOUR_MS).step('dispatched', t.unit, { role: 'lead' });
  t.script.work(5, 60).step('signed', t.unit, { role: 'lead' });
  ended(t);
}

/** The citizen of an urgent order is called so many hours after it was accepted. */
function calledAfter(t: Telling, hours: number): void {
  t.life.urgent = true;
  const acceptedAtMs = t.script.atMs;
  t.script.wait(4, 20).step('dispatched', t.unit, { role: 'lead' });
  t.script.wait(5, 20).step('signed', t.unit, { role: 'lead' });
  t.script.to(acceptedAtMs + hours * HOUR_MS).step('contacted', t.unit);
  closeHonestly(t.script, t.unit);
}

function markedTwice(t: Telling, first: number, second: number, rework = false): void {
  contacted(t);
  closeHonestly(t.script, t.unit, null);
  calledBack(t, true, first);
  if (rework) t.script.work(30, 90).step('visited', t.unit);
  t.script.wait(60, 1_500).callBack(null, true, second);
}

const CLUES = ['另外办手续时有人吃拿卡要。', '反映人还说名额被优亲厚友占了。', '要查一查公款去了哪里。', '听说有人冒领了补贴。'];
function hints(t: Telling): void {
  t.life.clue = t.ctx.dice.pick(CLUES);
  takenUp(t);
  ended(t);
}

const TALES: readonly Tale[] = [
  {
    rule: 'passed-round', scope: 'order',
    problems: [(t) => round(t, 'first')],
    lookalikes: [['转了三个单位，没有转回第一个', (t) => round(t, 'none')], ['紧接着转回，没有经过第三个单位', thereAndBack]],
  },
  {
    rule: 'shirking-unit', scope: 'unit',
    problems: [(t) => returnedOften(t, 3), (t) => returnedOften(t, 4)],
    lookalikes: [['一共只退回 2 次', (t) => returnedOften(t, 2)], ['只退回 1 次', movedOn]],
  },
  {
    rule: 'returned-twice', scope: 'unit',
    problems: [(t) => returnedOften(t, 2)],
    lookalikes: [['只退回 1 次', (t) => returnedOften(t, 1)], ['退回后改派了', movedOn]],
  },
  {
    rule: 'no-lead-named', scope: 'order',
    problems: [(t) => helpersOnly(t, 2, null), (t) => helpersOnly(t, 3, null)],
    lookalikes: [['恰好 4 小时明确了主办', (t) => helpersOnly(t, 2, 240)], ['只派给一个协办单位', (t) => helpersOnly(t, 1, null)]],
  },
  {
    rule: 'ungrounded-return', scope: 'unit',
    problems: [refused],
    lookalikes: [['退回后改派，是派错了', movedOn]],
  },
  {
    rule: 'returned-after-contact', scope: 'unit',
    problems: [contactedThenReturned],
    lookalikes: [['没有联系就退回', movedOn], ['退回后又派来，才联系', (t) => returnedOften(t, 1)]],
  },
  {
    rule: 'returned-too-late', scope: 'unit',
    problems: [(t) => returnedOn(t, 3, 10)],
    lookalikes: [['第 2 个工作日晚上退回', (t) => returnedOn(t, 2, 20)], ['当天退回', movedOn]],
  },
  {
    rule: 'contact-denied', scope: 'order',
    problems: [(t) => closedThenCalled(t, true, false)],
    lookalikes: [
      ['答复没有称已联系', (t) => closedThenCalled(t, null, false)],
      ['回访没有问到', (t) => closedThenCalled(t, true, null)],
    ],
  },
  {
    rule: 'closed-without-contact', scope: 'order',
    problems: [closedUnseen],
    lookalikes: [['联系后办结', proper], ['退回后由别的单位联系、办结', movedOn]],
  },
  {
    rule: 'reapplied-at-once', scope: 'order',
    problems: [(t) => appliedAgain(t, 599), (t) => appliedAgain(t, 120)],
    lookalikes: [['恰好 10 分钟', (t) => appliedAgain(t, 600)], ['其间又联系了群众', (t) => appliedAgain(t, 480, true)]],
  },
  {
    rule: 'sign-delay', scope: 'unit',
    problems: [(t) => signedAt(t, (dueMs) => dueMs + 1_000), (t) => signedAt(t, (dueMs) => dueMs + 10 * HOUR_MS)],
    lookalikes: [['到期那一刻签收', (t) => signedAt(t, (dueMs) => dueMs)], ['当天退回', movedOn]],
  },
  {
    rule: 'extended-twice', scope: 'order',
    problems: [(t) => extended(t, 2)],
    lookalikes: [['只延期 1 次', (t) => extended(t, 1)]],
  },
  {
    rule: 'extension-too-long', scope: 'order',
    problems: [(t) => extendedFor(t, 21), (t) => extendedFor(t, 60)],
    lookalikes: [['恰好延期 20 天', (t) => extendedFor(t, 20)], ['延期 3 个工作日', (t) => extended(t, 1)]],
  },
  {
    rule: 'extension-granted-late', scope: 'order',
    problems: [(t) => grantedAfter(t, 9 * HOUR_MS)],
    lookalikes: [['承诺完成的那一秒同意', (t) => grantedAfter(t, 0)], ['提前同意', (t) => extended(t, 1)]],
  },
  {
    rule: 'paused-too-long', scope: 'order',
    problems: [(t) => pausedFor(t, 11)],
    lookalikes: [['第 10 个工作日恢复', (t) => pausedFor(t, 10)], ['第 2 个工作日恢复', (t) => pausedFor(t, 2)]],
  },
  {
    rule: 'paused-on-last-day', scope: 'order',
    problems: [(t) => pausedBefore(t, 13 * HOUR_MS), (t) => pausedBefore(t, DAY_MS - 1_000)],
    lookalikes: [['恰好提前 24 小时挂起', (t) => pausedBefore(t, DAY_MS)]],
  },
  {
    rule: 'dispatch-delay', scope: 'order',
    problems: [(t) => dispatchedAfter(t, 26), (t) => dispatchedAfter(t, 40)],
    lookalikes: [['恰好 24 小时派单', (t) => dispatchedAfter(t, 24)]],
  },
  {
    rule: 'urgent-not-contacted', scope: 'order',
    problems: [(t) => calledAfter(t, 26), (t) => calledAfter(t, 30)],
    lookalikes: [['恰好 24 小时联系', (t) => calledAfter(t, 24)], ['两小时内联系', (t) => calledAfter(t, 2)]],
  },
  {
    rule: 'satisfaction-flipped', scope: 'order',
    problems: [(t) => markedTwice(t, 1, 5), (t) => markedTwice(t, 2, 4)],
    lookalikes: [
      ['其间到现场重新办理', (t) => markedTwice(t, 1, 5, true)],
      ['第二次只是基本满意', (t) => markedTwice(t, 2, 3)],
      ['先满意后不满意', (t) => markedTwice(t, 5, 1)],
    ],
  },
  {
    rule: 'clue-words', scope: 'order', wish: { category: 'complaint' },
    problems: [hints],
    lookalikes: [
      ['没有廉政线索用语', proper],
      ['咨询里提到', (t) => { t.life.category = 'consult'; hints(t); }],
    ],
  },
]; // prettier-ignore

/** One teller for each row; a new row goes to the end. */
export const ORDER_TALES: readonly Storyteller[] = TALES.map(tellerOf);
