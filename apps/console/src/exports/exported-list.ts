import type { Actor } from '@tianyan/access';
import type { CoverLine, LedgerColumn } from '@tianyan/dossier';
import type { Page } from '@tianyan/postgres';
import type { Names } from '@tianyan/rules';
import type { z } from 'zod';
import { MAX_PAGE_ITEMS } from '../api/index.js';
import type { ExemptionCases } from '../exemptions/exemption-cases.js';
import type { FindingCases } from '../findings/finding-cases.js';
import type { NoticeCases } from '../notices/notice-cases.js';
import type { PeopleCases } from '../people/people-cases.js';
import type { RuleCases } from '../rules/rule-cases.js';
import type { ScorecardCases } from '../scorecards/scorecard-cases.js';
import type { MendCases } from '../sources/mend-cases.js';
import type { QuarantineCases } from '../sources/quarantine-cases.js';
import type { SourceCases } from '../sources/source-cases.js';
import type { CampaignCases } from '../supervision/campaign-cases.js';
import type { CircularCases } from '../supervision/circular-cases.js';
import type { LetterCases } from '../supervision/letter-cases.js';
import type { RectificationCases } from '../supervision/rectification-cases.js';
import type { SweepCases } from '../sweeps/sweep-cases.js';

/** What answers the pages whose lists are exported: what is exported is what they answer, within the same reach and as covered. */
export interface ListSources {
  findingCases: Pick<FindingCases, 'groups'>;
  exemptionCases: Pick<ExemptionCases, 'list'>;
  letterCases: Pick<LetterCases, 'list'>;
  rectificationCases: Pick<RectificationCases, 'list'>;
  circularCases: Pick<CircularCases, 'list'>;
  campaignCases: Pick<CampaignCases, 'list'>;
  scorecardCases: Pick<ScorecardCases, 'list' | 'surges' | 'figures'>;
  ruleCases: Pick<RuleCases, 'list'>;
  sweepCases: Pick<SweepCases, 'list'>;
  sourceCases: Pick<SourceCases, 'list'>;
  quarantineCases: Pick<QuarantineCases, 'list'>;
  mendCases: Pick<MendCases, 'groups'>;
  noticeCases: Pick<NoticeCases, 'deliveries'>;
  peopleCases: Pick<PeopleCases, 'list' | 'grants' | 'audit'>;
}

/** How a filter is told on the cover: by its label, and what its values are called. */
export interface FilterWords {
  label: string;
  values?: Readonly<Record<string, string>>;
  /** Its values are codes of these. */
  of?: 'unit' | 'division';
}

interface ListDefinition<Query extends z.ZodType, Row> {
  /** Of its route, below `/api`; `/export` behind it is that of the export. */
  path: string;
  /** Of the file and its sheet. */
  title: string;
  query: Query;
  filters: Partial<Readonly<Record<keyof z.output<Query>, FilterWords>>>;
  /** Before the columns: what their rows are follows from it. */
  rows: (of: ListSources, actor: Actor, query: z.output<Query>) => AsyncIterable<Row> | Promise<Iterable<Row>>;
  columns: readonly LedgerColumn<Row>[];
  /** What whoever reads the file has to know of its numbers, for the cover; missing: nothing. Asked before the rows are. */
  notes?: (of: ListSources, actor: Actor, query: z.output<Query>) => Promise<CoverLine[]>;
  /** Sent to units, to be filled in: why it was exported is none of their business. */
  goesToUnits?: true;
}

/** A list of the console as a workbook. */
export interface ExportedList {
  path: string;
  title: string;
  query: z.ZodType;
  // Rows of different lists are of different types.
  // oxlint-disable-next-line typescript/no-explicit-any
  columns: readonly LedgerColumn<any>[];
  goesToUnits: boolean;
  /** @param query as `query` has parsed it */
  rows(of: ListSources, actor: Actor, query: unknown): AsyncIterable<unknown> | Promise<Iterable<unknown>>;
  filterLines(query: unknown, names: Names): CoverLine[];
  /** @param query as `query` has parsed it */
  notes(of: ListSources, actor: Actor, query: unknown): Promise<CoverLine[]>;
}

export function exportedList<Query extends z.ZodType, Row>(list: ListDefinition<Query, Row>): ExportedList {
  const { path, title, query, columns } = list;
  return {
    path,
    title,
    query,
    columns,
    goesToUnits: list.goesToUnits === true,
    // The route parses by the schema of the same list.
    rows: (of, actor, asked) => list.rows(of, actor, asked as z.output<Query>),
    notes: async (of, actor, asked) => (await list.notes?.(of, actor, asked as z.output<Query>)) ?? [],
    filterLines: (asked, names) => filterLines(asked as z.output<Query>, list.filters, names),
  };
}

function filterLines<Asked>(asked: Asked, words: Partial<Readonly<Record<keyof Asked, FilterWords>>>, names: Names): CoverLine[] {
  const lines: CoverLine[] = [];
  for (const key of Object.keys(words) as (keyof Asked)[]) {
    // the keys of a record of such
    const word = words[key];
    const value = asked[key];
    if (!word || value === undefined || value === null || value === '') continue;
    const texts = (Array.isArray(value) ? value : [value]).map((one) => valueText(String(one), word, names));
    if (texts.length > 0) lines.push([word.label, texts.join('、')]);
  }
  return lines;
}

function valueText(value: string, { values, of }: FilterWords, names: Names): string {
  if (of === 'unit') return names.unit(value) ?? value;
  return of === 'division' ? (names.division(value) ?? value) : (values?.[value] ?? value);
}

type PageOf<T> = (at: { cursor?: string; limit: number }) => Promise<Page<T>>;

/** Each row once, page by page: what changes while pages are read moves from one to another. */
export async function* pagedRows<T>(page: PageOf<T>, keyOf: (row: T) => string): AsyncGenerator<T> {
  const seen = new Set<string>();
  for await (const item of itemsOf(page)) {
    if (seen.has(keyOf(item))) continue;
    seen.add(keyOf(item));
    yield item;
  }
}

/** So often the top is read again; each reading takes a moment, and by then what people do in that moment. */
const MAX_READ_AGAIN = 5;

/**
 * The same of a list whose rows come the last changed first: what is changed while pages are read goes to the top, before it was read, and would be
 * left out. So the top is read again, down to what had changed when reading began, until nothing new stands there.
 */
export async function* changedRows<T extends { id: string; changedAtMs: number }>(page: PageOf<T>): AsyncGenerator<T> {
  const seen = new Set<string>();
  let newestMs: number | null = null;
  for (let readAgain = 0; readAgain <= MAX_READ_AGAIN; readAgain++) {
    const before = seen.size;
    for await (const item of itemsOf(page)) {
      newestMs ??= item.changedAtMs;
      if (readAgain > 0 && item.changedAtMs < newestMs) break;
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      yield item;
    }
    if (seen.size === before) return;
  }
}

async function* itemsOf<T>(page: PageOf<T>): AsyncGenerator<T> {
  for (let cursor: string | null = null; ;) {
    const { items, nextCursor }: Page<T> = await page({ limit: MAX_PAGE_ITEMS, ...(cursor === null ? {} : { cursor }) });
    yield* items;
    if (nextCursor === null) return;
    cursor = nextCursor;
  }
}
