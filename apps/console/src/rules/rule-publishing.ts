import { Reach, type Actor, type AuditAction, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import { shadowIdOf, type RuleSets, type RuleVersion, type ShadowQueries, type ShadowRule } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import type { RuleDefinition } from '@tianyan/rules';
import type {
  PublishedRuleAnswer,
  RestoreRuleRequest,
  RetireRuleRequest,
  RuleShadow,
  RuleVersionItem,
  ShadowStepRequest,
} from '../api/index.js';
import { checkedRule } from './checked-rule.js';
import type { ShownSamples } from './shown-samples.js';

const ORIGINS: Readonly<Record<RuleVersion['origin'], string>> = {
  shipped: '随产品',
  folder: '规则目录',
  console: '控制台发布',
};

/** Published rules: taken away, put back, judged in shadow and made to speak, while everything runs; correlators take it over by themselves. */
export class RulePublishing {
  constructor(
    private readonly parts: {
      sets: RuleSets;
      shadows: ShadowQueries;
      shown: ShownSamples;
      catalogue: Catalogue;
      audit: AuditLog;
    },
  ) {}

  async retire(actor: Actor, ruleId: string, { reason }: RetireRuleRequest): Promise<void> {
    const { sets, audit } = this.parts;
    await sets.retire({ ruleId, actor: actor.user.account, reason });
    await audit.record(actor, { action: 'retire-rule', object: `rule/${ruleId}`, reason });
  }

  /** A text that stood before stands again. */
  async restore(actor: Actor, ruleId: string, { digest, reason }: RestoreRuleRequest): Promise<PublishedRuleAnswer> {
    const { sets } = this.parts;
    const rule = await sets.restore({ ruleId, digest, actor: actor.user.account, reason }, (yaml) => this.check(yaml));
    return this.noted(actor, 'restore-rule', rule, reason);
  }

  /** What the rule finds in shadow, within the reach of who asks. */
  async shadow(actor: Actor, ruleId: string): Promise<RuleShadow> {
    const { sets, shadows, shown } = this.parts;
    const { text, actor: by, reason, sinceMs } = await this.findShadow(ruleId);
    const [progress, findings] = await Promise.all([sets.progress(), shadows.of(Reach.of(actor), ruleId)]);
    return {
      version: text.version,
      title: text.rule?.title ?? null,
      progress: progress.get(shadowIdOf(ruleId)) ?? 'waiting',
      actor: by,
      reason,
      sinceMs,
      findings: await shown.shadow(findings, text.rule?.roles ?? {}),
    };
  }

  async makeLive(actor: Actor, ruleId: string, { reason }: ShadowStepRequest): Promise<PublishedRuleAnswer> {
    const { sets } = this.parts;
    const rule = await sets.makeLive({ ruleId, actor: actor.user.account, reason }, (yaml) => this.check(yaml));
    return this.noted(actor, 'publish-rule', rule, reason);
  }

  async endShadow(actor: Actor, ruleId: string, { reason }: ShadowStepRequest): Promise<void> {
    const { sets, audit } = this.parts;
    await sets.endShadow({ ruleId, actor: actor.user.account, reason });
    await audit.record(actor, { action: 'end-shadow', object: `rule/${ruleId}`, reason });
  }

  /** All texts of the rule that ever stood, newest first. */
  async versions(ruleId: string): Promise<RuleVersionItem[]> {
    const versions = await this.parts.sets.versionsOf(ruleId);
    if (versions.length === 0) throw new RefusedError('not-found', '没有这条规则，请回到列表重新打开');
    return versions.map(({ rule, origin, ruleId: _ruleId, ...version }) => ({
      ...version,
      title: rule?.title ?? null,
      origin: ORIGINS[origin],
    }));
  }

  private async findShadow(ruleId: string): Promise<ShadowRule> {
    const shadow = (await this.parts.sets.shadows()).find(({ text }) => text.ruleId === ruleId);
    if (!shadow) throw new RefusedError('not-found', '这条规则没有在影子运行');
    return shadow;
  }

  private check(yaml: string): RuleDefinition {
    return checkedRule(yaml, this.parts.catalogue);
  }

  private async noted(actor: Actor, action: AuditAction, rule: RuleDefinition, reason: string): Promise<PublishedRuleAnswer> {
    await this.parts.audit.record(actor, { action, object: `rule/${rule.id}@${rule.version}`, reason });
    return { id: rule.id, version: rule.version, title: rule.title };
  }
}
