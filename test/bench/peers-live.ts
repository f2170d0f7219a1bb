import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import {
  CauseFinder,
  evaluationGroups,
  EvaluationTickets,
  Evaluator,
  FindingStore,
  LoadScopes,
  noAlerts,
  OpenLoads,
  Reconciler,
  RunningRules,
  WaitingScopesFinder,
  type EvaluationGroup,
} from '@tianyan/findings';
import { ManualClock, uuidSource } from '@tianyan/kernel';
import { execute, rows, type Pool } from '@tianyan/postgres';
import { explain, parseRule, type RuleDefinition } from '@tianyan/rules';
import { TombstoneWriter, type OpenWarehouse, type WriterBatch, type WriterMessage } from '@tianyan/warehouse';
import { z } from 'zod';
import { EVENT_TYPE, messageOf, PEERS_RULES, recordOf, type PeersChange, type PeersEvent } from './peers-records.js';
import { treeCpuMs } from './processes.js';

/** Like the peers': all time counts as past. */
const NOW_MS = Date.UTC(2027, 0, 1);
const LOADED_TOGETHER = 5_000;

export interface Sweep {
  ms: number;
  cpuMs: number;
  /** `RULE<TAB>order`, as the peers write alerts. */
  alerts: ReadonlySet<string>;
}

export interface LiveBatch {
  ms: number;
  events: number;
}

/** The writer and a correlator over real stores, without the stream between them. */
export class PeersPlatform {
  private readonly writer: TombstoneWriter;
  private readonly evaluator: Evaluator;
  private readonly reconciler: Reconciler;
  readonly groups: readonly EvaluationGroup[];
  private readonly versions = new Map<string, number>();
  private offset = 0;

  constructor(
    private readonly pool: Pool,
    warehouse: OpenWarehouse,
  ) {
    this.writer = new TombstoneWriter(warehouse, (message, reason) => Promise.reject(new Error(`${reason}: ${message.value}`)));
    const rules: readonly RuleDefinition[] = PEERS_RULES.map(parseRule);
    const calendar = new WorkingCalendar(builtInHolidays());
    const catalogue = builtInCatalogue;
    this.groups = evaluationGroups({ rules, catalogue, calendar, calendarFingerprint: 'bench', explain });
    const countyClock = new ManualClock(NOW_MS);
    this.evaluator = new Evaluator(warehouse);
    const store = new FindingStore({ pool, ids: uuidSource, alerts: noAlerts, running: new RunningRules(pool, 'bench') });
    const waiting = new WaitingScopesFinder({ loads: new OpenLoads(pool), loadScopes: new LoadScopes(warehouse), store });
    const causes = new CauseFinder({ warehouse, store });
    const tickets = new EvaluationTickets(pool);
    this.reconciler = new Reconciler({ evaluator: this.evaluator, tickets, store, causes, waiting, countyClock });
  }

  /** What is loaded is in the warehouse, and judged by nobody yet. */
  async load(events: Iterable<PeersEvent>): Promise<number> {
    let taken = 0;
    let page: WriterMessage[] = [];
    for (const event of events) {
      const record = recordOf(event, this.nextVersion(event.id));
      if (!record) continue;
      page.push(messageOf(record, this.offset++));
      taken++;
      if (page.length === LOADED_TOGETHER) {
        await this.write(page);
        page = [];
      }
    }
    await this.write(page);
    return taken;
  }

  /** Everything by SQL, as a sweep asks. */
  async sweep(): Promise<Sweep> {
    const alerts = new Set<string>();
    const [beforeMs, cpuBeforeMs] = [performance.now(), treeCpuMs(process.pid)];
    for (const group of this.groups)
      for await (const evaluations of this.evaluator.everything(group, NOW_MS, new AbortController().signal))
        for (const { ruleId, scope, hit } of evaluations) if (hit) alerts.add(alertOf(ruleId, scope));
    return { ms: performance.now() - beforeMs, cpuMs: treeCpuMs(process.pid) - cpuBeforeMs, alerts };
  }

  /** Judges all that was loaded, so that what changes afterwards is a change. */
  async judgeAll(): Promise<void> {
    for (const group of this.groups) {
      const scopes = new Set<string>();
      for await (const evaluations of this.evaluator.everything(group, NOW_MS, new AbortController().signal))
        for (const { scope } of evaluations) scopes.add(scope);
      const occasion = { kind: 'time' } as const;
      await this.reconciler.reconcile({ work: [{ group, scopes: [...scopes] }], occasion, epoch: null });
    }
    await execute(this.pool, 'VACUUM ANALYZE finding_scope, finding');
  }

  /** From parsed records to committed findings, all of it durable. */
  async batch(changes: readonly PeersChange[]): Promise<LiveBatch> {
    const renewed = new Set(changes.filter(({ w }) => w === 1).map(({ id }) => id));
    const records = changes.flatMap((change) => {
      if (change.w === -1 && renewed.has(change.id)) return [];
      return recordOf(change, this.nextVersion(change.id), change.w === -1) ?? [];
    });
    const startMs = performance.now();
    await this.judge(await this.write(records.map((record) => messageOf(record, this.offset++))));
    return { ms: performance.now() - startMs, events: records.length };
  }

  async alerts(): Promise<ReadonlySet<string>> {
    const schema = z.object({ rule_id: z.string(), scope: z.string() });
    const found = await rows(this.pool, schema, 'SELECT rule_id, scope FROM finding WHERE holds');
    return new Set(found.map(({ rule_id: ruleId, scope }) => alertOf(ruleId, scope)));
  }

  private async judge(parts: Awaited<ReturnType<TombstoneWriter['write']>>['parts']): Promise<void> {
    const work = await Promise.all(
      this.groups.map(async (group) => ({ group, scopes: await this.evaluator.touched(group, EVENT_TYPE, parts) })),
    );
    const landed = parts.map(({ batch }) => ({ batch, type: EVENT_TYPE }));
    await this.reconciler.reconcile({ work, occasion: { kind: 'records', landed }, epoch: null });
  }

  private async write(messages: readonly WriterMessage[]) {
    const [first, ...rest] = messages;
    if (!first) return [];
    const batch: WriterBatch = { topic: 'records.bench', partition: 0, messages: [first, ...rest], assertOwned: async () => {} };
    return (await this.writer.write(batch, builtInCatalogue.get(EVENT_TYPE))).parts;
  }

  private nextVersion(id: string): number {
    const version = (this.versions.get(id) ?? 0) + 1;
    this.versions.set(id, version);
    return version;
  }
}

function alertOf(ruleId: string, scope: string): string {
  return `${ruleId.replace('peers-r', 'R')}\t${scope}`;
}
