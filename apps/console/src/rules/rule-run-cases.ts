import { Reach, type Actor } from '@tianyan/access';
import { RUN_LOG_FLUSH_MS, type RunKind, type RuleRunQueries } from '@tianyan/findings';
import { chinaDayOf, DAY_MS, SECOND_MS, startOfChinaDayMs, type Clock } from '@tianyan/kernel';
import type { RuleRuns, RunFigures, SlowestRules } from '../api/index.js';
import type { RuleBook } from './rule-book.js';

const KIND_LABELS: Readonly<Record<RunKind, string>> = {
  live: '实时研判',
  sweep: '巡检',
  load: '整批数据载入',
  publish: '发布后全量研判',
  fill: '暂停后补判',
  shadow: '影子运行',
  trial: '试一试',
};

/** Days of the chart on the page of a rule. */
const CHART_DAYS = 30;
/** Days over which the slowest rules are found: a week has every kind of day and each night's sweep. */
const SLOWEST_DAYS = 7;

/** Judged by queries over everything. What the process reads of some scopes afterwards, to store them, is not what was read. */
const BY_QUERIES: readonly RunKind[] = ['sweep', 'publish', 'fill', 'trial'];

interface Figures {
  runs: number;
  spentMs: number;
  slowestMs: number;
  scopes: number;
  /** Null: not known. */
  records: number | null;
  /** 0: no query judged, or it is not known what it read. */
  readRows: number;
  gained: number;
  lost: number;
  changed: number;
  errors: number;
}

/** What judging rules takes and brings. It is the platform's own state; what is counted of records and findings is the county's. */
export class RuleRunCases {
  constructor(
    private readonly parts: {
      runs: RuleRunQueries;
      rules: Pick<RuleBook, 'list'>;
      machineClock: Clock;
    },
  ) {}

  async list(actor: Actor, ruleId: string): Promise<RuleRuns> {
    const { runs } = this.parts;
    const [last, perDay, seesCounts] = await Promise.all([
      runs.last(ruleId),
      runs.perDay(ruleId, this.beginOf(CHART_DAYS)),
      this.countsSeenBy(Reach.of(actor)),
    ]);
    return {
      items: last.map(({ kind, grain, fromMs, lastError, ...figures }) => ({
        ...shown({ ...figures, records: knownRecords(kind, figures) }, seesCounts(ruleId)),
        kind,
        kindLabel: KIND_LABELS[kind],
        grain,
        fromMs,
        lastError,
      })),
      perDay: perDay.map(({ dayMs, ...figures }) => ({ ...shown(figures, seesCounts(ruleId)), day: chinaDayOf(dayMs) })),
      flushSeconds: RUN_LOG_FLUSH_MS / SECOND_MS,
    };
  }

  /** An administrator's question: which rules keep the machine busy. */
  async slowest(actor: Actor): Promise<SlowestRules> {
    const { runs, rules } = this.parts;
    const [slowest, known, seesCounts] = await Promise.all([
      runs.slowest(this.beginOf(SLOWEST_DAYS)),
      rules.list(),
      this.countsSeenBy(Reach.of(actor)),
    ]);
    const titles = new Map(known.map(({ id, title }) => [id, title]));
    return {
      days: SLOWEST_DAYS,
      items: slowest.map(({ ruleId, ...figures }) => ({
        ...shown(figures, seesCounts(ruleId)),
        ruleId,
        title: titles.get(ruleId) ?? ruleId,
      })),
    };
  }

  /** A rule that is gone is of no class that is known. */
  private async countsSeenBy(reach: Reach): Promise<(ruleId: string) => boolean> {
    const classes = new Map((await this.parts.rules.list()).map((rule) => [rule.id, rule.class]));
    return (ruleId) => reach.isWholeCounty && reach.coversClass(classes.get(ruleId) ?? null);
  }

  private beginOf(days: number): number {
    return startOfChinaDayMs(chinaDayOf(this.parts.machineClock.nowMs())) - (days - 1) * DAY_MS;
  }
}

/** The others are judged by the process as a rule; where nothing was read here though something was judged, a query did it. */
function knownRecords(kind: RunKind, { records, scopes }: { records: number; scopes: number }): number | null {
  return BY_QUERIES.includes(kind) || (records === 0 && scopes > 0) ? null : records;
}

function shown({ runs, spentMs, slowestMs, errors, ...all }: Figures, seesCounts: boolean): RunFigures {
  const { scopes, records, gained, lost, changed } = all;
  const readRows = all.readRows === 0 ? null : all.readRows;
  const counts = seesCounts ? { scopes, records, readRows, gained, lost, changed } : null;
  return { runs, spentMs: Math.round(spentMs), slowestMs: Math.round(slowestMs), errors, counts };
}
