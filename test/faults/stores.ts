import { freePort } from '@tianyan/kernel';
import { SERVER_PROGRAM } from '@tianyan/warehouse/testing';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { APPS, type AppName } from './kinds.js';
import { Link } from './link.js';
import { Part } from './part.js';

const resolve = createRequire(import.meta.url).resolve;
/** Tests run in the repository's folder, as npm starts them. */
const root = process.cwd();

const kafkaLine = z.object({ brokers: z.string(), pid: z.number() });
const postgresLine = z.object({ url: z.string(), pid: z.number() });
const warehouseLine = z.object({ url: z.string(), pid: z.number() });
const sandboxLine = z.object({ url: z.string(), exportsFolder: z.string() });

function parsed<T>(schema: z.ZodType<T>, line: string): T | undefined {
  return line.startsWith('{') ? schema.safeParse(JSON.parse(line)).data : undefined;
}

export interface Store {
  part: Part;
  /** Port of its own, which changes when PostgreSQL starts again. */
  port: () => number;
}

export async function redis(directory: string): Promise<Store> {
  const port = await freePort();
  mkdirSync(directory, { recursive: true });
  const settings = { port, bind: '127.0.0.1', dir: directory, appendonly: 'yes', 'maxmemory-policy': 'noeviction' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const readLine = (line: string) => (line.includes('Ready to accept connections') ? {} : undefined);
  return { part: new Part('redis', () => ({ command: 'redis-server', args, tied: true }), readLine), port: () => port };
}

/** A real ClickHouse server; strikes hit it, and not the program that watches over it. */
export async function warehouse(directory: string): Promise<Store & { url: (port: number) => string }> {
  const port = await freePort();
  let url: URL | undefined;
  const args = [fileURLToPath(SERVER_PROGRAM), '--data', directory, '--port', String(port)];
  const readLine = (line: string) => {
    const up = parsed(warehouseLine, line);
    if (up) url = new URL(up.url);
    return up;
  };
  const part = new Part('warehouse', () => ({ command: process.execPath, args }), readLine);
  return {
    part,
    port: () => port,
    url(through) {
      if (!url) throw new Error('the warehouse has not started yet');
      return Object.assign(new URL(url), { port: String(through) }).href;
    },
  };
}

export function postgres(directory: string): Store & { url: () => URL } {
  let url: URL | undefined;
  const known = () => {
    if (!url) throw new Error('PostgreSQL has not started yet');
    return url;
  };
  const args = [join(root, 'test/faults/postgres-main.mjs'), directory, 'test'];
  const readLine = (line: string) => {
    const up = parsed(postgresLine, line);
    if (up) url = new URL(up.url);
    return up;
  };
  const part = new Part('postgres', () => ({ command: process.execPath, args }), readLine);
  return { part, port: () => Number(known().port), url: known };
}

/**
 * The broker names itself to its clients, so every app has a listener of its own, whose advertised address is the app's
 * link; the harness has one without a link.
 */
export async function kafka(directory: string): Promise<Store & { portFor: (app: AppName) => number; ways: Map<AppName, Link> }> {
  const own = await freePort();
  const ports = new Map<AppName, number>();
  const ways = new Map<AppName, Link>();
  for (const app of APPS) {
    const port = await freePort();
    ports.set(app, port);
    ways.set(app, await Link.lay(() => port));
  }
  const portFor = (app: AppName) => ports.get(app) ?? 0;
  const each = (text: (app: AppName, name: string) => string) => APPS.map((app) => text(app, app.toUpperCase())).join(',');
  const sets = [
    `listeners=DIRECT://\${host}:\${port},CONTROLLER://127.0.0.1:\${controllerPort},${each((app, name) => `${name}://127.0.0.1:${portFor(app)}`)}`,
    `advertised.listeners=DIRECT://\${host}:\${port},${each((app, name) => `${name}://127.0.0.1:${ways.get(app)?.port}`)}`,
    `listener.security.protocol.map=DIRECT:PLAINTEXT,CONTROLLER:PLAINTEXT,${each((_, name) => `${name}:PLAINTEXT`)}`,
    'inter.broker.listener.name=DIRECT',
    // Six listeners; three threads each would be too many for a test.
    'num.network.threads=1',
  ].flatMap((setting) => ['--set', setting]);
  const args = [join(root, 'deploy/kafka/start.mjs'), '--data', directory, '--port', String(own), '--stop-with-stdin', ...sets];
  const part = new Part(
    'kafka',
    () => ({ command: process.execPath, args }),
    (line) => parsed(kafkaLine, line),
  );
  return { part, port: () => own, portFor, ways };
}

export interface County {
  part: Part;
  address: () => { url: string; exportsFolder: string };
}

/** The simulated county; it is not of the cluster and never hit. */
export function sandbox(directory: string, options: { seed: number; size: string }): County {
  let address: { url: string; exportsFolder: string } | undefined;
  const args = [
    join(root, 'apps/sandbox/dist/main.js'),
    `--seed=${options.seed}`,
    `--size=${options.size}`,
    // The harness moves the county's clock.
    '--speed=1',
    '--port=0',
    `--data=${directory}`,
  ];
  const readLine = (line: string) => {
    address ??= parsed(sandboxLine, line);
    return address ? {} : undefined;
  };
  return {
    part: new Part('sandbox', () => ({ command: process.execPath, args }), readLine),
    address() {
      if (!address) throw new Error('the county has not started yet');
      return address;
    },
  };
}

/** Fails where the build is missing, before anything starts. */
export function assertBuilt(): void {
  for (const app of APPS) resolve(join(root, `apps/${app}/dist/main.js`));
}
