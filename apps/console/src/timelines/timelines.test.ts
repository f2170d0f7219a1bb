import { builtInCatalogue, type FieldValues } from '@tianyan/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { searchAnswerSchema, timelineSchema, type SearchAnswer, type Timeline } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { writeRecords } from '../testing/records.js';

const EAST = '320921100';
const WEST = '320921101';
const EAST_VILLAGE = '320921100201';
const WEST_VILLAGE = '320921101201';
const TOWNSMAN = { account: 'zhou.jie', password: 'Township-2026-xyz' };

let fixture: ConsoleFixture;
let analyst: ApiClient;
let townsman: ApiClient;
let minute = 0;

async function write(type: string, id: string, fields: FieldValues, version = 1) {
  const record = { id, version, atMs: COUNTY_NOW_MS - 3_600_000 + 60_000 * ++minute, raw: '{}', fields };
  return writeRecords(fixture.warehouse, builtInCatalogue.get(type), [record], 'order');
}

const order = (orderId: string, title: string, more: FieldValues = {}): FieldValues => ({
  orderId,
  title,
  content: `${title}，请处理`,
  channel: '电话',
  category: 'complaint',
  matter: 'road',
  callerName: '单于红',
  callerPhone: '13705104826',
  confidential: false,
  urgency: 'normal',
  status: 'open',
  townshipCode: EAST,
  villageCode: EAST_VILLAGE,
  leadUnitId: 'U1',
  ...more,
});

const contract: FieldValues = {
  contractId: 'HT-1',
  townshipCode: EAST,
  villageCode: EAST_VILLAGE,
  kind: 'lease',
  name: '渠东鱼塘租赁',
  lessee: '渠梁合作社',
  assetId: 'ZC-1',
  signedOn: '2026-01-01',
  startsOn: '2026-01-01',
  endsOn: '2027-01-01',
  termMonths: 12,
  totalFen: 100,
  annualFen: 100,
};

async function plant(): Promise<void> {
  for (const [code, level, parentCode] of [
    [EAST, 'township', null],
    [WEST, 'township', null],
    [EAST_VILLAGE, 'village', EAST],
    [WEST_VILLAGE, 'village', WEST],
  ])
    await write('directory.division', String(code), {
      divisionCode: code ?? '',
      name: `地名${code}`,
      level: level ?? '',
      parentCode: parentCode ?? null,
    });
  await write('directory.unit', 'U1', { unitId: 'U1', name: '住建局', kind: 'department' });
  await write('directory.unit', 'U2', { unitId: 'U2', name: '东镇政府', kind: 'township', townshipCode: EAST });
  const registered = await write('hotline.order', 'O-1', order('GD-1', '单于红来电说洪圩路塌陷'));
  await write('hotline.order-event', 'E-1', { orderId: 'GD-1', unitId: 'U1', action: 'dispatched', note: '已告知单于红' });
  await write('hotline.order-event', 'E-2', { orderId: 'GD-1', unitId: 'U1', action: 'called-back', solved: false });
  await write('hotline.call', 'C-1', { callId: 'C-1', outcome: 'answered', waitSeconds: 3, orderId: 'GD-1' });
  await write('hotline.order', 'O-1', order('GD-1', '单于红来电说洪圩路塌陷', { status: 'done' }), 2);
  await write('hotline.order', 'O-2', order('GD-2', '洪圩渡口有人贪污', { confidential: true }));
  await write('hotline.order-event', 'E-3', { orderId: 'GD-2', unitId: 'U1', action: 'returned', note: '洪圩渡口' });
  // One number given twice, by systems of two townships.
  await write('hotline.order', 'O-3', order('GD-3', '东边的路灯'));
  await write('hotline.order', 'O-4', order('GD-3', '西边的路灯', { townshipCode: WEST, villageCode: WEST_VILLAGE }));
  await write('hotline.order-event', 'E-5', { orderId: 'GD-5', unitId: 'U1', action: 'returned', note: '工单未到' });
  await write('assets.contract', 'HT-1', contract);
  await write('assets.payment', 'PZ-1', {
    voucherId: 'PZ-1',
    townshipCode: EAST,
    villageCode: EAST_VILLAGE,
    direction: 'in',
    amountFen: 100,
    account: '租金',
    summary: '收渠梁合作社租金',
    counterparty: '渠梁合作社',
    contractId: 'HT-1',
  });
  await write('trading.deal', 'CJ-1', {
    dealId: 'CJ-1',
    listingId: 'GP-1',
    contractId: 'HT-1',
    villageCode: WEST_VILLAGE,
    winner: '渠梁合作社',
    annualFen: 100,
    termMonths: 12,
    dealtOn: '2026-01-01',
  });
  await fixture.storeFindings([
    {
      ruleId: 'order-ping-pong',
      scope: 'GD-1',
      hit: true,
      occurredAtMs: COUNTY_NOW_MS,
      dueAtMs: null,
      evidence: registered,
      figures: { returns: 3 },
      subjects: { orderId: 'GD-1', unitId: 'U1', townshipCode: EAST },
    },
  ]);
}

beforeAll(async () => {
  fixture = await startConsole();
  await fixture.users.create({
    ...TOWNSMAN,
    displayName: '周杰',
    role: 'analyst',
    townshipCodes: [EAST],
    mustChangePassword: false,
  });
  await plant();
  analyst = await fixture.signedIn(ANALYST);
  townsman = await fixture.signedIn(TOWNSMAN);
});
afterAll(() => fixture.stop());

async function timeline(client: ApiClient, path: string): Promise<Timeline> {
  const { status, body } = await client.get(`/api/timelines/${path}`);
  expect([path, status]).toEqual([path, 200]);
  return timelineSchema.parse(body);
}

const idsOf = ({ items }: Timeline) => items.map(({ recordId }) => recordId);

describe('the page of an order', () => {
  test('holds all records that name it as they stand, oldest first, and what was found about it', async () => {
    const found = await timeline(townsman, 'order/GD-1');
    expect(idsOf(found)).toEqual(['E-1', 'E-2', 'C-1', 'O-1']);
    expect(found).toMatchObject({
      title: '投诉 · 单**来电说洪圩路塌陷',
      confidential: false,
      truncated: false,
      findings: [{ scope: 'GD-1' }],
      clues: [],
      related: [],
    });
    expect(found.facts.find(({ name }) => name === 'status')?.text).toBe('done');
    expect(found.places).toEqual([
      { kind: 'township', code: EAST, name: `地名${EAST}`, hasPage: true },
      { kind: 'village', code: EAST_VILLAGE, name: `地名${EAST_VILLAGE}`, hasPage: true },
      // Its page is there for the whole county alone.
      { kind: 'unit', code: 'U1', name: '住建局', hasPage: false },
    ]);
    const forAll = await timeline(analyst, 'order/GD-1');
    expect(forAll.places.every(({ hasPage }) => hasPage)).toBe(true);
    expect(JSON.stringify(found)).not.toMatch(/单于红|13705104826/);
  });

  test('lists the letters that what was found about it led to, for who may read letters', async () => {
    const [finding] = (await timeline(analyst, 'order/GD-1')).findings;
    const content = { kind: 'supervision-order', unitCode: 'U1', title: '督办塌陷', text: '请核实塌陷情况', replyWorkingDays: 5 };
    const drafted = await analyst.post('/api/letters', { origin: { kind: 'finding', id: finding?.id }, content });
    expect(drafted.status).toBe(200);
    const letters = [{ id: drafted.body.id, name: '督办单（未编号）', unitName: '住建局', state: 'drafted' }];
    expect((await timeline(townsman, 'order/GD-1')).letters).toEqual(letters);
    expect((await timeline(analyst, 'order/GD-3')).letters).toEqual([]);
    const administrator = await fixture.signedIn(ADMINISTRATOR);
    expect(await timeline(administrator, 'order/GD-1')).toMatchObject({ findings: [{ scope: 'GD-1' }], letters: [] });
  });

  test('of one told in confidence shows number, time and unit', async () => {
    const found = await timeline(townsman, 'order/GD-2');
    expect(found).toMatchObject({ confidential: true, title: '保密工单，内容已遮蔽' });
    expect(found.places.map(({ kind }) => kind)).toEqual(['unit']);
    expect(JSON.stringify(found)).not.toMatch(/洪圩|贪污|道路/);
  });

  test('is there within reach alone: also of one number that two townships gave, and of an order that has not arrived', async () => {
    for (const code of ['GD-3', 'GD-5', 'GD-none']) expect((await townsman.get(`/api/timelines/order/${code}`)).status).toBe(404);
    expect(idsOf(await timeline(analyst, 'order/GD-3'))).toEqual(['O-3', 'O-4']);
    expect(await timeline(analyst, 'order/GD-5')).toMatchObject({ title: null, items: [{ recordId: 'E-5', closed: true }] });
    expect((await analyst.get('/api/timelines/person/x')).status).toBe(400);
  });
});

test('the page of a contract names what belongs to it; a record of a village out of reach is left out', async () => {
  const all = await timeline(analyst, 'contract/HT-1');
  expect(idsOf(all)).toEqual(['HT-1', 'PZ-1', 'CJ-1']);
  expect(all.related.map(({ kind, code }) => [kind, code])).toEqual([
    ['asset', 'ZC-1'],
    ['listing', 'GP-1'],
  ]);
  expect(JSON.stringify(all)).not.toContain('渠梁合作社');
  expect(idsOf(await timeline(townsman, 'contract/HT-1'))).toEqual(['HT-1', 'PZ-1']);
});

test('whoever looked at it is on record', async () => {
  await timeline(townsman, 'contract/HT-1');
  const sql = `SELECT object FROM access_audit WHERE actor_account = $1 AND action = 'read-timeline' ORDER BY id DESC LIMIT 1`;
  expect((await fixture.pool.query(sql, [TOWNSMAN.account])).rows).toEqual([{ object: 'contract/HT-1' }]);
});

describe('a search', () => {
  const search = async (client: ApiClient, text: string): Promise<SearchAnswer> =>
    searchAnswerSchema.parse((await client.post('/api/search', { text })).body);
  const codes = ({ groups }: SearchAnswer) =>
    Object.fromEntries(groups.map(({ kind, hits }) => [kind, hits.map(({ code }) => code)]));

  test('finds by number and by words, of each kind, within reach', async () => {
    const { groups } = await search(townsman, 'GD-1');
    expect(groups.map(({ kind, hits }) => [kind, hits[0]?.name])).toEqual([
      ['finding', '工单踢皮球 · 待核实'],
      ['order', 'GD-1'],
    ]);
    expect(codes(await search(townsman, '路塌'))).toEqual({ order: ['GD-1'] });
    expect(codes(await search(townsman, '渠东鱼塘'))).toEqual({ contract: ['HT-1'] });
    expect(codes(await search(townsman, '镇政府'))).toEqual({ unit: ['U2'] });
    // What is found opens: the page of a department does for the whole county alone.
    expect(codes(await search(townsman, '住建'))).toEqual({});
    expect(codes(await search(analyst, '住建'))).toEqual({ unit: ['U1'] });
    expect(codes(await search(townsman, '路灯'))).toEqual({ order: ['GD-3'] });
    expect(codes(await search(analyst, '路灯'))).toEqual({ order: ['GD-3'] });
    expect(codes(await search(townsman, '地名'))).toEqual({ township: [EAST], village: [EAST_VILLAGE] });
  });

  test('finds what was told in confidence by its number alone', async () => {
    expect(codes(await search(analyst, '渡口'))).toEqual({});
    expect((await search(analyst, 'GD-2')).groups).toMatchObject([{ kind: 'order', hits: [{ title: '保密工单，内容已遮蔽' }] }]);
  });

  test.each(['单于红', '于红', '13705104826', '渠梁', '渠梁合作社'])('does not tell whether %s stands anywhere', async (text) => {
    expect(await search(analyst, text)).toEqual({ groups: [], unfinished: [] });
  });

  test('refuses one character, and takes signs of a pattern as they are', async () => {
    expect((await analyst.post('/api/search', { text: '路' })).body).toMatchObject({ message: '至少输入 2 个字' });
    for (const text of ['%%', '__', '\\\\', "''"]) expect(codes(await search(analyst, text))).toEqual({});
  });
});
