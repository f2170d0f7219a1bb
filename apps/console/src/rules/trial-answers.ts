import { maskText } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { ShadowFindings, TrialResult as Result, TrialSample as Sample } from '@tianyan/findings';
import type { Names } from '@tianyan/rules';
import type { Count, RuleShadow, TrialResult, TrialSample } from '../api/index.js';
import { shownExplanation } from '../findings/finding-answers.js';
import { shownSubjects } from '../findings/subjects.js';

export interface TrialContext {
  catalogue: Catalogue;
  names: Names;
  /** Orders that were told in confidence. */
  closed: ReadonlySet<string>;
}

/** A result with names instead of codes, covered as findings are. */
export function resultAnswer(result: Result, context: TrialContext): TrialResult {
  const { catalogue, names } = context;
  const samples = (of: readonly Sample[]) => of.map((sample) => sampleAnswer(sample, result.roles, context));
  const {
    roles: _roles,
    period = null,
    knownAtMs = null,
    confirmed = null,
    known = null,
    nothing = null,
    underWay = false,
    ...counts
  } = result;
  return {
    ...counts,
    period,
    knownAtMs,
    nothing,
    underWay,
    confirmed,
    // What was typed in may be anything; what a hit is about is a number of records.
    known: known && { hit: known.hit, missed: known.missed.map((number) => maskText(number)) },
    perMonth: result.perMonth.map(({ key, count }) => ({ key, label: key, count })),
    perTownship: byTownship(result.perTownship, names),
    perUnit: named(result.perUnit, (code) => names.unit(code)),
    samples: samples(result.samples),
    inputs: result.inputs.map(({ input, type, fields, ...counted }) => {
      const contract = catalogue.find(type);
      const label = (field: string) => contract?.fields[field]?.label ?? field;
      return {
        ...counted,
        input,
        typeLabel: contract?.label ?? type,
        fields: fields.map(({ field, empty }) => ({ field, label: label(field), empty })),
      };
    }),
    changes: result.changes && {
      ...result.changes,
      decided: result.changes.decided ?? null,
      gainedSamples: samples(result.changes.gainedSamples),
      lostSamples: samples(result.changes.lostSamples),
    },
  };
}

/** What is found in shadow, in the same way. */
export function shadowAnswer(
  { perMonth, perTownship, samples, ...figures }: ShadowFindings,
  roles: Readonly<Record<string, string>>,
  context: TrialContext,
): RuleShadow['findings'] {
  return {
    ...figures,
    perMonth: perMonth.map(({ key, count }) => ({ key, label: key, count })),
    perTownship: byTownship(perTownship, context.names),
    samples: samples.map((sample) => sampleAnswer(sample, roles, context)),
  };
}

function byTownship(counts: readonly { key: string; count: number }[], names: Names): Count[] {
  return named(counts, (code) => (code === '' ? '（没有乡镇）' : names.division(code)));
}

function named(counts: readonly { key: string; count: number }[], nameOf: (code: string) => string | undefined): Count[] {
  return counts.map(({ key, count }) => ({ key, label: nameOf(key) ?? key, count }));
}

function sampleAnswer(sample: Sample, roles: Readonly<Record<string, string>>, context: TrialContext): TrialSample {
  const { catalogue, names, closed } = context;
  const confidential = closed.has(sample.subjects['orderId'] ?? '');
  return {
    scope: sample.scope,
    occurredAtMs: sample.occurredAtMs,
    explanation: shownExplanation(sample, { names, catalogue, confidential }),
    subjects: shownSubjects(sample.subjects, { names, catalogue, confidential }),
    evidence: sample.evidence.map(({ type, id, atMs, role }) => {
      const typeLabel = catalogue.find(type)?.label ?? type;
      return { typeLabel, recordId: id, atMs, roleLabel: roles[role] ?? typeLabel };
    }),
    evidenceCount: sample.evidenceCount,
  };
}
