import { ENVELOPE_FIELDS, type Contract, type FieldMeta, type KeyKind, type SourceSystem } from '@tianyan/contracts';
import { DAY_MS } from '@tianyan/kernel';
import { logTable, type WarehouseAdmin, type WarehouseReader, readRows } from '@tianyan/warehouse';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/** What grows year by year. Units and places stay as they are; findings are the platform's own, and say what is so today. */
const SYSTEMS_WITH_A_PAST: ReadonlySet<SourceSystem> = new Set(['hotline', 'assets', 'trading']);

/** What names one thing that happened once. Units, places, agents, people and firms are the same in every year. */
const ONCE: ReadonlySet<KeyKind> = new Set([
  'order',
  'matter',
  'contract',
  'receivable',
  'project',
  'asset',
  'payment',
  'listing',
  'deal',
]);
/** The same, without a kind of key. */
const ONCE_BY_NAME: ReadonlySet<string> = new Set(['callId', 'voteId', 'noticeId', 'invoiceNo', 'bidId']);

/** Whole weeks, so that a working week stays one. */
const YEAR_DAYS = 364;
/** Copies beyond stand in the same years again: the calendar and the dates of contracts end somewhere. */
const YEARS = 20;

/**
 * Rows of one insert into a table. It keeps some hundred MB of a wide table in hand, with all its copies, and leaves parts that are
 * merged a few times and not a hundred.
 */
const INSERT_ROWS = 262_144;

const QUIET_LOOKS = 5;
const LOOK_EVERY_MS = 1_000;

/** Whether a value of the field is renamed with its record. */
export function isRenamed(name: string, { key }: Pick<FieldMeta, 'key'>): boolean {
  return key === undefined ? ONCE_BY_NAME.has(name) : ONCE.has(key);
}

export function hasPast({ system }: Pick<Contract, 'system'>): boolean {
  return SYSTEMS_WITH_A_PAST.has(system);
}

/** How many copies of `perCopy` rows make `rows` of them that are there into at least as many as are wanted. */
export function copiesFor(input: { rows: number; perCopy: number; wanted: number }): number {
  if (input.perCopy <= 0) throw new RangeError('there is nothing to copy');
  return Math.max(0, Math.ceil((input.wanted - input.rows) / input.perCopy));
}

/** Rows in the logs of these types: accepted versions and tombstones, each of which stands in several copies besides. */
export async function rowsOf(warehouse: WarehouseReader, contracts: readonly Contract[]): Promise<number> {
  let rows = 0;
  for (const { type } of contracts) {
    const [counted] = await readRows(warehouse, z.object({ n: z.number() }), {
      sql: `SELECT count() AS n FROM ${logTable(type)}`,
      params: {},
    });
    rows += counted?.n ?? 0;
  }
  return rows;
}

/**
 * One more year before all that is there: every record of the county's own year again, some years earlier, under numbers of its own.
 * What belongs together is renamed alike, so that an order of the copy has its steps, its call and its corrections. Goes through the
 * log, and so through the views into all copies, as the writer's inserts do.
 *
 * A commission's data grow by years: the county stays of its size, and a unit's week has as many orders as before.
 */
export async function addYear(warehouse: WarehouseAdmin, contract: Contract, copy: number): Promise<void> {
  await warehouse.execute(yearSql(contract, copy));
}

function yearSql(contract: Contract, copy: number): { sql: string; params: Record<string, unknown> } {
  const days = (1 + ((copy - 1) % YEARS)) * YEAR_DAYS;
  const names = [...ENVELOPE_FIELDS, ...Object.keys(contract.fields)];
  const log = logTable(contract.type);
  return {
    sql: `INSERT INTO ${log} (${names.join(', ')})
      SETTINGS max_insert_block_size = ${INSERT_ROWS}, min_insert_block_size_rows = ${INSERT_ROWS}, min_insert_block_size_bytes = 0,
        max_threads = 1, max_insert_threads = 1
      SELECT ${names.map((name) => shifted(name, contract.fields[name])).join(', ')}
      FROM (SELECT * FROM ${log} WHERE NOT startsWith(batch, 'past/'))`,
    params: { mark: `P${String(copy).padStart(4, '0')}-`, batch: `past/${copy}/`, days, ms: days * DAY_MS },
  };
}

/** One column of the copy. */
function shifted(name: string, field: FieldMeta | undefined): string {
  if (name === 'id') return 'concat({mark:String}, id)';
  if (name === 'batch') return 'concat({batch:String}, batch)';
  if (name === 'atMs' || name === 'receivedAtMs' || field?.kind === 'instant') return `${name} - {ms:Int64}`;
  if (field?.kind === 'day') return `${name} - {days:Int32}`;
  return field && isRenamed(name, field) ? `concat({mark:String}, ${name})` : name;
}

/** Until nothing has been merged for some seconds: what a start finds is then the same every time. */
export async function settled(warehouse: WarehouseReader): Promise<void> {
  let quiet = 0;
  while (quiet < QUIET_LOOKS) {
    const [merges] = await readRows(warehouse, z.object({ n: z.number() }), {
      sql: 'SELECT count() AS n FROM system.merges',
      params: {},
    });
    quiet = (merges?.n ?? 0) === 0 ? quiet + 1 : 0;
    await pause(LOOK_EVERY_MS);
  }
}
