import { clockLimits, NO_CLOCK_LIMITS, REAL_CLOCK_LIMITS } from '@tianyan/findings';
import { readProcessConfig } from '@tianyan/runtime';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { configXml, SERVER_DATABASE } from '../../libs/warehouse/src/testing/server/settings.js';
import { type Environment, fillIn, knownVariables, references } from './environment.js';

const deploy = join(import.meta.dirname, '../../deploy');
const read = (...path: string[]) => readFileSync(join(deploy, ...path), 'utf8');

const PROCESSES = ['connector', 'writer', 'correlator', 'notifier', 'console'];
const ENGINES = ['kafka', 'clickhouse', 'postgres', 'redis'];

const service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  restart: z.string().optional(),
  networks: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  deploy: z
    .looseObject({ resources: z.looseObject({ limits: z.looseObject({ cpus: z.string(), memory: z.string() }) }) })
    .optional(),
});
const compose = z.looseObject({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.unknown()),
});

const known = knownVariables();

/** What the deployed environment may hold beside what the program reads. */
const OF_NODE = ['NODE_OPTIONS'];

function unknownAmong(names: Iterable<string>): string[] {
  return [...names].filter((name) => !known.has(name) && !name.startsWith('TIANYAN_SECRET_') && !OF_NODE.includes(name));
}

test('the names that the program reads are found at all', () => {
  expect(known.size).toBeGreaterThan(25);
  expect(known).toContain('TIANYAN_CLICKHOUSE_CLUSTER');
});

/** The lines of an element of XML that stands there once, without their indentation. */
function xmlPart(xml: string, name: string): string[] {
  const [, inside = ''] = new RegExp(`<${name}>\\n([\\s\\S]*?)</${name}>`).exec(xml) ?? [];
  return inside
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

describe('deploy/compose', () => {
  const text = read('compose', 'compose.yaml');
  const { services, volumes } = compose.parse(parse(text, { merge: true }));
  const sandboxText = read('compose', 'compose.sandbox.yaml');
  let secrets: Environment;

  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'tianyan-compose-'));
    try {
      for (const file of ['.env.example', 'init-env.sh']) copyFileSync(join(deploy, 'compose', file), join(folder, file));
      execFileSync('sh', [join(folder, 'init-env.sh')]);
      expect(statSync(join(folder, '.env')).mode & 0o077).toBe(0);
      expect(() => execFileSync('sh', [join(folder, 'init-env.sh')], { stdio: 'pipe' })).toThrow(/已存在/);
      secrets = Object.fromEntries(
        readFileSync(join(folder, '.env'), 'utf8')
          .split('\n')
          .filter((line) => /^[A-Z]/.test(line))
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const environmentOf = (name: string, env: Environment): Environment =>
    Object.fromEntries(
      Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, fillIn(String(value), env)]),
    );

  test('four engines and the five processes, each built as its command says', () => {
    expect(Object.keys(services).sort()).toEqual([...PROCESSES, ...ENGINES].sort());
    for (const name of PROCESSES) {
      expect(services[name]?.command).toEqual([`apps/${name}/dist/main.js`]);
      expect(existsSync(join(deploy, '..', 'apps', name, 'src', 'main.ts'))).toBe(true);
    }
  });

  test('each has a health check, limits, a restart policy', () => {
    for (const [name, { healthcheck, deploy: limits, restart }] of Object.entries(services))
      expect({ name, checked: healthcheck !== undefined, limited: limits !== undefined, restart }).toEqual({
        name,
        checked: true,
        limited: true,
        restart: 'unless-stopped',
      });
  });

  test('with the secrets that init-env.sh makes, the configuration of each process is accepted', () => {
    for (const name of PROCESSES) {
      const environment = environmentOf(name, secrets);
      expect(unknownAmong(Object.keys(environment))).toEqual([]);
      const config = readProcessConfig(environment);
      expect(config.digestKey?.length).toBeGreaterThanOrEqual(32);
      expect(config.kafka?.brokers).toEqual(['kafka:9092']);
      // A host whose clock jumps stops evaluation, as it would beside no cluster.
      expect(clockLimits(config)).toBe(REAL_CLOCK_LIMITS);
      for (const url of [config.postgresUrl, config.clickhouse?.url, config.redisUrl])
        expect(ENGINES).toContain(new URL(url ?? '').hostname);
    }
  });

  test('the server grants as much without being asked as the one of the tests', () => {
    const tried = configXml({ directory: '/data', host: '::', port: 8123, memoryBytes: 1 }, 'a');
    const part = xmlPart(read('compose', 'clickhouse', 'server.xml'), 'access_control_improvements');
    expect(part).toEqual(xmlPart(tried, 'access_control_improvements'));
    expect(part.length).toBeGreaterThan(3);
    expect(services['clickhouse']?.environment['CLICKHOUSE_DB']).toBe(SERVER_DATABASE);
  });

  test('nothing starts without its secrets, and no two of them are alike', () => {
    expect(new Set(Object.values(secrets)).size).toBe(Object.keys(secrets).length);
    for (const missing of Object.keys(secrets)) {
      const { [missing]: _, ...others } = secrets;
      const all = () => Object.keys(services).map((name) => environmentOf(name, others));
      expect(all).toThrow(`${missing}: run init-env.sh first`);
    }
  });

  test('all that the files refer to stands in .env.example, which holds no value', () => {
    const example = read('compose', '.env.example');
    const lines = example.split('\n').filter((line) => /^#?[A-Z][A-Z_]*=/.test(line));
    expect(lines.filter((line) => !line.endsWith('='))).toEqual([]);
    const named = lines.map((line) => line.replace('#', '').slice(0, -1));
    const shown = new Set([...references(text), ...references(sandboxText)]);
    // Fixed places inside the containers, which only the other file changes.
    for (const inside of ['TIANYAN_SOURCES', 'TIANYAN_RULES_DIR']) shown.delete(inside);
    expect([...shown].sort()).toEqual([...named].sort());
  });

  test('the engines are reached by the processes only, and keep their data in volumes', () => {
    for (const name of ENGINES) {
      expect(services[name]).toMatchObject({ networks: ['engines'], ports: [] });
      const kept = (services[name]?.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
      expect(kept.filter((volume) => volume in volumes)).toHaveLength(1);
    }
    expect(text).toMatch(/engines: \{ internal: true \}/);
  });

  test('the simulated county takes the place of the sources of every process', () => {
    const partial = z.looseObject({
      services: z.record(z.string(), z.looseObject({ environment: z.record(z.string(), z.string()).default({}) })),
    });
    const override = partial.parse(parse(sandboxText, { merge: true }));
    for (const name of PROCESSES) {
      const environment = { ...environmentOf(name, secrets), ...override.services[name]?.environment };
      expect(unknownAmong(Object.keys(environment))).toEqual([]);
      const config = readProcessConfig(environment);
      expect(config.sandboxServer).toEqual({ url: 'http://sandbox:8090', exportsFolder: '/sandbox/exports' });
      expect(clockLimits(config)).toBe(NO_CLOCK_LIMITS);
    }
  });
});

describe('deploy/helm', () => {
  const chart = ['helm', 'tianyan'];
  const schema = z.fromJSONSchema(JSON.parse(read(...chart, 'values.schema.json')));
  const defaults = parse(read(...chart, 'values.yaml')) as Record<string, unknown>; // checked against the schema below
  const templates = readdirSync(join(deploy, ...chart, 'templates')).map((file) => read(...chart, 'templates', file));

  /** As Helm does: maps are merged, everything else takes the place of what was there. */
  function merged(base: unknown, over: unknown): unknown {
    if (!isMap(base) || !isMap(over)) return over === undefined ? base : over;
    return Object.fromEntries([...Object.keys(base), ...Object.keys(over)].map((key) => [key, merged(base[key], over[key])]));
  }
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

  test.each(['values-county.yaml', 'values-city.yaml', 'values-province.yaml'])('%s fits the schema', (file) => {
    const values = merged(defaults, parse(read(...chart, file)));
    expect(schema.safeParse(values).error?.issues ?? []).toEqual([]);
  });

  test('the schema refuses what would not work', () => {
    const refused = (over: unknown) => expect(schema.safeParse(merged(defaults, over)).success).toBe(false);
    expect(schema.safeParse(defaults).error?.issues ?? []).toEqual([]);
    refused({ apps: { writer: { replicas: 5 } } });
    refused({ kafka: { brokers: ['kafka'] } });
    refused({ clickhouse: { tables: 'Replicated' } });
    refused({ password: 'x' });
  });

  test('every variable that the templates set is one that the program reads', () => {
    const set = templates.flatMap((template) => template.match(/\bTIANYAN_[A-Z_]+\b(?!_)/g) ?? []);
    expect(set.length).toBeGreaterThan(15);
    expect(unknownAmong(set)).toEqual([]);
  });

  test('values that the templates read exist', () => {
    const paths = templates.flatMap((template) => [...template.matchAll(/\.Values\.([\w.]+)/g)].map(([, path = '']) => path));
    const missing = paths.filter((path) => {
      let at: unknown = defaults;
      for (const key of path.split('.')) at = isMap(at) ? at[key] : undefined;
      return at === undefined;
    });
    expect(missing).toEqual([]);
  });
});

describe('no secret in a file', () => {
  const files = ['compose', 'helm'].flatMap((folder) =>
    readdirSync(join(deploy, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== '.env' && entry.name !== 'sources.env')
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  /** A password in a URL, or given to a name that sounds like one; references and empty values are none. */
  const inUrl = /:\/\/[^\s/@:]*:(?!\$\{)[^\s/@$]+@/;
  const named =
    /^[ \t]*-?[ \t]*["']?\w*(PASSWORD|TOKEN|SECRET|DIGEST_KEY)\w*["']?[ \t]*[:=][ \t]*["']?(?!\$|\{|\[|true|false)[^\s"']+/im;

  test('deploy/compose and deploy/helm', () => {
    expect(files.length).toBeGreaterThan(15);
    const holding = files.filter((file) => {
      const text = readFileSync(file, 'utf8');
      return inUrl.test(text) || named.test(text);
    });
    expect(holding).toEqual([]);
  });

  test.each(['postgres://tianyan:hunter2@postgres/tianyan', 'redis://:hunter2@redis'])('%s would be seen', (text) => {
    expect(inUrl.test(text)).toBe(true);
  });

  test.each(['  POSTGRES_PASSWORD: hunter2', 'TIANYAN_DIGEST_KEY=abc', '- METRICS_TOKEN=abc'])('%s would be seen', (text) => {
    expect(named.test(text)).toBe(true);
  });
});
