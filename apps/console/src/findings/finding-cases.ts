import {
  coversOf,
  maskRow,
  Reach,
  type Actor,
  type AuditLog,
  type MaskOptions,
  type Reveal,
  type Reveals,
} from '@tianyan/access';
import type { ClueQueries, Clues, Sent } from '@tianyan/cases';
import { columnUses, platformFinding, type Catalogue } from '@tianyan/contracts';
import {
  risksOf,
  tierOf,
  type Exemptions,
  type FindingDetail as StoredFinding,
  type FindingFilter,
  type FindingGroups,
  type FindingQueries,
  type FindingSearch,
  type FindingSummary as StoredSummary,
  type FindingRisks,
  type PrecisionQueries,
  type RuleRisk,
  type RulesSetAside,
  type SeenRef,
  type FindingSubject,
} from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import type { ClientBase } from '@tianyan/postgres';
import type { EvidenceRef, Names, NamesDirectory } from '@tianyan/rules';
import type { z } from 'zod';
import {
  MAX_PAGE_ITEMS,
  type DecisionRequest,
  type FindingCounts,
  type FindingDetail,
  type FindingGroupList,
  type FindingList,
  type FindingSummary,
  type findingFilterSchema,
  type findingListQuerySchema,
  type RawEvidence,
} from '../api/index.js';
import type { AskedConnector } from '../tokens.js';
import { hasPage } from '../places/paged-places.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { HiddenOrders } from './hidden-orders.js';
import type { WeekCases } from './week-cases.js';
import { chosenBy } from './chosen-findings.js';
import type { ConfidentialRecords } from './confidential-records.js';
import { evidenceItems, type FoundEvidence } from './evidence-items.js';
import type { EvidenceReader, LoggedRecord } from './evidence-reader.js';
import { countsAnswer, detailAnswer, summaryAnswer } from './finding-answers.js';
import { shownEdit } from './shown-edit.js';
import { shownFields } from './shown-fields.js';

type Filter = z.output<typeof findingFilterSchema>;

type DecidedWith = Record<'before' | 'note', (client: ClientBase) => Promise<void>>;

/** What a signed-in person can do with findings, within the person's reach: what lies outside answers like what is not there. */
export class FindingCases {
  constructor(
    private readonly parts: {
      queries: FindingQueries;
      search: FindingSearch;
      groups: FindingGroups;
      risks: FindingRisks;
      precision: PrecisionQueries;
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
      hidden: HiddenOrders;
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

  /** A page of an export, in an order in which what changes meanwhile stays where it is. */
  async ledgerPage(actor: Actor, filter: Filter, cursor: string | null): Promise<FindingList> {
    const asked = await this.filterOf(actor, filter);
    const page = { order: 'occurredAtMs', cursor, limit: MAX_PAGE_ITEMS } as const;
    const { items, nextCursor } = await this.parts.queries.list(Reach.of(actor), asked, page);
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

  /** Those that name one of some things among their subjects, the last changed first. */
  async about(actor: Actor, subjects: readonly FindingSubject[], limit: number): Promise<FindingSummary[]> {
    if (subjects.length === 0) return [];
    const { items } = await this.parts.queries.list(Reach.of(actor), { subjects }, { limit });
    return this.summaries(actor, items);
  }

  /** Those that a filter chooses, the newest problem first. */
  async occurred(actor: Actor, filter: FindingFilter, limit: number): Promise<FindingSummary[]> {
    const { items } = await this.parts.queries.list(Reach.of(actor), filter, { order: 'occurredAtMs', limit });
    return this.summaries(actor, items);
  }

  /** Those that show a text, the last changed first. */
  async showing(actor: Actor, text: string, limit: number): Promise<FindingSummary[]> {
    const found = await this.parts.search.find(Reach.of(actor), text, limit);
    return this.summaries(actor, found);
  }

  private async summaries(actor: Actor, findings: readonly StoredSummary[]): Promise<FindingSummary[]> {
    const { catalogue, confidential, exemptions } = this.parts;
    const [names, risks, closed, aside, paused] = await Promise.all([
      this.parts.names.refresh(),
      this.risksOf(
        actor,
        findings.map(({ id }) => id),
      ),
      confidential.confidentialFindings(findings),
      exemptions.ofFindings(
        Reach.of(actor),
        findings.map(({ id }) => id),
      ),
      this.parts.paused.open(),
    ]);
    return findings.map((finding) => {
      const exemption = aside.get(finding.id) ?? null;
      return summaryAnswer(finding, {
        names,
        catalogue,
        confidential: closed.has(finding.id),
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
    return risksOf(await this.parts.precision.byRule(Reach.of(actor)));
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
    const closedFindings = await this.parts.confidential.confidentialFindings([finding]);
    const confidential = closedFindings.has(id) || (finding.orderIds.length > 0 && closed.includes('confidential'));
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
      pagedUnits: unitsOf(finding).filter((unitId) => hasPage(Reach.of(actor), names, 'unit', unitId)),
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
    const { action, object } = lookAt(id, refOf(finding, index), request.unmask);
    if (request.unmask) await this.parts.reveals.permit(actor, { action, object, reason: request.reason });
    else await this.parts.audit.record(actor, { action, object });
    return this.unrecordedEvidence(finding, index, request);
  }

  /**
   * A raw record for a file that is still being made, with the look that it is: whoever makes the file has it permitted and recorded before anybody
   * gets the file.
   */
  async evidenceOfFile(
    actor: Actor,
    id: string,
    index: number,
    unmask: boolean,
  ): Promise<{ evidence: RawEvidence; look: Reveal }> {
    const finding = await this.find(Reach.of(actor), id);
    const look = lookAt(id, refOf(finding, index), unmask);
    return { evidence: await this.unrecordedEvidence(finding, index, { unmask }), look };
  }

  private async unrecordedEvidence(finding: StoredFinding, index: number, request: { unmask: boolean }): Promise<RawEvidence> {
    const ref = refOf(finding, index);
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

  /** Deciding on a doubt is an analyst's work; whoever runs the platform must not be able to make doubts go away. */
  async decide(actor: Actor, id: string, request: DecisionRequest, key: string | null): Promise<FindingDetail> {
    await this.store(actor, id, request, { key, record: this.recordOf(actor, id, request) });
    return this.get(actor, id);
  }

  /** The same of one among many: what its caller asks `before` it, and notes of it, is part of the transaction of the decision. */
  async decideWith(actor: Actor, id: string, request: DecisionRequest, { before, note }: DecidedWith): Promise<void> {
    const record = this.recordOf(actor, id, request);
    await this.store(actor, id, request, {
      key: null,
      before,
      record: async (client, receipt) => {
        await note(client);
        await record(client, receipt);
      },
    });
  }

  private recordOf(actor: Actor, id: string, request: DecisionRequest): Sent['record'] {
    const { audit } = this.parts;
    return async (client, receipt) => {
      const step = receipt && `clue/${receipt.clueId}/step/${receipt.seq}@${receipt.hash}`;
      if (step !== null) await audit.record(actor, { action: 'take-clue-step', object: step }, client);
      // Whoever reads the log is in no circle; the step of the clue holds it.
      const reason = request.reason === undefined || receipt?.restricted ? {} : { reason: request.reason };
      await audit.record(actor, { action: 'decide-finding', object: `finding/${id}/${request.decision}`, ...reason }, client);
    };
  }

  /** What is made a clue is registered as one in the same transaction; what is taken back leaves its clue. */
  private async store(actor: Actor, findingId: string, request: DecisionRequest, sent: Sent): Promise<void> {
    const { clues } = this.parts;
    const reach = Reach.of(actor);
    switch (request.decision) {
      case 'promote':
        await clues.register(reach, actor.user, { findingIds: [findingId], reason: request.reason ?? null }, sent);
        return;
      case 'reopen':
        await clues.reopenFinding(reach, actor.user, { findingId, reason: request.reason }, sent);
        return;
      case 'dismiss': {
        const { reason, verdict: dismissal } = request;
        await clues.dismissFinding(reach, actor.user, { findingId, reason, dismissal }, sent);
      }
    }
  }

  /** What a list of these query parameters holds. */
  async filterOf(actor: Actor, query: Filter): Promise<FindingFilter> {
    const { team, place } = query;
    const except = await this.parts.hidden.ofChosen(await this.parts.names.refresh(), query);
    return {
      ...chosenBy(query),
      ...(team !== undefined && (await this.parts.weeks.filter(actor, team, place))),
      ...(except && { except }),
    };
  }

  private async find(reach: Reach, id: string) {
    const finding = await this.parts.queries.get(reach, id);
    if (!finding) throw new RefusedError('not-found', '没有这条疑点，可能链接有误，请回到列表重新打开');
    return finding;
  }
}

/** Throws RefusedError('not-found'). */
function refOf({ evidence }: StoredFinding, index: number): SeenRef {
  const ref = evidence[index];
  if (!ref) throw new RefusedError('not-found', '没有这条证据，证据可能已更新，请刷新页面');
  return ref;
}

function unitsOf({ subjects }: StoredFinding): string[] {
  return ['unitId', 'leadUnitId'].flatMap((kind) => subjects[kind] ?? []);
}

function lookAt(findingId: string, { type, id, version }: EvidenceRef, unmask: boolean): Reveal {
  return {
    action: unmask ? 'read-unmasked-record' : 'read-raw-record',
    object: `finding/${findingId}/evidence/${type}/${id}@${version}`,
  };
}

/** In place of the raw text of something told in confidence. */
const CLOSED_RAW = '（保密工单的原文，写明理由后才能查看）';

/** A name that stands in one record of a finding must not be read in the texts of the others. */
function maskFor(records: readonly (LoggedRecord | null)[], keep: readonly string[]): MaskOptions {
  return { covers: coversOf(records.filter((record) => record !== null)), keep };
}
