import { useLocation } from 'react-router';
import { z } from 'zod';

const stateSchema = z.object({ samePageAs: z.string() });

/** State of an address that takes the place of another while the page stays as it is: what is being written there goes on. */
export function samePageAs(pathname: string): z.output<typeof stateSchema> {
  return { samePageAs: pathname };
}

/** Another page has another key: it begins anew. */
export function usePageKey(): string {
  const { pathname, state } = useLocation();
  return stateSchema.safeParse(state).data?.samePageAs ?? pathname;
}
