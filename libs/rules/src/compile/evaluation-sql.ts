import type { Catalogue } from '@tianyan/contracts';
import { MAX_EVIDENCE } from '../evaluation.js';
import type { RuleDefinition } from '../language/rule.js';
import { lastPresent, NO_EVIDENCE } from './arrays.js';
import { CALENDAR_SQL } from './calendar.js';
import type { SlotClass } from './columns.js';
import { absenceSql } from './kinds/absence.js';
import { countSql } from './kinds/count.js';
import { joinSql } from './kinds/join.js';
import { matchSql } from './kinds/match.js';
import { sequenceSql } from './kinds/sequence.js';
import { NOW, QueryParams } from './params.js';
import { Pipeline } from './pipeline.js';
import { CUT_STAGE, KIND_STAGE, RuleContext, type KindSql } from './rule-context.js';
import type { Reach } from './scope.js';
import { indent, TimelineBuilder, tupleIndex } from './timeline.js';

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

function kindSql(rule: RuleDefinition, context: RuleContext): KindSql {
  switch (rule.kind) {
    case 'match':
      return matchSql(rule, context);
    case 'count':
      return countSql(rule, context);
    case 'sequence':
      return sequenceSql(rule, context);
    case 'absence':
      return absenceSql(rule, context);
    case 'join':
      return joinSql(rule, context);
  }
}

/** The value of `input.field`: of the record the kind has chosen, or else of the last record in the scope that has it. */
function referenceSql(reference: string, kind: KindSql, context: RuleContext): string {
  const [input = '', field = ''] = reference.split('.');
  if (kind.chosen?.input === input) return kind.chosen.field(field);
  return lastPresent(context.values(context.plain(input), input, field));
}

/** The earliest of the rule's own future-dated records and its pending deadlines; 0 if there is none. */
function dueSql(rule: RuleDefinition, kind: KindSql, context: RuleContext): string {
  const bits = Object.entries(rule.inputs)
    .filter(([, input]) => !input.link)
    .map(([name]) => context.plain(name));
  const mask = context.allMaskLambda(bits);
  const own = `arrayFilter((x, ${mask.args}) -> x > ${NOW} AND (${mask.test}), ${context.allInstants()}, ${mask.arrays})`;
  const parts = [own, kind.deadlines, ...(kind.future === undefined ? [] : [kind.future])];
  // An element type that may be null (numbers of the calendar) would make the minimum of nothing null instead of 0.
  return `ifNull(arrayMin(arrayConcat(${parts.join(', ')})), 0)`;
}

/** What evidence keeps of a record, in the order of `evidenceRow` in row.ts. */
const EVIDENCE_COLUMNS = ['type', 'id', 'version', 'streamOffset', 'hash', 'atMs'] as const;

/**
 * Evidence as rows of the timeline: kept in order by filtering, so that only the positions of the proof travel into the
 * lambda and not the records. The first MAX_EVIDENCE of them.
 */
function evidenceSql(kind: KindSql, hit: string, context: RuleContext, stage: number): string {
  const proof = context.add(stage, 'proof', `if(${hit}, ${kind.evidence}, ${NO_EVIDENCE})`);
  const shown = context.add(stage + 1, 'shown', `arraySlice(arraySort(arrayDistinct(${proof}.1)), 1, ${MAX_EVIDENCE})`);
  const rows = `arrayFilter((r, i) -> has(${shown}, i), timeline, arrayEnumerate(timeline))`;
  const roles = `arrayMap(i -> ${proof}.2[indexOf(${proof}.1, i)], ${shown})`;
  return `arrayMap((r, o) -> (${EVIDENCE_COLUMNS.map((name) => `r.${tupleIndex(name)}`).join(', ')}, o), ${rows}, ${roles})`;
}

/** Compiles rules of one scope into one query, the same for every reach but for which scopes it reads. */
export function evaluationSql(rules: readonly RuleDefinition[], catalogue: Catalogue, reach: Reach): CompiledGroup {
  const params = new QueryParams();
  const timeline = new TimelineBuilder(catalogue, rules[0]?.scope ?? [], params);
  const pipeline = new Pipeline();
  pipeline.add(CUT_STAGE, 'n', `arrayCount(a -> a <= ${NOW}, timeline.1)`);
  const outputs: string[] = [];
  const wanted: string[] = [];
  const columns: CompiledColumns[] = [];
  const finals: { context: RuleContext; rule: RuleDefinition; kind: KindSql }[] = rules.map((rule, index) => {
    const context = new RuleContext(rule, catalogue, timeline, pipeline, params, `r${index}`);
    return { context, rule, kind: kindSql(rule, context) };
  });
  const last = Math.max(pipeline.length, KIND_STAGE);
  finals.forEach(({ context, rule, kind }, index) => {
    const hit = context.add(last, 'hit', kind.hit);
    const due = context.add(last, 'due', dueSql(rule, kind, context));
    wanted.push(`${hit} OR ${due} > 0`);
    const subjects = Object.entries(rule.subjects);
    const figures = Object.entries(rule.figures);
    const text = (sql: string) => `toNullable(toString(${sql}))`;
    const cells = [...Object.values(kind.figures).map(text), ...figures.map(([, ref]) => text(referenceSql(ref, kind, context)))];
    const answer = [
      hit,
      `if(${hit}, toInt64(${kind.occurredAt}), 0)`,
      due,
      evidenceSql(kind, hit, context, last + 1),
      `if(${hit}, [${cells.join(', ')}], [])`,
      `[${subjects.map(([, ref]) => text(referenceSql(ref, kind, context))).join(', ')}]`,
    ];
    outputs.push(`tuple(${answer.join(', ')}) AS r${index}`);
    columns.push({
      name: `r${index}`,
      figures: [
        ...Object.keys(kind.figures).map((name) => ({ name, slotClass: 'number' as const, kind: 'integer' })),
        ...figures.map(([name, ref]) => ({ name, ...figureColumn(ref, context) })),
      ],
      subjects: subjects.map(([name]) => name),
    });
  });
  return {
    sql: assemble(timeline, pipeline, outputs, wanted, last, reach),
    params: params.toRecord(),
    types: timeline.types(),
    rules: columns,
  };
}

function figureColumn(reference: string, context: RuleContext): { slotClass: SlotClass; kind: string } {
  const [input = '', field = ''] = reference.split('.');
  const { slotClass, kind } = context.column(input, field);
  return { slotClass, kind };
}

function assemble(
  timeline: TimelineBuilder,
  pipeline: Pipeline,
  outputs: string[],
  wanted: string[],
  last: number,
  reach: Reach,
): string {
  pipeline.add(CUT_STAGE, 'at', `arraySlice(timeline.1, 1, n)`);
  pipeline.add(CUT_STAGE, 'ix', `arrayEnumerate(at)`);
  const body = pipeline.sql(timeline.sql(reach), { stage: last + 1, where: wanted.join(' OR ') });
  const withCalendar = body.includes('calendar.') ? `WITH ${CALENDAR_SQL}\n` : '';
  return timeline.resolve(`${withCalendar}SELECT scope,\n${indent(outputs.join(',\n'))}\nFROM (\n${indent(body)}\n)`);
}
