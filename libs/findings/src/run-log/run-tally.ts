import type { Stopwatch } from '@tianyan/kernel';
import type { JudgeCosts } from '@tianyan/rules';
import type { FindingRule } from '../ports.js';
import type { RunKindOf, RunNotes } from './rule-runs.js';

/** Of what an evaluation is a run, and who takes note of it. */
export interface RunTally {
  kindOf: RunKindOf;
  notes: RunNotes;
  stopwatch: Stopwatch;
}

/** Notes what judging some scopes took: to each rule its own time, and an even share of the rest (reading, waiting). */
export function noteScopes(
  { kindOf, notes, stopwatch }: RunTally,
  rules: readonly FindingRule[],
  judged: { fromMs: number; scopes: number; costs: JudgeCosts },
): void {
  const { ownMs, records } = judged.costs;
  const own = [...ownMs.values()].reduce((sum, ms) => sum + ms, 0);
  const shareMs = Math.max(0, stopwatch() - judged.fromMs - own) / rules.length;
  for (const { id } of rules) {
    const kind = kindOf(id);
    // A sweep that looks at some scopes again is the same run still.
    const runs = kind === 'live' || kind === 'load' ? 1 : 0;
    notes.add(id, kind, { runs, spentMs: (ownMs.get(id) ?? 0) + shareMs, scopes: judged.scopes, records });
  }
}

/** Adds up what one pass over everything takes, query by query. */
export class PassTally {
  private readonly byRule = new Map<string, { spentMs: number; scopes: number; readRows: number }>();

  constructor(
    private readonly tally: RunTally,
    private readonly rules: readonly FindingRule[],
  ) {}

  /** Time of a query, which its rules share evenly. */
  spent(ruleIds: readonly string[] | undefined, ms: number): void {
    const of = ruleIds ?? this.rules.map(({ id }) => id);
    for (const id of of) this.of(id).spentMs += ms / of.length;
  }

  /**
   * Rows that a query has read, each of its rules' in full: what they share is read once for all of them, and without the others each would have read
   * hardly less.
   */
  read(ruleIds: readonly string[] | undefined, rows: number): void {
    for (const id of ruleIds ?? this.rules.map((rule) => rule.id)) this.of(id).readRows += rows;
  }

  answered(evaluations: readonly { ruleId: string }[]): void {
    for (const { ruleId } of evaluations) this.of(ruleId).scopes++;
  }

  /** The pass has ended, well or not. */
  end(): void {
    const { kindOf, notes } = this.tally;
    for (const { id } of this.rules) notes.add(id, kindOf(id), { runs: 1, ...this.of(id) });
  }

  private of(ruleId: string): { spentMs: number; scopes: number; readRows: number } {
    const known = this.byRule.get(ruleId) ?? { spentMs: 0, scopes: 0, readRows: 0 };
    this.byRule.set(ruleId, known);
    return known;
  }
}
