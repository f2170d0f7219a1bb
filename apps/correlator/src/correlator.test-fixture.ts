import { builtInHolidays, CALENDAR_TABLE, CALENDAR_TABLE_PARTS, calendarLines, WorkingCalendar } from '@tianyan/calendar';
import {
  builtInCatalogue,
  fromWire,
  hashOf,
  LOAD_HEADER,
  platformFinding,
  toWire,
  wireHeaders,
  type AnyRecord,
  type FieldValues,
} from '@tianyan/contracts';
import {
  NO_CLOCK_LIMITS,
  noAlerts,
  type EvaluationGroup,
  type FindingAlerts,
  type JudgedRules,
  type LiveProgress,
  type RecordStream,
} from '@tianyan/findings';
import { freePort, ManualClock, uuidSource } from '@tianyan/kernel';
import { execute, migrate, openPool, type Pool } from '@tianyan/postgres';
import { startEmbeddedPostgres } from '@tianyan/runtime';
import { LoadRegister } from '@tianyan/sources';
import type { PartitionLag, StreamAdmin, StreamBatch, StreamMessage } from '@tianyan/stream';
import {
  ensureReferenceTable,
  ensureTables,
  openEmbeddedWarehouse,
  TombstoneWriter,
  type OpenWarehouse,
} from '@tianyan/warehouse';
import { pino } from 'pino';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeJudging, composeWork, openStores } from './compose-correlator.js';
import { correlatorMigrations } from './migrations.js';
import type { CurrentRules } from './current-rules.js';
import { RateJudge } from './rate-judge.js';

export const calendar = new WorkingCalendar(builtInHolidays());

export interface Databases {
  pool: Pool;
  warehouse: OpenWarehouse;
  postgresUrl: string;
  /** What an outage is; afterwards PostgreSQL is where it was. */
  stopPostgres(): Promise<void>;
  startPostgres(): Promise<void>;
  close(): Promise<void>;
}

/** Real ones, empty, in a temporary directory. */
export async function openDatabases(): Promise<Databases> {
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-correlator-'));
  // As root PostgreSQL runs under an account of its own, which must get through to its folder.
  await chmod(directory, 0o755);
  const logger = pino({ level: 'silent' });
  const port = await freePort();
  const start = () => startEmbeddedPostgres({ directory: join(directory, 'postgres'), password: 'test', port, logger });
  let postgres = await start();
  await migrate({ databaseUrl: postgres.url, sets: correlatorMigrations, logger });
  const pool = openPool({ databaseUrl: postgres.url, maxConnections: 10, onIdleCut: () => undefined });
  const warehouse = await openEmbeddedWarehouse({ directory: join(directory, 'clickhouse') });
  await ensureTables(warehouse, builtInCatalogue);
  await ensureReferenceTable(warehouse, CALENDAR_TABLE_PARTS);
  await warehouse.insertLines(CALENDAR_TABLE, calendarLines(calendar, 1), 'calendar');
  return {
    pool,
    warehouse,
    postgresUrl: postgres.url,
    stopPostgres: () => postgres.stop(),
    async startPostgres() {
      postgres = await start();
    },
    async close() {
      await pool.end();
      await warehouse.close();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Findings, rules, switches, loads and the clock as they are on a new machine; records stay. For `beforeEach`. */
export async function forgetFindings({ pool }: Pick<Databases, 'pool'>): Promise<void> {
  await execute(
    pool,
    `TRUNCATE finding, finding_history, finding_scope, finding_evaluation, finding_offset, finding_rule, finding_active_rule,
       finding_rule_engine, finding_sweep, finding_drift, finding_rule_switch, finding_rule_set, finding_published_rule,
       finding_shadow_rule, finding_rule_draft, finding_rule_draft_event, finding_rule_version, finding_load, finding_held_wake_up, finding_late_scope,
       finding_late_batch, finding_touched_cohort, finding_set_aside, finding_record, finding_rule_run, finding_rule_coverage;
     UPDATE finding_rule_epoch SET epoch = 0; UPDATE finding_clock SET ticket = 0, now_ms = 0`,
  );
}

/** What a correlator asks of its rules. */
type TakenRules = Pick<CurrentRules, 'epoch' | 'rules' | 'ruleIds' | 'groups'>;

/** Rules of no set: nobody publishes, retires or switches one. */
function fixedRules(groups: readonly EvaluationGroup[]): TakenRules {
  const rules = groups.flatMap((group) => group.rules);
  return {
    epoch: () => 0,
    rules: () => rules,
    ruleIds: () => rules.map(({ id }) => id),
    groups: (ids) => (ids ? groups.filter((group) => group.rules.every(({ id }) => ids.has(id))) : groups),
  };
}

/** What a process has opened, as a test gives it: one clock, silence, and a register in which loads begin. */
export function openedParts({ pool, warehouse }: Pick<Databases, 'pool' | 'warehouse'>, nowMs: number) {
  const clock = new ManualClock(nowMs);
  const landing = new TestLanding();
  const published = new PublishedRecords();
  return {
    postgres: pool,
    warehouse,
    stream: { admin: () => landing, producer: () => published },
    published,
    ids: uuidSource,
    machineClock: clock,
    countyClock: clock,
    logger: pino({ level: 'silent' }),
    alerts: noAlerts,
    limits: NO_CLOCK_LIMITS,
    clock,
    landing,
    register: new LoadRegister(pool, uuidSource),
  };
}

/** One correlator over the databases, with a clock that the test moves, and rules of no set. */
export function makeCorrelator(
  databases: Pick<Databases, 'pool' | 'warehouse'>,
  groups: readonly EvaluationGroup[],
  nowMs: number,
  alerts: FindingAlerts = noAlerts,
  /** Program and calendar, for those that must be the same in every process. */
  engine = 'engine',
  /** What is put off is due in the next round of wake-ups, however the clock stands. */
  latePaceMs = 0,
) {
  const parts = { ...openedParts(databases, nowMs), alerts, latePaceMs };
  const { clock, landing, register } = parts;
  const rules = fixedRules(groups);
  const stores = openStores(parts, engine);
  const live: LiveProgress = { caughtUp: async () => {} };
  const judging = composeJudging(parts, stores, live);
  // Rules of no set may be stored in any epoch.
  const judged = (): JudgedRules => ({ epoch: null, groups: rules.groups() });
  let active = async () => judged();
  const work = composeWork(
    parts,
    { ...stores, ...judging },
    { rules: judged, takeOverRules: async () => {}, active: () => active() },
  );
  /** Puts another answer in the place of "all groups are active". */
  const activate = (answer: () => Promise<JudgedRules>) => {
    active = answer;
  };
  const rateJudge = new RateJudge({ ...parts, ...stores, ...judging, activation: { active: () => active() } });
  return { clock, rules, ...stores, live, ...judging, ...work, rateJudge, activate, register, landing };
}

/** What a correlator has published, in order; a test that wants it landed writes it. */
export class PublishedRecords implements RecordStream {
  readonly values: string[] = [];
  /** Stands in for a process that dies after it has published. */
  afterwards: () => void = () => {};

  async publish(_topic: string, messages: readonly { value: string }[]): Promise<void> {
    this.values.push(...messages.map(({ value }) => value));
    this.afterwards();
  }

  /** Takes out what has been published since the last time. */
  take(): { type: string; record: AnyRecord }[] {
    return this.values
      .splice(0)
      .map((value) => ({ type: platformFinding.type, record: fromWire(builtInCatalogue.get(platformFinding.type), value) }));
  }
}

/** Whether the writers have got to the ends of the record topics, as a test says. */
export class TestLanding implements Pick<StreamAdmin, 'lag'> {
  hasLanded = true;

  async lag(_group: string, topics: readonly string[]): Promise<PartitionLag[]> {
    const committedOffset = this.hasLanded ? 1 : 0;
    return topics.map((topic) => ({ topic, partition: 0, endOffset: 1, committedOffset, lagMessages: 1 - committedOffset }));
  }
}

/** A record as a connector would publish it. */
export function record(
  type: string,
  id: string,
  version: number,
  atMs: number,
  fields: FieldValues | null,
): { type: string; record: AnyRecord } {
  const contract = builtInCatalogue.get(type);
  const raw = JSON.stringify({ id, version, atMs, fields });
  const timed = { atMs, receivedAtMs: atMs, hash: hashOf(raw), raw };
  if (fields === null) return { type, record: { id, source: 'test', version, op: 'delete', ...timed, fields: null } };
  const complete = Object.fromEntries(Object.keys(contract.fields).map((name) => [name, fields[name] ?? null]));
  return { type, record: { id, source: 'test', version, op: 'upsert', ...timed, fields: complete } };
}

/** The stream and the writer of a test: writes records as one batch and returns its announcement. */
export class TestWriter {
  private offset = 0;
  private announced = 0;
  private readonly writer: TombstoneWriter;

  constructor(warehouse: OpenWarehouse) {
    this.writer = new TombstoneWriter(warehouse, async (message, reason) => {
      throw new Error(`${reason}: ${message.value}`);
    });
  }

  /** @param load the announced load that a record belongs to */
  async write(
    records: readonly { type: string; record: AnyRecord; load?: string }[],
    traces?: readonly string[],
  ): Promise<StreamBatch> {
    const [first] = records;
    if (!first) throw new Error('a batch has at least one record');
    const messages = records.map(({ record, load }) => ({
      key: record.id,
      value: toWire(record),
      headers: { ...wireHeaders(record), ...(load === undefined ? {} : { [LOAD_HEADER]: load }) },
      offset: this.offset++,
    }));
    const [head, ...tail] = messages;
    if (!head) throw new Error('a batch has at least one message');
    const written = await this.writer.write(
      { topic: `records.${first.type}`, partition: 0, messages: [head, ...tail], assertOwned: async () => {} },
      builtInCatalogue.get(first.type),
    );
    const edited = records.filter(({ record: { edit } }) => edit !== undefined).length;
    const [announced, ...more] = written.parts.map(({ batch, load, records: count }) =>
      this.message({
        batch,
        type: first.type,
        records: count,
        firstAppendedAtMs: 0,
        ...(edited > 0 && load === null ? { edited } : {}),
        ...(load === null ? {} : { load }),
        ...(traces ? { traces } : {}),
      }),
    );
    if (!announced) throw new Error('every record of a test can be stored');
    return { topic: 'batches.landed', partition: 0, messages: [announced, ...more], assertOwned: async () => {} };
  }

  announcement(landed: object): StreamBatch {
    return { topic: 'batches.landed', partition: 0, messages: [this.message(landed)], assertOwned: async () => {} };
  }

  private message(landed: object): StreamMessage {
    const offset = this.announced++;
    return {
      topic: 'batches.landed',
      partition: 0,
      offset,
      key: 'k',
      value: JSON.stringify(landed),
      headers: {},
      appendedAtMs: 0,
    };
  }
}
