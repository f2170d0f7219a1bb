import { expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleSql } from './compile/index.js';
import { loadPack } from './pack.js';

/** One file for each shipped rule, so that a review sees what a change of the language does to it. */
const FOLDER = join(import.meta.dirname, '../golden');
/** `npm run golden` writes them again. */
const isWriting = process.env['TIANYAN_WRITE_GOLDEN'] === 'yes';

test.each(loadPack().map((rule) => [rule.id, rule] as const))('the query of %s is the one on file', (id, rule) => {
  const file = join(FOLDER, `${id}.sql`);
  const sql = `${ruleSql(rule, builtInCatalogue)}\n`;
  if (isWriting) writeFileSync(file, sql);
  expect(sql).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
});

test('no file is left of a rule that is gone', () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual(
    loadPack()
      .map(({ id }) => `${id}.sql`)
      .toSorted(),
  );
});
