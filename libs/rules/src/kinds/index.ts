import type { RuleDefinition, RuleKind, RuleOf } from '../language/rule.js';
import { absence } from './absence/index.js';
import { count } from './count/index.js';
import { duration } from './duration/index.js';
import { join } from './join/index.js';
import type { KindDefinition } from './kind.js';
import { match } from './match/index.js';
import { outlier } from './outlier/index.js';
import { ratio } from './ratio/index.js';
import { rotation } from './rotation/index.js';
import { score } from './score/index.js';
import { sequence } from './sequence/index.js';
import { split } from './split/index.js';
import { similar } from './similar/index.js';
import { sql } from './sql/index.js';

/** Every kind that the language has; one that is missing, or lacks a part, does not compile. */
const KINDS: { readonly [K in RuleKind]: KindDefinition<RuleOf<K>> } = {
  match,
  count,
  ratio,
  outlier,
  sequence,
  absence,
  join,
  duration,
  rotation,
  split,
  similar,
  score,
  sql,
};

/** What the rule's kind is. */
export function kindOf(rule: Pick<RuleDefinition, 'kind'>): KindDefinition {
  // A definition takes the rules of its own kind, and is asked by the kind of the rule that it is given.
  return KINDS[rule.kind] as KindDefinition;
}

export const ALL_KINDS: readonly (KindDefinition & { kind: RuleKind })[] = Object.entries(KINDS).map(([kind, definition]) => ({
  ...(definition as KindDefinition), // as above
  kind: kind as RuleKind, // the keys are the kinds
}));

/** See {@link KindDefinition.figuresOfTheMoment}; of all kinds together. */
export const FIGURES_OF_THE_MOMENT: ReadonlySet<string> = new Set(
  ALL_KINDS.flatMap(({ figuresOfTheMoment }) => figuresOfTheMoment),
);
