import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin, ViteDevServer } from 'vite';

interface Answer {
  status: number;
  body: unknown;
}

/** Answers `/api` from fixtures, to look at the pages without a running product. Development only. */
export function fixtureApi(): Plugin {
  return {
    name: 'tianyan-fixtures',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use('/api', (request, response) => void answer(server, request, response));
    },
  };
}

async function answer(server: ViteDevServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://fixtures');
    if (url.pathname === '/events') return openEvents(server, response);
    const { answerOf } = await server.ssrLoadModule('/dev/fixture-answers.ts');
    const result = answerOf(request.method ?? 'GET', url, await bodyOf(request)) as Answer; // what that module returns
    response.writeHead(result.status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(result.body));
  } catch (error) {
    console.error(error);
    response.writeHead(500).end(JSON.stringify({ code: 'internal', message: `示例数据不符合约定：${String(error)}` }));
  }
}

/** A new finding every few seconds. */
function openEvents(server: ViteDevServer, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write(': open\n\n');
  const timer = setInterval(() => {
    void sendEvent(server, response);
  }, 6_000);
  response.on('close', () => clearInterval(timer));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // a request without encoding yields buffers
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function sendEvent(server: ViteDevServer, response: ServerResponse): Promise<void> {
  const { nextEvent } = await server.ssrLoadModule('/dev/fixture-answers.ts');
  const event: { kind: string } = nextEvent();
  response.write(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
}
