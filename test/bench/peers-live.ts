import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import {
  CauseFinder,
  CohortReader,
  evaluationGroups,
  EvaluationTickets,
  Evaluator,
  FindingStore,
  LoadScopes,
  noAlerts,
  OpenLoads,
  Reconciler,
  RunningRules,
  SweepAnswers,
  Sweeper,
  SweepLog,
  TouchedCohorts,
  WaitingScopesFinder,
  type EvaluationGroup,
  type ScopesToEvaluate,
} from '@tianyan/findings';
import { ManualClock, systemClock, uuidSource } from '@tianyan/kernel';
import { execute, rows, type Pool } from '@tianyan/postgres';
import { explain } from '@tianyan/rules';
import { TombstoneWriter, type OpenWarehouse, type WriterBatch } from '@tianyan/warehouse';
import { z } from 'zod';
import { messageOf, recordsOf, type PeersChange, type PeersEvent, type TypedRecord } from './peers-records.js';
import { alertOf, peersRules } from './peers-rules.js';
import { treeCpuMs } from './processes.js';

/** Like the peers': all time counts as past. */
const NOW_MS = Date.UTC(2027, 0, 1);
const LOADED_TOGETHER = 5_000;

export interface Sweep {
  ms: number;
  cpuMs: number;
  /** As {@link alertOf} writes them. */
  alerts: ReadonlySet<string>;
}

/** A part of a batch in the warehouse, as the writer announces it. */
type Landed = Awaited<ReturnType<TombstoneWriter['write']>>['parts'][number] & { type: string };

export interface LiveBatch {
  ms: number;
  /** The records of each event; without what was sent again. */
  sent: readonly (readonly TypedRecord[])[];
}

/** The writer and a correlator over real stores, without the stream between them. */
export class PeersPlatform {
  private readonly writer: TombstoneWriter;
  private readonly evaluator: Evaluator;
  private readonly reconciler: Reconciler;
  private readonly sweeper: Sweeper;
  private readonly loads: OpenLoads;
  readonly groups: readonly EvaluationGroup[];
  private readonly versions = new Map<string, number>();
  private offset = 0;

  constructor(
    private readonly pool: Pool,
    warehouse: OpenWarehouse,
  ) {
    this.writer = new TombstoneWriter(warehouse, (message, reason) => Promise.reject(new Error(`${reason}: ${message.value}`)));
    const rules = peersRules();
    const calendar = new WorkingCalendar(builtInHolidays());
    const catalogue = builtInCatalogue;
    this.groups = evaluationGroups({ rules, catalogue, calendar, calendarFingerprint: 'bench', explain });
    const countyClock = new ManualClock(NOW_MS);
    this.evaluator = new Evaluator(warehouse);
    const store = new FindingStore({ pool, ids: uuidSource, alerts: noAlerts, running: new RunningRules(pool, 'bench') });
    this.loads = new OpenLoads(pool);
    const log = new SweepLog(pool);
    const waiting = new WaitingScopesFinder({ loads: this.loads, loadScopes: new LoadScopes(warehouse), store });
    const causes = new CauseFinder({ warehouse, store });
    const tickets = new EvaluationTickets(pool);
    const judging = { evaluator: this.evaluator, tickets, store, waiting, countyClock };
    this.reconciler = new Reconciler({ ...judging, causes });
    this.sweeper = new Sweeper({
      ...judging,
      reconciler: this.reconciler,
      // Rules of no set are published nowhere.
      publication: { assertAgree: async () => {}, assertSampleAgrees: async () => {} },
      cohortCheck: { assertAgree: async () => {} },
      cohorts: new TouchedCohorts({ pool, cohortReader: new CohortReader(warehouse), log, loads: this.loads }),
      log,
      openAnswers: () => SweepAnswers.open(pool),
      live: { caughtUp: () => Promise.resolve() },
      ids: uuidSource,
      machineClock: systemClock,
    });
  }

  /** What is loaded is in the warehouse, and judged by nobody yet. An event that comes again is what it was. */
  async load(events: Iterable<PeersEvent>): Promise<void> {
    let page: TypedRecord[] = [];
    for (const event of events) {
      this.versions.set(event.id, 1);
      page.push(...recordsOf(event, 1));
      if (page.length < LOADED_TOGETHER) continue;
      await this.write(page);
      page = [];
    }
    await this.write(page);
  }

  /** Everything by SQL, as a sweep asks. */
  async sweep(): Promise<Sweep> {
    const alerts = new Set<string>();
    const [beforeMs, cpuBeforeMs] = [performance.now(), treeCpuMs(process.pid)];
    for (const group of this.groups)
      for await (const evaluations of this.evaluator.everything(group, NOW_MS, new AbortController().signal))
        for (const { ruleId, scope, hit, figures } of evaluations) if (hit) alerts.add(alertOf(ruleId, scope, figures));
    return { ms: performance.now() - beforeMs, cpuMs: treeCpuMs(process.pid) - cpuBeforeMs, alerts };
  }

  /** Judges all that was loaded as the first sweep does, so that what changes afterwards is a change. */
  async judgeAll(): Promise<void> {
    // An import announces its records as one load; until that is judged, nothing that it touches becomes a finding.
    const loads = await this.loads.unjudged();
    for (const { id } of loads) await this.loads.close(id);
    const request = { reason: 'first-load', groups: this.groups, differencesAre: 'expected' } as const;
    const { evaluatedScopes } = await this.sweeper.run({ ...request, ...(loads[0] && { load: loads[0].id }) });
    for (const { id } of loads) await this.loads.noteJudged(id, evaluatedScopes);
    await execute(this.pool, 'VACUUM ANALYZE finding_scope, finding');
  }

  /**
   * From parsed records to committed findings, all of it durable.
   * @param again what a source sends once more, after the new ones
   */
  async batch(changes: readonly PeersChange[], again: readonly TypedRecord[]): Promise<LiveBatch> {
    const renewed = new Set(changes.filter(({ w }) => w === 1).map(({ id }) => id));
    // What is taken back and given anew is one new version.
    const events = changes.filter(({ w, id }) => w === 1 || !renewed.has(id));
    const sent = events.map((event) => recordsOf(event, this.nextVersion(event.id), event.w === -1));
    const startMs = performance.now();
    await this.judge(await this.write([...sent.flat(), ...again]));
    return { ms: performance.now() - startMs, sent };
  }

  async alerts(): Promise<ReadonlySet<string>> {
    const schema = z.object({ rule_id: z.string(), scope: z.string(), figures: z.record(z.string(), z.unknown()) });
    const found = await rows(this.pool, schema, 'SELECT rule_id, scope, figures FROM finding WHERE holds');
    return new Set(found.map(({ rule_id: ruleId, scope, figures }) => alertOf(ruleId, scope, figures)));
  }

  private async judge(landed: readonly Landed[]): Promise<void> {
    const work = await Promise.all(this.groups.map((group) => this.touched(group, landed)));
    await this.reconciler.reconcile({ work, occasion: { kind: 'records', landed }, epoch: null });
  }

  private async touched(group: EvaluationGroup, landed: readonly Landed[]): Promise<ScopesToEvaluate> {
    const byType = [...Map.groupBy(landed, ({ type }) => type)];
    const touched = byType.map(
      async ([type, parts]) => [type, new Set(await this.evaluator.touched(group, type, parts))] as const,
    );
    const touchedBy = new Map(await Promise.all(touched));
    return { group, scopes: [...new Set([...touchedBy.values()].flatMap((scopes) => [...scopes]))], touchedBy };
  }

  /** Each type goes through a topic of its own, as in the stream. */
  private async write(records: readonly TypedRecord[]): Promise<readonly Landed[]> {
    const byType = [...Map.groupBy(records, ({ type }) => type)];
    const landed = await Promise.all(byType.map(([type, some]) => this.writeType(type, some)));
    return landed.flat();
  }

  private async writeType(type: string, records: readonly TypedRecord[]): Promise<readonly Landed[]> {
    const [first, ...rest] = records.map(({ record }) => messageOf(record, this.offset++));
    if (!first) return [];
    const batch: WriterBatch = {
      topic: `records.${type}`,
      partition: 0,
      messages: [first, ...rest],
      assertOwned: async () => {},
    };
    const { parts } = await this.writer.write(batch, builtInCatalogue.get(type));
    return parts.map((part) => ({ ...part, type }));
  }

  private nextVersion(id: string): number {
    const version = (this.versions.get(id) ?? 0) + 1;
    this.versions.set(id, version);
    return version;
  }
}
