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
  type OpenWarehouse,
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
  /** How long a batch takes in each step, in ms; with two in hand the steps of one overlap with those of the other. */
  perBatchMs: { lookUp: number; insert: number };
}

const FIRST_AT_MS = Date.UTC(2025, 6, 1);
/** Events of one order, as in the simulated county. */
const STEPS_OF_AN_ORDER = [
  'accepted',
  'dispatched',
  'signed',
  'contacted',
  'visited',
  'completion-applied',
  'completed',
  'called-back',
] satisfies (keyof typeof ORDER_ACTIONS)[];
const EVENTS_PER_ORDER = STEPS_OF_AN_ORDER.length;
/** Orders that are still being worked on: new events fall among them. */
const OPEN_ORDERS = 20_000;
/** Partitions in hand at once, as the writer of the product has them. */
const LANES = 2;
/** Batches that each of them works through before it is the other one's turn to be measured. */
const BATCHES_IN_A_ROW = 5;
const PREFILL_PIECE_ROWS = 100_000;
const contract = hotlineOrderEvent as unknown as Contract; // a contract of its own shape; only the common part is used

/** Measures with `records` new order events on top of `existingRows`; `directory` is a new folder for the database. */
export async function benchWriter(input: {
  directory: string;
  existingRows: number;
  records: number;
  batchRecords: number;
  correctedShare?: number;
  /** The embedded engine without it. */
  open?: (directory: string) => Promise<OpenWarehouse>;
}): Promise<WriterBenchResult> {
  const correctedShare = input.correctedShare ?? 0.05;
  const { directory, open = (directory) => openEmbeddedWarehouse({ directory }) } = input;
  const warehouse = await open(directory);
  try {
    await ensureTables(warehouse, new Catalogue([contract]));
    await prefill(warehouse, input.existingRows);
    const watch = new Stopwatch(warehouse);
    const writer = new TombstoneWriter(watch, (message, reason) => Promise.reject(new Error(`${reason}: ${message.value}`)));
    const rng = seededRng(1);
    let writerMs = 0;
    let limitMs = 0;
    const rounds = Math.ceil(input.records / (LANES * BATCHES_IN_A_ROW * input.batchRecords));
    let offset = input.existingRows;
    for (let round = 0; round < rounds; round++) {
      const messagesOf = (kind: string) =>
        Array.from({ length: LANES }, (_, lane) =>
          Array.from({ length: BATCHES_IN_A_ROW }, (_batch, batch) => {
            const first = offset + (lane * BATCHES_IN_A_ROW + batch) * input.batchRecords;
            return Array.from({ length: input.batchRecords }, (_message, index) =>
              messageOf(rng, { kind, lane, offset: first + index, existingRows: input.existingRows, correctedShare }),
            );
          }),
        );
      // In turn, so that both meet tables of the same size and the same merges in the background.
      limitMs += await timed(messagesOf('l'), async (messages) => void (await insertOnly(warehouse, messages)));
      writerMs += await timed(messagesOf('w'), async (messages, lane) => {
        const batch = { topic: 'bench.writer', partition: lane, messages, assertOwned: async () => {} };
        await writer.write(batch, contract);
      });
      offset += LANES * BATCHES_IN_A_ROW * input.batchRecords;
    }
    const batches = rounds * LANES * BATCHES_IN_A_ROW;
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
      },
    };
  } finally {
    await warehouse.close();
  }
}

type Messages = readonly [WriterMessage, ...WriterMessage[]];

/** Milliseconds until every lane has worked through its batches, all lanes at once. */
async function timed(
  lanes: readonly (readonly (readonly WriterMessage[])[])[],
  work: (messages: Messages, lane: number) => Promise<void>,
): Promise<number> {
  const start = performance.now();
  await Promise.all(
    lanes.map(async (batches, lane) => {
      for (const [first, ...rest] of batches) {
        if (!first) throw new RangeError('a batch needs records');
        await work([first, ...rest], lane);
      }
    }),
  );
  return performance.now() - start;
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
  async rows(query: Parameters<WarehouseAdmin['rows']>[0]): Promise<unknown[]> {
    const start = performance.now();
    const rows = await this.warehouse.rows(query);
    this.lookUpMs += performance.now() - start;
    return rows;
  }
  stream(query: Parameters<WarehouseAdmin['stream']>[0]): AsyncIterable<readonly unknown[]> {
    return this.warehouse.stream(query);
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
export async function insertOnly(warehouse: WarehouseAdmin, messages: readonly WriterMessage[]): Promise<number> {
  const start = performance.now();
  const firstOffset = messages[0]?.offset ?? 0;
  const name = `bench.limit/0/${firstOffset}-${firstOffset + messages.length - 1}`;
  const lines = messages.map(
    (message) => `{"batch":"${name}","streamOffset":${message.offset},"deleted":0,${message.value.slice(1)}`,
  );
  await warehouse.insertLines(logTable(contract.type), lines, name);
  return performance.now() - start;
}

/** Orders of which no rule has anything to say: one unit each, contacted in time, a reply of some length. */
export async function prefill(warehouse: WarehouseAdmin, rows: number): Promise<void> {
  for (let first = 0; first < rows; first += PREFILL_PIECE_ROWS)
    await warehouse.execute({
      sql: `INSERT INTO ${logTable(contract.type)} (id, source, version, op, atMs, receivedAtMs, hash, batch, streamOffset, orderId, unitId, action, note, raw)
        SELECT concat('HL', leftPad(toString(intDiv(number, ${EVENTS_PER_ORDER})), 10, '0'), '-', toString(number % ${EVENTS_PER_ORDER})) AS id,
          'bench', 1, 'upsert', ${FIRST_AT_MS} + number * 20000, ${FIRST_AT_MS} + number * 20000, lower(hex(MD5(id))),
          concat('bench.fill/0/', toString(intDiv(number, 5000))), number, substring(id, 1, 12), concat('u', toString(cityHash64(intDiv(number, ${EVENTS_PER_ORDER})) % 60)),
          [${STEPS_OF_AN_ORDER.map((action) => `'${action}'`).join(', ')}][1 + number % ${EVENTS_PER_ORDER}], '已联系群众并现场核查，情况属实，已安排人员处理完毕', repeat('原', 100)
        FROM numbers({first:UInt64}, {count:UInt64})`,
      params: { first, count: Math.min(PREFILL_PIECE_ROWS, rows - first) },
    });
}

function messageOf(
  rng: Rng,
  input: { kind: string; lane: number; offset: number; existingRows: number; correctedShare: number },
): WriterMessage {
  const orders = Math.max(1, Math.floor(input.existingRows / EVENTS_PER_ORDER));
  const open = integerBetween(rng, Math.max(0, orders - OPEN_ORDERS), orders - 1);
  // The versions of one record are all in one partition.
  const order = `HL${String(open - (open % LANES) + input.lane).padStart(10, '0')}`;
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
