import type { Clock } from '@tianyan/kernel';
import { MAX_SCOPES_PER_CALL, SharedReads } from '@tianyan/rules';
import type { CauseFinder, Occasion, TouchedByType } from './causes.js';
import type { EvaluationTickets } from './evaluation-tickets.js';
import type { Evaluator } from './evaluator.js';
import { TicketExpiredError, type CommitResult, type FindingStore, type PartitionOffset } from './finding-store.js';
import type { LateWork } from './late-scopes.js';
import { ScopeMovedError, type WaitingScopesFinder } from './loads/waiting-scopes.js';
import type { EvaluationGroup } from './ports.js';
import { liveRun, type RunKindOf, type RunNotes } from './run-log/rule-runs.js';

export interface ScopesToEvaluate {
  group: EvaluationGroup;
  scopes: readonly string[];
  /** By record type, which scopes what landed has touched: of others it is no cause. Missing: nobody has said. */
  touchedBy?: TouchedByType | undefined;
}

export interface ReconcileResult extends Omit<CommitResult, 'byRule'> {
  /** Scopes evaluated, over all groups. */
  evaluatedScopes: number;
}

/** What is to be evaluated, and what depends on it. */
export interface ReconcileInput {
  work: readonly ScopesToEvaluate[];
  occasion: Occasion;
  /**
   * Of the rules that were asked which scopes are touched. It counts also where none is: a newer set may have a rule that has
   * been swept before these records landed, and that they do touch.
   */
  epoch: number | null;
  /** Announcements that are reflected when all of it is. */
  offsets?: readonly PartitionOffset[];
  /** The announced load that is judged by this. */
  load?: string | undefined;
  /** What is done about late scopes: with the offsets where they are put off, with each round where they are judged. */
  late?: LateWork | undefined;
  /** For what it is done; missing: live work, or the load. */
  kindOf?: RunKindOf | undefined;
}

/** What one ticket covers. */
interface Round extends Omit<ReconcileInput, 'work' | 'offsets' | 'kindOf'> {
  kindOf: RunKindOf;
  round: readonly ScopesToEvaluate[];
  offsets: readonly PartitionOffset[];
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
      waiting: WaitingScopesFinder;
      countyClock: Clock;
      /** Told of what changes; missing: nobody is. */
      notes?: RunNotes;
    },
  ) {}

  /**
   * Piece by piece, each with its own ticket and transaction; the offsets commit with the last one, so that a crash in
   * between repeats the whole, which changes nothing. Throws OtherEpochError where a newer set of rules counts.
   */
  async reconcile(input: ReconcileInput): Promise<ReconcileResult> {
    const { work, occasion, epoch, offsets = [], load, late, kindOf = load === undefined ? liveRun : () => 'load' } = input;
    const rounds = piecesOf(work);
    const events: Record<string, number> = {};
    let superseded = 0;
    let held = 0;
    let evaluatedScopes = 0;
    for (const [index, round] of rounds.entries()) {
      const last = index === rounds.length - 1;
      const lateNow = last || late?.kind === 'judged' ? late : undefined;
      const result = await this.round({ round, occasion, epoch, offsets: last ? offsets : [], load, late: lateNow, kindOf });
      for (const [event, count] of Object.entries(result.events)) events[event] = (events[event] ?? 0) + count;
      superseded += result.superseded;
      held += result.held;
      evaluatedScopes += round.reduce((sum, piece) => sum + piece.scopes.length, 0);
    }
    return { events, superseded, held, evaluatedScopes };
  }

  private async round(work: Round): Promise<CommitResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        const again = error instanceof TicketExpiredError || error instanceof ScopeMovedError;
        if (!again || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  private async attempt({ round, occasion, epoch, offsets, load, late, kindOf }: Round): Promise<CommitResult> {
    const { tickets, evaluator, store, causes, waiting, countyClock } = this.input;
    const ticket = await tickets.take(countyClock.nowMs(), epoch);
    try {
      const shared = new SharedReads();
      const judged = round.map(async ({ group, scopes, touchedBy }) => ({
        group,
        scopes,
        touchedBy,
        evaluations: await evaluator.scopes(group, ticket.nowMs, scopes, kindOf, shared),
      }));
      const [supported, ...evaluated] = await Promise.all([causes.supported(occasion, round), ...judged]);
      const [causeOf, waits] = await Promise.all([causes.find(occasion, evaluated, supported), waiting.find(ticket, evaluated)]);
      const of = { ...(load !== undefined && { load }), ...(late !== undefined && { late }) };
      const committed = await store.commit({ ticket, evaluated, causeOf, offsets, waiting: waits, ...of });
      this.note(committed, kindOf);
      return committed;
    } catch (error) {
      await tickets.giveUp(ticket);
      throw error;
    }
  }

  private note({ byRule }: CommitResult, kindOf: RunKindOf): void {
    for (const [ruleId, { opened = 0, reopened = 0, withdrawn = 0, changed = 0 }] of byRule)
      this.input.notes?.add(ruleId, kindOf(ruleId), { gained: opened + reopened, lost: withdrawn, changed });
  }
}

/** Rounds of at most one call per group. At least one round, even for nothing, because offsets commit with the last. */
function piecesOf(work: readonly ScopesToEvaluate[]): ScopesToEvaluate[][] {
  const rounds: ScopesToEvaluate[][] = [[]];
  for (const { group, scopes, touchedBy } of work) {
    for (let start = 0; start < scopes.length; start += MAX_SCOPES_PER_CALL) {
      const index = start / MAX_SCOPES_PER_CALL;
      (rounds[index] ??= []).push({ group, scopes: scopes.slice(start, start + MAX_SCOPES_PER_CALL), touchedBy });
    }
  }
  return rounds;
}
