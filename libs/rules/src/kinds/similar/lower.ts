import { step, type Expr } from '../../expression/expr.js';
import {
  concat,
  distinctCount,
  filter,
  isSome,
  largest,
  map,
  noNumbers,
  numberAt,
  places,
  smallest,
} from '../../expression/operators/lists.js';
import { concatRows, firstOfEach, part, partsOf, row, sortedRows, type Row } from '../../expression/operators/rows.js';
import { carriedForward } from '../../expression/operators/running.js';
import { atLeast, both, less, more, not, same } from '../../expression/operators/tests.js';
import {
  alikeRows,
  charactersOf,
  nthOfEqual,
  numbered,
  pairsOfCharacters,
  plainTexts,
} from '../../expression/operators/texts.js';
import { choose, isMissing, minus, number } from '../../expression/operators/values.js';
import { NEVER_MS } from '../../compile/calendar.js';
import type { Lowered, RuleContext } from '../../compile/rule-context.js';
import type { Similar } from './schema.js';

type Named = <T>(name: string, of: Expr<T>) => Expr<T>;

/**
 * See `similarSchema` for the meaning. What is alike is kept as rows, sorted by the later text, and everything after goes through the rows
 * once: no text looks another one up.
 */
export function lowerSimilar(similar: Similar, rule: RuleContext): Lowered {
  const named: Named = (name, of) => step(rule.named(name), of);
  const alike = named('alike', sortedRows(alikeTexts(similar, rule, named)));
  const once = named('alikeOnce', firstOfEach(alike, 2));
  const last = minus(rule.amount(similar.atLeast), number(1));
  const reached = named(
    'reached',
    partsOf(
      filter<readonly [Row, number]>([once, nthOfEqual(partsOf(once, 1))], (_row, nth) => same(nth, last)),
      1,
    ),
  );
  const proof = named('repeats', rowsOfReached(alike, reached, named));
  const [later, earlier] = [partsOf(proof, 1), partsOf(proof, 3)];
  const role = rule.role(similar.of);
  const at = (place: Expr<number>) => numberAt(rule.all.at, place);
  return {
    hit: isSome(reached),
    occurredAt: at(smallest(reached)),
    deadlines: noNumbers(),
    needs: [[rule.maker(similar.of)]],
    evidence: [
      { places: later, role },
      { places: earlier, role },
    ],
    figures: {
      count: distinctCount(concat([later, earlier])),
      firstAtMs: at(smallest(earlier)),
      lastAtMs: at(largest(later)),
      distinct: distinctCount(concat([partsOf(proof, 2), partsOf(proof, 4)])),
    },
  };
}

function alikeTexts({ of, field, different, ...rule_ }: Similar, rule: RuleContext, named: Named): Expr<readonly Row[]> {
  const records = rule.maker(of);
  const plain = named('plainTexts', plainTexts(rule.values(records, of, field)));
  const isLong = (text: Expr<string>) => atLeast(charactersOf(text), rule.amount(rule_.minLength));
  const owners = different === undefined ? null : rule.values(records, of, different);
  const isText = named(
    'isText',
    owners
      ? map([plain, owners], (text, owner) => both(isLong(text), not(isMissing(owner))))
      : map([plain], (text) => isLong(text)),
  );
  const compared = <T>(list: Expr<readonly T[]>) => filter<readonly [T, boolean]>([list, isText], (_element, is) => is);
  const textPlaces = named('textPlaces', compared(rule.places(records)));
  return alikeRows(
    named('textPairs', pairsOfCharacters(compared(plain))),
    textPlaces,
    named('textOwners', owners ? numbered(compared(owners)) : places(textPlaces)),
    named('textAt', compared(rule.instants(records))),
    rule.amount(rule_.percent),
    rule_.within ? rule.spanMs(rule_.within) : number(NEVER_MS),
  );
}

/** The rows whose first number is among those given: a mark before them says so, and holds up to the next text. */
function rowsOfReached(rows: Expr<readonly Row[]>, reached: Expr<readonly number[]>, named: Named): Expr<readonly Row[]> {
  const marks = map([reached], (place) => row(place, number(-1), number(-1), number(-1)));
  const marked = named('marked', sortedRows(concatRows([rows, marks])));
  const isMark = (one: Expr<Row>) => less(part(one, 2), number(0));
  const lastMark = carriedForward(map([marked], (one) => choose(isMark(one), part(one, 1), number(0))));
  return filter<readonly [Row, number]>([marked, lastMark], (one, mark) =>
    both(more(part(one, 2), number(0)), same(part(one, 1), mark)),
  );
}
