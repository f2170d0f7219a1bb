import { builtInCatalogue, type FieldValues } from '@tianyan/contracts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { relationsSchema, searchAnswerSchema, timelineSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { writeRecords } from '../testing/records.js';

const TOWNSMAN = { account: 'zhou.jie', password: 'Township-2026-xyz' };
const EAST = '320921100';
let fixture: ConsoleFixture;
let analyst: ApiClient;
let townsman: ApiClient;
let minute = 0;

async function write(type: string, id: string, fields: FieldValues) {
  const record = { id, version: 1, atMs: COUNTY_NOW_MS - 3_600_000 + 60_000 * ++minute, raw: '{}', fields };
  return writeRecords(fixture.warehouse, builtInCatalogue.get(type), [record], 'state');
}
const order = (orderId: string, confidential: boolean): FieldValues => ({
  orderId,
  title: confidential ? '实名反映会计' : '路灯不亮',
  content: '请处理',
  channel: '电话',
  category: 'complaint',
  matter: 'road',
  callerName: '单于红',
  confidential,
  urgency: 'normal',
  status: 'open',
  townshipCode: EAST,
});

beforeAll(async () => {
  fixture = await startConsole();
  const person = { displayName: '周杰', role: 'analyst', townshipCodes: [EAST], mustChangePassword: false } as const;
  await fixture.users.create({ ...TOWNSMAN, ...person });
  const busy = await write('hotline.agent-state', 'ZT-1', { agentId: 'ZX001', state: 'busy', durationSeconds: 1_801 });
  await write('hotline.agent-state', 'ZT-2', { agentId: 'ZX0010', state: 'busy', durationSeconds: 60 });
  await write('hotline.call', 'LD-1', { callId: 'LD-1', agentId: 'ZX001', outcome: 'answered', waitSeconds: 5, orderId: 'GD-1' });
  await write('hotline.call', 'LD-2', { callId: 'LD-2', agentId: 'ZX001', outcome: 'answered', waitSeconds: 5, orderId: 'GD-2' });
  await write('hotline.call', 'LD-3', { callId: 'LD-3', agentId: 'ZX002', outcome: 'answered', waitSeconds: 5, orderId: 'GD-3' });
  await write('hotline.order', 'GD-1', order('GD-1', false));
  await write('hotline.order', 'GD-2', order('GD-2', true));
  await write('hotline.order', 'GD-3', order('GD-3', false));
  const hit = { hit: true, occurredAtMs: COUNTY_NOW_MS, dueAtMs: null, evidence: busy, figures: {} };
  await fixture.storeFindings(
    ['ZX001', 'ZX002'].map((agentId) => ({
      ...hit,
      ruleId: 'order-ping-pong',
      scope: `${agentId}|2026-07-01`,
      subjects: { agentId },
    })),
  );
  analyst = await fixture.signedIn(ANALYST);
  townsman = await fixture.signedIn(TOWNSMAN);
});
afterAll(() => fixture.stop());

test('the page of an agent holds states, calls, and the orders that came of them, with what was found about the agent', async () => {
  const { status, body } = await analyst.get('/api/timelines/agent/ZX001');
  expect(status).toBe(200);
  const page = timelineSchema.parse(body);
  expect(page.items.map(({ recordId }) => recordId)).toEqual(['ZT-1', 'LD-1', 'LD-2', 'GD-1', 'GD-2']);
  expect(page.findings.map(({ scope }) => scope)).toEqual(['ZX001|2026-07-01']);
  expect(page).toMatchObject({ kindLabel: '坐席', title: expect.stringContaining('不知道是谁') });
  // Covered as on every other page.
  expect(page.items.find(({ recordId }) => recordId === 'GD-2')?.closed).toBe(true);
  expect(JSON.stringify(page)).not.toMatch(/单于红|实名反映/);
  expect(relationsSchema.parse((await analyst.get('/api/relations/agent/ZX001')).body).relations.map(({ id }) => id)).toContain(
    'order GD-1',
  );
});

test('is there for the whole county alone, and nobody else is led to it', async () => {
  const absent = await townsman.get('/api/timelines/agent/ZX999');
  const far = await townsman.get('/api/timelines/agent/ZX001');
  expect([far.status, far.body.message]).toEqual([404, absent.body.message]);
  const own = timelineSchema.parse((await townsman.get('/api/timelines/order/GD-1')).body);
  expect(own.related.filter(({ kind }) => kind === 'agent')).toEqual([]);
  const related = relationsSchema.parse((await townsman.get('/api/relations/order/GD-1')).body).relations;
  expect(related.find(({ kind }) => kind === 'agent')?.code).toBeNull();
  const whole = timelineSchema.parse((await analyst.get('/api/timelines/order/GD-1')).body);
  expect(whole.related.filter(({ kind }) => kind === 'agent').map(({ code }) => code)).toEqual(['ZX001']);
});

test('is found by the whole staff number alone', async () => {
  const hits = async (client: ApiClient, text: string) =>
    searchAnswerSchema
      .parse((await client.post('/api/search', { text })).body)
      .groups.filter(({ kind }) => kind === 'agent')
      .flatMap(({ hits: found }) => found.map(({ code }) => code));
  expect([await hits(analyst, 'ZX001'), await hits(analyst, 'ZX00'), await hits(townsman, 'ZX001')]).toEqual([['ZX001'], [], []]);
});
