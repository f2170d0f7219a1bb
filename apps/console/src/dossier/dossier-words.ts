import { OMISSION_LABELS, type WordData } from '@tianyan/dossier';
import { toChinaMinute } from '@tianyan/kernel';
import {
  CLUE_STATE_LABELS,
  CLUE_VERDICT_LABELS,
  DISPOSAL_LABELS,
  FINDING_STATUS_LABELS,
  FORM_LABELS,
  sizeText,
  type ClueStep,
  type EvidenceItem,
} from '../api/index.js';
import type { DossierContent, DossierFinding } from './dossier-entries.js';
import type { DossierFile } from './dossier-files.js';

const NOTHING = '—';

/** What the template `dossier.docx` can name; the operating guide lists it. */
export function dossierWords({ about, clue, people, steps, findings, files }: DossierContent, keyFingerprint: string): WordData {
  return {
    number: clue.number,
    title: clue.title,
    state: CLUE_STATE_LABELS[clue.state],
    townships: clue.townshipNames.length === 0 ? '全县' : clue.townshipNames.join('、'),
    assignee: clue.assigneeName ?? '未分办',
    registeredAt: toChinaMinute(clue.registeredAtMs),
    verdict: clue.verdict === null ? NOTHING : CLUE_VERDICT_LABELS[clue.verdict],
    disposal: clue.disposal === null ? NOTHING : DISPOSAL_LABELS[clue.disposal],
    people: people.map(({ name, unit, post, form, measure }) => ({
      name,
      unit,
      post: post ?? NOTHING,
      form: form === null ? NOTHING : FORM_LABELS[form],
      measure: measure ?? NOTHING,
    })),
    findings: findings.map(findingWords),
    steps: clue.steps.map(stepWords),
    files: files.map(fileWords),
    madeBy: `${about.madeByName}（${about.madeBy}）`,
    madeAt: toChinaMinute(about.madeAtMs),
    reason: about.reason,
    headHash: steps.headHash,
    keyFingerprint,
    covering: about.uncovered ? '含未遮蔽的个人信息，请按规定保管。' : '个人信息已遮蔽。',
  };
}

function findingWords({ detail }: DossierFinding, index: number): WordData {
  return {
    no: String(index + 1),
    rule: detail.ruleTitle,
    explanation: detail.explanation,
    occurredAt: toChinaMinute(detail.occurredAtMs),
    status: FINDING_STATUS_LABELS[detail.status],
    version: String(detail.ruleVersion),
    basis: detail.rule.legalBasis.join('；') || NOTHING,
    evidence: detail.evidence.map(evidenceWords),
  };
}

function evidenceWords({ atMs, systemLabel, typeLabel, title }: EvidenceItem, index: number): WordData {
  return { no: String(index + 1), at: toChinaMinute(atMs), source: [systemLabel, typeLabel].filter(Boolean).join(' '), title };
}

function fileWords({ file, place }: DossierFile, index: number): WordData {
  return {
    no: String(index + 1),
    name: file.name,
    size: sizeText(file.sizeBytes),
    sha256: file.sha256,
    place: 'path' in place ? place.path : `不含：${OMISSION_LABELS[place.omitted]}`,
  };
}

function stepWords({ seq, atMs, kindLabel, takerName, lines }: ClueStep): WordData {
  return {
    no: String(seq),
    at: toChinaMinute(atMs),
    kind: kindLabel,
    taker: takerName ?? '平台',
    lines: lines.map(({ label, text }) => `${label}：${text}`).join('\n'),
  };
}
