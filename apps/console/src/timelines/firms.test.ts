import { builtInCatalogue, type FieldValues } from '@tianyan/contracts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { relationsSchema, searchAnswerSchema, timelineSchema, type Timeline } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { FIRM_CODE as FIRM, OTHER_FIRM_CODE as NAMESAKE, SOLE_TRADER_CODE as SOLE_TRADER } from '../testing/planted-firms.js';
import { writeRecords } from '../testing/records.js';

const EAST = '320921100';
const WEST = '320921101';
const EAST_VILLAGE = '320921100201';
const WEST_VILLAGE = '320921101201';
const TOWNSMAN = { account: 'zhou.jie', password: 'Township-2026-xyz' };
const NAME = '渠梁农业发展有限公司';

let fixture: ConsoleFixture;
let analyst: ApiClient;
let townsman: ApiClient;
let minute = 0;

async function write(type: string, id: string, fields: FieldValues) {
  const record = { id, version: 1, atMs: COUNTY_NOW_MS - 3_600_000 + 60_000 * ++minute, raw: '{}', fields };
  return writeRecords(fixture.warehouse, builtInCatalogue.get(type), [record], 'contract');
}

const east = { townshipCode: EAST, villageCode: EAST_VILLAGE };
const west = { townshipCode: WEST, villageCode: WEST_VILLAGE };
const lease = (contractId: string, more: FieldValues): FieldValues => ({
  contractId,
  ...east,
  kind: 'lease',
  name: '鱼塘租赁',
  lessee: NAME,
  signedOn: '2026-01-01',
  startsOn: '2026-01-01',
  endsOn: '2027-01-01',
  termMonths: 12,
  totalFen: 100,
  annualFen: 100,
  ...more,
});
const listing = (listingId: string, more: FieldValues): FieldValues => ({
  listingId,
  ...more,
  title: '鱼塘',
  kind: '养殖水面',
  termMonths: 12,
  floorFen: 100,
  depositFen: 10,
  opensOn: '2026-01-01',
  closesOn: '2026-01-10',
  status: 'dealt',
});
const bid = (bidId: string, listingId: string, bidderCreditCode: string): FieldValues => ({
  bidId,
  listingId,
  bidder: NAME,
  bidderCreditCode,
  amountFen: 100,
  bidAtMs: COUNTY_NOW_MS,
});

async function plant(): Promise<void> {
  await write('directory.division', EAST, { divisionCode: EAST, name: '东镇', level: 'township' });
  await write('directory.division', EAST_VILLAGE, {
    divisionCode: EAST_VILLAGE,
    name: '东村',
    level: 'village',
    parentCode: EAST,
  });
  const signed = await write('assets.contract', 'HT-1', lease('HT-1', { lesseeCreditCode: FIRM }));
  await write('assets.contract', 'HT-2', lease('HT-2', { ...west, lesseeCreditCode: FIRM }));
  // One name: another firm, nobody knows who, a person who trades.
  await write('assets.contract', 'HT-3', lease('HT-3', { lesseeCreditCode: NAMESAKE }));
  await write('assets.contract', 'HT-4', lease('HT-4', {}));
  await write('assets.contract', 'HT-5', lease('HT-5', { lesseeCreditCode: SOLE_TRADER }));
  await write('trading.listing', 'GP-1', listing('GP-1', east));
  await write('trading.listing', 'GP-2', listing('GP-2', west));
  // One number given by systems of two townships.
  await write('trading.listing', 'GP-3', listing('GP-3', east));
  await write('trading.listing', 'GP-3b', listing('GP-3', west));
  for (const n of [1, 2, 3, 4]) await write('trading.bid', `BJ-${n}`, bid(`BJ-${n}`, `GP-${n}`, FIRM));
  // A list of the whole county, of which nobody says where the firm lies; the cadre beside it is a person.
  await write('directory.list-entry', 'MD-1', {
    list: 'cadre-kin',
    entry: NAME,
    entryCreditCode: FIRM,
    related: '单于红',
    relation: '本人或亲属所办企业',
  });
  const finding = {
    ruleId: 'order-ping-pong',
    hit: true,
    occurredAtMs: COUNTY_NOW_MS,
    dueAtMs: null,
    evidence: signed,
    figures: {},
  };
  await fixture.storeFindings([
    { ...finding, scope: 'HT-1', subjects: { contractId: 'HT-1', townshipCode: EAST } },
    { ...finding, scope: 'HT-3', subjects: { contractId: 'HT-3', townshipCode: EAST } },
    { ...finding, scope: FIRM, subjects: { firmCreditCode: FIRM } },
    { ...finding, scope: 'GP-1', subjects: { listingId: 'GP-1', townshipCode: EAST } },
  ]);
}

beforeAll(async () => {
  fixture = await startConsole();
  const person = { displayName: '周杰', role: 'analyst', townshipCodes: [EAST], mustChangePassword: false } as const;
  await fixture.users.create({ ...TOWNSMAN, ...person });
  await plant();
  analyst = await fixture.signedIn(ANALYST);
  townsman = await fixture.signedIn(TOWNSMAN);
});
afterAll(() => fixture.stop());

async function firm(client: ApiClient, code = FIRM): Promise<Timeline> {
  const { status, body } = await client.get(`/api/timelines/firm/${code}`);
  expect([code, status]).toEqual([code, 200]);
  return timelineSchema.parse(body);
}
const idsOf = ({ items }: Timeline) => items.map(({ recordId }) => recordId);

test('the page of a firm holds the records that bear its code, whatever system they come from, and none that has its name alone', async () => {
  const found = await firm(analyst);
  expect(idsOf(found)).toEqual(['HT-1', 'HT-2', 'BJ-1', 'BJ-2', 'BJ-3', 'BJ-4', 'MD-1']);
  expect(found).toMatchObject({ kindLabel: '企业', code: FIRM, facts: [], confidential: false, truncated: false });
  expect(found.related.map(({ code }) => code).toSorted()).toEqual(['GP-1', 'GP-2', 'GP-3', 'GP-4', 'HT-1', 'HT-2']);
  expect(idsOf(await firm(analyst, NAMESAKE))).toEqual(['HT-3']);
  expect(JSON.stringify(found)).not.toMatch(/渠梁农业|单于红/);
});

test('within reach alone: by the place of a record, a bid by all that its listing says, a list without a place for the whole county', async () => {
  expect(idsOf(await firm(townsman))).toEqual(['HT-1', 'BJ-1']);
});

test('findings stand there about the firm and what it has a part in, and not about a trade where it made an offer', async () => {
  const { findings } = await firm(analyst);
  expect(findings.map(({ scope }) => scope).toSorted()).toEqual([FIRM, 'HT-1']);
  const [about] = findings.filter(({ scope }) => scope === FIRM);
  expect(about?.subjects).toEqual([{ kind: 'firmCreditCode', kindLabel: '企业', code: FIRM, name: null }]);
  // It lies nowhere: of a firm in several townships nobody of one is told.
  expect((await firm(townsman)).findings.map(({ scope }) => scope)).toEqual(['HT-1']);
});

test('a sole trader is a person, and has no page; neither has what nobody bears', async () => {
  for (const code of [SOLE_TRADER, '91350100M000100Y43', NAME, 'x']) {
    for (const path of ['timelines', 'relations'])
      expect([code, path, (await analyst.get(`/api/${path}/firm/${encodeURIComponent(code)}`)).status]).toEqual([
        code,
        path,
        404,
      ]);
  }
  const { body } = await analyst.get('/api/timelines/contract/HT-5');
  expect(JSON.stringify(body)).not.toContain(SOLE_TRADER);
});

test('the contract leads to the firm, and the firm to all that it has a part in', async () => {
  const { related } = timelineSchema.parse((await townsman.get('/api/timelines/contract/HT-1')).body);
  expect(related).toEqual([{ kind: 'firm', kindLabel: '企业', code: FIRM }]);
  const nodes = async (client: ApiClient, path: string) => {
    const { relations } = relationsSchema.parse((await client.get(`/api/relations/${path}`)).body);
    return relations.map(({ id }) => id).toSorted();
  };
  // One node for the firm: not one more for its name.
  expect(await nodes(townsman, 'contract/HT-1')).toEqual([`firm ${FIRM}`, `township ${EAST}`, `village ${EAST_VILLAGE}`]);
  expect(await nodes(townsman, `firm/${FIRM}`)).toEqual([
    'contract HT-1',
    'listing GP-1',
    `township ${EAST}`,
    `village ${EAST_VILLAGE}`,
  ]);
  expect(await nodes(townsman, 'contract/HT-5')).not.toContain(`firm ${SOLE_TRADER}`);
});

test('a search finds a firm by its whole code alone, however it is written', async () => {
  const hits = async (client: ApiClient, text: string) => {
    const { groups } = searchAnswerSchema.parse((await client.post('/api/search', { text })).body);
    return groups.map(({ kind, hits: [hit] }) => [kind, hit?.code]);
  };
  for (const text of [FIRM, FIRM.toLowerCase(), `${FIRM.slice(0, 8)} ${FIRM.slice(8)}`])
    expect(await hits(townsman, text)).toEqual([['firm', FIRM]]);
  for (const text of [NAME, SOLE_TRADER]) expect([text, await hits(analyst, text)]).toEqual([text, []]);
  // A finding shows the code to whoever sees it, and is found by what it shows; the firm is not.
  expect((await hits(analyst, FIRM.slice(0, 17))).map(([kind]) => kind)).toEqual(['finding']);
  expect(await hits(townsman, FIRM.slice(0, 17))).toEqual([]);
});

test('whoever looked at it is on record', async () => {
  await firm(townsman);
  const sql = `SELECT object FROM access_audit WHERE actor_account = $1 AND action = 'read-timeline' ORDER BY id DESC LIMIT 1`;
  expect((await fixture.pool.query(sql, [TOWNSMAN.account])).rows).toEqual([{ object: `firm/${FIRM}` }]);
});
