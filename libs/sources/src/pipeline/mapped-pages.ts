import type { Refusal, TypedRecord } from '@tianyan/contracts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AcceptedRow } from '../quarantine/quarantine-store.js';
import type { RefusedRow } from '../quarantine/refused-row.js';
import type { PipelineFeed } from './pipeline.js';
import { RepeatedIds } from './repeated-ids.js';
import type { SourcePage, SourceRow } from './row.js';

/** Rows mapped in one go; then the event loop gets its turn, so that requests to the console do not wait for a page of thousands. */
const ROWS_PER_TURN = 250;

export interface MappedPage {
  records: TypedRecord[];
  refused: RefusedRow[];
  /** Place in the run, from 1, of the row that each of `refused` comes from. */
  refusedPlaces: number[];
  /** Places of the rows that the records come from, likewise. */
  places: Map<TypedRecord, number>;
  /** Their numbers in the file, where they come from one. */
  rowNumbers: Map<TypedRecord, number>;
  /** Rows of which nothing was refused. */
  accepted: AcceptedRow[];
  /** Rows of which the mapping makes nothing. */
  leftOut: number;
  /** What a person should know of rows that were taken. */
  notes: { reason: string; place: number }[];
}

/** The pages with what the mapping makes of their rows, in order. */
export async function* mappedPages(
  feed: PipelineFeed,
  pages: AsyncIterable<SourcePage>,
): AsyncGenerator<{ page: SourcePage; mapped: MappedPage }> {
  const ids = feed.skipKnown ? new RepeatedIds() : null;
  let rowsBefore = 0;
  for await (const page of pages) {
    yield { page, mapped: await mapPage(feed, page.rows, rowsBefore, ids) };
    rowsBefore += page.rows.length;
  }
}

async function mapPage(
  feed: PipelineFeed,
  rows: readonly SourceRow[],
  rowsBefore: number,
  ids: RepeatedIds | null,
): Promise<MappedPage> {
  const page: MappedPage = {
    records: [],
    refused: [],
    refusedPlaces: [],
    places: new Map(),
    rowNumbers: new Map(),
    accepted: [],
    leftOut: 0,
    notes: [],
  };
  for (let start = 0; start < rows.length; start += ROWS_PER_TURN) {
    for (const [index, row] of rows.slice(start, start + ROWS_PER_TURN).entries()) {
      mapRow(feed, row, page, rowsBefore + start + index + 1, ids);
      while (page.refusedPlaces.length < page.refused.length) page.refusedPlaces.push(rowsBefore + start + index + 1);
    }
    await nextTurn();
  }
  return page;
}

function mapRow(
  feed: PipelineFeed,
  { row, raw, problem, rowNumber }: SourceRow,
  page: MappedPage,
  place: number,
  ids: RepeatedIds | null,
): void {
  if (row === null || problem !== undefined) {
    page.refused.push({
      ...origin(feed),
      type: null,
      recordId: null,
      field: null,
      label: null,
      version: null,
      reason: problem ?? '无法识别',
      problems: [],
      raw,
      rowNumber: rowNumber ?? null,
    });
    return;
  }
  const { records, refusals, notes } = feed.mapper.map(row, raw, rowNumber);
  if (records.length + refusals.length === 0) page.leftOut++;
  else if (refusals.length === 0) page.accepted.push({ raw, records });
  for (const record of records) {
    page.records.push(record);
    page.places.set(record, place);
    if (rowNumber !== undefined) page.rowNumbers.set(record, rowNumber);
    if (ids?.isOtherContent(record)) page.notes.push({ reason: SAME_ID, place });
  }
  for (const { label, reason } of notes) page.notes.push({ reason: `${label}：${reason}。这一项按空处理`, place });
  for (const refusal of refusals) page.refused.push(toRefusedRow(feed, refusal, rowNumber));
}

const SAME_ID =
  '编号与前面的行相同而内容不同，以最后一行为准。若它们是不同的记录，请在映射里用几列合成编号（id: { join: [...] }）';

export function toRefusedRow(
  feed: Pick<PipelineFeed, 'source' | 'feed'>,
  refusal: Refusal,
  rowNumber: number | null = null,
): RefusedRow {
  const [first] = refusal.problems;
  // Without the text of the cell, which may be a person's name: whoever may see it finds it in the raw row.
  const problems = refusal.problems.map(({ field, label, reason }) => ({ field, label, reason }));
  return {
    ...origin(feed),
    type: refusal.type,
    recordId: refusal.recordId,
    version: refusal.version,
    field: first?.field ?? null,
    label: first?.label ?? null,
    reason: problems.map(({ label, reason }) => `${label}：${reason}`).join('；'),
    problems,
    raw: refusal.raw,
    rowNumber,
  };
}

function origin(feed: Pick<PipelineFeed, 'source' | 'feed'>): { source: string; feed: string } {
  return { source: feed.source, feed: feed.feed };
}
