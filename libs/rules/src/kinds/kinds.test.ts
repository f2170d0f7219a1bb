import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ALL_KINDS } from './index.js';

const ROOT = join(import.meta.dirname, '../../../..');
const ASKING = [
  'libs/rules/src',
  'libs/findings/src',
  'libs/notices/src',
  'apps/console/src',
  'apps/correlator/src',
  'apps/web/src',
];

/** Sources that are part of the program. */
function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test(-fixture)?\./.test(name))
    .map((name) => join(ROOT, folder, name));
}

test('nothing outside its folder asks for a kind by name', () => {
  const names = ALL_KINDS.map(({ kind }) => kind).join('|');
  // Other things have a step that is called like a kind: a case counts where a kind is what is switched on.
  const asked = new RegExp(`[kK]ind\\)? ?[!=]== ?'(${names})'|switch \\(.*[kK]ind\\) \\{[^]*?case '(${names})':`);
  const own = join(ROOT, 'libs/rules/src/kinds');
  const files = ASKING.flatMap(sources).filter((file) => !file.startsWith(own));
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => asked.test(readFileSync(file, 'utf8'))).map((file) => relative(ROOT, file))).toEqual([]);
});

test('each kind has its line in the README', () => {
  const readme = readFileSync(join(ROOT, 'libs/rules/README.md'), 'utf8');
  for (const { kind, about } of ALL_KINDS) expect(readme).toContain(`| \`${kind}\` | ${about} |`);
});
