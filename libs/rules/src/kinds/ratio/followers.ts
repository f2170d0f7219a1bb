import { step, type Expr, type Field } from '../../expression/expr.js';
import { allInOrder, changes, cutAt, placesByKey } from '../../expression/operators/groups.js';
import { fieldAt, filter, isIn, map, numberAt, some } from '../../expression/operators/lists.js';
import { both, less } from '../../expression/operators/tests.js';
import { minus } from '../../expression/operators/values.js';
import { comparedValues, fieldsOfShift } from '../../compile/compared.js';
import type { Members, RuleContext } from '../../compile/rule-context.js';
import { inputOf } from '../../compile/timeline.js';
import type { RatioSide } from './schema.js';

interface Side {
  of: string;
  onlyAfter: NonNullable<RatioSide['onlyAfter']>;
}
type Compared = NonNullable<Side['onlyAfter']['compare']>[number];

/** The records of a side, and those of which one has to stand before each. */
interface Followed {
  own: Members;
  before: Members;
}

type Tests = readonly [Expr<boolean>, ...Expr<boolean>[]];
const all = ([first, ...others]: Tests): Expr<boolean> => others.reduce((a, b) => both(a, b), first);

/** A record of either side, with the fields that are compared. */
interface Listed {
  place: Expr<number>;
  at: Expr<number>;
  fields: readonly Expr<Field>[];
}

/**
 * Places of the records that follow one of the other input, within the span, with what is compared.
 * @param name of the side, for the steps
 */
export function followers(name: string, records: Followed, side: Side, rule: RuleContext): Expr<readonly number[]> {
  const { compare = [] } = side.onlyAfter;
  const key = compare.find((one) => isKey(one, side, rule));
  return key === undefined ? amongAll(records, side, rule) : ofSameKey(records, side, { name, key, compare, rule });
}

/** Both records have the same in one field: they can only be looked for among those that have it. */
function isKey({ field, to = field, is, ...shift }: Compared, { of, onlyAfter }: Side, rule: RuleContext): boolean {
  const isMoved = Object.values(shift).some((part) => part !== undefined);
  return is === 'equals' && !isMoved && field === to && inputOf(rule.rule, of).type === inputOf(rule.rule, onlyAfter.of).type;
}

/** When one record follows another, as far as these comparisons and the span say it, and which fields of both that takes. */
function following({ of: earlier, within }: Side['onlyAfter'], compare: readonly Compared[], rule: RuleContext) {
  const spanMs = within && rule.spanMs(within);
  const moving = [...new Set(compare.flatMap((one) => fieldsOfShift(one, rule)))];
  return {
    laterFields: compare.map(({ field }) => field),
    earlierFields: [...compare.map(({ field, to = field }) => to), ...moving],
    tests: (later: Listed, before: Listed): Tests => {
      const record = {
        column: (field: string) => rule.column(earlier, field),
        value: (field: string) => before.fields[compare.length + moving.indexOf(field)] ?? noList(),
      };
      const compared = compare.map(({ field, to = field, ...how }, i) => {
        const other = { value: before.fields[i] ?? noList(), kind: rule.column(earlier, to).kind, record };
        return comparedValues(rule, later.fields[i] ?? noList(), how, other);
      });
      const isNear = spanMs ? [less(minus(later.at, before.at), spanMs)] : [];
      return [less(before.place, later.place), ...isNear, ...compared];
    },
  };
}

/**
 * Each against each: quadratic in the records of a scope. What is compared stands in lists of its own: to look up the place of each pair in the list of all
 * records would hold that list once for every pair, and a few hundred records would be too many for the database.
 */
function amongAll({ own, before }: Followed, { of, onlyAfter }: Side, rule: RuleContext): Expr<readonly number[]> {
  const { of: earlier, compare = [] } = onlyAfter;
  const { laterFields, earlierFields, tests } = following(onlyAfter, compare, rule);
  type Lists = readonly [number, number, ...Field[]];
  const listsOf = (members: Members, input: string, fields: readonly string[]) =>
    [rule.places(members), rule.instants(members), ...fields.map((field) => rule.values(members, input, field))] as const;
  return filter<Lists>(listsOf(own, of, laterFields), (place, at, ...fields) =>
    some<Lists>(listsOf(before, earlier, earlierFields), (otherPlace, otherAt, ...theirs) =>
      all(tests({ place, at, fields }, { place: otherPlace, at: otherAt, fields: theirs })),
    ),
  );
}

/**
 * Each against those of the same key, such as the steps of one order among all that a unit had in a week: a thousand orders are
 * a thousand short lists, and not a million pairs.
 */
function ofSameKey(
  { own, before: preceding }: Followed,
  { of, onlyAfter }: Side,
  { name, key, compare, rule }: { name: string; key: Compared; compare: readonly Compared[]; rule: RuleContext },
): Expr<readonly number[]> {
  const { of: earlier } = onlyAfter;
  const others = compare.filter((one) => one !== key);
  const { laterFields, earlierFields, tests } = following(onlyAfter, others, rule);
  const keys = rule.aligned(of, key.field);
  const order = step(rule.named(`${name}ByKey`), placesByKey(keys));
  const inOrder = <T>(read: (place: Expr<number>) => Expr<T>) => map<readonly [number], T>([order], read);
  const begins = step(rule.named(`${name}Begins`), changes(inOrder((place) => fieldAt(keys, place))));
  const fieldParts = (input: string, field: string) =>
    cutAt(
      inOrder((place) => fieldAt(rule.aligned(input, field), place)),
      begins,
    );
  const memberParts = (members: Members) =>
    cutAt(
      inOrder((place) => isIn(place, rule.places(members))),
      begins,
    );
  type Groups = readonly [readonly number[], readonly number[], readonly boolean[], readonly boolean[], ...(readonly Field[])[]];
  const groups = [
    cutAt(order, begins),
    cutAt(
      inOrder((place) => numberAt(rule.all.at, place)),
      begins,
    ),
    memberParts(own),
    memberParts(preceding),
    ...laterFields.map((field) => fieldParts(of, field)),
    ...earlierFields.map((field) => fieldParts(earlier, field)),
  ] as const;
  const kept = map<Groups, readonly number[]>(groups, (places, at, isOwn, isEarlier, ...compared) => {
    const [values, before] = [compared.slice(0, others.length), compared.slice(others.length)];
    return filter<readonly [number, number, boolean, ...Field[]]>(
      [places, at, isOwn, ...values],
      (place, atMs, isLater, ...mine) => {
        const later = { place, at: atMs, fields: mine };
        const precedes = some<readonly [number, number, boolean, ...Field[]]>(
          [places, at, isEarlier, ...before],
          (otherPlace, otherAt, isThat, ...theirs) =>
            all([isThat, ...tests(later, { place: otherPlace, at: otherAt, fields: theirs })]),
        );
        return both(isLater, precedes);
      },
    );
  });
  return allInOrder(kept);
}

function noList(): never {
  throw new TypeError('a field that is compared has no list');
}
