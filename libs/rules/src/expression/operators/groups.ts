import { compareBytes } from '@tianyan/kernel';
import { operator, type Expr, type Field } from '../expr.js';

function inKeyOrder(a: Field, b: Field): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareBytes(String(a), String(b));
}

/** Places, from 1, in the order of the keys; of the same key, as they stood. What has no key is left out. */
export const placesByKey = operator({
  name: 'placesByKey',
  sql: (keys) => {
    const known = `arrayFilter(r -> r.1 IS NOT NULL, arrayZip(${keys}, arrayEnumerate(${keys})))`;
    return `arrayMap(r -> r.2, arraySort(r -> (assumeNotNull(r.1), r.2), ${known}))`;
  },
  run: (keys: readonly Field[]) =>
    keys
      .flatMap((key, i) => (key === null ? [] : [i + 1]))
      .toSorted((a, b) => inKeyOrder(keys[a - 1] ?? null, keys[b - 1] ?? null) || a - b),
});

/** Whether each is another than the one before it; the first is not. */
export const changes = operator({
  name: 'changes',
  sql: (list) =>
    `arrayMap((v, before) -> ifNull(v != before, 0), ${list}, arrayConcat(arraySlice(${list}, 1, 1), arrayPopBack(${list})))`,
  run: (list: readonly Field[]) =>
    list.map((value, i) => {
      const before = i === 0 ? value : (list[i - 1] ?? null);
      return value !== null && before !== null && value !== before;
    }),
});

const cut = operator({
  name: 'cut',
  sql: (list, begins) => `arraySplit((v, begins) -> begins, ${list}, ${begins})`,
  run: (list: readonly unknown[], begins: readonly boolean[]) => {
    const parts: unknown[][] = [];
    for (const [i, value] of list.entries()) {
      const last = parts.at(-1);
      if (last && !begins[i]) last.push(value);
      else parts.push([value]);
    }
    return parts;
  },
});

/** The list in parts, each from where the second says that one begins. Lists that are cut alike stay aligned. */
export function cutAt<T>(list: Expr<readonly T[]>, begins: Expr<readonly boolean[]>): Expr<readonly (readonly T[])[]> {
  return cut(list, begins) as Expr<readonly (readonly T[])[]>; // the elements are those of the list
}

/** All numbers of several lists, in order. */
export const allInOrder = operator({
  name: 'allInOrder',
  sql: (lists) => `arraySort(arrayFlatten(${lists}))`,
  run: (lists: readonly (readonly number[])[]): readonly number[] => lists.flat().toSorted((a, b) => a - b),
});

/** Texts and numbers of several fields as one text that no others give. */
function keyOf(fields: readonly Field[]): string | null {
  let key = '';
  for (const field of fields) {
    if (field === null) return null;
    key += typeof field === 'number' ? `#${field};` : `${field.length}:${field}`;
  }
  return key;
}

const among = operator({
  name: 'areAmong',
  sql: (...lists) => {
    const [own, others] = [lists.slice(0, lists.length / 2), lists.slice(lists.length / 2)];
    const names = (letter: string) => own.map((_list, i) => `${letter}${i + 1}`);
    const equal = own.map((_list, i) => `ifNull(v${i + 1} = w${i + 1}, 0)`).join(' AND ');
    return `arrayMap((${names('v').join(', ')}) -> arrayExists((${names('w').join(', ')}) -> ${equal}, ${others.join(', ')}), ${own.join(', ')})`;
  },
  // The query compares each with each; here a scope of a thousand records is asked about with every record that lands.
  run: (...lists: readonly (readonly Field[])[]) => {
    const [own, others] = [lists.slice(0, lists.length / 2), lists.slice(lists.length / 2)];
    const keysOf = (of: readonly (readonly Field[])[]) =>
      (of[0] ?? []).map((_first, i) => keyOf(of.map((list) => list[i] ?? null)));
    const known = new Set(keysOf(others));
    return keysOf(own).map((key) => key !== null && known.has(key));
  },
});

/** Whether in all fields each is the same as one of the others; what is missing is like nothing. */
export function areAmong(
  own: readonly Expr<readonly Field[]>[],
  others: readonly Expr<readonly Field[]>[],
): Expr<readonly boolean[]> {
  return among(...own, ...others);
}
