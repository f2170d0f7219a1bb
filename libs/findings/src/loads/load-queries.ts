import type { Catalogue } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import { rows, type Pool } from '@tianyan/postgres';
import { LOAD_KINDS, type LoadKind } from '@tianyan/sources';
import { loadPrefix, logTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import { LOAD_STATE, LOAD_STATES, type UnjudgedLoad } from './open-loads.js';

/** Loads that are listed, the oldest first; more at once are a fault, and the first ones show it. */
const MAX_LISTED = 50;

/** A load that has not been judged, as a person is told of it. Ages by the database's clock, which also gave the times. */
export interface LoadInProgress {
  id: string;
  kind: LoadKind;
  source: string;
  feed: string;
  types: readonly string[];
  state: UnjudgedLoad['state'];
  beganAtMs: EpochMs;
  openForMs: number;
  /** Since the last sign of life of its loader; null when it is at its end. */
  quietForMs: number | null;
  /** Since nothing is missing any more of it and of what it waits for; null before. */
  completeForMs: number | null;
  givenUp: boolean;
}

const landedSchema = z.object({ load: z.string(), records: z.number() });

const inProgressSchema = z.object({
  id: z.string(),
  kind: z.enum(LOAD_KINDS),
  source: z.string(),
  feed: z.string(),
  types: z.array(z.string()),
  state: z.enum(LOAD_STATES),
  began_at_ms: z.int(),
  open_for_ms: z.int(),
  quiet_for_ms: z.int().nullable(),
  complete_for_ms: z.int().nullable(),
  given_up: z.boolean(),
});

const ageMs = (since: string) => `greatest(0, round(extract(epoch FROM clock_timestamp() - ${since}) * 1000))::bigint`;

/** Announced loads for people: why nothing has been found yet in what was just brought. */
export class LoadQueries {
  constructor(private readonly parts: { pool: Pool; warehouse: WarehouseReader; catalogue: Catalogue }) {}

  /** Loads that have not been judged, the oldest first. */
  async inProgress(): Promise<readonly LoadInProgress[]> {
    // Loads of one source are judged together, so one that has ended is complete only when no other is under way.
    const found = await rows(
      this.parts.pool,
      inProgressSchema,
      `SELECT id, kind, source, feed, types, given_up,
         ${LOAD_STATE} AS state,
         round(extract(epoch FROM began_at) * 1000)::bigint AS began_at_ms,
         ${ageMs('began_at')} AS open_for_ms,
         CASE WHEN ended_at IS NULL THEN ${ageMs('alive_at')} END AS quiet_for_ms,
         CASE WHEN bool_and(ended_at IS NOT NULL) OVER source THEN ${ageMs('max(ended_at) OVER source')} END AS complete_for_ms
       FROM finding_load WHERE judged_at IS NULL
       WINDOW source AS (PARTITION BY source)
       ORDER BY began_at, id LIMIT ${MAX_LISTED}`,
    );
    return found.map((row) => ({
      id: row.id,
      kind: row.kind,
      source: row.source,
      feed: row.feed,
      types: row.types,
      state: row.state,
      beganAtMs: row.began_at_ms,
      openForMs: row.open_for_ms,
      quietForMs: row.quiet_for_ms,
      completeForMs: row.complete_for_ms,
      givenUp: row.given_up,
    }));
  }

  /** How many records of each load have landed. Its rows stand together in the log, so only they are read. */
  async landedRecords(loads: readonly Pick<LoadInProgress, 'id' | 'types'>[]): Promise<ReadonlyMap<string, number>> {
    const counts = new Map(loads.map(({ id }) => [id, 0]));
    const types = [...new Set(loads.flatMap((load) => load.types))].filter((type) => this.parts.catalogue.find(type));
    if (types.length === 0) return counts;
    const ofLoads = loads.map((_, index) => `startsWith(batch, {load${index}:String})`).join(' OR ');
    const landed = await readRows(this.parts.warehouse, landedSchema, {
      sql: types
        .map(
          (type) =>
            `SELECT splitByChar('/', batch)[2] AS load, count() AS records FROM ${logTable(type)}
             WHERE tombstone = 0 AND (${ofLoads}) GROUP BY load`,
        )
        .join(' UNION ALL '),
      params: Object.fromEntries(loads.map(({ id }, index) => [`load${index}`, loadPrefix(id)])),
    });
    for (const { load, records } of landed) counts.set(load, (counts.get(load) ?? 0) + records);
    return counts;
  }
}
