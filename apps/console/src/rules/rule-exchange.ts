import { type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { RuleDrafts, RuleSets } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import { InvalidRuleError } from '@tianyan/rules';
import { MAX_IMPORTED_RULES, type ImportedRule } from '../api/index.js';
import { checkedRule } from './checked-rule.js';
import { draftText } from './rule-draft-cases.js';

/** Divides the rules of one file: what YAML itself divides documents by. */
const BETWEEN = /^---[ \t]*$/m;

/** Rules taken out as one file of YAML and brought in as drafts. */
export class RuleExchange {
  constructor(private readonly parts: { sets: RuleSets; drafts: RuleDrafts; catalogue: Catalogue; audit: AuditLog }) {}

  /** The texts that stand, or that of one rule, as their authors wrote them. Throws RefusedError `not-found`. */
  async export(ruleId?: string): Promise<{ yaml: string; count: number }> {
    const texts = (await this.parts.sets.published()).filter((one) => ruleId === undefined || one.ruleId === ruleId);
    if (ruleId !== undefined && texts.length === 0) throw new RefusedError('not-found', '没有这条规则，或者它已经撤下');
    return { yaml: texts.map(({ yaml }) => `${yaml.trim()}\n`).join('---\n'), count: texts.length };
  }

  /** Each new or changed rule becomes a draft of its own; nothing is published. Throws RefusedError for too many. */
  async import(actor: Actor, yaml: string): Promise<{ items: ImportedRule[] }> {
    const { sets, audit } = this.parts;
    const texts = yaml.split(BETWEEN).map((text) => text.trim());
    const filled = texts.filter((text) => text !== '');
    if (filled.length > MAX_IMPORTED_RULES)
      throw new RefusedError('invalid', `一次最多导入 ${MAX_IMPORTED_RULES} 条规则，这个文件有 ${filled.length} 条`);
    const standing = new Map((await sets.published()).map((one) => [one.ruleId, one]));
    const items: ImportedRule[] = [];
    const seen = new Set<string>();
    for (const text of filled) {
      const item = await this.importOne(actor, text, { standing: standing.get(draftText(text).ruleId), seen });
      items.push(item);
    }
    const made = items.filter(({ draftId }) => draftId !== null).length;
    await audit.record(actor, { action: 'import-rules', object: `rule-draft/${made}` });
    return { items };
  }

  private async importOne(
    actor: Actor,
    text: string,
    { standing, seen }: { standing: { digest: string; yaml: string } | undefined; seen: Set<string> },
  ): Promise<ImportedRule> {
    const { ruleId, title } = draftText(text);
    const none = { ruleId, title, problem: null, draftId: null };
    try {
      checkedRule(text, this.parts.catalogue);
    } catch (error) {
      if (error instanceof InvalidRuleError) return { ...none, outcome: 'wrong', problem: error.message };
      throw error;
    }
    // Each of several of one rule would look like the newest.
    if (seen.has(ruleId)) return { ...none, outcome: 'wrong', problem: `规则编号 ${ruleId} 在这个文件里重复，只取了第一条` };
    seen.add(ruleId);
    if (standing?.yaml.trim() === text) return { ...none, outcome: 'same' };
    const basedOn = standing?.digest ?? null;
    const draftId = await this.parts.drafts.create({ yaml: text, ruleId, title, basedOn }, actor.user.account);
    return { ...none, outcome: standing ? 'changed' : 'new', draftId };
  }
}
