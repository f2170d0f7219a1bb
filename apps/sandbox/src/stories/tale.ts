import type { OrderLife, OrderScript } from './order-life.js';
import type { Unit } from '../world/county.js';
import { workdaysAllowed, type Category } from '../world/matters.js';
import { deadlineMs } from '../world/work-time.js';
import { otherUnit } from './ordinary-order.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { scopeOrder, scopeOrderUnit, storyOf, type ProblemDraft, type RuleId, type Story, type StoryContext, type Storyteller } from './story.js'; // prettier-ignore

/** An order of a tale while it is written, and what else is known to be wrong with it. */
export interface Telling {
  ctx: StoryContext;
  life: OrderLife;
  script: OrderScript;
  unit: Unit;
  /** Problems of rules whose truth is told by the stories alone; what an order shows by itself is read from it (`orderSigns`). */
  also: ProblemDraft[];
}

/** Writes the rest of an order that was only accepted yet. */
export type Plot = (telling: Telling) => void;

/** One row: what makes the rule hold, what only looks like it, and what the order is to be like. */
export interface Tale {
  rule: RuleId;
  /** Whose scope the rule has: the order's, or that of the order at the unit that has it first. */
  scope: 'order' | 'unit';
  wish?: { category?: Category; matters?: ReadonlySet<number> };
  problems: readonly Plot[];
  lookalikes: readonly (readonly [why: string, plot: Plot])[];
}

/** What a tale tells is read from the order afterwards, so that a row says only what happens; see the test of the truth list. */
export function tellerOf({ rule, scope, wish, problems, lookalikes }: Tale): Storyteller {
  const begin = (ctx: StoryContext): Telling => {
    const { matters, ...others } = wish ?? {};
    return { ctx, ...beginOrder(ctx, { ...others, ...(matters && { matter: ctx.dice.pick([...matters]) }) }), also: [] };
  };
  const at = ({ unit }: Telling) => (scope === 'order' ? scopeOrder : scopeOrderUnit(unit.id));
  return {
    rule,
    problem(ctx): Story {
      const telling = begin(ctx);
      ctx.dice.pick(problems)(telling);
      return storyOf(telling.life, telling.also);
    },
    lookalike(ctx): Story {
      const telling = begin(ctx);
      const [why, plot] = ctx.dice.pick(lookalikes);
      plot(telling);
      return storyOf(telling.life, telling.also, [{ rule, scope: at(telling), why }]);
    },
  };
}

/** Another unit that could be asked, none of those given. */
export const another = ({ ctx, life }: Telling, ...not: readonly Unit[]): Unit =>
  otherUnit(ctx.dice, ctx.county, life.matter, life.village, not);

export const takenUp = (t: Telling): OrderScript => dispatchAndSign(t.script, t.unit);

/** Dispatched, signed, and the citizen called. */
export const contacted = (t: Telling): OrderScript => contact(takenUp(t), t.unit);

/** Called and closed by the unit, so that nothing more is wrong with it. */
export function ended(t: Telling, unit: Unit = t.unit): void {
  contact(t.script, unit);
  closeHonestly(t.script, unit);
}

/** Given to another unit as the lead, which signs. */
export function handOn(t: Telling, to: Unit): void {
  t.script.work(5, 40).step('reassigned', to, { role: 'lead' });
  t.script.work(5, 40).step('signed', to, { role: 'lead' });
}

export const returned = (t: Telling, unit: Unit = t.unit): OrderScript => t.script.work(10, 60).step('returned', unit);

/** The last second of what is promised for an order dispatched at its first dispatch. */
export function promisedMs({ life, script }: Telling): number {
  const dispatched = script.events.find((e) => e.action === 'dispatched');
  return deadlineMs(dispatched?.atMs ?? script.atMs, workdaysAllowed(life.category)) - 1_000;
}
