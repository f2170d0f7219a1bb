import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execute, rows } from '@tianyan/postgres';
import { shippedText } from '@tianyan/rules/testing';
import { z } from 'zod';
import {
  draftDetailSchema,
  draftListSchema,
  importAnswerSchema,
  ruleDetailSchema,
  ruleExportSchema,
  ruleListSchema,
  ruleShadowSchema,
  ruleVersionListSchema,
  startedTrialSchema,
  type DraftDetail,
  type RuleTrial,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { endedTrial } from '../testing/ended-trial.js';
import { publishReviewed } from '../testing/publish-reviewed.js';

const READER = { account: 'he.ping', password: 'Reader-2026-xyz' };
const reason = '按专项整治方案';
const untriedReason = '只改了说明文字';

let fixture: ConsoleFixture;
let administrator: ApiClient;
let analyst: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  administrator = await fixture.signedIn(ADMINISTRATOR);
  analyst = await fixture.signedIn(ANALYST);
});
afterAll(() => fixture.stop());

const shipped = shippedText('completion-rejected-twice').yaml;
const own = (version: number, id: string) =>
  shipped
    .replace(/^id:.*$/m, `id: ${id}`)
    .replace(/^version:.*$/m, `version: ${version}`)
    .trim();
const create = async (yaml: string, client = analyst): Promise<DraftDetail> =>
  draftDetailSchema.parse((await client.post('/api/rules/drafts', { yaml, basedOn: null })).body);
const step = (draft: { id: string }, name: string, body: object, client = analyst) =>
  client.post(`/api/rules/drafts/${draft.id}/${name}`, body);
const get = async ({ id }: { id: string }, client = analyst) =>
  draftDetailSchema.parse((await client.get(`/api/rules/drafts/${id}`)).body);

async function tried(yaml: string, period: object = {}): Promise<RuleTrial> {
  const { id } = startedTrialSchema.parse((await analyst.post('/api/rules/trials', { yaml, ...period })).body);
  return endedTrial(analyst, id);
}

test('a text that is no rule yet is saved, says what is wrong with it, and cannot be handed in', async () => {
  const draft = await create('id: half-done\ntitle: 半份');
  expect(draft).toMatchObject({ ruleId: 'half-done', title: '半份', state: 'draft', problem: expect.stringContaining('kind') });
  expect((await step(draft, 'submit', { revision: 1, reason })).status).toBe(400);
  expect(draftListSchema.parse((await analyst.get('/api/rules/drafts')).body).items[0]).toMatchObject({ id: draft.id });
  const saved = await analyst.send('PUT', `/api/rules/drafts/${draft.id}`, { yaml: own(1, 'half-done'), revision: 1 });
  expect(draftDetailSchema.parse(saved.body)).toMatchObject({ revision: 2, problem: null, mayReview: false });
  expect((await analyst.send('PUT', `/api/rules/drafts/${draft.id}`, { yaml: 'id: x', revision: 1 })).status).toBe(409);
  expect((await step(draft, 'discard', { revision: 2, reason })).status).toBe(200);
  expect(ruleListSchema.parse((await analyst.get('/api/rules')).body).items.map(({ id }) => id)).not.toContain('half-done');
});

test('an example that fails keeps it from being handed in, and says what came instead', async () => {
  const draft = await create(own(1, 'wrong-example').replace('evidence: [e1, e3]', 'evidence: [e1]'));
  const { status, body } = await step(draft, 'submit', { revision: 1, reason });
  expect([status, body.message]).toEqual([400, expect.stringContaining('实际为 [e1, e3]')]);
});

test('what came of a trial of this very text stays with the draft for whoever reviews it; of a chosen past alone', async () => {
  const yaml = own(1, 'tried-rule');
  const draft = await create(yaml);
  const trial = await tried(yaml, { from: '2026-01-01', to: '2026-06-30' });
  expect(trial.result?.period).toEqual({
    fromMs: Date.parse('2026-01-01T00:00:00+08:00'),
    beforeMs: Date.parse('2026-07-01T00:00:00+08:00'),
  });
  expect((await step(draft, 'trial', { trialId: trial.id, revision: 1 })).status).toBe(200);
  expect(await get(draft, administrator)).toMatchObject({ hasPassed: true, isTried: true, trial: { scopes: 0 } });
  const then = await tried(yaml, { to: '2026-03-31', asKnown: true });
  expect(then.result).toMatchObject({ knownAtMs: Date.parse('2026-04-01T00:00:00+08:00') - 1, changes: null, hits: 0 });
  expect((await analyst.post('/api/rules/trials', { yaml, asKnown: true })).status).toBe(400);
  const other = await tried(`${yaml}\n# 别的`);
  expect((await step(draft, 'trial', { trialId: other.id, revision: 1 })).status).toBe(409);
  expect((await analyst.post('/api/rules/trials', { yaml, from: '2026-02-01', to: '2026-01-01' })).status).toBe(400);
});

test('nobody reviews what they wrote; publishing is for administrators, and of an approved text alone', async () => {
  const draft = await create(own(1, 'reviewed-rule'));
  expect((await step(draft, 'submit', { revision: 1, reason, untriedReason })).status).toBe(200);
  const verdict = { revision: 1, verdict: 'approved', reason };
  expect((await step(draft, 'review', verdict)).status).toBe(403);
  expect([(await get(draft)).mayReview, (await get(draft, administrator)).mayReview]).toEqual([false, true]);
  expect((await step(draft, 'publish', { as: 'live', reason }, administrator)).status).toBe(409);
  expect((await step(draft, 'review', verdict, administrator)).status).toBe(200);
  expect((await step(draft, 'publish', { as: 'live', reason })).status).toBe(403);
  const untried = await step(draft, 'publish', { as: 'live', reason }, administrator);
  expect([untried.status, untried.body.message]).toEqual([409, expect.stringContaining('没有对已有记录试过')]);
  expect((await step(draft, 'publish', { as: 'live', reason, untriedReason }, administrator)).status).toBe(201);
  const { state, events } = await get(draft);
  expect([state, events.map(({ event, actor }) => `${event} ${actor}`)]).toEqual([
    'published',
    ['created li.fen', 'passed li.fen', 'submitted li.fen', 'approved wang.gang', 'published wang.gang'],
  ]);
});

test('a text that was never tried needs a reason, which stands in its history; a trial that has not come to its end is none', async () => {
  const yaml = own(1, 'untried-rule');
  const draft = await create(yaml);
  const failed = await tried(yaml);
  await execute(fixture.pool, `UPDATE finding_trial SET state = 'failed', result = NULL, failure = '数据太多' WHERE id = $1`, [
    failed.id,
  ]);
  expect((await step(draft, 'trial', { trialId: failed.id, revision: 1 })).status).toBe(404);
  expect((await get(draft)).isTried).toBe(false);
  const refused = await step(draft, 'submit', { revision: 1, reason });
  expect([refused.status, refused.body.message]).toEqual([409, expect.stringContaining('试到一半出错、取消的不算')]);
  expect((await step(draft, 'submit', { revision: 1, reason, untriedReason })).status).toBe(200);
  expect((await step(draft, 'review', { revision: 1, verdict: 'approved', reason }, administrator)).status).toBe(200);
  expect((await step(draft, 'publish', { as: 'live', reason, untriedReason }, administrator)).status).toBe(201);
  expect((await get(draft)).events.map((one) => one.untriedReason)).toEqual([null, null, untriedReason, null, untriedReason]);
  const { items } = ruleVersionListSchema.parse((await analyst.get('/api/rules/untried-rule/versions')).body);
  expect(items).toMatchObject([{ version: 1, reason, untriedReason }]);
  const entries = await rows(
    fixture.pool,
    z.object({ reason: z.string() }),
    `SELECT reason FROM access_audit WHERE action = 'publish-rule' AND object = 'rule/untried-rule@1'`,
  );
  expect(entries).toEqual([{ reason: `${reason}（没有试过：${untriedReason}）` }]);
});

test('of a text that was tried nobody is asked why not', async () => {
  const yaml = own(1, 'tried-and-sent');
  const draft = await create(yaml);
  await step(draft, 'trial', { trialId: (await tried(yaml)).id, revision: 1 });
  expect((await step(draft, 'submit', { revision: 1, reason })).status).toBe(200);
  expect((await step(draft, 'review', { revision: 1, verdict: 'approved', reason }, administrator)).status).toBe(200);
  expect((await step(draft, 'publish', { as: 'live', reason }, administrator)).status).toBe(201);
});

test('whoever only reads neither sees drafts nor writes any', async () => {
  const mustChangePassword = false;
  await fixture.users.create({ ...READER, displayName: '何平', role: 'reader', townshipCodes: null, mustChangePassword });
  const reader = await fixture.signedIn(READER);
  expect((await reader.get('/api/rules/drafts')).status).toBe(403);
  expect((await reader.post('/api/rules/drafts', { yaml: 'id: x', basedOn: null })).status).toBe(403);
});

test('in shadow it has a page of its own, shows there what it finds, and is made live or ended with a reason', async () => {
  const people = { author: analyst, reviewer: administrator };
  expect((await publishReviewed(people, own(1, 'only-shadow'), reason, 'shadow')).status).toBe(201);
  const list = ruleListSchema.parse((await analyst.get('/api/rules')).body);
  expect([list.inShadow.map(({ id }) => id), list.items.some(({ id }) => id === 'only-shadow')]).toEqual([
    ['only-shadow'],
    false,
  ]);
  const detail = ruleDetailSchema.parse((await analyst.get('/api/rules/only-shadow')).body);
  expect(detail).toMatchObject({ isShadowOnly: true, runs: false, progress: 'off', shadowVersion: 1 });
  const shadow = ruleShadowSchema.parse((await analyst.get('/api/rules/only-shadow/shadow')).body);
  expect(shadow).toMatchObject({ version: 1, actor: 'wang.gang', reason, progress: 'waiting', findings: { holds: 0 } });
  expect((await analyst.post('/api/rules/only-shadow/shadow/live', { reason })).status).toBe(403);
  expect((await administrator.post('/api/rules/only-shadow/shadow/live', { reason })).status).toBe(200);
  const live = ruleDetailSchema.parse((await analyst.get('/api/rules/only-shadow')).body);
  expect(live).toMatchObject({ isShadowOnly: false, runs: true, shadowVersion: null });
  expect((await publishReviewed(people, own(2, 'only-shadow'), reason, 'shadow')).status).toBe(201);
  expect(ruleDetailSchema.parse((await analyst.get('/api/rules/only-shadow')).body)).toMatchObject({
    version: 1,
    shadowVersion: 2,
  });
  expect((await administrator.post('/api/rules/only-shadow/shadow/end', { reason })).status).toBe(204);
  expect((await administrator.post('/api/rules/only-shadow/shadow/end', { reason })).status).toBe(404);
});

test('what is found in shadow is covered as findings are', async () => {
  const said = { scope: 'O-1', subjects: { orderId: 'O-1' }, figures: { returns: 4, said: '李四 身份证 320921199001011234' } };
  await fixture.storeShadow([
    { ...said, ruleId: 'order-ping-pong@shadow', hit: true, occurredAtMs: COUNTY_NOW_MS, dueAtMs: null, evidence: [] },
  ]);
  const { findings } = ruleShadowSchema.parse((await analyst.get('/api/rules/order-ping-pong/shadow')).body);
  expect(findings).toMatchObject({ holds: 1, onlyLive: 0, perMonth: [{ key: '2026-07', count: 1 }] });
  expect(JSON.stringify(findings)).not.toMatch(/13812345678|320921199001011234/);
});

test('a version that stood before is put back with a reason', async () => {
  const people = { author: analyst, reviewer: administrator };
  for (const version of [1, 2]) await publishReviewed(people, own(version, 'put-back'), reason);
  const { items } = ruleVersionListSchema.parse((await analyst.get('/api/rules/put-back/versions')).body);
  const [, first] = items;
  const restore = (client: ApiClient) => client.post('/api/rules/put-back/restore', { digest: first?.digest, reason });
  expect([(await restore(analyst)).status, (await restore(administrator)).status]).toEqual([403, 200]);
  expect((await restore(administrator)).status).toBe(409);
  expect(ruleDetailSchema.parse((await analyst.get('/api/rules/put-back')).body)).toMatchObject({ version: 1 });
});

test('rules are taken out as one file, and brought in as drafts that say what each is', async () => {
  const all = ruleExportSchema.parse((await analyst.get('/api/rules/export')).body);
  expect(all.count).toBeGreaterThan(1);
  const one = ruleExportSchema.parse((await analyst.get('/api/rules/export?id=order-ping-pong')).body);
  expect([one.count, one.yaml]).toEqual([1, expect.stringContaining('id: order-ping-pong')]);
  expect((await analyst.get('/api/rules/export?id=none')).status).toBe(404);

  const changed = one.yaml.replace(/^version:.*$/m, 'version: 9');
  const file = [one.yaml, own(1, 'brought-in'), changed, 'id: broken', own(2, 'brought-in')].join('\n---\n');
  const before = ruleListSchema.parse((await analyst.get('/api/rules')).body).items.length;
  const { items } = importAnswerSchema.parse((await analyst.post('/api/rules/drafts/import', { yaml: file })).body);
  expect(items.map(({ ruleId, outcome, draftId }) => [ruleId, outcome, draftId !== null])).toEqual([
    ['order-ping-pong', 'same', false],
    ['brought-in', 'new', true],
    ['order-ping-pong', 'wrong', false],
    ['broken', 'wrong', false],
    ['brought-in', 'wrong', false],
  ]);
  expect(ruleListSchema.parse((await analyst.get('/api/rules')).body).items).toHaveLength(before);
  expect(await get({ id: items[1]?.draftId ?? '' })).toMatchObject({ state: 'draft', createdBy: 'li.fen' });
  const again = importAnswerSchema.parse((await analyst.post('/api/rules/drafts/import', { yaml: changed })).body);
  expect(again.items).toMatchObject([{ ruleId: 'order-ping-pong', outcome: 'changed' }]);
  const many = Array.from({ length: 501 }, () => 'id: x').join('\n---\n');
  expect((await analyst.post('/api/rules/drafts/import', { yaml: many })).status).toBe(400);
});
