import { coversOf, maskRow, Reach, type Actor, type AuditLog, type MaskOptions, type Reveals } from '@tianyan/access';
import type { ClueQueries, Clues, StepReceipt } from '@tianyan/cases';
import { columnUses, platformFinding, type Catalogue } from '@tianyan/contracts';
import {
  expectedPermille,
  tierOf,
  type Exemptions,
  type FindingDecisions,
  type FindingFilter,
  type FindingGroups,
  type FindingQueries,
  type FindingSummary as StoredSummary,
  type FindingRisks,
  type PrecisionQueries,
  type RuleRisk,
  type RulesSetAside,
} from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import type { EvidenceRef, Names, NamesDirectory } from '@tianyan/rules';
import type { z } from 'zod';
import type {
  DecisionRequest,
  FindingCounts,
  FindingDetail,
  FindingGroupList,
  FindingList,
  FindingSummary,
  findingFilterSchema,
  findingListQuerySchema,
  RawEvidence,
} from '../api/index.js';
import type { AskedConnector } from '../tokens.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { WeekCases } from './week-cases.js';
import type { ConfidentialRecords } from './confidential-records.js';
import { evidenceItems, type FoundEvidence } from './evidence-items.js';
import type { EvidenceReader, LoggedRecord } from './evidence-reader.js';
import { countsAnswer, detailAnswer, summaryAnswer } from './finding-answers.js';
import { shownEdit } from './shown-edit.js';
import { shownFields } from './shown-fields.js';

type Filter = z.output<typeof findingFilterSchema>;

/** What a signed-in person can do with findings, within the person's reach: what lies outside answers like what is not there. */
export class FindingCases {
  constructor(
    private readonly parts: {
      queries: FindingQueries;
      groups: FindingGroups;
      risks: FindingRisks;
      precision: PrecisionQueries;
      decisions: FindingDecisions;
      exemptions: Exemptions;
      /** Rules that are not judged because judging them fails. */
      paused: Pick<RulesSetAside, 'open'>;
      evidence: EvidenceReader;
      rules: RuleBook;
      names: NamesDirectory;
      catalogue: Catalogue;
      audit: AuditLog;
      reveals: Reveals;
      confidential: ConfidentialRecords;
      mappers: AskedConnector['mappers'];
      clues: Clues;
      clueQueries: ClueQueries;
      weeks: WeekCases;
    },
  ) {}

  async list(actor: Actor, query: z.output<typeof findingListQuerySchema>): Promise<FindingList> {
    const order = query.order === 'risk' ? 'risk' : 'lastChangedAtMs';
    const page = { order, cursor: query.cursor ?? null, limit: query.limit, rules: await this.ruleRisks(actor) } as const;
    const { items, nextCursor } = await this.parts.queries.list(Reach.of(actor), await this.filterOf(actor, query), page);
    return { items: await this.summaries(actor, items), nextCursor };
  }

  async groups(actor: Actor, query: z.output<typeof findingListQuerySchema>): Promise<FindingGroupList> {
    const risks = query.order === 'risk' ? { risks: await this.ruleRisks(actor) } : {};
    const page = { cursor: query.cursor ?? null, limit: query.limit, ...risks };
    const { items, nextCursor } = await this.parts.groups.list(Reach.of(actor), await this.filterOf(actor, query), page);
    const tops = await this.summaries(
      actor,
      items.map(({ top }) => top),
    );
    return {
      items: items.flatMap(({ key, count, ruleCount }, i) => {
        const top = tops[i];
        return top ? [{ key, count, ruleCount, top }] : [];
      }),
      nextCursor,
    };
  }

  /** Those of the findings that lie within reach, as a list shows them. */
  async listed(actor: Actor, ids: readonly string[]): Promise<FindingSummary[]> {
    if (ids.length === 0) return [];
    const { items } = await this.parts.queries.list(Reach.of(actor), { ids }, { limit: ids.length });
    return this.summaries(actor, items);
  }

  private async summaries(actor: Actor, findings: readonly StoredSummary[]): Promise<FindingSummary[]> {
    const { catalogue, confidential, exemptions } = this.parts;
    const [names, risks, closed, aside, paused] = await Promise.all([
      this.parts.names.refresh(),
      this.risksOf(
        actor,
        findings.map(({ id }) => id),
      ),
      confidential.confidentialOrders(findings.flatMap(({ subjects }) => subjects['orderId'] ?? [])),
      exemptions.ofFindings(
        Reach.of(actor),
        findings.map(({ id }) => id),
      ),
      this.parts.paused.open(),
    ]);
    return findings.map((finding) => {
      const isClosed = closed.has(finding.subjects['orderId'] ?? '');
      const exemption = aside.get(finding.id) ?? null;
      return summaryAnswer(finding, {
        names,
        catalogue,
        confidential: isClosed,
        exemption,
        tier: tierOf(risks.get(finding.id) ?? 0),
        rulePausedSinceMs: paused.get(finding.ruleId)?.currentUntilMs ?? null,
      });
    });
  }

  private async risksOf(actor: Actor, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.parts.risks.of(Reach.of(actor), ids, await this.ruleRisks(actor));
  }

  /** What each rule brings to the risk of its findings, as far as who asks sees what was checked. */
  private async ruleRisks(actor: Actor): Promise<ReadonlyMap<string, RuleRisk>> {
    const [rules, precisions] = await Promise.all([this.parts.rules.list(), this.parts.precision.byRule(Reach.of(actor))]);
    return new Map(
      rules.map(({ id, amountAtStake }) => [id, { permille: expectedPermille(precisions.get(id)), amountFigure: amountAtStake }]),
    );
  }

  async counts(actor: Actor, filter: Filter): Promise<FindingCounts> {
    const { queries, names: directory } = this.parts;
    const asked = await this.filterOf(actor, filter);
    const [counts, names] = await Promise.all([queries.counts(Reach.of(actor), asked), directory.refresh()]);
    return countsAnswer(counts, names);
  }

  async get(actor: Actor, id: string): Promise<FindingDetail> {
    const { rules, catalogue } = this.parts;
    const finding = await this.find(Reach.of(actor), id);
    const [records, names, standing, kept, aside, risks, paused, clues] = await Promise.all([
      this.parts.evidence.records(finding.evidence),
      this.parts.names.refresh(),
      rules.find(finding.ruleId),
      rules.version(finding.ruleDigest, finding.ruleOverlay),
      this.parts.exemptions.ofFindings(Reach.of(actor), [id]),
      this.risksOf(actor, [id]),
      this.parts.paused.open(),
      this.parts.clueQueries.ofFindings(Reach.of(actor), [id]),
    ]);
    // As it was when it found this, whatever it has become since; of what was found before texts were kept, as it is now.
    const rule = finding.ruleDigest === null ? standing : kept;
    const closed = await this.parts.confidential.closed(records);
    const orderId = finding.subjects['orderId'];
    const orders = await this.parts.confidential.confidentialOrders(orderId === undefined ? [] : [orderId]);
    const confidential = orders.size > 0 || (orderId !== undefined && closed.includes('confidential'));
    const mask = maskFor(records, Object.values(finding.subjects));
    const found = await this.foundEvidence(Reach.of(actor), finding.evidence);
    const evidence = evidenceItems({ refs: finding.evidence, records, closed, mask, catalogue, names, rule, found });
    const exemption = aside.get(id) ?? null;
    const tier = tierOf(risks.get(id) ?? 0);
    return detailAnswer({
      finding,
      names,
      rule,
      standing,
      evidence,
      catalogue,
      confidential,
      exemption,
      tier,
      rulePausedSinceMs: paused.get(finding.ruleId)?.currentUntilMs ?? null,
      clue: clues.get(id) ?? null,
      role: actor.user.role,
    });
  }

  private async foundEvidence(reach: Reach, evidence: readonly EvidenceRef[]): Promise<FoundEvidence> {
    const ids = evidence.filter(({ type }) => type === platformFinding.type).map(({ id }) => id);
    if (ids.length === 0) return { ruleTitles: new Map(), within: new Set() };
    const [rules, within] = await Promise.all([this.parts.rules.list(), this.parts.queries.within(reach, ids)]);
    return { ruleTitles: new Map(rules.map(({ id, title }) => [id, title])), within };
  }

  /** Everybody may see a raw record with personal data covered; uncovered only with a reason. Both are on record. */
  async rawEvidence(
    actor: Actor,
    id: string,
    index: number,
    request: { unmask: boolean; reason: string | null },
  ): Promise<RawEvidence> {
    const finding = await this.find(Reach.of(actor), id);
    const ref = finding.evidence[index];
    if (!ref) throw new RefusedError('not-found', '没有这条证据，证据可能已更新，请刷新页面');
    const object = `finding/${id}/evidence/${ref.type}/${ref.id}@${ref.version}`;
    if (request.unmask)
      await this.parts.reveals.permit(actor, { action: 'read-unmasked-record', object, reason: request.reason });
    else await this.parts.audit.record(actor, { action: 'read-raw-record', object });
    const [records, raw, names] = await Promise.all([
      this.parts.evidence.records(finding.evidence),
      this.parts.evidence.raw(ref),
      this.parts.names.refresh(),
    ]);
    const record = records[index];
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
      ...(await this.shownRecord(record, raw, { records, names, unmask: request.unmask })),
      edit: shownEdit(record.edit),
    };
  }

  /** A record and its raw text, with what may be seen of them. */
  private async shownRecord(
    record: LoggedRecord,
    raw: string,
    input: { records: readonly (LoggedRecord | null)[]; names: Names; unmask: boolean },
  ): Promise<Pick<RawEvidence, 'raw' | 'masked' | 'closed' | 'fields'>> {
    const { contract, fields } = record;
    if (input.unmask)
      return { raw, masked: false, closed: false, fields: shownFields(contract, fields, input.names, { unmask: true }) };
    const [closed = null] = await this.parts.confidential.closed([record]);
    const mask = maskFor(input.records, [record.id]);
    const shown = shownFields(contract, fields, input.names, { ...mask, closed: closed !== null });
    if (closed !== null) return { raw: CLOSED_RAW, masked: true, closed: true, fields: shown };
    const documents = await this.parts.mappers.documentsOf(record.source, null);
    return { raw: maskRow(raw, columnUses(documents, this.parts.catalogue), mask), masked: true, closed: false, fields: shown };
  }

  async decide(actor: Actor, id: string, request: DecisionRequest): Promise<FindingDetail> {
    const { audit } = this.parts;
    // Deciding on a doubt is an analyst's work; whoever runs the platform must not be able to make doubts go away.
    const reason = request.reason ?? null;
    const { decision } = request;
    const receipt = await this.store(actor, id, request);
    if (receipt !== null)
      await audit.record(actor, {
        action: 'take-clue-step',
        object: `clue/${receipt.clueId}/step/${receipt.seq}@${receipt.hash}`,
      });
    await audit.record(actor, {
      action: 'decide-finding',
      object: `finding/${id}/${decision}`,
      ...(reason === null ? {} : { reason }),
    });
    return this.get(actor, id);
  }

  /** What is made a clue is registered as one in the same transaction; what is taken back leaves its clue. */
  private async store(actor: Actor, findingId: string, request: DecisionRequest): Promise<StepReceipt | null> {
    const { clues, decisions } = this.parts;
    const reach = Reach.of(actor);
    switch (request.decision) {
      case 'promote':
        return clues.register(reach, actor.user, { findingIds: [findingId], reason: request.reason ?? null });
      case 'reopen':
        return clues.reopenFinding(reach, actor.user, { findingId, reason: request.reason });
      case 'dismiss': {
        const { reason, verdict: dismissal } = request;
        await decisions.decide(reach, { findingId, decision: 'dismiss', actor: actor.user.account, reason, dismissal });
        return null;
      }
    }
  }

  private async filterOf(actor: Actor, query: Filter): Promise<FindingFilter> {
    const { team, place } = query;
    return { ...toFilter(query), ...(team !== undefined && (await this.parts.weeks.filter(actor, team, place))) };
  }

  private async find(reach: Reach, id: string) {
    const finding = await this.parts.queries.get(reach, id);
    if (!finding) throw new RefusedError('not-found', '没有这条疑点，可能链接有误，请回到列表重新打开');
    return finding;
  }
}

/** In place of the raw text of something told in confidence. */
const CLOSED_RAW = '（保密工单的原文，写明理由后才能查看）';

/** A name that stands in one record of a finding must not be read in the texts of the others. */
function maskFor(records: readonly (LoggedRecord | null)[], keep: readonly string[]): MaskOptions {
  return { covers: coversOf(records.filter((record) => record !== null)), keep };
}

function toFilter(query: Filter): FindingFilter {
  return {
    ...(query.status && { statuses: query.status }),
    ...(query.rule && { ruleIds: query.rule }),
    ...(query.class && { problemClasses: query.class }),
    ...(query.severity && { severities: query.severity }),
    ...(query.township && { townshipCodes: query.township }),
    ...(query.village && { villageCodes: query.village }),
    ...(query.unit && { unitIds: query.unit }),
    ...(query.verdict && { verdicts: query.verdict }),
    ...(query.subject && { subjectKeys: [query.subject] }),
    ...(query.aside && { aside: query.aside }),
    ...(query.text && { text: query.text }),
    ...(query.fromMs !== undefined && { occurredFromMs: query.fromMs }),
    ...(query.toMs !== undefined && { occurredBeforeMs: query.toMs }),
  };
}
