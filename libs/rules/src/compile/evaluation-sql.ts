import type { Catalogue } from '@tianyan/contracts';
import { MAX_EVIDENCE } from '../evaluation.js';
import { kindOf } from '../kinds/index.js';
import type { RuleDefinition } from '../language/rule.js';
import type { Expr, Field } from '../expression/expr.js';
import { concat, fieldAt, filter, smallest } from '../expression/operators/lists.js';
import { isMissing, number } from '../expression/operators/values.js';
import { both, more, not } from '../expression/operators/tests.js';
import { SqlWriter } from '../expression/write-sql.js';
import { CALENDAR_SQL } from './calendar.js';
import type { SlotClass } from './columns.js';
import { NOW, QueryParams } from './params.js';
import { indent, Pipeline } from './pipeline.js';
import { CUT_STAGE, KIND_STAGE, RuleContext, type Lowered, type Proof } from './rule-context.js';
import type { RecordSource } from './record-source.js';
import type { Reach } from './scope.js';
import { TimelineBuilder, tupleIndex } from './timeline.js';

/** One query for a group of rules, and what its rows mean. */
export interface CompiledGroup {
  sql: string;
  params: Readonly<Record<string, unknown>>;
  types: readonly string[];
  rules: readonly CompiledColumns[];
}

export interface CompiledColumns {
  /** Column of the row that holds this rule's answer. */
  name: string;
  figures: readonly { name: string; slotClass: SlotClass; kind: string }[];
  subjects: readonly string[];
}

/** A rule as an expression. */
export function lowerRule(rule: RuleDefinition, context: RuleContext): Lowered {
  return kindOf(rule).lower(rule, context);
}

/** The value of `input.field`: of the record the kind has chosen, or else of the last record in the scope that has it. */
export function referenceOf(reference: string, { chosen }: Lowered, context: RuleContext): Expr<Field> {
  const [input = '', field = ''] = reference.split('.');
  if (chosen?.input === input) return fieldAt(chosen.list(field), chosen.place);
  const values = context.values(context.plain(input), input, field);
  return fieldAt(
    filter([values], (value) => not(isMissing(value))),
    number(-1),
  );
}

/** Own future-dated records of a rule: those of its inputs that are not reached over a subject. */
export function ownFutureBits(rule: RuleDefinition, context: RuleContext): number[] {
  return Object.entries(rule.inputs)
    .filter(([, input]) => !input.link)
    .map(([name]) => context.plain(name));
}

/** Instants later than now at which the answer can change without a new record: own records of the future and deadlines. */
export function dueInstants(rule: RuleDefinition, lowered: Lowered, context: RuleContext): Expr<readonly number[]> {
  const { future, now } = context;
  const own = filter([future.at, future.are(ownFutureBits(rule, context))], (at, is) => both(more(at, now), is));
  return concat([own, lowered.deadlines, ...(lowered.future ? [lowered.future] : [])]);
}

/** What evidence keeps of a record, in the order of `evidenceRow` in row.ts. */
const EVIDENCE_COLUMNS = ['type', 'id', 'version', 'streamOffset', 'hash', 'atMs'] as const;

const NO_EVIDENCE = "CAST([], 'Array(Tuple(UInt32, UInt8))')";

/**
 * Evidence as rows of the timeline: kept in order by filtering, so that only the places of the proof travel into the lambda and
 * not the records. The first MAX_EVIDENCE of them.
 */
function evidenceSql(proofs: readonly Proof[], hit: string, stage: number, context: RuleContext, write: Write): string {
  const all = proofs.map(({ places, role }) => `arrayMap(p -> (toUInt32(p), toUInt8(${role})), ${write(places)})`);
  const name = (of: string) => context.named(of);
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
  const rows = `arrayFilter((r, i) -> has(${shown}, i), timeline, arrayEnumerate(timeline))`;
  const roles = `arrayMap(i -> ${proof}.2[indexOf(${proof}.1, i)], ${shown})`;
  return `arrayMap((r, o) -> (${EVIDENCE_COLUMNS.map((column) => `r.${tupleIndex(column)}`).join(', ')}, o), ${rows}, ${roles})`;
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
  const pipeline = new Pipeline();
  pipeline.add(CUT_STAGE, 'n', `arrayCount(a -> a <= ${NOW}, timeline.1)`);
  const writer = new SqlWriter({ add: (stage, name, sql) => pipeline.add(stage, name, sql), firstStage: KIND_STAGE });
  const write: Write = (expr) => writer.write(expr).sql;
  const outputs: string[] = [];
  const wanted: string[] = [];
  const columns: CompiledColumns[] = [];
  const finals = rules.map((rule, index) => {
    const context = new RuleContext(rule, catalogue, timeline, pipeline, params, rules.length === 1 ? '' : `r${index}_`);
    const lowered = lowerRule(rule, context);
    const parts = {
      hit: write(lowered.hit),
      occurredAt: write(lowered.occurredAt),
      due: write(smallest(dueInstants(rule, lowered, context))),
      proofs: lowered.evidence.map(({ places }) => write(places)),
      figures: Object.values(lowered.figures).map(write),
      named: Object.values(rule.figures).map((ref) => write(referenceOf(ref, lowered, context))),
      subjects: Object.values(rule.subjects).map((ref) => write(referenceOf(ref, lowered, context))),
    };
    return { context, rule, lowered, parts };
  });
  const last = Math.max(pipeline.length, KIND_STAGE);
  finals.forEach(({ context, rule, lowered, parts }, index) => {
    const hit = pipeline.add(last, context.named('hit'), parts.hit);
    const due = pipeline.add(last, context.named('due'), parts.due);
    wanted.push(`${hit} OR ${due} > 0`);
    const text = (sql: string) => `toNullable(toString(${sql}))`;
    const answer = [
      hit,
      `if(${hit}, toInt64(${parts.occurredAt}), 0)`,
      due,
      evidenceSql(lowered.evidence, hit, last + 1, context, write),
      `if(${hit}, [${[...parts.figures, ...parts.named].map(text).join(', ')}], [])`,
      `[${parts.subjects.map(text).join(', ')}]`,
    ];
    const name = `r${from + index}`;
    outputs.push(`tuple(${answer.join(', ')}) AS ${name}`);
    columns.push({
      name,
      figures: [
        ...Object.keys(lowered.figures).map((name) => ({ name, slotClass: 'number' as const, kind: 'integer' })),
        ...Object.entries(rule.figures).map(([name, ref]) => ({ name, ...figureColumn(ref, context) })),
      ],
      subjects: Object.keys(rule.subjects),
    });
  });
  return {
    sql: assemble({ timeline, pipeline, outputs, wanted, last, rows: timeline.sql(reach, records) }),
    params: { ...records.params, ...params.toRecord() },
    types: timeline.types(),
    rules: columns,
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
  outputs: readonly string[];
  wanted: readonly string[];
  last: number;
  rows: string;
}): string {
  const { timeline, pipeline, outputs, wanted, last, rows } = query;
  pipeline.add(CUT_STAGE, 'at', `arraySlice(timeline.1, 1, n)`);
  pipeline.add(CUT_STAGE, 'ix', `arrayEnumerate(at)`);
  const body = pipeline.sql(rows, { stage: last + 1, where: wanted.join(' OR ') });
  const withCalendar = body.includes('calendar.') ? `WITH ${CALENDAR_SQL}\n` : '';
  return timeline.resolve(`${withCalendar}SELECT scope,\n${indent(outputs.join(',\n'))}\nFROM (\n${indent(body)}\n)`);
}
