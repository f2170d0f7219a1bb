import { CHINA_OFFSET_MS, chinaDayOf, type EpochMs } from '@tianyan/kernel';
import type { Evaluation } from '@tianyan/rules';
import type { KnownCases } from './known-cases.js';
import { ComparedHits } from './compared-hits.js';
import type { StoredAnswers } from './standing-findings.js';
import {
  TRIAL_CHANGE_SAMPLES,
  TRIAL_MONTHS,
  TRIAL_SAMPLE_EVIDENCE,
  TRIAL_SAMPLES,
  TRIAL_TOWNSHIPS,
  TRIAL_UNITS,
  type TrialChanges,
  type TrialPeriod,
  type TrialResult,
  type TrialSample,
} from './trial.js';

type Tallied = Pick<TrialResult, 'hits' | 'perMonth' | 'earlier' | 'perTownship' | 'perUnit' | 'furtherUnits' | 'samples'>;

/** Adds up the answers of a rule as they come, and keeps the newest hits: all of them need not stand in memory at once. */
export class TrialTally {
  private hits = 0;
  private readonly months = new Map<string, number>();
  private readonly townships = new Map<string, number>();
  private readonly units = new Map<string, number>();
  private readonly newest = new Newest(TRIAL_SAMPLES);
  private readonly newestGained = new Newest(TRIAL_CHANGE_SAMPLES);
  /** In the whole county. */
  due = 0;
  /** Hits that are seen, outside of the period. */
  outside = 0;

  /** Null: nothing is compared. */
  private readonly compared: ComparedHits | null;

  constructor(
    private readonly of: {
      /** Null: nothing is compared. */
      stored: StoredAnswers | null;
      /** Hits that came about outside are left out. */
      period: TrialPeriod | null;
      /** Hits that whoever asks would not see as findings are left out. */
      isSeen: (hit: Evaluation) => boolean;
      known: KnownCases;
    },
  ) {
    this.compared = of.stored && new ComparedHits(of.stored);
  }

  add(evaluations: readonly Evaluation[]): void {
    for (const evaluation of evaluations) {
      if (evaluation.hit) this.addHit(evaluation);
      else this.due++;
    }
  }

  private addHit(evaluation: Evaluation): void {
    const { period, isSeen, known } = this.of;
    const isMine = isSeen(evaluation);
    // A known case is hit whenever its problem came about.
    if (isMine) known.meet(evaluation);
    if (!isWithin(evaluation.occurredAtMs ?? 0, period)) {
      if (isMine) this.outside++;
      return;
    }
    const isNew = this.compared?.found(evaluation.scope, isMine) ?? false;
    if (!isMine) return;
    this.hits++;
    const { subjects } = evaluation;
    increase(this.months, monthOf(evaluation.occurredAtMs ?? 0));
    increase(this.townships, subjects['townshipCode'] ?? '');
    const unit = subjects['unitId'] ?? subjects['leadUnitId'];
    if (unit !== undefined) increase(this.units, unit);
    this.newest.offer(evaluation);
    if (isNew) this.newestGained.offer(evaluation);
  }

  /** @param explain the text of a hit, Chinese */
  result(nowMs: EpochMs, explain: (evaluation: Evaluation) => string): Tallied {
    const perMonth = monthsOf(nowMs, this.of.period).map((key) => ({ key, count: this.months.get(key) ?? 0 }));
    const units = largest(this.units);
    return {
      hits: this.hits,
      perMonth,
      earlier: this.hits - perMonth.reduce((sum, { count }) => sum + count, 0),
      perTownship: largest(this.townships).slice(0, TRIAL_TOWNSHIPS),
      perUnit: units.slice(0, TRIAL_UNITS),
      furtherUnits: Math.max(0, units.length - TRIAL_UNITS),
      samples: this.newest.list().map((evaluation) => sampleOf(evaluation, explain)),
    };
  }

  /** Against what stands; null: nothing is compared. */
  changes(explain: (evaluation: Evaluation) => string): Omit<TrialChanges, 'lostSamples'> | null {
    return (
      this.compared && {
        ...this.compared.result(),
        gainedSamples: this.newestGained.list().map((evaluation) => sampleOf(evaluation, explain)),
      }
    );
  }

  lostScopes(): Iterable<string> {
    return this.compared?.lostScopes() ?? [];
  }
}

function isWithin(atMs: EpochMs, period: TrialPeriod | null): boolean {
  return period === null || (atMs >= period.fromMs && atMs < period.beforeMs);
}

/** The newest hits of those that were offered. */
class Newest {
  private kept: Evaluation[] = [];

  constructor(private readonly most: number) {}

  offer(evaluation: Evaluation): void {
    this.kept.push(evaluation);
    // Sorted now and then, not each time: a rule may have a hundred thousand hits.
    if (this.kept.length >= 2 * this.most) this.kept = this.list();
  }

  list(): Evaluation[] {
    return this.kept.toSorted(newestFirst).slice(0, this.most);
  }
}

function newestFirst(a: Evaluation, b: Evaluation): number {
  return (b.occurredAtMs ?? 0) - (a.occurredAtMs ?? 0) || (a.scope < b.scope ? -1 : 1);
}

function sampleOf(evaluation: Evaluation, explain: (evaluation: Evaluation) => string): TrialSample {
  const { scope, occurredAtMs, subjects, evidence } = evaluation;
  return {
    scope,
    occurredAtMs: occurredAtMs ?? 0,
    explanation: explain(evaluation),
    subjects: { ...subjects },
    evidence: evidence.slice(0, TRIAL_SAMPLE_EVIDENCE).map(({ type, id, atMs, role }) => ({ type, id, atMs, role })),
    evidenceCount: evidence.length,
  };
}

/** Townships or units told apart; a rule that names more of them names something else so, and the rest is left out. */
const MAX_KEYS = 50_000;

function increase(counts: Map<string, number>, key: string): void {
  if (counts.size >= MAX_KEYS && !counts.has(key)) return;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function largest(counts: ReadonlyMap<string, number>): { key: string; count: number }[] {
  return [...counts].map(([key, count]) => ({ key, count })).toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

/** `YYYY-MM`. */
function monthOf(atMs: EpochMs): string {
  return chinaDayOf(atMs).slice(0, 7);
}

/** The months of the period, oldest first, as far as they have begun: the last ones, where there are more than are shown. */
function monthsOf(nowMs: EpochMs, period: TrialPeriod | null): string[] {
  if (period === null) return lastMonths(monthOf(nowMs));
  const lastMs = Math.max(period.fromMs, Math.min(nowMs, period.beforeMs - 1));
  const first = monthOf(period.fromMs);
  return lastMonths(monthOf(lastMs)).filter((month) => month >= first);
}

/** The months up to this one, oldest first. */
function lastMonths(month: string): string[] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return Array.from({ length: TRIAL_MONTHS }, (_none, i) => {
    const firstMs = Date.UTC(year, number - 1 - (TRIAL_MONTHS - 1 - i), 1);
    return monthOf(firstMs - CHINA_OFFSET_MS);
  });
}
