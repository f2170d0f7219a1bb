import { maskRaw, requireRole, type Actor, type AuditLog } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { FindingDecisions, FindingFilter, FindingQueries } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import type { z } from 'zod';
import type {
  DecisionRequest,
  FindingCounts,
  FindingDetail,
  FindingList,
  findingFilterSchema,
  findingListQuerySchema,
  RawEvidence,
} from '../api/index.js';
import type { NamesDirectory } from '../dictionary/names-directory.js';
import type { RuleBookPort } from '../ports.js';
import { evidenceItems } from './evidence-items.js';
import type { EvidenceReader } from './evidence-reader.js';
import { countsAnswer, detailAnswer, summaryAnswer } from './finding-answers.js';
import { shownEdit } from './shown-edit.js';
import { shownFields } from './shown-fields.js';

type Filter = z.output<typeof findingFilterSchema>;

/** What a signed-in person can do with findings. */
export class FindingCases {
  constructor(
    private readonly parts: {
      queries: FindingQueries;
      decisions: FindingDecisions;
      evidence: EvidenceReader;
      rules: RuleBookPort;
      names: NamesDirectory;
      catalogue: Catalogue;
      audit: AuditLog;
    },
  ) {}

  async list(query: z.output<typeof findingListQuerySchema>): Promise<FindingList> {
    const [page, names] = await Promise.all([
      this.parts.queries.list(toFilter(query), { cursor: query.cursor ?? null, limit: query.limit }),
      this.parts.names.names(),
    ]);
    return { items: page.items.map((finding) => summaryAnswer(finding, names)), nextCursor: page.nextCursor };
  }

  async counts(filter: Filter): Promise<FindingCounts> {
    const [counts, names] = await Promise.all([this.parts.queries.counts(toFilter(filter)), this.parts.names.names()]);
    return countsAnswer(counts, names);
  }

  async get(actor: Actor, id: string): Promise<FindingDetail> {
    const { rules, catalogue } = this.parts;
    const finding = await this.find(id);
    const [records, names] = await Promise.all([this.parts.evidence.records(finding.evidence), this.parts.names.names()]);
    const rule = rules.find(finding.ruleId);
    const evidence = evidenceItems({ refs: finding.evidence, records, catalogue, names, rule });
    return detailAnswer({ finding, names, rule, evidence, catalogue, role: actor.user.role });
  }

  /** Everybody may see a raw record with personal data covered; uncovered only with a reason. Both are on record. */
  async rawEvidence(
    actor: Actor,
    id: string,
    index: number,
    request: { unmask: boolean; reason: string | null },
  ): Promise<RawEvidence> {
    const finding = await this.find(id);
    const ref = finding.evidence[index];
    if (!ref) throw new RefusedError('not-found', '没有这条证据，证据可能已更新，请刷新页面');
    if (request.unmask && request.reason === null) throw new RefusedError('invalid', '查看未遮蔽的个人信息须写明理由');
    await this.parts.audit.record(actor, {
      action: request.unmask ? 'read-unmasked-record' : 'read-raw-record',
      object: `finding/${id}/evidence/${ref.type}/${ref.id}@${ref.version}`,
      ...(request.reason === null ? {} : { reason: request.reason }),
    });
    const [[record], raw, names] = await Promise.all([
      this.parts.evidence.records([ref]),
      this.parts.evidence.raw(ref),
      this.parts.names.names(),
    ]);
    if (!record || raw === null) throw new RefusedError('not-found', '原始记录已超过保存期限，不在库中');
    const { contract, source, version, hash, receivedAtMs } = record;
    return {
      type: ref.type,
      typeLabel: contract.label,
      recordId: ref.id,
      source,
      version,
      hash,
      receivedAtMs,
      raw: request.unmask ? raw : maskRaw(raw, record),
      edit: shownEdit(record.edit),
      masked: !request.unmask,
      fields: shownFields(contract, record.fields, names, request.unmask),
    };
  }

  async decide(actor: Actor, id: string, request: DecisionRequest): Promise<FindingDetail> {
    const { audit, decisions } = this.parts;
    // Deciding on a doubt is an analyst's work; whoever runs the platform must not be able to make doubts go away.
    await requireRole(audit, actor, 'analyst', `finding/${id}`);
    const reason = request.reason ?? null;
    await decisions.decide({ findingId: id, decision: request.decision, actor: actor.user.account, reason });
    await audit.record(actor, {
      action: 'decide-finding',
      object: `finding/${id}/${request.decision}`,
      ...(reason === null ? {} : { reason }),
    });
    return this.get(actor, id);
  }

  private async find(id: string) {
    const finding = await this.parts.queries.get(id);
    if (!finding) throw new RefusedError('not-found', '没有这条疑点，可能链接有误，请回到列表重新打开');
    return finding;
  }
}

function toFilter(query: Filter): FindingFilter {
  return {
    ...(query.status && { statuses: query.status }),
    ...(query.rule && { ruleIds: query.rule }),
    ...(query.class && { problemClasses: query.class }),
    ...(query.severity && { severities: query.severity }),
    ...(query.township && { townshipCodes: query.township }),
    ...(query.unit && { unitIds: query.unit }),
    ...(query.text && { text: query.text }),
    ...(query.fromMs !== undefined && { occurredFromMs: query.fromMs }),
    ...(query.toMs !== undefined && { occurredBeforeMs: query.toMs }),
  };
}
