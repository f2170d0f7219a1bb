import type { RuleCheck } from '../compile/check/rule-check.js';
import type { Lowered, RuleContext } from '../compile/rule-context.js';
import type { RuleWords } from '../explain/rule-words.js';
import type { Deadline } from '../language/deadline.js';
import type { RuleDefinition } from '../language/rule.js';

/** Records of `of` after or beside which none of `expect` is there. */
export interface Awaited {
  of: string;
  expect: readonly string[];
}

/**
 * All that a kind of rule is, beside its schema. Nothing outside its folder knows it by name.
 *
 * `timeline`: a rule of the kind judges the sorted records of one scope, in the process or by SQL. A kind that needs other scopes
 * (peers, near duplicates, scores) will be of a second family, judged live by SQL over the touched group at a stated rate;
 * the union then makes every place that asks for the timeline a compile error.
 */
export interface KindDefinition<R extends RuleDefinition = RuleDefinition> {
  family: 'timeline';
  /** Chinese name. */
  label: string;
  /** What it is for, in a line of this library's README. */
  about: string;
  /** The rule as an expression over the sorted records of a scope. */
  lower(rule: R, context: RuleContext): Lowered;
  /** What the schema cannot know: whether names, fields and values exist and fit each other. */
  check(check: RuleCheck, rule: R): void;
  /** What it judges, in Chinese, without the full stop. */
  words(rule: R, words: RuleWords): string;
  /** Names of the figures that it supplies. */
  figures(rule: R): readonly string[];
  /** Chinese names of those that people are shown; the others serve the evaluation. */
  figureLabels: Readonly<Record<string, string>>;
  /**
   * Figures that grow with the clock while the problem stands (days late so far). They are stored with the finding but do not make
   * it another one: otherwise every finding of a missed deadline would differ from itself a day later.
   */
  figuresOfTheMoment: readonly string[];
  /** Deadlines by which it judges. */
  deadlines(rule: R): readonly Deadline[];
  /**
   * For a kind that pairs linked records with the record that they are linked to: the input of these. Null: an input may be linked to
   * any input with a scope of its own, and its records belong to the scope when they are linked to any existing record of that.
   */
  linkedTo: { (rule: R): string } | null;
  /**
   * What it takes for a fault when it is not there, or for a sign of one: by a source that never tells such a step it accuses people
   * who may have done it.
   */
  awaited(rule: R): readonly Awaited[];
}

/** Figures of a kind that speaks of some records: how many, the first, the last. */
export const OF_RECORDS = ['count', 'firstAtMs', 'lastAtMs'] as const;
export const OF_RECORDS_LABELS = { count: '次数', firstAtMs: '最早一次', lastAtMs: '最近一次' } as const;
