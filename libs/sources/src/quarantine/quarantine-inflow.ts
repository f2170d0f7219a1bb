import type { EpochMs } from '@tianyan/kernel';
import { maybeRow, type Pool } from '@tianyan/postgres';
import { z } from 'zod';

// By the index of open rows: of a quarantine of any size so many rows are read.
const NTH_NEWEST = `SELECT first_seen_at_ms FROM quarantine WHERE state = 'open' ORDER BY id DESC OFFSET $1::int - 1 LIMIT 1`;

/** How fast the quarantine grows. */
export class QuarantineInflow {
  constructor(private readonly pool: Pool) {}

  /** Whether so many rows that nobody has settled came in since an instant of the machine's clock. */
  async grewBy(count: number, sinceMs: EpochMs): Promise<boolean> {
    const nth = await maybeRow(this.pool, z.object({ first_seen_at_ms: z.int() }), NTH_NEWEST, [count]);
    return nth !== null && nth.first_seen_at_ms >= sinceMs;
  }
}
