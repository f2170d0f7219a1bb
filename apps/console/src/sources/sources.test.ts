import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import {
  quarantineDetailSchema,
  quarantineListSchema,
  replayResultSchema,
  sourceDetailSchema,
  sourceListSchema,
  uploadResultSchema,
} from '../api/index.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { SEEN_ONCE } from '../testing/stand-ins.js';

let fixture: ConsoleFixture;
const RAW = '{"诉求人":"赵明","phone":"13812345678","amount":"x"}';

beforeAll(async () => {
  fixture = await startConsole();
  const nowMs = fixture.machineClock.nowMs();
  fixture.standIns.sourceRows = [
    {
      name: 'hotline-12345',
      label: '12345 热线',
      kind: 'http-pull',
      enabled: true,
      state: 'idle',
      lastRunAtMs: nowMs - 3_600_000,
      lastSuccessAtMs: nowMs - 3_600_000,
      lastPageAtMs: null,
      lastRecordAtMs: COUNTY_NOW_MS - 60_000,
      acceptedTotal: 10,
      repeatedTotal: 1,
      refusedTotal: 3,
      error: null,
      heldLists: [],
      quarantineOpen: 3,
    },
    {
      name: 'assets-ledgers',
      label: '三资台账',
      kind: 'file-drop',
      enabled: true,
      state: 'waiting',
      lastRunAtMs: nowMs,
      lastSuccessAtMs: nowMs,
      lastPageAtMs: null,
      lastRecordAtMs: COUNTY_NOW_MS,
      acceptedTotal: 100,
      repeatedTotal: 0,
      refusedTotal: 0,
      error: 'contracts：名单比上次少了 40 条（原有 100 条），没有删除任何记录，等待确认',
      heldLists: [
        { feed: 'contracts', fileName: '合同_2.csv', missing: 40, known: 100, heldAtMs: nowMs, decision: null, decidedBy: null },
      ],
      quarantineOpen: 0,
    },
  ];
  fixture.standIns.quarantined = [1, 2, 3].map((id) => ({
    ...SEEN_ONCE,
    id,
    source: 'hotline-12345',
    feed: 'orders',
    type: 'hotline.order',
    recordId: `O${id}`,
    field: 'amount',
    label: '金额',
    reason: '金额不是数字',
    raw: RAW,
    rawChars: RAW.length,
    groupKey: 'g1',
    state: 'open',
    lastSeenAtMs: nowMs,
    settledBy: null,
    settlement: null,
  }));
});
afterAll(() => fixture.stop());

test('a polled source that has been quiet for too long is late, and its mistakes are summed up', async () => {
  const client = await fixture.signedIn(ANALYST);
  const [source] = sourceListSchema.parse((await client.get('/api/sources')).body).items;
  expect(source).toMatchObject({ state: 'late', lagMs: 60_000, quarantinedCount: 3 });
  const detail = sourceDetailSchema.parse((await client.get('/api/sources/hotline-12345')).body);
  expect(detail.quarantineByField).toEqual([{ field: '金额', reason: '金额不是数字', count: 3 }]);
  expect((await client.get('/api/sources/none')).status).toBe(404);
});

describe('a list that lacks too many rows', () => {
  const path = '/api/sources/assets-ledgers/held-lists/contracts';

  test('is shown at its source, with what it lacks', async () => {
    const client = await fixture.signedIn(ANALYST);
    const detail = sourceDetailSchema.parse((await client.get('/api/sources/assets-ledgers')).body);
    expect(detail).toMatchObject({
      state: 'waiting',
      heldLists: [{ feed: 'contracts', missing: 40, known: 100, decision: null }],
    });
    expect(detail.lastError).toContain('等待确认');
    expect(detail.lastRunOk).toBe(true);
  });

  test('is decided about by an administrator alone, with a reason, on record', async () => {
    const heldAtMs = fixture.machineClock.nowMs();
    const decision = { decision: 'delete', heldAtMs, reason: '已与来源单位核对' };
    const analyst = await fixture.signedIn(ANALYST);
    expect((await analyst.post(path, decision)).status).toBe(403);
    const administrator = await fixture.signedIn(ADMINISTRATOR);
    expect((await administrator.post(path, { ...decision, reason: ' ' })).body).toMatchObject({ message: '请写明理由' });
    expect((await administrator.post(path, { ...decision, decision: 'ignore' })).status).toBe(400);
    expect(fixture.standIns.decidedLists).toEqual([]);
    expect((await administrator.post(path, decision)).status).toBe(200);
    expect(fixture.standIns.decidedLists).toEqual([
      { source: 'assets-ledgers', feed: 'contracts', decision: 'delete', heldAtMs, actor: ADMINISTRATOR.account },
    ]);
    const { rows } = await fixture.pool.query(
      `SELECT actor_account, object, reason FROM access_audit WHERE action = 'delete-held-list'`,
    );
    expect(rows).toEqual([
      { actor_account: ADMINISTRATOR.account, object: 'source/assets-ledgers/contracts', reason: '已与来源单位核对' },
    ]);
  });
});

describe('quarantine', () => {
  test('is paged by key', async () => {
    const client = await fixture.signedIn(ANALYST);
    const first = quarantineListSchema.parse((await client.get('/api/quarantine?limit=2&state=waiting')).body);
    const rest = quarantineListSchema.parse((await client.get(`/api/quarantine?limit=2&cursor=${first.nextCursor}`)).body);
    expect([...first.items, ...rest.items].map((item) => item.id)).toEqual(['3', '2', '1']);
    expect((await client.get('/api/quarantine?cursor=x')).status).toBe(400);
  });

  test('shows personal data only with a reason', async () => {
    const client = await fixture.signedIn(ANALYST);
    const covered = quarantineDetailSchema.parse((await client.get('/api/quarantine/1')).body);
    expect(JSON.stringify(covered)).not.toMatch(/赵明|13812345678/);
    const reason = encodeURIComponent('修正金额');
    const open = quarantineDetailSchema.parse((await client.get(`/api/quarantine/1?unmask=true&reason=${reason}`)).body);
    expect(open.raw).toBe(RAW);
    expect(open.columns).toEqual([
      { column: 'phone', fieldLabels: ['电话'], cell: { column: 'phone', text: '13812345678', masked: false } },
    ]);
    expect(replayResultSchema.parse((await client.post('/api/quarantine/1/replay', {})).body)).toMatchObject({
      accepted: false,
      field: 'amount',
    });
  });

  test('is given up by an administrator alone, with a reason', async () => {
    const analyst = await fixture.signedIn(ANALYST);
    expect((await analyst.post('/api/quarantine/2/discard', { reason: '测试数据' })).status).toBe(403);
    const administrator = await fixture.signedIn(ADMINISTRATOR);
    expect((await administrator.post('/api/quarantine/2/discard', {})).status).toBe(400);
    expect((await administrator.post('/api/quarantine/2/discard', { reason: '测试数据' })).status).toBe(200);
    expect(fixture.standIns.quarantined[1]?.state).toBe('discarded');
    expect((await analyst.post('/api/quarantine/2/reopen', { reason: '误作废' })).status).toBe(403);
    expect((await administrator.post('/api/quarantine/2/reopen', {})).status).toBe(400);
    expect((await administrator.post('/api/quarantine/2/reopen', { reason: '误作废' })).status).toBe(200);
    expect(fixture.standIns.quarantined[1]?.state).toBe('open');
  });
});

test('an uploaded file reaches the connector under its Chinese name, and its temporary copy is removed', async () => {
  const client = await fixture.signedIn(ADMINISTRATOR);
  const form = new FormData();
  form.set('mapping', 'payments');
  form.set('file', new Blob(['a,b\n1,2\n']), '收支.csv');
  const response = await fetch(`${fixture.baseUrl}/api/uploads`, {
    method: 'POST',
    body: form,
    headers: { cookie: client.cookie ?? '' },
  });
  expect(response.status).toBe(200);
  expect(uploadResultSchema.parse(await response.json())).toMatchObject({
    fileName: '收支.csv',
    accepted: 2,
    quarantined: 1,
    unreadSheets: [{ name: '去年', hidden: true }],
    remarks: ['跳过 1 行（空行 1 行）'],
  });
  const [uploaded] = fixture.standIns.uploaded;
  expect(uploaded?.fileName).toBe('收支.csv');
  expect(existsSync(uploaded?.path ?? '')).toBe(false);
});
