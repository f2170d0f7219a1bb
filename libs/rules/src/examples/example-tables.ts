import {
  builtInHolidays,
  calendarLines,
  CALENDAR_TABLE,
  CALENDAR_TABLE_PARTS,
  WorkingCalendar,
  type YearOfHolidays,
} from '@tianyan/calendar';
import {
  builtInCatalogue,
  hashOf,
  recordTopic,
  toWire,
  wireHeaders,
  type AnyRecord,
  type Contract,
  type FieldValue,
} from '@tianyan/contracts';
import {
  ensureReferenceTable,
  ensureTables,
  openEmbeddedWarehouse,
  readRows,
  TombstoneWriter,
  type OpenWarehouse,
} from '@tianyan/warehouse';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { MAX_COHORTS_PER_CALL } from '../compile/cohorts.js';
import { touchedScopeSchema } from '../compile/touched.js';
import type { Evaluation, ExampleRecord, RecordSource, RuleGroup } from '../index.js';

const tableSchema = z.object({ name: z.string() });

const NEUTRAL: Readonly<Record<string, FieldValue>> = {
  text: '',
  code: '-',
  integer: 0,
  money: 0,
  area: 0,
  flag: false,
  day: '2026-01-01',
};

/** A full record of an example: required fields that it leaves out get neutral values (an instant: its own), instants may be ISO texts. */
export function exampleRecord(example: ExampleRecord): AnyRecord {
  const { type, id, at, source = 'example', version, ...given } = example;
  const contract = builtInCatalogue.get(type);
  for (const name of Object.keys(given)) if (!contract.fields[name]) throw new RangeError(`${type} has no field ${name}`);
  const fields: Record<string, FieldValue> = {};
  const neutral: Readonly<Record<string, FieldValue>> = { ...NEUTRAL, instant: at };
  for (const [name, meta] of Object.entries(contract.fields)) {
    const value = given[name] ?? (meta.optional ? null : (Object.keys(meta.values ?? {})[0] ?? neutral[meta.kind] ?? null));
    fields[name] = meta.kind === 'instant' && typeof value === 'string' ? Date.parse(value) : value;
  }
  const raw = JSON.stringify(example);
  const atMs = Date.parse(at);
  return {
    id,
    source,
    version,
    op: 'upsert',
    atMs,
    receivedAtMs: atMs,
    hash: hashOf(raw),
    raw,
    fields: contract.schema.parse(fields) as Record<string, FieldValue>,
  };
}

/** Real tables in an embedded ClickHouse of its own, written by the real writer: where the examples of a rule are tried. */
export class ExampleTables {
  private offset = 0;
  private readonly writer: TombstoneWriter;

  private constructor(
    readonly warehouse: OpenWarehouse,
    private readonly directory: string,
    private readonly calendar: WorkingCalendar,
  ) {
    this.writer = new TombstoneWriter(warehouse, (message, reason) => Promise.reject(new Error(`${message.key}: ${reason}`)));
  }

  /** @param directory an empty folder for the tables, taken away by {@link close}; one of the system's without it */
  static async open(holidays: readonly YearOfHolidays[] = builtInHolidays(), directory?: string): Promise<ExampleTables> {
    directory ??= await mkdtemp(join(tmpdir(), 'rules-'));
    const warehouse = await openEmbeddedWarehouse({ directory });
    await ensureTables(warehouse, builtInCatalogue);
    await ensureReferenceTable(warehouse, CALENDAR_TABLE_PARTS);
    const calendar = new WorkingCalendar(holidays);
    await warehouse.insertLines(CALENDAR_TABLE, calendarLines(calendar, 1), 'calendar');
    return new ExampleTables(warehouse, directory, calendar);
  }

  /** Writes records of one type as one batch; returns the batch's name. */
  async write(type: string, records: readonly AnyRecord[]): Promise<string> {
    const messages = records.map((record) => ({
      key: record.id,
      value: toWire(record),
      headers: wireHeaders(record),
      offset: this.offset++,
    }));
    const [first, ...rest] = messages;
    if (!first) throw new RangeError('a batch is never empty');
    const contract: Contract = builtInCatalogue.get(type);
    const batch = {
      topic: recordTopic(type),
      partition: 0,
      messages: [first, ...rest] as const,
      assertOwned: () => Promise.resolve(),
    };
    const written = await this.writer.write({ ...batch, messages: [first, ...rest] }, contract);
    return written.batch;
  }

  async writeExamples(examples: readonly ExampleRecord[]): Promise<Map<string, string[]>> {
    const batches = new Map<string, string[]>();
    for (const [type, records] of Map.groupBy(examples, (e) => e.type))
      batches.set(type, [
        await this.write(
          type,
          records.map((r) => exampleRecord(r)),
        ),
      ]);
    return batches;
  }

  /** Empties the tables of these record types. */
  async clear(types: Iterable<string>): Promise<void> {
    for (const type of types) {
      const stem = type.replaceAll(/[.-]/g, '_');
      const tables = await readRows(this.warehouse, tableSchema, {
        sql: 'SELECT name FROM system.tables WHERE database = currentDatabase() AND (name = {log:String} OR startsWith(name, {cur:String}))',
        params: { log: `log_${stem}`, cur: `cur_${stem}` },
      });
      for (const { name } of tables) await this.warehouse.execute({ sql: `TRUNCATE TABLE ${name}`, params: {} });
    }
  }

  async touched(group: RuleGroup, batches: ReadonlyMap<string, readonly string[]>): Promise<string[]> {
    const scopes = new Set<string>();
    for (const [type, names] of batches) {
      if (!group.recordTypes.includes(type)) continue;
      for (const { scope } of await readRows(this.warehouse, touchedScopeSchema, group.touched(type, names))) scopes.add(scope);
    }
    return [...scopes].sort();
  }

  /** As the platform does: everything by SQL, some scopes in the process. Over the records of these tables, or of another source. */
  async evaluate(
    group: RuleGroup,
    nowMs: number,
    scopes: readonly string[] | 'all',
    records?: RecordSource,
  ): Promise<Evaluation[]> {
    const evaluations =
      scopes === 'all' ? await this.swept(group, nowMs, records) : await this.judged(group, nowMs, scopes, records);
    return evaluations.toSorted((a, b) => (`${a.scope} ${a.ruleId}` < `${b.scope} ${b.ruleId}` ? -1 : 1));
  }

  private async swept(group: RuleGroup, nowMs: number, records?: RecordSource): Promise<Evaluation[]> {
    const queries = group.evaluate({ nowMs, scopes: 'all', isStrict: true, ...(records && { records }) });
    const rows = await Promise.all(queries.map((query) => this.warehouse.rows(query)));
    return rows.flat().flatMap((row) => group.parseRow(row));
  }

  /** What is said of each cohort, judged alone; null: the group has none. */
  async ofEachCohort(group: RuleGroup, nowMs: number): Promise<Evaluation[] | null> {
    const { cohorts } = group;
    if (!cohorts) return null;
    const keys = await readRows(this.warehouse, touchedScopeSchema, cohorts.sampled(MAX_COHORTS_PER_CALL));
    const found: Evaluation[] = [];
    for (const { scope } of keys)
      for (const query of cohorts.evaluate({ nowMs, cohorts: [scope] }))
        found.push(...(await this.warehouse.rows(query)).flatMap((row) => group.parseRow(row)));
    return found;
  }

  private async judged(
    group: RuleGroup,
    nowMs: number,
    scopes: readonly string[],
    records?: RecordSource,
  ): Promise<Evaluation[]> {
    const judge = group.inProcess(this.calendar, records);
    if (judge === null) return this.swept(group, nowMs, records);
    return judge.judge(scopes, nowMs, (query) => this.warehouse.rows(query));
  }

  async close(): Promise<void> {
    await this.warehouse.close();
    await rm(this.directory, { recursive: true });
  }
}
