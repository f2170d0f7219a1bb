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

  test('rows of ClickHouse are proved by a schema, or by whoever reads them as they come', () => {
    const ownParser = [
      // Evaluations, tens of thousands in a sweep: by the parsers of the rules that asked.
      'libs/findings/src/evaluator.ts',
      'libs/findings/src/trials/trial-evaluation.ts',
      'libs/rules/src/examples/example-tables.ts',
      // By the reader that comes with each question.
      'libs/findings/src/coverage/rule-coverage.ts',
      // By a schema, some thousand at a time, with other work in between.
      'libs/supervision/src/campaigns/order-population.ts',
      'libs/warehouse/src/rows.ts',
    ];
    const whetherThereIsOne = [
      'apps/console/src/places/place-records.ts',
      'libs/findings/src/set-aside/rule-faults.ts',
      'libs/runtime/src/runtime.module.ts',
      'libs/sources/src/quarantine/stored-records.ts',
      'libs/warehouse/src/schema/ensure-tables.ts',
    ];
    const aboveTheClients = production.filter((file) => !file.startsWith('libs/warehouse/src/clickhouse/'));
    expect(offenders(aboveTheClients, /arehouse\s*\.(rows|stream)\(/)).toEqual([...ownParser, ...whetherThereIsOne].toSorted());
    expect(offenders(sources, /\.(rows|stream)</)).toEqual([]);
  });

  test('only libs/postgres knows the driver', () => {
    // COPY is a stream of the driver's.
    const copies = 'libs/stream/src/postgres/append.ts';
    const ownCalls = byTheLibrary.filter((file) => production.includes(file) && !file.startsWith('libs/warehouse/'));
    expect(offenders(ownCalls, /\b(pool|client|db|postgres)\s*\.query\(/)).toEqual([copies]);
    expect(offenders(byTheLibrary, /from 'pg'|import\('pg'\)/)).toEqual([]);
  });

  test('migrations of a library are told apart by numbers of three digits: the order of their names is that in which they run', () => {
    const migrations = files.filter((file) => file.includes('/migrations/'));
    expect(migrations.length).toBeGreaterThan(80);
    expect(migrations.filter((file) => !/^libs\/\w+\/migrations\/\d{3}_\w+\.sql$/.test(file))).toEqual([]);
    const numbers = migrations.map((file) => file.slice(0, file.indexOf('_')));
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });

  test('modules of NestJS stand in files of their own, which say so', () => {
    const modules = offenders(production, /^\s*@Module\(/m);
    expect(modules.length).toBeGreaterThan(10);
    expect(modules.filter((file) => !file.endsWith('.module.ts'))).toEqual([]);
  });

  test('the architecture names files that there are, at most three for a step', () => {
    const text = readFileSync(join(root, 'docs/ARCHITECTURE.md'), 'utf8');
    const [, table = ''] = /### Where each step stands\n([\s\S]*?)\n#/.exec(text) ?? [];
    const steps = table
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(1);
    expect(steps.length).toBeGreaterThan(10);
    for (const step of steps) {
      const named = [...step.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      expect({ step, few: named.length >= 1 && named.length <= 3 }).toEqual({ step, few: true });
    }
    const named = [...text.matchAll(/`((?:apps|libs|test)\/[^`\s]*)`/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !files.some((file) => file === name || file.startsWith(`${name}/`)))).toEqual([]);
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
