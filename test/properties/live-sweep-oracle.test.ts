import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules, kindOf } from '@tianyan/rules';
import type { WarehouseAdmin } from '@tianyan/warehouse';
import fc from 'fast-check';
import { openDatabases, type Databases } from '../../apps/correlator/src/correlator.test-fixture.js';
import { noNumbers } from '../../libs/rules/src/expression/operators/lists.js';
import { latestBefore } from '../../libs/rules/src/expression/operators/running.js';
import { draftOfAnyKind } from './arbitrary-rules.js';
import { ruleOf } from './arbitrary/drafted-rule.js';
import { keep, keptCases } from './kept-cases.js';
import { optionsOf } from './options.js';
import { HISTORIES_PER_WORLD, planOf, RULE_KINDS, shipped } from './plans.js';
import { MANY_HISTORIES, Tally } from './tally.js';
import { World } from './world.js';

const histories = Number(process.env['TIANYAN_PROPERTY_HISTORIES'] ?? 300);
/** `npm test` looks at the same histories on every machine; the long run draws others each time. */
const DEFAULT_SEED = 1;
const firstSeed = Number(process.env['TIANYAN_PROPERTY_SEED'] ?? DEFAULT_SEED);
const seeds = Array.from({ length: Math.ceil(histories / HISTORIES_PER_WORLD) }, (_, n) => firstSeed + n);

/** One world compiles, evaluates and sweeps a dozen rules some dozens of times, perhaps on a busy machine. */
const WORLD_TIMEOUT_MS = 600_000;
/** Of what is printed when a world fails: enough to see the pattern. */
const SHOWN_DIVERGENCES = 5;
/** Rules among which every option of the shipped ones must occur. */
const SAMPLED_RULES = 3_000;
/** Enough for a writer without tombstones to go wrong, over rules whose queries are analysed fast. */
const CANARY = { seed: 1, histories: 40, kinds: ['count', 'sequence'] };

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases();
});
afterAll(() => databases.close());

describe('random rules', () => {
  const rules = fc.sample(draftOfAnyKind, { seed: firstSeed, numRuns: SAMPLED_RULES }).map((draft, n) => ruleOf(draft, n));

  test('are rules that the platform accepts', () => {
    expect(() => compileRules(rules, builtInCatalogue)).not.toThrow();
  });

  test('use every option that a shipped rule uses', () => {
    const used = new Set(rules.flatMap((rule) => optionsOf(rule)));
    expect(shipped.flatMap((rule) => optionsOf(rule)).filter((option) => !used.has(option))).toEqual([]);
  });
});

describe('kept cases', () => {
  for (const { why, plan } of keptCases())
    test(
      why,
      async () => {
        expect(await new World(databases, plan).run()).toEqual([]);
      },
      WORLD_TIMEOUT_MS,
    );
});

describe(`live = sweep = oracle, ${histories} histories from seed ${firstSeed}`, () => {
  const tally = new Tally();

  test.each(seeds.map((seed) => ({ seed })))(
    `seed $seed (again: npm run test:properties -- --histories ${HISTORIES_PER_WORLD} --seed $seed)`,
    async ({ seed }) => {
      const plan = planOf(seed);
      const world = new World(databases, plan);
      const divergences = await world.run();
      if (divergences.length > 0) {
        const kept = await keep(databases, plan, divergences);
        const shown = divergences.slice(0, SHOWN_DIVERGENCES);
        const rules = plan.rules.filter(({ id }) => shown.some(({ ruleId }) => ruleId === id));
        expect({ seed, kept, rules, divergences: shown }).toEqual({ seed, divergences: [] });
      }
      await world.addTo(tally);
    },
    WORLD_TIMEOUT_MS,
  );

  test('every kind of rule hit and was due; in a long run each was withdrawn too', () => {
    process.stdout.write(`\n${tally.toText()}\n`);
    const vacuous = RULE_KINDS.filter((kind) => {
      const { hits, due, withdrawn } = tally.of(`random ${kind}`);
      const isEverDue = kindOf({ kind }).family === 'timeline';
      return hits === 0 || (isEverDue && due === 0) || (tally.histories >= MANY_HISTORIES && withdrawn === 0);
    });
    expect(vacuous).toEqual([]);
  });
});

/** Loses every tombstone, so that the old row of a correction stays visible and its scope is not named. */
function withoutTombstones(warehouse: WarehouseAdmin): WarehouseAdmin {
  return {
    rows: (query) => warehouse.rows(query),
    stream: (query) => warehouse.stream(query),
    execute: (query) => warehouse.execute(query),
    insertLines: (table, lines, token) =>
      warehouse.insertLines(
        table,
        lines.filter((line) => !String(line).includes('"tombstone":1')),
        token,
      ),
  };
}

test(
  'canary: with a writer that leaves no tombstones the comparison fails, with the real one it does not',
  async () => {
    const plan = { ...planOf(CANARY.seed, CANARY.histories), rules: shipped.filter(({ kind }) => CANARY.kinds.includes(kind)) };
    expect(await new World(databases, plan).run()).toEqual([]);
    const broken = await new World(databases, plan, withoutTombstones(databases.warehouse)).run();
    expect(broken.map(({ between }) => between)).toContain('stored and oracle');
  },
  WORLD_TIMEOUT_MS,
);

/** Lets the process take a record for one that comes strictly before itself, as long as `work` lasts. */
async function withAlteredOperator<T>(work: () => Promise<T>): Promise<T> {
  const { operator } = latestBefore(noNumbers());
  if (operator.kind !== 'plain') throw new TypeError('another kind of operator');
  const { run } = operator;
  operator.run = carriedForward;
  try {
    return await work();
  } finally {
    operator.run = run;
  }
}

const carriedForward = (list: readonly number[]) => {
  let last = 0;
  return list.map((value) => (last = value > 0 ? value : last));
};

test(
  'canary: with one operator altered in one interpreter the comparison fails',
  async () => {
    const plan = { ...planOf(CANARY.seed, CANARY.histories), rules: shipped.filter(({ kind }) => CANARY.kinds.includes(kind)) };
    const altered = await withAlteredOperator(() => new World(databases, plan).run());
    expect(altered.map(({ between }) => between)).toContain('process and SQL');
    // The sweep says so, too, and names what differs.
    expect(altered.filter(({ between, ruleId }) => between === 'sweep' && ruleId !== '?')).not.toEqual([]);
  },
  WORLD_TIMEOUT_MS,
);
