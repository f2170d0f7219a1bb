import type { Catalogue } from '@tianyan/contracts';
import { checkRule } from '../compile/check/index.js';
import { InvalidRuleError, type RuleProblem } from '../compile/invalid-rule.js';
import { placed, type PlacedProblem } from '../examples/check-rule-files.js';
import { findingsInWords, inputsInWords, judgedInWords } from '../explain/describe.js';
import { figureMeasures, figureUnits, type FigureUnit } from '../explain/figure-units.js';
import { ruleSchema, type RuleDefinition } from '../language/rule.js';
import { ruleValue } from '../pack.js';
import { problemsOf, wordsFor } from '../schema-problems.js';
import { DraftNames } from './draft-names.js';
import { citableNames } from './figure-names.js';
import { placeInWords, plainWords } from './plain-words.js';

/** A problem with what the form says of it. */
interface DraftProblem extends PlacedProblem {
  /** Where it is, as the form calls the places. */
  place: string;
  plain: string;
}

/** What can be said of a rule that is still being written. */
export interface CheckedDraft {
  /** Empty: the text is a rule and fits the record types; its examples have not been tried. */
  problems: DraftProblem[];
  /** In Chinese; null while too much is missing. */
  meaning: {
    judged: string;
    /** How many findings may come of it. */
    findings: string;
    inputs: { name: string; words: string }[];
  } | null;
  /** Names that the explanation may cite, with what people call them; no two are called the same. */
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
    const value = ruleValue(yaml);
    const { rule, problems } = readDraft(value, catalogue);
    const told = toldIn(yaml, problems, new DraftNames(value, catalogue));
    return { problems: told, ...(rule === null ? SAYS_NOTHING : saidOf(rule, catalogue)) };
  } catch (error) {
    if (!(error instanceof InvalidRuleError)) throw error;
    return { problems: toldIn(yaml, error.problems, new DraftNames({}, catalogue)), ...SAYS_NOTHING };
  }
}

function toldIn(yaml: string, problems: readonly RuleProblem[], names: DraftNames): DraftProblem[] {
  return placed(yaml, problems).map((problem) => ({
    ...problem,
    place: placeInWords(problem.path, names),
    plain: plainWords(problem, names),
  }));
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
  const units = figureUnits(rule, catalogue);
  const measures = figureMeasures(rule, catalogue);
  return {
    meaning: {
      judged: judgedInWords(rule, catalogue),
      findings: findingsInWords(rule, catalogue),
      inputs: inputsInWords(rule, catalogue),
    },
    figures: citableNames(rule, catalogue).map(({ name, label }) => ({
      name,
      label,
      ...(units[name] ? { unit: units[name] } : {}),
      ...(measures[name] === undefined ? {} : { measure: measures[name] }),
    })),
  };
}
