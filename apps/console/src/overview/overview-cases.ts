import { Reach, type Actor, type CountyWide } from '@tianyan/access';
import { subjectsFor, type DeliveryQueries } from '@tianyan/notices';
import type { Catalogue } from '@tianyan/contracts';
import type { FindingQueries, RulesSetAside, SweepQueries } from '@tianyan/findings';
import { CHINA_OFFSET_MS, chinaDayOf, DAY_MS, HOUR_MS, MINUTE_MS, startOfChinaDayMs, type Clock } from '@tianyan/kernel';
import type { NamesDirectory } from '@tianyan/rules';
import type { Overview } from '../api/index.js';
import { countsAnswer } from '../findings/finding-answers.js';
import type { QuarantineServices } from '../tokens.js';
import type { LoadCases } from '../sources/load-cases.js';
import type { SourceCases } from '../sources/source-cases.js';
import { CHART_DAYS, CHART_HOURS, type CountedRecords, type RecordCounts } from './record-counts.js';

/** Clocks further apart than this are not one clock read twice: a simulated county is running. */
const SAME_CLOCK_MS = MINUTE_MS;

/**
 * The state of everything, on one page. Findings, notices and records are counted within the reach of who asks; sources, loads
 * and drift are the platform's own state. Of quarantined rows nobody knows the township: they count for the whole county alone.
 */
export class OverviewCases {
  constructor(
    private readonly parts: {
      sources: SourceCases;
      loads: LoadCases;
      quarantine: CountyWide<QuarantineServices>;
      counts: RecordCounts;
      findings: FindingQueries;
      sweeps: SweepQueries;
      paused: Pick<RulesSetAside, 'open'>;
      deliveries: DeliveryQueries;
      names: NamesDirectory;
      catalogue: Catalogue;
      machineClock: Clock;
      countyClock: Clock;
      /** The county's time stands at a date that was set; see the advisories. */
      asOfMs: number | null;
    },
  ) {}

  async get(actor: Actor): Promise<Overview> {
    const { parts } = this;
    const reach = Reach.of(actor);
    const machineNowMs = parts.machineClock.nowMs();
    const countyNowMs = parts.countyClock.nowMs();
    const fromMs = startOfChinaDayMs(chinaDayOf(countyNowMs)) - (CHART_DAYS - 1) * DAY_MS;
    const [sources, loads, records, counts, perDay, lastSweep, quarantine, unreadNotices, names, paused] = await Promise.all([
      parts.sources.list(reach),
      parts.loads.count(),
      parts.counts.read(reach),
      parts.findings.counts(reach, { statuses: ['open'], aside: 'without' }),
      parts.findings.trend(reach, {}, { fromMs, beforeMs: countyNowMs + 1 }),
      parts.sweeps.last(),
      parts.quarantine.within(reach)?.quarantine.countByState(),
      parts.deliveries.unreadCount(reach, actor.user.id, subjectsFor(actor.user.role)),
      parts.names.refresh(),
      parts.paused.open(),
    ]);
    const { total, byClass, bySeverity, byTownship, byRule } = countsAnswer(counts, names);
    return {
      machineNowMs,
      countyNowMs,
      simulated: parts.asOfMs === null && Math.abs(machineNowMs - countyNowMs) > SAME_CLOCK_MS,
      sources: sources.items,
      loads,
      records: this.recordsAnswer(records, countyNowMs),
      rulesPaused: paused.size,
      findings: {
        open: total,
        byClass,
        bySeverity,
        byTownship,
        byRule,
        perDay: [...perDay],
      },
      drift: {
        findings: lastSweep?.driftFindings ?? 0,
        wakeUps: lastSweep?.driftWakeUps ?? 0,
        lastSweepAtMs: lastSweep?.finishedAtMs ?? null,
      },
      quarantineWaiting: quarantine?.open ?? 0,
      unreadNotices,
    };
  }

  private recordsAnswer(records: CountedRecords, countyNowMs: number): Overview['records'] {
    const label = (type: string) => this.parts.catalogue.find(type)?.label ?? type;
    const byType = [...records.byType].map(([type, count]) => ({ key: type, label: label(type), count }));
    const thisHour = Math.floor(countyNowMs / HOUR_MS);
    return {
      total: byType.reduce((sum, { count }) => sum + count, 0),
      byType: byType.toSorted((a, b) => b.count - a.count),
      perDay: records.perDay
        .map(({ type, day, count }) => ({ day: chinaDayOf(day * DAY_MS - CHINA_OFFSET_MS), type, typeLabel: label(type), count }))
        .toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)),
      perHour: Array.from({ length: CHART_HOURS }, (_, i) => {
        const hour = thisHour - CHART_HOURS + 1 + i;
        return { hourStartMs: hour * HOUR_MS, count: records.perHour.get(hour) ?? 0 };
      }),
    };
  }
}
