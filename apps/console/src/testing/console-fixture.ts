import type { Role, User } from '@tianyan/access';
import { AlertOutbox, DeliveryQueue } from '@tianyan/notices';
import { builtInHolidays } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { type Cause, EvaluationTickets, FindingStore, RunningRules, shadowIdOf } from '@tianyan/findings';
import { ManualClock, seededRng, uuidSource } from '@tianyan/kernel';
import type { Pool } from '@tianyan/postgres';
import { startTestPostgres } from '@tianyan/postgres/testing';
import type { Evaluation } from '@tianyan/rules';
import { shippedText } from '@tianyan/rules/testing';
import { readConfig, RuntimeModule } from '@tianyan/runtime';
import { CONNECTOR } from '@tianyan/runtime/sources';
import type { Stream } from '@tianyan/stream';
import { ensureTables, openEmbeddedWarehouse } from '@tianyan/warehouse';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import type { ComposedConsole } from '../compose-console.js';
import { ConsoleModule } from '../console.module.js';
import { prepareConsole } from '../http/prepare-app.js';
import { consoleMigrations } from '../migrations.js';
import { ApiClient } from './api-client.js';
import { CONSOLE } from '../tokens.js';
import { StandIns } from './stand-ins.js';

export const COUNTY_NOW_MS = Date.parse('2026-07-01T09:00:00+08:00');
export const ANALYST = { account: 'li.fen', password: 'Analyst-2026-xyz' };
export const ADMINISTRATOR = { account: 'wang.gang', password: 'Operator-2026-xyz' };

export const SECURITY = { account: 'sun.security', password: 'Security-2026-xyz' };
export const AUDITOR = { account: 'qian.audit', password: 'Auditor-2026-xyz' };
export const LEADER = { account: 'chen.leader', password: 'Leader-2026-xyz' };

export type ConsoleFixture = Awaited<ReturnType<typeof startConsole>>;

/** The console over real databases: PostgreSQL and ClickHouse are started for it, and ended by `stop`. */
export async function startConsole(
  input: { webDirectory?: string; env?: Readonly<Record<string, string>>; logger?: Logger } = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'tianyan-console-'));
  const logger = input.logger ?? pino({ level: 'silent' });
  const postgres = await startTestPostgres(consoleMigrations);
  const { pool } = postgres;
  const warehouse = await openEmbeddedWarehouse({ directory: join(directory, 'ch') });
  await ensureTables(warehouse, builtInCatalogue);
  const machineClock = new ManualClock(Date.now());
  const countyClock = new ManualClock(COUNTY_NOW_MS);
  const standIns = new StandIns();
  const runtime = RuntimeModule.forRoot({
    config: readConfig({ TIANYAN_DATA: directory, ...input.env }),
    logger,
    machineClock,
    countyClock,
    rng: seededRng(1),
    ids: uuidSource,
    postgres: pool,
    stream: undefined as unknown as Stream, // the console never touches the stream
    warehouse,
    catalogue: builtInCatalogue,
    holidays: builtInHolidays(),
  });
  class Root {}
  class Sources {}
  const sources = { module: Sources, providers: [{ provide: CONNECTOR, useValue: standIns }], exports: [CONNECTOR] };
  const sweepControl = { useFactory: () => standIns.sweepControl };
  const app = await NestFactory.create<NestExpressApplication>(
    { module: Root, imports: [runtime, ConsoleModule.forRoot({ sources, sweepControl })] },
    { logger: false },
  );
  const { users, teams, sets, drafts } = app.get<ComposedConsole>(CONSOLE);
  // What a correlator does when it starts, with one rule.
  await sets.takeFiles([shippedText('order-ping-pong')]);
  prepareConsole(app, { webDirectory: input.webDirectory ?? null });
  await app.listen(0, '127.0.0.1');
  const make = async (person: { account: string; password: string }, displayName: string, role: Role): Promise<User> => {
    const made = await users.create({ ...person, displayName, role, townshipCodes: null, mustChangePassword: false });
    if (!made) throw new Error(`${person.account} exists already`);
    return made;
  };
  const people = {
    analyst: await make(ANALYST, '李芬', 'analyst'),
    administrator: await make(ADMINISTRATOR, '王刚', 'system-administrator'),
    leader: await make(LEADER, '陈伟', 'commission-leader'),
    security: await make(SECURITY, '孙莉', 'security-administrator'),
    auditor: await make(AUDITOR, '钱明', 'audit-administrator'),
  };
  const { port } = app.getHttpServer().address() as AddressInfo; // a listening TCP server has such an address
  const baseUrl = `http://127.0.0.1:${port}`;
  return {
    app,
    pool,
    warehouse,
    standIns,
    users,
    teams,
    sets,
    drafts,
    ...people,
    machineClock,
    countyClock,
    baseUrl,
    /** Where what people hand in lies. */
    filesDirectory: join(directory, 'files'),
    databaseUrl: postgres.databaseUrl,
    client: () => new ApiClient(baseUrl),
    async signedIn(as: { account: string; password: string }): Promise<ApiClient> {
      const client = new ApiClient(baseUrl);
      const answer = await client.post('/api/session', as);
      if (answer.status !== 200) throw new Error(`sign-in failed: ${JSON.stringify(answer.body)}`);
      return client;
    },
    storeFindings: (evaluations: readonly Evaluation[], cause?: Cause) => storeFindings(pool, machineClock, evaluations, cause),
    /** The same of the rule in shadow, which it is from then on. */
    async storeShadow(evaluations: readonly Evaluation[]): Promise<void> {
      await pool.query(
        `INSERT INTO finding_shadow_rule SELECT rule_id, digest, 'wang.gang', '先看看', $1 FROM finding_published_rule
         WHERE rule_id = 'order-ping-pong' ON CONFLICT DO NOTHING`,
        [machineClock.nowMs()],
      );
      await storeFindings(pool, machineClock, evaluations, undefined, shadowIdOf('order-ping-pong'));
    },
    async stop() {
      await app.close();
      await warehouse.close();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Stores evaluations of the rule `order-ping-pong` as the correlator would. */
async function storeFindings(
  pool: Pool,
  machineClock: ManualClock,
  evaluations: readonly Evaluation[],
  cause: Cause = { kind: 'time' },
  ruleId = 'order-ping-pong',
): Promise<void> {
  const tickets = new EvaluationTickets(pool);
  const store = new FindingStore({
    pool,
    ids: uuidSource,
    alerts: new AlertOutbox({ clock: machineClock, settleMs: 0 }),
    running: new RunningRules(pool, 'engine'),
  });
  const ticket = await tickets.take(COUNTY_NOW_MS, null);
  const rule = {
    id: ruleId,
    version: 1,
    title: '工单踢皮球',
    problemClass: '不担当不作为',
    severity: 'high',
    fingerprint: '1',
    member: null,
  } as const;
  const group = {
    groupId: 'orderId',
    rules: [rule],
    recordTypes: ['hotline.order-event'],
    touched: () => ({ sql: '', params: {} }),
    touching: () => null,
    evaluate: () => ({ sql: '', params: {} }),
    parseRow: () => [],
    explain: (evaluation: Evaluation) =>
      `工单 ${evaluation.scope} 被退回 ${evaluation.figures['returns'] ?? 0} 次，来电 13812345678${evaluation.figures['said'] ?? ''}`,
  };
  await store.commit({
    ticket,
    evaluated: [
      {
        group,
        scopes: evaluations.map((evaluation) => evaluation.scope),
        evaluations: evaluations.filter((evaluation) => evaluation.hit),
      },
    ],
    causeOf: () => cause,
    offsets: [],
  });
  // What the notifier does.
  await new DeliveryQueue({ pool, clock: machineClock, rng: seededRng(1) }).deliverInbox();
}
