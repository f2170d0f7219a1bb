import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { Engine, type Statement } from './engine.js';
import { type Fault, type FaultInput, FaultPlan } from './faults.js';
import { pretendCluster } from './pretend-cluster.js';
import { FacadeError, type FacadeRequest, readRequest } from './request.js';

/** A server's `http_max_uri_size`. */
const MAX_URL_BYTES = 1024 * 1024;

/** Statements that are remembered for tests. */
const MAX_REMEMBERED = 1_000;

export interface FacadeOptions {
  /** Data of the engine; one process per directory. */
  directory: string;
  host?: string;
  /** One listener per port, 0 for any free one. Several ports look like replicas that are never behind. */
  ports?: readonly number[];
  /** Takes statements for a cluster with a keeper; see {@link pretendCluster}. */
  cluster?: boolean;
  tls?: { key: string; cert: string; ca?: string; clientMustShowCertificate?: boolean };
  /** Without it everybody may do everything. */
  credentials?: { user: string; password: string };
}

/** One address of the facade. */
export interface FacadeListener {
  url: string;
  faults: FaultPlan;
  /** Statements that arrived here, oldest first, without the rows of inserts. */
  statements: string[];
}

/**
 * ClickHouse's HTTP interface over the embedded engine: the part of it that `@clickhouse/client` uses here, with faults on
 * demand. For tests and for trying a cluster on one machine; never for production.
 */
export class WarehouseFacade {
  private readonly servers: Server[] = [];
  private readonly pending = new Set<Promise<unknown>>();
  readonly listeners: FacadeListener[] = [];

  private constructor(
    private readonly options: FacadeOptions,
    private readonly engine: Engine,
  ) {}

  static async start(options: FacadeOptions): Promise<WarehouseFacade> {
    await mkdir(options.directory, { recursive: true });
    const facade = new WarehouseFacade(options, new Engine(options.directory));
    for (const port of options.ports ?? [0]) await facade.listen(port);
    return facade;
  }

  /** Addresses of all listeners, as the configuration takes them. */
  get url(): string {
    return this.listeners.map(({ url }) => url).join(',');
  }

  /** The first listener; most tests need no other. */
  get only(): FacadeListener {
    const [first] = this.listeners;
    if (!first) throw new RangeError('the facade listens nowhere');
    return first;
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => stop(server)));
    await Promise.allSettled(this.pending);
    await this.engine.close();
  }

  /** Stops one listener, as if that replica had died. */
  async stopListener(index: number): Promise<void> {
    const server = this.servers[index];
    if (server) await stop(server);
  }

  private async listen(port: number): Promise<void> {
    const { tls, host = '127.0.0.1' } = this.options;
    const listener: FacadeListener = { url: '', faults: new FaultPlan(), statements: [] };
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      this.handle(listener, request, response).catch(() => response.destroy());
    };
    const limits = { maxHeaderSize: MAX_URL_BYTES + 64 * 1024, keepAliveTimeout: 10_000 };
    const server = tls
      ? createTlsServer({ ...limits, ...tls, requestCert: tls.clientMustShowCertificate ?? false }, handle)
      : createServer(limits, handle);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    const address = server.address() as AddressInfo; // listens on TCP
    const userInfo = this.options.credentials ? `${this.options.credentials.user}:${this.options.credentials.password}@` : '';
    listener.url = `${tls ? 'https' : 'http'}://${userInfo}${host}:${address.port}`;
    this.servers.push(server);
    this.listeners.push(listener);
  }

  private async handle(listener: FacadeListener, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://facade');
    if (url.pathname === '/ping') return void response.end('Ok.\n');
    if (url.pathname === '/facade/faults') return await changeFaults(listener, request, response);
    try {
      if ((request.url ?? '').length > MAX_URL_BYTES) throw new FacadeError(1000, 'POCO_EXCEPTION', 'URI Too Long');
      this.authenticate(request);
      const read = await readRequest(request, url);
      remember(listener.statements, read.statement.sql);
      await this.answer(read, listener.faults.take(read.statement.sql), response);
    } catch (error) {
      answerError(response, error);
    }
  }

  private async answer(read: FacadeRequest, fault: Fault | null, response: ServerResponse): Promise<void> {
    switch (fault?.kind) {
      case 'foreign-500':
        return void response
          .writeHead(500, { 'content-type': 'text/html' })
          .end('<html><h1>500 Internal Server Error</h1></html>');
      case 'exception':
        throw new FacadeError(fault.code, fault.type, 'injected');
      case 'cut-before':
        return void response.destroy();
      case 'late-effect':
        response.destroy();
        await this.watch(pause(fault.delayMs).then(() => this.effect(read.statement)));
        return;
    }
    const started = performance.now();
    if (fault?.kind === 'stalled') await this.watch(pause(fault.delayMs));
    const text = await this.watch(this.effect(read.statement));
    if (fault?.kind === 'silent-after') return;
    if (fault?.kind === 'cut-after') return void response.destroy();
    if (fault?.kind === 'slow') await this.watch(pause(fault.delayMs));
    writeHead(response, read, performance.now() - started);
    const body = read.compressAnswer ? gzipSync(text) : Buffer.from(text);
    if (fault?.kind === 'cut-answer')
      return void response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.destroy());
    response.end(body);
  }

  private async effect(statement: Statement): Promise<string> {
    const sql = this.options.cluster ? pretendCluster(statement.sql) : statement.sql;
    return sql === null ? '' : await this.engine.run({ ...statement, sql });
  }

  /** What runs on although nobody listens any more must have ended before the engine is closed. */
  private async watch<T>(task: Promise<T>): Promise<T> {
    this.pending.add(task);
    try {
      return await task;
    } finally {
      this.pending.delete(task);
    }
  }

  private authenticate(request: IncomingMessage): void {
    const { credentials } = this.options;
    if (!credentials) return;
    const given = Buffer.from(String(request.headers.authorization).replace(/^Basic /, ''), 'base64').toString();
    if (given !== `${credentials.user}:${credentials.password}`)
      throw new FacadeError(516, 'AUTHENTICATION_FAILED', 'Authentication failed: password is incorrect');
  }
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

function remember(statements: string[], sql: string): void {
  statements.push(sql);
  if (statements.length > MAX_REMEMBERED) statements.shift();
}

function writeHead(response: ServerResponse, read: FacadeRequest, elapsedMs: number): void {
  const summary = JSON.stringify({
    read_rows: '0',
    read_bytes: '0',
    written_rows: '0',
    written_bytes: '0',
    elapsed_ns: String(Math.round(elapsedMs * 1e6)),
  });
  response.writeHead(200, {
    'content-type': 'text/plain; charset=UTF-8',
    'x-clickhouse-query-id': read.queryId ?? randomUUID(),
    'x-clickhouse-summary': summary,
    'x-clickhouse-timezone': 'UTC',
    ...(read.progress ? { 'x-clickhouse-progress': summary } : {}),
    ...(read.compressAnswer ? { 'content-encoding': 'gzip' } : {}),
  });
}

/** Errors of ClickHouse (the client's own class, by shape) and of the facade; 500 unless a server says otherwise. */
function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const { code, type } = error as { code?: unknown; type?: unknown }; // only read
  const known = typeof type === 'string';
  const number = known ? Number(code) : 1002;
  const status = number === 516 ? 403 : number === 60 || number === 81 ? 404 : number === 62 ? 400 : 500;
  const message = error instanceof Error ? error.message : String(error);
  response.writeHead(status, { 'content-type': 'text/plain; charset=UTF-8', 'x-clickhouse-exception-code': number });
  response.end(`Code: ${number}. DB::Exception: ${message} (${known ? type : 'UNKNOWN_EXCEPTION'}) (version facade)\n`);
}

/** `POST` adds faults (a JSON list), `DELETE` forgets them, `GET` counts those that wait. For a facade in another process. */
async function changeFaults(listener: FacadeListener, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.method === 'POST') listener.faults.plan(...z.array(z.custom<FaultInput>()).parse(await json(request)));
    if (request.method === 'DELETE') listener.faults.clear();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ left: listener.faults.left }));
  } catch (error) {
    response.writeHead(400).end(error instanceof Error ? error.message : String(error));
  }
}
