import { describe, expect, test } from '@jest/globals';
import { LIVE_STARTS } from '../options.js';
import { CallerSigns } from '../truth/caller-signs.js';
import { orderSigns } from '../truth/order-signs.js';
import { loadCounty } from '../world/county.js';
import { Dice } from '../world/dice.js';
import { CALLER_TALES } from './caller-tales.js';
import { HANDLING_TALES } from './handling-tales.js';
import { ORDER_TALES } from './order-tales.js';
import type { Story, StoryContext } from './story.js';

const county = loadCounty();
const TELLINGS = 60;

function contextOf(i: number): StoryContext {
  return { seed: 7, county, blocked: () => false, day: LIVE_STARTS - i, dice: new Dice(7, i) };
}

/** Every rule that the orders show, with its scope. */
function shown({ orders }: Story): string[] {
  const callers = new CallerSigns(county);
  orders.forEach((order, i) => (order.orderId = `A${i}`));
  return orders.flatMap((order) =>
    [...orderSigns(order), ...callers.signsWith(order, 0)].map((sign) => `${sign.rule} ${sign.scope}`),
  );
}

describe.each([...ORDER_TALES, ...CALLER_TALES, ...HANDLING_TALES])('a tale of $rule', (teller) => {
  test('shows its problem, however it is told', () => {
    for (let i = 0; i < TELLINGS; i++)
      expect(shown(teller.problem(contextOf(i))).filter((text) => text.startsWith(`${teller.rule} `))).not.toEqual([]);
  });

  test('has look-alikes that do not', () => {
    for (let i = 0; i < TELLINGS; i++) {
      const story = teller.lookalike(contextOf(i));
      const texts = shown(story);
      const ids = story.orders.map((order) => order.orderId);
      expect(story.lookalikes.filter((look) => texts.includes(`${look.rule} ${look.scope(ids)}`))).toEqual([]);
      expect(story.lookalikes).toHaveLength(1);
    }
  });
});
