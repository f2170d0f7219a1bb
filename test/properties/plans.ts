import { loadPack, type RuleDefinition } from '@tianyan/rules';
import fc from 'fast-check';
import { ruleDraftArbitrary, ruleOf } from './arbitrary-rules.js';
import { historyArbitrary } from './history.js';
import type { WorldPlan } from './world.js';

/** Histories that share one database and one pass: more make each query dearer, fewer make more queries. */
export const HISTORIES_PER_WORLD = 50;
/** Random rules beside the shipped ones. */
export const RANDOM_RULES_PER_WORLD = 6;

const shipped: readonly RuleDefinition[] = loadPack();

/** Everything follows from the seed. */
export function planOf(seed: number): WorldPlan {
  const histories = fc.sample(historyArbitrary, { seed, numRuns: HISTORIES_PER_WORLD });
  const drafts = fc.sample(ruleDraftArbitrary, { seed, numRuns: RANDOM_RULES_PER_WORLD });
  return {
    seed,
    histories: histories.map((history, index) => ({ index, history })),
    rules: [...shipped, ...drafts.map((draft, n) => ruleOf(draft, n))],
  };
}
