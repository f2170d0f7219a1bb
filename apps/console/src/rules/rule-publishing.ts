import { requireAction, type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { RuleSets, RuleVersion } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import type { CheckedExample, ExampleProcess } from '@tianyan/rules';
import { checkedRule } from './checked-rule.js';
import type { PublishedRuleAnswer, PublishRuleRequest, RetireRuleRequest, RuleVersionItem } from '../api/index.js';

const ORIGINS: Readonly<Record<RuleVersion['origin'], string>> = {
  shipped: '随产品',
  folder: '规则目录',
  console: '控制台发布',
};

/** Differences shown of examples that fail; more than the first say the same. */
const MAX_SHOWN_DIFFERENCES = 20;

/** Rules published and retired while everything runs; correlators take them over by themselves. */
export class RulePublishing {
  constructor(
    private readonly parts: { sets: RuleSets; catalogue: Catalogue; audit: AuditLog; examples: Pick<ExampleProcess, 'tried'> },
  ) {}

  /** Its examples are tried first, which takes seconds; one that fails is told with what came instead, and nothing is published. */
  async publish(actor: Actor, { yaml, reason }: PublishRuleRequest): Promise<PublishedRuleAnswer> {
    const { sets, catalogue, audit, examples } = this.parts;
    await requireAction(audit, actor, 'publish-rules', 'rule');
    checkedRule(yaml, catalogue);
    assertPassed(await examples.tried(yaml));
    const rule = await sets.publish({ yaml, actor: actor.user.account, reason }, () => checkedRule(yaml, catalogue));
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
}

/** Throws RefusedError that says what came otherwise than the examples say. */
function assertPassed(examples: readonly CheckedExample[]): void {
  const failed = examples.filter(({ differences }) => differences.length > 0);
  if (failed.length === 0) return;
  const lines = failed.flatMap(({ name, differences }) => differences.map((line) => `- 例子“${name}”：${line}`));
  const more = lines.length > MAX_SHOWN_DIFFERENCES ? [`- ……另有 ${lines.length - MAX_SHOWN_DIFFERENCES} 处不同`] : [];
  throw new RefusedError(
    'invalid',
    [
      `没有发布：${examples.length} 个例子里有 ${failed.length} 个没有通过。请改规则或改例子：`,
      ...lines.slice(0, MAX_SHOWN_DIFFERENCES),
      ...more,
    ].join('\n'),
  );
}
