import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { z } from 'zod';

/** Where in the history of the browser an address stands, as the router numbers them. */
const stateSchema = z.object({ idx: z.int() });

interface Visit {
  /** What the list was filtered and sorted by. */
  search: string;
  /** null: not known. */
  historyIndex: number | null;
}

/** By path; as many as there are pages in the menu. It ends with the session: what one person looked for is nobody else's. */
const Visits = createContext<ReadonlyMap<string, Visit>>(new Map());

/** Remembers how each list was looked at last. */
export function VisitedLists({ children }: { children: ReactNode }) {
  const [visits] = useState(() => new Map<string, Visit>());
  const { pathname, search } = useLocation();
  useEffect(() => {
    if (isList(pathname)) visits.set(pathname, { search, historyIndex: historyIndexNow() });
  }, [visits, pathname, search]);
  return <Visits value={visits}>{children}</Visits>;
}

/** The list at this path, to be asked when one goes there. */
export function useVisitedList(path: string): { search: string; isPageBefore: () => boolean } {
  const visit = useContext(Visits).get(path);
  const isPageBefore = () => {
    const now = historyIndexNow();
    return now !== null && visit?.historyIndex === now - 1;
  };
  return { search: visit?.search ?? '', isPageBefore };
}

/** Lists stand in the menu; what stands below is one of them. */
const isList = (pathname: string): boolean => /^\/[^/]+$/.test(pathname);

function historyIndexNow(): number | null {
  return stateSchema.safeParse(window.history.state).data?.idx ?? null;
}
