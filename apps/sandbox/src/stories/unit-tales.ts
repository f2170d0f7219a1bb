import { HOUR_MS } from '@tianyan/kernel';
import type { County, Unit } from '../world/county.js';
import { atTime, dayText, type DayNumber } from '../world/work-time.js';
import type { OrderLife } from './order-life.js';
import { otherUnit } from './ordinary-order.js';
import { mattersInTurn } from './repeated-complaint.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import type { RuleId, Story, StoryContext, Storyteller } from './story.js';

/** Seven orders of one unit in one week: what is seen of each, in turn. */
interface UnitTale {
  rule: RuleId;
  problem: readonly Glimpse[];
  lookalike: readonly [why: string, glimpses: readonly Glimpse[]];
}
/** The mark at the call-back; that the unit sent it back, rightly or wrongly; or that its completion was rejected once. */
type Glimpse = number | 'returned' | 'refused' | 'rejected' | 'kept';

const TALES: readonly UnitTale[] = [
  { rule: 'unit-always-perfect', problem: [5, 5, 5, 5, 5, 5, 5], lookalike: ['有一件只是满意', [5, 5, 5, 4, 5, 5, 5]] },
  {
    rule: 'unit-dissatisfied-share',
    problem: [1, 5, 2, 4, 1, 3, 5],
    lookalike: ['七件里两件不满意，不到三成', [1, 5, 4, 4, 2, 3, 5]],
  },
  {
    rule: 'unit-return-share',
    problem: ['returned', 'kept', 'returned', 'returned', 'kept', 'returned', 'kept'],
    lookalike: ['七件退回三件', ['returned', 'kept', 'kept', 'returned', 'kept', 'returned', 'kept']],
  },
  {
    rule: 'unit-wrong-return-share',
    problem: ['refused', 'kept', 'refused', 'returned', 'kept', 'refused', 'kept'],
    lookalike: ['退回的四件里驳回两件，恰好一半', ['refused', 'kept', 'returned', 'refused', 'kept', 'returned', 'kept']],
  },
  {
    rule: 'unit-rework-share',
    problem: ['rejected', 'kept', 'rejected', 'kept', 'kept', 'rejected', 'kept'],
    lookalike: ['七件重办两件，不到三成', ['rejected', 'kept', 'kept', 'kept', 'rejected', 'kept', 'kept']],
  },
  {
    rule: 'unit-wrong-dispatch-share',
    problem: ['returned', 'returned', 'kept', 'returned', 'kept', 'returned', 'kept'],
    lookalike: [
      '七件退回四件，一件退回被驳、仍由它办理',
      ['returned', 'refused', 'kept', 'returned', 'kept', 'returned', 'kept'],
    ],
  },
];

/** So many units for each row, in turn by the day; two stories that share one say the same of it. */
const UNITS_EACH = 2;

/** Units that no matter falls to: in their weeks there is little but what a story puts there. */
function quietUnits(county: County): Unit[] {
  const asked = new Set(county.unitsOfMatter.flat());
  return county.units.filter((unit) => unit.townshipCode === null && !asked.has(unit));
}

function orderOf(ctx: StoryContext, unit: Unit, glimpse: Glimpse, matter: number, callsDay: DayNumber): OrderLife {
  const { life, script } = beginOrder(ctx, { matter });
  dispatchAndSign(script, unit);
  if (glimpse === 'returned') {
    const other = otherUnit(ctx.dice, ctx.county, life.matter, life.village, [unit]);
    script.work(10, 60).step('returned', unit);
    script.work(5, 40).step('reassigned', other, { role: 'lead' });
    script.work(5, 40).step('signed', other, { role: 'lead' });
    contact(script, other);
    closeHonestly(script, other, null);
    return life;
  }
  if (glimpse === 'refused') script.work(10, 60).step('returned', unit).work(10, 60).step('return-refused', unit);
  contact(script, unit);
  if (glimpse === 'rejected') script.work(20, 90).apply(unit, true, null, null).work(10, 60).step('completion-rejected', unit);
  closeHonestly(script, unit, null);
  if (typeof glimpse === 'number')
    script
      .to(Math.max(script.atMs + HOUR_MS, atTime(callsDay, ctx.dice.int(9, 18), ctx.dice.int(0, 59))))
      .callBack(null, true, glimpse);
  return life;
}

function told({ rule, problem, lookalike }: UnitTale, place: number): Storyteller {
  const tell = (ctx: StoryContext, glimpses: readonly Glimpse[], kind: number, why: string | null): Story => {
    const weekday = (ctx.day + 3) % 7;
    const unit = quietUnits(ctx.county)[(weekday % UNITS_EACH) * 2 * TALES.length + 2 * place + kind];
    if (!unit) return { orders: [], problems: [], lookalikes: [] };
    const monday = ctx.day - weekday + 7;
    // Planned days ahead, when nobody knows yet which villages will have paid for something: of what no village pays for. Each of another
    // matter: a unit with dozens of orders in a month would soon say the same of three.
    const matters = mattersInTurn(ctx.dice, glimpses.length);
    const orders = glimpses.map((glimpse, i) =>
      orderOf({ ...ctx, day: monday + (i % 2) }, unit, glimpse, matters[i] ?? 0, monday + 3),
    );
    const scope = () => `${unit.id}|${dayText(monday)}`;
    return { orders, problems: [], lookalikes: why === null ? [] : [{ rule, scope, why }] };
  };
  return {
    rule,
    problem: (ctx) => tell(ctx, problem, 0, null),
    lookalike: (ctx) => tell(ctx, lookalike[1], 1, lookalike[0]),
  };
}

/** What only a unit's week shows is read from all its orders afterwards (`UnitSigns`). A new row goes to the end. */
export const UNIT_TALES: readonly Storyteller[] = TALES.map(told);
