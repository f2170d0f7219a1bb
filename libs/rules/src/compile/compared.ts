import type { Expr, Field } from '../expression/expr.js';
import { knownAtMost, knownLess, not, same } from '../expression/operators/tests.js';
import type { Comparison } from '../language/values.js';

/** A field against another record's: false where a side is missing, but for `differs`, which is the exact opposite of `equals`. */
export function compared(is: Comparison, own: Expr<Field>, other: Expr<Field>): Expr<boolean> {
  // The check of the rule: order is asked only of whole numbers.
  const [a, b] = [own as Expr<number | null>, other as Expr<number | null>];
  switch (is) {
    case 'equals':
      return same(own, other);
    case 'differs':
      return not(same(own, other));
    case 'above':
      return knownLess(b, a);
    case 'atLeast':
      return knownAtMost(b, a);
    case 'below':
      return knownLess(a, b);
    case 'atMost':
      return knownAtMost(a, b);
  }
}
