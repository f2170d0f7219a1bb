import type { Catalogue } from '@tianyan/contracts';
import { MAX_EVIDENCE, type Evaluation, type EvidenceRef } from '../evaluation.js';
import type { Stopwatch } from '@tianyan/kernel';
import type { CalendarDays } from '../expression/calendar-days.js';
import type { Env, Expr, Field } from '../expression/expr.js';
import { noNumbers, smallest } from '../expression/operators/lists.js';
import { Runner } from '../expression/run.js';
import type { RuleDefinition } from '../language/rule.js';
import { dueInstants, lowerRule, pairsLinks, referenceOf } from './evaluation-sql.js';
import { QueryParams } from './params.js';
import { Pipeline } from './pipeline.js';
import type { RecordSource } from './record-source.js';
import { figureValue, scopeSubjects } from './row.js';
import { RuleContext, type Lowered } from './rule-context.js';
import { type Ask, ScopeReader } from './scope-reader.js';
import { ScopeRows, type TimelineRecord } from './scope-rows.js';
import type { SharedReads } from './shared-reads.js';
import { TimelineBuilder, type Bit } from './timeline.js';

/** What a kind says that knows no deadlines. */
const NO_DEADLINES = noNumbers().operator;

type Value<T> = (env: Env) => T;

/** One rule as functions. */
interface JudgedRule {
  rule: RuleDefinition;
  /** See {@link Lowered.needs}. */
  needs: readonly (readonly Bit[])[];
  hit: Value<boolean>;
  occurredAt: Value<number>;
  due: Value<number>;
  /** Where nothing is dated in the future it is due nevertheless: by deadlines of its own. */
  hasDeadlines: boolean;
  proofs: readonly { places: Value<readonly number[]>; role: string }[];
  figures: readonly { name: string; of: Value<Field>; kind: string }[];
  subjects: readonly { name: string; of: Value<Field> }[];
}

/** What judging in this process took; it is added to. */
export interface JudgeCosts {
  stopwatch: Stopwatch;
  /** Records that were read, for all rules together. */
  records: number;
  /** By rule, milliseconds. What several rules ask for counts for the first of them. */
  ownMs: Map<string, number>;
}

export interface JudgeWith {
  /** Is added to; missing: nobody asks. */
  costs?: JudgeCosts;
  /** What other groups read at the same moment; missing: none does. */
  shared?: SharedReads;
}

/** Judges scopes in this process, by the same expressions that the queries are written from. */
export class ScopeJudge {
  private readonly reader: ScopeReader;
  private readonly judged: readonly JudgedRule[];

  constructor(
    rules: readonly RuleDefinition[],
    catalogue: Catalogue,
    private readonly calendar: CalendarDays,
    records: RecordSource,
    /** See {@link RuleGroup.isUndecided}. */
    private readonly isUndecided: (scope: string, nowMs: number) => boolean,
  ) {
    const params = new QueryParams();
    const timeline = new TimelineBuilder(catalogue, rules[0]?.scope ?? [], params, calendar);
    const runner = new Runner();
    const lowered = rules.map((rule, i) => {
      const context = new RuleContext(rule, catalogue, timeline, new Pipeline(), params, `r${i}_`, pairsLinks(rule));
      return sharedRule(rule, lowerRule(rule, context), context, runner);
    });
    // What is the same in several rules is known when all are there.
    this.judged = lowered.map((rule) => rule());
    this.reader = new ScopeReader(timeline.reading(), records);
  }

  /**
   * What each rule says of each scope that has records; rules that say nothing are left out. `ask` answers plain queries. Of a scope of which nothing is
   * decided yet one record is read for each set of values that conditions look at: that it is there is all that counts. A unit's open week has
   * thousands of them, and is asked about with each that lands. Conditions on what differs from record to record, such as a text, spare nothing.
   */
  async judge(scopes: readonly string[], nowMs: number, ask: Ask, { costs, shared }: JudgeWith = {}): Promise<Evaluation[]> {
    const { undecided = [], others = [] } = Object.groupBy(scopes, (scope) =>
      this.isUndecided(scope, nowMs) ? 'undecided' : 'others',
    );
    const [sorts, records] = await Promise.all([
      undecided.length === 0 ? [] : this.reader.oneOfEachSort(undecided, ask),
      others.length === 0 ? [] : this.reader.records(others, ask, shared),
    ]);
    return this.answers(new Map([...sorts, ...records]), nowMs, costs);
  }

  private answers(read: ReadonlyMap<string, TimelineRecord[]>, nowMs: number, costs?: JudgeCosts): Evaluation[] {
    const evaluations: Evaluation[] = [];
    const own = this.judged.map(() => 0);
    for (const [scope, records] of read) {
      const rows = new ScopeRows(records, nowMs);
      const env: Env = { nowMs, calendar: this.calendar, scope: rows };
      let fromMs = costs?.stopwatch() ?? 0;
      for (const [i, judged] of this.judged.entries()) {
        if (!maySpeak(judged, rows)) continue;
        const evaluation = evaluationOf(judged, scope, rows, env);
        if (evaluation) evaluations.push(evaluation);
        if (!costs) continue;
        const toMs = costs.stopwatch();
        own[i] = (own[i] ?? 0) + toMs - fromMs;
        fromMs = toMs;
      }
      if (costs) costs.records += records.length;
    }
    for (const [i, { rule }] of this.judged.entries()) costs?.ownMs.set(rule.id, (costs.ownMs.get(rule.id) ?? 0) + (own[i] ?? 0));
    return evaluations;
  }
}

function sharedRule(rule: RuleDefinition, lowered: Lowered, context: RuleContext, runner: Runner): () => JudgedRule {
  const made = <T>(of: Expr<T>) => {
    const shared = runner.share(of);
    return () => runner.run(shared);
  };
  const kindOf = (ref: string) => {
    const [input = '', field = ''] = ref.split('.');
    return context.column(input, field).kind;
  };
  const reference = (ref: string) => made(referenceOf(ref, lowered, context));
  const hit = made(lowered.hit);
  const occurredAt = made(lowered.occurredAt);
  const due = made(smallest(dueInstants(lowered, context)));
  const inputs = Object.keys(rule.inputs);
  const proofs = lowered.evidence.map(({ places, role }) => ({ places: made(places), role: inputs[role] ?? '' }));
  const own = Object.entries(lowered.figures).map(([name, of]) => ({ name, of: made<Field>(of), kind: 'integer' }));
  const named = Object.entries(rule.figures).map(([name, ref]) => ({ name, of: reference(ref), kind: kindOf(ref) }));
  const subjects = Object.entries(rule.subjects).map(([name, ref]) => ({ name, of: reference(ref) }));
  const hasDeadlines = lowered.deadlines.operator !== NO_DEADLINES || lowered.undecidedUntil !== undefined;
  const needs = (lowered.needs ?? []).map((inputs) => inputs.map(({ bit }) => bit));
  return () => ({
    rule,
    needs,
    hasDeadlines,
    hit: hit(),
    occurredAt: occurredAt(),
    due: due(),
    proofs: proofs.map(({ places, role }) => ({ places: places(), role })),
    figures: [...own, ...named].map(({ name, of, kind }) => ({ name, of: of(), kind })),
    subjects: subjects.map(({ name, of }) => ({ name, of: of() })),
  });
}

/**
 * Most things have nothing of what most rules are about: an order that was never returned need not be looked at by twenty rules about
 * returns. What is dated in the future makes a rule due when it comes.
 */
function maySpeak({ needs }: JudgedRule, rows: ScopeRows): boolean {
  return rows.futureInstants.length > 0 || needs.every((bits) => bits.some((bit) => rows.has(bit)));
}

function evaluationOf(judged: JudgedRule, scope: string, rows: ScopeRows, env: Env): Evaluation | null {
  const { rule } = judged;
  const hit = judged.hit(env);
  const dueAtMs = judged.hasDeadlines || rows.futureInstants.length > 0 ? judged.due(env) : 0;
  if (!hit && dueAtMs === 0) return null;
  const figures: Record<string, string | number> = {};
  if (hit)
    for (const { name, of, kind } of judged.figures) {
      const value = of(env);
      if (value !== null) figures[name] = figureValue(String(value), kind);
    }
  const subjects = scopeSubjects(rule, scope);
  if (hit)
    for (const { name, of } of judged.subjects) {
      const value = of(env);
      if (value !== null && value !== '') subjects[name] = String(value);
    }
  return {
    ruleId: rule.id,
    scope,
    hit,
    occurredAtMs: hit ? judged.occurredAt(env) : null,
    dueAtMs: dueAtMs === 0 ? null : dueAtMs,
    evidence: hit ? evidenceOf(judged, rows.all, env) : [],
    figures,
    subjects,
  };
}

/** The first MAX_EVIDENCE records of the proof, in order; the first role of a record counts. */
function evidenceOf(judged: JudgedRule, records: readonly TimelineRecord[], env: Env): EvidenceRef[] {
  const roles = new Map<number, string>();
  for (const { places, role } of judged.proofs) for (const place of places(env)) if (!roles.has(place)) roles.set(place, role);
  return [...roles]
    .toSorted(([a], [b]) => a - b)
    .slice(0, MAX_EVIDENCE)
    .flatMap(([place, role]) => {
      const record = records[place - 1];
      if (!record) return [];
      const { type, id, version, streamOffset, hash, atMs } = record;
      return [{ type, id, version, streamOffset, hash, atMs, role }];
    });
}
