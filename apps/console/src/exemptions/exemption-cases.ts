import { Reach, type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { Exemptions } from '@tianyan/findings';
import { DAY_MS, RefusedError, startOfChinaDayMs } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import type { EndExemptionRequest, ExemptionList, ExemptionRequest, FindingDetail, RuleExemptionRequest } from '../api/index.js';
import type { FindingCases } from '../findings/finding-cases.js';
import { subjectLabel } from '../findings/subjects.js';
import type { RuleDescription } from '../rules/rule-description.js';
import { exemptionAnswer } from './exemption-answer.js';
import type { RuleBook } from '../rules/rule-book.js';
import { assertReachesClass } from '../rules/class-reach.js';

/** What people set aside. It is an analyst's work, as deciding is: whoever runs the platform must not be able to make doubts go away. */
export class ExemptionCases {
  constructor(
    private readonly parts: {
      exemptions: Exemptions;
      findings: FindingCases;
      rules: RuleBook;
      names: NamesDirectory;
      catalogue: Catalogue;
      audit: AuditLog;
    },
  ) {}

  async list(actor: Actor, ruleId: string | null): Promise<ExemptionList> {
    const { exemptions, rules, names: directory, catalogue } = this.parts;
    const [found, names, standing] = await Promise.all([
      exemptions.list(Reach.of(actor), ruleId),
      directory.refresh(),
      rules.list(),
    ]);
    const titles = new Map(standing.map(({ id, title }) => [id, title]));
    const rule = ruleId === null ? undefined : standing.find(({ id }) => id === ruleId);
    return {
      subjectKinds: rule ? subjectKindsOf(rule, catalogue) : [],
      items: found.map((one) => exemptionAnswer(one, titles.get(one.ruleId) ?? one.ruleId, { names, catalogue })),
    };
  }

  /** Sets aside what the rule of a finding finds about a subject of it; returns the finding. */
  async add(actor: Actor, findingId: string, request: ExemptionRequest): Promise<FindingDetail> {
    const { exemptions, findings, audit } = this.parts;
    // What of an order told in confidence is not shown cannot be named in a list either.
    const { subjects, ruleId } = await findings.get(actor, findingId);
    const { kind, subjectKind, reason, document = null, untilDay } = request;
    if (subjectKind !== 'scope' && !subjects.some((subject) => subject.kind === subjectKind))
      throw new RefusedError('invalid', '这条疑点没有这种对象，请刷新页面后重新选择。');
    const expiresAtMs = untilDay === undefined ? null : startOfChinaDayMs(untilDay) + DAY_MS;
    const asked = { findingId, kind, subjectKind, reason, document, expiresAtMs, actor: actor.user.account };
    const id = await exemptions.add(Reach.of(actor), asked);
    await audit.record(actor, { action: 'set-aside', object: `rule/${ruleId}/exemption/${id}`, reason });
    return findings.get(actor, findingId);
  }

  /** The same from the page of a rule, for a subject that may have no finding yet. */
  async addForRule(actor: Actor, request: RuleExemptionRequest): Promise<{ id: string }> {
    const { exemptions, rules, catalogue, audit } = this.parts;
    const { ruleId, kind, subjectKind, subjectCode, reason, document = null, untilDay } = request;
    const rule = await rules.find(ruleId);
    if (!rule) throw new RefusedError('not-found', '没有这条规则，或者它已经撤下，请回到列表重新打开。');
    assertReachesClass(actor, rule);
    if (!subjectKindsOf(rule, catalogue).some((one) => one.kind === subjectKind))
      throw new RefusedError('invalid', '这条规则的疑点没有这种对象，请刷新页面后重新选择。');
    const expiresAtMs = untilDay === undefined ? null : startOfChinaDayMs(untilDay) + DAY_MS;
    const asked = { ruleId, kind, subjectKind, subjectCode, reason, document, expiresAtMs, actor: actor.user.account };
    const id = await exemptions.addForRule(Reach.of(actor), asked);
    await audit.record(actor, { action: 'set-aside', object: `rule/${ruleId}/exemption/${id}`, reason });
    return { id };
  }

  async end(actor: Actor, id: string, { reason }: EndExemptionRequest): Promise<void> {
    const { exemptions, audit } = this.parts;
    if (!/^\d{1,18}$/.test(id)) throw new RefusedError('not-found', '没有这条豁免，请刷新页面。');
    await exemptions.end(Reach.of(actor), id, { actor: actor.user.account, reason });
    await audit.record(actor, { action: 'end-exemption', object: `exemption/${id}`, reason });
  }
}

/** A whole township is nothing to set aside. */
function subjectKindsOf({ subjectKinds }: RuleDescription, catalogue: Catalogue): ExemptionList['subjectKinds'] {
  const named = subjectKinds
    .filter((kind) => kind !== 'townshipCode')
    .map((kind) => ({ kind, label: subjectLabel(kind, catalogue) }));
  return [{ kind: 'scope', label: '判断对象' }, ...named];
}
