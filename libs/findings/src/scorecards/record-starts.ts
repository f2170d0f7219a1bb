import { assetsPayment, hotlineCall, hotlineOrder } from '@tianyan/contracts';
import type { EpochMs } from '@tianyan/kernel';
import { currentTable, readRows, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import type { FigureSource } from './figure-definition.js';
import { LIMITS } from './figure-queries.js';
import { figuresOf, type PlaceKind } from './figures.js';
import type { ScorecardPeriod } from './periods.js';

/** When the records of each source begin; a source that is missing says of every time what it says of now. */
export type RecordStarts = ReadonlyMap<FigureSource, EpochMs>;

/** What happens and is recorded then. A register tells of years before it was set up: contracts by their terms, what is due by its day. */
const HAPPENING: Partial<Readonly<Record<FigureSource, string>>> = {
  order: hotlineOrder.type,
  call: hotlineCall.type,
  payment: assetsPayment.type,
};

/** Of a year of orders some days' worth: a date that somebody mistyped by ten years begins nothing. */
const FIRST_SHARE = 0.001;

const startRow = z.object({ startMs: z.number().nullable() });

/**
 * Of the figures of such places. Findings begin with the first of what such places are judged by: before it there was nothing to find.
 */
export async function readRecordStarts(warehouse: WarehouseReader, kind: PlaceKind): Promise<RecordStarts> {
  const sources = new Set(figuresOf(kind).map(({ source }) => source));
  const starts = new Map<FigureSource, EpochMs>();
  await Promise.all(
    [...sources].map(async (source) => {
      const type = HAPPENING[source];
      if (type === undefined) return;
      const sql = `SELECT quantile(${FIRST_SHARE})(atMs) AS startMs FROM ${currentTable(type)} WHERE deleted = 0 ${LIMITS}`;
      // Of no records it is no number.
      const [row] = await readRows(warehouse, startRow, { sql, params: {} });
      if (row?.startMs != null) starts.set(source, row.startMs);
    }),
  );
  if (starts.size > 0) starts.set('finding', Math.min(...starts.values()));
  return starts;
}

/** Whether most of the period has been recorded: what is counted of one before the records begin is no number to compare with. */
export function isRecorded(starts: RecordStarts, source: FigureSource, { fromMs, beforeMs }: ScorecardPeriod): boolean {
  const startMs = starts.get(source);
  return startMs === undefined || startMs <= (fromMs + beforeMs) / 2;
}
