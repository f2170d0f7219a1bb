import { maskText } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { Exemption } from '@tianyan/findings';
import type { Names } from '@tianyan/rules';
import type { Exemption as Answer } from '../api/index.js';
import { shownSubjects } from '../findings/subjects.js';

/** An exemption with names instead of codes. */
export function exemptionAnswer(one: Exemption, ruleTitle: string, words: { names: Names; catalogue: Catalogue }): Answer {
  const [subject] = shownSubjects({ [one.subjectKind]: one.subjectCode }, { ...words, confidential: false });
  const named = subject ? `${subject.kindLabel} ${subject.name ?? subject.code}` : '';
  return {
    id: one.id,
    ruleId: one.ruleId,
    ruleTitle,
    subject: one.subjectKind === 'scope' ? `判断对象 ${maskText(one.subjectCode)}` : named,
    kind: one.kind,
    // Typed by a person, who may have quoted what they saw.
    reason: maskText(one.reason),
    document: one.document === null ? null : maskText(one.document),
    account: one.actor,
    madeAtMs: one.madeAtMs,
    expiresAtMs: one.expiresAtMs,
    ended: one.ended && { account: one.ended.actor, reason: maskText(one.ended.reason), atMs: one.ended.atMs },
    counts: one.counts,
    findings: one.findings,
    mayEnd: one.mayEnd,
  };
}
