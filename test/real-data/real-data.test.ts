import { describe, expect, test } from '@jest/globals';
import type { AnyRecord } from '@tianyan/contracts';
import exceljs from 'exceljs';
import { exampleFile, mapFile, realFile } from './real-file.js';

/** When the open requests of the file were judged, in Boston. */
const BOSTON_NOW_MS = Date.UTC(2016, 0, 13, 5);

function onFile(name: string, title: string, body: (path: string) => Promise<void>): void {
  const path = realFile(name);
  if (path === null) test.skip(`${title} (${name} is absent)`, () => undefined);
  else test(title, () => body(path), 300_000);
}

function fieldsOf(record: AnyRecord): Readonly<Record<string, unknown>> {
  if (record.fields === null) throw new TypeError('a file of upserts');
  return record.fields;
}

/** Event time by order of the events with this action. */
function timesOf(events: readonly AnyRecord[], action: string): Map<unknown, number> {
  return new Map(
    events.filter((event) => fieldsOf(event)['action'] === action).map((event) => [fieldsOf(event)['orderId'], event.atMs]),
  );
}

/** Promise, completion and state of each order at `nowMs`, as the rule on promised deadlines sees them. */
function overdue(
  orders: readonly AnyRecord[],
  events: readonly AnyRecord[],
  nowMs: number,
): { closed: Set<unknown>; open: Set<unknown> } {
  const completedAtMs = timesOf(events, 'completed');
  const late = { closed: new Set<unknown>(), open: new Set<unknown>() };
  for (const order of orders) {
    const { orderId, promisedAtMs } = fieldsOf(order);
    if (typeof promisedAtMs !== 'number') continue;
    const doneAtMs = completedAtMs.get(orderId);
    if (doneAtMs === undefined && nowMs > promisedAtMs) late.open.add(orderId);
    if (doneAtMs !== undefined && doneAtMs > promisedAtMs) late.closed.add(orderId);
  }
  return late;
}

describe('real files, mapped without code', () => {
  onFile('boston-311-2015h1.csv.gz', "Boston's requests are overdue exactly as OnTime_Status has it", async (path) => {
    const { rows, refusals, orders, events } = await mapFile('boston-311.yaml', path);
    expect({ rows, refusals: refusals.length, orders: orders.length }).toEqual({ rows: 58_119, refusals: 0, orders: 58_119 });
    const late = overdue(orders, events, BOSTON_NOW_MS);
    expect({ closed: late.closed.size, open: late.open.size }).toEqual({ closed: 10_025, open: 5_701 });
    let blank = 0;
    for (const order of orders) {
      const status = (JSON.parse(order.raw) as Record<string, string>)['OnTime_Status']; // the row as read
      if (status === '') blank++;
      else expect([order.id, late.closed.has(order.id) || late.open.has(order.id)]).toEqual([order.id, status === 'OVERDUE']);
    }
    expect(blank).toBe(102);
  });

  onFile('municipal-permits.csv.gz', '377 permits past their deadline, 105 without an end', async (path) => {
    const { rows, refusals, orders, events } = await mapFile('municipal-permits.yaml', path);
    expect({ rows, refusals: refusals.length, orders: orders.length }).toEqual({ rows: 8_577, refusals: 0, orders: 1_434 });
    const ended = timesOf(events, 'completed');
    expect(orders.filter((order) => !ended.has(order.id))).toHaveLength(105);
    expect(overdue(orders, events, Number.MIN_SAFE_INTEGER).closed.size).toBe(377);
  });

  onFile('travel-declarations.csv.gz', '1,278 declarations rejected by an approver, 156 twice or more', async (path) => {
    const { rows, refusals, orders, events } = await mapFile('travel-declarations.yaml', path);
    expect({ rows, refusals: refusals.length, orders: orders.length }).toEqual({ rows: 55_628, refusals: 0, orders: 10_357 });
    const rejections = new Map<unknown, number>();
    for (const event of events) {
      const { orderId, action } = fieldsOf(event);
      if (action === 'completion-rejected') rejections.set(orderId, (rejections.get(orderId) ?? 0) + 1);
    }
    expect(rejections.size).toBe(1_278);
    expect([...rejections.values()].filter((count) => count >= 2)).toHaveLength(156);
  });

  onFile('citizen-messages.xlsx', 'the same message has the same matter key, whatever its blanks and dates', async (path) => {
    const { rows, refusals, orders } = await mapFile('citizen-messages.yaml', path);
    expect({ rows, refusals: refusals.length, orders: orders.length }).toEqual({ rows: 4_227, refusals: 0, orders: 4_227 });
    expect(groupSizes(orders.map((order) => fieldsOf(order)['matterKey']))).toEqual(groupSizes(await messageTexts(path)));
    expect(
      new Set(orders.map((order) => /-/.test(String((JSON.parse(order.raw) as Record<string, string>)['留言时间'])))).size,
    ).toBe(2);
  });
});

test("the product's own sample file is accepted as a whole", async () => {
  const { rows, refusals, orders, events } = await mapFile('sample-orders.yaml', exampleFile('sample-orders.csv'));
  expect(refusals).toEqual([]);
  expect({ rows, orders: orders.length }).toEqual({ rows: 40, orders: 40 });
  expect(events.length).toBeGreaterThan(40);
});

/** How many keys occur once, twice, …: equal exactly if the keys part the messages in the same groups. */
function groupSizes(keys: readonly unknown[]): Record<number, number> {
  const counts = new Map<unknown, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const sizes: Record<number, number> = {};
  for (const size of counts.values()) sizes[size] = (sizes[size] ?? 0) + 1;
  return sizes;
}

/** The texts of the messages without any blank, read by another way than the product's. */
async function messageTexts(path: string): Promise<string[]> {
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.readFile(path);
  const texts: string[] = [];
  workbook.worksheets[0]?.eachRow((row, number) => {
    if (number > 1) texts.push(row.getCell(5).text.replaceAll(/\s/g, ''));
  });
  return texts;
}
