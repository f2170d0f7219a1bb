import { createServer, type IncomingMessage, request as send, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { type FaultInput, FaultPlan } from './faults.js';

/** What can go wrong between a client and a real server. */
export type ProxiedFault = Extract<FaultInput, { kind: 'cut-before' | 'slow' | 'stalled' }>;

/** Passes requests on to a server as they are, but for those that a fault is planned for. */
export class FaultProxy {
  private readonly planned = new FaultPlan();
  private readonly server: Server;
  private used = false;

  private constructor(private readonly target: () => number) {
    this.server = createServer((request, response) => {
      // As if the connection had broken; whoever asked tries again.
      this.handle(request, response).catch(() => response.destroy());
    });
  }

  /** @param target port of the server on this machine */
  static async start(target: () => number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve, reject) => {
      proxy.server.once('error', reject);
      proxy.server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port; // a TCP server that listens has one
  }

  /** Whether anything was planned since {@link clear}; until then nobody need pass here. */
  get isPlanned(): boolean {
    return this.used;
  }

  /** How often faults are still to strike. */
  get left(): number {
    return this.planned.left;
  }

  plan(...faults: readonly ProxiedFault[]): void {
    this.used = true;
    this.planned.plan(...faults);
  }

  clear(): void {
    this.used = false;
    this.planned.clear();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const fault = this.planned.take(sqlOf(request, body));
    if (fault?.kind === 'cut-before') return void response.destroy();
    if (fault?.kind === 'stalled') await pause(fault.delayMs);
    const answer = await this.passOn(request, body);
    if (fault?.kind === 'slow') await pause(fault.delayMs);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  private passOn(request: IncomingMessage, body: Buffer) {
    return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>((resolve, reject) => {
      const { method, url, headers } = request;
      const options = { host: '127.0.0.1', port: this.target(), method, path: url, headers: { ...headers, connection: 'close' } };
      const onward = send(options, (answer) => {
        // The length is known now, and takes the place of chunks.
        const { 'transfer-encoding': _, ...kept } = answer.headers;
        buffer(answer).then((text) => resolve({ status: answer.statusCode ?? 502, headers: kept, body: text }), reject);
      });
      onward.once('error', reject);
      onward.end(body);
    });
  }
}

/** Where the client puts it: in the address for inserts, else in the body. */
function sqlOf(request: IncomingMessage, body: Buffer): string {
  const inUrl = new URL(request.url ?? '/', 'http://proxy').searchParams.get('query');
  if (inUrl !== null) return inUrl;
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
}
