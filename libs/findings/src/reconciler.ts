import type { Clock } from '@tianyan/kernel';
import { SharedReads } from '@tianyan/rules';
import type { CauseFinder, JudgedScopes, Occasion, Supported, TouchedByType } from './causes.js';
import type { EvaluationTicket, EvaluationTickets } from './evaluation-tickets.js';
import type { Evaluator } from './evaluator.js';
import { TicketExpiredError, type CommitResult, type FindingStore, type PartitionOffset } from './finding-store.js';
import type { CohortTouch } from './cohorts/touched-cohorts.js';
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
  /** Cohorts that were touched, noted with the offsets: they are judged at the rate of their rules. */
  touched?: readonly CohortTouch[] | undefined;
  /** For what it is done; missing: live work, or the load. */
  kindOf?: RunKindOf | undefined;
}

/** What one ticket covers. */
interface Round extends Omit<ReconcileInput, 'work' | 'offsets' | 'touched' | 'kindOf'> {
  kindOf: RunKindOf;
  round: readonly ScopesToEvaluate[];
  offsets: readonly PartitionOffset[];
  touched: readonly CohortTouch[];
}

type ToBegin = Pick<Round, 'round' | 'epoch' | 'kindOf' | 'occasion' | 'late'>;

/** A round that has its ticket and is being judged. */
interface Begun {
  ticket: EvaluationTicket;
  judged: Promise<{ evaluated: readonly JudgedScopes[]; supported: readonly Supported[] }>;
}

/** Two rounds are under way at a time, and the records of both in memory: half of what one call may ask about. */
const SCOPES_PER_ROUND = 5_000;

/** An evaluation given up for dead is begun anew so often; more means that queries outlast the lease, which no repeat helps. */
const MAX_ATTEMPTS = 3;

/** Evaluates scopes and makes what is stored equal to the answers. */
export class Reconciler {
  constructor(
    private readonly input: {
      evaluator: Pick<Evaluator, 'scopes'>;
      tickets: EvaluationTickets;
      store: FindingStore;
      causes: CauseFinder;
      waiting: WaitingScopesFinder;
      countyClock: Clock;
      /** Told of what changes; missing: nobody is. */
      notes?: RunNotes;
      /** Missing: {@link SCOPES_PER_ROUND}. */
      scopesPerRound?: number;
    },
  ) {}

  /**
   * Piece by piece, each with its own ticket and transaction, one after the other; while one is judged and committed, the records of the
   * next are read. The offsets commit with the last one, so that a crash in between repeats the whole, which changes nothing. Throws
   * OtherEpochError where a newer set of rules counts.
   */
  async reconcile(input: ReconcileInput): Promise<ReconcileResult> {
    const {
      work,
      occasion,
      epoch,
      offsets = [],
      load,
      late,
      touched = [],
      kindOf = load === undefined ? liveRun : () => 'load',
    } = input;
    const rounds = piecesOf(work, this.input.scopesPerRound ?? SCOPES_PER_ROUND);
    const events: Record<string, number> = {};
    const sums = { superseded: 0, held: 0, evaluatedScopes: 0 };
    const begin = async (round: readonly ScopesToEvaluate[] | undefined) =>
      round ? await this.begin({ round, epoch, kindOf, occasion, late }) : null;
    let begun = await begin(rounds[0]);
    for (const [index, round] of rounds.entries()) {
      const last = index === rounds.length - 1;
      const lateNow = last || late?.kind === 'judged' ? late : undefined;
      const withLast = last ? { offsets, touched } : { offsets: [], touched: [] };
      const all: Round = { round, occasion, epoch, ...withLast, load, late: lateNow, kindOf };
      const [result, next] = await this.besides(begun, all, () => begin(rounds[index + 1]));
      begun = next;
      for (const [event, count] of Object.entries(result.events)) events[event] = (events[event] ?? 0) + count;
      sums.superseded += result.superseded;
      sums.held += result.held;
      sums.evaluatedScopes += round.reduce((sum, piece) => sum + piece.scopes.length, 0);
    }
    return { events, ...sums };
  }

  /** The ticket of the next round is drawn when the one at hand has its own: no round ever meets an older one of its work under way. */
  private async besides(
    begun: Begun | null,
    round: Round,
    next: () => Promise<Begun | null>,
  ): Promise<[CommitResult, Begun | null]> {
    let following: Begun | null = null;
    try {
      following = await next();
    } catch (error) {
      if (begun) await this.giveUp(begun);
      throw error;
    }
    try {
      return [await this.round(begun, round), following];
    } catch (error) {
      if (following) await this.giveUp(following);
      throw error;
    }
  }

  /** @param first null: it has to begin */
  private async round(first: Begun | null, work: Round): Promise<CommitResult> {
    let begun = first;
    for (let attempt = 1; ; attempt++) {
      begun ??= await this.begin(work);
      try {
        return await this.commit(begun, work);
      } catch (error) {
        const again = error instanceof TicketExpiredError || error instanceof ScopeMovedError;
        if (!again || attempt === MAX_ATTEMPTS) throw error;
        begun = null;
      }
    }
  }

  private async begin({ round, epoch, kindOf, occasion, late }: ToBegin): Promise<Begun> {
    const { tickets, evaluator, causes, countyClock } = this.input;
    const ticket = await tickets.take(countyClock.nowMs(), epoch);
    const how = { kindOf, shared: new SharedReads(), isPatient: late?.kind === 'judged' };
    const answers = round.map(async ({ group, scopes, touchedBy }) => ({
      group,
      scopes,
      touchedBy,
      evaluations: await evaluator.scopes(group, ticket.nowMs, scopes, how),
    }));
    const judged = Promise.all([causes.supported(occasion, round), ...answers]).then(([supported, ...evaluated]) => ({
      supported,
      evaluated,
    }));
    // Whoever commits it, or gives it up, hears of a failure; that may be later.
    judged.catch(() => {});
    return { ticket, judged };
  }

  private async commit(begun: Begun, { occasion, offsets, touched, load, late, kindOf }: Round): Promise<CommitResult> {
    const { tickets, store, causes, waiting } = this.input;
    const { ticket } = begun;
    try {
      const { evaluated, supported } = await begun.judged;
      const [causeOf, waits] = await Promise.all([causes.find(occasion, evaluated, supported), waiting.find(ticket, evaluated)]);
      const of = { ...(load !== undefined && { load }), ...(late !== undefined && { late }) };
      const committed = await store.commit({ ticket, evaluated, causeOf, offsets, touched, waiting: waits, ...of });
      this.note(committed, kindOf);
      return committed;
    } catch (error) {
      await tickets.giveUp(ticket);
      throw error;
    }
  }

  /** What it fails by, the round before it has failed by already, or the next attempt will. */
  private async giveUp({ ticket, judged }: Begun): Promise<void> {
    await Promise.allSettled([judged]);
    await this.input.tickets.giveUp(ticket);
  }

  private note({ byRule }: CommitResult, kindOf: RunKindOf): void {
    for (const [ruleId, { opened = 0, reopened = 0, withdrawn = 0, changed = 0 }] of byRule)
      this.input.notes?.add(ruleId, kindOf(ruleId), { gained: opened + reopened, lost: withdrawn, changed });
  }
}

/** Rounds of at most one call per group. At least one round, even for nothing, because offsets commit with the last. */
function piecesOf(work: readonly ScopesToEvaluate[], perRound: number): ScopesToEvaluate[][] {
  const rounds: ScopesToEvaluate[][] = [[]];
  for (const { group, scopes, touchedBy } of work) {
    for (let start = 0; start < scopes.length; start += perRound) {
      const index = start / perRound;
      (rounds[index] ??= []).push({ group, scopes: scopes.slice(start, start + perRound), touchedBy });
    }
  }
  return rounds;
}
