import type { EpochMs } from '@tianyan/kernel';
import { MAX_SCOPES_PER_CALL, type Evaluation } from '@tianyan/rules';
import type { WarehouseReader } from '@tianyan/warehouse';
import type { EvaluationGroup } from './ports.js';

/** Asks the warehouse what rules say. */
export class Evaluator {
  constructor(private readonly warehouse: WarehouseReader) {}

  /** Scopes of the group that the batches of one record type touched, each once. */
  async touched(group: EvaluationGroup, type: string, batches: readonly string[]): Promise<readonly string[]> {
    if (!group.recordTypes.includes(type)) return [];
    const rows = await this.warehouse.rows<{ scope: string }>(group.touched(type, batches));
    return rows.map((row) => row.scope);
  }

  /** What the group's rules say of these scopes; at most MAX_SCOPES_PER_CALL of them. */
  async scopes(group: EvaluationGroup, nowMs: EpochMs, scopes: readonly string[]): Promise<readonly Evaluation[]> {
    if (scopes.length > MAX_SCOPES_PER_CALL)
      throw new RangeError(`${scopes.length} scopes in one call, at most ${MAX_SCOPES_PER_CALL}`);
    if (scopes.length === 0) return [];
    const asked = new Set(scopes);
    const evaluations: Evaluation[] = [];
    for (const row of await this.warehouse.rows<unknown>(group.evaluate({ nowMs, scopes }))) {
      for (const evaluation of group.parseRow(row)) {
        if (!asked.has(evaluation.scope))
          throw new Error(`${evaluation.ruleId} answers for ${evaluation.scope}, which was not asked`);
        evaluations.push(checked(evaluation, nowMs));
      }
    }
    return evaluations;
  }

  /**
   * What the group's rules say of every scope, in pieces; more than fits into memory at once, and minutes of work over a
   * province. Throws the reason of `signal` when that says that nobody waits any more.
   */
  async *everything(group: EvaluationGroup, nowMs: EpochMs, signal: AbortSignal): AsyncGenerator<readonly Evaluation[]> {
    for await (const rows of this.warehouse.stream<unknown>(group.evaluate({ nowMs, scopes: 'all' }), signal)) {
      yield rows.flatMap((row) => group.parseRow(row)).map((evaluation) => checked(evaluation, nowMs));
    }
  }
}

/** A wake-up that is not later than now would be woken again and again; an answer without hit and wake-up has no row. */
function checked(evaluation: Evaluation, nowMs: EpochMs): Evaluation {
  const { ruleId, scope, hit, dueAtMs } = evaluation;
  if (dueAtMs !== null && dueAtMs <= nowMs)
    throw new Error(`${ruleId} in ${scope}: due at ${dueAtMs}, which is not later than ${nowMs}`);
  if (!hit && dueAtMs === null) throw new Error(`${ruleId} in ${scope}: neither hit nor wake-up`);
  return evaluation;
}
