import { Dice, STREAM } from '../world/dice.js';
import { dayNumberOf, type DayNumber } from '../world/work-time.js';
import type { County } from '../world/county.js';
import type { OrderLife } from './order-life.js';
import type { Blocked } from './ordinary-order.js';
import { STORYTELLERS } from './storytellers.js';
import { countOn, type StoryPlan } from './story-plan.js';
import type { Story, Storyteller } from './story.js';

/** An order of a story, waiting for its number. */
export interface StoryOrder {
  life: OrderLife;
  story: Story;
  /** Its place among the story's orders. */
  index: number;
}

/** Plans stories day by day. Orders of one story may be accepted on later days than the story's own. */
export class StoryBook {
  private readonly waiting = new Map<DayNumber, StoryOrder[]>();
  private plannedThrough: DayNumber;

  constructor(
    private readonly seed: number,
    private readonly county: County,
    private readonly blocked: Blocked,
    private readonly plan: StoryPlan,
  ) {
    this.plannedThrough = plan.startDay - 1;
  }

  /** The story orders accepted on the day, by time; all stories up to that day are planned first. */
  ordersOf(day: DayNumber): StoryOrder[] {
    while (this.plannedThrough < day) this.planDay(++this.plannedThrough);
    const orders = this.waiting.get(day) ?? [];
    this.waiting.delete(day);
    return orders.sort((a, b) => a.life.acceptedAtMs - b.life.acceptedAtMs);
  }

  /** Takes up orders that another part of the world planned, e.g. complaints about a paid project. */
  add(story: Story): void {
    story.orders.forEach((life, index) => {
      const day = dayNumberOf(life.acceptedAtMs);
      const list = this.waiting.get(day);
      if (list) list.push({ life, story, index });
      else this.waiting.set(day, [{ life, story, index }]);
    });
  }

  private planDay(day: DayNumber): void {
    STORYTELLERS.forEach((teller, t) => {
      for (let i = 0; i < countOn(this.plan, day, t); i++) this.tell(teller, day, t, i, true);
      for (let i = 0; i < countOn(this.plan, day, t + 0.5); i++) this.tell(teller, day, t, i, false);
    });
  }

  private tell(teller: Storyteller, day: DayNumber, t: number, i: number, isProblem: boolean): void {
    const dice = new Dice(this.seed, STREAM.story, day, t, i, isProblem ? 1 : 0);
    const ctx = { seed: this.seed, county: this.county, blocked: this.blocked, day, dice };
    this.add(isProblem ? teller.problem(ctx) : teller.lookalike(ctx));
  }
}
