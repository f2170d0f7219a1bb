import type { EpochMs } from '@tianyan/kernel';
import { MAX_SCOPES_PER_CALL, type Evaluation, type ScopeSlice } from '@tianyan/rules';
import { isTooMuchAtOnce, type SqlQuery, type WarehouseReader } from '@tianyan/warehouse';
import type { EvaluationGroup } from './ports.js';

/** A slice is a whole read of the tables; what needs more of them than this has one scope that is too large by itself. */
const MAX_SLICES = 256;

/**
 * Largest answer of one query, as ClickHouse counts it. The embedded engine hands an answer over whole: as text, and again as
 * objects. Findings of two hundred records of evidence each are 20 kB, so that this is some thousands of them.
 */
const MAX_ANSWER_BYTES = 48 * 1024 ** 2;

/** Asks the warehouse what rules say. */
export class Evaluator {
  /** Into how many slices a group had to be cut when it was last evaluated whole: the next time begins there. */
  private readonly slicesOf = new Map<string, number>();

  constructor(private readonly warehouse: WarehouseReader) {}

  /** Scopes of the group that the batches of one record type touched, each once. */
  async touched(group: EvaluationGroup, type: string, batches: readonly string[]): Promise<readonly string[]> {
    if (!group.recordTypes.includes(type)) return [];
    const rows = await this.warehouse.rows<{ scope: string }>(group.touched(type, batches));
    return rows.map((row) => row.scope);
  }

  /**
   * What the group's rules say of these scopes; at most MAX_SCOPES_PER_CALL of them. Asked in halves where the rows of all
   * would take more memory than a query may have, or their answers more than one can be.
   */
  async scopes(group: EvaluationGroup, nowMs: EpochMs, scopes: readonly string[]): Promise<readonly Evaluation[]> {
    if (scopes.length > MAX_SCOPES_PER_CALL)
      throw new RangeError(`${scopes.length} scopes in one call, at most ${MAX_SCOPES_PER_CALL}`);
    if (scopes.length === 0) return [];
    try {
      return answers(
        group,
        nowMs,
        new Set(scopes),
        await this.warehouse.rows<unknown>(bounded(group.evaluate({ nowMs, scopes }))),
      );
    } catch (error) {
      if (scopes.length === 1 || !isTooMuchAtOnce(error)) throw error;
      const middle = Math.ceil(scopes.length / 2);
      return [
        ...(await this.scopes(group, nowMs, scopes.slice(0, middle))),
        ...(await this.scopes(group, nowMs, scopes.slice(middle))),
      ];
    }
  }

  /**
   * What the group's rules say of every scope, in pieces; more than fits into memory at once, and minutes of work over a
   * province. Throws the reason of `signal` when that says that nobody waits any more.
   */
  async *everything(group: EvaluationGroup, nowMs: EpochMs, signal: AbortSignal): AsyncGenerator<readonly Evaluation[]> {
    const of = this.slicesOf.get(group.groupId) ?? 1;
    for (let index = 0; index < of; index++) yield* this.slice(group, nowMs, { index, of }, signal);
  }

  private async *slice(
    group: EvaluationGroup,
    nowMs: EpochMs,
    slice: ScopeSlice,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Evaluation[]> {
    let begun = false;
    try {
      for await (const rows of this.warehouse.stream<unknown>(bounded(group.evaluate({ nowMs, scopes: slice })), signal)) {
        begun = true;
        yield answers(group, nowMs, null, rows);
      }
    } catch (error) {
      // What was handed out cannot be taken back: then the sweep fails, and is made again with more slices.
      const next = slice.of * 2;
      if (!isTooMuchAtOnce(error) || next > MAX_SLICES) throw error;
      this.slicesOf.set(group.groupId, Math.max(next, this.slicesOf.get(group.groupId) ?? 1));
      if (begun) throw error;
      yield* this.slice(group, nowMs, { index: slice.index, of: next }, signal);
      yield* this.slice(group, nowMs, { index: slice.index + slice.of, of: next }, signal);
    }
  }
}

function bounded({ sql, params }: SqlQuery): SqlQuery {
  return { sql: `${sql}\nSETTINGS max_result_bytes = ${MAX_ANSWER_BYTES}, result_overflow_mode = 'throw'`, params };
}

function answers(
  group: EvaluationGroup,
  nowMs: EpochMs,
  asked: ReadonlySet<string> | null,
  rows: readonly unknown[],
): readonly Evaluation[] {
  return rows
    .flatMap((row) => group.parseRow(row))
    .map((evaluation) => {
      if (asked !== null && !asked.has(evaluation.scope))
        throw new Error(`${evaluation.ruleId} answers for ${evaluation.scope}, which was not asked`);
      return checked(evaluation, nowMs);
    });
}

/** A wake-up that is not later than now would be woken again and again; an answer without hit and wake-up has no row. */
function checked(evaluation: Evaluation, nowMs: EpochMs): Evaluation {
  const { ruleId, scope, hit, dueAtMs } = evaluation;
  if (dueAtMs !== null && dueAtMs <= nowMs)
    throw new Error(`${ruleId} in ${scope}: due at ${dueAtMs}, which is not later than ${nowMs}`);
  if (!hit && dueAtMs === null) throw new Error(`${ruleId} in ${scope}: neither hit nor wake-up`);
  return evaluation;
}
