import { loadSources } from './configured/load-sources.js';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';

/** What the upstream says to one request. `drop`: the connection is cut in the middle of the answer. */
export type UpstreamAnswer =
  { status?: number; headers?: Record<string, string>; body: unknown } | { text: string } | { drop: true };

export interface UpstreamRequest {
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** Counted from 1. */
  count: number;
}

/** A real HTTP server in the place of an upstream system. */
export async function startUpstream(answer: (request: UpstreamRequest) => UpstreamAnswer | Promise<UpstreamAnswer>) {
  const requests: UpstreamRequest[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://upstream');
    const seen = { query: url.searchParams, headers: request.headers, count: requests.length + 1 };
    requests.push(seen);
    void Promise.resolve(answer(seen)).then((said) => {
      if ('drop' in said) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"rows":[');
        return response.socket?.destroy();
      }
      if ('text' in said) return response.writeHead(200, { 'content-type': 'application/json' }).end(said.text);
      return response.writeHead(said.status ?? 200, said.headers ?? {}).end(JSON.stringify(said.body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the test upstream has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Maps `{ id, name, version, changedAtMs }` to a unit, a small record type. */
export const UNIT_MAPPING = `
mapping: test-units
label: 单位
records:
  - type: directory.unit
    id: id
    version: version
    at: { from: changedAtMs, formats: [epoch-ms] }
    fields: { unitId: id, name: name, kind: { value: department } }
`;

/** The sources that these files configure: names with their YAML; a mapping stands beside its source. */
export async function sourcesFrom(folder: string, files: Readonly<Record<string, string>>, secrets: Record<string, string> = {}) {
  await mkdir(join(folder, 'mappings'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return loadSources(folder, { values: {}, secrets });
}

/** A paged feed of units: `?after=…` → `{ rows, next, more }`. */
export function unitPages(source: string, url: string): string {
  return `
source: ${source}
label: 测试接口
kind: http-pull
baseUrl: ${url}
headers: { authorization: 'Bearer key' }
everyMs: 1000
timeoutMs: 5000
feeds:
  - feed: units
    label: 单位
    path: /units
    cursor: { after: { path: next, start: 0 } }
    rows: rows
    more: more
    mapping: mappings/units.yaml
`;
}

export type UnitRow = { id: string; name: string; version: number; changedAtMs: number };

/** Rows of units numbered from `first`. */
export function unitRows(first: number, count: number, version = 1): UnitRow[] {
  return Array.from({ length: count }, (_unused, index) => ({
    id: `U${first + index}`,
    name: `单位${first + index}`,
    version,
    changedAtMs: Date.UTC(2026, 5, 1),
  }));
}
