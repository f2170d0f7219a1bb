import { expect } from '@jest/globals';
import { builtInCatalogue, LANDED_TOPIC, recordTopic } from '@tianyan/contracts';
import { evaluationGroups, evidenceSchema, figuresSchema, type SweepResult } from '@tianyan/findings';
import { ManualClock, seededRng, sequentialIds, systemClock, uuidSource } from '@tianyan/kernel';
import { execute, migrate, rows } from '@tianyan/postgres';
import { explain, loadPack, loadRules, type EvidenceRef } from '@tianyan/rules';
import { createImporter, type FileSummary } from '@tianyan/sources';
import { createPostgresStream, streamMigrations, type BatchHandler, type Stream } from '@tianyan/stream';
import { currentTable, logTable, TombstoneWriter, readRows } from '@tianyan/warehouse';
import { WriterMetrics, WriterPipeline } from '@tianyan/writer-app';
import { pino } from 'pino';
import { z } from 'zod';
import { makeCorrelator, openDatabases, type Databases } from '../../apps/correlator/src/correlator.test-fixture.js';
import { exampleFile } from './real-file.js';

/** As the product's transports cut them. */
const WRITER_BATCH = { maxBatchMessages: 5_000, maxBatchBytes: 8 * 1024 * 1024 };
const CORRELATOR_BATCH = { maxBatchMessages: 500, maxBatchBytes: 1024 * 1024 };

const RECORD_TOPICS = builtInCatalogue.all().map(({ type }) => recordTopic(type));

/** One finding that the data support, as stored. */
export interface StoredFinding {
  scope: string;
  occurredAtMs: number;
  /** Evaluation clock. */
  firstSeenAtMs: number;
  explanation: string;
  figures: Readonly<Record<string, string | number>>;
  evidence: readonly EvidenceRef[];
}

const findingSchema = z.object({
  rule_id: z.string(),
  scope: z.string(),
  occurredAtMs: z.int(),
  firstSeenAtMs: z.int(),
  explanation: z.string(),
  figures: figuresSchema,
  evidence: evidenceSchema,
});

export interface Outcome {
  summary: FileSummary;
  /** By rule; rules without a finding are missing. */
  findings: ReadonlyMap<string, readonly StoredFinding[]>;
  sweep: SweepResult;
}

/**
 * The product's way of a file, part by part and without a process: import → stream → writer → ClickHouse → rules →
 * findings in PostgreSQL. All shipped rules and those of docs/examples/rules run, as they would for a user.
 */
export class WholeWay {
  private constructor(
    private readonly databases: Databases,
    private readonly stream: Stream,
  ) {}

  static async open(): Promise<WholeWay> {
    const databases = await openDatabases();
    const databaseUrl = databases.pool.options.connectionString ?? '';
    await migrate({ databaseUrl, sets: [streamMigrations], logger: pino({ level: 'silent' }) });
    const stream = createPostgresStream({
      databaseUrl,
      clock: systemClock,
      rng: seededRng(1),
      ids: sequentialIds('member'),
      onEvent: () => undefined,
    });
    await stream
      .admin()
      .ensureTopics([...RECORD_TOPICS, LANDED_TOPIC].map((topic) => ({ topic, partitions: 2, retentionMs: null })));
    return new WholeWay(databases, stream);
  }

  async close(): Promise<void> {
    await this.stream.close();
    await this.databases.close();
  }

  /**
   * Takes one file the whole way into empty tables. It lands at `landedMs`; time passes until `nowMs`, wake-up by wake-up;
   * then a sweep is run, which must agree with what is stored.
   */
  async take(mapping: string, path: string, nowMs: number, landedMs = nowMs): Promise<Outcome> {
    await this.empty();
    const correlator = makeCorrelator(this.databases, this.groups(), landedMs);
    const summary = await createImporter({
      postgres: this.databases.pool,
      warehouse: this.databases.warehouse,
      stream: this.stream,
      catalogue: builtInCatalogue,
      machineClock: systemClock,
      countyClock: new ManualClock(landedMs),
      rng: seededRng(1),
      ids: uuidSource,
      logger: pino({ level: 'silent' }),
      digestKey: 'a key that only the tests know, 32+',
    }).importFile({ mapping: exampleFile(mapping), file: path, actor: 'test' });
    await this.write();
    await this.drain('correlator', [LANDED_TOPIC], CORRELATOR_BATCH, (batch) => correlator.pipeline.landed(batch));
    // An import is an announced load: it is judged now that its last row has landed.
    await correlator.loadJudge.round();
    for (let atMs = landedMs; atMs < nowMs;) {
      atMs = Math.min(nowMs, (await correlator.wakeUps.nextMs()) ?? nowMs);
      correlator.clock.advanceTo(Math.max(atMs, landedMs));
      while ((await correlator.pipeline.wakeDue()) + (await correlator.pipeline.judgeLate()) > 0);
    }
    const sweep = await correlator.sweeper.run({ reason: 'manual', groups: this.groups(), differencesAre: 'drift' });
    return { summary, findings: await this.findings(), sweep };
  }

  /** Id → a column of the source's own row, of the newest version of each record. */
  async sourceColumn(type: string, column: string): Promise<Map<string, string>> {
    const rows = await readRows(this.databases.warehouse, z.object({ id: z.string(), value: z.string() }), {
      sql: `SELECT id, JSONExtractString(raw, {column:String}) AS value FROM ${logTable(type)} ORDER BY id, version DESC LIMIT 1 BY id`,
      params: { column },
    });
    return new Map(rows.map(({ id, value }) => [id, value]));
  }

  private groups() {
    return evaluationGroups({
      rules: loadRules(exampleFile('rules'), loadPack()),
      catalogue: builtInCatalogue,
      calendarFingerprint: '1',
      explain: (rule, evaluation) => explain(rule, evaluation),
    });
  }

  private async write(): Promise<void> {
    const writer = new WriterPipeline({
      catalogue: builtInCatalogue,
      writer: new TombstoneWriter(this.databases.warehouse, async (message, reason) => {
        throw new Error(`${reason}: ${message.value}`);
      }),
      producer: this.stream.producer(),
      clock: systemClock,
      metrics: new WriterMetrics(),
    });
    await this.drain('writer', RECORD_TOPICS, WRITER_BATCH, (batch) => writer.handle(batch));
  }

  /** Hands everything that stands in the topics now to the handler, as a consumer of that group. */
  private async drain(
    group: string,
    topics: readonly string[],
    limits: { maxBatchMessages: number; maxBatchBytes: number },
    handler: BatchHandler,
  ): Promise<void> {
    const lag = await this.stream.admin().lag(group, topics);
    let left = lag.reduce((sum, { lagMessages }) => sum + lagMessages, 0);
    if (left === 0) return;
    const consumer = this.stream.consumer({ group, topics, ...limits, startFrom: 'earliest' });
    const done = Promise.withResolvers<void>();
    consumer.finished.catch(done.reject);
    await consumer.start(async (batch) => {
      await handler(batch);
      left -= batch.messages.length;
      if (left <= 0) done.resolve();
    });
    await done.promise;
    await consumer.stop();
  }

  private async findings(): Promise<Map<string, StoredFinding[]>> {
    const findings = await rows(
      this.databases.pool,
      findingSchema,
      `SELECT rule_id, scope, occurred_at_ms AS "occurredAtMs", first_seen_at_ms AS "firstSeenAtMs", explanation, figures, evidence
       FROM finding WHERE holds ORDER BY scope`,
    );
    return Map.groupBy(findings, (row) => row.rule_id);
  }

  /** Offsets and what the connector remembers stay: another file is another source. */
  private async empty(): Promise<void> {
    await execute(
      this.databases.pool,
      'TRUNCATE finding, finding_history, finding_scope, finding_evaluation, finding_sweep, finding_drift; UPDATE finding_clock SET ticket = 0, now_ms = 0',
    );
    for (const { type, scopes } of builtInCatalogue.all()) {
      const copies = scopes.slice(1).map((fields) => `${currentTable(type)}_by_${fields.join('_')}`);
      for (const table of [logTable(type), currentTable(type), `${currentTable(type)}_by_id`, ...copies])
        await this.databases.warehouse.execute({ sql: `TRUNCATE TABLE IF EXISTS ${table}`, params: {} });
    }
  }
}

/** Scopes of a rule's findings. */
export function scopesOf(outcome: Outcome, ruleId: string): string[] {
  return findingsOf(outcome, ruleId).map(({ scope }) => scope);
}

export function findingsOf(outcome: Outcome, ruleId: string): readonly StoredFinding[] {
  return outcome.findings.get(ruleId) ?? [];
}

/** Every row was accepted, and the sweep over everything found what was stored. */
export function expectWhole(outcome: Outcome): void {
  expect(outcome.summary).toMatchObject({ refused: 0, reasons: [] });
  expect(outcome.sweep).toMatchObject({ candidates: 0, driftFindings: 0, driftWakeUps: 0 });
}
