import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FREE_FAILURES } from '@tianyan/access';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { overviewSchema, sessionSchema, signInBlockListSchema } from '../api/index.js';
import { ADMINISTRATOR, ANALYST, SECURITY, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;
let webDirectory: string;

beforeAll(async () => {
  webDirectory = await mkdtemp(join(tmpdir(), 'tianyan-web-'));
  await mkdir(join(webDirectory, 'assets'));
  await writeFile(join(webDirectory, 'index.html'), '<!doctype html><title>天眼</title>');
  await writeFile(join(webDirectory, 'assets', 'app-1.js'), 'export {};');
  await writeFile(join(webDirectory, 'sw.js'), '// keeps the shell');
  fixture = await startConsole({ webDirectory });
});
afterAll(async () => {
  await fixture.stop();
  await rm(webDirectory, { recursive: true, force: true });
});

/** Routes that answer without a session; everything else must not. */
const PUBLIC = new Set([
  'POST /api/session',
  'GET /api/session/ways',
  'GET /api/session/identity-service',
  'GET /api/session/identity-service/callback',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
]);

/** Every route that the server knows, from its own document: a new one is tested without being listed here. */
async function routes(): Promise<{ method: string; path: string }[]> {
  const client = await fixture.signedIn(ANALYST);
  const { body } = await client.get('/api/docs/openapi.json');
  const paths = body.paths as Record<string, Record<string, unknown>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{[^}]+\}/g, '1') })),
  );
}

describe('without a session', () => {
  test('no route answers', async () => {
    const all = await routes();
    expect(all.length).toBeGreaterThan(25);
    for (const { method, path } of all) {
      if (PUBLIC.has(`${method} ${path}`)) continue;
      const answer = await fixture.client().send(method, path, method === 'GET' ? undefined : {});
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 401, 'unauthenticated']);
    }
  });

  test('nor the API document', async () => {
    expect((await fixture.client().get('/api/docs')).status).toBe(401);
    expect((await fixture.client().get('/api/docs/openapi.json')).status).toBe(401);
  });

  test('nor the figures of the process, to callers from elsewhere', async () => {
    expect((await fixture.client().get('/metrics')).status).toBe(200);
    expect((await fixture.client().get('/metrics', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(403);
  });

  test('nor with a made-up cookie', async () => {
    const answer = await fixture.client().get('/api/overview', { cookie: 'tianyan_session=j:{"a":1}' });
    expect(answer.status).toBe(401);
  });
});

test('the API document tells every operation in Chinese, and how a program signs in', async () => {
  const client = await fixture.signedIn(ANALYST);
  const { body } = await client.get('/api/docs/openapi.json');
  expect(body.info.description).toContain('POST /api/session');
  const operations = Object.entries(body.paths as Record<string, Record<string, { summary?: string }>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => ({ operation: `${method} ${path}`, summary: summary ?? '' })),
  );
  expect(operations.filter(({ summary }) => !/\p{Script=Han}{2}/u.test(summary))).toEqual([]);
  expect(new Set(operations.map(({ summary }) => summary)).size).toBe(operations.length);
});

describe('delays after failed attempts', () => {
  const wrong = { account: ANALYST.account, password: 'Wrong-password-1' };

  test('are seen and lifted by the security administrator alone', async () => {
    const analyst = await fixture.signedIn(ANALYST);
    const security = await fixture.signedIn(SECURITY);
    let last = 0;
    for (let attempt = 0; attempt <= FREE_FAILURES.pair; attempt++)
      last = (await fixture.client().post('/api/session', wrong)).status;
    expect(last).toBe(429);
    const refused = await fixture.client().post('/api/session', ANALYST);
    expect([refused.status, refused.body.message]).toEqual([429, expect.stringContaining('安全管理员')]);
    for (const client of [analyst, await fixture.signedIn(ADMINISTRATOR)])
      expect((await client.get('/api/sign-in-blocks')).status).toBe(403);
    expect((await analyst.post('/api/sign-in-blocks/unlock', { account: ANALYST.account })).status).toBe(403);
    const { items } = signInBlockListSchema.parse((await security.get('/api/sign-in-blocks')).body);
    expect(items).toMatchObject([{ kind: 'pair', account: ANALYST.account }]);
    expect((await security.post('/api/sign-in-blocks/unlock', { account: ANALYST.account })).status).toBe(200);
    expect((await fixture.client().post('/api/session', ANALYST)).status).toBe(200);
  });
});

describe('a reader', () => {
  const reader = { account: 'he.ping', password: 'Reader-2026-xyz' };
  beforeAll(async () => {
    await fixture.users.create({
      ...reader,
      displayName: '何平',
      role: 'reader',
      townshipCodes: null,
      mustChangePassword: false,
    });
  });

  test.each(['/api/overview', '/api/findings', '/api/rules', '/api/sources', '/api/quarantine', '/api/inbox', '/api/sweeps'])(
    'sees %s',
    async (path) => {
      expect((await (await fixture.signedIn(reader)).get(path)).status).toBe(200);
    },
  );

  test.each([
    ['POST', '/api/quarantine/1/replay', {}],
    ['POST', '/api/findings/1/decisions', { decision: 'promote' }],
    ['POST', '/api/sweeps', {}],
    ['GET', '/api/teams', undefined],
    ['POST', '/api/uploads', {}],
    ['GET', '/api/sign-in-blocks', undefined],
  ])('may not %s %s', async (method, path, body) => {
    const answer = await (await fixture.signedIn(reader)).send(method, path, body);
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });
});

describe('sign-in', () => {
  test('sets a cookie that scripts and other sites cannot use', async () => {
    const client = await fixture.signedIn(ANALYST);
    expect(client.setCookie).toMatch(/HttpOnly/i);
    expect(client.setCookie).toMatch(/SameSite=Strict/i);
    expect(sessionSchema.parse((await client.get('/api/session')).body)).toMatchObject({
      account: ANALYST.account,
      role: 'analyst',
    });
    expect((await client.send('DELETE', '/api/session')).status).toBe(200);
    expect((await client.get('/api/session')).status).toBe(401);
  });

  test('the first password opens nothing but its own change', async () => {
    const first = { account: 'new.one', password: 'First-password-1' };
    await fixture.users.create({ ...first, displayName: '新人', role: 'analyst', townshipCodes: null, mustChangePassword: true });
    const client = await fixture.signedIn(first);
    expect((await client.get('/api/findings')).body.code).toBe('password-change-required');
    const changed = await client.post('/api/session/password', {
      currentPassword: first.password,
      newPassword: 'Second-password-2',
    });
    expect(changed.status).toBe(200);
    expect((await client.get('/api/findings')).status).toBe(200);
  });

  test('requests of other sites are refused', async () => {
    const client = await fixture.signedIn(ANALYST);
    expect((await client.post('/api/inbox/read', {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await client.post('/api/inbox/read', {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await client.post('/api/inbox/read', {})).status).toBe(200);
  });

  test('what is sent later is done under the name of who wrote it, or not at all', async () => {
    const client = await fixture.signedIn(ANALYST);
    const own = { 'tianyan-sender': fixture.analyst.id };
    expect((await client.post('/api/inbox/read', {}, own)).status).toBe(200);
    const foreign = await client.post('/api/inbox/read', {}, { 'tianyan-sender': 'somebody-else' });
    expect([foreign.status, foreign.body.message]).toEqual([401, expect.stringContaining('现在登录的是另一个账号')]);
  });
});

describe('roles', () => {
  const team = { name: '组', townshipCodes: [], memberIds: [], webhookUrl: null, minSeverity: 'high' };
  test.each([
    ['GET', '/api/teams', undefined],
    ['POST', '/api/teams', team],
    ['PUT', '/api/teams/1', team],
    ['DELETE', '/api/teams/1', {}],
    ['POST', '/api/teams/1/webhook-key', {}],
    ['GET', '/api/webhook-hosts', undefined],
    ['PUT', '/api/webhook-hosts', { hosts: [] }],
    ['GET', '/api/deliveries', undefined],
    ['POST', '/api/deliveries/1/retry', {}],
    ['POST', '/api/sweeps', {}],
    ['POST', '/api/uploads', {}],
  ])('an analyst may not %s %s', async (method, path, body) => {
    const client = await fixture.signedIn(ANALYST);
    const answer = await client.send(method, path, body);
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });

  test('an administrator may start a sweep', async () => {
    const client = await fixture.signedIn(ADMINISTRATOR);
    expect((await client.post('/api/sweeps', {})).status).toBe(202);
    expect(fixture.standIns.startedSweeps).toEqual([null]);
  });
});

test('malformed and oversized bodies are refused in Chinese', async () => {
  const client = await fixture.signedIn(ANALYST);
  const malformed = await client.post('/api/inbox/read', '{"ids":');
  expect([malformed.status, malformed.body.code]).toEqual([400, 'invalid']);
  const large = await client.post('/api/inbox/read', { ids: ['x'.repeat(2_000_000)] });
  expect([large.status, large.body.code]).toEqual([413, 'too-large']);
});

test('the overview answers', async () => {
  const client = await fixture.signedIn(ANALYST);
  const answer = await client.get('/api/overview');
  expect(overviewSchema.parse(answer.body).simulated).toBe(true);
});

test('a page of the web app answers with strict headers; the API has no such pages', async () => {
  const page = await fixture.client().get('/findings/abc');
  expect(page.status).toBe(200);
  expect(page.body).toContain('天眼');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect((await fixture.client().get('/assets/app-1.js')).headers.get('cache-control')).toContain('immutable');
  expect((await fixture.client().get('/sw.js')).headers.get('cache-control')).toBe('no-store');
  const client = await fixture.signedIn(ANALYST);
  expect((await client.get('/api/nothing')).status).toBe(404);
  expect((await client.get('/../../etc/passwd')).body).not.toContain('root:');
});

test('an open console hears of an alert, and of what it missed', async () => {
  const client = await fixture.signedIn(ANALYST);
  const stream = await fetch(`${fixture.baseUrl}/api/events`, { headers: { cookie: client.cookie ?? '' } });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  const reader = (stream.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader.read()).value ?? '';
  await fixture.pool.query('SELECT pg_notify($1, $2)', ['tianyan_events', JSON.stringify({ kind: 'notice', id: '7' })]);
  while (!text.includes('event: notice')) text += (await reader.read()).value ?? '';
  expect(text).toContain('data: {"kind":"notice"}');
  await reader.cancel();
  const again = await fetch(`${fixture.baseUrl}/api/events`, {
    headers: { cookie: client.cookie ?? '', 'last-event-id': 'old-1' },
  });
  const second = (again.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let lost = '';
  while (!lost.includes('event: resync')) lost += (await second.read()).value ?? '';
  await second.cancel();
});
