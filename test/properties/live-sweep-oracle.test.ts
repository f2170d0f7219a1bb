import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WarehouseAdmin } from '@tianyan/warehouse';
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { openDatabases, type Databases } from '../../apps/correlator/src/correlator.test-fixture.js';
import { HISTORIES_PER_WORLD, planOf } from './plans.js';
import { World } from './world.js';

/** Seeds that once failed; they always run. */
const SEEDS_FILE = new URL('./seeds.json', import.meta.url);
const kept = JSON.parse(readFileSync(SEEDS_FILE, 'utf8')) as number[];

const histories = Number(process.env['TIANYAN_PROPERTY_HISTORIES'] ?? 300);
const firstSeed = Number(process.env['TIANYAN_PROPERTY_SEED'] ?? randomInt(1, 1_000_000_000));
const fresh = Array.from({ length: Math.ceil(histories / HISTORIES_PER_WORLD) }, (_, n) => firstSeed + n);

/** One world compiles, evaluates and sweeps a dozen rules some dozens of times. */
const WORLD_TIMEOUT_MS = 300_000;
/** Of what is printed when a world fails: enough to see the pattern. */
const SHOWN_DIVERGENCES = 5;

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases();
});
afterAll(() => databases.close());

describe(`live = sweep = oracle, ${histories} histories from seed ${firstSeed}`, () => {
  test.each([...new Set([...kept, ...fresh])])(
    `seed %i (again: npm run test:properties -- --histories ${HISTORIES_PER_WORLD} --seed %i)`,
    async (seed) => {
      const world = new World(databases, planOf(seed));
      const divergences = await world.run();
      if (divergences.length > 0 && !kept.includes(seed)) writeFileSync(SEEDS_FILE, `${JSON.stringify([...kept, seed])}\n`);
      expect({ seed, divergences: divergences.slice(0, SHOWN_DIVERGENCES) }).toEqual({ seed, divergences: [] });
      // A comparison of nothing proves nothing.
      expect(world.hits).toBeGreaterThan(0);
      expect(world.compared).toBeGreaterThan(world.hits);
    },
    WORLD_TIMEOUT_MS,
  );
});

/** Knows no row, so the writer leaves no tombstones and a correction's old row stays visible. */
function forgetful(warehouse: WarehouseAdmin): WarehouseAdmin {
  return {
    rows: async () => [],
    stream: (query) => warehouse.stream(query),
    execute: (query) => warehouse.execute(query),
    insertLines: (table, lines, token) => warehouse.insertLines(table, lines, token),
  };
}

test(
  'canary: with a writer that leaves no tombstones the comparison fails',
  async () => {
    const world = new World(databases, planOf(kept[0] ?? 1), forgetful(databases.warehouse));
    expect((await world.run()).length).toBeGreaterThan(0);
  },
  WORLD_TIMEOUT_MS,
);
