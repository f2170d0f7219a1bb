import { expect, test } from '@jest/globals';
import type { Page } from '@tianyan/postgres';
import { changedRows } from './exported-list.js';

interface Row {
  id: string;
  changedAtMs: number;
}

/** A list as the database has it, the last changed first, two a page; `between` is what people do after each page. */
function listOf(ids: string, between: (handle: (id: string) => void, pagesRead: number) => void) {
  let nowMs = 1_000;
  let pagesRead = 0;
  const rows = new Map<string, Row>(ids.split('').map((id) => [id, { id, changedAtMs: ++nowMs }]));
  const handle = (id: string) => rows.set(id, { id, changedAtMs: ++nowMs });
  return async ({ cursor }: { cursor?: string }): Promise<Page<Row>> => {
    const sorted = [...rows.values()].toSorted((a, b) => b.changedAtMs - a.changedAtMs);
    const below = sorted.filter(({ changedAtMs }) => cursor === undefined || changedAtMs < Number(cursor));
    const items = below.slice(0, 2);
    between(handle, ++pagesRead);
    return { items, nextCursor: below.length > 2 ? String(items.at(-1)?.changedAtMs) : null };
  };
}

async function readAll(list: ReturnType<typeof listOf>): Promise<string> {
  const ids: string[] = [];
  for await (const { id } of changedRows(list)) ids.push(id);
  return ids.join('');
}

test('a list that nobody changes is read once, and once more at the top', async () => {
  let pages = 0;
  expect(await readAll(listOf('abcde', () => void pages++))).toBe('edcba');
  expect(pages).toBe(4);
});

test('what is handled before its page is read is in the file, once', async () => {
  // The first page holds e and d; a, of the last, and e, which was read, are handled after it.
  const list = listOf('abcde', (handle, pagesRead) => {
    if (pagesRead === 1) for (const id of ['a', 'e']) handle(id);
  });
  expect(await readAll(list)).toBe('edcba');
});

test('what is handled while the top is read again is, too; and reading ends, however busy people are', async () => {
  const list = listOf('abcdefgh', (handle, pagesRead) => {
    if (pagesRead === 1) for (const id of ['a', 'b', 'c']) handle(id);
    // The fourth is the top, which is read again.
    if (pagesRead === 4) handle('a');
  });
  expect((await readAll(list)).split('').toSorted().join('')).toBe('abcdefgh');
  let pages = 0;
  const busy = listOf('abcdefgh', (handle, pagesRead) => {
    pages = pagesRead;
    handle('abcdefgh'[pagesRead % 8] ?? 'a');
  });
  await readAll(busy);
  expect(pages).toBeLessThan(100);
});
