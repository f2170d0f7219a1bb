import { Reach, requireAction, type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { Trials } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import type { RuleTrial, TryRuleRequest } from '../api/index.js';
import type { ConfidentialRecords } from '../findings/confidential-records.js';
import { checkedRule } from './checked-rule.js';
import { trialAnswer } from './trial-answers.js';

/** Rules tried before they are published, by whoever may publish them; each person sees their own trials. */
export class RuleTrials {
  constructor(
    private readonly parts: {
      trials: Trials;
      catalogue: Catalogue;
      names: NamesDirectory;
      confidential: ConfidentialRecords;
      audit: AuditLog;
    },
  ) {}

  async start(actor: Actor, { yaml }: TryRuleRequest): Promise<{ id: string }> {
    const { trials, catalogue, audit } = this.parts;
    await requireAction(audit, actor, 'publish-rules', 'rule');
    const rule = checkedRule(yaml, catalogue);
    await audit.record(actor, { action: 'try-rule', object: `rule/${rule.id}@${rule.version}` });
    return { id: await trials.start(actor.user.id, { rule, yaml, reach: Reach.of(actor) }) };
  }

  async get(actor: Actor, id: string): Promise<RuleTrial> {
    const { trials, catalogue, names, confidential, audit } = this.parts;
    await requireAction(audit, actor, 'publish-rules', 'rule-trial');
    const trial = await trials.find(id, actor.user.id);
    if (!trial) throw new RefusedError('not-found', '没有这次试一试，或者结果已过期，请再试一次');
    const samples = [
      ...(trial.result?.samples ?? []),
      ...(trial.result?.changes?.gainedSamples ?? []),
      ...(trial.result?.changes?.lostSamples ?? []),
    ];
    const orders = samples.flatMap(({ subjects: { orderId } }) => (orderId === undefined ? [] : [orderId]));
    const closed = await confidential.confidentialOrders(orders);
    return trialAnswer(trial, { catalogue, names: await names.refresh(), closed });
  }

  async cancel(actor: Actor, id: string): Promise<void> {
    await requireAction(this.parts.audit, actor, 'publish-rules', 'rule-trial');
    await this.parts.trials.cancel(id, actor.user.id);
  }
}
