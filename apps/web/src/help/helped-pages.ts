/**
 * Pages of the console with a help of their own, by the first part of their address. Every page of the menu is one of them: the type of the menu's
 * items sees to it.
 */
export const HELPED_PAGES = [
  '/',
  '/bench',
  '/findings',
  '/clues',
  '/statistics',
  '/letters',
  '/circulars',
  '/rectifications',
  '/campaigns',
  '/campaign-tasks',
  '/assignments',
  '/hand-overs',
  '/delegations',
  '/scorecards',
  '/surges',
  '/screen',
  '/inbox',
  '/sources',
  '/quarantine',
  '/dictionary',
  '/rules',
  '/sweeps',
  '/people',
  '/teams',
  '/deliveries',
  '/sign-in-blocks',
  '/audit',
  '/search',
  '/timelines',
  '/places',
  '/relations',
  '/help',
] as const;
export type HelpedPage = (typeof HELPED_PAGES)[number];

/** Null: the page has none, such as an address that there is not. */
export function helpedPageOf(pathname: string): HelpedPage | null {
  const first = `/${pathname.split('/')[1] ?? ''}`;
  return HELPED_PAGES.find((page) => page === first) ?? null;
}
