import { z } from 'zod';
import { absenceSchema } from '../kinds/absence/schema.js';
import { countSchema } from '../kinds/count/schema.js';
import { durationSchema } from '../kinds/duration/schema.js';
import { joinSchema } from '../kinds/join/schema.js';
import { matchSchema } from '../kinds/match/schema.js';
import { outlierSchema } from '../kinds/outlier/schema.js';
import { ratioSchema } from '../kinds/ratio/schema.js';
import { rotationSchema } from '../kinds/rotation/schema.js';
import { scoreSchema } from '../kinds/score/schema.js';
import { sequenceSchema } from '../kinds/sequence/schema.js';
import { splitSchema } from '../kinds/split/schema.js';
import { similarSchema } from '../kinds/similar/schema.js';
import { sqlSchema } from '../kinds/sql/schema.js';
import { exampleSchema } from './example.js';
import { inputSchema } from './inputs.js';
import { exceptionSchema, parameterSchema } from './parameters.js';
import { nameSchema } from './values.js';

/** The classes of problem: the four winds and small corruption. */
export const PROBLEM_CLASSES = ['形式主义', '官僚主义', '享乐主义', '奢靡之风', '微腐败', '不担当不作为'] as const;
export type ProblemClass = (typeof PROBLEM_CLASSES)[number];

export const SEVERITIES = ['low', 'medium', 'high'] as const;
export type Severity = (typeof SEVERITIES)[number];

const basisSchema = z.strictObject({
  /** Name of the document, with its number. */
  document: z.string().min(2),
  /** What it demands, in a sentence. */
  demands: z.string().min(2),
});

/** `input.field`: the field of a record of that input, see `subjects` and `figures` of a rule. */
const referenceSchema = z.string().regex(/^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$/, '应写成 输入名.字段名');

/** Numbers of versions are 32-bit; a date such as 20260315 fits. */
const MAX_RULE_VERSION = 2_000_000_000;

const header = {
  id: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, '规则编号只用小写字母、数字和连字符'),
  version: z.int().min(1).max(MAX_RULE_VERSION),
  title: z.string().min(2).max(60),
  class: z.enum(PROBLEM_CLASSES),
  severity: z.enum(SEVERITIES),
  basis: z.array(basisSchema).min(1, '须写明依据'),
  /** What the rule looks for, for a person who decides whether to switch it on. */
  description: z.string().min(5),
  /** Names of the scope's parts, in order; a scope key is their values joined with `|`. Every record belongs to one scope. */
  scope: z.array(nameSchema).min(1).max(3),
  inputs: z.record(nameSchema, inputSchema).refine((inputs) => Object.keys(inputs).length > 0, '至少一个输入'),
  /**
   * Names of sources (`source` of the record). Given, only their records *make* a problem, in the inputs that
   * {@link exceptionSchema} names; records of every source still excuse and stand opposite. Missing: all sources.
   */
  sources: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
  parameters: z.record(nameSchema, parameterSchema).default({}),
  exceptions: z.array(exceptionSchema).max(200).default([]),
  /**
   * Who and where, besides the scope parts (which are subjects under their own names). Value: the field of the last
   * record of that input, in order, existing in the scope, that has it; where the input makes the problem, of its records
   * that count, if any does: those left out by `exceptions` and `sources` are not named. Of a join's subject: of the holding
   * subject the figures speak of; of an input of its conditions: see the join. Left out when nothing is found.
   */
  subjects: z.record(nameSchema, referenceSchema).default({}),
  /** Further figures for the explanation, found in the same way. */
  figures: z.record(nameSchema, referenceSchema).default({}),
  /** How much money is at stake: one of `figures`, or a sum of the kind's own (`sum`, `paidSum`), that is an amount. It orders the queue and changes no answer. */
  amountAtStake: nameSchema.optional(),
  /**
   * Chinese text with placeholders `{figure}`, `{figure:元}` (fen shown as yuan), `{figure:百分比}` (of hundredths of a percent), `{figure:时间}`, `{figure:日期}` (instant or day),
   * `{figure:单位名}`, `{figure:村名}`, `{figure:乡镇名}` (code shown as name where known). Figures: those of the kind, those of
   * `figures`, the subjects and plain parameters.
   */
  explanation: z.string().min(5).max(1_000),
  /** Chinese names of roles of evidence, by input name; missing ones are shown by the record type. */
  roles: z.record(nameSchema, z.string()).default({}),
  examples: z.array(exampleSchema).min(1, '至少一个例子').max(50),
};

/** The schemas of all kinds; what else a kind is, `kinds/index.ts` demands for each of them. */
export const RULE_SCHEMAS = [
  matchSchema.extend(header),
  countSchema.extend(header),
  ratioSchema.extend(header),
  outlierSchema.extend(header),
  sequenceSchema.extend(header),
  absenceSchema.extend(header),
  joinSchema.extend(header),
  durationSchema.extend(header),
  rotationSchema.extend(header),
  splitSchema.extend(header),
  similarSchema.extend(header),
  scoreSchema.extend(header),
  sqlSchema.extend(header),
] as const;
/** Parts that every rule has, whatever its kind. */
export const RULE_HEADER_PARTS: ReadonlySet<string> = new Set(Object.keys(header));
const KIND_NAMES = RULE_SCHEMAS.map(({ shape }) => shape.kind.value);

/**
 * To be raised when the same rule may say something else of the same records: every rule is then swept once. Also when a field of a contract becomes a code, since writers
 * of before did not name it in what they announced (ADR 0025).
 * 2: order fields, marks in the total order, strict deadlines. 3: references to the counterparts of a join. 5: texts are ordered by their bytes; what is told
 * of records that make the problem is told of those that count. 6: rules against peers have cohorts; what had landed since the last turn before that has left no mark of these.
 * 7: what an exception or a limit to sources leaves out of a share leads nothing else into it.
 */
export const LANGUAGE_VERSION = 7;

/**
 * One rule. Semantics common to all kinds:
 * - records exist from their `atMs` on: at the instant `now` only records with `atMs <= now` are there;
 * - order is total: (atMs, order, id, type). `order` is the value of the field that the type's contract names as its order
 *   field (`Contract.order`, such as the number of a step), 0 where it is null or the contract names none; ids are compared byte by
 *   byte, types by name. "Before", "after", "between", "first" and "last" mean this order in every kind, also at one instant;
 * - the answer for a scope is `hit`, `occurredAtMs`, `dueAtMs`, evidence, figures;
 * - `dueAtMs` is the earliest of: the kind's own pending deadlines + 1 ms, and the atMs of every record later than now of any
 *   input of the rule that belongs to the scope (for linked inputs: to any record of the subject input, existing or future);
 *   null when there is none;
 * - a scope without hit and without dueAt does not come back at all.
 */
export const ruleSchema = z.discriminatedUnion('kind', RULE_SCHEMAS, `kind 应为 ${KIND_NAMES.join('、')} 之一`);
export type RuleDefinition = z.output<typeof ruleSchema>;
export type RuleKind = RuleDefinition['kind'];
/** Rules of one kind. */
export type RuleOf<K extends RuleKind> = Extract<RuleDefinition, { kind: K }>;
