import type { Reach } from '@tianyan/access';
import { errorKind, SECOND_MS, withRetry, type BackoffPolicy, type EpochMs, type Pause, type Rng } from '@tianyan/kernel';
import { CURRENT_RECORDS, scopeCountQuery, type Evaluation, type RuleDefinition } from '@tianyan/rules';
import { clickHouseErrorName, isBeyondLimits } from '@tianyan/warehouse';
import type { EvaluationGroup } from '../ports.js';
import { isUnderWay, rulesUnderWay } from '../rule-sets/rules-under-way.js';
import type { SwitchChange } from '../rule-sets/switches.js';
import { ComparedHits } from './compared-hits.js';
import { MAX_COMPARED_FINDINGS, type StandingCounts } from './standing-findings.js';
import type { SwitchedRule, SwitchPreview, UncountedReason } from './switch-preview.js';
import { affectedBy, type AffectedRule } from './switched-rules.js';
import { NO_DECISIONS, type DecisionCounts } from './trial-decisions.js';
import { TrialEvaluation } from './trial-evaluation.js';
import { hitsWithin, readsHiddenClasses } from './trial-reach.js';
import { unstoredGroups, type TrialParts } from './trial-run.js';

export interface SwitchPreviewRequest {
  change: SwitchChange;
  /** Of who asks. */
  reach: Reach;
  /** Throws, with its reason, what is under way. */
  signal: AbortSignal;
  /** From then on what is not counted yet is told as that: what was counted is of use without it. */
  patience: AbortSignal;
  /** 0 to 1. */
  onProgress: (progress: number) => void;
}

/**
 * Rules judged together: those of one scope share their reading, and a sweep asks for as many in one query. What stands of all of them is in memory meanwhile.
 */
const MAX_RULES_AT_ONCE = 8;

/** So often the same is asked of a store that is away, within about a minute: what has failed so often by then does not pass by itself. */
export const SWITCH_PREVIEW_MAX_ATTEMPTS = 8;
/** A store that is away for a moment ends nothing: many minutes of judging would be lost. After the patience of who asks it is asked no more. */
const AGAIN: BackoffPolicy = { maxAttempts: SWITCH_PREVIEW_MAX_ATTEMPTS, firstDelayMs: SECOND_MS, maxDelayMs: 15 * SECOND_MS };

export interface SwitchPreviewParts extends TrialParts {
  rng: Rng;
  pause: Pause;
}

/** Only how the work is cut follows from that number; it is told to nobody. */
const EVERYWHERE = { records: CURRENT_RECORDS, townshipCodes: null, problemClasses: null };

const NONE_STANDING: StandingCounts = { standing: NO_DECISIONS, compared: 0 };

type Changes = NonNullable<SwitchedRule['changes']>;
type Judged = AffectedRule & { rule: RuleDefinition };
type Again = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Says, rule by rule, what a switch of several would bring and take away. Rules that it turns off are counted from what is stored; the others are judged over
 * all records, by SQL as a sweep does, a few at a time. Nothing is written.
 */
export async function runSwitchPreview(parts: SwitchPreviewParts, request: SwitchPreviewRequest): Promise<SwitchPreview> {
  const { change, reach, signal, patience, onProgress } = request;
  const { rng, pause } = parts;
  const again: Again = (work) => withRetry({ policy: AGAIN, rng, pause, signal: AbortSignal.any([signal, patience]) }, work);
  const nowMs = parts.countyClock.nowMs();
  // Before what stands is counted: a rule that comes to its end meanwhile is told as under way all the same.
  const underWay = rulesUnderWay(await again(() => parts.sets.progress()));
  const { rules: affected, unchanged, followers } = await again(() => affectedBy(parts, change));
  const ids = affected.map(({ version }) => version.ruleId);
  const standing = await again(() => parts.standing.counts(reach, ids));
  const outcomes = new Map<string, Changes | UncountedReason>();
  const open: Judged[] = [];
  for (const one of affected) {
    const { version, effect, rule } = one;
    const { standing: stands, compared } = standing.get(version.ruleId) ?? NONE_STANDING;
    if (rule === null && effect !== 'off') outcomes.set(version.ruleId, 'unreadable');
    else if (isHidden(reach, rule ?? version.rule)) outcomes.set(version.ruleId, 'out-of-reach');
    else if (effect === 'off') outcomes.set(version.ruleId, allLost(stands));
    else if (compared > MAX_COMPARED_FINDINGS) outcomes.set(version.ruleId, 'too-many');
    else if (rule) open.push({ ...one, rule });
  }
  const judging = new SwitchJudging(parts, { ...request, nowMs, outcomes, again });
  let done = 0;
  for (const batch of batchesOf(open, standing)) {
    for (const group of unstoredGroups(
      parts,
      batch.map(({ rule }) => rule),
    )) {
      await judging.judge(group, batch, (share) => onProgress((done + share * group.rules.length) / open.length));
      done += group.rules.length;
    }
  }
  signal.throwIfAborted();
  return {
    nowMs,
    rules: affected.map(({ version, effect, rule }) => ({
      ...rowOf({ version, effect }, outcomes.get(version.ruleId)),
      underWay: isUnderWay(rule ?? version.rule ?? { id: version.ruleId }, underWay),
    })),
    unchanged,
    followers,
  };
}

/** Judges groups of rules, and notes what comes of each. */
class SwitchJudging {
  private readonly evaluation: TrialEvaluation;

  constructor(
    private readonly parts: TrialParts,
    private readonly of: Pick<SwitchPreviewRequest, 'reach' | 'signal' | 'patience'> & {
      nowMs: EpochMs;
      again: Again;
      outcomes: Map<string, Changes | UncountedReason>;
    },
  ) {
    this.evaluation = new TrialEvaluation(parts.warehouse, AbortSignal.any([of.signal, of.patience]));
  }

  /** What they fail by together each of them is asked about alone: the others are told all the same. */
  async judge(group: EvaluationGroup, batch: readonly Judged[], onShare: (share: number) => void): Promise<void> {
    const { outcomes } = this.of;
    const rules = batch.filter(({ rule }) => group.rules.some(({ id }) => id === rule.id));
    const outcome = await this.outcome(group, rules, onShare);
    if (typeof outcome !== 'string') for (const [ruleId, changes] of outcome) outcomes.set(ruleId, changes);
    else if (rules.length === 1 || outcome === 'no-time') for (const { rule } of rules) outcomes.set(rule.id, outcome);
    else
      for (const { rule } of rules) {
        const [alone] = unstoredGroups(this.parts, [rule]);
        if (alone) await this.judge(alone, rules, () => {});
      }
  }

  /** By rule, or why none of them was counted. What passes by itself is waited for, as long as there is time. */
  private async outcome(
    group: EvaluationGroup,
    rules: readonly Judged[],
    onShare: (share: number) => void,
  ): Promise<ReadonlyMap<string, Changes | UncountedReason> | UncountedReason> {
    const { signal, patience, again } = this.of;
    try {
      return await again(async () => {
        patience.throwIfAborted();
        try {
          return await this.compared(group, rules, onShare);
        } catch (error) {
          const why = signal.aborted || patience.aborted ? null : uncountedBy(error);
          if (why === null) throw error;
          return why;
        }
      });
    } catch (error) {
      signal.throwIfAborted();
      if (patience.aborted) return 'no-time';
      throw error;
    }
  }

  private async compared(
    group: EvaluationGroup,
    rules: readonly Judged[],
    onShare: (share: number) => void,
  ): Promise<ReadonlyMap<string, Changes | UncountedReason>> {
    const { catalogue, standing } = this.parts;
    const { reach, nowMs } = this.of;
    const tallies = new Map<string, (hit: Evaluation) => void>();
    const results = new Map<string, () => Changes | UncountedReason>();
    for (const { rule, version } of rules) {
      const stored = await standing.answers(reach, rule.id);
      const hits = stored && new ComparedHits(stored);
      const isSeen = hitsWithin(reach, rule, catalogue);
      tallies.set(version.ruleId, (hit) => void hits?.found(hit.scope, isSeen(hit)));
      results.set(version.ruleId, () => (hits ? changesOf(hits) : 'too-many'));
    }
    const [first] = rules;
    const query = first && scopeCountQuery(first.rule, { catalogue, among: EVERYWHERE });
    const scopes = query ? await this.evaluation.count(query) : 0;
    for await (const { evaluations, share } of this.evaluation.everything(group, nowMs, scopes)) {
      for (const one of evaluations) if (one.hit) tallies.get(one.ruleId)?.(one);
      onShare(share);
    }
    return new Map([...results].map(([ruleId, result]) => [ruleId, result()]));
  }
}

function uncountedBy(error: unknown): UncountedReason | null {
  if (isBeyondLimits(error)) return 'too-much';
  return errorKind(error) === 'unknown' && clickHouseErrorName(error) !== undefined ? 'fails' : null;
}

/** Rules of one scope side by side, as many as may stand in memory with what they have found. */
export function batchesOf<T extends Pick<Judged, 'rule'>>(
  rules: readonly T[],
  standing: ReadonlyMap<string, Pick<StandingCounts, 'compared'>>,
): T[][] {
  const sorted = rules.toSorted((a, b) => {
    const [one, other] = [a.rule.scope.join(), b.rule.scope.join()];
    return one < other ? -1 : one > other ? 1 : 0;
  });
  const batches: T[][] = [];
  let held = 0;
  for (const rule of sorted) {
    const count = standing.get(rule.rule.id)?.compared ?? 0;
    const last = batches.at(-1);
    if (last && last.length < MAX_RULES_AT_ONCE && held + count <= MAX_COMPARED_FINDINGS) {
      last.push(rule);
      held += count;
    } else {
      batches.push([rule]);
      held = count;
    }
  }
  return batches;
}

/** Whoever may not see its findings is told nothing of how many there would be. */
function isHidden(reach: Reach, rule: RuleDefinition | null): boolean {
  return rule !== null && (!reach.coversClass(rule.class) || readsHiddenClasses(reach, rule));
}

function changesOf(hits: ComparedHits): Changes {
  const { decided, ...counts } = hits.result();
  return { ...counts, decided: { gained: decided.gained, lost: decided.lost } };
}

function allLost(stands: DecisionCounts): Changes {
  const count = total(stands);
  return { standing: count, gained: 0, lost: count, decided: { gained: { ...NO_DECISIONS }, lost: stands } };
}

function total(counts: DecisionCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function rowOf(
  { version, effect }: Pick<AffectedRule, 'version' | 'effect'>,
  outcome: Changes | UncountedReason | undefined,
): SwitchedRule {
  if (outcome === undefined) throw new Error(`what becomes of ${version.ruleId} was not worked out`);
  const isCounted = typeof outcome !== 'string';
  return {
    id: version.ruleId,
    version: version.version,
    title: version.rule?.title ?? null,
    effect,
    changes: isCounted ? outcome : null,
    uncounted: isCounted ? null : outcome,
  };
}
