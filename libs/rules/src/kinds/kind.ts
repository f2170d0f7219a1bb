import type { Catalogue } from '@tianyan/contracts';
import type { RuleCheck } from '../compile/check/rule-check.js';
import type { ClosingPeriod } from '../compile/closing.js';
import type { CohortDefinition } from '../compile/cohorts.js';
import type { CompiledGroup } from '../compile/compiled-group.js';
import type { RecordSource } from '../compile/record-source.js';
import type { Lowered, RuleContext } from '../compile/rule-context.js';
import type { CohortReach } from '../compile/scope.js';
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
 * Two families. `timeline`: a rule of the kind judges the sorted records of one scope, in the process or by SQL, whenever one of them changes.
 * `relational`: what a scope is told depends on others, so that no touched scope says what to judge again; the rule is one query over
 * everything, judged at a rate that it states: whole, or of the cohorts that have been touched.
 */
export type KindDefinition<R extends RuleDefinition = RuleDefinition> = TimelineKind<R> | RelationalKind<R>;

export interface TimelineKind<R extends RuleDefinition = RuleDefinition> extends KindParts<R> {
  family: 'timeline';
  /** The rule as an expression over the sorted records of a scope. */
  lower(rule: R, context: RuleContext): Lowered;
  /**
   * The calendar period at whose end, or so much later, it decides: before that the answer is no hit, due then, iff the scope has a record of its own,
   * dated in the future or not. Nothing else of the records is asked then. Null, or left out: it may decide at any time.
   */
  closes?(rule: R): ClosingPeriod | null;
  /**
   * It looks at so many records of a scope, and what it finds there is so far from urgent, that scopes are judged at the pace of late records
   * (ADR 0055) and not with each batch that touches them. Left out: with each batch.
   */
  isPatient?: boolean;
}

export interface RelationalKind<R extends RuleDefinition = RuleDefinition> extends KindParts<R> {
  family: 'relational';
  /** The rule as a query; its rows are those of a group of one rule. */
  query(rule: R, catalogue: Catalogue, how: { reach: CohortReach; records: RecordSource }): CompiledGroup;
  /** The parts of a scope are fields of the records of each input; otherwise the query makes them. */
  readsScopes: boolean;
  /** What keeps records together that are judged without the others; null: what is told of a scope may depend on any record, or on the time alone. */
  cohorts(rule: R): CohortDefinition | null;
  /** Limits of one judgement, `name = value`, of the database. */
  settings: readonly string[];
  /** How often it is judged. */
  everyMs(rule: R): number;
}

/** Whether each record says by its own fields to which scope of such a rule it belongs (a linked one: by those of another). */
export function readsScopes(kind: KindDefinition): boolean {
  return kind.family === 'timeline' || kind.readsScopes;
}

interface KindParts<R extends RuleDefinition> {
  /** Chinese name. */
  label: string;
  /**
   * The parameters that `applied` of what it is lowered to tells the numbers of: those by which it looks up its deadline, its limit or its counts,
   * wherever these stand. Left out: there is none such.
   */
  applied?(rule: R): readonly string[];
  /** What it is for, in a line of this library's README. */
  about: string;
  /** What the schema cannot know: whether names, fields and values exist and fit each other. */
  check(check: RuleCheck, rule: R): void;
  /** What it judges, in Chinese, without the full stop. */
  words(rule: R, words: RuleWords): string;
  /** Names of the figures that it supplies. */
  figures(rule: R): readonly string[];
  /** Figures that are the sum of a field: an amount where the field is one. Left out: none. */
  sums?(rule: R): readonly FieldSum[];
  /** Further figures in the unit of a field, that say nothing of an amount at stake: what there is in all, what peers have, a bound. Left out: none. */
  measuredAs?(rule: R): readonly FieldSum[];
  /** Figures that are shares in hundredths of a percent. Left out: none. */
  shares?(rule: R): readonly string[];
  /** Chinese names of those that people are shown; the others serve the evaluation. */
  figureLabels(rule: R): Readonly<Record<string, string>>;
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
  /** The ways in which a scope is found by reaching a number, to tell how near the nearest has come. Left out: the kind cannot say it. */
  nearness?(rule: R, words: RuleWords): readonly Nearness[];
}

/** One way in which a scope is found by reaching a number. */
export interface Nearness {
  threshold: number;
  /** The rule with this way alone, and another number to reach. */
  at: (threshold: number) => RuleDefinition;
  /** The figure which, where one has to be reached, says how far a scope has come; null: only whether a number is reached can be asked. */
  figure: string | null;
  /** What is counted, in Chinese. */
  about: string;
  /** A number of it, with its unit. */
  quantity: (value: number) => string;
}

/** A figure, and the field of an input in whose unit it is. */
export interface FieldSum {
  figure: string;
  of: string;
  field: string;
}

/** Figures of a kind that speaks of some records: how many, the first, the last. */
export const OF_RECORDS = ['count', 'firstAtMs', 'lastAtMs'] as const;
export const OF_RECORDS_LABELS = { count: '次数', firstAtMs: '最早一次', lastAtMs: '最近一次' } as const;
