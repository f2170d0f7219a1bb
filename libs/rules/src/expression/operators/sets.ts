import { operator, type Field } from '../expr.js';

/** Different values that are there. */
export type FieldSet = readonly Field[];

/** Keys of the records that have a key and a member, each once, in the order of their first record. */
export const keysOfSets = operator({
  name: 'keysOfSets',
  sql: (keys, members) =>
    `arrayDistinct(arrayMap(k -> assumeNotNull(k), arrayFilter((k, m) -> k IS NOT NULL AND m IS NOT NULL, ${keys}, ${members})))`,
  run: (keys: readonly Field[], members: readonly Field[]): readonly Field[] => [
    ...new Set(keys.filter((key, i) => key !== null && members[i] !== null)),
  ],
});

/** Of each of the given keys the different members of the records that carry it, in the order in which they come first. */
export const setsOfKeys = operator({
  name: 'setsOfKeys',
  sql: (wanted, keys, members) =>
    `arrayMap(w -> arrayDistinct(arrayMap(m -> assumeNotNull(m), arrayFilter((m, k) -> m IS NOT NULL AND ifNull(k = w, 0), ${members}, ${keys}))), ${wanted})`,
  run: (wanted: readonly Field[], keys: readonly Field[], members: readonly Field[]): readonly FieldSet[] => {
    const sets = new Map<Field, Set<Field>>(wanted.map((key) => [key, new Set()]));
    for (const [i, key] of keys.entries()) {
      const member = members[i] ?? null;
      if (member !== null) sets.get(key)?.add(member);
    }
    return wanted.map((key) => [...(sets.get(key) ?? [])]);
  },
});

/** Place of a value among others, from 1; 0 where it is missing or not among them. */
export const placeAmong = operator({
  name: 'placeAmong',
  sql: (value, list) => `if(${value} IS NULL, 0, indexOf(${list}, assumeNotNull(${value})))`,
  run: (value: Field, list: readonly Field[]) => (value === null ? 0 : list.indexOf(value) + 1),
});

/** How many of the members two sets have in common is measured against: all members of both, or those of the smaller one. */
type OverlapOf = 'union' | 'smaller';

function overlap(of: OverlapOf) {
  // Of the union, 100 · c >= percent · (a + b − c): written without a difference.
  const [times, whole] =
    of === 'union'
      ? [(percent: string) => `(100 + ${percent})`, 'length(own) + length(other)']
      : [() => '100', 'least(length(own), length(other))'];
  return operator({
    name: `overlapping ${of}`,
    sql: (sets, percent, apart) =>
      `arrayMap((own, i) -> arrayMap(j -> toInt64(j), arrayFilter((j, other) -> abs(toInt64(i) - toInt64(j)) <= ${apart} AND ` +
      `${times(percent)} * toInt64(length(arrayIntersect(own, other))) >= ${percent} * toInt64(${whole}), ` +
      `arrayEnumerate(${sets}), ${sets})), ${sets}, arrayEnumerate(${sets}))`,
    run: (sets: readonly FieldSet[], percent: number, apart: number): readonly (readonly number[])[] => {
      const quick = sets.map((set) => new Set(set));
      return sets.map((own, i) => {
        const near: number[] = [];
        for (let j = Math.max(0, i - apart); j < Math.min(sets.length, i + apart + 1); j++) {
          const other = quick[j] ?? new Set();
          const common = own.filter((member) => other.has(member)).length;
          const base = of === 'union' ? own.length + other.size - common : Math.min(own.length, other.size);
          if (100 * common >= percent * base) near.push(j + 1);
        }
        return near;
      });
    },
  });
}

/** Of each set the places of those, itself among them, at most so many places apart that have so many percent in common with it. */
export const OVERLAPPING = { union: overlap('union'), smaller: overlap('smaller') } as const;
