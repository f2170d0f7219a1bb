import { errorKind, RetriableError, type Clock, type IdSource } from '@tianyan/kernel';
import type { Evaluation } from '@tianyan/rules';
import type { CohortCheck } from './cohorts/cohort-check.js';
import type { TouchedCohorts, UnjudgedCohorts } from './cohorts/touched-cohorts.js';
import { ClockJumpError } from './evaluation-clock.js';
import type { EvaluationTicket, EvaluationTickets } from './evaluation-tickets.js';
import type { Evaluator, Everything } from './evaluator.js';
import type { Difference, EvaluatedScopes, FindingStore } from './finding-store.js';
import type { WaitingScopesFinder } from './loads/waiting-scopes.js';
import type { EvaluationGroup } from './ports.js';
import type { PublicationCheck } from './publication-check.js';
import type { Reconciler } from './reconciler.js';
import { OtherEpochError } from './rule-sets/epoch.js';
import type { RunKindOf } from './run-log/rule-runs.js';
import { RuleSetAsideError } from './set-aside/rules-set-aside.js';
import type { SweepAnswers } from './sweep-answers.js';
import type { SweepLog, SweepProgress } from './sweep-log.js';
import type { SweepReason } from './sweep-queries.js';

/** Tells when live has done what was there to do. */
export interface LiveProgress {
  /**
   * Resolves when everything announced and everything due at the time of the call is committed.
   * Throws RetriableError when that takes too long, or when the signal says that nobody waits any more.
   */
  caughtUp(signal: AbortSignal): Promise<void>;
}

/** The process is about to stop, and its sweep with it. Retriable: whoever starts next sweeps again. */
export class SweepGivenUpError extends RetriableError {
  override readonly name = 'SweepGivenUpError';
}

export interface SweepRequest {
  reason: SweepReason;
  groups: readonly EvaluationGroup[];
  /**
   * `drift`: live should have stored the same; what differs is looked at again, recorded and repaired.
   * `expected`: live could not know (rules or calendar changed, too many records at once); what differs is stored.
   */
  differencesAre: 'drift' | 'expected';
  /** The announced load that is judged by it. */
  load?: string;
  /** Which cohorts of its one group are judged; missing, or null in it: all. */
  touched?: UnjudgedCohorts;
  /** Of the rules, those that were set aside and are swept for what they missed. */
  filled?: ReadonlySet<string>;
  /** What is judged after a rule was set aside by the sweep: with that it goes on. Missing: it ends there, and throws. */
  judgedNow?: () => Promise<readonly EvaluationGroup[]>;
  onProgress?: (sweepId: string, progress: SweepProgress) => void;
}

export interface SweepResult extends SweepProgress {
  sweepId: string;
  /** Rules that were not judged by it, or not to the end: a load of what they read, judged whole, has not landed; or they were set aside. */
  leftOut: readonly string[];
}

/**
 * A record may become visible after the sweep read and before live has committed it; such a difference is gone at the
 * second look. Each further round would need yet another record for the same scope.
 */
const MAX_RECHECKS = 4;

/** Rules that one sweep sets aside and goes on without. Each ends with a group that is judged again; where more fail, it may be something else. */
const MAX_SET_ASIDE = 10;

/** Evaluates everything and compares it with what is stored: proof that live misses nothing. */
export class Sweeper {
  private readonly stopping = new AbortController();

  constructor(
    private readonly input: {
      evaluator: Evaluator;
      tickets: EvaluationTickets;
      store: FindingStore;
      reconciler: Reconciler;
      log: SweepLog;
      openAnswers: () => Promise<SweepAnswers>;
      waiting: WaitingScopesFinder;
      /** Compares the interpreters over what is new or changed. */
      publication: Pick<PublicationCheck, 'assertAgree' | 'assertSampleAgrees'>;
      /** Compares cohorts judged alone with all of them. */
      cohortCheck: Pick<CohortCheck, 'assertAgree'>;
      cohorts: Pick<TouchedCohorts, 'unjudged'>;
      live: LiveProgress;
      ids: IdSource;
      countyClock: Clock;
      machineClock: Clock;
    },
  ) {}

  /**
   * Ends sweeps, also in the middle of a query over everything, which may take minutes, and lets none begin: the process is
   * about to stop. They throw {@link SweepGivenUpError}. What they have stored by then is right as it is.
   */
  giveUp(): void {
    this.stopping.abort(new SweepGivenUpError('the process is about to stop'));
  }

  /**
   * Compares the interpreters over a sample of scopes, of rules that nobody has judged by yet.
   * @throws RuleSetAsideError where a rule is set aside by it
   */
  async assertSampleAgrees(groups: readonly EvaluationGroup[]): Promise<void> {
    const { tickets, countyClock, publication } = this.input;
    for (const group of groups) {
      this.assertNotGivenUp();
      const ticket = await tickets.take(countyClock.nowMs(), group.epoch);
      try {
        await publication.assertSampleAgrees(group, { nowMs: ticket.nowMs, kindOf: () => 'publish' });
      } finally {
        await tickets.giveUp(ticket);
      }
    }
  }

  /** Throws what stopped it, after recording it as failed. */
  async run(request: SweepRequest, sweepId = this.input.ids.next()): Promise<SweepResult> {
    this.assertNotGivenUp();
    const { log, machineClock, countyClock, tickets } = this.input;
    const progress: SweepProgress = { rulesDone: 0, evaluatedScopes: 0, candidates: 0, driftFindings: 0, driftWakeUps: 0 };
    const ruleIds = rulesOf(request.groups);
    await log.begin({
      id: sweepId,
      reason: request.reason,
      ruleIds,
      startedAtMs: machineClock.nowMs(),
      nowMs: request.touched?.nowMs ?? (await tickets.nextNowMs(countyClock.nowMs())),
    });
    const report = async (): Promise<void> => {
      await log.progress(sweepId, progress);
      request.onProgress?.(sweepId, { ...progress });
    };
    const judged = new Set<string>();
    try {
      for await (const group of this.sweepGroups(request, sweepId, progress)) {
        for (const id of rulesOf([group])) if (ruleIds.includes(id)) judged.add(id);
        progress.rulesDone = judged.size;
        await report();
      }
    } catch (error) {
      await this.recordFailure(sweepId, error);
      throw error;
    }
    const leftOut = ruleIds.filter((id) => !judged.has(id));
    await log.end(sweepId, { finishedAtMs: machineClock.nowMs(), failure: null, leftOut });
    request.onProgress?.(sweepId, { ...progress });
    return { sweepId, ...progress, leftOut };
  }

  /** Yields each group that was judged. */
  private async *sweepGroups(request: SweepRequest, sweepId: string, progress: SweepProgress): AsyncGenerator<EvaluationGroup> {
    const asked = new Set(rulesOf(request.groups));
    const passed = new Set<string>();
    let setAside = 0;
    for (let open = request.groups; ;) {
      const [group, ...others] = open;
      if (!group) return;
      this.assertNotGivenUp();
      try {
        if (await this.sweepGroup(group, request, sweepId, progress)) yield group;
        for (const id of rulesOf([group])) passed.add(id);
        open = others;
      } catch (error) {
        if (!(error instanceof RuleSetAsideError) || !request.judgedNow || ++setAside > MAX_SET_ASIDE) throw error;
        // The groups at hand are of an epoch that is over: nothing could be stored of them.
        const now = await request.judgedNow();
        open = now.filter((of) => rulesOf([of]).some((id) => asked.has(id) && !passed.has(id)));
      }
    }
  }

  private async recordFailure(sweepId: string, error: unknown): Promise<void> {
    const { log, machineClock } = this.input;
    const failure =
      error instanceof ClockJumpError
        ? error.message
        : error instanceof RuleSetAsideError
          ? '有一条规则研判失败，已单独暂停，原因见规则页；本次作废，其他规则请再巡检一次。'
          : error instanceof OtherEpochError
            ? '巡检期间有人发布、停用或开关了规则，本次作废，请再巡检一次。'
            : errorKind(error) === 'retriable'
              ? '数据库或实时处理暂时跟不上，巡检没有完成，将自动重试。'
              : '巡检因程序错误中止，请查看运行日志。';
    try {
      if (this.stopping.signal.aborted) await log.endInterrupted(sweepId, machineClock.nowMs());
      else await log.end(sweepId, { finishedAtMs: machineClock.nowMs(), failure });
    } catch (unrecorded) {
      // Entries of sweeps that are gone are ended later; what stopped this one decides what happens now.
      if (errorKind(unrecorded) !== 'retriable') throw unrecorded;
    }
  }

  private assertNotGivenUp(): void {
    this.stopping.signal.throwIfAborted();
  }

  /** Whether a sweep would leave the group out as things stand; see {@link SweepResult.leftOut}. */
  async leavesOut(group: EvaluationGroup): Promise<boolean> {
    return this.input.waiting.waitsWhole(group);
  }

  /** Returns false where it is left out, by {@link SweepResult.leftOut}. What has been stored by then is right as it is. */
  private async sweepGroup(
    group: EvaluationGroup,
    request: SweepRequest,
    sweepId: string,
    progress: SweepProgress,
  ): Promise<boolean> {
    const { waiting } = this.input;
    if (await waiting.waitsWhole(group)) return false;
    const answers = await this.input.openAnswers();
    try {
      const kindOf = runKindOf(request);
      const cohorts = request.touched?.cohorts ?? undefined;
      const { candidates, ticket } = await this.evaluateAll(group, answers, progress, { kindOf, cohorts });
      const { nowMs } = ticket;
      // From there on the next turn asks what has begun to exist.
      if (group.cohorts) await this.input.log.judgedAsOf(sweepId, nowMs);
      // A load may have begun since, and its first rows may be among what was read.
      if (await waiting.mayHaveSeenPart(ticket, group)) return false;
      progress.candidates += candidates;
      const isDrift = request.differencesAre === 'drift';
      // Before anything is stored of it: what they do not agree on is no answer of the rule.
      if (request.reason === 'changed-rules')
        await this.input.publication.assertAgree(group, answers, { nowMs, kindOf, signal: this.stopping.signal });
      if (group.cohorts?.isUnproven && (isDrift || request.reason === 'changed-rules'))
        await this.input.cohortCheck.assertAgree(group, answers, { nowMs, kindOf, signal: this.stopping.signal });
      for await (const scopes of answers.candidates()) {
        this.assertNotGivenUp();
        // What is judged whole at a rate may differ from what has come since: nothing has drifted.
        if (isDrift && (group.everyMs === undefined || group.cohorts)) await this.settle(group, scopes, sweepId, progress);
        else await this.store(group, scopes, sweepId, { load: request.load, kindOf });
      }
      // Of what differed then nothing was stored.
      return !(await waiting.mayHaveSeenPart(ticket, group));
    } finally {
      await answers.close();
    }
  }

  /** While the ticket is out, newer commits leave markers; so the comparison knows which scopes have moved on since. */
  private async evaluateAll(
    group: EvaluationGroup,
    answers: SweepAnswers,
    progress: SweepProgress,
    { kindOf, cohorts }: Everything,
  ): Promise<{ candidates: number; ticket: EvaluationTicket }> {
    const { tickets, evaluator, countyClock } = this.input;
    const ticket = await tickets.take(countyClock.nowMs(), group.epoch);
    try {
      for await (const evaluations of evaluator.everything(group, ticket.nowMs, this.stopping.signal, { kindOf, cohorts })) {
        this.assertNotGivenUp();
        await answers.add(group, evaluations);
        progress.evaluatedScopes += evaluations.length;
      }
      const candidates = await answers.collectCandidates(group, ticket, cohorts && new Set(cohorts));
      return { candidates, ticket };
    } finally {
      await tickets.giveUp(ticket);
    }
  }

  /** Looks again at scopes that differed until they agree or the difference persists; records and repairs what persists. */
  private async settle(
    group: EvaluationGroup,
    scopes: readonly string[],
    sweepId: string,
    progress: SweepProgress,
  ): Promise<void> {
    let open = scopes;
    let persistent: readonly Difference[] = [];
    const atRate = new Set<string>();
    for (let round = 1; round <= MAX_RECHECKS && open.length > 0; round++) {
      this.assertNotGivenUp();
      const compared = await this.compareAgain(group, open);
      for (const scope of compared.atRate) atRate.add(scope);
      persistent = compared.differences;
      open = [...new Set([...persistent.map((difference) => difference.scope), ...compared.supersededScopes])];
    }
    // Nothing has drifted: their rule's next turn is still to come, and may as well find it done.
    if (atRate.size > 0) await this.store(group, [...atRate], sweepId, { kindOf: sweepRun });
    if (persistent.length === 0) return;
    await this.input.log.drift(sweepId, persistent);
    progress.driftFindings += persistent.filter(({ kind }) => kind === 'finding').length;
    progress.driftWakeUps += persistent.filter(({ kind }) => kind === 'wake-up').length;
    const drifted = [...new Set(persistent.map(({ scope }) => scope))];
    await this.store(group, drifted, sweepId, { kindOf: sweepRun });
  }

  private async store(
    group: EvaluationGroup,
    scopes: readonly string[],
    sweepId: string,
    { load, kindOf }: { load?: string | undefined; kindOf: RunKindOf },
  ): Promise<void> {
    const { reconciler } = this.input;
    const occasion = { kind: 'sweep', sweepId } as const;
    await reconciler.reconcile({ work: [{ group, scopes }], occasion, epoch: group.epoch, load, kindOf });
  }

  /**
   * Evaluate, let live finish what was announced by then, compare: a difference left is none that live was about to write.
   * Where a load has not been judged, live is right to have stored something else; so it is of cohorts that were touched, and of what was still to come when
   * they were judged (`atRate`: their scopes).
   */
  private async compareAgain(group: EvaluationGroup, scopes: readonly string[]): Promise<Compared> {
    const isTouched = await this.touchedCohorts(group);
    const { tickets, evaluator, store, live, waiting, countyClock } = this.input;
    const ticket = await tickets.take(countyClock.nowMs(), group.epoch);
    try {
      // What is stored came from the process; only the other interpreter can say that it is wrong.
      const evaluations = await evaluator.scopesBySql(group, ticket.nowMs, scopes, sweepRun);
      const evaluated: EvaluatedScopes = { group, scopes, evaluations };
      await live.caughtUp(this.stopping.signal);
      const compared = await store.compare(ticket, evaluated);
      if (compared.differences.length === 0) return { ...compared, atRate: [] };
      const differing = [...new Set(compared.differences.map(({ scope }) => scope))];
      const unjudged = await waiting.unjudged(ticket, group, differing);
      // Asked before as well: a turn of the rule may have taken it up meanwhile.
      const isTouchedSince = await this.touchedCohorts(group);
      const come = group.cohorts?.isUnproven ? laterThanProof(evaluations) : NONE;
      const atRate = differing.filter((scope) => isTouched(scope) || isTouchedSince(scope) || come.has(scope));
      const leftOut = new Set([...unjudged, ...atRate]);
      return { ...compared, atRate, differences: compared.differences.filter(({ scope }) => !leftOut.has(scope)) };
    } finally {
      await tickets.giveUp(ticket);
    }
  }

  /** Whether a scope is of a cohort that the next turn of its rule will judge. */
  private async touchedCohorts(group: EvaluationGroup): Promise<(scope: string) => boolean> {
    const { cohorts, tickets, countyClock } = this.input;
    const { cohorts: of } = group;
    if (!of) return () => false;
    const { cohorts: touched } = await cohorts.unjudged(group, await tickets.nextNowMs(countyClock.nowMs()));
    if (touched === null) return () => true;
    const known = new Set(touched);
    return (scope) => known.has(of.of(scope));
  }
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Scopes of answers that are dated later than all that proves them. When their cohort was last judged they may have been still to come, and nobody asks again
 * when they have; of any other a record has begun to exist since.
 */
function laterThanProof(evaluations: readonly Evaluation[]): ReadonlySet<string> {
  const later = evaluations.filter(
    ({ hit, occurredAtMs, evidence }) => hit && occurredAtMs !== null && evidence.every(({ atMs }) => atMs < occurredAtMs),
  );
  return new Set(later.map(({ scope }) => scope));
}

function rulesOf(groups: readonly EvaluationGroup[]): string[] {
  return groups.flatMap(({ rules }) => rules.map(({ id }) => id));
}

type Compared = Awaited<ReturnType<FindingStore['compare']>> & { atRate: readonly string[] };

const sweepRun: RunKindOf = () => 'sweep';

function runKindOf({ reason, filled }: SweepRequest): RunKindOf {
  switch (reason) {
    case 'changed-rules':
      return (ruleId) => (filled?.has(ruleId) ? 'fill' : 'publish');
    case 'first-load':
      return () => 'load';
    default:
      return sweepRun;
  }
}
