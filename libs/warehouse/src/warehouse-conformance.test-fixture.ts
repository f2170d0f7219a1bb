import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type AnyRecord,
  builtInCatalogue,
  type Contract,
  hashOf,
  hotlineOrderEvent,
  toWire,
  wireHeaders,
} from '@tianyan/contracts';
import { chinaDayOf, errorKind } from '@tianyan/kernel';
import { z } from 'zod';
import {
  clickHouseErrorName,
  ensureTables,
  findDoubleLiveRows,
  latestKnownAt,
  type OpenWarehouse,
  repairDoubleLiveRows,
  TombstoneWriter,
  type WriterMessage,
} from './index.js';
import { readRows } from './rows.js';

const contract = hotlineOrderEvent as unknown as Contract; // a contract of its own shape; only the common part is used
const AT_MS = 1_750_000_000_000;

function eventOf(id: string, version: number, orderId: string): AnyRecord {
  const raw = JSON.stringify({ id, version, orderId });
  const fields = { orderId, unitId: 'u1', action: 'signed' };
  return { id, source: 's', version, op: 'upsert', atMs: AT_MS, receivedAtMs: AT_MS + version, hash: hashOf(raw), raw, fields };
}

function messageOf(record: AnyRecord, offset: number): WriterMessage {
  return { key: record.id, value: toWire(record), headers: wireHeaders(record), offset };
}

/** A warehouse that was opened for the suite. */
export interface WarehouseFixture {
  warehouse: OpenWarehouse;
  /** A folder that the process of the engine can write to. */
  directory: string;
  close(): Promise<void>;
}

/** What every adapter must do, wherever ClickHouse runs. */
export function warehouseConformance(technology: string, open: () => Promise<WarehouseFixture>): void {
  describe(`warehouse ${technology}`, () => {
    let fixture: WarehouseFixture;
    let warehouse: OpenWarehouse;
    let poisoned: { offset: number; reason: string }[];
    let writer: TombstoneWriter;

    beforeAll(async () => {
      fixture = await open();
      warehouse = fixture.warehouse;
      await ensureTables(warehouse, builtInCatalogue);
    });
    afterAll(() => fixture.close());
    beforeEach(() => {
      poisoned = [];
      writer = new TombstoneWriter(warehouse, async (message, reason) => void poisoned.push({ offset: message.offset, reason }));
    });
    afterEach(async () => {
      for (const table of [
        'log_hotline_order_event',
        'cur_hotline_order_event',
        'cur_hotline_order_event_by_unitId_action',
        'cur_hotline_order_event_by_id',
      ])
        await warehouse.execute({ sql: `TRUNCATE TABLE ${table}`, params: {} });
    });

    async function write(topic: string, ...messages: [WriterMessage, ...WriterMessage[]]) {
      return await writer.write({ topic, partition: 0, messages, assertOwned: async () => {} }, contract);
    }

    describe('TombstoneWriter', () => {
      test('a correction that moves a record leaves one live row, and its batch names the old place and the new one', async () => {
        await write('a', messageOf(eventOf('e1', 1, 'o1'), 7));
        const written = await write('a', messageOf(eventOf('e1', 2, 'o2'), 8));
        const atDay = chinaDayOf(AT_MS);
        const keys = ['o2', 'o1'].map((orderId) => ({ atDay, orderId, action: 'signed', unitId: 'u1' }));
        const parts = [{ batch: 'a/0/8-8', load: null, records: 1, keys }];
        expect(written).toEqual({ batch: 'a/0/8-8', records: 1, tombstones: 1, poisoned: 0, parts });
        const live = [{ orderId: 'o2', ver: String((2n << 64n) + 16n) }];
        for (const table of ['cur_hotline_order_event', 'cur_hotline_order_event_by_unitId_action'])
          expect(await warehouse.rows({ sql: `SELECT orderId, toString(ver) AS ver FROM ${table} FINAL`, params: {} })).toEqual(
            live,
          );
        const sql =
          "SELECT orderId, deleted, tombstone, raw != '' AS raw FROM log_hotline_order_event WHERE batch = {b:String} ORDER BY orderId";
        expect(await warehouse.rows({ sql, params: { b: written.batch } })).toEqual([
          { orderId: 'o1', deleted: 1, tombstone: 1, raw: 0 },
          { orderId: 'o2', deleted: 0, tombstone: 0, raw: 1 },
        ]);
      });

      test('the n-th version brings one tombstone, not n − 1', async () => {
        for (let version = 1; version <= 5; version++)
          expect((await write('b', messageOf(eventOf('e1', version, `o${version}`), version))).tombstones).toBe(
            version === 1 ? 0 : 1,
          );
      });

      test('bad messages go one by one, with their reasons; the others are stored', async () => {
        const good = eventOf('good', 1, 'o1');
        const bend = (offset: number, change: Record<string, unknown>): WriterMessage => {
          const message = messageOf(eventOf(`bad${offset}`, 1, 'o1'), offset);
          return { ...message, value: JSON.stringify({ ...(JSON.parse(message.value) as object), ...change }) };
        };
        const written = await write(
          'c',
          messageOf(good, 1),
          bend(2, { satisfaction: 'five' }),
          bend(3, { surprise: 1 }),
          { ...messageOf(eventOf('bad4', 1, 'o1'), 4), value: '{"id":"bad4"' },
          { ...messageOf(eventOf('bad5', 1, 'o1'), 5), key: 'other' },
          bend(6, { note: '\ud800' }),
          { ...messageOf(eventOf('plain', 1, 'o1'), 7), headers: {} },
        );
        expect(written).toMatchObject({ records: 2, poisoned: 5 });
        expect(poisoned.toSorted((a, b) => a.offset - b.offset)).toEqual([
          { offset: 2, reason: expect.stringContaining('满意度') },
          { offset: 3, reason: expect.stringContaining('surprise') },
          { offset: 4, reason: expect.stringContaining('JSON') },
          { offset: 5, reason: expect.stringContaining('消息键') },
          { offset: 6, reason: expect.stringContaining('说明') },
        ]);
        expect(await warehouse.rows({ sql: 'SELECT id FROM cur_hotline_order_event FINAL ORDER BY id', params: {} })).toEqual([
          { id: 'good' },
          { id: 'plain' },
        ]);
      });

      test('two live rows of one id are found and repaired by a batch of their own', async () => {
        const line = (record: AnyRecord, offset: number) =>
          `{"batch":"past","streamOffset":${offset},"deleted":0,${toWire(record).slice(1)}`;
        await warehouse.insertLines(
          'log_hotline_order_event',
          [line(eventOf('e1', 1, 'o1'), 1), line(eventOf('e1', 2, 'o2'), 2)],
          'past',
        );
        const double = await findDoubleLiveRows(warehouse, contract);
        expect(double).toEqual(['e1']);
        expect(await repairDoubleLiveRows(warehouse, contract, double, 'n1')).toEqual({
          batch: 'repair/hotline.order-event/n1',
          tombstones: 1,
        });
        expect(await findDoubleLiveRows(warehouse, contract)).toEqual([]);
        expect(await warehouse.rows({ sql: 'SELECT orderId FROM cur_hotline_order_event FINAL', params: {} })).toEqual([
          { orderId: 'o2' },
        ]);
      });
    });

    describe('the record log', () => {
      test('says what was known at a time', async () => {
        await write('d', messageOf(eventOf('e1', 1, 'o1'), 1), messageOf(eventOf('e2', 1, 'o1'), 2));
        await write('d', messageOf(eventOf('e1', 3, 'o3'), 3));
        await write('d', messageOf(eventOf('e1', 2, 'o2'), 4));
        const known = await readRows(
          warehouse,
          z.object({ id: z.string(), orderId: z.string() }),
          latestKnownAt(contract, AT_MS + 2),
        );
        expect(known.map((row) => [row.id, row.orderId]).toSorted(([a = ''], [b = '']) => a.localeCompare(b))).toEqual([
          ['e1', 'o2'],
          ['e2', 'o1'],
        ]);
      });
    });

    describe('what reads', () => {
      test.each([
        "INSERT INTO log_hotline_order_event (id) VALUES ('x')",
        'WITH 1 AS x INSERT INTO log_hotline_order_event (id) SELECT x',
        "WITH 1 AS x INSERT INTO FUNCTION file('stolen', 'CSV', 'a Int8') SELECT x",
        "SELECT 1 INTO OUTFILE 'stolen'",
        'TRUNCATE TABLE log_hotline_order_event',
        'SELECT 1; TRUNCATE TABLE log_hotline_order_event',
        'SELECT 1 AS "\'" ; TRUNCATE TABLE log_hotline_order_event -- \'',
        'SELECT 1) ; TRUNCATE TABLE log_hotline_order_event; SELECT (2',
        "SELECT 1 # '\n; TRUNCATE TABLE log_hotline_order_event -- '",
        "SELECT $$'$$; TRUNCATE TABLE log_hotline_order_event -- '",
        'SYSTEM STOP MERGES log_hotline_order_event',
        'KILL QUERY WHERE 1',
        'SET readonly = 0',
        'SELECT 1 SETTINGS readonly = 0',
      ])('writes nothing: %s', async (sql) => {
        await write('d', messageOf(eventOf('e1', 1, 'o1'), 1));
        const read = async () => {
          for await (const rows of warehouse.stream({ sql, params: {} })) expect(rows).toEqual([]);
        };
        await expect(warehouse.rows({ sql, params: {} })).rejects.toThrow(/not one query that reads|readonly/i);
        await expect(read()).rejects.toThrow(/not one query that reads|readonly/i);
        expect(await warehouse.rows({ sql: 'SELECT count() AS n FROM log_hotline_order_event', params: {} })).toEqual([{ n: 1 }]);
      });

      test('is read-only for the database, too', async () => {
        const sql = "SELECT toString(getSetting('readonly')) AS readonly";
        expect(await warehouse.rows({ sql, params: {} })).toEqual([{ readonly: '2' }]);
      });

      test('may hold any text', async () => {
        const sql = "SELECT 'a; INSERT INTO b' AS text, {t:String} AS t -- ; into";
        expect(await warehouse.rows({ sql, params: { t: "; INSERT INTO '" } })).toEqual([
          { text: 'a; INSERT INTO b', t: "; INSERT INTO '" },
        ]);
      });

      test('brings limits of its own', async () => {
        const sql = 'SELECT number FROM numbers(10) SETTINGS max_result_rows = 5, max_threads = 1';
        const failure: unknown = await warehouse.rows({ sql, params: {} }).catch((error: unknown) => error);
        expect(clickHouseErrorName(failure)).toBe('TOO_MANY_ROWS_OR_BYTES');
      });
    });

    describe('queries', () => {
      const odd = ['', "o'b\\c", 'tab\t line\n', '\\N', '{a:String}', '中文 "引号"', '-- x', '/* y'];

      test('parameters arrive as they are, whatever is in them', async () => {
        for (const text of [...odd, 'x'.repeat(5_000), odd.join('|').repeat(100)])
          expect(await warehouse.rows({ sql: "SELECT {t:String} AS t, '{t:String}' AS untouched", params: { t: text } })).toEqual(
            [{ t: text, untouched: '{t:String}' }],
          );
      });

      test('ten thousand ids go into one look-up', async () => {
        const ids = Array.from({ length: 10_000 }, (_, index) => `${odd[index % odd.length]}-a-long-record-id-${index}`);
        const sql =
          'SELECT id FROM (SELECT arrayJoin({ids:Array(String)}) AS id) WHERE id IN (SELECT arrayJoin({ids:Array(String)}))';
        expect(await warehouse.rows({ sql, params: { ids } })).toEqual(ids.map((id) => ({ id })));
        const offsets = ids.map((_, index) => index);
        expect(
          await warehouse.rows({
            sql: 'SELECT sum(arrayJoin({o:Array(Int64)})) AS n, {none:Nullable(String)} AS none',
            params: { o: offsets, none: null },
          }),
        ).toEqual([{ n: 49_995_000, none: null }]);
      });

      test('a query does not wait for a slow one, parameters or not', async () => {
        const ended: string[] = [];
        const ask = (name: string, sql: string) => warehouse.rows({ sql, params: { name } }).then(() => void ended.push(name));
        await Promise.all([ask('slow', 'SELECT {name:String} AS name, sleep(2)'), ask('quick', 'SELECT {name:String} AS name')]);
        expect(ended).toEqual(['quick', 'slow']);
      });

      test('a long result comes in pieces, and others may ask meanwhile', async () => {
        let rows = 0;
        for await (const piece of warehouse.stream({
          sql: 'SELECT number AS n FROM numbers(200000)',
          params: {},
        })) {
          rows += piece.length;
          expect(await warehouse.rows({ sql: 'SELECT 1 AS n', params: {} })).toEqual([{ n: 1 }]);
          if (rows > 150_000) break;
        }
        expect(rows).toBeGreaterThan(150_000);
      });

      test('how many rows a query has read of tables is told once, after its last row; of one that fails nothing', async () => {
        const told: number[] = [];
        const read = async (sql: string, signal?: AbortSignal) => {
          const found: unknown[] = [];
          for await (const rows of warehouse.stream(
            { sql, params: { from: 3 } },
            signal,
            (rowsRead) => void told.push(rowsRead),
          )) {
            expect(told).toEqual([]);
            found.push(...rows);
          }
          return found;
        };
        // What stands in a row may be named like what stands beside rows.
        const sql = "SELECT number AS row, 'p' AS progress FROM numbers(200000) WHERE number % 100000 = {from:Int64}";
        const rows = [3, 100_003].map((row) => ({ row, progress: 'p' }));
        expect([await read(sql), told.splice(0)]).toEqual([rows, [200_000]]);
        expect([await read(sql, new AbortController().signal), told.splice(0)]).toEqual([rows, [200_000]]);
        expect([await read('SELECT count() AS n FROM numbers(1000)'), told.splice(0)]).toEqual([[{ n: 1000 }], [1000]]);
        const late = read('SELECT throwIf(number = 150000) AS n FROM numbers(200000) SETTINGS max_block_size = 1000');
        await expect(late).rejects.toThrow();
        await expect(read('SELECT nonsense')).rejects.toThrow();
        expect(told).toEqual([]);
      });

      test('a long query that nobody waits for any more is given up at once', async () => {
        const ended: string[] = [];
        const reason = new Error('about to stop');
        const giveUp = new AbortController();
        const read = async () => {
          for await (const _ of warehouse.stream({ sql: 'SELECT sleepEachRow(1) FROM numbers(3)', params: {} }, giveUp.signal));
        };
        const given = expect(read())
          .rejects.toBe(reason)
          .then(() => void ended.push('given up'));
        const slow = warehouse.rows({ sql: 'SELECT sleep(1)', params: {} }).then(() => void ended.push('a second'));
        // By the time this is answered, the long one is under way.
        await warehouse.rows({ sql: 'SELECT 1 AS n', params: {} });
        giveUp.abort(reason);
        await Promise.all([given, slow]);
        expect(ended).toEqual(['given up', 'a second']);
        await expect(read()).rejects.toBe(reason);
      });

      test('a mistake in a statement is unknown: it stops the caller', async () => {
        for (const sql of ['SELECT nonsense', 'SELECT * FROM no_such_table', 'SELEC'])
          expect(errorKind(await warehouse.rows({ sql, params: {} }).catch((error: unknown) => error))).toBe('unknown');
        const answer = await warehouse.execute({ sql: 'DROP TABLE no_such_table', params: {} }).catch((error: unknown) => error);
        expect(errorKind(answer)).toBe('unknown');
      });
    });

    describe('inserts', () => {
      const line = (batch: string, offset: number) =>
        `{"batch":"${batch}","streamOffset":${offset},"deleted":0,${toWire(eventOf(`e${offset}`, 1, 'o1')).slice(1)}`;
      const count = () => warehouse.rows({ sql: 'SELECT count() AS n FROM log_hotline_order_event', params: {} });

      test('a repeat under one token changes nothing, and the token concerns no later insert', async () => {
        for (let time = 0; time < 3; time++) await warehouse.insertLines('log_hotline_order_event', [line('t1', 1)], "t'1");
        expect(await count()).toEqual([{ n: 1 }]);
        await Promise.all(
          [2, 3, 4].map((offset) => warehouse.insertLines('log_hotline_order_event', [line('t', offset)], `t${offset}`)),
        );
        expect(await count()).toEqual([{ n: 4 }]);
      });

      test('a row that does not fit is poisoned, and nothing of its insert is stored', async () => {
        const bad = line('t', 1).replace('"deleted":0', '"deleted":"no"');
        const insert = warehouse.insertLines('log_hotline_order_event', [line('t', 2), bad], 'bad');
        expect(errorKind(await insert.catch((error: unknown) => error))).toBe('poisoned');
        expect(await count()).toEqual([{ n: 0 }]);
      });
    });
  });
}
