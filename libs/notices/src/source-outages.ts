import type { EpochMs } from '@tianyan/kernel';
import { execute, maybeRow, rows, type ClientBase, type Queryable } from '@tianyan/postgres';
import { z } from 'zod';

/** `failing`: reading it fails; `silent`: it has not been read for longer than its rhythm allows. */
export const SOURCE_TROUBLES = ['failing', 'silent'] as const;
export type SourceTrouble = (typeof SOURCE_TROUBLES)[number];

/** A time in which a source could not be read (中断). All times are the machine's. */
export interface SourceOutage {
  source: string;
  /** Counts the outages of the source, from 0: the round of their notices. */
  round: number;
  trouble: SourceTrouble;
  beganAtMs: EpochMs;
  seenAtMs: EpochMs;
  /** Null: nobody has been told, it may pass by itself. */
  toldAtMs: EpochMs | null;
  /** Since when it has worked again; null: it does not. */
  wellSinceMs: EpochMs | null;
}

const outageSchema = z
  .object({
    source: z.string(),
    round: z.int(),
    trouble: z.enum(SOURCE_TROUBLES),
    began_at_ms: z.int(),
    seen_at_ms: z.int(),
    told_at_ms: z.int().nullable(),
    well_since_ms: z.int().nullable(),
  })
  .transform((row): SourceOutage => ({
    source: row.source,
    round: row.round,
    trouble: row.trouble,
    beganAtMs: row.began_at_ms,
    seenAtMs: row.seen_at_ms,
    toldAtMs: row.told_at_ms,
    wellSinceMs: row.well_since_ms,
  }));

/**
 * The outages that somebody may still have to be told of. Every change names the state that it starts from: of several notifiers
 * that look at the same time one makes it, and that one tells.
 */
export class SourceOutages {
  constructor(private readonly db: Queryable) {}

  /** Those that have not ended, by source. */
  async open(): Promise<ReadonlyMap<string, SourceOutage>> {
    const found = await rows(this.db, outageSchema, 'SELECT * FROM source_outage WHERE ended_at_ms IS NULL');
    return new Map(found.map((outage) => [outage.source, outage]));
  }

  async begin(source: string, trouble: SourceTrouble, nowMs: EpochMs): Promise<void> {
    await execute(
      this.db,
      `INSERT INTO source_outage (source, round, trouble, began_at_ms, seen_at_ms)
       SELECT $1, coalesce(max(round) + 1, 0), $2, $3, $3 FROM source_outage WHERE source = $1
       ON CONFLICT DO NOTHING`,
      [source, trouble, nowMs],
    );
  }

  /** It is still so. Patience begins anew at `beganAtMs` where nobody looked for a time. */
  async seen({ source, round }: SourceOutage, trouble: SourceTrouble, at: { nowMs: EpochMs; beganAtMs: EpochMs }): Promise<void> {
    await execute(
      this.db,
      `UPDATE source_outage SET seen_at_ms = greatest(seen_at_ms, $3), well_since_ms = NULL, trouble = $4,
         began_at_ms = CASE WHEN told_at_ms IS NULL THEN $5 ELSE began_at_ms END
       WHERE source = $1 AND round = $2 AND ended_at_ms IS NULL`,
      [source, round, at.nowMs, trouble, at.beganAtMs],
    );
  }

  /** It works. `sinceMs` counts where it did not before, or nobody looked for a time. */
  async well({ source, round }: SourceOutage, at: { nowMs: EpochMs; sinceMs: EpochMs }): Promise<void> {
    await execute(
      this.db,
      `UPDATE source_outage SET seen_at_ms = greatest(seen_at_ms, $3), well_since_ms = greatest(coalesce(well_since_ms, $4), $4)
       WHERE source = $1 AND round = $2 AND ended_at_ms IS NULL`,
      [source, round, at.nowMs, at.sinceMs],
    );
  }

  /** Forgets one that passed before anybody was told. */
  async forget({ source, round }: SourceOutage): Promise<void> {
    await execute(
      this.db,
      'DELETE FROM source_outage WHERE source = $1 AND round = $2 AND told_at_ms IS NULL AND ended_at_ms IS NULL',
      [source, round],
    );
  }
}

const TELL = `UPDATE source_outage SET told_at_ms = $3 WHERE source = $1 AND round = $2 AND told_at_ms IS NULL AND ended_at_ms IS NULL RETURNING *`;
const END = `UPDATE source_outage SET ended_at_ms = $3 WHERE source = $1 AND round = $2 AND told_at_ms IS NOT NULL AND ended_at_ms IS NULL RETURNING *`;

/** In the transaction that enqueues the notice. Null: another notifier was faster. */
export function markTold(client: ClientBase, { source, round }: SourceOutage, nowMs: EpochMs): Promise<SourceOutage | null> {
  return maybeRow(client, outageSchema, TELL, [source, round, nowMs]);
}

/** Like {@link markTold}, for the notice that it is over. */
export function markEnded(client: ClientBase, { source, round }: SourceOutage, nowMs: EpochMs): Promise<SourceOutage | null> {
  return maybeRow(client, outageSchema, END, [source, round, nowMs]);
}
