import {
  type AnyRecord,
  code,
  type Contract,
  defineContract,
  type FieldValues,
  hashOf,
  money,
  optional,
  toWire,
  wireHeaders,
} from '@tianyan/contracts';
import fc from 'fast-check';
import { z } from 'zod';
import { logTable, scopeTable } from '../names.js';
import type { SqlQuery, WarehouseAdmin } from '../port.js';
import { readRows } from '../rows.js';
import { copyTablesOf } from '../schema/tables.js';
import type { WriterBatch, WriterMessage } from './batch.js';
import { TombstoneWriter } from './tombstone-writer.js';

/** A record that can move to another order, village, matter and date, and belong to a project for a while. */
export const moving = defineContract({
  type: 'test.moving',
  system: 'hotline',
  label: '会移动的记录',
  description: '写入器的性质测试。',
  shape: {
    orderId: code({ label: '工单', key: 'order' }),
    villageCode: optional(code({ label: '村', key: 'village' })),
    matter: code({ label: '事项' }),
    amountFen: optional(money({ label: '金额' })),
    projectId: optional(code({ label: '项目', key: 'project' })),
  },
  scopes: [['orderId'], ['villageCode', 'matter'], ['projectId']],
}) as unknown as Contract; // a contract of its own shape; only the common part is used

const FIRST_AT_MS = 1_750_000_000_000;

/** One message of a history: few ids, versions and contents, so that they collide. */
const messageArbitrary = fc.record({
  id: fc.nat(3),
  version: fc.nat(3),
  op: fc.constantFrom('upsert', 'upsert', 'upsert', 'delete'),
  order: fc.nat(2),
  village: fc.option(fc.nat(1)),
  matter: fc.nat(1),
  at: fc.nat(1),
  // As often without as with: a version that leaves a copy, and one that comes back to it.
  project: fc.option(fc.nat(1), { freq: 2 }),
  gap: fc.nat(2),
});

/** What goes wrong while a batch is delivered; afterwards the stream delivers from the committed offset again. */
const faultArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'none' } as const) },
  {
    // One for each: of sixty histories none may be without one of them.
    weight: 4,
    arbitrary: fc.constantFrom(
      { kind: 'killed-before-look-up' } as const,
      { kind: 'killed-before-insert' } as const,
      { kind: 'killed-before-announcement' } as const,
      { kind: 'killed-before-commit' } as const,
    ),
  },
  // The log has the rows, some of the copies do not.
  fc.record({ kind: fc.constant('killed-within-insert' as const), missingViews: fc.subarray([0, 1, 2, 3], { minLength: 1 }) }),
  // The consumer sleeps after its look-up; another one takes over and works on; then the first one inserts.
  fc.record({
    kind: fc.constant('slept' as const),
    othersSize: fc.integer({ min: 1, max: 6 }),
    rounds: fc.integer({ min: 1, max: 3 }),
  }),
  // Somebody sets the offset back.
  fc.record({ kind: fc.constant('set-back' as const), by: fc.integer({ min: 1, max: 12 }) }),
);
type Fault = typeof faultArbitrary extends fc.Arbitrary<infer T> ? T : never;
export const FAULT_KINDS: readonly Fault['kind'][] = [
  'killed-before-look-up',
  'killed-before-insert',
  'killed-within-insert',
  'killed-before-announcement',
  'killed-before-commit',
  'slept',
  'set-back',
];

export const historyArbitrary = fc.record({
  messages: fc.array(messageArbitrary, { minLength: 1, maxLength: 16 }),
  deliveries: fc.array(fc.record({ size: fc.integer({ min: 1, max: 6 }), fault: faultArbitrary }), { maxLength: 14 }),
});
export type History = typeof historyArbitrary extends fc.Arbitrary<infer T> ? T : never;

class Killed extends Error {}

/** The warehouse of a process that is killed at a certain step. `beforeInsert` may change what reaches the real one. */
export class MortalWarehouse implements WarehouseAdmin {
  fault: Fault = { kind: 'none' };

  constructor(
    private readonly real: WarehouseAdmin,
    private readonly change: (lines: readonly string[]) => readonly string[] = (lines) => lines,
  ) {}

  rows(query: SqlQuery): Promise<unknown[]> {
    if (this.fault.kind === 'killed-before-look-up') return Promise.reject(new Killed());
    return this.real.rows(query);
  }

  stream(query: SqlQuery, signal?: AbortSignal): AsyncIterable<readonly unknown[]> {
    return this.real.stream(query, signal);
  }

  execute(query: SqlQuery): Promise<void> {
    return this.real.execute(query);
  }

  async insertLines(table: string, lines: readonly string[], token: string): Promise<void> {
    if (this.fault.kind === 'killed-before-insert') throw new Killed();
    const views = copyTablesOf(moving).map((copy) => copy.view);
    const missing = this.fault.kind === 'killed-within-insert' ? this.fault.missingViews.map((index) => views[index]) : [];
    for (const view of missing) await this.real.execute({ sql: `DETACH TABLE ${view}`, params: {} });
    await this.real.insertLines(table, this.change(lines), token);
    for (const view of missing) await this.real.execute({ sql: `ATTACH TABLE ${view}`, params: {} });
    if (missing.length > 0 || this.fault.kind === 'killed-before-announcement') throw new Killed();
  }
}

const rowSchema = z.object({
  id: z.string(),
  orderId: z.string(),
  villageCode: z.string().nullable(),
  matter: z.string(),
  projectId: z.string().nullable(),
  atMs: z.number(),
  version: z.number(),
  streamOffset: z.number(),
});
const scopedSchema = z.object({ scope: z.string().nullable() }).extend(rowSchema.shape);
type Row = z.output<typeof rowSchema>;
const acceptedSchema = z.object({ offset: z.number(), raw: z.string() });
const ROW = 'id, orderId, villageCode, matter, projectId, atMs, version, streamOffset';

/** Plays a history against the real warehouse, with a correlator that reads exactly the scopes that batches name. */
export class Play {
  private readonly writer: TombstoneWriter;
  private readonly messages: WriterMessage[];
  private readonly records: AnyRecord[];
  private committed = 0;
  /** Messages that some insert has reached, by index; true: since then a batch with them was announced. */
  private readonly inserted = new Map<number, boolean>();
  /** Faults that struck. */
  readonly struck = new Set<Fault['kind']>();
  /** First thing that the correlator believed wrongly when everything inserted had been announced. */
  private wrongBelief: { after: string; read: unknown; expected: unknown } | null = null;
  /** What the correlator last read, by scope of each copy. */
  private readonly lastRead = contractScopes().map(() => new Map<string, string>());

  /** @param prefix keeps histories in the same tables apart. */
  constructor(
    private readonly warehouse: MortalWarehouse,
    private readonly prefix: string,
    private readonly history: History,
  ) {
    this.writer = new TombstoneWriter(warehouse, (message, reason) => Promise.reject(new Error(`${reason}: ${message.value}`)));
    this.records = history.messages.map((message) => recordOf(prefix, message));
    let offset = 0;
    this.messages = this.records.map((record, index) => {
      offset += 1 + (history.messages[index]?.gap ?? 0);
      return { key: record.id, value: toWire(record), headers: wireHeaders(record), offset };
    });
  }

  async run(): Promise<void> {
    const planned = [...this.history.deliveries];
    while (this.committed < this.messages.length) {
      const { size, fault } = planned.shift() ?? { size: 5, fault: { kind: 'none' } as const };
      await this.deliver(size, fault);
    }
  }

  private async deliver(size: number, fault: Fault): Promise<void> {
    const start = this.committed;
    const [first, ...rest] = this.messages.slice(start, start + size);
    if (!first) return;
    const delivered = [first, ...rest].map((_message, index) => start + index);
    this.warehouse.fault = fault;
    let calls = 0;
    const batch: WriterBatch = {
      topic: `records.test.${this.prefix}`,
      partition: 0,
      messages: [first, ...rest],
      assertOwned: async () => {
        if (fault.kind !== 'slept') return;
        if (calls++ > 0) {
          // What the others have announced meanwhile may have been inserted once more now, which must change nothing.
          for (const index of delivered) if (index >= this.committed) this.inserted.set(index, false);
          throw new Killed();
        }
        this.warehouse.fault = { kind: 'none' };
        for (let round = 0; round < fault.rounds; round++) await this.deliver(fault.othersSize, { kind: 'none' });
      },
    };
    try {
      const written = await this.writer.write(batch, moving);
      this.warehouse.fault = { kind: 'none' };
      await this.correlate(written.batch);
      for (const index of delivered) this.inserted.set(index, true);
      this.checkBelief(written.batch);
      if (fault.kind !== 'none') this.struck.add(fault.kind);
      if (fault.kind === 'killed-before-commit' || fault.kind === 'slept') return;
      this.committed = start + 1 + rest.length;
      if (fault.kind === 'set-back') this.committed = Math.max(0, this.committed - fault.by);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.struck.add(fault.kind);
      if (fault.kind === 'killed-within-insert' || fault.kind === 'killed-before-announcement')
        for (const index of delivered) this.inserted.set(index, false);
      this.warehouse.fault = { kind: 'none' };
    }
  }

  /** Once every inserted message has been announced, a correlator that reads only the scopes that batches name knows all. */
  private checkBelief(batch: string): void {
    if (this.wrongBelief || [...this.inserted.values()].includes(false)) return;
    const read = this.lastRead.map((scopes) => withoutEmpty(scopes));
    const expected = readable(this.newest([...this.inserted.keys()]));
    if (JSON.stringify(read) !== JSON.stringify(expected)) this.wrongBelief = { after: batch, read, expected };
  }

  private async correlate(batch: string): Promise<void> {
    for (const [index, scope] of contractScopes().entries()) {
      const key = scopeKey(scope);
      const touched = await readRows(this.warehouse, scopedSchema.pick({ scope: true }), {
        sql: `SELECT DISTINCT ${key} AS scope FROM ${logTable(moving.type)} WHERE batch = {batch:String}`,
        params: { batch },
      });
      const scopes = touched.flatMap((row) => (row.scope === null ? [] : [row.scope]));
      const rows = await readRows(this.warehouse, scopedSchema, {
        sql: `SELECT ${key} AS scope, ${ROW} FROM ${scopeTable(moving, scope)} FINAL WHERE scope IN (SELECT arrayJoin({scopes:Array(String)})) AND startsWith(id, {prefix:String}) ORDER BY id`,
        params: { scopes, prefix: this.prefix },
      });
      for (const name of scopes) {
        const now = rows.filter((row) => row.scope === name).map((row) => ({ ...row, scope: undefined }));
        this.lastRead[index]?.set(name, JSON.stringify(now));
      }
    }
  }

  /** What is visible in the current table and each copy, the log, and what the correlator last read; next to what is right. */
  async outcome(): Promise<{ actual: unknown; expected: unknown }> {
    const newest = this.newest();
    const copies = copyTablesOf(moving);
    const tables = copies.map(({ name }) => name);
    const visible: Record<string, Row[]> = {};
    for (const table of tables)
      visible[table] = await readRows(this.warehouse, rowSchema, {
        sql: `SELECT ${ROW} FROM ${table} FINAL WHERE deleted = 0 AND startsWith(id, {prefix:String}) ORDER BY id`,
        params: { prefix: this.prefix },
      });
    const accepted = await readRows(this.warehouse, acceptedSchema, {
      sql: `SELECT DISTINCT streamOffset AS offset, raw FROM ${logTable(moving.type)} WHERE tombstone = 0 AND startsWith(id, {prefix:String}) ORDER BY offset`,
      params: { prefix: this.prefix },
    });
    return {
      actual: { visible, accepted, read: this.lastRead.map((read) => withoutEmpty(read)), wrongBelief: this.wrongBelief },
      expected: {
        visible: Object.fromEntries(copies.map(({ name, mustHave }) => [name, having(newest, mustHave)])),
        accepted: this.messages.map((message, index) => ({ offset: message.offset, raw: this.records[index]?.raw })),
        read: readable(newest),
        wrongBelief: null,
      },
    };
  }

  /** The naive model: the newest version of each id among these messages, if it is no delete. */
  private newest(indexes: Iterable<number> = this.records.keys()): Row[] {
    const newest = new Map<string, { row: Row; op: string }>();
    for (const index of indexes) {
      const record = this.records[index];
      if (!record) continue;
      const streamOffset = this.messages[index]?.offset ?? 0;
      const best = newest.get(record.id)?.row;
      if (best && (best.version > record.version || (best.version === record.version && best.streamOffset > streamOffset)))
        continue;
      const { id, version, atMs, op } = record;
      const fields = (record.fields ?? {}) as unknown as Pick<Row, 'orderId' | 'villageCode' | 'matter' | 'projectId'>; // as made below
      const { orderId, villageCode, matter, projectId } = fields;
      newest.set(id, { row: { id, orderId, villageCode, matter, projectId, atMs, version, streamOffset }, op });
    }
    return [...newest.values()]
      .filter(({ op }) => op === 'upsert')
      .map(({ row }) => row)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** Those that a copy holds. */
function having(rows: readonly Row[], mustHave: string | null): Row[] {
  return rows.filter((row) => mustHave === null || row[mustHave as keyof Row] !== null);
}

/** Whether a record of the history left a copy by a scope and came back to it, as its versions were inserted. */
export function leavesAndComesBack({ messages }: History): boolean {
  const byId = Map.groupBy(messages, ({ id }) => id);
  return [...byId.values()].some((own) => /1+0+1/.test(own.map(({ project }) => (project === null ? '0' : '1')).join('')));
}

function contractScopes(): readonly (readonly string[])[] {
  return moving.scopes;
}

function scopeKey(scope: readonly string[]): string {
  return `concat(${scope.map((field) => `toString(${field})`).join(", '|', ")}${scope.length === 1 ? ", ''" : ''})`;
}

function scopeOf(scope: readonly string[], row: Row): string | null {
  const parts = scope.map((field) => row[field as keyof Row]);
  return parts.some((part) => part === null) ? null : parts.join('|');
}

/** What a correlator that has read everything knows: the rows of each scope, for each copy. */
function readable(rows: readonly Row[]): [string, string][][] {
  return contractScopes().map((scope) => {
    const byScope = new Map<string, Row[]>();
    for (const row of rows) {
      const name = scopeOf(scope, row);
      if (name !== null) byScope.set(name, [...(byScope.get(name) ?? []), row]);
    }
    return withoutEmpty(new Map([...byScope].map(([name, own]) => [name, JSON.stringify(own)])));
  });
}

function withoutEmpty(read: ReadonlyMap<string, string>): [string, string][] {
  return [...read].filter(([, rows]) => rows !== '[]').sort(([a], [b]) => (a < b ? -1 : 1));
}

function recordOf(prefix: string, message: History['messages'][number]): AnyRecord {
  const fields: FieldValues = {
    orderId: `${prefix}o${message.order}`,
    villageCode: message.village === null ? null : `${prefix}v${message.village}`,
    matter: `m${message.matter}`,
    amountFen: message.at,
    projectId: message.project === null ? null : `${prefix}p${message.project}`,
  };
  const atMs = FIRST_AT_MS + message.at;
  const raw = JSON.stringify({ op: message.op, atMs, ...fields, note: '原文 "引号" \\ \n 换行' });
  const envelope = { id: `${prefix}i${message.id}`, source: 'test', version: message.version, atMs, receivedAtMs: atMs, raw };
  const hash = hashOf(raw);
  return message.op === 'delete'
    ? { ...envelope, hash, op: 'delete', fields: null }
    : { ...envelope, hash, op: 'upsert', fields };
}
