import { reachOf, WHOLE_COUNTY } from '@tianyan/access/testing';
import { accessMigrations, UserStore } from '@tianyan/access';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock, MINUTE_MS, seededRng, sequentialIds } from '@tianyan/kernel';
import { inTransaction, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import {
  AlertOutbox,
  DELIVERY_BACKOFF,
  DeliveryQueries,
  DeliveryQueue,
  DeliveryRound,
  noticeKey,
  noticeMigrations,
  NoticeOutbox,
  PlatformRouting,
  subjectsFor,
  Summaries,
  TeamStore,
  type Notice,
  WebhookChannel,
  type SendWebhook,
} from './index.js';
import { emptyNotices } from './planted-alerts.test-fixture.js';

const HOST = 'hooks.example.org';

let postgres: TestPostgres;
let pool: Pool;
let clock: ManualClock;
let outbox: NoticeOutbox;
let queries: DeliveryQueries;
let round: DeliveryRound;
let routing: PlatformRouting;
let sent: { key: string | undefined; body: Record<string, unknown> }[];
let answer: () => ReturnType<SendWebhook>;
const ids = { admin: '', second: '', analyst: '' };
const subjects = subjectsFor('system-administrator');

beforeAll(async () => {
  postgres = await startTestPostgres([accessMigrations, noticeMigrations]);
  pool = postgres.pool;
  const users = new UserStore({ pool, ids: sequentialIds('u'), clock: new ManualClock(1) });
  const rest = { displayName: '某人', password: 'Some-Password-77', townshipCodes: null, mustChangePassword: false };
  ids.admin = (await users.create({ ...rest, account: 'admin', role: 'system-administrator' }))?.id ?? '';
  ids.second = (await users.create({ ...rest, account: 'second', role: 'system-administrator' }))?.id ?? '';
  ids.analyst = (await users.create({ ...rest, account: 'analyst', role: 'analyst' }))?.id ?? '';
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  await emptyNotices(pool);
  clock = new ManualClock(1_800_000_000_000);
  outbox = new NoticeOutbox(clock);
  queries = new DeliveryQueries(pool, clock);
  const users = new UserStore({ pool, ids: sequentialIds('u'), clock });
  const teams = new TeamStore({ pool, ids: sequentialIds('t'), clock });
  routing = new PlatformRouting({ users, teams });
  sent = [];
  answer = async () => ({ status: 204 });
  const send: SendWebhook = async ({ headers, body }) => {
    sent.push({ key: headers['idempotency-key'], body: JSON.parse(body) as Record<string, unknown> }); // an object, as webhookBody makes it
    return answer();
  };
  round = new DeliveryRound({
    queue: new DeliveryQueue({ pool, clock, rng: seededRng(7) }),
    summaries: new Summaries({ pool, clock }),
    channel: new WebhookChannel({ teams, send, clock, secret: 'installation' }),
  });
  await teams.setWebhookHosts([HOST]);
  await teams.ensureDefault([ids.analyst]);
  const webhookUrl = `https://${HOST}/x`;
  const settings = { townshipCodes: [], memberIds: [ids.analyst], minSeverity: 'low' } as const;
  const told = await teams.create({ ...settings, name: '信息中心', webhookUrl, platformNotices: true });
  await teams.nextWebhookKeyVersion(told.id);
  // One that did not ask for it, and one that has nowhere to send it.
  await teams.create({ ...settings, name: '响水组', webhookUrl });
  await teams.create({ ...settings, name: '无回调', webhookUrl: null, platformNotices: true });
});

const failing = (given: Partial<Notice> = {}): Notice => ({
  subject: { kind: 'source', id: 'hotline-12345' },
  kind: 'source-failing',
  round: 0,
  severity: 'high',
  title: '数据源“12345 热线”中断',
  text: '请打开数据源页面查看原因',
  townshipCode: null,
  occurredAtMs: 5,
  path: '/sources/hotline-12345',
  settlesForMs: 0,
  ...given,
});
const working = (given: Partial<Notice> = {}) => failing({ kind: 'source-working', title: '数据源“12345 热线”已恢复', ...given });
const tell = (notice: Notice) =>
  inTransaction(pool, async (client) => outbox.enqueue(client, notice, await routing.recipients('high')));
const end = (notice: Notice) => inTransaction(pool, (client) => outbox.enqueueEnd(client, notice, 'source-failing'));
const inbox = async (userId: string) =>
  (await queries.inbox(WHOLE_COUNTY, userId, { limit: 100, unreadOnly: false, subjects })).items.map(({ title }) => title);

describe('a notice about a source', () => {
  test('reaches every administrator and the webhooks that asked for it, nobody else; the receiver can tell what it is about', async () => {
    await tell(failing());
    expect(await round.run()).toBe(1);
    expect(await inbox(ids.admin)).toEqual(['数据源“12345 热线”中断']);
    expect(await inbox(ids.second)).toEqual(['数据源“12345 热线”中断']);
    expect(await inbox(ids.analyst)).toEqual([]);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.key).toMatch(/^source:hotline-12345:0:source-failing:/);
    expect(sent[0]?.body).toMatchObject({
      event: 'source.failing',
      findingId: null,
      source: 'hotline-12345',
      path: '/sources/hotline-12345',
    });
  });

  test('is told once, however often it is enqueued; the next outage is another', async () => {
    await tell(failing());
    await round.run();
    await Promise.all([tell(failing()), tell(failing())]);
    await round.run();
    expect([(await inbox(ids.admin)).length, sent.length]).toEqual([1, 1]);
    await tell(failing({ round: 1 }));
    await round.run();
    expect([(await inbox(ids.admin)).length, sent.length]).toEqual([2, 2]);
  });

  test('ends for those who were told; a receiver that never heard of the beginning does not hear of the end', async () => {
    answer = async () => ({ status: 400 });
    await tell(failing());
    await round.run();
    answer = async () => ({ status: 204 });
    await end(working());
    await end(working());
    await round.run();
    expect(await inbox(ids.admin)).toEqual(['数据源“12345 热线”已恢复', '数据源“12345 热线”中断']);
    expect(sent.map(({ body }) => body['event'])).toEqual(['source.failing']);
    // What was given up is not to be sent after the end, either.
    const { items } = await queries.list(WHOLE_COUNTY, { state: 'cancelled', limit: 10, subjects });
    expect(items.map(({ channel }) => channel)).toEqual(['webhook']);
  });

  test('settles where it is asked to: over before anybody was told, nobody hears of either', async () => {
    await tell(failing({ settlesForMs: MINUTE_MS }));
    await round.run();
    await end(working());
    clock.advanceBy(MINUTE_MS);
    await round.run();
    expect([await inbox(ids.admin), sent]).toEqual([[], []]);
  });

  test('is sent again and given up like any other, and the end never overtakes the beginning', async () => {
    answer = async () => ({ status: 503 });
    await tell(failing());
    await round.run();
    await end(working());
    answer = async () => ({ status: 204 });
    expect(await round.run()).toBe(0);
    clock.advanceBy(MINUTE_MS);
    await round.run();
    await round.run();
    expect(sent.map(({ body }) => body['event'])).toEqual(['source.failing', 'source.failing', 'source.working']);
  });

  test('held by its channel, it was not sent: it does not become a dead letter, and its end cancels it', async () => {
    const holding = new DeliveryRound({
      queue: new DeliveryQueue({ pool, clock, rng: seededRng(7) }),
      summaries: new Summaries({ pool, clock }),
      channel: { send: async () => ({ kind: 'held', afterMs: MINUTE_MS }) },
    });
    await tell(failing());
    for (let n = 0; n <= DELIVERY_BACKOFF.maxAttempts; n++) {
      expect(await holding.run()).toBe(1);
      expect(await holding.run()).toBe(0);
      clock.advanceBy(MINUTE_MS);
    }
    const webhooks = async () => {
      const { items } = await queries.list(WHOLE_COUNTY, { state: null, limit: 20, subjects });
      return items.filter(({ channel }) => channel === 'webhook').map(({ state, attempts }) => [state, attempts]);
    };
    expect(await webhooks()).toEqual([['waiting', 0]]);
    await end(working());
    expect(await webhooks()).toEqual([['cancelled', 0]]);
  });

  test('is seen only by those whose role may hear of it, though it lies in their inbox', async () => {
    await tell(failing());
    await round.run();
    const page = { limit: 10, unreadOnly: false };
    for (const seen of [undefined, subjectsFor('analyst'), subjectsFor('reader')]) {
      const asked = seen === undefined ? page : { ...page, subjects: seen };
      expect((await queries.inbox(WHOLE_COUNTY, ids.admin, asked)).items).toEqual([]);
      expect(await queries.unreadCount(WHOLE_COUNTY, ids.admin, seen)).toBe(0);
    }
    expect(await queries.unreadCount(WHOLE_COUNTY, ids.admin, subjects)).toBe(1);
  });

  test('is not mixed up with a finding of the same id', async () => {
    const alerts = new AlertOutbox({ clock, settleMs: 0 });
    const finding = { id: 'hotline-12345', severity: 'high', title: '工单踢皮球', explanation: '', occurredAtMs: 1 } as const;
    await inTransaction(pool, (client) => alerts.enqueue(client, [{ ...finding, townshipCode: null }]));
    await tell(failing());
    await round.run();
    expect(await inbox(ids.analyst)).toEqual(['工单踢皮球']);
    await inTransaction(pool, (client) => alerts.enqueueWithdrawn(client, [finding]));
    await end(working());
    await round.run();
    expect(await inbox(ids.analyst)).toEqual(['工单踢皮球', '工单踢皮球']);
    expect(await inbox(ids.admin)).toEqual(['数据源“12345 热线”已恢复', '数据源“12345 热线”中断']);
  });
});

test('what names a rule is read by who sees all its classes; where none were kept, with all classes alone', async () => {
  const about = (subject: Notice['subject'], kind: Notice['kind'], problemClasses?: readonly string[] | null) =>
    failing({ subject, kind, title: subject.id, problemClasses: problemClasses ?? null });
  const notices = [
    about({ kind: 'clue', id: 'both' }, 'clue-assigned', ['不作为', '微腐败']),
    about({ kind: 'clue', id: 'one' }, 'clue-assigned', ['不作为']),
    about({ kind: 'clue', id: 'of-before' }, 'clue-assigned'),
    about({ kind: 'exemption', id: '7' }, 'exemption-ending', ['微腐败']),
    about({ kind: 'letter', id: 'letter' }, 'letter-drafted'),
  ];
  const recipient = { channel: 'inbox', userId: ids.analyst, teamId: null } as const;
  for (const notice of notices) await inTransaction(pool, (client) => outbox.enqueue(client, notice, [recipient]));
  await round.run();
  const read = async (classes: readonly string[] | null) => {
    const page = { limit: 10, unreadOnly: false, subjects: subjectsFor('analyst') };
    const { items } = await queries.inbox(reachOf(null, classes), ids.analyst, page);
    expect(await queries.unreadCount(reachOf(null, classes), ids.analyst, page.subjects)).toBe(items.length);
    return items.map(({ title }) => title).toSorted();
  };
  expect(await read(['不作为'])).toEqual(['letter', 'one']);
  expect(await read(['微腐败'])).toEqual(['7', 'letter']);
  expect(await read(['不作为', '微腐败'])).toEqual(['7', 'both', 'letter', 'one']);
  expect(await read(null)).toHaveLength(notices.length);
});

test('a notice of the wrong kind is a mistake of the program', async () => {
  await expect(tell(failing({ kind: 'opened' }))).rejects.toThrow(RangeError);
  await expect(end(failing())).rejects.toThrow(RangeError);
  const stored = `INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, severity, title, body, occurred_at_ms, state,
    next_attempt_at_ms, created_at_ms) VALUES ('source', 'x', 0, 'opened', 'inbox', 'u', 1, '', '', 1, 'waiting', 1, 1)`;
  await expect(pool.query(stored)).rejects.toThrow('notice_delivery_kind_check');
});

test('the key of a finding’s notice is the one that receivers know', () => {
  expect(noticeKey({ subject: { kind: 'finding', id: 'f' }, kind: 'opened', round: 2 })).toBe('f:2:opened');
  expect(noticeKey(failing())).toBe('source:hotline-12345:0:source-failing');
});
