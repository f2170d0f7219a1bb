import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { row, rows } from '@tianyan/postgres';
import { shippedText } from '@tianyan/rules/testing';
import { z } from 'zod';
import { findingDetailSchema, ruleDetailSchema, ruleListSchema, ruleVersionListSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { publishReviewed } from '../testing/publish-reviewed.js';
import { ADMINISTRATOR, ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

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
const REASON = '按县委专项整治方案';
/** With what `publishReviewed` says of texts that nobody has tried. */
const PUT_ON_RECORD = `${REASON}（没有试过：试跑另有记录）`;
const own = (version: number, id = 'own-rejected') =>
  shipped.replace(/^id:.*$/m, `id: ${id}`).replace(/^version:.*$/m, `version: ${version}`);
const publish = (yaml: string) => publishReviewed({ author: analyst, reviewer: administrator }, yaml, REASON);
const audit = () =>
  rows(
    fixture.pool,
    z.object({ action: z.string(), object: z.string(), reason: z.string() }),
    `SELECT action, object, reason FROM access_audit WHERE action IN ('publish-rule', 'retire-rule') ORDER BY id`,
  );

test('a rule is published, changed and retired; every version is kept, and it is written down who did it and why', async () => {
  const answer = await publish(own(1));
  expect([answer.status, answer.body]).toEqual([201, expect.objectContaining({ id: 'own-rejected', version: 1 })]);
  const detail = ruleDetailSchema.parse((await analyst.get('/api/rules/own-rejected')).body);
  // No correlator runs here.
  expect(detail).toMatchObject({ version: 1, pack: 'county', runs: true, progress: 'waiting' });
  expect((await publish(own(2))).status).toBe(201);
  const versions = ruleVersionListSchema.parse((await analyst.get('/api/rules/own-rejected/versions')).body).items;
  expect(
    versions.map(({ version, isPublished, publishedBy, origin, yaml }) => [version, isPublished, publishedBy, origin, yaml]),
  ).toEqual([
    [2, true, 'wang.gang', '控制台发布', own(2).trim()],
    [1, false, 'wang.gang', '控制台发布', own(1).trim()],
  ]);
  expect((await administrator.post('/api/rules/own-rejected/retire', { reason: '不再适用' })).status).toBe(204);
  const by = { account: 'wang.gang', reason: '不再适用', atMs: expect.any(Number) };
  const { items, retired } = ruleListSchema.parse((await analyst.get('/api/rules')).body);
  expect(items.map(({ id }) => id)).toEqual(['order-ping-pong']);
  expect(retired).toEqual([{ id: 'own-rejected', version: 2, title: expect.any(String), retired: by }]);
  // Its findings lead to it, and it may be wanted back.
  const gone = ruleDetailSchema.parse((await analyst.get('/api/rules/own-rejected')).body);
  expect(gone).toMatchObject({ version: 2, runs: false, progress: 'off', retired: by });
  expect((await administrator.send('PUT', '/api/rules/own-rejected/switch', { enabled: true, sources: null, reason: REASON })).status).toBe(404); // prettier-ignore
  expect((await publish(own(3))).status).toBe(201);
  expect(ruleDetailSchema.parse((await analyst.get('/api/rules/own-rejected')).body).retired).toBeNull();
  expect((await administrator.post('/api/rules/own-rejected/retire', { reason: '不再适用' })).status).toBe(204);
  expect(await audit()).toEqual([
    { action: 'publish-rule', object: 'rule/own-rejected@1', reason: PUT_ON_RECORD },
    { action: 'publish-rule', object: 'rule/own-rejected@2', reason: PUT_ON_RECORD },
    { action: 'retire-rule', object: 'rule/own-rejected', reason: '不再适用' },
    { action: 'publish-rule', object: 'rule/own-rejected@3', reason: PUT_ON_RECORD },
    { action: 'retire-rule', object: 'rule/own-rejected', reason: '不再适用' },
  ]);
});

const epochs = () => rows(fixture.pool, z.object({ epoch: z.coerce.number() }), 'SELECT epoch FROM finding_rule_epoch');

test.each([
  [
    'an example that fails, with what came instead',
    () => publish(own(5).replace('evidence: [e1, e3]', 'evidence: [e1]')),
    400,
    /例子“.+”：判断对象 A1：evidence 应为 \[e1\]，实际为 \[e1, e3\]/,
  ],
  ['no YAML', () => publish('id: [1'), 400, /YAML/],
  ['an unknown field', () => publish(own(5).replace('completion-rejected', '没有的动作')), 400, /有误/],
  ['a version that no table holds', () => publish(own(2_147_483_648)), 400, /2000000000/],
  ['an unknown item, with its line', () => publish(own(5).replace(/^severity/m, 'severty')), 400, /第 \d+ 行，severty/],
  ['an unknown record type', () => publish(own(5).replace(/hotline\.order-event/g, 'hotline.nothing')), 400, /hotline\.nothing/],
  ['a text of 300,000 characters', () => publish(`${own(5)}#${'x'.repeat(300_000)}`), 400, /过长/],
  ['a version that is not newer', () => publish(own(1, 'order-ping-pong')), 409, /version 改为 \d/],
  ['to retire none', () => administrator.post('/api/rules/none/retire', { reason: REASON }), 404, /没有这条规则/],
  ['to retire as an analyst', () => analyst.post('/api/rules/order-ping-pong/retire', { reason: REASON }), 403, /管理员/],
  ['versions of none', () => analyst.get('/api/rules/none/versions'), 404, /没有这条规则/],
])('is refused: %s', async (_name, ask, status, words) => {
  const before = await epochs();
  const answer = await ask();
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringMatching(words)]);
  expect(await epochs()).toEqual(before);
});

test('a finding shows the rule as it was when it found it, and that there is a newer version', async () => {
  const text = shippedText('order-ping-pong');
  await fixture.storeFindings([
    {
      ruleId: 'order-ping-pong',
      scope: 'o-of-its-time',
      hit: true,
      occurredAtMs: fixture.countyClock.nowMs(),
      dueAtMs: null,
      evidence: [],
      figures: {},
      subjects: { orderId: 'o-of-its-time' },
    },
  ]);
  const { id } = await row(fixture.pool, z.object({ id: z.string() }), "SELECT id FROM finding WHERE scope = 'o-of-its-time'");
  await fixture.pool.query(
    `UPDATE finding SET rule_digest = (SELECT digest FROM finding_published_rule WHERE rule_id = 'order-ping-pong') WHERE id = $1`,
    [id],
  );
  const shown = async () => findingDetailSchema.parse((await analyst.get(`/api/findings/${id}`)).body).rule;
  const before = await shown();
  expect(before).toMatchObject({ version: 1, newerVersion: null, title: text?.rule.title });
  const changed = text?.yaml.replace(/^version:.*$/m, 'version: 2').replace(/^title:.*$/m, 'title: 另一个名称') ?? '';
  expect((await publish(changed)).status).toBe(201);
  expect(await shown()).toEqual({ ...before, newerVersion: 2 });
  await administrator.post('/api/rules/order-ping-pong/retire', { reason: REASON });
  expect(await shown()).toEqual(before);
});
