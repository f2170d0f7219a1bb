import type { EpochMs } from '@tianyan/kernel';
import { CURRENT_RECORDS, type CountQuery, type Evaluation, type RecordSource, type ScopeSlice } from '@tianyan/rules';
import { isTooMuchAtOnce, type SqlQuery, type WarehouseReader } from '@tianyan/warehouse';
import { bounded } from '../bounded-query.js';
import { MAX_SLICES } from '../evaluator.js';
import type { EvaluationGroup } from '../ports.js';

/** Each piece reads the tables anew: so many scopes of a piece take longer to judge than to read, and a person sees that it goes on. */
const SCOPES_PER_SLICE = 50_000;
/** More pieces at first show no more; one that is too much is halved. */
const MAX_FIRST_SLICES = 8;

/**
 * What a query of a trial may take: half of what one of the platform may, and half the processors of a small machine. Live work
 * goes on beside it.
 */
const TRIAL_SETTINGS = ['max_threads = 2', `max_memory_usage = ${384 * 1024 ** 2}`];

/** Asks the warehouse on behalf of a trial: bounded, and ended where nobody waits any more. */
export class TrialEvaluation {
  constructor(
    private readonly warehouse: WarehouseReader,
    private readonly signal: AbortSignal,
    /** Over which {@link everything} judges. */
    private readonly records: RecordSource = CURRENT_RECORDS,
    /** Takes note of the rows that its queries read. */
    private readonly onRead: (rows: number) => void = () => {},
  ) {}

  async count<T>({ query, read }: CountQuery<T>): Promise<T> {
    const [row] = await this.rows(query);
    return read(row);
  }

  /**
   * What the group's rules say of every scope, a slice at a time, each with the share of scopes that is done with it. A slice that is
   * too much at once is halved, as sweeps do.
   * @param scopes about how many there are
   */
  async *everything(
    group: EvaluationGroup,
    nowMs: EpochMs,
    scopes: number,
  ): AsyncGenerator<{ evaluations: readonly Evaluation[]; share: number }> {
    let share = 0;
    // What is judged whole reads everything for each piece.
    const slices = group.everyMs === undefined ? firstSlices(scopes) : 1;
    const open = Array.from({ length: slices }, (_none, index): ScopeSlice => ({ index, of: slices }));
    for (let slice = open.shift(); slice; slice = open.shift()) {
      const { index, of } = slice;
      try {
        const evaluations = await this.slice(group, nowMs, slice);
        share += 1 / of;
        yield { evaluations, share };
      } catch (error) {
        if (!isTooMuchAtOnce(error) || of * 2 > MAX_SLICES || group.everyMs !== undefined) throw error;
        open.unshift({ index, of: of * 2 }, { index: index + of, of: of * 2 });
      }
    }
  }

  /** Whole before anything of it counts: what was too much is asked again in halves. Its size is bounded by that of an answer. */
  private async slice(group: EvaluationGroup, nowMs: EpochMs, scopes: ScopeSlice): Promise<Evaluation[]> {
    const evaluations: Evaluation[] = [];
    for (const query of group.evaluate({ nowMs, scopes, records: this.records }))
      for (const row of await this.rows(query, query.settings)) evaluations.push(...group.parseRow(row));
    return evaluations;
  }

  /** @param own limits of the query's own; those of a trial are tighter, and count where both say something */
  private async rows(query: SqlQuery, own: readonly string[] = []): Promise<unknown[]> {
    const found: unknown[] = [];
    // Not `rows`: only a stream can be given up.
    for await (const rows of this.warehouse.stream(
      bounded(query, [
        ...own.filter((setting) => !TRIAL_SETTINGS.some((tighter) => nameOf(tighter) === nameOf(setting))),
        ...TRIAL_SETTINGS,
      ]),
      this.signal,
      this.onRead,
    ))
      found.push(...rows);
    return found;
  }
}

/** A power of two: pieces are halved until they are MAX_SLICES. */
function firstSlices(scopes: number): number {
  let slices = 1;
  while (slices < MAX_FIRST_SLICES && scopes > slices * SCOPES_PER_SLICE) slices *= 2;
  return slices;
}

function nameOf(setting: string): string {
  return setting.split(' ', 1)[0] ?? setting;
}
