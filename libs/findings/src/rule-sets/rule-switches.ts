import { execute, inTransaction, type Pool } from '@tianyan/postgres';
import { takeCommitLock } from '../commit-lock.js';
import { beginEpoch } from './epoch.js';
import { readSwitches, type RuleSwitch, type SwitchState } from './switches.js';

/** Which rules people let run, and over which sources. */
export class RuleSwitches {
  constructor(private readonly pool: Pool) {}

  async read(): Promise<SwitchState> {
    return readSwitches(this.pool);
  }

  /** Begins an epoch: from its commit on no answer of rules as they stood before is stored, in whichever process. */
  async set(target: { kind: 'pack' | 'rule'; id: string }, to: RuleSwitch): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await takeCommitLock(client);
      await execute(
        client,
        `INSERT INTO finding_rule_switch (kind, id, enabled, sources, reason, actor, changed_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (kind, id) DO UPDATE SET enabled = excluded.enabled, sources = excluded.sources, reason = excluded.reason,
           actor = excluded.actor, changed_at_ms = excluded.changed_at_ms`,
        [target.kind, target.id, to.enabled, to.sources, to.reason, to.actor, to.changedAtMs],
      );
      await beginEpoch(client, { actor: to.actor, reason: to.reason, atMs: to.changedAtMs });
    });
  }
}
