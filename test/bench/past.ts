import {
  builtInCatalogue,
  ENVELOPE_FIELDS,
  type Contract,
  type FieldMeta,
  type KeyKind,
  type SourceSystem,
} from '@tianyan/contracts';
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

/** Of the rows of a log: those that are no copies. */
export const OWN_YEAR = "NOT startsWith(batch, 'past/')";

/** Whether a value of the field is renamed with its record. */
export function isRenamed(name: string, { key }: Pick<FieldMeta, 'key'>): boolean {
  return key === undefined ? ONCE_BY_NAME.has(name) : ONCE.has(key);
}

export function hasPast({ system }: Pick<Contract, 'system'>): boolean {
  return SYSTEMS_WITH_A_PAST.has(system);
}

/**
 * How often the county's own year has to be added to what is there: so many times whole, and once a part of it.
 * @param input.perYear rows that one more year has
 */
export function yearsFor(input: { rows: number; perYear: number; wanted: number }): { whole: number; part: number } {
  if (input.perYear <= 0) throw new RangeError('there is nothing to copy');
  const years = Math.max(0, input.wanted - input.rows) / input.perYear;
  return { whole: Math.floor(years), part: years - Math.floor(years) };
}

/**
 * Adds years before all that is there until there are so many rows; of one of them the latest part alone.
 * @param input.after how many copies there are: those that are added are others
 */
export async function addPast(
  warehouse: WarehouseAdmin,
  input: { wanted: number; after: number; say: (text: string) => void; catalogue?: readonly Contract[] },
): Promise<{ years: number; copies: number }> {
  const { catalogue = builtInCatalogue.all(), say } = input;
  const contracts = catalogue.filter(hasPast);
  const rows = await rowsOf(warehouse, catalogue);
  const perYear = await rowsOf(warehouse, contracts, OWN_YEAR);
  const { whole, part } = yearsFor({ rows, perYear, wanted: input.wanted });
  const sinceMs = await sinceMsOf(warehouse, contracts, part);
  const last = input.after + whole + (part > 0 ? 1 : 0);
  for (let copy = input.after + 1; copy <= last; copy++) {
    const isPart = part > 0 && copy === last;
    for (const contract of contracts) await addYear(warehouse, contract, copy, isPart ? { sinceMs } : {});
    say(`copy ${copy} of ${last}`);
  }
  return { years: whole + part, copies: last };
}

/** From when on the own year has that share of its rows, of all types together: what belongs together stays so. */
async function sinceMsOf(warehouse: WarehouseReader, contracts: readonly Contract[], share: number): Promise<number> {
  const all = contracts.map(({ type }) => `SELECT atMs FROM ${logTable(type)} WHERE ${OWN_YEAR}`).join(' UNION ALL ');
  const sql = `SELECT toFloat64(quantileExact({level:Float64})(atMs)) AS since FROM (${all})`;
  const [found] = await readRows(warehouse, z.object({ since: z.number() }), { sql, params: { level: 1 - share } });
  return found?.since ?? 0;
}

/**
 * Rows in the logs of these types: accepted versions and tombstones, each of which stands in several copies besides.
 * @param which a condition on them
 */
export async function rowsOf(warehouse: WarehouseReader, contracts: readonly Contract[], which = 'true'): Promise<number> {
  let rows = 0;
  for (const { type } of contracts) {
    const sql = `SELECT count() AS n FROM ${logTable(type)} WHERE ${which}`;
    const [counted] = await readRows(warehouse, z.object({ n: z.number() }), { sql, params: {} });
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
 *
 * @param part.sinceMs what happened before is left out; missing: nothing is
 */
export async function addYear(
  warehouse: WarehouseAdmin,
  contract: Contract,
  copy: number,
  part: { sinceMs?: number } = {},
): Promise<void> {
  await warehouse.execute(yearSql(contract, copy, part.sinceMs ?? 0));
}

function yearSql(contract: Contract, copy: number, sinceMs: number): { sql: string; params: Record<string, unknown> } {
  const days = (1 + ((copy - 1) % YEARS)) * YEAR_DAYS;
  const names = [...ENVELOPE_FIELDS, ...Object.keys(contract.fields)];
  const log = logTable(contract.type);
  return {
    sql: `INSERT INTO ${log} (${names.join(', ')})
      SETTINGS max_insert_block_size = ${INSERT_ROWS}, min_insert_block_size_rows = ${INSERT_ROWS}, min_insert_block_size_bytes = 0,
        max_threads = 1, max_insert_threads = 1
      SELECT ${names.map((name) => shifted(name, contract.fields[name])).join(', ')}
      FROM (SELECT * FROM ${log} WHERE ${OWN_YEAR} AND atMs >= {since:Int64})`,
    params: { since: sinceMs, mark: `P${String(copy).padStart(4, '0')}-`, batch: `past/${copy}/`, days, ms: days * DAY_MS },
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
