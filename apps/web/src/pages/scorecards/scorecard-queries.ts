import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
  figureListSchema,
  figureRecordsSchema,
  placeKindSchema,
  scorecardListSchema,
  scorecardPeriodSchema,
  scorecardSchema,
  type FigurePart,
  type PlaceKind,
  type ScorecardPeriodKind,
} from '@tianyan/console-app/api';
import { callApi } from '../../api/client.js';
import { keys } from '../../api/keys.js';

/** What the address of a page asks for. */
export interface Question {
  period: ScorecardPeriodKind;
  /** Periods back from now. */
  back: number;
}

export const KIND_LABELS: Readonly<Record<PlaceKind, string>> = {
  unit: '单位',
  township: '乡镇',
  village: '村（社区）',
  county: '全县',
};
export const PERIOD_LABELS: Readonly<Record<ScorecardPeriodKind, string>> = { week: '周', month: '月', quarter: '季度' };

/** The last whole period, where the address does not say: of one that goes on, numbers cannot be compared. */
const DEFAULT_BACK = 1;
/** How each is reckoned changes with the program alone. */
const FIGURES_STALE_MS = 3_600_000;

export function readQuestion(search: URLSearchParams): Question {
  const period = scorecardPeriodSchema.safeParse(search.get('period'));
  const back = /^\d{1,2}$/.test(search.get('back') ?? '') ? Number(search.get('back')) : DEFAULT_BACK;
  return { period: period.success ? period.data : 'month', back };
}

export function readKind(search: URLSearchParams): Exclude<PlaceKind, 'county'> {
  const kind = placeKindSchema.exclude(['county']).safeParse(search.get('kind'));
  return kind.success ? kind.data : 'unit';
}

export const figuresQuery = queryOptions({
  queryKey: keys.scorecardFigures,
  queryFn: ({ signal }) => callApi(figureListSchema, '/scorecards/figures', { signal }),
  staleTime: FIGURES_STALE_MS,
});

export function scorecardListQuery(kind: PlaceKind, question: Question & { sort: string; text: string }) {
  return infiniteQueryOptions({
    queryKey: keys.scorecardList({ kind, ...question }),
    queryFn: ({ pageParam, signal }) =>
      callApi(scorecardListSchema, `/scorecards/${kind}`, {
        query: { ...question, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // the type of a page parameter comes from its first value
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

export function scorecardQuery(kind: PlaceKind, code: string, question: Question) {
  return queryOptions({
    queryKey: keys.scorecard({ kind, code, ...question }),
    queryFn: ({ signal }) =>
      callApi(scorecardSchema, `/scorecards/${kind}/${encodeURIComponent(code)}`, { query: { ...question }, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Records behind a figure; a page of them fills a screen twice. */
export function figureRecordsQuery(
  { kind, code }: { kind: PlaceKind; code: string },
  question: Question,
  { figure, part }: { figure: string; part: FigurePart },
) {
  return infiniteQueryOptions({
    queryKey: keys.figureRecords({ kind, code, ...question, figure, part }),
    queryFn: ({ pageParam, signal }) =>
      callApi(
        figureRecordsSchema,
        `/scorecards/${kind}/${encodeURIComponent(code)}/figures/${encodeURIComponent(figure)}/records`,
        { query: { ...question, part, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal },
      ),
    initialPageParam: null as string | null, // the type of a page parameter comes from its first value
    getNextPageParam: (page) => page.nextCursor,
  });
}
