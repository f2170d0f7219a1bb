import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository tests itself: rules of CONTRIBUTING.md that no linter knows. */
const root = join(import.meta.dirname, '../..');
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);
const sources = files.filter((file) => /^(apps|libs)\/.*\.(ts|tsx)$/.test(file));

function offenders(among: readonly string[], pattern: RegExp): string[] {
  return among.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));
}

const production = sources.filter((file) => !/\.test\.tsx?$|-fixture\.ts$|\/testing\//.test(file));
const outsideKernel = production.filter(
  (file) => !/^libs\/(kernel|runtime)\//.test(file) && !file.startsWith('apps/web/') && !file.endsWith('/main.ts'),
);

describe('the repository keeps its own rules', () => {
  test('it sees the sources at all', () => {
    expect(production.length).toBeGreaterThan(50);
  });

  test('nobody but kernel and runtime asks the machine for the time', () => {
    expect(offenders(outsideKernel, /new Date\(\)|Date\.now\(|Math\.random\(/)).toEqual([]);
  });

  test('settings never travel beside the SQL: they would stick to the embedded client', () => {
    // A server's client carries its settings with each request.
    const remote = 'libs/warehouse/src/clickhouse/open-remote.ts';
    expect(offenders(production, /clickhouse_settings\s*[:=]/).filter((file) => file !== remote)).toEqual([]);
  });

  const byTheLibrary = sources.filter((file) => !/^(libs\/postgres|apps\/web)\//.test(file));

  test('rows of PostgreSQL are proved by a schema: nobody says of what type they are', () => {
    expect(byTheLibrary.length).toBeGreaterThan(300);
    expect(offenders(byTheLibrary, /\.query</)).toEqual([]);
  });

  test('only libs/postgres knows the driver', () => {
    // COPY is a stream of the driver's.
    const copies = 'libs/stream/src/postgres/append.ts';
    const ownCalls = byTheLibrary.filter((file) => production.includes(file) && !file.startsWith('libs/warehouse/'));
    expect(offenders(ownCalls, /\b(pool|client|db|postgres)\s*\.query\(/)).toEqual([copies]);
    expect(offenders(byTheLibrary, /from 'pg'|import\('pg'\)/)).toEqual([]);
  });

  test('no grab-bag file names', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|managers?)(\.|\/)/i.test(file))).toEqual([]);
  });

  test('no unfinished marks, no focused or silently skipped tests', () => {
    expect(offenders(sources, /\b(TODO|FIXME|XXX|HACK)\b|\b(it|test|describe)\.(only|todo)\(/)).toEqual([]);
  });

  test('every library and app has a README', () => {
    const workspaces = [...new Set(sources.map((file) => file.split('/').slice(0, 2).join('/')))];
    expect(workspaces.filter((workspace) => !files.includes(`${workspace}/README.md`))).toEqual([]);
  });
});
