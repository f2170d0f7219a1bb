import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { request } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { ADMINISTRATOR, ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;
let webDirectory: string;
const logged: string[] = [];

beforeAll(async () => {
  const stream = new Writable({ write: (line: Buffer, _encoding, done) => (logged.push(line.toString()), done()) });
  webDirectory = await mkdtemp(join(tmpdir(), 'tianyan-web-'));
  await writeFile(join(webDirectory, 'index.html'), '<!doctype html><title>天眼</title>');
  fixture = await startConsole({ logger: pino({ level: 'info' }, stream), webDirectory });
});
afterAll(async () => {
  await fixture.stop();
  await rm(webDirectory, { recursive: true, force: true });
});

interface Route {
  method: string;
  path: string;
  query: string[];
  /** Members of a JSON body; null for a route without one. */
  body: string[] | null;
}

interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}
interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
}
interface Schema {
  $ref?: string;
  properties?: Record<string, unknown>;
}

/** Every route that the server knows, from its own document: a new one is tested without being listed here. */
async function routes(): Promise<Route[]> {
  const document = (await (await fixture.signedIn(ANALYST)).get('/api/docs/openapi.json')).body as OpenApi;
  const resolve = (schema: Schema | undefined): Schema =>
    schema?.$ref === undefined ? (schema ?? {}) : resolve(document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? '']);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      query: (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name),
      body:
        method === 'get'
          ? null
          : Object.keys(resolve(operation.requestBody?.content?.['application/json']?.schema).properties ?? {}),
    })),
  );
}

interface Attack {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

/** As they stand in an address. */
const SEGMENTS = ['%00', 'a%00b', '%ff', '%ED%A0%80', '%', '__proto__', '..%2f..%2fetc%2fpasswd', '9'.repeat(400), '1e999', '-1', 'x'.repeat(8_000), '%F0%9F%98%80', "'%3B--"]; // prettier-ignore
const VALUES = ['a%00b', '%ff', '', '[]', '9'.repeat(400), '1e999', '-1', 'x'.repeat(8_000), '__proto__', '%ED%A0%80'];
/** Bodies that fit no route. */
const BODIES: { body: string | Uint8Array; headers?: Record<string, string> }[] = [
  { body: '' },
  { body: 'null' },
  { body: '{"a":' },
  { body: '"a\\u0000b"' },
  { body: '{"__proto__":{"role":"administrator"},"constructor":{"prototype":{"role":"administrator"}}}' },
  { body: DEEP },
  { body: `{"a":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}` },
  { body: `{${Array.from({ length: 50_000 }, (_unused, index) => `"k${index}":1`).join(',')}}` },
  { body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) },
  { body: '{}', headers: { 'content-type': 'application/json; charset=klingon' } },
  { body: '{}', headers: { 'content-type': 'application/json; charset=gbk' } },
  { body: '{}', headers: { 'content-type': 'text/xml' } },
  { body: '{}', headers: { 'content-type': 'multipart/form-data' } },
  { body: '{}', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
  { body: '{}', headers: { ...JSON_TYPE, 'content-encoding': 'lzma' } },
  { body: '{}', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
  { body: gzipSync(Buffer.alloc(20 * 1024 * 1024, '[')), headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
  { body: ' '.repeat(2 * 1024 * 1024) },
];
/** JSON of texts that the stores cannot hold: in each member alone, as the check of another may come first. */
const TEXTS = ['"a\\u0000b"', '["\\u0000"]', '{"\\u0000":"\\u0000"}', '"\\ud800"'];
/** JSON of other values that no member should have. */
const MEMBERS = [...TEXTS, '1e308', '-1', '9007199254740993', '9'.repeat(400), DEEP, 'null', '{"__proto__":1}', `"${'x'.repeat(300_000)}"`, `"${'['.repeat(200_000)}"`]; // prettier-ignore

function attacksOn({ method, path, query, body }: Route): Attack[] {
  const plain = path.replaceAll(/\{[^}]+\}/g, '1');
  const onPath = [...path.matchAll(/\{[^}]+\}/g)].flatMap(([name]) =>
    SEGMENTS.map((segment) => ({ method, path: path.replace(name, () => segment).replaceAll(/\{[^}]+\}/g, '1') })),
  );
  const onQuery = query.flatMap((name) => VALUES.map((value) => ({ method, path: `${plain}?${name}=${value}` })));
  const twice = query.map((name) => ({ method, path: `${plain}?${name}=a&${name}[b]=c&${name}=d` }));
  if (body === null) return [...onPath, ...onQuery, ...twice];
  const onBody = BODIES.map((each) => ({ headers: JSON_TYPE, ...each, method, path: plain }));
  const onMembers = [
    ...TEXTS.flatMap((value) => body.map((name) => `{${JSON.stringify(name)}:${value}}`)),
    ...MEMBERS.map((value) => `{${body.map((name) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  ].map((text) => ({ method, path: plain, headers: JSON_TYPE, body: text }));
  return [...onPath, ...onQuery, ...twice, ...onBody, ...onMembers];
}

/** Sends it as it stands: `fetch` would mend the address. */
async function send({ method, path, headers, body }: Attack, cookie: string | null) {
  const { port } = new URL(fixture.baseUrl);
  const began = process.cpuUsage();
  const sent = request({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { ...headers, ...(cookie === null ? {} : { cookie }), ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) }, // prettier-ignore
  });
  // A body that is too large is not read to its end.
  sent.on('error', () => undefined);
  const answered = once(sent, 'response') as Promise<[import('node:http').IncomingMessage]>;
  sent.end(body);
  const [response] = await answered;
  const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
  const chunks: Buffer[] = [];
  if (isStream) response.destroy();
  else for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  sent.destroy();
  const { user, system } = process.cpuUsage(began);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), cpuMs: (user + system) / 1000 };
}

/** Server and client work in this process; a request that takes so long would hold up everybody else. */
const MAX_CPU_MS = 1_000;
/** The processor's time is the whole process's: garbage of all requests before is in it. What is slow by itself is slow again. */
const TRIES = 3;
const REFUSED = new Set([400, 401, 403, 404, 405, 409, 413, 414, 415, 429, 431]);

function mistakeOf(answer: Awaited<ReturnType<typeof send>>): string | null {
  if (answer.cpuMs > MAX_CPU_MS) return `took ${Math.round(answer.cpuMs)} ms of CPU`;
  if (answer.status < 300) return null;
  // A file of the web app is only got; the answer has no body.
  if (answer.status === 405 && answer.text === '') return null;
  if (!REFUSED.has(answer.status)) return `status ${answer.status} ${answer.text.slice(0, 100)}`;
  return answer.status === 431 || /"message":"[^"]*\p{Script=Han}/u.test(answer.text)
    ? null
    : `no Chinese: ${answer.text.slice(0, 100)}`;
}

test.each([
  ['nobody', null],
  ['an analyst', ANALYST],
  ['an administrator', ADMINISTRATOR],
])(
  'whatever %s sends to whichever route is refused in words, soon, and without a stack in the log',
  async (_name, person) => {
    const all = await routes();
    expect(all.length).toBeGreaterThan(25);
    let client = person === null ? null : await fixture.signedIn(person);
    logged.length = 0;
    const mistakes: string[] = [];
    for (const route of all) {
      for (const attack of attacksOn(route)) {
        let answer = await send(attack, client?.cookie ?? null);
        for (let tries = 1; answer.cpuMs > MAX_CPU_MS && tries < TRIES; tries++)
          answer = await send(attack, client?.cookie ?? null);
        const mistake = mistakeOf(answer);
        const what = `${attack.method} ${attack.path.slice(0, 80)} ${JSON.stringify(attack.headers ?? {})} ${String(attack.body ?? '').slice(0, 60)}`;
        if (mistake !== null) mistakes.push(`${what}: ${mistake}`);
        // Some of them sign out, or change the password.
        if (answer.status === 401 && person !== null && route.path.includes('session')) client = await fixture.signedIn(person);
        if (attack.method === 'DELETE' && route.path === '/api/session' && person !== null)
          client = await fixture.signedIn(person);
      }
    }
    expect(mistakes).toEqual([]);
    expect(logged.filter((line) => line.includes('"stack"') || line.includes('a request failed'))).toEqual([]);
  },
  300_000,
);

test('addresses that name nothing are refused in words too, or lead to the start page', async () => {
  const paths = ['/%00', '/%', '/%ff', '/assets/%00', '/assets/%', '/assets/../../../etc/passwd', '/api/%00', '/api/%', '/api/docs/%00', '//', '/api//findings', '/healthz/%00', '/metrics/%ff', `/${'x'.repeat(14_000)}`, '/api/findings?%00=%00', `/api/findings?${'a=1&'.repeat(3_000)}`]; // prettier-ignore
  const client = await fixture.signedIn(ANALYST);
  logged.length = 0;
  const mistakes: string[] = [];
  for (const cookie of [null, client.cookie])
    for (const method of ['GET', 'POST', 'PATCH', 'TRACE', 'OPTIONS'])
      for (const path of paths) {
        const mistake = mistakeOf(await send({ method, path }, cookie));
        if (mistake !== null) mistakes.push(`${method} ${path.slice(0, 60)}: ${mistake}`);
      }
  expect(mistakes).toEqual([]);
  expect(logged.filter((line) => line.includes('"stack"') || line.includes('a request failed'))).toEqual([]);
});

test.each([
  ['NUL in the name of the file', { filename: 'a\0b.csv' }],
  ['half a character in it', { filename: Buffer.from([0x61, 0xed, 0xa0, 0x80]).toString('latin1') }],
  ['a name without end', { filename: 'x'.repeat(20_000) }],
  ['NUL in the mapping', { mapping: 'a\0b' }],
  ['a mapping of brackets', { mappingText: '['.repeat(200_000) }],
  ['members of every object', { ['__proto__']: 'x' }],
])('a form with %s is refused in words, or taken as text', async (_name, fields: Record<string, string>) => {
  const client = await fixture.signedIn(ADMINISTRATOR);
  logged.length = 0;
  const { filename = '收支.csv', ...others } = { mapping: 'payments', ...fields };
  const parts = Object.entries(others).map(
    ([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--x\r\ncontent-disposition: form-data; name="file"; filename="${filename}"\r\n\r\na,b\r\n--x--\r\n`;
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  const body = Buffer.from([...parts, file].join(''), 'latin1');
  expect(mistakeOf(await send({ method: 'POST', path: '/api/uploads', headers, body }, client.cookie))).toBeNull();
  expect(logged.filter((line) => line.includes('"stack"'))).toEqual([]);
});
