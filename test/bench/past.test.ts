import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue, hashOf, toWire, wireHeaders, type AnyRecord, type FieldValues } from '@tianyan/contracts';
import { DAY_MS } from '@tianyan/kernel';
import {
  byIdTable,
  currentTable,
  ensureTablesOf,
  openEmbeddedWarehouse,
  TombstoneWriter,
  type OpenWarehouse,
} from '@tianyan/warehouse';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addPast, addYear, hasPast, isRenamed, rowsOf, settled, yearsFor } from './past.js';

const AT_MS = Date.UTC(2026, 2, 2, 1);
const YEAR_MS = 364 * DAY_MS;
const order = builtInCatalogue.get('hotline.order');
const event = builtInCatalogue.get('hotline.order-event');
const deal = builtInCatalogue.get('trading.deal');

test('what names one thing of one year is renamed, and what stays from year to year is not', () => {
  const names = builtInCatalogue
    .all()
    .filter(hasPast)
    .flatMap(({ fields }) => Object.entries(fields))
    .filter(([name, { kind }]) => kind === 'code' && /(Id|No|Key|Code)$/.test(name));
  const renamed = names.filter(([name, field]) => isRenamed(name, field)).map(([name]) => name);
  const kept = names
    .filter(([name, field]) => !isRenamed(name, field))
    .map(([name]) => name.replace(/^.*CreditCode$/, 'creditCode'));
  expect([...new Set(kept)].sort()).toEqual([
    'agentId',
    'callerKey',
    'creditCode',
    'leadUnitId',
    'townshipCode',
    'unitId',
    'villageCode',
  ]);
  expect(renamed).toEqual(expect.arrayContaining(['orderId', 'matterKey', 'contractId', 'assetId', 'callId', 'invoiceNo']));
});

test('whole years and a part of one reach what is wanted', () => {
  expect(yearsFor({ rows: 1_100, perYear: 1_000, wanted: 10_100 })).toEqual({ whole: 9, part: 0 });
  expect(yearsFor({ rows: 1_500, perYear: 1_000, wanted: 2_000 })).toEqual({ whole: 0, part: 0.5 });
  expect(yearsFor({ rows: 5_000, perYear: 1_000, wanted: 2_000 })).toEqual({ whole: 0, part: 0 });
  expect(() => yearsFor({ rows: 0, perYear: 0, wanted: 1 })).toThrow(RangeError);
});

describe('years before those that are there', () => {
  let directory: string;
  let warehouse: OpenWarehouse;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'past-'));
    warehouse = await openEmbeddedWarehouse({ directory, readers: 1 });
    for (const contract of [order, event, deal]) await ensureTablesOf(warehouse, contract);
  });
  afterAll(async () => {
    await warehouse.close();
    await rm(directory, { recursive: true });
  });

  let offset = 0;
  async function write(
    contract: typeof order,
    record: { id: string; version: number; atMs?: number; fields: FieldValues },
  ): Promise<void> {
    const whole: AnyRecord = {
      source: 'bench',
      op: 'upsert',
      atMs: AT_MS,
      receivedAtMs: AT_MS + 1,
      hash: hashOf(JSON.stringify(record)),
      raw: '{}',
      ...record,
    };
    const message = { key: record.id, value: toWire(whole), headers: wireHeaders(whole), offset: offset++ };
    const writer = new TombstoneWriter(warehouse, (_message, reason) => Promise.reject(new Error(reason)));
    await writer.write({ topic: contract.type, partition: 0, messages: [message], assertOwned: async () => {} }, contract);
  }

  function rows(sql: string): Promise<unknown[]> {
    return warehouse.rows({ sql, params: {} });
  }

  test('hold every record once more, of another time, with what belonged to it', async () => {
    const text = {
      title: '路灯不亮',
      content: '路灯不亮',
      channel: '电话',
      category: 'help',
      matter: 'lighting',
      status: '办理中',
    };
    const fields = { ...text, orderId: 'A1', confidential: false, urgency: 'normal', leadUnitId: 'U1', promisedAtMs: AT_MS };
    await write(order, { id: 'A1', version: 1, fields: { ...fields, status: '待派' } });
    await write(order, { id: 'A1', version: 2, fields });
    await write(event, { id: 'A1-1', version: 1, fields: { orderId: 'A1', unitId: 'U1', action: 'signed', note: '已签收' } });
    const sums = { annualFen: 100, termMonths: 12 };
    const sold = { dealId: 'D1', listingId: 'L1', villageCode: 'V1', winner: '甲', dealtOn: '2026-03-02', ...sums };
    await write(deal, { id: 'D1', version: 1, fields: sold });
    const before = await rowsOf(warehouse, [order, event, deal]);
    for (const copy of [1, 2]) for (const contract of [order, event, deal]) await addYear(warehouse, contract, copy);
    await settled(warehouse);

    // No copy of a copy, and what was dead is dead.
    expect([before, await rowsOf(warehouse, [order, event, deal])]).toEqual([5, 15]);
    expect(
      await rows(
        `SELECT id, orderId, status, leadUnitId, matterKey, atMs, receivedAtMs - atMs AS later, promisedAtMs FROM ${currentTable(order.type)} FINAL ORDER BY id`,
      ),
    ).toEqual(
      ['A1', 'P0001-A1', 'P0002-A1'].map((id, year) => ({
        id,
        orderId: id,
        status: '办理中',
        leadUnitId: 'U1',
        matterKey: null,
        later: 1,
        atMs: AT_MS - year * YEAR_MS,
        promisedAtMs: AT_MS - year * YEAR_MS,
      })),
    );
    expect(
      await rows(
        `SELECT id, unitId FROM ${byIdTable(event.type)} FINAL WHERE orderId IN (SELECT orderId FROM ${currentTable(order.type)} FINAL) ORDER BY id`,
      ),
    ).toEqual(['A1-1', 'P0001-A1-1', 'P0002-A1-1'].map((id) => ({ id, unitId: 'U1' })));
    expect(
      await rows(
        `SELECT contractId, listingId, winner, toString(dealtOn) AS day FROM ${byIdTable(deal.type)} FINAL ORDER BY listingId`,
      ),
    ).toEqual(
      ['L1', 'P0001-L1', 'P0002-L1'].map((listingId, year) => ({
        contractId: null,
        listingId,
        winner: '甲',
        day: new Date(Date.UTC(2026, 2, 2) - year * YEAR_MS).toISOString().slice(0, 10),
      })),
    );
  });

  test('are added until there is what is wanted: of the last one only its latest part', async () => {
    const contracts = [order, event, deal];
    for (const day of [1, 2, 3, 4, 5]) {
      const fields = { orderId: `B${day}`, unitId: 'U1', action: 'signed' };
      await write(event, { id: `B${day}-1`, version: 1, atMs: AT_MS - day * DAY_MS, fields });
    }
    const rowsBefore = await rowsOf(warehouse, contracts);
    const said: string[] = [];
    const add = (more: number) =>
      addPast(warehouse, { wanted: rowsBefore + more, after: 2, say: (text) => said.push(text), catalogue: contracts });

    expect(await add(0)).toEqual({ years: 0, copies: 2 });
    expect(await add(5)).toEqual({ years: 0.5, copies: 3 });
    expect(said).toEqual(['copy 3 of 3']);
    expect(await rowsOf(warehouse, contracts)).toBe(rowsBefore + 5);
    expect(await rows(`SELECT id FROM ${byIdTable(event.type)} FINAL WHERE startsWith(id, 'P0003-')`)).toEqual([
      { id: 'P0003-A1-1' },
    ]);
  });
});
