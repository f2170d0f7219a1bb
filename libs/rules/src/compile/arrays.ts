/** SQL over arrays aligned with the existing records of a scope, in order. All linear in their number. */

/** Each element moved one place later; the first becomes 0. Also right for an empty array. */
export function shiftedLater(array: string): string {
  return `arraySlice(arrayPushFront(${array}, 0), 1, length(${array}))`;
}

/** Each element moved one place earlier; the last becomes 0. Also right for an empty array. */
export function shiftedEarlier(array: string): string {
  return `arraySlice(arrayPushBack(${array}, 0), 2)`;
}

/** Where an element is 0, the nearest one before it that is not; 0 if there is none. */
export function carriedForward(array: string): string {
  return `arrayFill(x -> x > 0, ${array})`;
}

/** Where an element is 0, the nearest one after it that is not; 0 if there is none. */
export function carriedBackward(array: string): string {
  return `arrayReverseFill(x -> x > 0, ${array})`;
}

/** The last element that is strictly before each record; 0 if there is none. */
export function latestBefore(array: string): string {
  return shiftedLater(carriedForward(array));
}

/** The first element that is strictly after each record; 0 if there is none. */
export function earliestAfter(array: string): string {
  return shiftedEarlier(carriedBackward(array));
}

/** Evidence of one role: Array(Tuple(position, role)). */
export function evidenceOf(positions: string, role: number): string {
  return `arrayMap(p -> (toUInt32(p), toUInt8(${role})), ${positions})`;
}

export const NO_EVIDENCE = "CAST([], 'Array(Tuple(UInt32, UInt8))')";
export const NO_INSTANTS = "CAST([], 'Array(Int64)')";

/** The first non-null value counted from the end, or null. */
export function lastPresent(values: string): string {
  return `arrayFilter(x -> x IS NOT NULL, ${values})[-1]`;
}
