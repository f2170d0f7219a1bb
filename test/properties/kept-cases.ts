import { readFileSync, writeFileSync } from 'node:fs';
import { ruleSchema, type RuleDefinition } from '@tianyan/rules';
import type { Databases } from '../../apps/correlator/src/correlator.test-fixture.js';
import type { Divergence } from './compare.js';
import { World, type WorldPlan } from './world.js';

const FILE = new URL('./seeds.json', import.meta.url);

/** A plan that once failed, written out, so that it stays the same when the generators change. */
interface KeptCase extends Pick<WorldPlan, 'seed' | 'histories'> {
  /** What failed. */
  why: string;
  rules: readonly unknown[];
}

/** The cases of seeds.json, those that once failed and some that stand on a boundary: they always run. */
export function keptCases(): { why: string; plan: WorldPlan }[] {
  // Written by keep() below only.
  const cases = JSON.parse(readFileSync(FILE, 'utf8')) as KeptCase[];
  return cases.map(({ why, seed, histories, rules }) => ({
    why,
    plan: { seed, histories, rules: rules.map((rule): RuleDefinition => ruleSchema.parse(rule)) },
  }));
}

/**
 * Cuts a failing plan down to one rule and one history, if it still fails so, and keeps it. A plan that only fails whole is
 * not written out: its seed, which the test prints, brings it back.
 */
export async function keep(databases: Databases, plan: WorldPlan, divergences: readonly Divergence[]): Promise<WorldPlan | null> {
  const [first] = divergences;
  const small: WorldPlan = {
    seed: plan.seed,
    histories: plan.histories.filter(({ index }) => index === first?.history),
    rules: plan.rules.filter(({ id }) => id === first?.ruleId),
  };
  if (!first || small.histories.length === 0 || small.rules.length === 0) return null;
  const [again] = await new World(databases, small).run();
  if (!again) return null;
  const cases = JSON.parse(readFileSync(FILE, 'utf8')) as KeptCase[]; // see keptCases
  const why = `seed ${plan.seed}: ${again.between} differ for ${again.ruleId} in ${again.scope}`;
  if (cases.some((known) => known.why === why)) return small;
  const lines = [...cases, { why, ...small }].map((one) => JSON.stringify(one));
  writeFileSync(FILE, `[\n${lines.join(',\n')}\n]\n`);
  return small;
}
