import { builtInHolidays, CALENDAR_TABLE, CALENDAR_TABLE_PARTS, calendarLines, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { compileRules, loadPack, type RuleDefinition, type RuleGroup } from '@tianyan/rules';
import {
  ensureReferenceTable,
  ensureTables,
  logTable,
  openEmbeddedWarehouse,
  type OpenWarehouse,
  type WarehouseAdmin,
} from '@tianyan/warehouse';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prefill } from './writer.js';

/** What the shipped rules over one order cost, together and each alone, for so many touched orders and for everything. */
export interface RulesBenchResult {
  events: number;
  rows: readonly { rules: string; scopes: number | 'all'; ms: number }[];
}

const FIRST_AT_MS = Date.UTC(2025, 6, 1);
const NOW_MS = Date.UTC(2026, 6, 1);
const EVENTS_PER_ORDER = 8;
/** The least of several runs: others on the machine only add. */
const RUNS = 3;
const TOUCHED = [1, 100, 1_000] as const;

export async function benchRules(input: {
  events: number;
  /** Without each rule alone. */
  onlyFused?: boolean;
  /** The embedded engine without it. */
  open?: (directory: string) => Promise<OpenWarehouse>;
}): Promise<RulesBenchResult> {
  const { open = (directory) => openEmbeddedWarehouse({ directory }) } = input;
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-bench-'));
  const warehouse = await open(directory);
  try {
    await ensureTables(warehouse, builtInCatalogue);
    await ensureReferenceTable(warehouse, CALENDAR_TABLE_PARTS);
    await warehouse.insertLines(CALENDAR_TABLE, calendarLines(new WorkingCalendar(builtInHolidays()), 1), 'calendar');
    await prefill(warehouse, input.events);
    await prefillOrders(warehouse, Math.floor(input.events / EVENTS_PER_ORDER));
    const rules = loadPack().filter((rule) => rule.scope.join() === 'orderId');
    const rows: RulesBenchResult['rows'][number][] = [];
    const each = input.onlyFused ? [] : rules.map((rule) => [rule]);
    for (const members of [rules, ...each]) {
      const [group] = compileRules(members, builtInCatalogue);
      if (!group) throw new RangeError('no rules');
      for (const scopes of [...TOUCHED, 'all' as const])
        rows.push({ rules: nameOf(members), scopes, ms: await leastMs(warehouse, group, scopes, input.events) });
    }
    return { events: input.events, rows };
  } finally {
    await warehouse.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function nameOf(rules: readonly RuleDefinition[]): string {
  return rules.length > 1 ? `${rules.length} fused` : (rules[0]?.id ?? '');
}

async function leastMs(warehouse: WarehouseAdmin, group: RuleGroup, scopes: number | 'all', events: number): Promise<number> {
  const orders = Math.floor(events / EVENTS_PER_ORDER);
  const keys = scopes === 'all' ? scopes : newest(orders, scopes);
  let least = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    for (const query of group.evaluate({ nowMs: NOW_MS, scopes: keys }))
      for await (const rows of warehouse.stream(query)) for (const row of rows) group.parseRow(row);
    least = Math.min(least, performance.now() - start);
  }
  return Math.round(least);
}

function newest(orders: number, count: number): string[] {
  return Array.from({ length: Math.min(count, orders) }, (_, i) => orderId(orders - 1 - i));
}

function orderId(number: number): string {
  return `HL${String(number).padStart(10, '0')}`;
}

async function prefillOrders(warehouse: WarehouseAdmin, orders: number): Promise<void> {
  await warehouse.execute({
    sql: `INSERT INTO ${logTable('hotline.order')} (id, source, version, op, atMs, receivedAtMs, hash, batch, streamOffset, orderId, title, content, channel, category, matter, confidential, urgency, status, townshipCode, raw)
      SELECT concat('HL', leftPad(toString(number), 10, '0')) AS id, 'bench', 1, 'upsert', ${FIRST_AT_MS} + number * 160000 AS at, at, lower(hex(MD5(id))),
        concat('bench.orders/0/', toString(intDiv(number, 5000))), number, id, '路灯不亮', repeat('原', 100), '电话',
        ['consult', 'help', 'complaint'][1 + number % 3], 'lighting', false, 'normal', '办理中', '320921101000', '{}'
      FROM numbers({orders:UInt64})`,
    params: { orders },
  });
}
