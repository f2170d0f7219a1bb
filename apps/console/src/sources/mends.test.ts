import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuditLog } from '@tianyan/access';
import {
  mendDetailSchema,
  mendListSchema,
  mendSchema,
  planPreviewSchema,
  quarantineGroupDetailSchema,
  quarantineGroupListSchema,
} from '../api/index.js';
import { ADMINISTRATOR, ANALYST, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { SEEN_ONCE } from '../testing/stand-ins.js';

let fixture: ConsoleFixture;
const RAW = '{"诉求人":"赵明","phone":"13812345678","amount":"x"}';
const VALUES = { kind: 'values', changes: [{ column: 'phone', from: '13812345678', to: '13912345678' }] };
const REASON = '电话核实';

beforeAll(async () => {
  fixture = await startConsole();
  fixture.standIns.quarantined = [1, 2].map((id) => ({
    ...SEEN_ONCE,
    id,
    source: 'hotline-12345',
    feed: 'orders',
    type: 'hotline.order',
    recordId: `O${id}`,
    field: 'amount',
    label: '金额',
    reason: '金额：不是数字',
    groupKey: 'g1',
    raw: RAW,
    rawChars: RAW.length,
    state: 'open',
    lastSeenAtMs: 0,
    settledBy: null,
    settlement: null,
  }));
});
afterAll(() => fixture.stop());

/** What the audit log says since, oldest first. */
async function audited(): Promise<string[]> {
  const log = new AuditLog(fixture.pool, fixture.machineClock);
  const { items } = await log.list({}, { cursor: null, limit: 100 });
  return items
    .map(({ actorAccount, action, object, reason }) => `${actorAccount} ${action} ${object} ${reason ?? ''}`.trim())
    .toReversed();
}

describe('a correction', () => {
  test('needs a reason, waits for another person, and every step is on record', async () => {
    const author = await fixture.signedIn(ANALYST);
    const second = await fixture.signedIn(ADMINISTRATOR);
    expect((await author.post('/api/quarantine/1/corrections', { plan: VALUES })).status).toBe(400);
    expect((await author.post('/api/quarantine/9/corrections', { plan: VALUES, reason: REASON })).status).toBe(404);
    expect((await author.post('/api/quarantine/1/corrections', { plan: { kind: 'replay' }, reason: REASON })).status).toBe(400);
    const proposed = await author.post('/api/quarantine/1/corrections', { plan: VALUES, reason: REASON });
    expect(proposed.status).toBe(202);
    expect(mendSchema.parse(proposed.body)).toMatchObject({
      state: 'proposed',
      proposedBy: ANALYST.account,
      allowed: ['withdraw'],
    });
    expect((await author.post('/api/quarantine/mends/1/approve', {})).status).toBe(403);
    expect((await second.post('/api/quarantine/mends/1/reject', {})).status).toBe(400);
    const [waiting] = mendListSchema.parse((await second.get('/api/quarantine/mends?state=proposed')).body).items;
    expect(waiting?.allowed).toEqual(['approve', 'reject']);
    expect(mendSchema.parse((await second.post('/api/quarantine/mends/1/approve', {})).body)).toMatchObject({
      state: 'done',
      decidedBy: ADMINISTRATOR.account,
      allowed: [],
    });
    expect((await second.post('/api/quarantine/mends/1/approve', {})).status).toBe(409);
    expect((await audited()).filter((entry) => entry.includes('quarantine'))).toEqual([
      'li.fen propose-correction quarantine/1/values 电话核实',
      'li.fen approve-correction quarantine-mend/1',
      'li.fen refused quarantine-mend/1/approve-correction',
      'wang.gang approve-correction quarantine-mend/1',
      'wang.gang approve-correction quarantine-mend/1',
      'wang.gang refused quarantine-mend/1/approve-correction',
    ]);
  });

  test('shows its values covered, and as they are with a reason', async () => {
    const client = await fixture.signedIn(ADMINISTRATOR);
    const covered = mendDetailSchema.parse((await client.get('/api/quarantine/mends/1')).body);
    expect(JSON.stringify(covered)).not.toMatch(/13812345678|13912345678/);
    expect((await client.get('/api/quarantine/mends/1?unmask=true')).status).toBe(400);
    const open = mendDetailSchema.parse(
      (await client.get(`/api/quarantine/mends/1?unmask=true&reason=${encodeURIComponent('复核')}`)).body,
    );
    expect(open.changes).toEqual([{ column: 'phone', anyValue: false, from: '13812345678', to: '13912345678', masked: false }]);
    expect(open.samples[0]?.before).toEqual([{ column: 'phone', text: '13812345678', masked: false }]);
    expect((await audited()).at(-1)).toBe('wang.gang read-unmasked-correction quarantine-mend/1 复核');
  });
});

describe('a group', () => {
  test('is listed with its count and looked at without personal data', async () => {
    const client = await fixture.signedIn(ANALYST);
    const [group] = quarantineGroupListSchema.parse((await client.get('/api/quarantine/groups')).body).items;
    expect(group).toMatchObject({ key: 'g1', typeLabel: '热线工单', fieldLabels: ['金额'], count: 3, mend: null });
    const detail = quarantineGroupDetailSchema.parse((await client.get('/api/quarantine/groups/g1')).body);
    expect(detail.columns[0]?.values).toEqual([{ text: '（未登记的列，已遮蔽）', masked: true, count: 2 }]);
    const preview = await client.post('/api/quarantine/groups/g1/preview', { plan: { kind: 'replay' } });
    expect(planPreviewSchema.parse(preview.body)).toMatchObject({ total: 3, accepted: 3 });
    expect(JSON.stringify([detail, preview.body])).not.toMatch(/赵明|13812345678/);
    expect((await client.get('/api/quarantine/groups/none')).status).toBe(404);
  });

  test('is given up by an administrator alone; values wait for a second person, the source’s own rows do not', async () => {
    const analyst = await fixture.signedIn(ANALYST);
    const discard = { plan: { kind: 'discard' }, reason: '测试数据' };
    expect((await analyst.post('/api/quarantine/groups/g1/mends', discard)).status).toBe(403);
    const administrator = await fixture.signedIn(ADMINISTRATOR);
    expect((await administrator.post('/api/quarantine/groups/g1/mends', discard)).status).toBe(202);
    const replayed = await analyst.post('/api/quarantine/groups/g1/mends', { plan: { kind: 'replay' } });
    expect(mendSchema.parse(replayed.body)).toMatchObject({ state: 'running', allowed: ['cancel'] });
    const values = await analyst.post('/api/quarantine/groups/g1/mends', { plan: VALUES, reason: REASON });
    expect(mendSchema.parse(values.body)).toMatchObject({ state: 'proposed', allowed: ['withdraw'] });
  });
});
