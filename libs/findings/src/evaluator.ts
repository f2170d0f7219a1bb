import type { LandedBatch } from '@tianyan/contracts';
import { machineStopwatch, type EpochMs, type Stopwatch } from '@tianyan/kernel';
import {
  MAX_SCOPES_PER_CALL,
  touchedScopeSchema,
  type Evaluation,
  type JudgeCosts,
  type JudgeWith,
  type ScopeSlice,
  type SharedReads,
} from '@tianyan/rules';
import { isTooMuchAtOnce, readRows, type SqlQuery, type WarehouseReader } from '@tianyan/warehouse';
import { bounded, byOneThread, ONE_THREAD } from './bounded-query.js';
import { answers, checkedAll } from './checked-answers.js';
import type { EvaluationGroup, ScopeProcess } from './ports.js';
import { liveRun, type RunKindOf, type RunNotes } from './run-log/rule-runs.js';
import { noteScopes, PassTally, type RunTally } from './run-log/run-tally.js';
import { isBeyondProcess, type JudgedPiece, recordsAtMost, ScopePieces } from './scope-pieces.js';
import type { RuleFaults } from './set-aside/rule-faults.js';

/** A slice is a whole read of the tables; what needs more of them than this has one scope that is too large by itself. */
export const MAX_SLICES = 256;

/** The records of so many scopes are read faster by one thread than by several that have to be told what to do. */
const FEW_SCOPES = 1_000;

type Landed = Pick<LandedBatch, 'batch' | 'keys'>;
type Touched = Pick<EvaluationGroup, 'recordTypes' | 'touched' | 'touchedByKeys'>;

/** By whom, and with what else, scopes are judged. */
export interface AskedBy {
  /** Missing: live work. */
  kindOf?: RunKindOf | undefined;
  /** Of all groups that are judged at the same moment: what several of them read is read once; missing: nobody else is. */
  shared?: SharedReads | undefined;
  /** Nobody waits for it, but for what is judged beside it: never by more than one thread of the database. */
  isPatient?: boolean | undefined;
}

/** What an evaluation of everything is for. */
export interface Everything {
  /** Missing: live work. */
  kindOf?: RunKindOf | undefined;
  /** The group has cohorts, and is asked about these alone; missing: about all. */
  cohorts?: readonly string[] | undefined;
  /** It only looks whether another one was right: no run of the rules. Missing: it is one. */
  isCheck?: boolean;
  /** By one thread: several read rows in another order each time, by which a query may choose between equal ones. Missing: by several. */
  isStable?: boolean;
}

type How = JudgeWith & Pick<AskedBy, 'isPatient'> & { costs: JudgeCosts };

/** Asks the warehouse what rules say. */
export class Evaluator {
  /** Into how many slices a group had to be cut when it was last evaluated whole: the next time begins there. */
  private readonly slicesOf = new Map<string, number>();

  private readonly faults: RuleFaults | null;
  private readonly notes: RunNotes;
  private readonly stopwatch: Stopwatch;
  private readonly pieces: ScopePieces;

  /**
   * @param of.faults sets rules aside that evaluations fail by; missing: then they fail
   * @param of.notes is told what judging takes; missing: nobody is
   * @param of.pieces how scopes are read into this process; missing: within the usual limits
   */
  constructor(
    private readonly warehouse: WarehouseReader,
    of: { faults?: RuleFaults; notes?: RunNotes; stopwatch?: Stopwatch; pieces?: ScopePieces } = {},
  ) {
    this.faults = of.faults ?? null;
    this.notes = of.notes ?? noNotes;
    this.stopwatch = of.stopwatch ?? machineStopwatch;
    this.pieces = of.pieces ?? new ScopePieces();
  }

  /** Scopes of the group that the batches of one record type touched, each once; or its cohorts, whoever touches these. */
  async touched(group: Touched, type: string, landed: readonly Landed[]): Promise<readonly string[]> {
    if (!group.recordTypes.includes(type)) return [];
    const scopes = new Set<string>();
    // Small batches name the codes of their rows; the log need not be asked.
    const named = landed.flatMap(({ keys = [] }) => keys);
    const byKeys = group.touchedByKeys(type, named);
    const unnamed = byKeys ? landed.filter(({ keys }) => keys === undefined) : landed;
    for (const scope of byKeys?.scopes ?? []) scopes.add(scope);
    const queries = [
      ...(byKeys?.linked ? [bounded(byKeys.linked, ONE_THREAD)] : []),
      ...(unnamed.length > 0 ? [group.touched(type, [...new Set(unnamed.map(({ batch }) => batch))])] : []),
    ];
    for (const query of queries)
      for (const { scope } of await readRows(this.warehouse, touchedScopeSchema, query)) scopes.add(scope);
    return [...scopes];
  }

  /**
   * What the group's rules say of these scopes; at most MAX_SCOPES_PER_CALL of them. Judged in this process from their records,
   * where the group can and they are not too many; else by the query, in halves where the rows of all would take more memory than
   * a query may have.
   */
  async scopes(
    group: EvaluationGroup,
    nowMs: EpochMs,
    scopes: readonly string[],
    { kindOf = liveRun, shared, isPatient = false }: AskedBy = {},
  ): Promise<readonly Evaluation[]> {
    const fromMs = this.stopwatch();
    const costs = this.costs();
    try {
      // Whoever looks which rule it fails by asks without the others: a rule must not be set aside for what they read.
      const alone = (some: EvaluationGroup) => this.judgedOrQueried(some, nowMs, scopes, { costs, isPatient });
      const evaluations = await this.blaming(
        group,
        kindOf,
        (some) => this.judgedOrQueried(some, nowMs, scopes, { costs, isPatient, ...(shared && { shared }) }),
        alone,
      );
      await this.faults?.spent(group, costs.ownMs, kindOf);
      return evaluations;
    } finally {
      if (scopes.length > 0) noteScopes(this.tally(kindOf), group.rules, { fromMs, scopes: scopes.length, costs });
    }
  }

  /** The same by SQL alone: whoever asks whether both interpreters agree must hear the other one. */
  async scopesBySql(
    group: EvaluationGroup,
    nowMs: EpochMs,
    scopes: readonly string[],
    kindOf: RunKindOf = liveRun,
  ): Promise<readonly Evaluation[]> {
    return this.blaming(group, kindOf, (some) => this.inParts(some, nowMs, scopes, {}));
  }

  /**
   * The same by the process alone, of those scopes that it can judge; `scopes` says which. One of which it cannot, because its numbers or
   * records are too many, must not hide what it would say of the others.
   */
  async inProcessAlone(
    group: EvaluationGroup,
    nowMs: EpochMs,
    scopes: readonly string[],
    kindOf: RunKindOf,
  ): Promise<{ scopes: readonly string[]; evaluations: readonly Evaluation[] }> {
    let judged: readonly string[] = [];
    const evaluations = await this.blaming(group, kindOf, async (some) => {
      const found = some.inProcess ? await this.judgedAlone(some.inProcess, nowMs, scopes) : NOTHING_JUDGED;
      judged = found.scopes;
      return found.evaluations;
    });
    return { scopes: judged, evaluations };
  }

  private async judgedAlone(
    inProcess: ScopeProcess,
    nowMs: EpochMs,
    scopes: readonly string[],
  ): Promise<{ scopes: readonly string[]; evaluations: readonly Evaluation[] }> {
    if (scopes.length === 0) return NOTHING_JUDGED;
    try {
      const how = { costs: this.costs(), atMost: recordsAtMost(scopes.length) };
      return { scopes, evaluations: (await this.judged(inProcess, nowMs, scopes, how)).evaluations };
    } catch (error) {
      if (!isBeyondProcess(error)) throw error;
      if (scopes.length === 1) return NOTHING_JUDGED;
      const middle = Math.ceil(scopes.length / 2);
      const first = await this.judgedAlone(inProcess, nowMs, scopes.slice(0, middle));
      const second = await this.judgedAlone(inProcess, nowMs, scopes.slice(middle));
      return { scopes: [...first.scopes, ...second.scopes], evaluations: [...first.evaluations, ...second.evaluations] };
    }
  }

  /** At most so many scopes of the group that have records, spread over all of them (over one slice, where it is cut into slices). */
  async sampledScopes(group: EvaluationGroup, limit: number): Promise<readonly string[]> {
    for (let of = this.slicesOf.get(group.groupId) ?? 1; ; of *= 2) {
      const query = group.sampled?.({ index: 0, of }, limit);
      if (!query) return [];
      try {
        return (await readRows(this.warehouse, touchedScopeSchema, bounded(query))).map(({ scope }) => scope);
      } catch (error) {
        // It reads the keys of all records of a type, of which the rule itself may read few.
        if (!isTooMuchAtOnce(error) || of * 2 > MAX_SLICES) throw error;
      }
    }
  }

  private tally(kindOf: RunKindOf): RunTally {
    return { kindOf, notes: this.notes, stopwatch: this.stopwatch };
  }

  private costs(): JudgeCosts {
    return { stopwatch: this.stopwatch, records: 0, ownMs: new Map() };
  }

  /** Throws RuleSetAsideError where it fails by one rule, which is set aside by then. */
  private async blaming(
    group: EvaluationGroup,
    kindOf: RunKindOf,
    evaluate: (some: EvaluationGroup) => Promise<readonly Evaluation[]>,
    alone = evaluate,
  ): Promise<readonly Evaluation[]> {
    try {
      return await evaluate(group);
    } catch (error) {
      const again = async (some: EvaluationGroup) => void (await alone(some));
      await this.faults?.blame(error, group, again, kindOf);
      throw error;
    }
  }

  /** To judge scopes of which nothing is decided yet next to nothing is read: they do not go with those that may be too many for the process. */
  private async judgedOrQueried(
    group: EvaluationGroup,
    nowMs: EpochMs,
    scopes: readonly string[],
    how: How,
  ): Promise<readonly Evaluation[]> {
    assertNotTooMany(scopes);
    const { inProcess } = group;
    if (!inProcess) return this.inParts(group, nowMs, scopes, how);
    const sorted = Object.groupBy(scopes, (scope) => (group.isUndecided?.(scope, nowMs) ? 'undecided' : 'decided'));
    const evaluations: Evaluation[] = [];
    for (const sort of ['undecided', 'decided'] as const) {
      const judged = await this.pieces.judge(`${group.groupId} ${sort}`, sorted[sort] ?? [], (piece, atMost) =>
        this.judged(inProcess, nowMs, piece, { ...how, atMost }),
      );
      evaluations.push(...judged.evaluations, ...(await this.inParts(group, nowMs, judged.left, how)));
    }
    return evaluations;
  }

  /** By the query, in halves where it is too much for one. */
  private async inParts(
    group: EvaluationGroup,
    nowMs: EpochMs,
    scopes: readonly string[],
    how: Pick<AskedBy, 'isPatient'>,
  ): Promise<readonly Evaluation[]> {
    assertNotTooMany(scopes);
    if (scopes.length === 0) return [];
    try {
      return await this.queried(group, nowMs, scopes, how);
    } catch (error) {
      // What is judged at a rate reads everything, or all of the cohorts that the scopes are of: scopes of one read as much as each of them.
      if (!isTooMuchAtOnce(error) || scopes.length === 1 || group.everyMs !== undefined) throw error;
      const middle = Math.ceil(scopes.length / 2);
      return [
        ...(await this.inParts(group, nowMs, scopes.slice(0, middle), how)),
        ...(await this.inParts(group, nowMs, scopes.slice(middle), how)),
      ];
    }
  }

  /** Fails where one query brings more than `atMost` records. */
  private async judged(
    inProcess: ScopeProcess,
    nowMs: EpochMs,
    scopes: readonly string[],
    how: How & { atMost: number },
  ): Promise<JudgedPiece<Evaluation>> {
    const threads = how.isPatient || scopes.length <= FEW_SCOPES ? ONE_THREAD : [];
    const settings = [...threads, `max_result_rows = ${how.atMost}`];
    const ask = (query: SqlQuery) => this.warehouse.rows(bounded(query, settings));
    const before = how.costs.records;
    const evaluations = checkedAll(await inProcess.judge(scopes, nowMs, ask, how), new Set(scopes), nowMs);
    return { evaluations, records: how.costs.records - before };
  }

  private async queried(
    group: EvaluationGroup,
    nowMs: EpochMs,
    scopes: readonly string[],
    { isPatient = false }: Pick<AskedBy, 'isPatient'>,
  ): Promise<readonly Evaluation[]> {
    const rows: unknown[] = [];
    for (const query of group.evaluate({ nowMs, scopes })) {
      const settings = [...(query.settings ?? []), ...(isPatient ? ONE_THREAD : [])];
      rows.push(...(await this.warehouse.rows(bounded(query, settings))));
    }
    return answers(group, nowMs, new Set(scopes), rows);
  }

  /**
   * What the group's rules say of every scope, in pieces; more than fits into memory at once, and minutes of work over a
   * province. Throws the reason of `signal` when that says that nobody waits any more, RuleSetAsideError where it fails by one
   * rule, which is set aside by then.
   */
  async *everything(
    group: EvaluationGroup,
    nowMs: EpochMs,
    signal: AbortSignal,
    { kindOf = liveRun, cohorts, isCheck = false, isStable = false }: Everything = {},
  ): AsyncGenerator<readonly Evaluation[]> {
    const pass = isCheck ? null : new PassTally(this.tally(kindOf), group.rules);
    try {
      yield* this.slices(group, nowMs, { signal, pass, cohorts, isStable });
    } catch (error) {
      const again = async (some: EvaluationGroup) => {
        const answers = this.slices(some, nowMs, { signal, pass: null, cohorts, isStable });
        while (!(await answers.next()).done) signal.throwIfAborted();
      };
      if (!signal.aborted) await this.faults?.blame(error, group, again, kindOf);
      throw error;
    } finally {
      pass?.end();
    }
  }

  private async *slices(group: EvaluationGroup, nowMs: EpochMs, during: Pass): AsyncGenerator<readonly Evaluation[]> {
    const { cohorts } = during;
    // Most turns of a rule: nothing was touched.
    if (cohorts?.length === 0) return;
    if (cohorts) return yield* this.streamed(group, nowMs, group.cohorts?.evaluate({ nowMs, cohorts }) ?? [], during);
    const of = this.slicesOf.get(group.groupId) ?? 1;
    for (let index = 0; index < of; index++) yield* this.slice(group, nowMs, { index, of }, during);
  }

  private async *slice(
    group: EvaluationGroup,
    nowMs: EpochMs,
    slice: ScopeSlice,
    during: Pass,
  ): AsyncGenerator<readonly Evaluation[]> {
    let begun = false;
    try {
      for await (const evaluations of this.streamed(group, nowMs, group.evaluate({ nowMs, scopes: slice }), during)) {
        begun = true;
        yield evaluations;
      }
    } catch (error) {
      // What was handed out cannot be taken back: then the sweep fails, and is made again with more slices.
      const next = slice.of * 2;
      if (!isTooMuchAtOnce(error) || next > MAX_SLICES || group.everyMs !== undefined) throw error;
      this.slicesOf.set(group.groupId, Math.max(next, this.slicesOf.get(group.groupId) ?? 1));
      if (begun) throw error;
      yield* this.slice(group, nowMs, { index: slice.index, of: next }, during);
      yield* this.slice(group, nowMs, { index: slice.index + slice.of, of: next }, during);
    }
  }

  private async *streamed(
    group: EvaluationGroup,
    nowMs: EpochMs,
    queries: ReturnType<EvaluationGroup['evaluate']>,
    { signal, pass, isStable }: Pass,
  ): AsyncGenerator<readonly Evaluation[]> {
    for (const query of queries) {
      // What is done with the answers between two pieces of them is no part of it.
      let fromMs = this.stopwatch();
      const note = (rows: number) => pass?.read(query.ruleIds, rows);
      const settings = isStable ? byOneThread(query.settings) : query.settings;
      for await (const rows of this.warehouse.stream(bounded(query, settings), signal, note)) {
        const evaluations = answers(group, nowMs, null, rows);
        pass?.spent(query.ruleIds, this.stopwatch() - fromMs);
        pass?.answered(evaluations);
        yield evaluations;
        fromMs = this.stopwatch();
      }
      pass?.spent(query.ruleIds, this.stopwatch() - fromMs);
    }
  }
}

/** One pass over everything; `pass` null: nobody takes note of it. */
interface Pass {
  signal: AbortSignal;
  pass: PassTally | null;
  cohorts: readonly string[] | undefined;
  isStable: boolean;
}

const NOTHING_JUDGED = { scopes: [], evaluations: [] } as const;

const noNotes: RunNotes = { add: () => {}, failed: () => {} };

function assertNotTooMany({ length }: readonly string[]): void {
  if (length > MAX_SCOPES_PER_CALL) throw new RangeError(`${length} scopes in one call, at most ${MAX_SCOPES_PER_CALL}`);
}
