import { PERSONAL_TEXTS, type PersonalText } from '@tianyan/access/testing';
import { builtInCatalogue, checkMapping, type FieldValues } from '@tianyan/contracts';
import { figuresOf } from '@tianyan/findings';
import { rows } from '@tianyan/postgres';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EvidenceRef } from '@tianyan/rules';
import { pino } from 'pino';
import { z } from 'zod';
import { clueDetailSchema, figurePartSchema, findingDetailSchema, findingListSchema, type StepRequest } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import {
  ADMINISTRATOR,
  ANALYST,
  AUDITOR,
  COUNTY_NOW_MS,
  LEADER,
  startConsole,
  type ConsoleFixture,
} from '../testing/console-fixture.js';
import { listen } from '../testing/listening.js';
import { FIRM_CODE } from '../testing/planted-firms.js';
import { writeRecords, type TestRecord } from '../testing/records.js';
import { plantDrift } from '../testing/planted-drift.js';
import { SEEN_ONCE } from '../testing/stand-ins.js';
import { plantQuotedCampaign, QUOTED_CAMPAIGN_ID } from './campaign-asks.test-fixture.js';
import { plantCircular } from './planted-circular.test-fixture.js';
import { READ_AS_THEY_ARE } from './read-as-they-are.test-fixture.js';
import { triedRule } from './tried-rule.test-fixture.js';

/**
 * The corpus is put everywhere that a text of an upstream can get to; then every GET route of the API is asked, by everybody
 * who can sign in, without a reason. What comes back, what is pushed, logged, measured and sent must hold none of it.
 */
const READER = { account: 'he.ping', password: 'Reader-2026-xyz' };
const REASON = '核实后退回';

/** Told in confidence: nothing personal by its form, so that only the flag can keep it closed. */
const CONFIDENTIAL: PersonalText = {
  text: '爨永明实名反映会计挪用秧苗款三万',
  secrets: ['爨永明', '永明', '挪用秧苗款', '洪圩渡口'],
};
const CLOSED_PLACE = '洪圩渡口旁';
const EAST = { townshipCode: '320921100', villageCode: '320921100201' };
/** A caller whose name has no form either: the field says what it is, and the record repeats it in its texts. */
const CALLER: PersonalText = { text: '单于红来电说路灯不亮', secrets: ['单于红', '于红'] };

const texts: PersonalText[] = [...PERSONAL_TEXTS, CALLER];
/** Whose name is a subject of a finding: rules may not do so any more, an earlier one may have. */
const LESSEE: PersonalText = { text: '渠梁合作社', secrets: ['渠梁合作社', '合作社'] };
/** Shorter pieces of numbers stand by chance in ids and times; longer ones of the same text are looked for as well. */
const MIN_ASCII_CHARS = 6;
const secrets = [...new Set([...texts, CONFIDENTIAL, LESSEE].flatMap((each) => each.secrets))].filter(
  (secret) => secret.length >= MIN_ASCII_CHARS || /[^ -~]/.test(secret),
);
const logged: string[] = [];
let fixture: ConsoleFixture;
let clueId = '';
let cluePersonId = '';
let letterId = '';
let campaignTaskId = '';
let circularId = '';
let itemId = '';

const MAPPING = checkMapping({
  mapping: 'walk',
  label: '走查',
  records: [
    {
      type: 'hotline.order',
      id: 'gdbh',
      at: 'slsj',
      fields: {
        orderId: 'gdbh',
        title: 'gdbt',
        content: 'gdnr',
        channel: 'slqd',
        category: { value: 'help' },
        matter: { value: 'road' },
        callerName: 'lxr',
        callerPhone: 'lxdh',
        confidential: { from: 'sfbm', as: 'flag' },
        urgency: { value: 'normal' },
        status: 'bjzt',
        place: 'sfdz',
        reply: 'cljg',
      },
    },
  ],
});

function orderRow(id: string, text: string, confidential: boolean): Record<string, unknown> {
  return {
    gdbh: id,
    slsj: '2026-07-01 08:30:00',
    gdbt: text,
    gdnr: `${text}，请处理`,
    slqd: '电话',
    lxr: '单于红',
    lxdh: '13705104826',
    sfbm: confidential ? '是' : '否',
    bjzt: '办理中',
    sfdz: confidential ? CLOSED_PLACE : text,
    cljg: text,
    投诉人: '单于红',
    家庭地址: text,
    银行卡号: text,
    附言: { 内容: [text] },
  };
}

function order(id: string, text: string, confidential = false): TestRecord {
  const row = orderRow(id, text, confidential);
  const fields: FieldValues = {
    orderId: id,
    title: text,
    content: `${text}，请处理`,
    channel: '电话',
    category: 'complaint',
    matter: 'road',
    callerName: '单于红',
    callerPhone: '13705104826',
    callerKey: 'k1',
    confidential,
    urgency: 'normal',
    status: 'open',
    ...EAST,
    place: confidential ? CLOSED_PLACE : text,
    reply: text,
  };
  return { id, atMs: COUNTY_NOW_MS - 5_000, raw: JSON.stringify(row), fields };
}

const event = (id: string, orderId: string, text: string): TestRecord => ({
  id,
  atMs: COUNTY_NOW_MS - 4_000,
  raw: JSON.stringify({ lzid: id, bz: text, czr: '单于红', 内部意见: text }),
  fields: { orderId, unitId: 'U1', action: 'returned', operator: '单于红', note: text },
});

const payment = (id: string, text: string): TestRecord => ({
  id,
  atMs: COUNTY_NOW_MS - 3_000,
  raw: JSON.stringify({ zy: text, dfhm: '单于红' }),
  fields: {
    voucherId: id,
    ...EAST,
    direction: 'out',
    amountFen: 100,
    account: '在建工程',
    summary: text,
    counterparty: '单于红',
    counterpartyCreditCode: FIRM_CODE,
    handler: '单于红',
  },
});

async function write(type: string, records: readonly TestRecord[], role: string): Promise<EvidenceRef[]> {
  return writeRecords(fixture.warehouse, builtInCatalogue.get(type), records, role);
}

beforeAll(async () => {
  const sink = { write: (line: string) => void logged.push(line) };
  fixture = await startConsole({ logger: pino({ level: 'trace' }, sink) });
  const reader = await fixture.users.create({
    ...READER,
    displayName: '何平',
    role: 'reader',
    townshipCodes: null,
    mustChangePassword: false,
  });
  const administrator = await fixture.signedIn(ADMINISTRATOR);
  await administrator.post('/api/teams', {
    name: '一组',
    townshipCodes: ['320921100'],
    memberIds: [fixture.analyst.id, fixture.administrator.id, reader?.id ?? ''],
    webhookUrl: null,
    minSeverity: 'low',
  });
  fixture.standIns.mappingDocuments = [MAPPING];
  const orders = await write(
    'hotline.order',
    texts.map(({ text }, i) => order(`O${i}`, text)),
    'order',
  );
  const events = await write(
    'hotline.order-event',
    texts.map(({ text }, i) => event(`E${i}`, `O${i}`, text)),
    'returned',
  );
  const payments = await write(
    'assets.payment',
    texts.map(({ text }, i) => payment(`P${i}`, text)),
    'paid',
  );
  const secret = await write('hotline.order', [order('S1', CONFIDENTIAL.text, true)], 'order');
  const steps = await write(
    'hotline.order-event',
    [event('ES1', 'S1', CONFIDENTIAL.text), event('EX1', 'not-there', CONFIDENTIAL.text)],
    'returned',
  );
  const about = (scope: string, said: string, evidence: EvidenceRef[]) => ({
    ruleId: 'order-ping-pong',
    scope,
    hit: true,
    occurredAtMs: COUNTY_NOW_MS,
    dueAtMs: null,
    evidence,
    figures: { returns: 3, said },
    subjects: {
      orderId: scope,
      unitId: 'U1',
      townshipCode: '320921100',
      villageCode: '320921100201',
      ...(scope === 'O0' ? { lessee: LESSEE.text } : {}),
    },
  });
  await fixture.storeFindings([
    ...texts.map(({ text }, i) =>
      about(
        `O${i}`,
        text === CALLER.text ? '' : `。${text}`,
        [orders, events, payments].flatMap((refs) => refs[i] ?? []),
      ),
    ),
    about('S1', '', [...secret, ...steps]),
  ]);
  fixture.standIns.sourceRows = [
    {
      name: 'hotline-12345',
      label: '12345 热线',
      kind: 'http-pull',
      enabled: true,
      state: 'failing',
      lastRunAtMs: COUNTY_NOW_MS,
      lastSuccessAtMs: null,
      lastPageAtMs: null,
      lastRecordAtMs: null,
      acceptedTotal: 1,
      repeatedTotal: 0,
      refusedTotal: 1,
      error: `上游回答：${PERSONAL_TEXTS.slice(0, 40)
        .map(({ text }) => text)
        .join('；')}`,
      quarantineOpen: texts.length,
      heldLists: [],
    },
  ];
  fixture.standIns.quarantined = [...texts, CONFIDENTIAL].map(({ text }, i) => ({
    ...SEEN_ONCE,
    id: i + 1,
    source: 'hotline-12345',
    feed: 'orders',
    type: i % 3 === 0 ? null : 'hotline.order',
    recordId: text === CONFIDENTIAL.text || text === CALLER.text ? `Q${i}` : text,
    field: 'amount',
    label: '金额',
    reason: `金额：不是数字（原文：${text}）；时间：不是存在的日期时间（原文：（${text}））`,
    // Whole rows, cut rows, lines without columns.
    raw: i % 4 === 0 ? `${i},${text},13705104826` : JSON.stringify(orderRow(`Q${i}`, text, text === CONFIDENTIAL.text)),
    rawChars: 100,
    groupKey: 'g1',
    state: 'open',
    lastSeenAtMs: COUNTY_NOW_MS,
    settledBy: null,
    settlement: null,
  }));
  await plantDrift(fixture, ['O0', 'S1']);
  clueId = await plantClue();
  await plantSupervision();
  campaignTaskId = await plantQuotedCampaign(fixture, `${CALLER.text}，${PERSONAL_TEXTS[0]?.text ?? ''}`);
  // A correction that quotes what it corrects, in both values and in the reason.
  const said = PERSONAL_TEXTS[0]?.text ?? '';
  fixture.standIns.mendService.add({
    plan: { kind: 'values', changes: [{ column: 'lxr', from: '单于红', to: said }] },
    reason: said,
    proposedBy: ANALYST.account,
    itemId: 1,
    groupKey: null,
  });
});
afterAll(() => fixture.stop());

/** A clue of an order told in confidence and another, about a person; every text of it quotes what was seen. */
async function plantClue(): Promise<string> {
  const client = await fixture.signedIn(ANALYST);
  const { items } = findingListSchema.parse((await client.get('/api/findings?limit=200')).body);
  const said = `${CALLER.text}，${PERSONAL_TEXTS[0]?.text ?? ''}`;
  const findingIds = items.filter(({ scope }) => scope === 'S1' || scope === 'O0').map(({ id }) => id);
  let clue = clueDetailSchema.parse((await client.post('/api/clues', { findingIds, reason: said })).body);
  const leader = await fixture.signedIn(LEADER);
  const take = async (step: StepRequest, by = client) => {
    const { body } = await by.post(`/api/clues/${clue.id}/steps`, { revision: clue.revision, step });
    clue = clueDetailSchema.parse(body);
  };
  await take({ step: 'assign', assigneeId: fixture.analyst.id, opinion: said }, leader);
  await take({ step: 'add-person', name: '单于红', unit: '东河镇' });
  await take({ step: 'verify', verdict: 'confirmed', report: `单于红承认。${said}` });
  expect(clue).toMatchObject({ state: 'disposing', findings: { length: 2 }, people: [{ name: '单**' }] });
  cluePersonId = clue.people[0]?.id ?? '';
  return clue.id;
}

/** A letter from an order, whose author would quote what was said and lets it be covered; a unit that quotes it in its answer. */
async function plantSupervision(): Promise<void> {
  const account = { account: 'water', password: 'Liaison-2026-xyz' };
  const role = { role: 'unit-liaison', townshipCodes: null, unitCodes: ['U1'], mustChangePassword: false } as const;
  await fixture.users.create({ ...account, ...role, displayName: '联络员' });
  const [client, leader, liaison] = await Promise.all([ANALYST, LEADER, account].map((person) => fixture.signedIn(person)));
  const { items } = findingListSchema.parse((await client?.get('/api/findings?limit=200'))?.body);
  const said = `${CALLER.text}，${PERSONAL_TEXTS[0]?.text ?? ''}`;
  const origin = { kind: 'finding', id: items.find(({ scope }) => scope === 'O0')?.id };
  const content = { kind: 'supervision-order', unitCode: 'U1', title: '督办', text: said, replyWorkingDays: 5 };
  const drafted = await client?.post('/api/letters', { origin, content, cover: true });
  letterId = drafted?.body.id;
  await leader?.post(`/api/letters/${letterId}/steps`, { revision: 1, step: { step: 'issue' } });
  await liaison?.post(`/api/assignments/letters/${letterId}/steps`, { revision: 2, step: { step: 'receive' } });
  const answer = { step: 'answer', measures: said, outcome: said };
  const answered = await liaison?.post(`/api/assignments/letters/${letterId}/steps`, { revision: 3, step: answer });
  expect(answered?.body.state).toBe('answered');
  const item = {
    letterId,
    unitCode: 'U1',
    problem: '退回理由不成立',
    responsible: '单于红',
    leader: '单于红',
    dueDay: '2026-07-20',
  };
  circularId = await plantCircular([client, leader, liaison], letterId, { quoted: CALLER.text, leaks });
  itemId = (await client?.post('/api/rectifications', item))?.body.id;
  const progress = { step: 'progress', measures: PERSONAL_TEXTS[0]?.text, proof: PERSONAL_TEXTS[0]?.text };
  const reported = await liaison?.post(`/api/assignments/rectifications/${itemId}/steps`, { revision: 1, step: progress });
  expect(reported?.body.state).toBe('rectifying');
  // What was covered when it was written stays so for the unit.
  for (const path of [`letters/${letterId}`, `rectifications/${itemId}`])
    expect([path, leaks({ ...(await liaison?.get(`/api/assignments/${path}`))?.body, steps: [] })]).toEqual([path, []]);
}

/** What of the corpus stands in an answer. Keys of JSON, ids and cursors are answers too. */
function leaks(answer: unknown): string[] {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return secrets.filter((secret) => text.includes(secret));
}

/** Whoever asks, the same is shown: one role reads every finding and row, the others each fifth, so that the walk takes a minute. */
const shareFor = <T>(items: readonly T[], person: { account: string }): T[] =>
  items.filter((_, index) => person === ANALYST || index % 5 === 0 || index === items.length - 1);

type Walk = (client: ApiClient, person: { account: string }) => Promise<string[]>;
const only =
  (path: string): Walk =>
  async () => [path];
const findingIds = async (client: ApiClient): Promise<string[]> => {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = findingListSchema.parse(
      (await client.get(`/api/findings?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)).body,
    );
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
};

/** The addresses that are asked for each GET route of the API document; a new route fails the test until it stands here. */
const GET_ROUTES: Readonly<Record<string, Walk>> = {
  ...Object.fromEntries(READ_AS_THEY_ARE.map((path) => [path, only(path)])),
  '/api/findings': async () => ['', '?limit=200', '?text=O1', '?status=open&text=S1'].map((query) => `/api/findings${query}`),
  // One's own, of which nobody here has any: see bulk-decisions.test.ts.
  '/api/findings/bulk-decisions/{id}': only('/api/findings/bulk-decisions/none'),
  '/api/findings/bulk-decisions/{id}/result': only('/api/findings/bulk-decisions/none/result'),
  '/api/findings/{id}': async (client, person) => shareFor(await findingIds(client), person).map((id) => `/api/findings/${id}`),
  '/api/findings/{id}/evidence/{index}/raw': async (client, person) =>
    shareFor(await findingIds(client), person).flatMap((id) =>
      [0, 1, 2].map((index) => `/api/findings/${id}/evidence/${index}/raw`),
    ),
  '/api/rules/drafts/{id}': only('/api/rules/drafts/none'),
  '/api/rules/{id}/shadow': only('/api/rules/order-ping-pong/shadow'),
  // Tries a rule that hits every planted order; whoever asked sees what came of it.
  '/api/rules/trials/{id}': async (_, person) => [
    `/api/rules/trials/${person === ADMINISTRATOR ? await triedRule(fixture) : 'none'}`,
  ],
  '/api/clues/{id}': async () => [`/api/clues/${clueId}`],
  '/api/clues/{id}/people/{personId}': async () => [`/api/clues/${clueId}/people/${cluePersonId}`],
  '/api/clues/{id}/handlers': async () => [`/api/clues/${clueId}/handlers`],
  '/api/clues/{id}/readers': async () => [`/api/clues/${clueId}/readers`],
  // Files are what people handed in, and each sending is on record: see clue-files.test.ts.
  '/api/clues/{id}/files/{fileId}/content': only('/api/clues/none/files/none/content'),
  '/api/clues/{id}/files/{fileId}/thumbnail': only('/api/clues/none/files/none/thumbnail'),
  '/api/letters/{id}': async () => [`/api/letters/${letterId}`],
  '/api/rectifications/{id}': async () => [`/api/rectifications/${itemId}`],
  '/api/rectification-imports/{id}': only('/api/rectification-imports/none'),
  '/api/campaigns/{id}': only(`/api/campaigns/${QUOTED_CAMPAIGN_ID}`),
  '/api/campaigns/{id}/tasks': only(`/api/campaigns/${QUOTED_CAMPAIGN_ID}/tasks`),
  '/api/campaign-tasks/{id}': async () => [`/api/campaign-tasks/${campaignTaskId}`],
  // A liaison's: see the planting.
  '/api/circulars/{id}': async () => [`/api/circulars/${circularId}`],
  '/api/assignments/circulars/{id}': async () => [`/api/assignments/circulars/${circularId}`],
  // As of clues: see proof-files.test.ts.
  '/api/proofs/{kind}/{id}/files/{fileId}/content': only('/api/proofs/letters/none/files/none/content'),
  '/api/proofs/{kind}/{id}/files/{fileId}/thumbnail': only('/api/proofs/letters/none/files/none/thumbnail'),
  '/api/assignments/{kind}/{id}/files/{fileId}/content': only('/api/assignments/letters/none/files/none/content'),
  '/api/assignments/{kind}/{id}/files/{fileId}/thumbnail': only('/api/assignments/letters/none/files/none/thumbnail'),
  '/api/assignments/letters/{id}': async () => [`/api/assignments/letters/${letterId}`],
  '/api/assignments/rectifications/{id}': async () => [`/api/assignments/rectifications/${itemId}`],
  '/api/findings/{id}/alerts': async (client) => (await findingIds(client)).slice(0, 3).map((id) => `/api/findings/${id}/alerts`),
  '/api/findings/{id}/clues': async (client) => (await findingIds(client)).slice(0, 3).map((id) => `/api/findings/${id}/clues`),
  '/api/timelines/{kind}/{code}': async (_, person) =>
    ['S1', 'not-there', ...shareFor(texts, person).map((each) => `O${texts.indexOf(each)}`)]
      .map((code) => `/api/timelines/order/${code}`)
      .concat(`/api/timelines/firm/${FIRM_CODE}`),
  '/api/relations/{kind}/{code}': async (_, person) =>
    ['S1', ...shareFor(texts, person).map((each) => `O${texts.indexOf(each)}`)]
      .map((code) => `/api/relations/order/${code}`)
      .concat('/api/relations/township/320921100', `/api/relations/firm/${FIRM_CODE}`),
  '/api/places/{kind}/{code}': only('/api/places/township/320921100'),
  '/api/places/{kind}/{code}/months/{month}': only('/api/places/township/320921100/months/2026-07'),
  '/api/places/{kind}/{code}/days/{day}': only('/api/places/township/320921100/days/2026-07-01'),
  '/api/rules/{id}': only('/api/rules/order-ping-pong'),
  '/api/rules/{id}/parameters': only('/api/rules/order-ping-pong/parameters'),
  '/api/rules/{id}/runs': only('/api/rules/order-ping-pong/runs'),
  '/api/rules/{id}/coverage': only('/api/rules/order-ping-pong/coverage'),
  '/api/rules/{id}/pauses': only('/api/rules/order-ping-pong/pauses'),
  '/api/rules/{id}/precision': only('/api/rules/order-ping-pong/precision'),
  '/api/rules/{id}/versions': only('/api/rules/order-ping-pong/versions'),
  '/api/scorecards/{kind}': async () => ['unit', 'township', 'village'].map((kind) => `/api/scorecards/${kind}?limit=200`),
  '/api/scorecards/{kind}/{code}': only('/api/scorecards/county/county'),
  '/api/scorecards/{kind}/{code}/figures/{figure}/records': async () =>
    figuresOf('county').flatMap(({ id }) =>
      figurePartSchema.options.map((part) => `/api/scorecards/county/county/figures/${id}/records?limit=200&part=${part}`),
    ),
  '/api/surges/orders': only('/api/surges/orders?matter=road&township=320921100'),
  '/api/sources/{id}': only('/api/sources/hotline-12345'),
  '/api/quarantine': async () => ['/api/quarantine?limit=200', '/api/quarantine?limit=200&state=waiting'],
  '/api/quarantine/{id}': async (_, person) =>
    shareFor(fixture.standIns.quarantined, person).map(({ id }) => `/api/quarantine/${id}`),
  '/api/quarantine/groups/{key}': only('/api/quarantine/groups/g1'),
  '/api/quarantine/mends/{id}': only('/api/quarantine/mends/1'),
  '/api/sweeps/{id}/drift': only('/api/sweeps/nightly/drift'),
  '/api/inbox': async () => ['/api/inbox?limit=200', '/api/inbox?unread=true'],
  '/api/people/{id}/handled': async () => [`/api/people/${fixture.analyst.id}/handled`],
  '/api/hand-overs/{userId}': async () => [`/api/hand-overs/${fixture.analyst.id}`],
  '/api/audit': only('/api/audit?limit=200'),
  '/api/teams/{id}/duty': async () => (await fixture.teams.list()).map(({ id }) => `/api/teams/${id}/duty?month=2026-07`),
  '/api/deliveries': async () => ['/api/deliveries?limit=200'],
  // Read by the test of the events.
  '/api/events': async () => [],
};

test('every GET route of the API document is walked', async () => {
  const client = await fixture.signedIn(ANALYST);
  const { body } = await client.get('/api/docs/openapi.json');
  const routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    'get' in methods ? [path] : [],
  );
  expect(Object.keys(GET_ROUTES).toSorted()).toEqual(routes.toSorted());
});

describe.each([
  ['analyst', ANALYST],
  ['administrator', ADMINISTRATOR],
  ['leader', LEADER],
  ['reader', READER],
])('as %s, without a reason', (_, person) => {
  test.each(Object.keys(GET_ROUTES))(
    '%s holds nothing of the corpus',
    async (route) => {
      const client = await fixture.signedIn(person);
      const found: unknown[] = [];
      for (const path of await (GET_ROUTES[route] as Walk)(client, person)) {
        const { body, status } = await client.get(path);
        const leaked = leaks(body);
        // An answer that failed shows nothing, and proves nothing.
        if (status >= 500) found.push([path, status]);
        if (leaked.length > 0) found.push([path, leaked]);
      }
      expect(found).toEqual([]);
    },
    180_000,
  );

  test('a search for what is covered finds nothing', async () => {
    const client = await fixture.signedIn(person);
    for (const text of ['13705104826', '单于红', '爨永明', '挪用', '86317429']) {
      const { body } = await client.get(`/api/findings?text=${encodeURIComponent(text)}`);
      expect([text, body.items.length]).toEqual([text, 0]);
      // Everything is looked through; what is covered must not be found in any of it.
      expect([text, (await client.post('/api/search', { text })).body]).toEqual([text, { groups: [], unfinished: [] }]);
    }
  });
});

test('of an order told in confidence number, time and unit are shown, and that it is confidential', async () => {
  const client = await fixture.signedIn(ANALYST);
  const list = findingListSchema.parse((await client.get('/api/findings?text=S1')).body);
  const item = list.items.find(({ scope }) => scope === 'S1');
  expect(item?.confidential).toBe(true);
  expect(item?.subjects.map(({ kind }) => kind).toSorted()).toEqual(['orderId', 'townshipCode', 'unitId']);
  const detail = findingDetailSchema.parse((await client.get(`/api/findings/${item?.id}`)).body);
  const own = detail.evidence.find(({ recordId }) => recordId === 'S1');
  expect(own).toMatchObject({ title: '保密工单，内容已遮蔽', closed: true, villageName: null });
  expect(own?.fields.filter(({ masked }) => !masked).map(({ name }) => name)).toEqual([
    'orderId',
    'confidential',
    'urgency',
    'status',
  ]);
  expect(detail.evidence.find(({ recordId }) => recordId === 'EX1')?.title).toBe('所属工单未到，是否保密不明，内容已遮蔽');
  const index = own?.index ?? -1;
  const opened = await client.get(
    `/api/findings/${item?.id}/evidence/${index}/raw?unmask=true&reason=${encodeURIComponent('按程序核查')}`,
  );
  expect(opened.body).toMatchObject({ closed: false, masked: false });
  expect(JSON.stringify(opened.body)).toContain(CONFIDENTIAL.text);
});

test('an order that is not confidential is readable, but for what is personal', async () => {
  const client = await fixture.signedIn(ANALYST);
  const index = texts.indexOf(CALLER);
  const list = findingListSchema.parse((await client.get(`/api/findings?text=O${index}`)).body);
  const detail = findingDetailSchema.parse((await client.get(`/api/findings/${list.items[0]?.id}`)).body);
  expect(detail.evidence.find(({ recordId }) => recordId === `O${index}`)?.title).toBe('投诉 · 单**来电说路灯不亮');
  expect(detail.evidence.find(({ recordId }) => recordId === `E${index}`)?.title).toBe('退回 · 单**来电说路灯不亮');
});

test('nothing is stored in alerts, which go out to webhooks', async () => {
  const stored = await rows(fixture.pool, z.object({ row: z.string() }), 'SELECT d::text AS row FROM notice_delivery d');
  expect(stored.length).toBeGreaterThan(texts.length);
  expect(stored.flatMap(({ row }) => leaks(row))).toEqual([]);
});

test('what is typed as a reason is covered for whoever reads the audit log', async () => {
  const analyst = await fixture.signedIn(ANALYST);
  const [first] = await findingIds(analyst);
  const reason = `${REASON}，联系人王建国 13705104826`;
  expect(
    (await analyst.get(`/api/findings/${first}/evidence/0/raw?unmask=true&reason=${encodeURIComponent(reason)}`)).status,
  ).toBe(200);
  const auditor = await fixture.signedIn(AUDITOR);
  const { body } = await auditor.get('/api/audit?action=read-unmasked-record&limit=200');
  expect(body.items.length).toBeGreaterThan(0);
  expect(leaks(body)).toEqual([]);
});

test('no answer to a repair, no event, no log line and no metric holds any of it', async () => {
  const client = await fixture.signedIn(ANALYST);
  const stream = await listen(fixture.baseUrl, client);
  await stream.until('retry');
  for (const { id } of fixture.standIns.quarantined.slice(0, 20)) {
    const { body } = await client.post(`/api/quarantine/${id}/replay`, {});
    expect(leaks(body)).toEqual([]);
  }
  const [first] = await findingIds(client);
  const decided = await client.post(`/api/findings/${first}/decisions`, {
    decision: 'dismiss',
    verdict: 'unfounded',
    reason: `${REASON}，联系人王建国 13705104826`,
  });
  expect(leaks(decided.body)).toEqual([]);
  await fixture.pool.query(`SELECT pg_notify('tianyan_events', '{"kind":"notice","id":"7"}')`);
  expect(leaks(await stream.until('event: notice'))).toEqual([]);
  await stream.cut();
  expect(leaks((await fixture.client().get('/metrics')).body)).toEqual([]);
  expect(logged.flatMap(leaks)).toEqual([]);
});
