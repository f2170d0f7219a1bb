import { reachOf, WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { HOUR_MS, ManualClock, MINUTE_MS, SECOND_MS, seededRng, sequentialIds } from '@tianyan/kernel';
import { inTransaction, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import {
  noticeMigrations,
  AlertOutbox,
  DIGEST_AFTER_MS,
  DeliveryQueries,
  DeliveryQueue,
  DeliveryRound,
  MAX_SUMMARY_WAIT_MS,
  MAX_TOLD_SINGLY,
  Summaries,
  TeamStore,
  WebhookChannel,
  type AlertFinding,
  type SendWebhook,
} from './index.js';
import { emptyNotices } from './planted-alerts.test-fixture.js';

const HOST = 'hooks.example.org';
const SETTLE_MS = 30 * SECOND_MS;
/** Settling and then quiet for twice as long. */
const SUMMED_UP_AFTER_MS = 3 * SETTLE_MS;

let postgres: TestPostgres;
let pool: Pool;
let clock: ManualClock;
let outbox: AlertOutbox;
let queries: DeliveryQueries;
let teams: TeamStore;
let round: DeliveryRound;
let sent: { body: Record<string, unknown>; key: string | undefined }[];
beforeAll(async () => {
  postgres = await startTestPostgres([noticeMigrations]);
  pool = postgres.pool;
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await emptyNotices(pool);
  clock = new ManualClock(1_800_000_000_000);
  teams = new TeamStore({ pool, ids: sequentialIds('t'), clock });
  outbox = new AlertOutbox({ clock, settleMs: SETTLE_MS });
  queries = new DeliveryQueries(pool, clock);
  sent = [];
  const send: SendWebhook = async ({ headers, body }) => {
    sent.push({ body: JSON.parse(body) as Record<string, unknown>, key: headers['idempotency-key'] }); // an object, as webhookBody makes it
    return { status: 204 };
  };
  round = new DeliveryRound({
    queue: new DeliveryQueue({ pool, clock, rng: seededRng(7) }),
    summaries: new Summaries({ pool, clock }),
    channel: new WebhookChannel({ teams, send, clock, secret: 'installation' }),
  });
  await teams.setWebhookHosts([HOST]);
  await teams.ensureDefault(['admin']);
  const settings = { minSeverity: 'low', webhookUrl: null } as const;
  const webhookUrl = `https://${HOST}/tianyan`;
  const team = await teams.create({ ...settings, name: '响水组', townshipCodes: ['100', '101'], memberIds: ['u1'], webhookUrl });
  await teams.nextWebhookKeyVersion(team.id);
  await teams.create({ ...settings, name: '第二组', townshipCodes: ['200'], memberIds: ['u2'] });
});

function findings(prefix: string, count: number, given: Partial<AlertFinding> = {}): AlertFinding[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${prefix}${n}`,
    severity: 'medium',
    title: '工单踢皮球',
    ruleId: 'order-ping-pong',
    explanation: `工单 ${n}`,
    townshipCode: '100',
    occurredAtMs: n,
    ...given,
  }));
}

const open = (...found: AlertFinding[]) => inTransaction(pool, (client) => outbox.enqueue(client, found));
const withdraw = (...found: AlertFinding[]) => inTransaction(pool, (client) => outbox.enqueueWithdrawn(client, found));
async function inbox(userId: string) {
  await round.run();
  return (await queries.inbox(WHOLE_COUNTY, userId, { limit: 200, unreadOnly: false })).items;
}

test('a load that found much is one message per team, by rule, with the list behind it', async () => {
  await open(
    ...findings('a', 200, { bundle: 'load:1' }),
    ...findings('b', 20, {
      bundle: 'load:1',
      townshipCode: '101',
      title: '超期未办结',
      ruleId: 'order-overdue',
      severity: 'high',
    }),
    ...findings('c', 30, { bundle: 'load:1', townshipCode: '200' }),
  );
  await open(...findings('live', 1));
  clock.advanceBy(SETTLE_MS);
  expect((await inbox('u1')).map(({ subject }) => subject.id)).toEqual(['live0']);
  clock.advanceBy(SUMMED_UP_AFTER_MS - SETTLE_MS);
  const [summary, ...others] = await inbox('u1');
  expect(others.map(({ kind }) => kind)).toEqual(['opened']);
  expect(summary).toMatchObject({
    kind: 'summary',
    severity: 'high',
    title: '汇总：220 条疑点待核实',
    text: '来自一次成批载入的数据：工单踢皮球 200 条，超期未办结 20 条。',
    path: '/findings?status=open&rule=order-overdue%2Corder-ping-pong&township=100%2C101',
  });
  expect(await queries.unreadCount(WHOLE_COUNTY, 'u1')).toBe(2);
  expect((await inbox('u2')).map(({ title }) => title)).toEqual(['汇总：30 条疑点待核实']);
  expect(sent.map(({ body }) => body['event'])).toEqual(['finding.opened', 'findings.summary']);
  expect(new Set(sent.map(({ key }) => key)).size).toBe(2);

  // A repeat of the same finding is no second message.
  await open(...findings('a', 200, { bundle: 'load:2' }));
  clock.advanceBy(HOUR_MS);
  expect(await inbox('u1')).toHaveLength(2);
});

test('a load that found little is told one by one', async () => {
  await open(...findings('a', MAX_TOLD_SINGLY, { bundle: 'sweep:1' }));
  clock.advanceBy(SUMMED_UP_AFTER_MS);
  expect((await inbox('u1')).map(({ kind }) => kind)).toEqual(Array.from({ length: MAX_TOLD_SINGLY }, () => 'opened'));
});

test('pieces of one load are told together; what is added without end is told after an hour', async () => {
  await open(...findings('a', 10, { bundle: 'load:1' }));
  clock.advanceBy(SUMMED_UP_AFTER_MS - 1);
  await open(...findings('b', 10, { bundle: 'load:1' }));
  clock.advanceBy(1);
  expect(await inbox('u1')).toEqual([]);
  clock.advanceBy(SUMMED_UP_AFTER_MS);
  expect((await inbox('u1')).map(({ title }) => title)).toEqual(['汇总：20 条疑点待核实']);
  for (let minute = 0; minute * MINUTE_MS < MAX_SUMMARY_WAIT_MS; minute++) {
    await open(...findings(`m${minute}-`, 1, { bundle: 'old' }));
    expect(await inbox('u1')).toHaveLength(1);
    clock.advanceBy(MINUTE_MS);
  }
  expect((await inbox('u1'))[0]?.title).toBe('汇总：60 条疑点待核实');
});

test('what is old is always told in a summary, a single one too: it reaches its team', async () => {
  await open(...findings('a', 1, { bundle: 'old' }));
  clock.advanceBy(SUMMED_UP_AFTER_MS);
  expect((await inbox('u1')).map(({ kind, title }) => [kind, title])).toEqual([['summary', '汇总：1 条疑点待核实']]);
});

test('withdrawn before it is told, nobody hears of it; afterwards, whoever had the summary hears it in a summary', async () => {
  const found = findings('a', 30, { bundle: 'load:1' });
  await open(...found);
  await withdraw(...found.slice(0, 10));
  clock.advanceBy(SUMMED_UP_AFTER_MS);
  expect((await inbox('u1')).map(({ title }) => title)).toEqual(['汇总：20 条疑点待核实']);

  await withdraw(...found.slice(8, 14));
  await withdraw(...found.slice(8, 14));
  clock.advanceBy(SUMMED_UP_AFTER_MS);
  const [back] = await inbox('u1');
  expect(back).toMatchObject({
    kind: 'summary-withdrawn',
    title: '汇总：4 条疑点已撤回',
    path: '/findings?status=withdrawn&rule=order-ping-pong&township=100',
  });
  expect(sent.map(({ body }) => [body['event'], body['findingId']])).toEqual([
    ['findings.summary', null],
    ['findings.summary-withdrawn', null],
  ]);
  // One that comes back later by itself is told by itself.
  await open(...findings('a', 12).slice(11));
  clock.advanceBy(SETTLE_MS);
  expect((await inbox('u1'))[0]).toMatchObject({ kind: 'opened', subject: { kind: 'finding', id: 'a11' }, round: 1 });
});

test('two notifiers make one summary', async () => {
  await open(...findings('a', 50, { bundle: 'load:1' }));
  clock.advanceBy(SUMMED_UP_AFTER_MS);
  const makers = [1, 2, 3].map(() => new Summaries({ pool, clock }));
  await Promise.all(makers.map((maker) => maker.make()));
  expect(await inbox('u1')).toHaveLength(1);
});

test('entries and summaries are seen within the reach; one that counts what lies outside is not', async () => {
  const near = reachOf(['100']);
  await open(...findings('near', 8, { bundle: 'load:1' }), ...findings('near-live', 1));
  await open(...findings('far-live', 1, { townshipCode: '101' }));
  await open(...findings('both', 4, { bundle: 'load:2' }), ...findings('both-far', 4, { bundle: 'load:2', townshipCode: '101' }));
  clock.advanceBy(SUMMED_UP_AFTER_MS);
  expect(await inbox('u1')).toHaveLength(4);
  const page = { limit: 200, unreadOnly: true };
  const seen = await queries.inbox(near, 'u1', page);
  expect(seen.items.map(({ subject, title }) => (subject.id.startsWith('summary') ? title : subject.id)).toSorted()).toEqual([
    'near-live0',
    '汇总：8 条疑点待核实',
  ]);
  expect(await queries.unreadCount(near, 'u1')).toBe(2);
  // Of the single rows that the summaries were made of, those near.
  expect((await queries.list(near, { state: 'bundled', limit: 200 })).items.map(({ townshipCode }) => townshipCode)).toEqual(
    Array.from({ length: 24 }, () => '100'),
  );
  const far = (await queries.list(WHOLE_COUNTY, { state: null, limit: 200 })).items.find(
    ({ subject }) => subject.id === 'far-live0',
  );
  await expect(queries.retry(near, far?.id ?? '')).rejects.toMatchObject({ code: 'not-found' });

  await queries.markRead(near, 'u1', null);
  expect(await queries.unreadCount(near, 'u1')).toBe(0);
  expect(await queries.unreadCount(WHOLE_COUNTY, 'u1')).toBe(2);
  expect(await queries.unreadCount(reachOf(['200']), 'u1')).toBe(0);
});

test('what a team has no place for this week is one digest a day; others, and who has a place by another team, hear of it at once', async () => {
  const [team, second] = [await teamNamed('响水组'), await teamNamed('第二组')];
  // `u1` is in both teams that are responsible for 102.
  await teams.update(second.id, {
    name: '第二组',
    minSeverity: 'low',
    webhookUrl: null,
    townshipCodes: ['200', '102'],
    memberIds: ['u1', 'u2'],
  });
  await teams.update(team.id, {
    name: '响水组',
    minSeverity: 'low',
    webhookUrl: null,
    townshipCodes: ['100', '102'],
    memberIds: ['u1'],
    weeklyBudget: 3,
  });
  await open(...findings('a', 2, { beyondFor: [team.id] }), ...findings('b', 1, { beyondFor: [team.id], townshipCode: '102' }));
  clock.advanceBy(SETTLE_MS);
  expect((await inbox('u1')).map(({ subject }) => subject.id)).toEqual(['b0']);
  expect((await inbox('u2')).map(({ subject }) => subject.id)).toEqual(['b0']);
  clock.advanceBy(DIGEST_AFTER_MS - HOUR_MS);
  await open(...findings('c', 4, { beyondFor: [team.id] }));
  expect(await inbox('u1')).toHaveLength(1);
  clock.advanceBy(HOUR_MS);
  expect((await inbox('u1'))[0]).toMatchObject({
    kind: 'summary',
    title: '汇总：6 条疑点待核实',
    text: '本周名额已满，排在后面的新疑点（不逐条告知，都在清单里）：工单踢皮球 6 条。',
    path: `/findings?status=open&team=${team.id}&place=behind`,
  });
});

async function teamNamed(name: string) {
  const found = (await teams.list()).find((team) => team.name === name);
  if (!found) throw new Error(`no team ${name}`);
  return found;
}
