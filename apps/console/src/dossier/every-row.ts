import type { Page } from '@tianyan/postgres';

/** Each row once: what changes while pages are read moves from one page to another. */
export async function* everyRow<T extends { id: string }>(page: (cursor: string | null) => Promise<Page<T>>): AsyncGenerator<T> {
  const seen = new Set<string>();
  for (let cursor: string | null = null; ;) {
    const { items, nextCursor }: Page<T> = await page(cursor);
    for (const item of items) {
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      yield item;
    }
    if (nextCursor === null) return;
    cursor = nextCursor;
  }
}
