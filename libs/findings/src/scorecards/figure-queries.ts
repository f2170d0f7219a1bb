import type { WorkingCalendar } from '@tianyan/calendar';
import {
  assetsAsset,
  assetsContract,
  assetsPayment,
  assetsReceivable,
  hotlineCall,
  hotlineOrder,
  hotlineOrderEvent,
} from '@tianyan/contracts';
import { CHINA_OFFSET_MS, DAY_MS, HOUR_MS, type EpochMs } from '@tianyan/kernel';
import { currentTable, type SqlQuery } from '@tianyan/warehouse';
import { concernsOrders, exceptValues, type NamedOrders } from '../except-orders.js';
import { isShown } from '../rule-sets/shadow.js';
import { DISPATCH_HOURS } from './centre-figures.js';
import type { FigureDefinition, FigurePart, FigureSource } from './figure-definition.js';
import {
  CONSULT_WORKING_DAYS,
  CONTACT_WORKING_DAYS,
  coversConfidential,
  dueDates,
  figuresOf,
  HANDLING_WORKING_DAYS,
  REPEATED_WITHIN_DAYS,
  SIGN_WORKING_DAYS,
  type PlaceKind,
} from './figures.js';
import type { ScorecardPeriod } from './periods.js';

/** A query longer than this is given up: somebody waits for a page. */
const MAX_SECONDS = 15;
export const LIMITS = `SETTINGS max_execution_time = ${MAX_SECONDS}`;

const NO_PLACE = `''`;
const places = (unit: string): Readonly<Record<PlaceKind, string>> => ({
  unit,
  township: 'townshipCode',
  village: 'villageCode',
  county: `'county'`,
});
const ORDER_PLACES = places('leadUnitId');
const OTHER_PLACES = places(NO_PLACE);
export const FINDING_PLACES: Readonly<Record<PlaceKind, string>> = {
  unit: 'f.unit_id',
  township: 'f.township_code',
  village: 'f.village_code',
  county: `'county'`,
};

/** What is asked: figures of one kind of place in some periods, oldest first, as known at `nowMs`. */
export interface AskedFigures {
  kind: PlaceKind;
  periods: readonly ScorecardPeriod[];
  nowMs: EpochMs;
}

/** What a row makes of the part of a figure: 0 where it is not of it. The sums of the figure are the sums of this. */
export function amountOf({ sql: { counted, of, amount } }: FigureDefinition, part: FigurePart): string {
  const worth = (condition: string, sum = '1') => `CASE WHEN ${condition} THEN ${sum} ELSE 0 END`;
  if (of === null) return part === 'counted' ? worth(counted, amount?.counted) : '0';
  // Of nothing but what it is a share of: else a share could be more than all, and the rest of it other records than the difference.
  const numerator = worth(`(${of}) AND (${counted})`, amount?.counted);
  const denominator = worth(of, amount?.of);
  switch (part) {
    case 'counted':
      return numerator;
    case 'of':
      return denominator;
    case 'rest':
      return `greatest(${denominator} - ${numerator}, 0)`;
  }
}

/** The sums of a source's figures, `[counted, of, counted, of …]`; 0 where a figure is of nothing. */
function sumsOf(kind: PlaceKind, source: FigureSource): readonly string[] {
  return figuresOf(kind)
    .filter((figure) => figure.source === source)
    .flatMap((figure) => [
      `sum(${amountOf(figure, 'counted')})`,
      figure.sql.of === null ? '0' : `sum(${amountOf(figure, 'of')})`,
    ]);
}

/** The rows of a source that its figures are summed of, and that a list of them names. */
interface FigureRows {
  /** Common table expressions, or nothing. */
  before: string;
  /** What stands after FROM. Beside what conditions ask for: `recordId`, `shownAtMs`, `code` and the columns of its list. */
  from: string;
  /** Expressions of the place and of the township. */
  place: string;
  township: string;
  params: Readonly<Record<string, unknown>>;
}

const PERIOD_OF = (atMs: string) => `arrayCount(startMs -> startMs <= ${atMs}, {startsMs:Array(Int64)})`;
const WITHIN = 'atMs >= {fromMs:Int64} AND atMs < {beforeMs:Int64}';

export function bounds({ periods, nowMs }: AskedFigures) {
  const fromMs = periods[0]?.fromMs ?? nowMs;
  const beforeMs = Math.min(periods.at(-1)?.beforeMs ?? nowMs, nowMs + 1);
  return { startsMs: periods.map((period) => period.fromMs), fromMs, beforeMs, nowMs };
}

/** The end of the day by which something is due, of an instant's day; a day that the list lacks (none) has none. */
const dueOf = (list: string, atMs: string) =>
  `if(${atMs} > 0, arrayElement({${list}:Array(Int64)}, toInt64(greatest(1, intDiv(${atMs} + ${CHINA_OFFSET_MS}, ${DAY_MS}) - {firstDay:Int64} + 1))), 0)`;

/**
 * Orders and what became of them, one row each, before they are summed.
 * @param narrowed further condition on the orders alone: of a list, whose orders are few
 */
const ordersSql = (covered: string, narrowed: string) => `
  WITH orders AS (
    SELECT id AS recordId, orderId, atMs AS acceptedAtMs, townshipCode, villageCode, leadUnitId, category, promisedAtMs, matterKey, status, confidential,
      ${PERIOD_OF('atMs')} AS period
    FROM ${currentTable(hotlineOrder.type)} FINAL WHERE deleted = 0 ${covered} AND ${WITHIN} ${narrowed}
  ), steps AS (
    SELECT e.orderId AS orderId,
      minIf(e.atMs, e.action = 'dispatched') AS dispatchedAtMs,
      minIf(e.atMs, e.action IN ('dispatched', 'reassigned') AND e.unitId = o.leadUnitId) AS assignedAtMs,
      minIf(e.atMs, e.action = 'signed' AND e.unitId = o.leadUnitId) AS signedAtMs,
      minIf(e.atMs, e.action = 'contacted' AND e.unitId = o.leadUnitId) AS contactedAtMs,
      minIf(e.atMs, e.action = 'completed') AS completedAtMs,
      maxIf(e.atMs, e.action IN ('dispatched', 'reassigned', 'signed')) AS takenUpAtMs,
      maxIf(ifNull(e.extendedToMs, 0), e.action = 'extension-granted') AS extendedToMs,
      countIf(e.action = 'returned') AS returns,
      countIf(e.action = 'returned' AND e.unitId = o.leadUnitId) AS leadReturns,
      countIf(e.action = 'completion-rejected') AS rejections,
      countIf(e.action = 'completion-applied') AS applications,
      countIf(e.action = 'accepted') AS acceptances,
      countIf(e.action = 'return-refused') AS refusals,
      minIf((e.atMs, ifNull(e.unitId, '')), e.action = 'returned' AND e.unitId IS NOT NULL AND ifNull(e.role, '') != 'assist') AS firstReturn,
      arrayExists(to -> to.1 > firstReturn.1 AND to.2 != firstReturn.2,
        groupArrayIf((e.atMs, assumeNotNull(e.unitId)), e.action IN ('dispatched', 'reassigned') AND e.unitId IS NOT NULL AND ifNull(e.role, '') != 'assist')) AND firstReturn.1 > 0 AS movedOn,
      ifNull(argMaxIf(e.satisfaction, (e.atMs, ifNull(e.stepNo, 0), e.id), e.satisfaction IS NOT NULL), 0) AS satisfaction
    FROM (SELECT id, orderId, unitId, action, role, atMs, extendedToMs, satisfaction, stepNo
          FROM ${currentTable(hotlineOrderEvent.type)} FINAL WHERE deleted = 0 AND atMs >= {fromMs:Int64} AND atMs <= {nowMs:Int64}) e
    INNER JOIN (SELECT orderId, leadUnitId FROM orders) o ON e.orderId = o.orderId
    GROUP BY e.orderId
  ), matters AS (
    SELECT orderId, previousAtMs > 0 AND atMs - previousAtMs <= ${REPEATED_WITHIN_DAYS * DAY_MS} AS repeated FROM (
      SELECT orderId, atMs, lagInFrame(atMs, 1, 0) OVER (PARTITION BY matterKey ORDER BY atMs, orderId ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS previousAtMs
      FROM ${currentTable(hotlineOrder.type)} FINAL
      WHERE deleted = 0 AND NOT confidential AND matterKey IS NOT NULL AND category != 'consult' AND atMs >= {fromMs:Int64} - ${REPEATED_WITHIN_DAYS * DAY_MS} AND atMs < {beforeMs:Int64})
  )`;

const ORDER_ROWS = `(
    SELECT o.recordId AS recordId, o.orderId AS code, o.acceptedAtMs AS shownAtMs, o.status AS status, o.confidential AS confidential, o.townshipCode AS townshipCode, o.villageCode AS villageCode, o.leadUnitId AS leadUnitId, o.period AS period,
      s.assignedAtMs AS assignedAtMs, s.signedAtMs AS signedAtMs, s.contactedAtMs AS contactedAtMs, s.completedAtMs AS completedAtMs,
      s.takenUpAtMs AS takenUpAtMs, s.returns AS returns, s.leadReturns AS leadReturns, s.rejections AS rejections, s.applications AS applications,
      s.dispatchedAtMs AS dispatchedAtMs, s.acceptances AS acceptances, s.refusals AS refusals, s.movedOn AS movedOn,
      o.acceptedAtMs + ${DISPATCH_HOURS * HOUR_MS} AS dispatchDueAtMs, s.satisfaction AS satisfaction, m.repeated AS repeated, o.matterKey IS NOT NULL AND o.category != 'consult' AS hasMatterKey,
      s.extendedToMs = 0 AND o.promisedAtMs IS NULL AS isDueByCategory,
      if(s.dispatchedAtMs > 0, s.dispatchedAtMs, o.acceptedAtMs) AS begunAtMs,
      multiIf(s.extendedToMs > 0, greatest(s.extendedToMs, ifNull(o.promisedAtMs, 0)), o.promisedAtMs IS NOT NULL, assumeNotNull(o.promisedAtMs),
        o.category = 'consult', ${dueOf('consultDue', 'begunAtMs')}, ${dueOf('handlingDue', 'begunAtMs')}) AS dueAtMs,
      ${dueOf('signDue', 'assignedAtMs')} AS signDueAtMs, ${dueOf('contactDue', 'signedAtMs')} AS contactDueAtMs
    FROM orders o LEFT JOIN steps s ON s.orderId = o.orderId LEFT JOIN matters m ON m.orderId = o.orderId)`;

/** One list of days for all: due days are looked up by the day on which something began. */
function dueLists({ fromMs, nowMs }: { fromMs: number; nowMs: number }, calendar: WorkingCalendar) {
  const firstDay = Math.floor((fromMs + CHINA_OFFSET_MS) / DAY_MS);
  const lastDay = Math.floor((nowMs + CHINA_OFFSET_MS) / DAY_MS);
  const days = Array.from({ length: lastDay - firstDay + 1 }, (_, i) => (firstDay + i) * DAY_MS - CHINA_OFFSET_MS);
  return {
    firstDay,
    consultDue: dueDates(calendar, days, CONSULT_WORKING_DAYS),
    handlingDue: dueDates(calendar, days, HANDLING_WORKING_DAYS),
    signDue: dueDates(calendar, days, SIGN_WORKING_DAYS),
    contactDue: dueDates(calendar, days, CONTACT_WORKING_DAYS),
  };
}

function orderRows(asked: AskedFigures, calendar: WorkingCalendar, narrowed: string): FigureRows {
  const params = bounds(asked);
  return {
    before: ordersSql(coversConfidential(asked.kind) ? 'AND NOT confidential' : '', narrowed),
    from: ORDER_ROWS,
    place: ORDER_PLACES[asked.kind],
    township: 'townshipCode',
    params: { ...params, ...dueLists(params, calendar) },
  };
}

/** Of all but orders: the rows stand in one place of the county, and no unit has them. */
function placedRows(kind: PlaceKind, from: string, params: FigureRows['params'], township = 'townshipCode'): FigureRows {
  return { before: '', from, place: OTHER_PLACES[kind], township, params };
}

function callRows(asked: AskedFigures): FigureRows {
  const from = `(SELECT *, id AS recordId, callId AS code, atMs AS shownAtMs, ${PERIOD_OF('atMs')} AS period
      FROM ${currentTable(hotlineCall.type)} FINAL WHERE deleted = 0 AND ${WITHIN})`;
  return placedRows(asked.kind, from, bounds(asked), NO_PLACE);
}

function paymentRows(asked: AskedFigures): FigureRows {
  const from = `(SELECT *, id AS recordId, voucherId AS code, atMs AS shownAtMs, ${PERIOD_OF('atMs')} AS period
      FROM ${currentTable(assetsPayment.type)} FINAL WHERE deleted = 0 AND direction = 'out' AND ${WITHIN})`;
  return placedRows(asked.kind, from, bounds(asked));
}

const DAY_START_MS = (day: string) => `(toInt64(toInt32(${day})) * ${DAY_MS} - ${CHINA_OFFSET_MS})`;

function receivableRows(asked: AskedFigures): FigureRows {
  const from = `(
        SELECT r.id AS recordId, r.receivableId AS code, r.contractId AS contractId, ${DAY_START_MS('r.dueOn')} AS shownAtMs,
          r.townshipCode AS townshipCode, r.villageCode AS villageCode, r.amountFen AS amountFen, p.fen AS receivedFen, ${PERIOD_OF(DAY_START_MS('r.dueOn'))} AS period
        FROM (SELECT * FROM ${currentTable(assetsReceivable.type)} FINAL WHERE deleted = 0
                AND ${DAY_START_MS('dueOn')} >= {fromMs:Int64} AND ${DAY_START_MS('dueOn')} < {beforeMs:Int64}) r
        LEFT JOIN (SELECT assumeNotNull(receivableId) AS receivableId, sum(amountFen) AS fen FROM ${currentTable(assetsPayment.type)} FINAL
                WHERE deleted = 0 AND direction = 'in' AND receivableId IS NOT NULL AND atMs <= {nowMs:Int64} GROUP BY receivableId) p
          ON p.receivableId = r.receivableId)`;
  return placedRows(asked.kind, from, bounds(asked));
}

const LEASES = `kind IN ('lease', 'contracting')`;

/** The last day of each period; of one that goes on, today. */
function lastDays({ periods, nowMs }: AskedFigures): readonly number[] {
  return periods.map(({ beforeMs }) => Math.floor((Math.min(beforeMs - 1, nowMs) + CHINA_OFFSET_MS) / DAY_MS));
}

function contractRows(asked: AskedFigures): FigureRows {
  const from = `(
        SELECT id AS recordId, contractId AS code, ${DAY_START_MS('startsOn')} AS shownAtMs, ${DAY_START_MS('endsOn')} AS endsAtMs,
          townshipCode, villageCode, toInt32(startsOn) AS startsOn, toInt32(endsOn) AS endsOn, period, lastDay
        FROM ${currentTable(assetsContract.type)} FINAL ARRAY JOIN {lastDays:Array(Int64)} AS lastDay, arrayEnumerate({lastDays:Array(Int64)}) AS period
        WHERE deleted = 0 AND ${LEASES})`;
  return placedRows(asked.kind, from, { lastDays: lastDays(asked) });
}

function assetRows(asked: AskedFigures): FigureRows {
  const from = `(
        SELECT a.id AS recordId, a.assetId AS code, ${DAY_START_MS('c.latestEnd')} AS shownAtMs, a.status AS status,
          a.townshipCode AS townshipCode, a.villageCode AS villageCode, c.firstStart AS firstStart, c.latestEnd AS latestEnd, period, lastDay
        FROM (SELECT id, assetId, status, townshipCode, villageCode FROM ${currentTable(assetsAsset.type)} FINAL WHERE deleted = 0 AND inUse) a
        INNER JOIN (SELECT assumeNotNull(assetId) AS assetId, min(toInt32(startsOn)) AS firstStart, max(toInt32(endsOn)) AS latestEnd
              FROM ${currentTable(assetsContract.type)} FINAL WHERE deleted = 0 AND assetId IS NOT NULL AND ${LEASES} GROUP BY assetId) c
          ON c.assetId = a.assetId
        ARRAY JOIN {lastDays:Array(Int64)} AS lastDay, arrayEnumerate({lastDays:Array(Int64)}) AS period)`;
  return placedRows(asked.kind, from, { lastDays: lastDays(asked) });
}

/** Sources of records; findings stand in PostgreSQL. */
const RECORD_SOURCES = ['order', 'contract', 'asset', 'receivable', 'payment', 'call'] as const satisfies readonly FigureSource[];
export type RecordSource = (typeof RECORD_SOURCES)[number];

/** @param narrowed further condition on orders: see {@link ordersSql} */
export function figureRows(source: RecordSource, asked: AskedFigures, calendar: WorkingCalendar, narrowed = ''): FigureRows {
  switch (source) {
    case 'order':
      return orderRows(asked, calendar, narrowed);
    case 'contract':
      return contractRows(asked);
    case 'asset':
      return assetRows(asked);
    case 'receivable':
      return receivableRows(asked);
    case 'payment':
      return paymentRows(asked);
    case 'call':
      return callRows(asked);
  }
}

/** Of every source of records that has figures of such places: rows `{ place, township, period, sums }`; the period is its number in the list, from 1. */
export function figureQueries(
  asked: AskedFigures,
  calendar: WorkingCalendar,
): readonly { source: FigureSource; query: SqlQuery }[] {
  return RECORD_SOURCES.flatMap((source) => {
    const sums = sumsOf(asked.kind, source).map((sum) => `toInt64(${sum})`);
    if (sums.length === 0) return [];
    const { before, from, place, township, params } = figureRows(source, asked, calendar);
    const sql = `${before} SELECT ifNull(${place}, '') AS place, ifNull(${township}, '') AS township, period, [${sums.join(', ')}] AS sums
      FROM ${from} GROUP BY place, township, period ${LIMITS}`;
    return [{ source, query: { sql, params } }];
  });
}

/**
 * The same of findings, in PostgreSQL.
 * @param except orders told in confidence, whose findings are left out
 */
export function findingFigures(asked: AskedFigures, except: NamedOrders): { sql: string; values: readonly unknown[] } {
  const { startsMs, beforeMs } = bounds(asked);
  return {
    sql: `SELECT coalesce(${FINDING_PLACES[asked.kind]}, '') AS place, coalesce(f.township_code, '') AS township, f.problem_class AS class,
        width_bucket(f.occurred_at_ms, $1::bigint[]) AS period, ARRAY[${sumsOf(asked.kind, 'finding').join(', ')}]::int[] AS sums
      FROM finding f WHERE ${isShown('f')} AND f.occurred_at_ms >= $2 AND f.occurred_at_ms < $3
        AND NOT ${concernsOrders('f', { orderIds: '$4', recordKeys: '$5' })} GROUP BY 1, 2, 3, 4`,
    values: [startsMs, startsMs[0] ?? beforeMs, beforeMs, ...exceptValues(except)],
  };
}
