import { step, type Expr } from '../../expression/expr.js';
import { filter, map, numberAt } from '../../expression/operators/lists.js';
import {
  firstOfEach,
  flatRows,
  negated,
  part,
  partOfRow,
  partsOf,
  row,
  sortedRows,
  type Row,
} from '../../expression/operators/rows.js';
import { latestBefore } from '../../expression/operators/running.js';
import { atMost, both, less, more } from '../../expression/operators/tests.js';
import { choose, minus, number } from '../../expression/operators/values.js';
import { comparedRecords } from '../../compile/compared.js';
import type { Members, RuleContext } from '../../compile/rule-context.js';
import type { Sequence, SequenceStep } from './schema.js';

/**
 * A beginning of a match as a row: one number for each of its steps. First come, as they are, the places that later steps look at
 * (the last one, and those that are compared with); then the others, negated, the latest first. So of all rows that are the same to
 * what follows, the first in order is the one whose records come latest, and the others need not be kept.
 */
interface Layout {
  kept: readonly number[];
  others: readonly number[];
}

/** The last of the steps so far, with the rows of all beginnings up to it. */
interface Beginnings {
  layout: Layout;
  rows: Expr<readonly Row[]>;
}

/** What {@link lowerChains} finds: the places of the chosen match, step by step (0: there is none), and where matches end. */
export interface Chains {
  chosen: readonly Expr<number>[];
  /** Places of the records that can be the last. */
  ends: Expr<readonly number[]>;
}

/**
 * Matches whose steps look at fields of earlier steps. The way of `lowerSequence`, on which a record alone knows whether it can be a
 * step, does not reach here: whether it can depends on which records came before. So beginnings of matches are kept, as few as suffice:
 * one for each combination of the records that later steps look at. Comparing with the step before alone keeps one a record.
 */
export function lowerChains({ steps }: Sequence, rule: RuleContext): Chains {
  const named = <T>(name: string, of: Expr<T>) => step(rule.named(name), of);
  let begun: Beginnings | null = null;
  for (const [k, one] of steps.entries()) {
    const layout = layoutOf(steps, k);
    const rows: Expr<readonly Row[]> =
      begun === null
        ? map([rule.places(rule.maker(one.of))], (place) => row(place))
        : extended(begun, { steps, k, layout }, rule);
    const sorted = named(`sorted${k}`, sortedRows(rows));
    begun = { layout, rows: named(`begun${k}`, firstOfEach(sorted, layout.kept.length)) };
  }
  const last = begun ?? raise();
  const chosen = steps.map((_one, k) =>
    named(
      `chosen${k}`,
      placeOf(last.layout, k, (at) => partOfRow(last.rows, number(1), at)),
    ),
  );
  return { chosen, ends: partsOf(last.rows, 1) };
}

/** After the last step only that one is looked at: its rows are sorted by the end of the match. */
function layoutOf(steps: readonly SequenceStep[], k: number): Layout {
  const later = new Set(steps.slice(k + 1).flatMap(({ compare = [] }) => compare.map((one) => one.step - 1)));
  const before = Array.from({ length: k }, (_unused, i) => k - 1 - i);
  return { kept: [k, ...before.filter((i) => later.has(i))], others: before.filter((i) => !later.has(i)) };
}

/** The place of a step's record in a row. */
function placeOf({ kept, others }: Layout, k: number, number_: (at: number) => Expr<number>): Expr<number> {
  const at = kept.indexOf(k);
  return at >= 0 ? number_(at + 1) : negated(number_(kept.length + others.indexOf(k) + 1));
}

function extended(
  begun: Beginnings,
  { steps, k, layout }: { steps: readonly SequenceStep[]; k: number; layout: Layout },
  rule: RuleContext,
): Expr<readonly Row[]> {
  const { of, notBetween, within, compare = [] } = steps[k] ?? raise();
  const candidates = rule.places(rule.maker(of));
  const barrier = notBetween && step(rule.named(`between${k}`), barrierBefore(notBetween, rule));
  const spanMs = within && rule.spanMs(within);
  const grown = map([begun.rows], (beginning) => {
    const before = (at: number) => placeOf(begun.layout, at, (place) => part(beginning, place));
    const previous = before(k - 1);
    const follows = (place: Expr<number>) => {
      const tests = [more(place, previous)];
      if (barrier) tests.push(atMost(numberAt(barrier, place), previous));
      if (spanMs) tests.push(less(minus(numberAt(rule.all.at, place), numberAt(rule.all.at, previous)), spanMs));
      for (const { field, step: n, to = field, ...how } of compare) {
        const { of: earlier } = steps[n - 1] ?? raise();
        const against = { input: earlier, field: to, place: before(n - 1) };
        tests.push(comparedRecords(rule, { input: of, field, place }, how, against));
      }
      return tests.reduce((a, b) => both(a, b));
    };
    return map([filter([candidates], follows)], (place) => {
      const ofStep = (at: number) => (at === k ? place : before(at));
      return row(...layout.kept.map(ofStep), ...layout.others.map((at) => negated(ofStep(at))));
    });
  });
  return flatRows(grown);
}

/** Where each record of the inputs stands, else 0; aligned with all records. */
export function placesOf(inputs: readonly Members[], rule: RuleContext): Expr<readonly number[]> {
  return map([rule.all.places, rule.all.are(inputs)], (place, is) => choose(is, place, number(0)));
}

/** Of each record the place of the last one before it that may not stand between two steps; 0 if there is none. */
export function barrierBefore(notBetween: readonly string[], rule: RuleContext): Expr<readonly number[]> {
  return latestBefore(
    placesOf(
      notBetween.map((name) => rule.plain(name)),
      rule,
    ),
  );
}

function raise(): never {
  throw new TypeError('a sequence has steps');
}
