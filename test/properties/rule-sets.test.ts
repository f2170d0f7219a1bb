import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabases, type Databases } from '../../apps/correlator/src/correlator.test-fixture.js';
import { ChangingRules, type Happened } from './changing-rules.js';
import { planOf } from './plans.js';
import { World } from './world.js';

/** Worlds of rules that change; their number and first seed as for the suite beside it. */
const histories = Number(process.env['TIANYAN_PROPERTY_HISTORIES'] ?? 300);
const firstSeed = Number(process.env['TIANYAN_PROPERTY_SEED'] ?? 1);
/** Rules change a dozen times a world, and each is swept: fewer histories than where they stay. */
const HISTORIES_PER_WORLD = 40;
const WORLDS_PER_HISTORIES = 100;
const seeds = Array.from({ length: Math.ceil(histories / WORLDS_PER_HISTORIES) }, (_, n) => firstSeed + n);
const WORLD_TIMEOUT_MS = 600_000;
const SHOWN_DIVERGENCES = 5;
/** What happens depends on who is quicker: as many worlds more, until all of it has happened. */
const MAX_MORE_WORLDS = 10;

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases();
});
afterAll(() => databases.close());

const total: Happened = {
  published: 0,
  changed: 0,
  retired: 0,
  switched: 0,
  shadowed: 0,
  madeLive: 0,
  setAside: 0,
  takenUp: 0,
  killed: 0,
  refused: 0,
};

async function runWorld(seed: number): Promise<void> {
  const plan = planOf(seed, HISTORIES_PER_WORLD);
  const rules = new ChangingRules(databases, plan.rules, seed);
  const divergences = await new World(databases, plan, databases.warehouse, rules).run();
  expect({ seed, divergences: divergences.slice(0, SHOWN_DIVERGENCES) }).toEqual({ seed, divergences: [] });
  for (const [key, n] of Object.entries(rules.happened)) total[key as keyof Happened] += n; // the keys are its own
}

/**
 * Whatever is published, changed, retired, switched, judged in shadow or set aside while records flow and correlators die: in the end the findings are
 * those of the newest rules, by the oracle; of a rule that is set aside nothing is said until it is back.
 */
test.each(seeds.map((seed) => ({ seed })))(
  'rules that change while records flow: findings are those of the newest set, seed $seed',
  ({ seed }) => runWorld(seed),
  WORLD_TIMEOUT_MS,
);

test(
  'all of it happened',
  async () => {
    const missing = () => Object.entries(total).filter(([, n]) => n === 0);
    for (let more = 0; missing().length > 0 && more < MAX_MORE_WORLDS; more++) await runWorld(firstSeed + seeds.length + more);
    process.stdout.write(`\n${JSON.stringify(total)}\n`);
    expect(missing()).toEqual([]);
  },
  WORLD_TIMEOUT_MS,
);
