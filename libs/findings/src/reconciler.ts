import type { Clock } from '@tianyan/kernel';
import { MAX_SCOPES_PER_CALL } from '@tianyan/rules';
import type { CauseFinder, Occasion } from './causes.js';
import type { EvaluationTickets } from './evaluation-tickets.js';
import type { Evaluator } from './evaluator.js';
import {
  TicketExpiredError,
  type CommitResult,
  type EvaluatedScopes,
  type FindingStore,
  type PartitionOffset,
} from './finding-store.js';
import type { EvaluationGroup } from './ports.js';

export interface ScopesToEvaluate {
  group: EvaluationGroup;
  scopes: readonly string[];
}

export interface ReconcileResult extends CommitResult {
  /** Scopes evaluated, over all groups. */
  evaluatedScopes: number;
}

/** An evaluation given up for dead is begun anew so often; more means that queries outlast the lease, which no repeat helps. */
const MAX_ATTEMPTS = 3;

/** Evaluates scopes and makes what is stored equal to the answers. */
export class Reconciler {
  constructor(
    private readonly input: {
      evaluator: Evaluator;
      tickets: EvaluationTickets;
      store: FindingStore;
      causes: CauseFinder;
      countyClock: Clock;
    },
  ) {}

  /**
   * Piece by piece, each with its own ticket and transaction; the offsets commit with the last one, so that a crash in
   * between repeats the whole, which changes nothing.
   */
  async reconcile(
    work: readonly ScopesToEvaluate[],
    occasion: Occasion,
    offsets: readonly PartitionOffset[],
  ): Promise<ReconcileResult> {
    const rounds = piecesOf(work);
    const events: Record<string, number> = {};
    let superseded = 0;
    let evaluatedScopes = 0;
    for (const [index, round] of rounds.entries()) {
      const last = index === rounds.length - 1;
      const result = await this.round(round, occasion, last ? offsets : []);
      for (const [event, count] of Object.entries(result.events)) events[event] = (events[event] ?? 0) + count;
      superseded += result.superseded;
      evaluatedScopes += round.reduce((sum, piece) => sum + piece.scopes.length, 0);
    }
    return { events, superseded, evaluatedScopes };
  }

  private async round(
    round: readonly ScopesToEvaluate[],
    occasion: Occasion,
    offsets: readonly PartitionOffset[],
  ): Promise<CommitResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(round, occasion, offsets);
      } catch (error) {
        if (!(error instanceof TicketExpiredError) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  private async attempt(
    round: readonly ScopesToEvaluate[],
    occasion: Occasion,
    offsets: readonly PartitionOffset[],
  ): Promise<CommitResult> {
    const { tickets, evaluator, store, causes, countyClock } = this.input;
    const ticket = await tickets.take(countyClock.nowMs());
    try {
      const evaluated: EvaluatedScopes[] = await Promise.all(
        round.map(async ({ group, scopes }) => ({
          group,
          scopes,
          evaluations: await evaluator.scopes(group, ticket.nowMs, scopes),
        })),
      );
      const causeOf = await causes.find(occasion, evaluated);
      return await store.commit({ ticket, evaluated, causeOf, offsets });
    } catch (error) {
      await tickets.giveUp(ticket);
      throw error;
    }
  }
}

/** Rounds of at most one call per group. At least one round, even for nothing, because offsets commit with the last. */
function piecesOf(work: readonly ScopesToEvaluate[]): ScopesToEvaluate[][] {
  const rounds: ScopesToEvaluate[][] = [[]];
  for (const { group, scopes } of work) {
    for (let start = 0; start < scopes.length; start += MAX_SCOPES_PER_CALL) {
      const index = start / MAX_SCOPES_PER_CALL;
      (rounds[index] ??= []).push({ group, scopes: scopes.slice(start, start + MAX_SCOPES_PER_CALL) });
    }
  }
  return rounds;
}
