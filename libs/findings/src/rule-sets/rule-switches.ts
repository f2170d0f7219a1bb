import { RefusedError } from '@tianyan/kernel';
import { execute, inTransaction, type ClientBase, type Pool } from '@tianyan/postgres';
import { takeCommitLock } from '../commit-lock.js';
import { beginEpoch, currentEpoch } from './epoch.js';
import { readSwitches, type RuleSwitch, type SwitchState, type SwitchTarget } from './switches.js';

interface SwitchContext {
  /** In which it was seen what comes of it; missing: nobody looked. */
  seenEpoch?: number | undefined;
  /** What stands or falls with it, such as its entry in the audit log. */
  also?: (client: ClientBase) => Promise<void>;
}

/** Which rules people let run, and over which sources. */
export class RuleSwitches {
  constructor(private readonly pool: Pool) {}

  async read(): Promise<SwitchState> {
    return readSwitches(this.pool);
  }

  /**
   * Begins an epoch: from its commit on no answer of rules as they stood before is stored, in whichever process. Several rules are switched in one.
   * Throws RefusedError `conflict` where the epoch that was seen is over by now.
   */
  async set(
    target: SwitchTarget | { kind: 'rule'; id: string },
    to: RuleSwitch,
    { seenEpoch, also }: SwitchContext = {},
  ): Promise<void> {
    const [kind, ids] = target.kind === 'rules' ? ['rule', [...target.ids]] : [target.kind, [target.id]];
    await inTransaction(this.pool, async (client) => {
      // Before the lock: of hundreds of rules it would hold up live work, and what is refused is undone all the same.
      await also?.(client);
      await takeCommitLock(client);
      if (seenEpoch !== undefined && (await currentEpoch(client)) !== seenEpoch)
        throw new RefusedError('conflict', '看过以后规则、取值或别的开关又改过，请再看一次会增减哪些疑点');
      await execute(
        client,
        `INSERT INTO finding_rule_switch (kind, id, enabled, sources, reason, actor, changed_at_ms)
         SELECT $1, id, $3, $4, $5, $6, $7 FROM unnest($2::text[]) AS id
         ON CONFLICT (kind, id) DO UPDATE SET enabled = excluded.enabled, sources = excluded.sources, reason = excluded.reason,
           actor = excluded.actor, changed_at_ms = excluded.changed_at_ms`,
        [kind, ids, to.enabled, to.sources, to.reason, to.actor, to.changedAtMs],
      );
      await beginEpoch(client, { actor: to.actor, reason: to.reason, atMs: to.changedAtMs });
    });
  }
}
