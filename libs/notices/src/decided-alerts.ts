import type { Clock } from '@tianyan/kernel';
import { execute, idText, inTransaction, rows, type Pool } from '@tianyan/postgres';
import { z } from 'zod';
import type { StillWaiting } from './escalation-watch.js';
import { announceNotice } from './event-channel.js';

/** Alerts asked about at once: what is set aside is found anew for each time, however few they are. */
const MAX_PER_STEP = 1_000;
/** Findings that are due wait while this looks; the next look goes on where it stopped. */
const MAX_STEPS_PER_LOOK = 5;
/** Alerts that one look asks about. */
export const MAX_ALERTS_PER_LOOK = MAX_PER_STEP * MAX_STEPS_PER_LOOK;

const WAITING = `
  SELECT id, finding_id FROM team_alert WHERE ended_at_ms IS NULL AND acknowledged_at_ms IS NULL AND id > $1
  ORDER BY id LIMIT ${MAX_PER_STEP}`;
// SKIP LOCKED: somebody is just taking note of it, or it goes up; the next look that comes to it sees what came of that.
const END = `
  UPDATE team_alert SET ended_at_ms = $2 WHERE id IN (
    SELECT id FROM team_alert WHERE id = ANY($1) AND ended_at_ms IS NULL AND acknowledged_at_ms IS NULL FOR UPDATE SKIP LOCKED)`;

const waitingSchema = z.object({ id: idText, finding_id: z.string() });
/** Before all alerts. */
const FIRST = '0';

/**
 * What is decided on, or set aside, needs nobody to take note of it: whoever did so has. A decision ends it in its
 * own transaction (`TeamAlerts.endDecided`); whatever else has the same effect (an exemption, which speaks of findings to come, too) is seen here.
 */
export class DecidedAlerts {
  /** After which alert the next look goes on. */
  private after = FIRST;

  constructor(
    private readonly parts: {
      pool: Pool;
      /** The machine's. */
      clock: Clock;
      stillWaiting: StillWaiting;
    },
  ) {}

  /** Ends what waits for nobody, of all teams: of some thousands, the next look goes on. Resolves with how many. */
  async round(): Promise<number> {
    let ended = 0;
    for (let step = 0; step < MAX_STEPS_PER_LOOK; step++) {
      const found = await rows(this.parts.pool, waitingSchema, WAITING, [this.after]);
      ended += await this.end(found);
      const last = found.length < MAX_PER_STEP ? undefined : found.at(-1);
      this.after = last?.id ?? FIRST;
      if (last === undefined) break;
    }
    return ended;
  }

  /** Asked without holding anything: loads and people who take note go on meanwhile, and most of it waits for somebody. */
  private async end(found: readonly z.output<typeof waitingSchema>[]): Promise<number> {
    const { pool, clock, stillWaiting } = this.parts;
    if (found.length === 0) return 0;
    const waiting = await stillWaiting(
      pool,
      found.map(({ finding_id: id }) => id),
    );
    const over = found.filter(({ finding_id: id }) => !waiting.has(id)).map(({ id }) => id);
    if (over.length === 0) return 0;
    return inTransaction(pool, async (client) => {
      const ended = await execute(client, END, [over, clock.nowMs()]);
      if (ended > 0) await announceNotice(client, '0');
      return ended;
    });
  }
}
