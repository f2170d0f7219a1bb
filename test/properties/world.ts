import { builtInCatalogue, LANDED_TOPIC, LOAD_HEADER, recordTopic, toWire, wireHeaders } from '@tianyan/contracts';
import {
  Evaluator,
  OtherEpochError,
  ScopeMovedError,
  type EvaluatedScopes,
  type EvaluationTicket,
  type WaitingScopes,
} from '@tianyan/findings';
import { integerBetween, seededRng, type Rng } from '@tianyan/kernel';
import { execute, rows } from '@tianyan/postgres';
import type { RuleDefinition } from '@tianyan/rules';
import type { StreamBatch, StreamMessage } from '@tianyan/stream';
import { currentTable, logTable, TombstoneWriter, type WarehouseAdmin, type WrittenPart } from '@tianyan/warehouse';
import { z } from 'zod';
import { calendar, type Databases } from '../../apps/correlator/src/correlator.test-fixture.js';
import { compareAll, type Divergence, type Seen } from './compare.js';
import { BASE_MS, historyOfScope, instantOf } from './county.js';
import { compareInterpreters } from './interpreters.js';
import { arrivalsOf, STEPS, type Arrival, type History } from './history.js';
import { LoadsOfWorld } from './loads.js';
import { oracleRecord, type OracleRecord } from './oracle/index.js';
import { CORRELATORS, FixedRules, type RulesOfWorld } from './rules-of-world.js';
import type { Tally } from './tally.js';

/** Many histories with keys of their own, and the rules over them, in one database: each query serves all of them. */
export interface WorldPlan {
  /** Decides about order of arrival, cuts of batches, kills, clocks and who is late. */
  seed: number;
  /** With the numbers that make their keys; fewer when a failure is being cut down. */
  histories: readonly { index: number; history: History }[];
  rules: readonly RuleDefinition[];
}

interface TypeLog {
  messages: { arrival: Arrival; offset: number; load: string | null }[];
  written: number;
}

const driftSchema = z.object({ rule_id: z.string(), scope: z.string(), stored: z.unknown(), evaluated: z.unknown() });
const withdrawnSchema = z.object({ rule_id: z.string(), n: z.int() });

/** Nobody gives up here. */
const NEVER = new AbortController().signal;

let worlds = 0;

/** Runs the histories of a plan in lockstep through the real writer and two real correlators. */
export class World {
  private readonly rng: Rng;
  private readonly logs = new Map<string, TypeLog>();
  private readonly versions = new Map<number, OracleRecord[]>();
  private readonly undelivered: StreamMessage[][] = Array.from({ length: CORRELATORS }, () => []);
  private readonly announced: number[] = Array.from({ length: CORRELATORS }, () => 0);
  private readonly arrivals: readonly { index: number; arrival: Arrival }[];
  private readonly writer: TombstoneWriter;
  private readonly partition = ++worlds;
  private readonly loads: LoadsOfWorld;
  private held: { ticket: EvaluationTicket; evaluated: EvaluatedScopes; waiting: WaitingScopes } | null = null;
  /** What the oracle said of each rule, summed over all checks. */
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly databases: Databases,
    private readonly plan: WorldPlan,
    /** The canary passes a warehouse in which no row is ever known, so that nothing gets a tombstone. */
    writerWarehouse: WarehouseAdmin = databases.warehouse,
    private readonly rules: RulesOfWorld = new FixedRules(databases, plan.rules),
  ) {
    this.rng = seededRng(plan.seed);
    this.loads = new LoadsOfWorld({
      seed: plan.seed,
      databases,
      correlator: () => rules.correlators[0],
      groups: () => rules.groups(),
    });
    this.arrivals = plan.histories.flatMap(({ index, history }) =>
      arrivalsOf(history, index).map((arrival) => ({ index, arrival })),
    );
    this.writer = new TombstoneWriter(writerWarehouse, async (message, reason) => {
      throw new Error(`${reason}: ${message.value}`);
    });
  }

  /** Empties the tables; batches of another world have other names, so that none of them is taken for a repeat. */
  async reset(): Promise<void> {
    await execute(
      this.databases.pool,
      'TRUNCATE finding, finding_history, finding_scope, finding_evaluation, finding_offset, finding_sweep, finding_drift, finding_load, finding_held_wake_up, finding_record, finding_late_scope, finding_late_batch, finding_touched_cohort; UPDATE finding_clock SET ticket = 0, now_ms = 0',
    );
    for (const { type, scopes } of builtInCatalogue.all()) {
      const copies = scopes.slice(1).map((fields) => `${currentTable(type)}_by_${fields.join('_')}`);
      for (const table of [logTable(type), currentTable(type), `${currentTable(type)}_by_id`, ...copies]) {
        await this.databases.warehouse.execute({ sql: `TRUNCATE TABLE IF EXISTS ${table}`, params: {} });
      }
    }
  }

  /** Returns the first divergences, or none. */
  async run(): Promise<readonly Divergence[]> {
    await this.reset();
    await this.rules.start();
    const nows = Array.from(
      { length: STEPS },
      () => instantOf(integerBetween(this.rng, 0, 100_000)) + integerBetween(this.rng, 0, 1),
    );
    nows.sort((a, b) => a - b);
    for (let step = 0; step < STEPS; step++) {
      for (const { clock } of this.rules.correlators) clock.advanceTo(Math.max(clock.nowMs(), nows[step] ?? BASE_MS));
      if (this.chance(0.4)) await this.holdAnEvaluation();
      if (this.rules.withLoads) await this.loads.perhapsBegin();
      this.arrive(step);
      await this.write();
      const last = step === STEPS - 1;
      const check = last || this.chance(0.6);
      if (check || this.chance(0.5)) await Promise.all([this.correlate(check), this.rules.change()]);
      await this.commitHeld();
      // Between checks, some cohorts have been touched by then and others have not.
      if (this.chance(0.3)) await this.rules.correlators[0]?.rateJudge.round();
      const early = await this.loads.changedWhileWaiting(step);
      if (early.length > 0) return early;
      if (!check) continue;
      await this.loads.endAndJudge();
      await this.rules.settle();
      const divergences = await this.check(step);
      if (divergences.length > 0) return divergences;
    }
    return [];
  }

  private chance(share: number): boolean {
    return this.rng.next() < share;
  }

  /** Puts the arrivals of a step on the stream, in any order. */
  private arrive(step: number): void {
    const due = this.arrivals.filter(({ arrival }) => arrival.step === step).map((entry) => ({ entry, key: this.rng.next() }));
    for (const { entry } of due.sort((a, b) => a.key - b.key)) {
      const { type, record } = entry.arrival;
      const log = this.logs.get(type) ?? { messages: [], written: 0 };
      this.logs.set(type, log);
      const offset = log.messages.length;
      log.messages.push({ arrival: entry.arrival, offset, load: this.loads.ofNextRecord() });
      const known = this.versions.get(entry.index) ?? [];
      this.versions.set(entry.index, known);
      known.push(oracleRecord(type, record, offset));
    }
  }

  /** Writes everything, in batches cut anywhere; sometimes the writer dies after the insert and writes again, cut otherwise. */
  private async write(): Promise<void> {
    for (const [type, log] of this.logs) {
      while (log.written < log.messages.length) {
        const waiting = log.messages.length - log.written;
        const size = this.chance(0.7) ? waiting : integerBetween(this.rng, 1, waiting);
        if (this.chance(0.15)) await this.insert(type, log, integerBetween(this.rng, 1, waiting));
        this.announce(type, await this.insert(type, log, size));
        // At least once: the announcement is published, the offset is not committed, and everything comes again.
        if (this.chance(0.1)) this.announce(type, await this.insert(type, log, size));
        log.written += size;
      }
    }
  }

  private async insert(type: string, log: TypeLog, size: number): Promise<readonly WrittenPart[]> {
    const messages = log.messages.slice(log.written, log.written + size).map(({ arrival: { record }, offset, load }) => ({
      key: record.id,
      value: toWire(record),
      headers: { ...wireHeaders(record), ...(load === null ? {} : { [LOAD_HEADER]: load }) },
      offset,
    }));
    const [head, ...tail] = messages;
    if (!head) throw new Error('a batch has at least one message');
    const contract = builtInCatalogue.get(type);
    const written = await this.writer.write(
      { topic: recordTopic(type), partition: this.partition, messages: [head, ...tail], assertOwned: async () => {} },
      contract,
    );
    for (const part of written.parts) await this.compareTouched(type, part);
    return written.parts;
  }

  /**
   * An announcement must name all that the log says is touched. It may name more: where the writer died before, the log has the
   * rows of its first insert under this name, and the repeat was no second one.
   */
  private async compareTouched(type: string, { batch, keys }: WrittenPart): Promise<void> {
    if (!keys) return;
    const evaluator = new Evaluator(this.databases.warehouse);
    for (const group of this.rules.groups()) {
      const said = new Set(await evaluator.touched(group, type, [{ batch, keys }]));
      const missing = (await evaluator.touched(group, type, [{ batch }])).filter((scope) => !said.has(scope));
      if (missing.length > 0) throw new Error(`${batch} touches ${missing.join(', ')} of ${group.groupId} and does not say so`);
    }
  }

  private announce(type: string, parts: readonly WrittenPart[]): void {
    for (const part of parts) this.announcePart(type, part);
  }

  private announcePart(type: string, { batch, load, records, keys }: WrittenPart): void {
    const partition = integerBetween(this.rng, 0, CORRELATORS - 1);
    const offset = this.announced[partition] ?? 0;
    this.announced[partition] = offset + 1;
    const value = JSON.stringify({
      batch,
      type,
      records,
      firstAppendedAtMs: BASE_MS,
      ...(load === null ? {} : { load }),
      // As a large batch would be announced, now and then.
      ...(offset % 3 === 0 ? {} : { keys }),
    });
    this.undelivered[partition]?.push({
      topic: LANDED_TOPIC,
      partition,
      offset,
      key: type,
      value,
      headers: {},
      appendedAtMs: BASE_MS,
    });
  }

  /** Both correlators at once: what has been announced, and what is due. Unless all is asked for, some stay behind. */
  private async correlate(all: boolean): Promise<void> {
    await Promise.all(
      this.undelivered.map(async (waiting, partition) => {
        if (!all && this.chance(0.4)) return;
        const [first, ...rest] = all ? waiting : waiting.slice(0, integerBetween(this.rng, 0, waiting.length));
        if (first) {
          waiting.splice(0, rest.length + 1);
          const batch: StreamBatch = { topic: LANDED_TOPIC, partition, messages: [first, ...rest], assertOwned: async () => {} };
          await this.rules.landed(partition, batch);
          if (this.chance(0.2)) await this.rules.landed(partition, batch);
        }
        if (all || this.chance(0.5)) await this.rules.wakeAll(partition);
      }),
    );
    // What one correlator woke the other may have stored a new instant for.
    if (all) for (const partition of this.undelivered.keys()) await this.rules.wakeAll(partition);
  }

  /** An evaluation that reads now and will commit after newer ones have. */
  private async holdAnEvaluation(): Promise<void> {
    const correlator = this.rules.correlators[0];
    const groups = this.rules.groups();
    const group = groups[integerBetween(this.rng, 0, groups.length - 1)];
    if (!correlator || !group) return;
    const ticket = await correlator.tickets.take(correlator.clock.nowMs(), group.epoch);
    const evaluations = [];
    for await (const piece of correlator.evaluator.everything(group, ticket.nowMs, NEVER)) evaluations.push(...piece);
    const scopes = [...new Set(evaluations.map(({ scope }) => scope))];
    const evaluated = { group, scopes, evaluations };
    this.held = { ticket, evaluated, waiting: await correlator.waiting.find(ticket, [evaluated]) };
  }

  private async commitHeld(): Promise<void> {
    if (!this.held) return;
    const { ticket, evaluated, waiting } = this.held;
    this.held = null;
    const { store, tickets } = this.rules.correlators[0] ?? {};
    try {
      await store?.commit({ ticket, evaluated: [evaluated], causeOf: () => ({ kind: 'time' }), offsets: [], waiting });
    } catch (error) {
      // It would have to be asked again who waits, or by which rules; this one gives up instead.
      if (!(error instanceof ScopeMovedError) && !(error instanceof OtherEpochError)) throw error;
      await tickets?.giveUp(ticket);
    }
    await tickets?.cleanUp();
  }

  private async check(step: number): Promise<readonly Divergence[]> {
    const [correlator] = this.rules.correlators;
    if (!correlator) return [];
    const nowMs = await correlator.tickets.nowMs();
    const whole = this.rules.groups().filter(({ everyMs }) => everyMs !== undefined);
    // Their time has come.
    for (const group of whole) await correlator.rateJudge.judge(group);
    const sweep = await correlator.sweeper.run({ reason: 'manual', groups: this.rules.groups(), differencesAre: 'drift' });
    const compared = await compareAll({
      pool: this.databases.pool,
      rules: await this.rules.rules(),
      setAside: await this.rules.setAside(),
      versions: this.versions,
      calendar,
      catalogue: builtInCatalogue,
      nowMs,
    });
    for (const [ruleId, { hits, due }] of compared.seen) {
      const before = this.seen.get(ruleId) ?? { hits: 0, due: 0 };
      this.seen.set(ruleId, { hits: before.hits + hits, due: before.due + due });
    }
    const { warehouse } = this.databases;
    const between = await compareInterpreters({ warehouse, groups: this.rules.groups(), scopes: compared.scopes, nowMs });
    const drift = sweep.candidates > 0 ? await this.driftOf(sweep.sweepId, sweep.candidates) : [];
    return [...compared.divergences, ...between, ...drift].map((divergence) => ({ ...divergence, step, nowMs }));
  }

  private async driftOf(sweepId: string, candidates: number): Promise<Omit<Divergence, 'step' | 'nowMs'>[]> {
    const found = await rows(
      this.databases.pool,
      driftSchema,
      'SELECT rule_id, scope, stored, evaluated FROM finding_drift WHERE sweep_id = $1',
      [sweepId],
    );
    const drift = found.map(({ rule_id, scope, stored, evaluated }) => {
      return { between: 'sweep' as const, ruleId: rule_id, scope, history: historyOfScope(scope), stored, oracle: evaluated };
    });
    if (drift.length > 0) return drift;
    // Candidates that came to nothing when looked at again: something still moved, although everything had been delivered.
    return [{ between: 'sweep', ruleId: '?', scope: '?', history: -1, stored: `${candidates} candidates`, oracle: null }];
  }

  /** Adds what this world has seen. */
  async addTo(tally: Tally): Promise<void> {
    const counts = await rows(
      this.databases.pool,
      withdrawnSchema,
      `SELECT f.rule_id, count(*) AS n FROM finding_history h JOIN finding f ON f.id = h.finding_id
       WHERE h.event = 'withdrawn' GROUP BY f.rule_id`,
    );
    const withdrawn = new Map(counts.map((row) => [row.rule_id, row.n]));
    tally.histories += this.plan.histories.length;
    for (const rule of this.plan.rules) {
      const { hits, due } = this.seen.get(rule.id) ?? { hits: 0, due: 0 };
      tally.add(rule, { hits, due, withdrawn: withdrawn.get(rule.id) ?? 0 });
    }
  }
}
