import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A team's own system: takes alerts, and knows again what it has already, by its key. */
export class AlertReceiver {
  /** Bodies by key. */
  readonly taken = new Map<string, string>();
  /** Sent again after an answer was lost; the receiver drops them. */
  repeats = 0;
  /** Keys that came again with another text. */
  readonly changed: string[] = [];

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<AlertReceiver> {
    const server = createServer();
    const receiver = new AlertReceiver(server);
    server.on('request', (request, response) => {
      receiver.answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`; // a TCP server that listens has one
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    this.take(String(request.headers['idempotency-key']), body);
    response.writeHead(204).end();
  }

  private take(key: string, body: string): void {
    const known = this.taken.get(key);
    if (known === undefined) this.taken.set(key, body);
    else this.repeats++;
    if (known !== undefined && known !== body) this.changed.push(key);
  }
}
