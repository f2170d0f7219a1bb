import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedWarehouse } from '../clickhouse/open-embedded.js';
import type { OpenWarehouse } from '../clickhouse/open-warehouse.js';
import { ensureTablesOf } from '../schema/ensure-tables.js';
import { findDoubleLiveRows } from './double-live-rows.js';
import {
  FAULT_KINDS,
  type History,
  historyArbitrary,
  leavesAndComesBack,
  MortalWarehouse,
  moving,
  Play,
} from './history.test-fixture.js';

/** Histories of one run; more by `HISTORIES=5000`. A failure prints its seed and the smallest history that fails. */
const HISTORIES = Number(process.env['HISTORIES'] ?? 60);
const SEED = process.env['SEED'] === undefined ? Date.now() % 2 ** 31 : Number(process.env['SEED']);

describe(`tombstone writer, seed ${SEED}`, () => {
  let directory: string;
  let warehouse: OpenWarehouse;
  let plays = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tombstones-'));
    warehouse = await openEmbeddedWarehouse({ directory, readers: 1 });
    await ensureTablesOf(warehouse, moving);
  });
  afterAll(async () => {
    await warehouse.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Plays a history; throws with the difference if anything is not as the model says. */
  async function check(history: History, change?: (lines: readonly string[]) => readonly string[]): Promise<Play> {
    const play = new Play(new MortalWarehouse(warehouse, change), `p${++plays}-`, history);
    await play.run();
    const { actual, expected } = await play.outcome();
    expect(actual).toEqual(expected);
    return play;
  }

  test('whatever the history, every table shows the newest versions and every batch names its scopes', async () => {
    const struck = new Set<string>();
    let cameBack = 0;
    await fc.assert(
      fc.asyncProperty(historyArbitrary, async (history) => {
        const play = await check(history);
        for (const fault of play.struck) struck.add(fault);
        if (leavesAndComesBack(history)) cameBack += 1;
      }),
      { numRuns: HISTORIES, seed: SEED },
    );
    // A run in which no writer was killed at some step would prove nothing about that step.
    expect([...struck].sort()).toEqual([...FAULT_KINDS].sort());
    expect(cameBack).toBeGreaterThan(0);
    expect(await findDoubleLiveRows(warehouse, moving)).toEqual([]);
  }, 600_000);

  test('without tombstones the same property fails', async () => {
    const details = await fc.check(
      fc.asyncProperty(historyArbitrary, async (history) => {
        await check(history, (lines) => lines.filter((line) => !line.includes('"tombstone":1')));
      }),
      { numRuns: HISTORIES, seed: SEED, endOnFailure: true },
    );
    expect(details.failed).toBe(true);
  }, 600_000);

  test('with tombstones that have lost the key of a copy, it fails too', async () => {
    const details = await fc.check(
      fc.asyncProperty(historyArbitrary, async (history) => {
        await check(history, (lines) =>
          lines.map((line) => (line.includes('"tombstone":1') ? line.replace(/"projectId":"[^"]*"/, '"projectId":null') : line)),
        );
      }),
      { numRuns: HISTORIES, seed: SEED, endOnFailure: true },
    );
    expect(details.failed).toBe(true);
  }, 600_000);

  test('with tombstones that the batch does not name, it fails too', async () => {
    const details = await fc.check(
      fc.asyncProperty(historyArbitrary, async (history) => {
        await check(history, (lines) =>
          lines.map((line) => (line.includes('"tombstone":1') ? line.replace('"batch":"', '"batch":"elsewhere ') : line)),
        );
      }),
      { numRuns: HISTORIES, seed: SEED, endOnFailure: true },
    );
    expect(details.failed).toBe(true);
  }, 600_000);
});
