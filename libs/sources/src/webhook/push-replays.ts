import { MINUTE_MS, type Clock } from '@tianyan/kernel';
import { execute, maybeRow, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import { REPLAY_WINDOW_MS } from './signature.js';

/** A process that has not taken a push for so long has died over it: it may come again. Far longer than taking one takes. */
export const PUSH_LEASE_MS = 2 * MINUTE_MS;
/** Old signatures removed with each push: more than can come in by it. */
const REMOVED_PER_PUSH = 100;

/** `taken`: the stream has it; `in-hand`: some process is working on it. */
export type PushState = 'new' | 'taken' | 'in-hand';

const seenSchema = z.object({ taken: z.boolean() });

/** Which pushes have been taken: one memory for all processes, kept over a restart, for as long as a signature is valid. */
export class PushReplays {
  constructor(
    private readonly pool: Pool,
    private readonly machineClock: Clock,
  ) {}

  /** Takes a push in hand if nobody has it. `taken` or `failed` must follow on `new`. */
  async begin(signature: string): Promise<PushState> {
    const nowMs = this.machineClock.nowMs();
    await execute(
      this.pool,
      `DELETE FROM push_seen WHERE signature IN
         (SELECT signature FROM push_seen WHERE until_ms <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [nowMs, REMOVED_PER_PUSH],
    );
    const begun = await execute(
      this.pool,
      `INSERT INTO push_seen (signature, taken, until_ms) VALUES ($1, false, $3)
       ON CONFLICT (signature) DO UPDATE SET taken = false, until_ms = excluded.until_ms WHERE push_seen.until_ms <= $2`,
      [signature, nowMs, nowMs + PUSH_LEASE_MS],
    );
    if (begun === 1) return 'new';
    const seen = await maybeRow(this.pool, seenSchema, 'SELECT taken FROM push_seen WHERE signature = $1', [signature]);
    return seen?.taken === true ? 'taken' : 'in-hand';
  }

  /** The stream has every record of it. */
  async taken(signature: string): Promise<void> {
    await execute(this.pool, 'UPDATE push_seen SET taken = true, until_ms = $2 WHERE signature = $1', [
      signature,
      // A signature may be early by the window and stay valid for another.
      this.machineClock.nowMs() + 2 * REPLAY_WINDOW_MS,
    ]);
  }

  /** Nothing of it counts as received: the sender may send the very same message again. */
  async failed(signature: string): Promise<void> {
    await execute(this.pool, 'DELETE FROM push_seen WHERE signature = $1 AND NOT taken', [signature]);
  }
}
