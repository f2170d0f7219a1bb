import type { ParameterRef, RuleDefinition } from '@tianyan/rules';
import { isJudgedWhole } from './judged-whole.js';
import type { ScopeView } from './scope-view.js';
import { parameterOfRecord } from './records.js';
import { spokenRecords } from './spoken.js';

/**
 * Numbers of tables that stand in conditions of one input alone, and that the explanation names: of the last record that is spoken of. A join
 * speaks of one record each, and is asked by its own means.
 */
export function toldNumbers(rule: RuleDefinition, scope: ScopeView): Record<string, number> {
  if (rule.kind === 'join' || isJudgedWhole(rule)) return {};
  const { inputs, parameters, examples: _examples, ...kind } = rule;
  const found: Record<string, number> = {};
  for (const [name, { table }] of Object.entries(parameters)) {
    const wants = (part: unknown) => JSON.stringify(part).includes(`"parameter":"${name}"`);
    const wanting = Object.entries(inputs).filter(([, input]) => wants(input));
    const [only] = wanting;
    if (!table || !rule.explanation.includes(`{${name}}`) || !only || wanting.length > 1 || wants(kind)) continue;
    const last = spokenRecords(rule, scope, only[0]).at(-1);
    const ref = referenceTo(name, only[1]);
    const value = last && ref ? parameterOfRecord(rule, ref, last) : null;
    if (value !== null) found[name] = value;
  }
  return found;
}

/** The first; the rules drawn look it up in one way only. */
function referenceTo(name: string, part: unknown): ParameterRef | null {
  if (typeof part !== 'object' || part === null) return null;
  if ('parameter' in part && part.parameter === name) return part as ParameterRef; // the schema says so
  return (
    Object.values(part)
      .map((inner) => referenceTo(name, inner))
      .find((ref) => ref !== null) ?? null
  );
}
