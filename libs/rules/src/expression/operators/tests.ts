import { operator, type Field } from '../expr.js';

export const always = operator({ name: 'always', sql: () => '1', run: () => true });

export const both = operator({
  name: 'both',
  sql: (a, b) => `(${a} AND ${b})`,
  run: (a: boolean, b: boolean) => a && b,
  decidedBy: false,
});

export const either = operator({
  name: 'either',
  sql: (a, b) => `(${a} OR ${b})`,
  run: (a: boolean, b: boolean) => a || b,
  decidedBy: true,
});

export const not = operator({ name: 'not', sql: (a) => `(NOT ${a})`, run: (a: boolean) => !a });

export const less = operator({ name: 'less', sql: (a, b) => `(${a} < ${b})`, run: (a: number, b: number) => a < b });

export const atLeast = operator({ name: 'atLeast', sql: (a, b) => `(${a} >= ${b})`, run: (a: number, b: number) => a >= b });

export const more = operator({ name: 'more', sql: (a, b) => `(${a} > ${b})`, run: (a: number, b: number) => a > b });

export const atMost = operator({ name: 'atMost', sql: (a, b) => `(${a} <= ${b})`, run: (a: number, b: number) => a <= b });

/** Equal, and both there. Texts compare byte for byte. */
export const same = operator({
  name: 'same',
  sql: (a, b) => `ifNull(${a} = ${b}, 0)`,
  run: (a: Field, b: Field) => a !== null && a === b,
});

/** Comparisons that are false where a side is missing. */
export const knownLess = operator({
  name: 'knownLess',
  sql: (a, b) => `ifNull(${a} < ${b}, 0)`,
  run: (a: number | null, b: number | null) => a !== null && b !== null && a < b,
});

export const knownAtMost = operator({
  name: 'knownAtMost',
  sql: (a, b) => `ifNull(${a} <= ${b}, 0)`,
  run: (a: number | null, b: number | null) => a !== null && b !== null && a <= b,
});
