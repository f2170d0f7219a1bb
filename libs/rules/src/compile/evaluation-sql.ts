import type { Catalogue } from '@tianyan/contracts';
import { MAX_EVIDENCE } from '../evaluation.js';
import { kindOf } from '../kinds/index.js';
import type { TableRow } from '../language/parameters.js';
import type { RuleDefinition } from '../language/rule.js';
import type { ParameterRef } from '../language/values.js';
import { step, type Expr, type Field } from '../expression/expr.js';
import { concat, fieldAt, filter, listOf, smallest, when } from '../expression/operators/lists.js';
import { isMissing, number } from '../expression/operators/values.js';
import { more, not } from '../expression/operators/tests.js';
import { SqlWriter } from '../expression/write-sql.js';
import { asksCalendar, CALENDAR_SQL } from './calendar.js';
import type { SlotClass } from './columns.js';
import type { CompiledColumns, CompiledGroup } from './compiled-group.js';
import { ALL_AT, ALL_PLACES } from './list-names.js';
import { NOW, QueryParams } from './params.js';
import { indent, Pipeline } from './pipeline.js';
import { linkedFuture } from './links.js';
import { lookedUpOfEach, lookUpFields } from './looked-up.js';
import { CUT_STAGE, KIND_STAGE, RuleContext, type Lowered, type Proof } from './rule-context.js';
import type { RecordSource } from './record-source.js';
import type { Reach } from './scope.js';
import { TimelineBuilder, tupleIndex } from './timeline.js';
import { toldTables } from './told-parameters.js';

/** See {@link RuleContext}. */
export function pairsLinks(rule: RuleDefinition): boolean {
  return kindOf(rule).linkedTo !== null;
}

/** A rule as an expression; only one of the timeline's family is one. */
export function lowerRule(rule: RuleDefinition, context: RuleContext): Lowered {
  const kind = kindOf(rule);
  if (kind.family !== 'timeline') throw new TypeError(`rule ${rule.id} is judged whole, not by its scopes`);
  const lowered = kind.lower(rule, context);
  const told = toldParameters(rule, lowered, context);
  return told.length === 0 ? lowered : { ...lowered, figures: { ...lowered.figures, ...Object.fromEntries(told) } };
}

/** Numbers of tables that the explanation names: those that applied to what the figures speak of. */
function toldParameters(rule: RuleDefinition, lowered: Lowered, context: RuleContext): [string, Expr<number | null>][] {
  return toldTables(rule).flatMap(({ name, table, from }): [string, Expr<number | null>][] => {
    if (from.input !== null) return [[name, appliedIn(from, table, lowered, context)]];
    const applied = lowered.applied?.[name];
    return applied ? [[name, applied]] : [];
  });
}

/** What a table gives for the record of an input that the figures speak of; missing where there is none. */
function appliedIn(
  { input, ref }: { input: string; ref: ParameterRef },
  table: readonly TableRow[],
  { chosen }: Lowered,
  context: RuleContext,
): Expr<number | null> {
  const record = chosen?.find((one) => one.input === input);
  const members = context.spokenOf(input);
  const list = (field: string) => (record ? record.list(field) : context.values(members, input, field));
  // As a list, so that of no record there is nothing: the table itself may have a number for whatever is missing.
  const ofEach = lookedUpOfEach(ref, table, context, {
    input,
    each: list('atMs'),
    lists: lookUpFields(context, ref).map(list),
  });
  return fieldAt(ofEach, record?.place ?? number(-1)) as Expr<number | null>; // numbers of a table
}

/** The value of `input.field`: of the record the kind has chosen, or else of the last record that has it of those a finding speaks of. */
export function referenceOf(reference: string, { chosen }: Lowered, context: RuleContext): Expr<Field> {
  const [input = '', field = ''] = reference.split('.');
  const record = chosen?.find((one) => one.input === input);
  if (record) return fieldAt(record.list(field), record.place);
  const values = context.values(context.spokenOf(input), input, field);
  return fieldAt(
    filter([values], (value) => not(isMissing(value))),
    number(-1),
  );
}

/** Instants later than now at which the answer can change without a new record: own records of the future and deadlines. */
export function dueInstants({ deadlines, undecidedUntil }: Lowered, context: RuleContext): Expr<readonly number[]> {
  const { future, now } = context;
  const own = filter<readonly [number, boolean]>([future.at, future.are(context.ownInputs())], (_at, is) => is);
  const all = concat([own, deadlines, ...linkedFuture(context)]);
  if (undecidedUntil === undefined) return all;
  const changes = step(context.named('changes'), all);
  const isUndecided = more(undecidedUntil, now);
  return concat([when(isUndecided, listOf([undecidedUntil])), when(not(isUndecided), changes)]);
}

/** What evidence keeps of a record, in the order of `evidenceRow` in row.ts. */
const EVIDENCE_COLUMNS = ['type', 'id', 'version', 'streamOffset', 'hash', 'atMs'] as const;

const NO_EVIDENCE = "CAST([], 'Array(Tuple(UInt32, UInt8))')";

/**
 * Evidence as rows of the timeline: kept in order by filtering, so that only the places of the proof travel into the lambda and
 * not the records. The first MAX_EVIDENCE of them.
 */
function evidenceSql(proofs: readonly Proof[], hit: string, stage: number, context: RuleContext, answer: Answer): string {
  const roles = Object.keys(context.rule.inputs);
  const all = proofs.map(
    ({ places, role }) => `arrayMap(p -> (toUInt32(p), toUInt8(${role} /* ${roles[role] ?? ''} */)), ${answer.write(places)})`,
  );
  const name = (of: string) => context.answerNamed(of);
  const proof = context.pipeline.add(
    stage,
    name('proof'),
    `if(${hit}, arrayConcat(${[NO_EVIDENCE, ...all].join(', ')}), ${NO_EVIDENCE})`,
  );
  const shown = context.pipeline.add(
    stage + 1,
    name('shown'),
    `arraySlice(arraySort(arrayDistinct(${proof}.1)), 1, ${MAX_EVIDENCE})`,
  );
  const rows = answer.named('proving', `arrayFilter((r, i) -> has(${shown}, i), timeline, arrayEnumerate(timeline))`);
  const ofRows = answer.named('roles', `arrayMap(i -> ${proof}.2[indexOf(${proof}.1, i)], ${shown})`);
  const columns = EVIDENCE_COLUMNS.map((column) => `r.${tupleIndex(column)}`).join(', ');
  return answer.named('evidence', `arrayMap((r, o) -> (${columns}, o), ${rows}, ${ofRows})`);
}

/** The last SELECT, as far as it speaks of one rule: whatever stands in the answer has a name, so that a person can read it. */
class Answer {
  /** `SQL AS name`, in the order in which they are said. */
  readonly names: string[] = [];

  constructor(
    private readonly context: RuleContext,
    readonly write: Write,
  ) {}

  /** Says what a name means, and returns it. */
  named(name: string, sql: string): string {
    const whole = this.context.answerNamed(name);
    this.names.push(`${sql} AS ${whole}`);
    return whole;
  }

  /** A list of values as texts. Their names end as no column does: a rule's author chose them. */
  texts(ending: string, values: readonly (readonly [string, Expr<unknown>])[]): string {
    const names = values.map(([name, of]) => this.named(`${name}_${ending}`, `toString(${this.write(of)})`));
    return names.length === 0 ? '[]' : `CAST([\n${indent(names.join(',\n'))}\n], 'Array(Nullable(String))')`;
  }
}

type Write = (expr: Expr<unknown>) => string;

/**
 * Compiles rules of one scope into one query, the same for every reach but for which scopes it reads.
 * @param how `from`: number of the first of them among the rules of their scope: answers are told apart by it
 */
export function evaluationSql(
  rules: readonly RuleDefinition[],
  catalogue: Catalogue,
  { reach, records, from = 0 }: { reach: Reach; records: RecordSource; from?: number },
): CompiledGroup {
  const params = new QueryParams();
  const timeline = new TimelineBuilder(catalogue, rules[0]?.scope ?? [], params);
  // The console shows each rule by itself.
  const pipeline = new Pipeline(rules.length === 1);
  pipeline.add(CUT_STAGE, 'existing', `arrayCount(a -> a <= ${NOW}, timeline.1)`);
  const writer = new SqlWriter({
    add: (stage, name, sql) => pipeline.add(stage, name, sql),
    firstStage: KIND_STAGE,
    isRead: pipeline.isRead,
  });
  const write: Write = (expr) => writer.write(expr).sql;
  const finals = rules.map((rule, index) => {
    const context = new RuleContext(
      rule,
      catalogue,
      timeline,
      pipeline,
      params,
      rules.length === 1 ? '' : `r${index}_`,
      pairsLinks(rule),
    );
    const lowered = lowerRule(rule, context);
    const referred = (of: Readonly<Record<string, string>>) =>
      Object.entries(of).map(([name, ref]) => [name, referenceOf(ref, lowered, context)] as const);
    const parts: RuleParts = {
      rule,
      context,
      lowered,
      due: smallest(dueInstants(lowered, context)),
      figures: [...Object.entries(lowered.figures), ...referred(rule.figures)],
      subjects: referred(rule.subjects),
    };
    // Steps come before the last stage is known.
    const { hit, occurredAt, evidence } = lowered;
    for (const of of [hit, occurredAt, parts.due, ...evidence.map(({ places }) => places)]) write(of);
    for (const [, of] of [...parts.figures, ...parts.subjects]) write(of);
    return parts;
  });
  const last = Math.max(pipeline.length, KIND_STAGE);
  const answers = finals.map((parts, index) => answerSql(parts, `r${from + index}`, last, write));
  return {
    sql: assemble({ timeline, pipeline, answers, last, rows: timeline.sql(reach, records, pipeline.lists) }),
    params: { ...records.params, ...params.toRecord() },
    types: timeline.types(),
    rules: finals.map((parts, index) => answerColumns(parts, `r${from + index}`)),
  };
}

/** A rule as the expressions of its answer. */
interface RuleParts {
  rule: RuleDefinition;
  context: RuleContext;
  lowered: Lowered;
  due: Expr<number>;
  figures: readonly (readonly [string, Expr<unknown>])[];
  subjects: readonly (readonly [string, Expr<unknown>])[];
}

/** What the last SELECT says of one rule: names, the tuple made of them, and when it says anything. */
interface AnswerSql {
  names: readonly string[];
  tuple: string;
  wanted: string;
}

function answerSql({ context, lowered, due: dueAt, ...said }: RuleParts, name: string, last: number, write: Write): AnswerSql {
  const hit = context.pipeline.add(last, context.answerNamed('hit'), write(lowered.hit));
  const due = context.pipeline.add(last, context.answerNamed('due'), write(dueAt));
  const answer = new Answer(context, write);
  const parts = [
    hit,
    answer.named('occurredAt', `if(${hit}, toInt64(${write(lowered.occurredAt)}), 0)`),
    due,
    evidenceSql(lowered.evidence, hit, last + 1, context, answer),
    `if(${hit}, ${answer.texts('figure', said.figures)}, [])`,
    answer.texts('subject', said.subjects),
  ];
  return { names: answer.names, tuple: `tuple(\n${indent(parts.join(',\n'))}\n) AS ${name}`, wanted: `${hit} OR ${due} > 0` };
}

function answerColumns({ rule, context, lowered }: RuleParts, name: string): CompiledColumns {
  return {
    name,
    figures: [
      ...Object.keys(lowered.figures).map((own) => ({ name: own, slotClass: 'number' as const, kind: 'integer' })),
      ...Object.entries(rule.figures).map(([own, ref]) => ({ name: own, ...figureColumn(ref, context) })),
    ],
    subjects: Object.keys(rule.subjects),
  };
}

function figureColumn(reference: string, context: RuleContext): { slotClass: SlotClass; kind: string } {
  const [input = '', field = ''] = reference.split('.');
  const { slotClass, kind } = context.column(input, field);
  return { slotClass, kind };
}

function assemble(query: {
  timeline: TimelineBuilder;
  pipeline: Pipeline;
  answers: readonly AnswerSql[];
  last: number;
  rows: string;
}): string {
  const { timeline, pipeline, answers, last, rows } = query;
  pipeline.add(CUT_STAGE, ALL_AT, `arraySlice(timeline.1, 1, existing)`);
  pipeline.add(CUT_STAGE, ALL_PLACES, `arrayEnumerate(${ALL_AT})`);
  const where = answers.map(({ wanted }) => wanted).join(' OR ');
  const body = pipeline.sql(rows, { stage: last + 1, where });
  const names = answers.flatMap((answer) => answer.names);
  const named = asksCalendar(body) ? [CALENDAR_SQL, ...names] : names;
  const columns = ['scope', ...answers.map(({ tuple }) => tuple)];
  const sql = timeline.resolve(
    `WITH\n${indent(named.join(',\n'))}\nSELECT\n${indent(columns.join(',\n'))}\nFROM (\n${indent(body)}\n)`,
  );
  return pipeline.lists.settle(sql);
}
