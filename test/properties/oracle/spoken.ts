import type { Catalogue, FieldValue } from '@tianyan/contracts';
import type { RuleDefinition } from '@tianyan/rules';
import { isJudgedWhole } from './judged-whole.js';
import { makersOf } from './makers.js';
import { field, type OracleRecord } from './records.js';
import type { ScopeView, Verdict } from './scope-view.js';

/** What a finding says of fields that the rule names; null: nothing. What is not compared is left out. */
export interface Spoken {
  subjects: Record<string, string | null>;
  figures: Record<string, string | number | null>;
}

/** The records of an input that a finding speaks of, in order: of one that makes the problem those that count, where there are any. */
export function spokenRecords(rule: RuleDefinition, scope: ScopeView, input: string): readonly OracleRecord[] {
  const counting = makersOf(rule).includes(input) ? scope.making(input) : [];
  return counting.length > 0 ? counting : scope.existing(input);
}

/** Subjects and figures that are fields: of the record that the kind speaks of, or of the last that has the field. */
export function spokenOf(rule: RuleDefinition, scope: ScopeView, catalogue: Catalogue, { spoken }: Verdict): Spoken {
  // What is judged whole says by its own means whom it names.
  if (isJudgedWhole(rule)) return { subjects: {}, figures: {} };
  const valueOf = (input: string, name: string): FieldValue => {
    const one = spoken?.get(input);
    if (one !== undefined) return one && field(one, name);
    const values = spokenRecords(rule, scope, input).map((record) => field(record, name));
    return values.filter((value) => value !== null).at(-1) ?? null;
  };
  const read = (references: Readonly<Record<string, string>>) =>
    Object.entries(references).flatMap(([name, reference]) => {
      const [input = '', of = ''] = reference.split('.');
      // Which records are linked to none that holds the language does not say.
      if (rule.kind === 'join' && scope.view.link(input) && !spoken?.has(input)) return [];
      const kind = catalogue.get(rule.inputs[input]?.type ?? '').fields[of]?.kind;
      return [{ name, kind, value: valueOf(input, of) }];
    });
  return {
    subjects: Object.fromEntries(
      read(rule.subjects).map(({ name, value }) => [name, value === null || value === '' ? null : String(value)]),
    ),
    figures: Object.fromEntries(
      read(rule.figures).map(({ name, kind, value }) => [
        name,
        value !== null && (kind === 'area' || kind === 'flag') ? Number(value) : (value as string | number | null), // flags are above
      ]),
    ),
  };
}
