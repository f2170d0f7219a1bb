import { step, type Expr, type Field } from '../../expression/expr.js';
import {
  distinctCount,
  filter,
  firstPlaceOf,
  isIn,
  isSome,
  largest,
  lengthOf,
  listAt,
  map,
  noNumbers,
  numberAt,
  places,
  smallest,
} from '../../expression/operators/lists.js';
import { flat } from '../../expression/operators/rows.js';
import { keysOfSets, OVERLAPPING, placeAmong, setsOfKeys, type FieldSet } from '../../expression/operators/sets.js';
import { atLeast, both, same } from '../../expression/operators/tests.js';
import { choose, isMissing, larger, number } from '../../expression/operators/values.js';
import type { Lowered, Proof, RuleContext } from '../../compile/rule-context.js';
import { MAX_SETS_APART, type Rotation } from './schema.js';

type Named = <T>(name: string, of: Expr<T>) => Expr<T>;

/** Records that stand in sets: where they are, and in which set each is, by its place from 1; 0: in none. */
interface Standing {
  places: Expr<readonly number[]>;
  at: Expr<readonly number[]>;
  members: Expr<readonly Field[]>;
  setOf: Expr<readonly number[]>;
  role: number;
}

/** See `rotationSchema` for the meaning. */
export function lowerRotation(rotation: Rotation, rule: RuleContext): Lowered {
  const named: Named = (name, of) => step(rule.named(name), of);
  const { sets: written, overlap, winners } = rotation;
  const records = rule.maker(written.of);
  const [keys, members] = [rule.values(records, written.of, written.key), rule.values(records, written.of, written.member)];
  const allKeys = named('allKeys', keysOfSets(keys, members));
  const allSets = named('allSets', setsOfKeys(allKeys, keys, members));
  const isCompared = (set: Expr<FieldSet>) => atLeast(lengthOf(set), rule.amount(written.minMembers));
  const setKeys = named(
    'setKeys',
    filter<readonly [Field, FieldSet]>([allKeys, allSets], (_key, set) => isCompared(set)),
  );
  const sets = named('memberSets', filter([allSets], isCompared));
  const groups = named('setGroups', OVERLAPPING[overlap.of](sets, rule.amount(overlap.percent), number(MAX_SETS_APART)));
  const standing = (input: string, key: string, member: string): Standing => {
    const made = rule.maker(input);
    const [own, values] = [rule.values(made, input, key), rule.values(made, input, member)];
    const inSet = map([own, values], (k, m) => choose(isMissing(m), number(0), placeAmong(k, setKeys)));
    return {
      places: rule.places(made),
      at: rule.instants(made),
      members: values,
      setOf: named(`setOf${rule.role(input)}_${member}`, inSet),
      role: rule.role(input),
    };
  };
  const own = standing(written.of, written.key, written.member);
  const won = winners ? standing(winners.of, winners.key ?? written.key, winners.member) : null;
  const counts = named(
    'counts',
    map([groups], (group) => {
      const many = atLeast(lengthOf(group), rule.amount(rotation.atLeast));
      return winners && won ? both(many, atLeast(different(won, group), rule.amount(winners.atLeast))) : many;
    }),
  );
  return answer({ own, won, sets, groups, counts }, named);
}

/** Different members of the records in the sets of a group. */
function different({ members, setOf }: Standing, group: Expr<readonly number[]>): Expr<number> {
  return distinctCount(filter([members, setOf], (_member, set) => isIn(set, group)));
}

interface Found {
  own: Standing;
  won: Standing | null;
  sets: Expr<readonly FieldSet[]>;
  groups: Expr<readonly (readonly number[])[]>;
  counts: Expr<readonly boolean[]>;
}

function answer({ own, won, sets, groups, counts }: Found, named: Named): Lowered {
  const lastIn = ({ at, setOf }: Standing, set: Expr<number>) => largest(filter([at, setOf], (_at, one) => same(one, set)));
  const lastOfSet = named(
    'lastOfSet',
    map([places(sets)], (set) => (won ? larger(lastIn(own, set), lastIn(won, set)) : lastIn(own, set))),
  );
  const completeAt = map([groups], (group) => largest(filter([lastOfSet, places(sets)], (_at, set) => isIn(set, group))));
  const involved = named('involved', flat(filter([groups, counts], (_group, is) => is)));
  const sizes = named(
    'sizes',
    map([groups, counts], (group, is) => choose(is, lengthOf(group), number(0))),
  );
  const mostSets = named('mostSets', largest(sizes));
  const shown = named(
    'shownGroup',
    listAt(
      groups,
      firstPlaceOf([sizes], (size) => same(size, mostSets)),
    ),
  );
  const proof = ({ places: all, setOf, role }: Standing): Proof => ({
    places: filter([all, setOf], (_place, set) => isIn(set, involved)),
    role,
  });
  const shownAt = filter([own.at, own.setOf], (_at, set) => isIn(set, shown));
  return {
    hit: isSome(involved),
    occurredAt: smallest(filter([completeAt, counts], (_at, is) => is)),
    deadlines: noNumbers(),
    evidence: won ? [proof(own), proof(won)] : [proof(own)],
    figures: {
      sets: mostSets,
      members: different(own, shown),
      winners: won ? different(won, shown) : number(0),
      involved: distinctCount(involved),
      firstAtMs: numberAt(shownAt, number(1)),
      lastAtMs: numberAt(shownAt, number(-1)),
    },
  };
}
