import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { ManualClock, seededRng, sequentialIds } from '@tianyan/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inTransaction, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import {
  noticeMigrations,
  AlertOutbox,
  DELIVERY_BACKOFF,
  DeliveryQueries,
  DeliveryQueue,
  DeliveryRound,
  LEASE_MS,
  MAX_RETRY_AFTER_MS,
  signature,
  Summaries,
  TeamStore,
  webhookKey,
  type AlertFinding,
  WebhookChannel,
  type SendWebhook,
  type TeamSettings,
} from './index.js';
import { emptyNotices } from './planted-alerts.test-fixture.js';

const SECRET = 'installation';
const HOST = 'hooks.example.org';
const HOOK = `https://${HOST}/tianyan`;

let postgres: TestPostgres;
let pool: Pool;
beforeAll(async () => {
  postgres = await startTestPostgres([noticeMigrations]);
  pool = postgres.pool;
});
afterAll(() => postgres.stop());

interface SentRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

let clock: ManualClock;
let teams: TeamStore;
let outbox: AlertOutbox;
let queue: DeliveryQueue;
let queries: DeliveryQueries;
let round: DeliveryRound;
let sent: SentRequest[];
let answer: () => ReturnType<SendWebhook>;

beforeEach(async () => {
  await emptyNotices(pool);
  clock = new ManualClock(1_800_000_000_000);
  teams = new TeamStore({ pool, ids: sequentialIds('t'), clock });
  outbox = new AlertOutbox({ clock, settleMs: 0 });
  queue = new DeliveryQueue({ pool, clock, rng: seededRng(7) });
  queries = new DeliveryQueries(pool, clock);
  sent = [];
  answer = async () => ({ status: 204 });
  const send: SendWebhook = async ({ url, headers, body }) => {
    sent.push({ url: url.href, headers, body });
    return answer();
  };
  const summaries = new Summaries({ pool, clock });
  round = new DeliveryRound({ queue, summaries, channel: new WebhookChannel({ teams, send, clock, secret: SECRET }) });
  await teams.setWebhookHosts([HOST]);
  await teams.ensureDefault(['admin']);
});

function finding(id: string, given: Partial<AlertFinding> = {}): AlertFinding {
  return { id, severity: 'high', title: '工单踢皮球', explanation: `工单 ${id}`, townshipCode: '100', occurredAtMs: 1, ...given };
}

function settings(given: Partial<TeamSettings> = {}): TeamSettings {
  return { name: '响水组', townshipCodes: ['100'], memberIds: ['u1'], webhookUrl: null, minSeverity: 'medium', ...given };
}

async function withHook(): Promise<string> {
  const team = await teams.create(settings({ webhookUrl: HOOK }));
  await teams.nextWebhookKeyVersion(team.id);
  return team.id;
}

const openAndRollBack = (...findings: AlertFinding[]) =>
  expect(
    inTransaction(pool, async (client) => {
      await outbox.enqueue(client, findings);
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
const open = (...findings: AlertFinding[]) => inTransaction(pool, (client) => outbox.enqueue(client, findings));
const withdraw = (...ids: string[]) =>
  inTransaction(pool, (client) =>
    outbox.enqueueWithdrawn(
      client,
      ids.map((id) => ({ id })),
    ),
  );
const move = (...findings: AlertFinding[]) => inTransaction(pool, (client) => outbox.enqueueMoved(client, findings));
/** What the person sees after the notifier's next round. */
const told = async (userId: string) => {
  await round.run();
  return (await queries.inbox(WHOLE_COUNTY, userId, { limit: 100, unreadOnly: false })).items.map(
    ({ subject, kind }) => `${kind} ${subject.id}`,
  );
};
const states = async () =>
  (await queries.list(WHOLE_COUNTY, { state: null, limit: 100 })).items
    .filter((item) => item.channel === 'webhook')
    .map((item) => item.state);

describe('who is told', () => {
  test('the teams of the township; the default team where there is none', async () => {
    await teams.create(settings());
    await teams.create(settings({ name: '第二组', memberIds: ['u2'] }));
    await open(finding('a'), finding('b', { townshipCode: '200' }), finding('c', { townshipCode: null }));
    expect(await told('u1')).toEqual(['opened a']);
    expect(await told('u2')).toEqual(['opened a']);
    expect(await told('admin')).toEqual(['opened c', 'opened b']);
  });

  test('not below the severity of the team', async () => {
    await teams.create(settings({ minSeverity: 'high' }));
    await open(finding('a', { severity: 'medium' }), finding('b', { severity: 'high' }));
    expect(await told('u1')).toEqual(['opened b']);
    expect(await told('admin')).toEqual([]);
  });

  test('a person in two teams hears of a finding once', async () => {
    await teams.create(settings());
    await teams.create(settings({ name: '第二组' }));
    await open(finding('a'));
    expect(await told('u1')).toEqual(['opened a']);
  });

  test('a repeat changes nothing; what was rolled back was never told', async () => {
    await teams.create(settings());
    await open(finding('a'));
    await open(finding('a'));
    await openAndRollBack(finding('b'));
    expect(await told('u1')).toEqual(['opened a']);
  });

  test('a withdrawal reaches exactly those who were told; the finding that comes back is told again', async () => {
    await teams.create(settings());
    await open(finding('a'));
    expect(await told('u1')).toEqual(['opened a']);
    await teams.create(settings({ name: '第二组', memberIds: ['u2'] }));
    await withdraw('a', 'never-told');
    await withdraw('a');
    expect(await told('u1')).toEqual(['withdrawn a', 'opened a']);
    expect(await told('u2')).toEqual([]);
    await open(finding('a'));
    expect(await told('u1')).toEqual(['opened a', 'withdrawn a', 'opened a']);
    expect(await told('u2')).toEqual(['opened a']);
  });

  describe('a finding that comes to belong to another township', () => {
    beforeEach(async () => {
      await teams.create(settings());
      await teams.create(settings({ name: '第二组', townshipCodes: ['200'], memberIds: ['u2'] }));
      await teams.create(settings({ name: '都管', townshipCodes: ['100', '200'], memberIds: ['both'] }));
    });
    const in200 = finding('a', { townshipCode: '200' });

    test('is told to its teams now, and as moved to those who are not concerned any more; to nobody twice', async () => {
      await open(finding('a'));
      await told('u1');
      await move(in200);
      await move(in200);
      expect(await told('u1')).toEqual(['moved a', 'opened a']);
      expect(await told('u2')).toEqual(['opened a']);
      expect(await told('both')).toEqual(['opened a']);
    });

    test('comes back and is told again; its withdrawal reaches those who have it', async () => {
      await open(finding('a'));
      await told('u1');
      await move(in200);
      await told('u1');
      await move(finding('a'));
      expect(await told('u1')).toEqual(['opened a', 'moved a', 'opened a']);
      expect(await told('u2')).toEqual(['moved a', 'opened a']);
      await withdraw('a');
      expect(await told('u1')).toEqual(['withdrawn a', 'opened a', 'moved a', 'opened a']);
      expect(await told('u2')).toEqual(['moved a', 'opened a']);
      expect(await told('both')).toEqual(['withdrawn a', 'opened a']);
    });

    test('before anybody was told: only its teams now hear of it', async () => {
      await open(finding('a'));
      await move(in200);
      expect(await told('u1')).toEqual([]);
      expect(await told('u2')).toEqual(['opened a']);
      await move(finding('a'));
      expect(await told('u1')).toEqual(['opened a']);
    });

    test('that nobody was told of, as it was too low for its teams, is told when its severity rises', async () => {
      await open(finding('a', { severity: 'low' }));
      expect(await told('u1')).toEqual([]);
      await move(finding('a', { severity: 'high' }));
      expect(await told('u1')).toEqual(['opened a']);
      await move(finding('a', { severity: 'low' }));
      expect(await told('u1')).toEqual(['moved a', 'opened a']);
    });

    test('many at once are told in one summary to each', async () => {
      const many = Array.from({ length: 20 }, (_, n) => finding(`m${n}`));
      await open(...many);
      await told('u1');
      await move(...many.map((moved) => ({ ...moved, townshipCode: '200' })));
      await round.run();
      expect((await queries.inbox(WHOLE_COUNTY, 'u1', { limit: 1, unreadOnly: false })).items[0]).toMatchObject({
        kind: 'summary-moved',
        title: '汇总：20 条疑点已转出',
      });
      expect((await queries.inbox(WHOLE_COUNTY, 'u2', { limit: 10, unreadOnly: false })).items).toMatchObject([
        { kind: 'summary', title: '汇总：20 条疑点待核实' },
      ]);
    });
  });

  test('open consoles are told when it is there', async () => {
    await teams.create(settings());
    const listener = await pool.connect();
    const heard: string[] = [];
    try {
      await listener.query('LISTEN tianyan_events');
      const first = new Promise<void>((resolve) =>
        listener.on('notification', (message) => {
          heard.push(message.payload ?? '');
          resolve();
        }),
      );
      await openAndRollBack(finding('x'));
      await open(finding('a'), finding('b'));
      await first;
      const delivered = new Promise<void>((resolve) => listener.once('notification', () => resolve()));
      await round.run();
      await delivered;
      // At commit for the notifier, and when people can see it.
      expect(heard.map((payload) => JSON.parse(payload).kind)).toEqual(['notice', 'notice']);
    } finally {
      listener.release(true);
    }
  });
});

describe('the inbox', () => {
  test('is paged, counts the unread, and belongs to one person', async () => {
    await teams.create(settings());
    await open(...Array.from({ length: 5 }, (_, i) => finding(`f${i}`)));
    await round.run();
    const first = await queries.inbox(WHOLE_COUNTY, 'u1', { limit: 2, unreadOnly: false });
    const rest = await queries.inbox(WHOLE_COUNTY, 'u1', { limit: 5, cursor: first.nextCursor, unreadOnly: false });
    expect([...first.items, ...rest.items].map((item) => item.subject.id)).toEqual(['f4', 'f3', 'f2', 'f1', 'f0']);
    expect(rest.nextCursor).toBeNull();
    await queries.markRead(
      WHOLE_COUNTY,
      'somebody-else',
      first.items.map((item) => item.id),
    );
    expect(await queries.unreadCount(WHOLE_COUNTY, 'u1')).toBe(5);
    await queries.markRead(
      WHOLE_COUNTY,
      'u1',
      first.items.map((item) => item.id),
    );
    expect(await queries.unreadCount(WHOLE_COUNTY, 'u1')).toBe(3);
    await queries.markRead(WHOLE_COUNTY, 'u1', null);
    expect((await queries.inbox(WHOLE_COUNTY, 'u1', { limit: 5, unreadOnly: true })).items).toEqual([]);
    await expect(queries.inbox(WHOLE_COUNTY, 'u1', { limit: 5, cursor: "1' OR 1=1", unreadOnly: false })).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});

describe('an alert that has to settle', () => {
  const SETTLE_MS = 30_000;

  beforeEach(async () => {
    outbox = new AlertOutbox({ clock, settleMs: SETTLE_MS });
    await withHook();
  });

  test('is neither seen nor sent before its time', async () => {
    await open(finding('a'));
    clock.advanceBy(SETTLE_MS - 1);
    expect(await told('u1')).toEqual([]);
    expect([await queries.unreadCount(WHOLE_COUNTY, 'u1'), sent]).toEqual([0, []]);
    clock.advanceBy(1);
    expect(await told('u1')).toEqual(['opened a']);
    expect([await queries.unreadCount(WHOLE_COUNTY, 'u1'), sent.length]).toEqual([1, 1]);
  });

  test('is dropped with a doubt that later records answered: nobody was accused, nobody hears of it', async () => {
    await open(finding('a'));
    clock.advanceBy(SETTLE_MS / 2);
    await withdraw('a');
    clock.advanceBy(SETTLE_MS);
    expect(await told('u1')).toEqual([]);
    await queries.markRead(WHOLE_COUNTY, 'u1', null);
    expect([await queries.unreadCount(WHOLE_COUNTY, 'u1'), sent, await states()]).toEqual([0, [], ['cancelled']]);
  });

  test('settles anew when the doubt comes back', async () => {
    await open(finding('a'));
    await withdraw('a');
    clock.advanceBy(SETTLE_MS / 2);
    await open(finding('a'));
    clock.advanceBy(SETTLE_MS / 2);
    expect(await told('u1')).toEqual([]);
    clock.advanceBy(SETTLE_MS / 2);
    expect(await told('u1')).toEqual(['opened a']);
  });

  test('a withdrawal of what was told goes out at once', async () => {
    await open(finding('a'));
    clock.advanceBy(SETTLE_MS);
    expect(await told('u1')).toEqual(['opened a']);
    await withdraw('a');
    expect(await told('u1')).toEqual(['withdrawn a', 'opened a']);
    expect(sent).toHaveLength(2);
  });
});

describe('webhooks', () => {
  test('are signed over timestamp and body, and name the delivery', async () => {
    const teamId = await withHook();
    await open(finding('a', { traces: ['page-1', 'page-2'] }));
    expect(await round.run()).toBe(1);
    const [request] = sent;
    expect(request?.headers['x-tianyan-traces']).toBe('page-1,page-2');
    expect(request?.url).toBe(HOOK);
    expect(request?.headers['idempotency-key']).toBe(`a:0:opened:${teamId}`);
    expect(request?.headers['x-tianyan-timestamp']).toBe(String(clock.nowMs()));
    const key = webhookKey(SECRET, teamId, 1);
    expect(request?.headers['x-tianyan-signature']).toBe(signature(key, clock.nowMs(), request?.body ?? ''));
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ event: 'finding.opened', findingId: 'a', path: '/findings/a' });
    expect(await states()).toEqual(['delivered']);
    expect(await round.run()).toBe(0);
    expect(webhookKey(SECRET, teamId, 2)).not.toBe(key);
  });

  test('are tried again with the same key, later each time, and end as dead letters that can be retried', async () => {
    await withHook();
    await open(finding('a'));
    answer = async () => ({ status: 503 });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= DELIVERY_BACKOFF.maxAttempts; attempt++) {
      expect(await round.run()).toBe(1);
      const [delivery] = (await queries.list(WHOLE_COUNTY, { state: null, limit: 10 })).items.filter(
        (item) => item.channel === 'webhook',
      );
      expect(delivery).toMatchObject({ attempts: attempt, lastError: '对方答复 HTTP 503' });
      expect(await round.run()).toBe(0);
      waits.push((delivery?.nextAttemptAtMs ?? 0) - clock.nowMs());
      clock.advanceTo(delivery?.nextAttemptAtMs ?? 0);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(DELIVERY_BACKOFF.maxDelayMs);
    expect(Math.max(...waits)).toBeGreaterThan(DELIVERY_BACKOFF.firstDelayMs * 10);
    expect(new Set(sent.map((request) => request.headers['idempotency-key'])).size).toBe(1);
    expect(await states()).toEqual(['dead']);
    expect(await round.run()).toBe(0);
    answer = async () => ({ status: 200 });
    const [dead] = (await queries.list(WHOLE_COUNTY, { state: 'dead', limit: 1 })).items;
    await queries.retry(WHOLE_COUNTY, dead?.id ?? '');
    expect(await round.run()).toBe(1);
    expect(await states()).toEqual(['delivered']);
    await expect(queries.retry(WHOLE_COUNTY, dead?.id ?? '')).rejects.toMatchObject({ code: 'conflict' });
    await expect(queries.retry(WHOLE_COUNTY, '999999')).rejects.toMatchObject({ code: 'not-found' });
  });

  test.each([
    [400, 'dead'],
    [301, 'dead'],
    [404, 'dead'],
    [429, 'waiting'],
    [500, 'waiting'],
  ])('the answer %i leaves the delivery %s', async (status, state) => {
    await withHook();
    await open(finding('a'));
    answer = async () => ({ status });
    await round.run();
    expect(await states()).toEqual([state]);
  });

  test('a receiver that asks for a pause gets it, in seconds or until a date, up to a limit', async () => {
    await withHook();
    await open(finding('a'));
    const pauses = ['900', new Date(clock.nowMs() + 3_600_000).toUTCString(), '99999999', 'soon'];
    const waited: number[] = [];
    for (const retryAfter of pauses) {
      answer = async () => ({ status: 429, retryAfter });
      await round.run();
      const [delivery] = (await queries.list(WHOLE_COUNTY, { state: 'waiting', limit: 10 })).items.filter(
        ({ channel }) => channel === 'webhook',
      );
      waited.push((delivery?.nextAttemptAtMs ?? 0) - clock.nowMs());
      clock.advanceTo(delivery?.nextAttemptAtMs ?? 0);
    }
    expect(waited.slice(0, 3)).toEqual([900_000, 3_600_000 - 900_000, MAX_RETRY_AFTER_MS]);
    expect(waited[3]).toBeLessThan(900_000);
  });

  test('a receiver out of reach is tried again', async () => {
    await withHook();
    await open(finding('a'));
    answer = async () => Promise.reject(new Error('connect ECONNREFUSED'));
    await round.run();
    expect(await states()).toEqual(['waiting']);
  });

  test('a notifier killed in the middle leaves nothing behind: another sends the same delivery after the lease', async () => {
    await withHook();
    await open(finding('a'));
    expect(await queue.claim(10)).toHaveLength(1); // and its process dies here
    expect(await round.run()).toBe(0);
    clock.advanceBy(LEASE_MS);
    expect(await round.run()).toBe(1);
    expect(await states()).toEqual(['delivered']);
  });

  test('several notifiers share the work: no delivery goes out twice', async () => {
    await withHook();
    await open(...Array.from({ length: 60 }, (_, i) => finding(`f${i}`)));
    const taken = await Promise.all(Array.from({ length: 4 }, () => round.run()));
    while ((await round.run()) > 0);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);
    expect(new Set(sent.map((request) => request.headers['idempotency-key'])).size).toBe(60);
    expect(sent).toHaveLength(60);
  });

  test('a withdrawal never overtakes its opening', async () => {
    await withHook();
    await open(finding('a'));
    answer = async () => ({ status: 503 });
    await round.run();
    await withdraw('a');
    answer = async () => ({ status: 200 });
    expect(await round.run()).toBe(0);
    clock.advanceBy(DELIVERY_BACKOFF.firstDelayMs);
    await round.run();
    await round.run();
    expect(sent.map((request) => JSON.parse(request.body).event)).toEqual([
      'finding.opened',
      'finding.opened',
      'finding.withdrawn',
    ]);
  });

  test('what was withdrawn before it was sent is not sent at all; if it comes back, it is', async () => {
    await withHook();
    await open(finding('a'));
    await withdraw('a');
    expect(await round.run()).toBe(0);
    expect(await states()).toEqual(['cancelled']);
    await open(finding('a'));
    expect(await round.run()).toBe(1);
    expect(sent).toHaveLength(1);
  });

  test('go only to allowed hosts, also when the list changes afterwards', async () => {
    for (const webhookUrl of [
      'http://169.254.169.254/latest',
      'https://hooks.example.org.evil.org/',
      'file:///etc/passwd',
      'https://u:p@hooks.example.org/',
      'http://localhost:5432/',
    ]) {
      await expect(teams.create(settings({ webhookUrl }))).rejects.toMatchObject({ code: 'invalid' });
    }
    await withHook();
    await open(finding('a'));
    await teams.setWebhookHosts([]);
    await round.run();
    expect(sent).toEqual([]);
    expect(await states()).toEqual(['dead']);
  });

  test('wait for a signing key', async () => {
    const team = await teams.create(settings({ webhookUrl: HOOK }));
    await open(finding('a'));
    await round.run();
    expect([sent, await states()]).toEqual([[], ['waiting']]);
    await teams.nextWebhookKeyVersion(team.id);
    clock.advanceBy(DELIVERY_BACKOFF.firstDelayMs);
    await round.run();
    expect(await states()).toEqual(['delivered']);
  });
});

describe('teams', () => {
  test('one default team, made once; it cannot be removed', async () => {
    await Promise.all([teams.ensureDefault(['x']), teams.ensureDefault(['y'])]);
    const [first, ...others] = await teams.list();
    expect(first).toMatchObject({ isDefault: true, memberIds: ['admin'] });
    expect(others).toEqual([]);
    await expect(teams.remove(first?.id ?? '')).rejects.toMatchObject({ code: 'conflict' });
  });

  test('are saved whole, under a name of their own', async () => {
    const team = await teams.create(settings());
    await expect(teams.create(settings())).rejects.toMatchObject({ code: 'conflict' });
    const changed = await teams.update(team.id, settings({ name: '新名', townshipCodes: ['200', '300'], memberIds: [] }));
    expect(changed).toMatchObject({ name: '新名', townshipCodes: ['200', '300'], memberIds: [] });
    await teams.remove(team.id);
    await expect(teams.update(team.id, settings())).rejects.toMatchObject({ code: 'not-found' });
  });
});
