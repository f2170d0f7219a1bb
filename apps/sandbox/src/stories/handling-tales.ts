import { HOUR_MS } from '@tianyan/kernel';
import { matterOf, SEEN_ON_THE_SPOT } from '../world/matters.js';
import { atTime, dayNumberOf, officeDeadlineMs } from '../world/work-time.js';
import { dispatchTime } from './ordinary-order.js';
import { backWithTheFirst, helpersOnly, movedOn, pingPongAt, returnedOften, round, thereAndBack } from './order-tales.js';
import { passedBackAt } from './passed-back.js';
import type { Storyteller } from './story.js';
import { another, contacted, ended, handOn, returned, takenUp, tellerOf, type Tale, type Telling } from './tale.js';

/** Closed by a unit that ticked in the form whether it had been there; null: the box was left empty. */
function closedSaying(t: Telling, wasThere: boolean | null, unit = t.unit): void {
  t.script.work(30, 150).apply(unit, true, wasThere, null);
  t.script.work(5, 60).step('completed', unit);
}

/** The first unit went there and sent the order back; the second closes it at its desk. */
function seenByTheFirst(t: Telling): void {
  contacted(t).work(20, 90).step('visited', t.unit);
  returned(t);
  const other = another(t, t.unit);
  handOn(t, other);
  t.script.work(10, 60).step('contacted', other);
  closedSaying(t, false, other);
}

/** The first unit says that nobody went and is turned down; the second, which has it then, closes it and has said nothing. */
function deskworkOfTheFirst(t: Telling): void {
  contacted(t).work(30, 150).apply(t.unit, true, false, null);
  t.script.work(10, 60).step('completion-rejected', t.unit);
  const other = another(t, t.unit);
  handOn(t, other);
  t.script.work(10, 60).step('contacted', other);
  t.script.work(5, 60).step('completed', other);
}

/** One returns it, the other returns it, and the first returns it again. */
function toAndFro(t: Telling): void {
  const { other } = backWithTheFirst(t);
  returned(t);
  pingPongAt(t, 'returned');
  handOn(t, other);
  ended(t, other);
}

/** Three units return it, each once; the last has it again and does it. */
function threeReturnIt(t: Telling): void {
  const second = another(t, t.unit);
  const third = another(t, t.unit, second);
  takenUp(t);
  returned(t);
  handOn(t, second);
  returned(t, second);
  t.script.work(5, 40).step('reassigned', third, { role: 'lead' });
  pingPongAt(t, 'unit');
  t.script.work(5, 40).step('signed', third, { role: 'lead' });
  returned(t, third);
  handOn(t, third);
  ended(t, third);
}

/** Office hours that a unit has for signing an urgent order. */
const URGENT_HOURS = 2;
/** Signed so long after the last instant that is in time. */
function signedAfterDue(t: Telling, afterMs: number, urgent = true): void {
  t.life.urgent = urgent;
  dispatchTime(t.script).step('dispatched', t.unit, { role: 'lead' });
  t.script.to(officeDeadlineMs(t.script.lastMs(), URGENT_HOURS) + afterMs).step('signed', t.unit, { role: 'lead' });
  ended(t);
}

/** Dispatched when everybody has gone home, and signed within the two hours of the next session. */
function signedInTheMorning(t: Telling): void {
  t.life.urgent = true;
  t.script.to(atTime(dayNumberOf(t.script.atMs), 19, 40)).step('dispatched', t.unit, { role: 'lead' });
  t.script.to(officeDeadlineMs(t.script.lastMs(), 1)).step('signed', t.unit, { role: 'lead' });
  ended(t);
}

/** Moved on within the two hours, and back on another day; signed at once then. */
function movedThereAndBack(t: Telling): void {
  t.life.urgent = true;
  dispatchTime(t.script).step('dispatched', t.unit, { role: 'lead' });
  const sentAtMs = t.script.lastMs();
  t.script.to(officeDeadlineMs(sentAtMs, 1)).step('reassigned', another(t, t.unit), { role: 'lead' });
  t.script.to(officeDeadlineMs(sentAtMs, 8)).step('reassigned', t.unit, { role: 'lead' });
  t.also.push(passedBackAt(t.script.lastMs()));
  t.script.work(5, 40).step('signed', t.unit, { role: 'lead' });
  ended(t);
}

const TALES: readonly Tale[] = [
  {
    rule: 'closed-without-visit', scope: 'order', wish: { matters: SEEN_ON_THE_SPOT },
    problems: [(t) => { contacted(t); closedSaying(t, false); }],
    lookalikes: [
      ['“到现场”一栏空着：没有记录不等于没有去', (t) => { contacted(t); closedSaying(t, null); }],
      ['到过现场', (t) => { contacted(t).work(20, 90).step('visited', t.unit); closedSaying(t, true); }],
      ['前一个单位到过现场', seenByTheFirst],
      ['注明没有去的是前一个单位，不是办结的单位', deskworkOfTheFirst],
      ['不用到现场的事项', (t) => { t.life.matter = matterOf('pension'); contacted(t); closedSaying(t, false); }],
    ],
  },
  {
    rule: 'passed-back-unit', scope: 'unit',
    problems: [thereAndBack, (t) => round(t, 'first')],
    lookalikes: [['转出又转回的那个单位，不在中间', thereAndBack], ['转走了，没有转回', movedOn]],
  },
  {
    rule: 'no-lead-unit', scope: 'unit',
    problems: [(t) => helpersOnly(t, 2, null), (t) => helpersOnly(t, 3, null)],
    lookalikes: [['恰好 4 小时明确了主办', (t) => helpersOnly(t, 2, 240)], ['只派给一个协办单位', (t) => helpersOnly(t, 1, null)]],
  },
  {
    rule: 'returned-between-two', scope: 'order',
    problems: [toAndFro],
    lookalikes: [
      ['3 次都是同一个单位退回', (t) => returnedOften(t, 3)],
      ['3 个单位各退回 1 次', threeReturnIt],
      ['转出又转回，只退回 2 次', thereAndBack],
    ],
  },
  {
    rule: 'urgent-sign-delay', scope: 'unit',
    problems: [(t) => signedAfterDue(t, 1_000), (t) => signedAfterDue(t, 3 * HOUR_MS)],
    lookalikes: [
      ['恰好 2 个办公小时签收', (t) => signedAfterDue(t, 0)],
      ['下班后派单，次日上班 1 小时签收', signedInTheMorning],
      ['2 个办公小时内改派走，改派回来后及时签收', movedThereAndBack],
      ['没有标明紧急', (t) => signedAfterDue(t, 2 * HOUR_MS, false)],
    ],
  },
]; // prettier-ignore

/** One teller for each row; a new row goes to the end. */
export const HANDLING_TALES: readonly Storyteller[] = TALES.map(tellerOf);
