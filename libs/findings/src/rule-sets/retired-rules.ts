import type { Clock } from '@tianyan/kernel';
import { rows, type Pool } from '@tianyan/postgres';
import { MAX_SCOPES_PER_CALL } from '@tianyan/rules';
import { z } from 'zod';
import type { EvaluationTickets } from '../evaluation-tickets.js';
import type { FindingStore } from '../finding-store.js';

/** Nothing of it is written: what is withdrawn keeps the words of its rule. */
const UNKNOWN_BY_NOW = { version: 0, title: '', problemClass: '', severity: 'low', fingerprint: '', member: null } as const;

const ruleSchema = z.object({ rule_id: z.string() });
const scopeSchema = z.object({ scope: z.string() });

/**
 * Withdraws what rules have found that no longer run. No landed batch and no sweep would ever look at it again: it would
 * stand as a doubt about people for ever. History and decisions stay; a rule that comes back opens its findings again.
 */
export class RetiredRules {
  constructor(
    private readonly input: {
      pool: Pool;
      tickets: EvaluationTickets;
      store: FindingStore;
      countyClock: Clock;
    },
  ) {}

  /**
   * Withdraws the answers of rules that neither run here nor are judged by any other process. Repeats change nothing. What a rule
   * that is set aside has found stays as it is: nobody has said that it is wrong.
   * @param epoch in which these rules run; throws OtherEpochError where it is over: one of the rules may have come back
   * @returns ids of the rules that still had answers
   */
  async withdraw(runningRuleIds: readonly string[], epoch: number): Promise<readonly string[]> {
    const stored = await rows(
      this.input.pool,
      ruleSchema,
      `SELECT rule_id FROM (SELECT rule_id FROM finding_scope WHERE hit OR due_at_ms IS NOT NULL
         UNION SELECT rule_id FROM finding WHERE holds) stored
       WHERE rule_id <> ALL($1) AND rule_id NOT IN (SELECT rule_id FROM finding_active_rule)
         AND rule_id NOT IN (SELECT rule_id FROM finding_set_aside WHERE ended_at_ms IS NULL) ORDER BY rule_id`,
      [runningRuleIds],
    );
    for (const { rule_id: ruleId } of stored) {
      for (let scopes = await this.scopesOf(ruleId); scopes.length > 0; scopes = await this.scopesOf(ruleId))
        await this.withdrawScopes(ruleId, scopes, epoch);
    }
    return stored.map((row) => row.rule_id);
  }

  /** Scopes for which the rule still has an answer, at most a call's worth. */
  private async scopesOf(ruleId: string): Promise<readonly string[]> {
    const stored = await rows(
      this.input.pool,
      scopeSchema,
      `SELECT scope FROM finding_scope WHERE rule_id = $1 AND (hit OR due_at_ms IS NOT NULL)
       UNION SELECT scope FROM finding WHERE rule_id = $1 AND holds LIMIT $2`,
      [ruleId, MAX_SCOPES_PER_CALL],
    );
    return stored.map((row) => row.scope);
  }

  /** The answer "nothing", under a ticket like any other: an evaluation still under way elsewhere cannot come after it. */
  private async withdrawScopes(ruleId: string, scopes: readonly string[], epoch: number): Promise<void> {
    const { tickets, store, countyClock } = this.input;
    const ticket = await tickets.take(countyClock.nowMs(), epoch);
    try {
      await store.commit({
        ticket,
        evaluated: [{ group: { rules: [{ id: ruleId, ...UNKNOWN_BY_NOW }], explain: () => '' }, scopes, evaluations: [] }],
        causeOf: () => ({ kind: 'rule-retired' }),
        offsets: [],
      });
    } catch (error) {
      await tickets.giveUp(ticket);
      throw error;
    }
  }
}
