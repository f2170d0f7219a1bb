import { expect, test } from '@jest/globals';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { CalendarDays } from './calendar-days.js';
import { leaf, type Expr } from './expr.js';
import { filter, some } from './operators/lists.js';
import { above } from './operators/statistics.js';
import { both, either, less, same } from './operators/tests.js';
import { InexactError, number } from './operators/values.js';
import { Runner } from './run.js';

const calendar = CalendarDays.of(new WorkingCalendar(builtInHolidays()));

function run<T>(expr: Expr<T>): T {
  const runner = new Runner();
  return runner.run(runner.share(expr))({ calendar, nowMs: 0, scope: null });
}

test('what is not exact here is not answered: SQL is asked', () => {
  expect(() => run(above(number(1), number(2 ** 52), number(300)))).toThrow(InexactError);
  expect(run(above(number(1), number(2 ** 45 + 1), number(150)))).toBe(1.5 * 2 ** 45 + 2);
});

/** A condition that says how often it was asked. */
function counted(value: boolean): { asked: () => number; of: Expr<boolean> } {
  let times = 0;
  const of = leaf('counted', '1', () => {
    times++;
    return value;
  });
  return { asked: () => times, of };
}

const truth = (value: boolean): Expr<boolean> => leaf(`truth ${value}`, '1', () => value);

test.each([
  ['both', both, false],
  ['either', either, true],
] as const)('%s: the second is not asked for where the first decides', (_name, operator, decides) => {
  const second = counted(!decides);
  expect(run(operator(truth(decides), second.of))).toBe(decides);
  expect(second.asked()).toBe(0);
  expect(run(operator(truth(!decides), second.of))).toBe(!decides);
  expect(second.asked()).toBe(1);
});

test('a list within a list is gone through for those alone that the first condition leaves', () => {
  const numbers = leaf('numbers', '[]', () => [1, 2, 3, 4, 5]);
  let looked = 0;
  const inner = leaf('inner', '[]', () => {
    looked++;
    return [1, 2, 3];
  });
  // The inner list depends on nothing outside; what is made of it and the outer element is asked anew for each.
  const kept = filter([numbers], (outer) => {
    const isSmall = less(
      outer,
      leaf('limit', '3', () => 3),
    );
    return both(
      isSmall,
      some([inner], (one) => same(one, outer)),
    );
  });
  expect(run(kept)).toEqual([1, 2]);
  expect(looked).toBe(1);
});
