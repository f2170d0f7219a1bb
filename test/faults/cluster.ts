import { builtInCatalogue } from '@tianyan/contracts';
import { freePort, seededRng, systemClock, uuidSource } from '@tianyan/kernel';
import { openPool, rows } from '@tianyan/postgres';
import { leaveSignalsToTheProcess } from '@tianyan/runtime';
import { createKafkaStream, type Stream } from '@tianyan/stream';
import { openRemoteWarehouse, type OpenWarehouse } from '@tianyan/warehouse';
import { FaultProxy, type ProxiedFault } from '@tianyan/warehouse/testing';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { ApiClient, until } from '../product/api-client.js';
import { APPS, STORES, type AppName, type PartName, type StoreName } from './kinds.js';
import { Link } from './link.js';
import { Part } from './part.js';
import { AlertReceiver } from './receiver.js';
import * as stores from './stores.js';
import { newDataDirectory } from '../product/product.js';

const root = process.cwd();
const READY_TIMEOUT_MS = 180_000;
const ANSWER_TIMEOUT_MS = 10_000;
const PASSWORD = 'Tianyan-2026-first';
/** Not a secret: guards a county that is made up. */
const DIGEST_KEY = 'a key for counties that are made up';
/** As the containers of a county have them: see deploy/compose. */
const flagsOf = (app: AppName) => [
  '--max-old-space-size=768',
  `--max-semi-space-size=${app === 'writer' || app === 'correlator' ? 128 : 32}`,
];

/** The whole cluster on this machine, each part a process that can be hit, each app led to each store by a link of its own. */
export class FaultyCluster {
  readonly catalogue = builtInCatalogue;
  readonly extras: Part[] = [];
  private readonly apps = new Map<AppName, Part>();
  private readonly appPorts = new Map<AppName, number>();
  private readonly links = new Map<string, Link>();
  /** For the harness's own looks; not led through links. */
  stream!: Stream; // opened by start(), before anybody gets the cluster
  warehouse!: OpenWarehouse; // as above
  client!: ApiClient; // as above
  /** Who writes what the other reviews. */
  analyst!: ApiClient; // as above

  private constructor(
    readonly directory: string,
    readonly receiver: AlertReceiver,
    readonly county: stores.County,
    private readonly kafka: Awaited<ReturnType<typeof stores.kafka>>,
    private readonly postgres: ReturnType<typeof stores.postgres>,
    private readonly redis: stores.Store,
    private readonly clickhouse: Awaited<ReturnType<typeof stores.warehouse>>,
    /** Before the warehouse, for statements that are to go wrong in a way of their own. */
    readonly statementFaults: FaultProxy,
    private readonly appSettings: Readonly<Record<string, string>>,
  ) {}

  /** Everything runs and has been told where to send alerts; the county's history begins to flow. */
  static async start(
    options: { seed: number; size: string },
    appSettings: Readonly<Record<string, string>> = {},
  ): Promise<FaultyCluster> {
    stores.assertBuilt();
    leaveSignalsToTheProcess();
    const directory = newDataDirectory('faults');
    const at = (name: string) => join(directory, name);
    const clickhouse = await stores.warehouse(at('clickhouse'));
    const cluster = new FaultyCluster(
      directory,
      await AlertReceiver.listen(),
      stores.sandbox(at('sandbox'), options),
      await stores.kafka(at('kafka')),
      stores.postgres(at('postgres')),
      await stores.redis(at('redis')),
      clickhouse,
      await FaultProxy.start(clickhouse.port),
      appSettings,
    );
    try {
      await cluster.open();
      return cluster;
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
  }

  part(name: PartName): Part {
    const part = this.storeOf(name)?.part ?? this.apps.get(name as AppName); // not a store, so an app
    if (!part) throw new RangeError(`there is no ${name}`);
    return part;
  }

  link(app: AppName, store: StoreName): Link {
    const link = this.links.get(`${app} ${store}`);
    if (!link) throw new RangeError(`${app} has no link to ${store}`);
    return link;
  }

  urlOf(app: AppName): string {
    return `http://127.0.0.1:${this.appPorts.get(app)}`;
  }

  get url(): string {
    return this.urlOf('console');
  }

  get brokers(): string {
    return `127.0.0.1:${this.kafka.port()}`;
  }

  /** From here on the writers' statements pass by, and meet what is planned. */
  planStatementFaults(...faults: readonly ProxiedFault[]): void {
    this.statementFaults.plan(...faults);
    // Connections that are open lead past it.
    this.link('writer', 'warehouse').set('cut');
    this.link('writer', 'warehouse').set('open');
  }

  firstPassword(account: string): string {
    const file = join(this.directory, 'first-passwords.json');
    const passwords = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>; // as the console writes it
    return passwords[account] ?? '';
  }

  /** Asks PostgreSQL on a connection of its own: the server may have been hit since the last question. */
  async ask<S extends z.ZodType>(schema: S, sql: string): Promise<z.output<S>[]> {
    const pool = openPool({
      databaseUrl: this.postgres.url().href,
      maxConnections: 1,
      connectTimeoutMs: ANSWER_TIMEOUT_MS,
      onIdleCut: () => undefined,
    });
    try {
      return await rows(pool, schema, sql);
    } finally {
      await pool.end();
    }
  }

  /** Another copy of the writer, or what stands in for it. */
  async addWriter(program: string): Promise<Part> {
    const part = await this.newApp(`writer-${this.extras.length + 2}`, 'writer', program);
    this.extras.push(part);
    await part.up();
    return part;
  }

  async isReady(app: AppName): Promise<boolean> {
    try {
      return (await fetch(`${this.urlOf(app)}/readyz`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })).ok;
    } catch {
      return false;
    }
  }

  async untilReady(apps: readonly AppName[] = APPS): Promise<void> {
    for (const app of apps)
      await until(
        `${app} is ready`,
        READY_TIMEOUT_MS,
        () => this.isReady(app),
        () => this.lastLines(),
      );
  }

  private get parts(): Part[] {
    return [...this.apps.values(), ...STORES.map((name) => this.part(name)), ...this.extras];
  }

  lastLines(): string {
    return this.parts.map((part) => part.lastLines).join('\n');
  }

  /** How often a part ended although nobody had hit it, by name. */
  get endedByThemselves(): Record<string, number> {
    return Object.fromEntries(this.parts.filter(({ gaveUp }) => gaveUp > 0).map(({ name, gaveUp }) => [name, gaveUp]));
  }

  /** Moves the county on: new records are published at once. */
  async advance(byMs: number): Promise<void> {
    const response = await fetch(`${this.county.address().url}/control/advance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ byMs }),
    });
    if (!response.ok) throw new Error(`the county does not move on: ${await response.text()}`);
  }

  async signIn(): Promise<void> {
    this.client = await ApiClient.signIn(this, 'admin', PASSWORD);
    this.analyst = await ApiClient.signIn(this, 'analyst', PASSWORD);
  }

  async dispose(): Promise<void> {
    // The apps have nothing to lose; the stores go in good order, so that nothing of them stays behind.
    for (const part of [...this.apps.values(), ...this.extras]) if (part.isWanted) await part.kill();
    await Promise.all([this.stream?.close(), this.warehouse?.close()]);
    await Promise.all([this.county.part, ...STORES.map((name) => this.part(name))].map((part) => part.stop()));
    await Promise.all([...this.links.values(), ...this.kafka.ways.values()].map((link) => link.remove()));
    await Promise.all([this.receiver.close(), this.statementFaults.close()]);
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  private storeOf(name: PartName): stores.Store | undefined {
    const all = { kafka: this.kafka, postgres: this.postgres, redis: this.redis, warehouse: this.clickhouse };
    return Object.hasOwn(all, name) ? all[name as StoreName] : undefined; // just looked
  }

  private async open(): Promise<void> {
    await Promise.all([this.county.part.up(), ...STORES.map((name) => this.part(name).up())]);
    this.stream = createKafkaStream({
      brokers: [this.brokers],
      clientId: 'harness',
      clock: systemClock,
      rng: seededRng(1),
      ids: uuidSource,
      onEvent: () => {},
    });
    this.warehouse = await openRemoteWarehouse({ url: this.clickhouse.url(this.clickhouse.port()), readers: 1 });
    for (const app of APPS) this.apps.set(app, await this.newApp(app, app, join(root, `apps/${app}/dist/main.js`)));
    // First the console alone: the team has to be known before the first finding.
    await this.part('console').up();
    await this.untilReady(['console']);
    await this.signIn();
    await this.tellTeam();
    await Promise.all(APPS.filter((app) => app !== 'console').map((app) => this.part(app).up()));
    await this.untilReady();
  }

  private async newApp(name: string, app: AppName, program: string): Promise<Part> {
    const port = await freePort();
    if (!this.appPorts.has(app)) this.appPorts.set(app, port);
    for (const store of STORES) {
      if (this.links.has(`${app} ${store}`)) continue;
      const target = () => this.targetOf(app, store);
      const link = store === 'kafka' ? this.kafka.ways.get(app) : await Link.lay(target);
      if (link) this.links.set(`${app} ${store}`, link);
    }
    const portOf = (store: StoreName) => this.link(app, store).port;
    const postgresUrl = this.postgres.url();
    const env = {
      TIANYAN_DATA: this.directory,
      TIANYAN_PORT: String(port),
      TIANYAN_POSTGRES_URL: `postgres://${postgresUrl.username}:${postgresUrl.password}@127.0.0.1:${portOf('postgres')}${postgresUrl.pathname}`,
      TIANYAN_REDIS_URL: `redis://127.0.0.1:${portOf('redis')}`,
      TIANYAN_CLICKHOUSE_URL: this.clickhouse.url(portOf('warehouse')),
      TIANYAN_KAFKA_BROKERS: `127.0.0.1:${portOf('kafka')}`,
      TIANYAN_SANDBOX_URL: this.county.address().url,
      TIANYAN_SANDBOX_EXPORTS: this.county.address().exportsFolder,
      TIANYAN_DIGEST_KEY: DIGEST_KEY,
      TIANYAN_STOP_WITH_STDIN: 'on',
      ...this.appSettings,
    };
    return new Part(name, () => ({ command: process.execPath, args: [...flagsOf(app), program], env, tied: true }));
  }

  private targetOf(app: AppName, store: StoreName): number {
    if (app === 'writer' && store === 'warehouse' && this.statementFaults.isPlanned) return this.statementFaults.port;
    return this.storeOf(store)?.port() ?? 0;
  }

  /** The default team hears of everything by webhook too. */
  private async tellTeam(): Promise<void> {
    const { client, receiver } = this;
    const expectOk = async (response: Response) => {
      if (!response.ok) throw new Error(`${response.status} ${response.url}: ${await response.text()}`);
      return response;
    };
    await expectOk(await client.send('PUT', '/api/webhook-hosts', { hosts: [receiver.host] }));
    const teams = await expectOk(await client.send('GET', '/api/teams'));
    const { items } = (await teams.json()) as { items: { id: string; name: string; memberIds: string[]; isDefault: boolean }[] }; // teamListSchema
    const team = items.find((item) => item.isDefault);
    if (!team) throw new Error('there is no default team');
    const settings = {
      name: team.name,
      townshipCodes: [],
      memberIds: team.memberIds,
      webhookUrl: `http://${receiver.host}/alerts`,
      minSeverity: 'low',
    };
    await expectOk(await client.send('PUT', `/api/teams/${team.id}`, settings));
    await expectOk(await client.send('POST', `/api/teams/${team.id}/webhook-key`));
  }
}
