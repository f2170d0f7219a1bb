import type { Catalogue } from '@tianyan/contracts';
import { checkRule } from '../compile/check/index.js';
import { tellableNames } from '../compile/told-parameters.js';
import { InvalidRuleError, type RuleProblem } from '../compile/invalid-rule.js';
import { placed, type PlacedProblem } from '../examples/check-rule-files.js';
import { inputsInWords, judgedInWords } from '../explain/describe.js';
import { figureMeasures, figureUnits, type FigureUnit } from '../explain/figure-units.js';
import { ENVELOPE_LABELS } from '../explain/rule-words.js';
import { kindOf } from '../kinds/index.js';
import { ruleSchema, type RuleDefinition } from '../language/rule.js';
import { ruleValue } from '../pack.js';
import { problemsOf, wordsFor } from '../schema-problems.js';

/** What can be said of a rule that is still being written. */
export interface CheckedDraft {
  /** Empty: the text is a rule and fits the record types; its examples have not been tried. */
  problems: PlacedProblem[];
  /** In Chinese; null while too much is missing. */
  meaning: { judged: string; inputs: { name: string; words: string }[] } | null;
  /** Names that the explanation may cite, with what people call them. */
  figures: { name: string; label: string; unit?: FigureUnit; measure?: string }[];
}

/**
 * Stands in for what the author has not written yet, so that the rest can be judged and said. Nothing of it is shown, and what
 * is missing stays a problem.
 */
const STAND_INS: Readonly<Record<string, unknown>> = {
  id: 'draft',
  version: 1,
  title: '（未写）',
  class: '形式主义',
  severity: 'medium',
  basis: [{ document: '（未写）', demands: '（未写）' }],
  description: '（还没有写）',
  explanation: '（还没有写）',
  examples: [
    {
      name: '（未写）',
      now: '2026-01-01T00:00:00+08:00',
      records: [{ type: '', id: '-', at: '2026-01-01T00:00:00+08:00' }],
      expect: [],
    },
  ],
};

/** Milliseconds, without data; never throws for what is wrong with the text. */
export function checkDraft(yaml: string, catalogue: Catalogue): CheckedDraft {
  try {
    const { rule, problems } = readDraft(ruleValue(yaml), catalogue);
    return { problems: placed(yaml, problems), ...(rule === null ? SAYS_NOTHING : saidOf(rule, catalogue)) };
  } catch (error) {
    if (!(error instanceof InvalidRuleError)) throw error;
    return { problems: placed(yaml, error.problems), ...SAYS_NOTHING };
  }
}

const SAYS_NOTHING = { meaning: null, figures: [] };

function readDraft(value: object, catalogue: Catalogue): { rule: RuleDefinition | null; problems: RuleProblem[] } {
  const whole = ruleSchema.safeParse(value, { error: wordsFor });
  if (whole.success) return { rule: whole.data, problems: checkRule(whole.data, catalogue) };
  const missing = problemsOf(whole.error);
  const replaced = new Set(missing.map(({ path }) => path.split('.')[0] ?? '').filter((key) => key in STAND_INS));
  const standIns = Object.fromEntries([...replaced].map((key) => [key, STAND_INS[key]]));
  const rest = ruleSchema.safeParse({ ...value, ...standIns });
  if (!rest.success) return { rule: null, problems: missing };
  const found = checkRule(rest.data, catalogue).filter(({ path }) => !replaced.has(path.split('.')[0] ?? ''));
  return { rule: rest.data, problems: [...missing, ...found] };
}

function saidOf(rule: RuleDefinition, catalogue: Catalogue): Pick<CheckedDraft, 'meaning' | 'figures'> {
  const figures = new Map<string, string>();
  const kind = kindOf(rule);
  const labels = kind.figureLabels(rule);
  for (const name of kind.figures(rule)) figures.set(name, labels[name] ?? name);
  const fieldLabel = (reference: string) => {
    const [input = '', field = ''] = reference.split('.');
    return catalogue.find(rule.inputs[input]?.type ?? '')?.fields[field]?.label ?? ENVELOPE_LABELS[field] ?? field;
  };
  for (const [name, reference] of Object.entries({ ...rule.figures, ...rule.subjects })) figures.set(name, fieldLabel(reference));
  const [first] = Object.entries(rule.inputs).flatMap(([name, { link }]) => (link === undefined ? [name] : []));
  for (const part of rule.scope)
    figures.set(part, fieldLabel(`${first ?? ''}.${rule.inputs[first ?? '']?.scope?.[part] ?? part}`));
  for (const name of tellableNames(rule)) figures.set(name, rule.parameters[name]?.label ?? name);
  const units = figureUnits(rule, catalogue);
  const measures = figureMeasures(rule, catalogue);
  return {
    meaning: { judged: judgedInWords(rule, catalogue), inputs: inputsInWords(rule, catalogue) },
    figures: [...figures].map(([name, label]) => ({
      name,
      label,
      ...(units[name] ? { unit: units[name] } : {}),
      ...(measures[name] === undefined ? {} : { measure: measures[name] }),
    })),
  };
}
