import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownVariables } from '../deploy/environment.js';

/** What may be set stands in the operating guide, and nothing that cannot. */
const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const guide = read('docs/operating-guide.md');

const NAME = /\bTIANYAN_[A-Z][A-Z_]*[A-Z]\b/g;
/** Each by its name, in full: people search for it. */
const described = new Set([...guide.matchAll(/`(TIANYAN_[A-Z_]+[A-Z])(?:=[^`]*)?`/g)].map(([, name = '']) => name));
/** Begins the names of keys and tokens, which a county makes up itself. */
const PREFIX = 'TIANYAN_SECRET_';

/** Names that the sources speak of, tests aside: one that is read past the configuration would be seen here. */
function namesInSources(): string[] {
  const files = execFileSync('git', ['ls-files', 'libs', 'apps'], { cwd: root, encoding: 'utf8' }).split('\n');
  const sources = files.filter((file) => /\/src\/.*\.ts$/.test(file) && !/\.test\.ts$|-fixture\.ts$|\/testing\//.test(file));
  return sources.flatMap((file) => read(file).match(NAME) ?? []);
}

test('every setting is in the operating guide', () => {
  const settings = new Set([...knownVariables(), ...namesInSources()].filter((name) => name.startsWith('TIANYAN_')));
  expect(settings.size).toBeGreaterThan(40);
  expect([...settings].filter((name) => !described.has(name)).toSorted()).toEqual([]);
});

test('no setting is in the guides that the program does not read', () => {
  const known = knownVariables();
  for (const file of [
    'docs/operating-guide.md',
    'docs/mapping-reference.md',
    'docs/rule-guide.md',
    'docs/examples/README.md',
    'README.md',
  ]) {
    const unknown = (read(file).match(NAME) ?? []).filter((name) => !known.has(name) && !name.startsWith(PREFIX));
    expect({ file, unknown }).toEqual({ file, unknown: [] });
  }
});
