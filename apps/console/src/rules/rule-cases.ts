import type { Catalogue } from '@tianyan/contracts';
import type { FindingQueries } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import type { RuleDetail, RuleList, RuleSummary } from '../api/index.js';
import type { RuleBookPort, RuleDescription } from '../ports.js';

/** The rules, as people read them. */
export class RuleCases {
  constructor(private readonly parts: { rules: RuleBookPort; findings: FindingQueries; catalogue: Catalogue }) {}

  async list(): Promise<RuleList> {
    const counts = await this.parts.findings.counts({ statuses: ['open'] });
    const open = new Map(counts.byRule.map(({ ruleId, count }) => [ruleId, count]));
    return { items: this.parts.rules.list().map((rule) => this.summary(rule, open.get(rule.id) ?? 0)) };
  }

  async get(id: string): Promise<RuleDetail> {
    const rule = this.parts.rules.find(id);
    if (!rule) throw new RefusedError('not-found', '没有这条规则，请回到列表重新打开');
    const { byStatus } = await this.parts.findings.counts({ ruleIds: [id] });
    return {
      ...this.summary(rule, byStatus.open),
      words: [...rule.words],
      sql: rule.sql,
      parameters: rule.parameters.map(({ name, label, text }) => ({ name, label, text })),
      legalBasis: [...rule.legalBasis],
      exampleCount: rule.exampleCount,
      findingsByStatus: byStatus,
    };
  }

  private summary(rule: RuleDescription, openFindings: number): RuleSummary {
    return {
      id: rule.id,
      version: rule.version,
      title: rule.title,
      class: rule.class,
      classLabel: rule.class,
      severity: rule.severity,
      kind: rule.kind,
      kindLabel: rule.kindLabel,
      reads: rule.recordTypes.map((type) => this.parts.catalogue.find(type)?.label ?? type),
      openFindings,
    };
  }
}
