import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Behaviour } from './conformance.test-fixture.js';

export interface Received {
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HttpReceiver {
  url: string;
  host: string;
  received: Received[];
  behaviour: Behaviour;
  close(): Promise<void>;
}

/** A server on this machine; `answer` speaks its protocol where it is neither silent nor cuts. */
export async function httpReceiver(
  answer: (request: Received, response: ServerResponse, behaviour: Behaviour) => void,
): Promise<HttpReceiver> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const received = { url: new URL(request.url ?? '', receiver.url), headers: request.headers, body };
      if (receiver.behaviour === 'silent') return;
      if (receiver.behaviour === 'cuts') return void request.socket.destroy();
      if (receiver.behaviour === 'accepts') receiver.received.push(received);
      answer(received, response, receiver.behaviour);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const host = `127.0.0.1:${port}`;
  const receiver: HttpReceiver = {
    url: `http://${host}`,
    host,
    received: [],
    behaviour: 'accepts',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
