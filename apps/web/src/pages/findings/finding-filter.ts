import type { FindingFilterQuery } from '@tianyan/console-app/api';
import { useSearchParams } from 'react-router';
import { DAY_MS, startOfChinaDayMs } from '../../format/time.js';

/** Filters as the address holds them: codes separated by commas, days as `YYYY-MM-DD`. */
export interface FindingFilter {
  status: string[];
  severity: string[];
  class: string[];
  rule: string[];
  township: string[];
  village: string[];
  unit: string[];
  verdict: string[];
  /** `only`: those that people have set aside; else what waits is shown without them. */
  aside: string;
  /** `risk`: the greatest risk first; else what changed last. */
  order: string;
  /** `subject`: what is about one thing stands together. */
  group: string;
  /** Key of a group whose findings are shown. */
  subject: string;
  text: string;
  from: string;
  to: string;
}

export const LIST_FILTERS = ['status', 'severity', 'class', 'rule', 'township', 'village', 'unit', 'verdict'] as const;
const TEXT_FILTERS = ['aside', 'order', 'group', 'subject', 'text', 'from', 'to'] as const;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function readFilter(search: URLSearchParams): FindingFilter {
  const list = (name: string) => (search.get(name) ?? '').split(',').filter((code) => code !== '');
  const day = (name: string) => (DAY.test(search.get(name) ?? '') ? (search.get(name) ?? '') : '');
  return {
    status: list('status'),
    severity: list('severity'),
    class: list('class'),
    rule: list('rule'),
    township: list('township'),
    village: list('village'),
    unit: list('unit'),
    verdict: list('verdict'),
    aside: search.get('aside') === 'only' ? 'only' : '',
    order: search.get('order') === 'risk' ? 'risk' : '',
    group: search.get('group') === 'subject' ? 'subject' : '',
    subject: search.get('subject') ?? '',
    text: search.get('text') ?? '',
    from: day('from'),
    to: day('to'),
  };
}

export function writeFilter(filter: FindingFilter): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of LIST_FILTERS) if (filter[name].length > 0) search.set(name, filter[name].join(','));
  for (const name of TEXT_FILTERS) if (filter[name] !== '') search.set(name, filter[name]);
  return search;
}

/** As the API wants it: the last day counts whole; what waits, and is not set aside. */
export function queryOf(filter: FindingFilter): FindingFilterQuery {
  return {
    ...Object.fromEntries(LIST_FILTERS.filter((name) => filter[name].length > 0).map((name) => [name, filter[name].join(',')])),
    ...asideOf(filter),
    ...(filter.subject === '' ? {} : { subject: filter.subject }),
    ...(filter.text.trim() === '' ? {} : { text: filter.text.trim() }),
    ...(filter.from === '' ? {} : { fromMs: startOfChinaDayMs(filter.from) }),
    ...(filter.to === '' ? {} : { toMs: startOfChinaDayMs(filter.to) + DAY_MS }),
  };
}

function asideOf({ aside, status }: FindingFilter): Pick<FindingFilterQuery, 'aside'> {
  if (aside === 'only') return { aside: 'only' };
  return status.length === 1 && status[0] === 'open' ? { aside: 'without' } : {};
}

/** How many filters besides the status are set. */
export function countFilters(filter: FindingFilter): number {
  const lists = LIST_FILTERS.filter((name) => name !== 'status' && filter[name].length > 0).length;
  return (
    lists + (filter.subject === '' ? 0 : 1) + (filter.text === '' ? 0 : 1) + (filter.from === '' && filter.to === '' ? 0 : 1)
  );
}

export function useFindingFilter(): { filter: FindingFilter; change: (part: Partial<FindingFilter>) => void; clear: () => void } {
  const [search, setSearch] = useSearchParams();
  const filter = readFilter(search);
  return {
    filter,
    change: (part) => setSearch(writeFilter({ ...filter, ...part }), { replace: true }),
    clear: () =>
      setSearch(
        writeFilter({
          ...readFilter(new URLSearchParams()),
          status: filter.status,
          aside: filter.aside,
          order: filter.order,
          group: filter.group,
        }),
        { replace: true },
      ),
  };
}
