import { DAY_MS, type EpochMs } from '@tianyan/kernel';
import { dayNumberOf } from '../world/work-time.js';
import { MATTERS, type Category } from '../world/matters.js';
import type { OrderLife } from './order-life.js';
import { MATTERS_WITHOUT_PROJECTS, moveTo } from './repeated-complaint.js';
import { beginOrder, closeHonestly, contact, dispatchAndSign } from './story-order.js';
import { scopeOrder, type RuleId, type Story, type StoryContext, type Storyteller } from './story.js';

/** One more call about the same thing: when it comes, seen from the order before, and how it went. */
interface Call {
  atMs: (before: OrderLife) => EpochMs;
  category?: Category;
  /** What the reply claims, and the mark at the call-back if there was one. */
  solved: boolean | null;
  mark?: number;
  /** Another caller's, of the same place. */
  otherCaller?: boolean;
}
type Row = readonly Call[];

const daysLater = (days: number) => (before: OrderLife) => before.acceptedAtMs + days * DAY_MS;
const firstClaimMs = ({ events, acceptedAtMs }: OrderLife) => events.find((e) => e.claims)?.atMs ?? acceptedAtMs;
const afterClaim = (afterMs: number) => (before: OrderLife) => firstClaimMs(before) + afterMs;
const FIRST: Call = { atMs: (before) => before.acceptedAtMs, solved: null };

/** Problems happen in every other village and look-alikes in the rest: calls of both about one place would add up. */
function callsOf(ctx: StoryContext, row: Row, kind: 'problem' | 'lookalike'): OrderLife[] {
  const pairs = Math.floor(ctx.county.villages.length / 2);
  const village = 2 * ctx.dice.int(0, pairs - 1) + (kind === 'problem' ? 0 : 1);
  const matter = ctx.dice.pick(MATTERS_WITHOUT_PROJECTS);
  const orders: OrderLife[] = [];
  for (const call of row) {
    const before = orders.at(-1);
    const atMs = before && call.atMs(before);
    const day = atMs === undefined ? ctx.day : dayNumberOf(atMs);
    const wish = { matter, village, category: call.category ?? 'complaint' } as const;
    const begun = beginOrder({ ...ctx, day }, wish);
    if (before && atMs !== undefined) moveTo(begun, atMs, call.otherCaller ? begun.life.matterKey : before.matterKey);
    contact(dispatchAndSign(begun.script, begun.unit), begun.unit);
    closeHonestly(begun.script, begun.unit, call.solved);
    if (call.mark !== undefined) begun.script.work(540, 900).callBack(null, true, call.mark);
    orders.push(begun.life);
  }
  return orders;
}

interface CallerTale {
  rule: RuleId;
  problem: (ctx: StoryContext) => Row;
  lookalikes: readonly (readonly [why: string, row: (ctx: StoryContext) => Row])[];
  scope: (orders: readonly OrderLife[], ctx: StoryContext) => (ids: readonly string[]) => string;
}

/** Neighbours who call about one thing, so many days apart. */
const neighbours = (count: number, days: number, category?: Category): Row =>
  Array.from({ length: count }, (_, i) =>
    i === 0 ? { ...FIRST, ...(category && { category }) } : { atMs: daysLater(days), solved: null, otherCaller: true, ...(category && { category }) },
  ); // prettier-ignore

const keyOf: CallerTale['scope'] = (orders) => () => orders[0]?.matterKey ?? '';
const TALES: readonly CallerTale[] = [
  {
    rule: 'repeated-and-dissatisfied', scope: keyOf,
    problem: ({ dice }) => [FIRST, { atMs: daysLater(dice.int(3, 60)), solved: null, mark: dice.int(1, 2) }],
    lookalikes: [
      ['恰好相隔 90 天', () => [FIRST, { atMs: daysLater(90), solved: null, mark: 1 }]],
      ['再次反映的已满意', ({ dice }) => [FIRST, { atMs: daysLater(dice.int(3, 20)), solved: null, mark: 4 }]],
      ['不满意的是第一次', ({ dice }) => [{ ...FIRST, mark: 1 }, { atMs: daysLater(dice.int(3, 20)), solved: null }]],
    ],
  },
  {
    rule: 'complained-again-after-close', scope: () => scopeOrder,
    problem: ({ dice }) => [{ ...FIRST, solved: true }, { atMs: afterClaim(dice.chance(0.3) ? 15 * DAY_MS - 1_000 : dice.int(1, 14) * DAY_MS), solved: null }],
    lookalikes: [
      ['恰好 15 天以后', () => [{ ...FIRST, solved: true }, { atMs: afterClaim(15 * DAY_MS), solved: null }]],
      ['答复没有称已解决', ({ dice }) => [FIRST, { atMs: afterClaim(dice.int(1, 14) * DAY_MS), solved: null }]],
      ['再来是咨询', ({ dice }) => [{ ...FIRST, solved: true }, { atMs: afterClaim(dice.int(1, 14) * DAY_MS), solved: null, category: 'consult' }]],
    ],
  },
  {
    rule: 'group-complaint',
    scope: ([first], { county }) => () => `${county.villages[first?.village ?? 0]?.code ?? ''}|${matterCode(first)}`,
    problem: ({ dice }) => neighbours(dice.int(5, 7), 1),
    lookalikes: [['都是求助，没有投诉', () => neighbours(6, 1, 'help')], ['都是咨询', () => neighbours(6, 1, 'consult')]],
  },
]; // prettier-ignore

function matterCode(order: OrderLife | undefined): string {
  return MATTERS[order?.matter ?? 0]?.code ?? '';
}

function told({ rule, scope, problem, lookalikes }: CallerTale): Storyteller {
  return {
    rule,
    problem: (ctx): Story => ({ orders: callsOf(ctx, problem(ctx), 'problem'), problems: [], lookalikes: [] }),
    lookalike(ctx): Story {
      const [why, row] = ctx.dice.pick(lookalikes);
      const orders = callsOf(ctx, row(ctx), 'lookalike');
      return { orders, problems: [], lookalikes: [{ rule, scope: scope(orders, ctx), why }] };
    },
  };
}

/** What only several orders show together is read from them afterwards (`CallerSigns`). A new row goes to the end. */
export const CALLER_TALES: readonly Storyteller[] = TALES.map(told);
