import type { FindingFilterQuery, FindingListQuery } from '@tianyan/console-app/api';
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
  /** `newest`: what changed last first; else the greatest risk. */
  order: string;
  /** `subject`: what is about one thing stands together. */
  group: string;
  /**
   * A team whose queue is shown, and which part of it: `week`, `behind`; else all. `all` without a team: a person asked for everything,
   * where an address that says nothing leads who belongs to a team to its week.
   */
  team: string;
  place: string;
  /** Key of a group whose findings are shown. */
  subject: string;
  text: string;
  from: string;
  to: string;
}

export const LIST_FILTERS = ['status', 'severity', 'class', 'rule', 'township', 'village', 'unit', 'verdict'] as const;
const TEXT_FILTERS = ['aside', 'order', 'group', 'team', 'place', 'subject', 'text', 'from', 'to'] as const;

const PLACES = ['week', 'behind', 'all'] as const;
const QUEUE_PLACES = ['week', 'behind'] as const;

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
    order: search.get('order') === 'newest' ? 'newest' : '',
    group: search.get('group') === 'subject' ? 'subject' : '',
    team: search.get('team') ?? '',
    place: PLACES.find((place) => place === search.get('place')) ?? '',
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

/** As an address that a person made: one that says nothing would be that of somebody who has just come. */
export function writeChosen(filter: FindingFilter): URLSearchParams {
  const search = writeFilter(filter);
  return search.size === 0 ? writeFilter({ ...filter, place: 'all' }) : search;
}

/** As the API wants it: the last day counts whole; what waits, and is not set aside. */
export function queryOf(filter: FindingFilter): FindingFilterQuery {
  return {
    ...Object.fromEntries(LIST_FILTERS.filter((name) => filter[name].length > 0).map((name) => [name, filter[name].join(',')])),
    ...asideOf(filter),
    ...queueOf(filter),
    ...(filter.subject === '' ? {} : { subject: filter.subject }),
    ...(filter.text.trim() === '' ? {} : { text: filter.text.trim() }),
    ...(filter.from === '' ? {} : { fromMs: startOfChinaDayMs(filter.from) }),
    ...(filter.to === '' ? {} : { toMs: startOfChinaDayMs(filter.to) + DAY_MS }),
  };
}

function queueOf({ team, place }: FindingFilter): Pick<FindingFilterQuery, 'team' | 'place'> {
  const known = QUEUE_PLACES.find((one) => one === place);
  return team === '' ? {} : { team, ...(known && { place: known }) };
}

function asideOf({ aside, status }: FindingFilter): Pick<FindingFilterQuery, 'aside'> {
  if (aside === 'only') return { aside: 'only' };
  return status.length === 1 && status[0] === 'open' ? { aside: 'without' } : {};
}

/** As a list is read: the greatest risk first, unless the address says otherwise. */
export function listQueryOf(filter: FindingFilter): FindingListQuery {
  return { ...queryOf(filter), order: filter.order === 'newest' ? 'newest' : 'risk' };
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
    change: (part) => setSearch(writeChosen({ ...filter, ...part }), { replace: true }),
    clear: () =>
      setSearch(
        writeChosen({
          ...readFilter(new URLSearchParams()),
          status: filter.status,
          aside: filter.aside,
          order: filter.order,
          group: filter.group,
          team: filter.team,
          place: filter.place,
        }),
        { replace: true },
      ),
  };
}
