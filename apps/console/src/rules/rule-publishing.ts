import { requireAction, type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { RuleSets, RuleVersion } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import { compileRules, InvalidRuleError, placed, type RuleDefinition } from '@tianyan/rules';
import type { PublishedRuleAnswer, PublishRuleRequest, RetireRuleRequest, RuleVersionItem } from '../api/index.js';

const ORIGINS: Readonly<Record<RuleVersion['origin'], string>> = {
  shipped: '随产品',
  folder: '规则目录',
  console: '控制台发布',
};

/** Rules published and retired while everything runs; correlators take them over by themselves. */
export class RulePublishing {
  constructor(private readonly parts: { sets: RuleSets; catalogue: Catalogue; audit: AuditLog }) {}

  async publish(actor: Actor, { yaml, reason }: PublishRuleRequest): Promise<PublishedRuleAnswer> {
    const { sets, audit } = this.parts;
    await requireAction(audit, actor, 'publish-rules', 'rule');
    const rule = await withLines(yaml, () =>
      sets.publish({ yaml, actor: actor.user.account, reason }, (text) => this.check(text)),
    );
    await audit.record(actor, { action: 'publish-rule', object: `rule/${rule.id}@${rule.version}`, reason });
    return { id: rule.id, version: rule.version, title: rule.title };
  }

  async retire(actor: Actor, ruleId: string, { reason }: RetireRuleRequest): Promise<void> {
    const { sets, audit } = this.parts;
    await requireAction(audit, actor, 'publish-rules', `rule/${ruleId}`);
    await sets.retire({ ruleId, actor: actor.user.account, reason });
    await audit.record(actor, { action: 'retire-rule', object: `rule/${ruleId}`, reason });
  }

  /** All texts of the rule that ever stood, newest first. */
  async versions(ruleId: string): Promise<RuleVersionItem[]> {
    const versions = await this.parts.sets.versionsOf(ruleId);
    if (versions.length === 0) throw new RefusedError('not-found', '没有这条规则，请回到列表重新打开');
    return versions.map(({ digest, version, rule, yaml, origin, publishedBy, reason, publishedAtMs, isPublished }) => ({
      digest,
      version,
      title: rule?.title ?? null,
      yaml,
      origin: ORIGINS[origin],
      publishedBy,
      reason,
      publishedAtMs,
      isPublished,
    }));
  }

  /** Throws InvalidRuleError where the rule does not fit the record types there are. */
  private check(rule: RuleDefinition): void {
    compileRules([rule], this.parts.catalogue);
  }
}

/** What is wrong is told with its line: the author looks at the text. */
async function withLines<T>(yaml: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InvalidRuleError)) throw error;
    const problems = error.problems.map((problem) => {
      const { path, message, line } = placed(yaml, problem);
      return { path: line === null ? path : `第 ${line} 行，${path || '（全文）'}`, message };
    });
    throw new InvalidRuleError(error.ruleId, problems);
  }
}
