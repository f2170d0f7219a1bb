import { builtInCatalogue, type FieldValues } from '@tianyan/contracts';
import { exceptValues } from '@tianyan/findings';
import { rows } from '@tianyan/postgres';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  findingCountsSchema,
  findingDetailSchema,
  findingListSchema,
  letterDetailSchema,
  placeDaySchema,
  placeMonthSchema,
  placePageSchema,
  type PlacePage,
} from '../api/index.js';
import { HiddenOrders } from '../findings/hidden-orders.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, COUNTY_NOW_MS, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { writeRecords } from '../testing/records.js';

const EAST = '320921100';
const WEST = '320921101';
const EAST_VILLAGE = '320921100201';
const TOWNSMAN = { account: 'zhou.jie', password: 'Township-2026-xyz' };
const READER = { account: 'he.ping', password: 'Reader-2026-xyz' };
const LIAISON = { account: 'liaison', password: 'Liaison-2026-xyz' };
const HOUR_MS = 3_600_000;
const DAY = '2026-07-01';

let fixture: ConsoleFixture;
let analyst: ApiClient;
let townsman: ApiClient;
let reader: ApiClient;

async function write(type: string, id: string, fields: FieldValues, atMs = COUNTY_NOW_MS - HOUR_MS) {
  return writeRecords(fixture.warehouse, builtInCatalogue.get(type), [{ id, atMs, raw: '{}', fields }], 'order');
}

const order = (orderId: string, more: FieldValues = {}): FieldValues => ({
  orderId,
  title: '单于红来电说洪圩路塌陷',
  content: '请处理',
  channel: '电话',
  category: 'complaint',
  matter: 'road',
  callerName: '单于红',
  confidential: false,
  urgency: 'normal',
  status: 'open',
  townshipCode: EAST,
  villageCode: EAST_VILLAGE,
  leadUnitId: 'U-EAST',
  ...more,
});

async function plantDirectory() {
  for (const [divisionCode, level, parentCode] of [
    [EAST, 'township', null],
    [WEST, 'township', null],
    [EAST_VILLAGE, 'village', EAST],
  ] as const)
    await write('directory.division', divisionCode, { divisionCode, name: `地名${divisionCode}`, level, parentCode });
  await write('directory.unit', 'U-EAST', { unitId: 'U-EAST', name: '东镇政府', kind: 'township', townshipCode: EAST });
  await write('directory.unit', 'U-COUNTY', { unitId: 'U-COUNTY', name: '住建局', kind: 'department' });
}

async function plant() {
  await plantDirectory();
  await write('hotline.order', 'O-1', order('GD-1'));
  await write('hotline.order', 'O-2', order('GD-2', { confidential: true }));
  // The unit works in another township, too.
  await write('hotline.order', 'O-3', order('GD-3', { townshipCode: WEST, villageCode: null }));
  await write('hotline.order', 'O-4', order('GD-4', { villageCode: null }), COUNTY_NOW_MS - 40 * 24 * HOUR_MS);
  await write('hotline.order', 'O-5', order('GD-5'), Date.parse('2011-03-05T10:00:00+08:00'));
  await write('hotline.order-event', 'E-1', { orderId: 'GD-1', unitId: 'U-EAST', action: 'returned', note: '单于红说的不属实' });
  await write('hotline.order-event', 'E-2', { orderId: 'GD-2', unitId: 'U-EAST', action: 'returned' });
  await write('trading.deal', 'CJ-1', {
    dealId: 'CJ-1',
    listingId: 'GP-1',
    villageCode: EAST_VILLAGE,
    winner: '渠梁合作社',
    annualFen: 123_450,
    termMonths: 12,
    dealtOn: DAY,
  });
  const found = (scope: string, more: Readonly<Record<string, string>>) => ({
    ruleId: 'order-ping-pong',
    scope,
    hit: true,
    occurredAtMs: COUNTY_NOW_MS - HOUR_MS,
    dueAtMs: null,
    evidence: [],
    figures: { returns: 3 },
    subjects: { orderId: scope, unitId: 'U-EAST', townshipCode: EAST, villageCode: EAST_VILLAGE, ...more },
  });
  const there = { townshipCode: EAST, villageCode: EAST_VILLAGE };
  const record = {
    type: 'hotline.order',
    id: 'O-2',
    version: 1,
    streamOffset: 0,
    hash: '',
    atMs: COUNTY_NOW_MS - HOUR_MS,
    role: 'order',
  };
  await fixture.storeFindings([
    found('GD-1', {}),
    found('GD-2', {}),
    found('GD-3', { townshipCode: WEST, villageCode: '' }),
    // Both are of the order told in confidence, and neither has it among its subjects.
    { ...found('K-2', {}), subjects: { ...there, leadUnitId: 'U-COUNTY' }, figures: { orderId: 'GD-2', returns: 1 } },
    { ...found('K-3', {}), subjects: { ...there, matterKey: 'K-3' }, evidence: [record] },
    { ...found(`${EAST_VILLAGE}|road`, {}), subjects: { ...there, matter: 'road' }, evidence: [record] },
  ]);
}

beforeAll(async () => {
  fixture = await startConsole();
  const one = { displayName: '周杰', townshipCodes: [EAST], mustChangePassword: false } as const;
  await fixture.users.create({ ...TOWNSMAN, ...one, role: 'analyst' });
  await fixture.users.create({ ...READER, ...one, role: 'reader' });
  // Without somebody who could receive it, no letter is issued.
  await fixture.users.create({
    ...LIAISON,
    displayName: '联络员',
    role: 'unit-liaison',
    townshipCodes: null,
    unitCodes: ['U-EAST'],
    mustChangePassword: false,
  });
  await plant();
  analyst = await fixture.signedIn(ANALYST);
  townsman = await fixture.signedIn(TOWNSMAN);
  reader = await fixture.signedIn(READER);
});
afterAll(() => fixture.stop());

async function page(client: ApiClient, path: string): Promise<PlacePage> {
  const { status, body } = await client.get(`/api/places/${path}`);
  expect([path, status]).toEqual([path, 200]);
  return placePageSchema.parse(body);
}
const month = async (client: ApiClient, path: string, key = '2026-07') =>
  placeMonthSchema.parse((await client.get(`/api/places/${path}/months/${key}`)).body);
const day = async (client: ApiClient, path: string) =>
  placeDaySchema.parse((await client.get(`/api/places/${path}/days/${DAY}`)).body);
const scopes = ({ findings }: { findings: readonly { scope: string }[] }) => findings.map(({ scope }) => scope).toSorted();

describe('the page of a township', () => {
  test('counts by month what was recorded and found there, what its villages name included', async () => {
    const { months, name, hasEarlier } = await page(townsman, `township/${EAST}`);
    expect([name, months.length, hasEarlier]).toEqual([`地名${EAST}`, 13, true]);
    expect(months[0]).toMatchObject({ month: '2026-07', records: 2, findings: 1, clues: 0, letters: 0 });
    expect(months.find(({ month: key }) => key === '2026-05')).toMatchObject({ records: 1, findings: 0 });
  });

  test('goes back as far as there is something', async () => {
    const earlier = await page(townsman, `township/${EAST}?back=173`);
    expect(earlier.months.map(({ month: key, records }) => [key, records]).filter(([, records]) => records !== 0)).toEqual([
      ['2011-03', 1],
    ]);
    expect(earlier.hasEarlier).toBe(false);
    expect((await townsman.get(`/api/places/township/${EAST}?back=481`)).status).toBe(400);
  });

  test('tells nothing of what was told there in confidence: no count, no finding, no record', async () => {
    for (const path of [`township/${EAST}`, `village/${EAST_VILLAGE}`]) {
      const found = await month(analyst, path);
      expect(found.days).toEqual([
        {
          day: DAY,
          records: [
            { type: 'hotline.order', label: '热线工单', count: 1 },
            { type: 'trading.deal', label: expect.any(String), count: 1 },
          ],
        },
      ]);
      expect(scopes(found)).toEqual(['GD-1']);
      expect((await day(analyst, path)).items.map(({ about }) => about?.code ?? '').toSorted()).toEqual(['GD-1', 'GP-1']);
    }
  });

  test('is not told by a list of findings of the village either, nor by a finding that has the order among its figures', async () => {
    const listed = async (path: string) => findingListSchema.parse((await analyst.get(path)).body).items;
    expect((await listed(`/api/findings?village=${EAST_VILLAGE}`)).map(({ scope }) => scope)).toEqual(['GD-1']);
    // What is typed chooses a village as well, by code or by name.
    for (const text of [EAST_VILLAGE, `地名${EAST_VILLAGE}`.slice(1)])
      expect((await listed(`/api/findings?text=${encodeURIComponent(text)}`)).filter(({ scope }) => scope !== 'GD-1')).toEqual(
        [],
      );
    expect((await listed('/api/findings?text=GD-2')).map(({ scope }) => scope)).toEqual(['GD-2']);
    const counts = await analyst.get(`/api/findings/counts?village=${EAST_VILLAGE}`);
    expect(findingCountsSchema.parse(counts.body).total).toBe(1);
    const repeated = (await listed('/api/findings')).find(({ scope }) => scope === 'K-2');
    const open = ['leadUnitId', 'townshipCode'];
    expect([repeated?.confidential, repeated?.subjects.map(({ kind }) => kind).toSorted()]).toEqual([true, open]);
    const detail = findingDetailSchema.parse((await analyst.get(`/api/findings/${repeated?.id}`)).body);
    expect([detail.confidential, detail.subjects.map(({ kind }) => kind).toSorted()]).toEqual([true, open]);
  });

  test('covers a finding about a matter of which one order was told in confidence, in the list as on its page', async () => {
    const { items } = findingListSchema.parse((await analyst.get('/api/findings')).body);
    const listed = items.find(({ scope }) => scope === 'K-3');
    const detail = findingDetailSchema.parse((await analyst.get(`/api/findings/${listed?.id}`)).body);
    for (const shown of [listed, detail])
      expect([shown?.confidential, shown?.subjects.map(({ kind }) => kind)]).toEqual([true, ['townshipCode']]);
  });

  test('hides the orders told in confidence with their steps, and all orders where there are more than are read', async () => {
    const hidden = new HiddenOrders(fixture.warehouse, builtInCatalogue);
    expect(exceptValues(await hidden.at('village', [EAST_VILLAGE]))).toEqual([
      ['GD-2'],
      ['hotline.order O-2', 'hotline.order-event E-2'],
    ]);
    expect(JSON.stringify(await hidden.at('village', [EAST_VILLAGE]))).toBe('{}');
    expect(exceptValues(await hidden.at('unit', ['U-EAST']))).toEqual([[], []]);
    const enough = { orders: 9, steps: 9, seconds: 9 };
    for (const few of [
      { ...enough, orders: 0 },
      { ...enough, steps: 0 },
    ]) {
      const limited = (limits: { atPlaces: typeof few; anywhere: typeof few }) =>
        new HiddenOrders(fixture.warehouse, builtInCatalogue, limits);
      const fewAtPlaces = limited({ atPlaces: few, anywhere: enough });
      expect(await fewAtPlaces.at('township', [EAST])).toBe('all');
      // How much is read of one place says nothing of all.
      expect(exceptValues((await fewAtPlaces.anywhere('village')) ?? 'all')[0]).toContain('GD-2');
      expect(await limited({ atPlaces: enough, anywhere: few }).anywhere('village')).toBeNull();
    }
  });

  test('shows coded values and amounts, and nothing that anybody has written', async () => {
    const found = await day(analyst, `village/${EAST_VILLAGE}`);
    expect(found.items.map(({ typeLabel, text }) => `${typeLabel} ${text}`).toSorted()).toEqual([
      '成交记录 成交价（年） 1,234.50 元',
      expect.stringMatching(/^热线工单 投诉 · 事项类别 道路/),
    ]);
    expect(JSON.stringify(found)).not.toMatch(/单于红|塌陷|合作社/);
  });
});

describe('the page of a unit', () => {
  test('shows an order told in confidence by number and unit, and counts its steps for the whole county', async () => {
    expect((await page(analyst, 'unit/U-EAST')).months[0]).toMatchObject({ records: 5, findings: 3 });
    const { items } = await day(analyst, 'unit/U-EAST');
    expect(items.filter(({ about }) => about?.code === 'GD-2').map(({ closed, text }) => [closed, text])).toEqual([
      [true, '保密工单，内容已遮蔽'],
      [true, '保密工单，内容已遮蔽'],
    ]);
    expect(JSON.stringify(items)).not.toMatch(/单于红|属实/);
  });

  test('leaves out for less than the whole county what lies elsewhere, and of which nobody can say where it lies', async () => {
    expect((await page(townsman, 'unit/U-EAST')).months[0]).toMatchObject({ records: 2, findings: 2 });
    expect(scopes(await month(townsman, 'unit/U-EAST'))).toEqual(['GD-1', 'GD-2']);
    expect((await day(townsman, 'unit/U-EAST')).items.map(({ about }) => about?.code ?? '').toSorted()).toEqual(['GD-1', 'GD-2']);
  });

  test('shows a letter once it is issued, and the clue that was made of a finding', async () => {
    const { findings } = await month(analyst, 'unit/U-EAST');
    const findingId = findings.find(({ scope }) => scope === 'GD-1')?.id;
    const content = { kind: 'supervision-order', unitCode: 'U-EAST', title: '督办退回', text: '请核实。', replyWorkingDays: 5 };
    const drafted = await analyst.post('/api/letters', { origin: { kind: 'finding', id: findingId }, content });
    const { id, revision } = letterDetailSchema.parse(drafted.body);
    expect((await month(analyst, 'unit/U-EAST')).letters).toEqual([]);
    const leader = await fixture.signedIn(LEADER);
    const issued = await leader.post(`/api/letters/${id}/steps`, { revision, step: { step: 'issue' } });
    expect([issued.status, issued.body.message]).toEqual([200, undefined]);
    await analyst.post('/api/clues', { findingIds: [findingId] });
    for (const path of ['unit/U-EAST', `township/${EAST}`, `village/${EAST_VILLAGE}`]) {
      const found = await month(townsman, path);
      expect(found.letters).toMatchObject([{ title: '督办退回', unitName: '东镇政府' }]);
      expect(found.clues).toHaveLength(1);
      expect((await page(townsman, path)).months[0]).toMatchObject({ clues: 1, letters: 1 });
    }
    // Who may not read them learns of no number.
    expect((await page(reader, 'unit/U-EAST')).months[0]).toMatchObject({ clues: null, letters: null });
    expect(await month(reader, 'unit/U-EAST')).toMatchObject({ clues: [], letters: [] });
  });
});

test.each([`township/${WEST}`, 'unit/U-COUNTY', 'unit/none', 'village/none'])(
  '%s is not there for whoever has the east alone',
  async (path) => {
    for (const more of ['', '/months/2026-07', `/days/${DAY}`])
      expect([more, (await townsman.get(`/api/places/${path}${more}`)).status]).toEqual([more, 404]);
  },
);

test('a finding leads to the pages of its units that open for whoever reads it', async () => {
  const { items } = findingListSchema.parse((await analyst.get('/api/findings')).body);
  const units = async (client: ApiClient, scope: string) => {
    const id = items.find((item) => item.scope === scope)?.id;
    return findingDetailSchema.parse((await client.get(`/api/findings/${id}`)).body).pagedUnits;
  };
  expect([await units(analyst, 'GD-1'), await units(townsman, 'GD-1')]).toEqual([['U-EAST'], ['U-EAST']]);
  // A department belongs to no township.
  expect([await units(analyst, 'K-2'), await units(townsman, 'K-2')]).toEqual([['U-COUNTY'], []]);
});

test('whoever looked, and at which day, is on record', async () => {
  await page(reader, `township/${EAST}`);
  await day(reader, `township/${EAST}`);
  const sql = `SELECT object FROM access_audit WHERE actor_account = $1 AND action = 'read-timeline' ORDER BY id DESC LIMIT 2`;
  const looks = await rows(fixture.pool, z.object({ object: z.string() }), sql, [READER.account]);
  expect(looks.map(({ object }) => object)).toEqual([`township/${EAST}/${DAY}`, `township/${EAST}`]);
});
