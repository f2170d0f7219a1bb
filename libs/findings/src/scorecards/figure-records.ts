import type { Reach } from '@tianyan/access';
import type { WorkingCalendar } from '@tianyan/calendar';
import { RefusedError, type EpochMs } from '@tianyan/kernel';
import { pageOf, rows, type Page, type Pool } from '@tianyan/postgres';
import { readRows, type SqlQuery, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import { concernsOrders, exceptValues, type NamedOrders } from '../except-orders.js';
import { isFindingWithin } from '../finding-reach.js';
import { decodeCursor, encodeCursor } from '../finding-rows.js';
import { isShown } from '../rule-sets/shadow.js';
import type { FigureDefinition, FigurePart } from './figure-definition.js';
import { amountOf, bounds, figureRows, FINDING_PLACES, LIMITS, type AskedFigures, type RecordSource } from './figure-queries.js';

/** A record that a figure counts. What a source does not say is null. */
export interface FigureRecord {
  /** When it came about; of contracts and assets the day that decides, see docs/scorecards.md. */
  atMs: EpochMs;
  /** Its number, of a finding its id. */
  code: string;
  /** In the words of the source, or a code of its contract. */
  state: string | null;
  /** Of contracts: the last day. */
  endsAtMs: EpochMs | null;
  unitId: string | null;
  villageCode: string | null;
  townshipCode: string | null;
  /** The contract of a rent or payment, and the order of a call. */
  aboutCode: string | null;
  /** Title of a finding, Chinese. */
  title: string | null;
  /** What of the figure it makes, in fen; null: it counts as one. */
  amountFen: number | null;
  /** Told in confidence: only what is open of such an order is said here. */
  confidential: boolean;
}

/** What is asked: of which figure which records, of which place, in the last of the periods. */
interface AskedRecords {
  asked: AskedFigures;
  figure: FigureDefinition;
  part: FigurePart;
  code: string;
  cursor: string | null;
  limit: number;
}

/** A page of one list; a screen holds twenty, and nobody reads on for long. */
export const MAX_FIGURE_RECORDS = 200;

const recordRow = z.object({
  recordId: z.string(),
  atMs: z.number(),
  code: z.string(),
  state: z.string().nullable(),
  endsAtMs: z.number().nullable(),
  unitId: z.string().nullable(),
  villageCode: z.string().nullable(),
  townshipCode: z.string().nullable(),
  aboutCode: z.string().nullable(),
  title: z.string().nullable(),
  amount: z.number(),
  confidential: z.union([z.boolean(), z.number()]).transform(Boolean),
});
type RecordRow = z.output<typeof recordRow>;

type ListColumn = 'state' | 'endsAtMs' | 'unitId' | 'aboutCode' | 'confidential';
const NOTHING: Readonly<Record<ListColumn, string>> = {
  state: 'NULL',
  endsAtMs: 'NULL',
  unitId: 'NULL',
  aboutCode: 'NULL',
  confidential: 'false',
};
/** Where an order lies is closed of one told in confidence: the list says the unit, and no place. */
const COLUMNS: Readonly<Record<RecordSource, Readonly<Record<ListColumn, string>>>> = {
  order: { ...NOTHING, state: 'status', unitId: 'leadUnitId', confidential: 'confidential' },
  contract: { ...NOTHING, endsAtMs: 'endsAtMs' },
  asset: { ...NOTHING, state: 'status' },
  receivable: { ...NOTHING, aboutCode: 'contractId' },
  payment: { ...NOTHING, state: 'settlement', aboutCode: 'contractId' },
  call: { ...NOTHING, state: 'outcome', aboutCode: 'orderId' },
};
const PLACELESS: ReadonlySet<RecordSource> = new Set(['order', 'call']);

interface Position {
  atMs: number;
  id: string;
}

function positionOf({ cursor, figure, part, code }: AskedRecords): Position | null {
  if (cursor === null) return null;
  const [atMs = '', id = ''] = decodeCursor(cursor, cursorKind({ figure, part, code }));
  // Of a contract from before 1970 it is below 0.
  if (!/^-?\d{1,15}$/.test(atMs)) throw new RefusedError('invalid', '翻页位置无效，请回到第一页重新查询。');
  return { atMs: Number(atMs), id };
}

/** A place in one list is none in another. */
function cursorKind({ figure, part, code }: Pick<AskedRecords, 'figure' | 'part' | 'code'>): string {
  return `figure ${figure.id} ${part} ${code}`;
}

/**
 * The records behind a figure, the newest first: the rows that its query sums, of one place and period, before they are summed.
 * @param parts.except orders told in confidence whose findings are left out
 */
export async function readFigureRecords(
  reach: Reach,
  parts: { pool: Pool; warehouse: WarehouseReader; calendar: WorkingCalendar; except: NamedOrders },
  question: AskedRecords,
): Promise<Page<FigureRecord>> {
  const { figure } = question;
  const limit = Math.min(Math.max(question.limit, 1), MAX_FIGURE_RECORDS);
  const asked = { ...question, limit: limit + 1 };
  const { source } = figure;
  const found =
    source === 'finding'
      ? await findingRecords(reach, parts, asked)
      : await readRows(parts.warehouse, recordRow, recordsQuery(reach, parts.calendar, source, asked));
  const { items, nextCursor } = pageOf(found, limit, ({ atMs, recordId }) =>
    encodeCursor([cursorKind(question), atMs, recordId]),
  );
  return { items: items.map((row) => recordOf(row, figure)), nextCursor };
}

function recordOf(row: RecordRow, { sql }: FigureDefinition): FigureRecord {
  const { atMs, code, state, endsAtMs, unitId, villageCode, townshipCode, aboutCode, title, confidential } = row;
  const amountFen = sql.amount === undefined ? null : row.amount;
  return { atMs, code, state, endsAtMs, unitId, villageCode, townshipCode, aboutCode, title, amountFen, confidential };
}

/** The rows of the part, of the place and the period, within reach; what stands before it and its parameters. */
function chosenRows(
  reach: Reach,
  calendar: WorkingCalendar,
  source: RecordSource,
  { asked, figure, part, code }: AskedRecords,
): { before: string; from: string; params: Record<string, unknown> } {
  const last = asked.periods.at(-1);
  const inPeriod = 'AND atMs >= {periodFromMs:Int64} AND atMs < {periodBeforeMs:Int64}';
  // Of the orders of a county in a year one unit has few, and only their steps are looked at.
  const narrowed = asked.kind === 'unit' ? `${inPeriod} AND leadUnitId = {place:String}` : inPeriod;
  const { before, from, place, township, params } = figureRows(source, asked, calendar, narrowed);
  const townships = reach.townshipCodes;
  const within = townships === null ? '' : `AND ifNull(${township}, '') IN (SELECT arrayJoin({townships:Array(String)}))`;
  return {
    before,
    from: `(SELECT *, toInt64(${amountOf(figure, part)}) AS amount FROM ${from}
      WHERE period = {period:Int64} AND ifNull(${place}, '') = {place:String} ${within})`,
    params: {
      ...params,
      place: code,
      period: asked.periods.length,
      ...(source === 'order' && { periodFromMs: last?.fromMs ?? 0, periodBeforeMs: last?.beforeMs ?? 0 }),
      ...(townships !== null && { townships }),
    },
  };
}

function recordsQuery(reach: Reach, calendar: WorkingCalendar, source: RecordSource, question: AskedRecords): SqlQuery {
  const { before, from, params } = chosenRows(reach, calendar, source, question);
  const columns = Object.entries(COLUMNS[source]).map(([name, sql]) => `${sql} AS ${name}`);
  const place = (name: string) => (PLACELESS.has(source) ? `NULL AS ${name}` : name);
  const after = positionOf(question);
  const conditions = ['amount != 0', ...(after === null ? [] : ['(shownAtMs, recordId) < ({afterMs:Int64}, {afterId:String})'])];
  return {
    sql: `${before} SELECT recordId, shownAtMs AS atMs, code, ${columns.join(', ')}, ${place('townshipCode')}, ${place('villageCode')},
        NULL AS title, amount FROM ${from} WHERE ${conditions.join(' AND ')}
      ORDER BY shownAtMs DESC, recordId DESC LIMIT ${question.limit} ${LIMITS}`,
    params: { ...params, ...(after !== null && { afterMs: after.atMs, afterId: after.id }) },
  };
}

/** The village is left out: of what is about an order told in confidence it is closed, and who reads a list of a village knows it. */
async function findingRecords(
  reach: Reach,
  { pool, except }: { pool: Pool; except: NamedOrders },
  question: AskedRecords,
): Promise<RecordRow[]> {
  const { asked, figure, part, code, limit } = question;
  const { beforeMs } = bounds(asked);
  const after = positionOf(question);
  const place = FINDING_PLACES[asked.kind];
  return rows(
    pool,
    recordRow,
    `SELECT f.id AS "recordId", f.occurred_at_ms AS "atMs", f.id AS code, f.status AS state, NULL AS "endsAtMs", f.unit_id AS "unitId",
        NULL AS "villageCode", f.township_code AS "townshipCode", NULL AS "aboutCode", f.title, 1 AS amount, false AS confidential
      FROM finding f WHERE ${isShown('f')} AND ${isFindingWithin('f', '$1')} AND ${place} = $2
        AND f.occurred_at_ms >= $3 AND f.occurred_at_ms < $4 AND NOT ${concernsOrders('f', { orderIds: '$5', recordKeys: '$6' })}
        AND ${amountOf(figure, part)} <> 0
        AND ($7::bigint IS NULL OR (f.occurred_at_ms, f.id) < ($7::bigint, $8::text))
      ORDER BY f.occurred_at_ms DESC, f.id DESC LIMIT ${limit}`,
    [
      reach.parameter,
      code,
      asked.periods.at(-1)?.fromMs ?? beforeMs,
      beforeMs,
      ...exceptValues(except),
      after?.atMs ?? null,
      after?.id ?? null,
    ],
  );
}
