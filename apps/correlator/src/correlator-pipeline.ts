import { LANDED_TOPIC, type LandedBatch } from '@tianyan/contracts';
import { cohortsTouchedBy, namedTraces } from '@tianyan/findings';
import type {
  CohortReader,
  EvaluationGroup,
  EvaluationTickets,
  Evaluator,
  FindingStore,
  JudgedRules,
  LateBatch,
  LateScopes,
  LateWork,
  OpenLoads,
  PartitionOffset,
  Reconciler,
  ReconcileResult,
  ScopesToEvaluate,
  Sweeper,
  WakeUps,
} from '@tianyan/findings';
import { MINUTE_MS, type Clock } from '@tianyan/kernel';
import type { StreamBatch, StreamMessage } from '@tianyan/stream';
import { z } from 'zod';
import type { BacklogPause, Held } from './backlog-pause.js';
import type { CorrelatorMetrics } from './metrics.js';

/**
 * Above so many touched scopes one pass over everything is cheaper than pieces: a piece of 10,000 costs about 0.3 s in
 * ClickHouse, all scopes of a year about 2 s. Reached only while history is loaded.
 */
export const MAX_TOUCHED_SCOPES = 60_000;

const landedSchema: z.ZodType<LandedBatch> = z.object({
  batch: z.string(),
  type: z.string(),
  records: z.int().nonnegative(),
  firstAppendedAtMs: z.int(),
  traces: z.array(z.string()).optional(),
  edited: z.int().nonnegative().optional(),
  load: z.string().optional(),
  keys: z.array(z.record(z.string(), z.string())).optional(),
});

export interface PipelineParts {
  /** All rules of the set that this process has taken over. */
  rules: () => JudgedRules;
  /** Takes over the newest set of rules; asked before each batch and each round of wake-ups. */
  takeOverRules: () => Promise<void>;
  /** Those that are judged by now; see RuleActivation. */
  active: () => Promise<JudgedRules>;
  evaluator: Evaluator;
  cohortReader: CohortReader;
  reconciler: Reconciler;
  sweeper: Sweeper;
  store: FindingStore;
  loads: OpenLoads;
  wakeUps: WakeUps;
  late: LateScopes;
  /** How long late scopes wait to be judged with what else comes late, where a round of them takes next to no time. */
  latePaceMs: number;
  tickets: EvaluationTickets;
  countyClock: Clock;
  machineClock: Clock;
  metrics: CorrelatorMetrics;
  backlog: BacklogPause;
  /** Told when landed batches have changed findings. */
  onChanged?: (change: { traces: readonly string[]; batches: readonly string[]; events: ReconcileResult['events'] }) => void;
}

/**
 * Of the time, late scopes take about one part in so many: the weeks of sixty units are seconds of processor a round, and
 * whoever waits for a record of this moment waits for them too.
 */
const LATE_ONE_IN = 10;
/** However long a round of them takes: by then at the latest what came late is judged. */
const LATE_AT_MOST_MS = 10 * MINUTE_MS;

/** From landed batches and passing time to findings. Reads from top to bottom. */
export class CorrelatorPipeline {
  /** What the last round of late scopes took. */
  private lateRoundMs = 0;

  constructor(private readonly parts: PipelineParts) {}

  /**
   * Handles announcements of one partition. When it resolves, findings reflect them and say so; then the offset may move.
   * @param from hands announcements out, and is held back while many more are to come; missing: nothing is
   */
  async landed(batch: StreamBatch, from?: Held): Promise<void> {
    const messages = await this.unprocessed(batch);
    if (messages.length === 0) return;
    await this.parts.takeOverRules();
    const landed = await this.toJudgeNow(messages.map((message) => landedSchema.parse(JSON.parse(message.value))));
    const { epoch, groups } = await this.parts.active();
    const { few, many, late } = this.split(await this.touchedBy(landed, groups));
    if (many.length > 0) await this.parts.sweeper.run({ reason: 'first-load', groups: many, differencesAre: 'expected' });
    const occasion = { kind: 'records', landed } as const;
    const touched = await cohortsTouchedBy(this.parts, groups, landed);
    const putOff = late.length > 0 ? this.putOff(late, landed) : undefined;
    const result = await this.parts.reconciler.reconcile({
      work: few,
      occasion,
      epoch,
      offsets: [nextOffset(batch)],
      late: putOff,
      touched,
    });
    this.parts.metrics.countResult(result);
    this.countLanded(landed);
    this.tellChanged(landed, result);
    if (from) await this.parts.backlog.after({ partition: batch.partition, landed }, from);
  }

  /** Evaluates scopes whose stored instant has come, at most one round of them; returns how many there were. */
  async wakeDue(): Promise<number> {
    const { countyClock, tickets, wakeUps } = this.parts;
    await this.parts.takeOverRules();
    const { epoch, groups } = this.parts.rules();
    const groupOfRule = groupsByRule(groups);
    const nowMs = await tickets.nextNowMs(countyClock.nowMs());
    const due = await wakeUps.due(nowMs, [...groupOfRule.keys()]);
    if (due.length === 0) return 0;
    const work = workOf(due, groupOfRule);
    const result = await this.parts.reconciler.reconcile({ work, occasion: { kind: 'time' }, epoch });
    this.parts.metrics.countResult(result);
    this.parts.metrics.wakeUps += due.length;
    return due.length;
  }

  /** Evaluates late scopes that have waited long enough, at most one round of them; returns how many there were. */
  async judgeLate(): Promise<number> {
    const { late, machineClock, metrics, reconciler } = this.parts;
    await this.parts.takeOverRules();
    // As landed batches are judged: a rule that waits for its first sweep would speak of half a history.
    const { epoch, groups } = await this.parts.active();
    const groupOfRule = groupsByRule(groups);
    const ruleIds = [...groupOfRule.keys()];
    const startMs = machineClock.nowMs();
    metrics.lateSinceMs = await late.oldestSinceMs(ruleIds);
    if (metrics.lateSinceMs === null) return 0;
    const due = await late.due(startMs, ruleIds);
    if (due.length === 0) return 0;
    const landed = await late.landed();
    const result = await reconciler.reconcile({
      work: workOf(due, groupOfRule),
      occasion: { kind: 'records', landed, together: true },
      epoch,
      late: { kind: 'judged', sinceMs: startMs, dueAtMs: startMs + this.latePaceMs() },
    });
    metrics.countResult(result);
    metrics.lateScopes += due.length;
    const nowMs = machineClock.nowMs();
    this.lateRoundMs = nowMs - startMs;
    for (const { sinceMs } of due) metrics.lateDelay.observe(nowMs - sinceMs);
    this.tellChanged(landed, result);
    return due.length;
  }

  private putOff(late: readonly ScopesToEvaluate[], landed: readonly LandedBatch[]): LateWork {
    const sinceMs = this.parts.machineClock.nowMs();
    const scopes = late.map(({ group: { rules }, scopes: touched }) => ({ rules, scopes: touched }));
    return { kind: 'put-off', scopes, landed, sinceMs, dueAtMs: sinceMs + this.latePaceMs() };
  }

  private latePaceMs(): number {
    return Math.max(this.parts.latePaceMs, Math.min(this.lateRoundMs * LATE_ONE_IN, LATE_AT_MOST_MS));
  }

  private tellChanged(landed: readonly LateBatch[], { events }: ReconcileResult): void {
    if (Object.keys(events).length === 0) return;
    this.parts.onChanged?.({ traces: namedTraces(landed), batches: landed.map(({ batch }) => batch), events });
  }

  /** What is judged now, what by one pass over everything, and what is put off. */
  private split(work: readonly ScopesToEvaluate[]): {
    few: ScopesToEvaluate[];
    many: EvaluationGroup[];
    late: ScopesToEvaluate[];
  } {
    const few: ScopesToEvaluate[] = [];
    const late: ScopesToEvaluate[] = [];
    const many: EvaluationGroup[] = [];
    for (const { group, scopes, touchedBy } of work) {
      if (scopes.length > MAX_TOUCHED_SCOPES) {
        many.push(group);
        continue;
      }
      const { putOff, now } = Object.groupBy(scopes, (scope) => (group.canWait?.(scope) ? 'putOff' : 'now'));
      if (putOff) late.push({ group, scopes: putOff });
      if (now) few.push({ group, scopes: now, touchedBy });
    }
    return { few, many, late };
  }

  /** An announcement may come again after a crash; what is committed is known by offset. */
  private async unprocessed(batch: StreamBatch): Promise<readonly StreamMessage[]> {
    const next = (await this.parts.store.offsets(LANDED_TOPIC)).get(batch.partition) ?? 0;
    return batch.messages.filter((message) => message.offset >= next);
  }

  /** What belongs to a load that is still open is judged with the whole of it; see LoadJudge. */
  private async toJudgeNow(landed: readonly LandedBatch[]): Promise<LandedBatch[]> {
    const { loads, metrics } = this.parts;
    const open = await loads.stillOpen([...new Set(landed.flatMap(({ load }) => load ?? []))]);
    const now = landed.filter(({ load }) => load === undefined || !open.has(load));
    for (const { records } of landed.filter((batch) => !now.includes(batch))) {
      metrics.landedBatches++;
      metrics.landedRecords += records;
    }
    return now;
  }

  private async touchedBy(landed: readonly LandedBatch[], active: readonly EvaluationGroup[]): Promise<ScopesToEvaluate[]> {
    const byGroup = new Map(active.map((group) => [group, new Map<string, ReadonlySet<string>>()]));
    for (const [type, announced] of Map.groupBy(landed, (item) => item.type)) {
      await Promise.all(
        active.map(async (group) => {
          byGroup.get(group)?.set(type, new Set(await this.parts.evaluator.touched(group, type, announced)));
        }),
      );
    }
    return [...byGroup]
      .map(([group, touchedBy]) => ({ group, touchedBy, scopes: [...new Set([...touchedBy.values()].flatMap((of) => [...of]))] }))
      .filter(({ scopes }) => scopes.length > 0);
  }

  private countLanded(landed: readonly LandedBatch[]): void {
    const { metrics, machineClock } = this.parts;
    const nowMs = machineClock.nowMs();
    for (const { records, firstAppendedAtMs } of landed) {
      metrics.landedBatches++;
      metrics.landedRecords += records;
      metrics.delay.observe(nowMs - firstAppendedAtMs);
    }
  }
}

function nextOffset(batch: StreamBatch): PartitionOffset {
  const last = batch.messages.at(-1) ?? batch.messages[0];
  return { topic: LANDED_TOPIC, partition: batch.partition, nextOffset: last.offset + 1 };
}

function addAll(scopes: Map<EvaluationGroup, Set<string>>, group: EvaluationGroup, added: readonly string[]): void {
  if (added.length === 0) return;
  const known = scopes.get(group) ?? new Set();
  for (const scope of added) known.add(scope);
  scopes.set(group, known);
}

function asWork(scopes: ReadonlyMap<EvaluationGroup, ReadonlySet<string>>): ScopesToEvaluate[] {
  return [...scopes].map(([group, touched]) => ({ group, scopes: [...touched] }));
}

function groupsByRule(groups: readonly EvaluationGroup[]): Map<string, EvaluationGroup> {
  return new Map(groups.flatMap((group) => group.rules.map((rule) => [rule.id, group] as const)));
}

function workOf(
  answers: readonly { ruleId: string; scope: string }[],
  groupOfRule: ReadonlyMap<string, EvaluationGroup>,
): ScopesToEvaluate[] {
  const scopes = new Map<EvaluationGroup, Set<string>>();
  for (const { ruleId, scope } of answers) {
    const group = groupOfRule.get(ruleId);
    if (!group) throw new Error(`a scope of ${ruleId} was read although that rule does not run`);
    addAll(scopes, group, [scope]);
  }
  return asWork(scopes);
}
