import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What a browser loads before the sign-in form: kept small, because townships have slow networks. `npm test` builds it. */
const dist = join(import.meta.dirname, '../../apps/web/dist');

/**
 * Bytes after gzip; 250 kB when this was written. React, the query client, zod and the frame of the components are 180 of it; the schemas of what the
 * console answers grow with each part of it. 350 kB is what a slow network of a township may bear.
 */
const FIRST_LOAD_MAX_BYTES = 255_000;

test('the first load of the console stays small', () => {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].flatMap(([, path]) => (path === undefined ? [] : [path]));
  const sizes = files.map((path) => ({ path, bytes: gzipSync(readFileSync(join(dist, path))).length }));
  expect(sizes.length).toBeGreaterThan(5);
  expect(sizes.filter(({ path }) => /chart|page/.test(path))).toEqual([]);
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
  expect(bytes).toBeLessThan(FIRST_LOAD_MAX_BYTES);
});
