import {
  type AnyRecord,
  Catalogue,
  type Contract,
  hashOf,
  hotlineOrderEvent,
  ORDER_ACTIONS,
  toWire,
  wireHeaders,
} from '@tianyan/contracts';
import { integerBetween, type Rng, seededRng } from '@tianyan/kernel';
import {
  ensureTables,
  logTable,
  openEmbeddedWarehouse,
  TombstoneWriter,
  type WarehouseAdmin,
  type WriterMessage,
} from '@tianyan/warehouse';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The writer next to the limit of the same machine in the same run: the same kind of rows into the same tables, nothing looked up. */
export interface WriterBenchResult {
  existingRows: number;
  records: number;
  batchRecords: number;
  /** Share of records that correct one that is there. */
  correctedShare: number;
  writerPerSecond: number;
  limitPerSecond: number;
  /** writer ÷ limit; the aim is 0.7. */
  ratio: number;
  /** Where the writer's time goes, in ms per batch. */
  perBatchMs: { lookUp: number; insert: number; rest: number };
}

const FIRST_AT_MS = Date.UTC(2025, 6, 1);
/** Events of one order, as in the simulated county. */
const EVENTS_PER_ORDER = 8;
/** Orders that are still being worked on: new events fall among them. */
const OPEN_ORDERS = 20_000;
const PREFILL_PIECE_ROWS = 100_000;
const contract = hotlineOrderEvent as unknown as Contract; // a contract of its own shape; only the common part is used

/** Measures with `records` new order events on top of `existingRows`; `directory` is a new folder for the database. */
export async function benchWriter(input: {
  directory: string;
  existingRows: number;
  records: number;
  batchRecords: number;
  correctedShare?: number;
}): Promise<WriterBenchResult> {
  const correctedShare = input.correctedShare ?? 0.05;
  const warehouse = await openEmbeddedWarehouse({ directory: input.directory });
  try {
    await ensureTables(warehouse, new Catalogue([contract]));
    await prefill(warehouse, input.existingRows);
    const watch = new Stopwatch(warehouse);
    const writer = new TombstoneWriter(watch, (message, reason) => Promise.reject(new Error(`${reason}: ${message.value}`)));
    const rng = seededRng(1);
    let writerMs = 0;
    let limitMs = 0;
    const batches = Math.ceil(input.records / input.batchRecords);
    for (let batch = 0; batch < batches; batch++) {
      const firstOffset = input.existingRows + batch * input.batchRecords;
      const messagesOf = (kind: string) =>
        Array.from({ length: input.batchRecords }, (_, index) =>
          messageOf(rng, { kind, offset: firstOffset + index, existingRows: input.existingRows, correctedShare }),
        );
      // In turn, so that both meet tables of the same size and the same merges in the background.
      limitMs += await insertOnly(warehouse, messagesOf('l'), firstOffset);
      const [first, ...rest] = messagesOf('w');
      if (!first) throw new RangeError('a batch needs records');
      const start = performance.now();
      await writer.write(
        { topic: 'bench.writer', partition: 0, messages: [first, ...rest], assertOwned: async () => {} },
        contract,
      );
      writerMs += performance.now() - start;
    }
    const records = batches * input.batchRecords;
    return {
      existingRows: input.existingRows,
      records,
      batchRecords: input.batchRecords,
      correctedShare,
      writerPerSecond: Math.round((records / writerMs) * 1000),
      limitPerSecond: Math.round((records / limitMs) * 1000),
      ratio: Math.round((limitMs / writerMs) * 100) / 100,
      perBatchMs: {
        lookUp: Math.round(watch.lookUpMs / batches),
        insert: Math.round(watch.insertMs / batches),
        rest: Math.round((writerMs - watch.lookUpMs - watch.insertMs) / batches),
      },
    };
  } finally {
    await warehouse.close();
  }
}

/** The same in a folder of its own. */
export async function benchWriterInFolder(
  input: Omit<Parameters<typeof benchWriter>[0], 'directory'>,
): Promise<WriterBenchResult> {
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-bench-'));
  try {
    return await benchWriter({ ...input, directory });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Splits the writer's time into look-up and insert. */
class Stopwatch implements WarehouseAdmin {
  lookUpMs = 0;
  insertMs = 0;
  constructor(private readonly warehouse: WarehouseAdmin) {}
  async rows<T>(query: Parameters<WarehouseAdmin['rows']>[0]): Promise<T[]> {
    const start = performance.now();
    const rows = await this.warehouse.rows<T>(query);
    this.lookUpMs += performance.now() - start;
    return rows;
  }
  stream<T>(query: Parameters<WarehouseAdmin['stream']>[0]): AsyncIterable<readonly T[]> {
    return this.warehouse.stream<T>(query);
  }
  execute(query: Parameters<WarehouseAdmin['execute']>[0]): Promise<void> {
    return this.warehouse.execute(query);
  }
  async insertLines(table: string, lines: readonly string[], token: string): Promise<void> {
    const start = performance.now();
    await this.warehouse.insertLines(table, lines, token);
    this.insertMs += performance.now() - start;
  }
}

/** The same rows into the same tables, nothing looked up; resolves with the milliseconds that it took. */
export async function insertOnly(
  warehouse: WarehouseAdmin,
  messages: readonly WriterMessage[],
  firstOffset: number,
): Promise<number> {
  const start = performance.now();
  const name = `bench.limit/0/${firstOffset}-${firstOffset + messages.length - 1}`;
  const lines = messages.map(
    (message) => `{"batch":"${name}","streamOffset":${message.offset},"deleted":0,${message.value.slice(1)}`,
  );
  await warehouse.insertLines(logTable(contract.type), lines, name);
  return performance.now() - start;
}

export async function prefill(warehouse: WarehouseAdmin, rows: number): Promise<void> {
  for (let first = 0; first < rows; first += PREFILL_PIECE_ROWS)
    await warehouse.execute({
      sql: `INSERT INTO ${logTable(contract.type)} (id, source, version, op, atMs, receivedAtMs, hash, batch, streamOffset, orderId, unitId, action, note, raw)
        SELECT concat('HL', leftPad(toString(intDiv(number, ${EVENTS_PER_ORDER})), 10, '0'), '-', toString(number % ${EVENTS_PER_ORDER})) AS id,
          'bench', 1, 'upsert', ${FIRST_AT_MS} + number * 20000, ${FIRST_AT_MS} + number * 20000, lower(hex(MD5(id))),
          concat('bench.fill/0/', toString(intDiv(number, 5000))), number, substring(id, 1, 12), concat('u', toString(cityHash64(number) % 60)),
          ['dispatched', 'signed', 'contacted', 'completion-applied', 'completed'][1 + number % 5], '已联系群众并现场核查', repeat('原', 100)
        FROM numbers({first:UInt64}, {count:UInt64})`,
      params: { first, count: Math.min(PREFILL_PIECE_ROWS, rows - first) },
    });
}

function messageOf(
  rng: Rng,
  input: { kind: string; offset: number; existingRows: number; correctedShare: number },
): WriterMessage {
  const orders = Math.max(1, Math.floor(input.existingRows / EVENTS_PER_ORDER));
  const order = `HL${String(integerBetween(rng, Math.max(0, orders - OPEN_ORDERS), orders - 1)).padStart(10, '0')}`;
  const corrects = rng.next() < input.correctedShare;
  const id = corrects ? `${order}-${integerBetween(rng, 0, EVENTS_PER_ORDER - 1)}` : `${order}-${input.kind}${input.offset}`;
  const atMs = FIRST_AT_MS + input.offset * 20_000;
  const actions = Object.keys(ORDER_ACTIONS);
  const fields = {
    orderId: order,
    unitId: `u${integerBetween(rng, 0, 59)}`,
    action: actions[integerBetween(rng, 0, actions.length - 1)] ?? 'signed',
    role: 'lead',
    operator: null,
    note: '已联系群众并现场核查，情况属实',
    claimsContact: null,
    claimsVisit: null,
    claimsSolved: null,
    solved: null,
    contactConfirmed: null,
    satisfaction: null,
    extendedToMs: null,
  };
  const raw = JSON.stringify({ no: input.offset, order, text: fields.note, action: fields.action });
  const record: AnyRecord = {
    id,
    source: 'bench',
    version: 2,
    op: 'upsert',
    atMs,
    receivedAtMs: atMs,
    hash: hashOf(raw),
    raw,
    fields,
  };
  return { key: id, value: toWire(record), headers: wireHeaders(record), offset: input.offset };
}
