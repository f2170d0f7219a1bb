import { isAllowed, maskText, type Role } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type {
  CauseRecord,
  Exemption,
  FindingCounts as Counts,
  FindingDetail as Detail,
  FindingHistoryEntry as HistoryEntry,
  FindingSummary as Summary,
  Tier,
} from '@tianyan/findings';
import { MAX_EVIDENCE, type Names } from '@tianyan/rules';
import {
  FINDING_STATUS_LABELS,
  SEVERITY_LABELS,
  VERDICT_LABELS,
  type ClueOfFinding,
  type EvidenceItem,
  type FindingCounts,
  type FindingDetail,
  type FindingHistoryEntry,
  type FindingSummary,
} from '../api/index.js';
import { exemptionAnswer } from '../exemptions/exemption-answer.js';
import type { RuleDescription } from '../rules/rule-description.js';
import { shownEdit } from './shown-edit.js';
import { shownFigures } from './shown-figures.js';
import { shownSubjects } from './subjects.js';

const EVENT_LABELS: Readonly<Record<HistoryEntry['event'], string>> = {
  opened: '发现疑点',
  changed: '证据有变化',
  withdrawn: '数据不再支持，自动撤回',
  reopened: '重新打开',
  'lost-support': '数据不再支持（人工决定不变）',
  'regained-support': '数据重新支持（人工决定不变）',
  dismissed: '人工排除',
  promoted: '转为问题线索',
};

/** What the answers about findings are made with. */
export interface AnswerContext {
  names: Names;
  catalogue: Catalogue;
  /** Whether the order that the finding is about was told in confidence. */
  confidential: boolean;
  /** What sets it aside now. */
  exemption: Exemption | null;
  tier: Tier | null;
  /** Since when its rule is not judged, because judging it fails; null: it is. */
  rulePausedSinceMs: number | null;
}

export function summaryAnswer(finding: Summary, context: AnswerContext): FindingSummary {
  return {
    id: finding.id,
    ruleId: finding.ruleId,
    ruleTitle: finding.title,
    class: finding.problemClass,
    classLabel: finding.problemClass,
    severity: finding.severity,
    scope: finding.scope,
    status: finding.status,
    occurredAtMs: finding.occurredAtMs,
    openedAtMs: finding.firstSeenAtMs,
    updatedAtMs: finding.lastChangedAtMs,
    explanation: shownExplanation(finding, context),
    subjects: shownSubjects(finding.subjects, context),
    confidential: context.confidential,
    evidenceCount: finding.evidenceCount,
    verdict: finding.verdict,
    tier: context.tier,
    rulePausedSinceMs: context.rulePausedSinceMs,
    setAside: context.exemption && { kind: context.exemption.kind, untilMs: context.exemption.expiresAtMs },
  };
}

/** Personal data is kept out when a rule is checked and when a finding is stored; this is for what was stored before. */
export function shownExplanation(
  finding: Pick<Summary, 'explanation' | 'subjects'>,
  { names, confidential }: Omit<AnswerContext, 'exemption' | 'tier' | 'rulePausedSinceMs'>,
): string {
  const covers = confidential
    ? ['villageCode', 'matter'].flatMap((kind) => {
        const code = finding.subjects[kind];
        const name = code === undefined ? null : names.division(code);
        return [code, name].flatMap((text) => (text ? [[text, '（已遮蔽）'] as const] : []));
      })
    : [];
  return maskText(finding.explanation, { covers, keep: Object.values(finding.subjects) });
}

export function detailAnswer(input: {
  finding: Detail;
  names: Names;
  /** As it was when it found this. */
  rule: RuleDescription | null;
  /** As it stands now; null: retired. */
  standing: RuleDescription | null;
  evidence: EvidenceItem[];
  catalogue: Catalogue;
  confidential: boolean;
  exemption: Exemption | null;
  tier: Tier | null;
  rulePausedSinceMs: number | null;
  /** Units whose pages open for who asks. */
  pagedUnits: string[];
  /** The clue that it is worked on in. */
  clue: ClueOfFinding | null;
  role: Role;
}): FindingDetail {
  const { finding, names, rule, standing, evidence, catalogue } = input;
  const version = rule?.version ?? finding.ruleVersion;
  return {
    ...summaryAnswer(finding, input),
    ruleVersion: finding.ruleVersion,
    dueAtMs: finding.dueAtMs,
    figures: shownFigures(finding.figures, rule, names),
    evidence,
    evidenceTruncated: evidence.length >= MAX_EVIDENCE,
    rule: {
      id: finding.ruleId,
      version,
      newerVersion: standing && standing.version !== version ? standing.version : null,
      title: rule?.title ?? finding.title,
      words: [...(rule?.words ?? ['该规则已不在规则库中'])],
      sql: rule?.sql(null) ?? '',
      legalBasis: [...(rule?.legalBasis ?? [])],
    },
    history: finding.history.map((entry) => historyAnswer(entry, catalogue)),
    exemption: input.exemption && exemptionAnswer(input.exemption, finding.title, input),
    pagedUnits: input.pagedUnits,
    clue: isAllowed(input.role, 'read-clues') ? input.clue : null,
    allowedDecisions: isAllowed(input.role, 'decide-finding') ? decisionsFor(finding.status, input.clue) : [],
  };
}

/** The data have not changed: the reason beside it says that the rule has gone, or is another. */
const BY_RULE_LABELS: Readonly<Partial<Record<HistoryEntry['event'], string>>> = {
  withdrawn: '自动撤回',
  'lost-support': '不再研判（人工决定不变）',
  changed: '按新版规则更新',
};

/** The text of the rule is the same: only what the county has set for it is another. */
const BY_PARAMETERS_LABEL = '按新的参数更新';

function labelOf({ cause, event }: HistoryEntry): string {
  if (cause.kind === 'rule-changed' && cause.parameters && event === 'changed') return BY_PARAMETERS_LABEL;
  const byRule = cause.kind === 'rule-retired' || cause.kind === 'rule-changed' ? BY_RULE_LABELS[event] : undefined;
  return byRule ?? EVENT_LABELS[event];
}

/** Once a clue is assigned, what becomes of its findings is decided there. One made a clue before there were any to register can be registered. */
function decisionsFor(status: Detail['status'], clue: ClueOfFinding | null): FindingDetail['allowedDecisions'] {
  if (status === 'dismissed') return ['reopen'];
  if (status !== 'promoted') return ['dismiss', 'promote'];
  if (clue === null) return ['promote', 'reopen'];
  return clue.state === 'registered' ? ['reopen'] : [];
}

function historyAnswer(entry: HistoryEntry, catalogue: Catalogue): FindingHistoryEntry {
  const records = entry.cause.kind === 'records' ? entry.cause.records : [];
  return {
    atMs: entry.atMs,
    recordedAtMs: entry.recordedAtMs,
    kind: entry.event,
    kindLabel: labelOf(entry),
    actor: entry.actor ?? handsOf(records),
    // A reason is typed by a person, who may have quoted what they saw.
    reason: entry.reason === null ? editReasonsOf(records) : maskText(entry.reason),
    verdict: entry.verdict,
    causes: records.map(({ type, id, version, edit }) => ({
      type,
      typeLabel: catalogue.find(type)?.label ?? type,
      recordId: id,
      version,
      edit: shownEdit(edit),
    })),
  };
}

/** Reasons named with one entry; a group of rows is edited for one and the same. */
const MAX_NAMED_REASONS = 3;

/** Whose edited records these are; null where the sources' own data changed the finding. */
function handsOf(records: readonly CauseRecord[]): string | null {
  const hands = records.flatMap(({ edit }) => (edit ? [`${edit.editedBy}（改正）、${edit.reviewedBy}（复核）`] : []));
  return hands.length === 0 ? null : [...new Set(hands)].join('；');
}

function editReasonsOf(records: readonly CauseRecord[]): string | null {
  const reasons = records.flatMap(({ edit }) =>
    edit ? [`由 ${edit.editedBy} 改正、${edit.reviewedBy} 复核的记录：${edit.editReason}`] : [],
  );
  return reasons.length === 0 ? null : maskText([...new Set(reasons)].slice(0, MAX_NAMED_REASONS).join('；'));
}

export function countsAnswer(counts: Counts, names: Names): FindingCounts {
  return {
    total: counts.total,
    isAtLeast: counts.isAtLeast,
    asOf: counts.asOf,
    byStatus: Object.entries(counts.byStatus).map(([key, count]) => ({
      key,
      label: FINDING_STATUS_LABELS[key as keyof typeof FINDING_STATUS_LABELS], // the keys of byStatus are the statuses
      count,
    })),
    byClass: counts.byClass.map(({ problemClass, count }) => ({ key: problemClass, label: problemClass, count })),
    bySeverity: counts.bySeverity.map(({ severity, count }) => ({ key: severity, label: SEVERITY_LABELS[severity], count })),
    aside: counts.aside,
    byVerdict: counts.byVerdict.map(({ verdict, count }) => ({ key: verdict, label: VERDICT_LABELS[verdict], count })),
    byRule: counts.byRule.map(({ ruleId, title, count }) => ({ key: ruleId, label: title, count })),
    byTownship: counts.byTownship.map(({ townshipCode, count }) => ({
      key: townshipCode,
      label: names.division(townshipCode) ?? townshipCode,
      count,
    })),
  };
}
