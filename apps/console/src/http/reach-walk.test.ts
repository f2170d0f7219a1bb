import { builtInCatalogue } from '@tianyan/contracts';
import { shadowIdOf } from '@tianyan/findings';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { row, rows } from '@tianyan/postgres';
import type { EvidenceRef } from '@tianyan/rules';
import { z } from 'zod';
import {
  clueListSchema,
  findingCountsSchema,
  findingDetailSchema,
  findingListSchema,
  inboxSchema,
  overviewSchema,
  ruleDetailSchema,
  ruleListSchema,
  sessionSchema,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { listen } from '../testing/listening.js';
import { plantDraft } from '../testing/planted-draft.js';
import { plantCoverage } from '../testing/planted-coverage.js';
import { plantDrift } from '../testing/planted-drift.js';
import { plantRun } from '../testing/planted-runs.js';
import { plantInvoices } from '../testing/planted-firms.js';
import { plantTownships } from '../testing/planted-townships.js';
import { writeRecords } from '../testing/records.js';
import { SEEN_ONCE } from '../testing/stand-ins.js';
import { listExportAsks } from './list-export-asks.test-fixture.js';
import * as asks from './reach-asks.test-fixture.js';
import { plantOutage } from './planted-outage.test-fixture.js';
import { plantSupervision, supervisionAsks } from './supervision-asks.test-fixture.js';

const { change, FAR_TOWNSHIP, FORBIDDEN, get, NEAR_TOWNSHIP, READER, reason, scorecardAsks, teamOf, TOWNSMAN, unmask } = asks;

/**
 * Findings of two townships and of none; every route of the API is asked about each of them, by people of the whole county and
 * by one whose reach is the first township. To that person no answer and no event may tell anything of the others, nor differ
 * from what is said of something that does not exist.
 */
const WHOLE_COUNTY = [ADMINISTRATOR, ANALYST, READER];

type Place = 'NEAR' | 'FAR' | 'NOWHERE';
const PLACES: readonly { place: Place; townshipCode: string | null }[] = [
  { place: 'NEAR', townshipCode: NEAR_TOWNSHIP },
  { place: 'FAR', townshipCode: FAR_TOWNSHIP },
  { place: 'NOWHERE', townshipCode: null },
];
const ids: Record<Place, string> = { NEAR: '', FAR: '', NOWHERE: '' };
/** Of the finding of each place; see {@link plantClues}. */
const clueIds: Record<Place, string> = { NEAR: '', FAR: '', NOWHERE: '' };
const supervision = { letters: { ...ids }, items: { ...ids }, circulars: { ...ids }, tasks: { ...ids } };
const shadowIds: string[] = [];
/** Begins the scopes of what is found in shadow. */
const IN_SHADOW = 'SHADOW-';
let draftId = '';
let fixture: ConsoleFixture;
let townsman: ApiClient;
/** Of the whole county and of one class, of which nothing is planted. */
let classman: ApiClient;
const wholeCounty = new Map<string, ApiClient>();

const clientOf = (person: { account: string }) => wholeCounty.get(person.account) ?? townsman;

async function plantRecords(place: Place, townshipCode: string | null): Promise<EvidenceRef[]> {
  const orders = await writeRecords(
    fixture.warehouse,
    builtInCatalogue.get('hotline.order'),
    [
      {
        id: `O-${place}`,
        atMs: COUNTY_NOW_MS - 5_000,
        raw: JSON.stringify({ bh: `O-${place}`, nr: `渡口坍塌-${place}` }),
        fields: {
          orderId: `O-${place}`,
          title: `渡口坍塌-${place}`,
          content: `渡口坍塌-${place}`,
          channel: '电话',
          category: 'complaint',
          matter: 'road',
          confidential: false,
          urgency: 'normal',
          status: 'open',
          townshipCode,
        },
      },
    ],
    'order',
  );
  const events = await writeRecords(
    fixture.warehouse,
    builtInCatalogue.get('hotline.order-event'),
    [
      {
        id: `E-${place}`,
        atMs: COUNTY_NOW_MS - 4_000,
        raw: '{}',
        fields: { orderId: `O-${place}`, unitId: 'U1', action: 'returned' },
      },
    ],
    'returned',
  );
  return [...orders, ...events];
}

async function plantFindings(): Promise<void> {
  const evaluations = [];
  for (const { place, townshipCode } of PLACES) {
    evaluations.push({
      ruleId: 'order-ping-pong',
      scope: `O-${place}`,
      hit: true,
      occurredAtMs: COUNTY_NOW_MS,
      dueAtMs: null,
      evidence: await plantRecords(place, townshipCode),
      figures: { returns: 3 },
      subjects: { orderId: `O-${place}`, unitId: 'U1', ...(townshipCode === null ? {} : { townshipCode }) },
    });
  }
  await fixture.storeFindings(evaluations);
  const stored = await rows(fixture.pool, z.object({ id: z.string(), scope: z.string() }), 'SELECT id, scope FROM finding');
  for (const { place } of PLACES) ids[place] = stored.find(({ scope }) => scope === `O-${place}`)?.id ?? '';
  // What a rule in shadow finds of the same orders.
  await fixture.storeShadow(
    evaluations.map((one) => ({ ...one, ruleId: shadowIdOf(one.ruleId), scope: one.scope.replace('O-', IN_SHADOW) })),
  );
  const shadow = `SELECT id, scope FROM finding WHERE shadow`;
  for (const { id } of await rows(fixture.pool, z.object({ id: z.string() }), shadow)) shadowIds.push(id);
}

/** What could not be read: of any township. */
function plantQuarantine(): void {
  const { standIns } = fixture;
  standIns.sourceRows = [
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
      error: '上游回答：O-FAR 渡口坍塌-FAR',
      quarantineOpen: 1,
      heldLists: [],
    },
  ];
  standIns.quarantined = [
    {
      ...SEEN_ONCE,
      id: 1,
      source: 'hotline-12345',
      feed: 'orders',
      type: 'hotline.order',
      recordId: 'O-FAR',
      field: 'amount',
      label: '金额',
      reason: '金额：不是数字（原文：O-FAR）',
      raw: JSON.stringify({ bh: 'O-FAR', nr: '渡口坍塌-FAR' }),
      rawChars: 40,
      groupKey: 'g1',
      state: 'open',
      lastSeenAtMs: COUNTY_NOW_MS,
      settledBy: null,
      settlement: null,
    },
  ];
  const plan = { kind: 'values' as const, changes: [{ column: 'bh', from: 'O-FAR', to: 'O-FAR' }] };
  standIns.mendService.add({ plan, reason: 'O-FAR 抄错', proposedBy: ADMINISTRATOR.account, itemId: 1, groupKey: null });
}

/** Not before the other routes were asked about findings that nobody has decided on. */
async function plantClues(): Promise<void> {
  for (const { place } of PLACES) {
    // Those that the walk has made clues already are refused.
    await clientOf(ANALYST).post('/api/clues', { findingIds: [ids[place]] });
    const { body } = await clientOf(ANALYST).get(`/api/findings/${ids[place]}`);
    clueIds[place] = findingDetailSchema.parse(body).clue?.id ?? '';
  }
}

beforeAll(async () => {
  fixture = await startConsole();
  const { users, analyst, administrator } = fixture;
  const mustChangePassword = false;
  const reader = await users.create({ ...READER, displayName: '何平', role: 'reader', townshipCodes: null, mustChangePassword });
  const made = await users.create({
    ...TOWNSMAN,
    displayName: '周杰',
    role: 'analyst',
    townshipCodes: [NEAR_TOWNSHIP],
    mustChangePassword,
  });
  const ofClass = {
    displayName: '吴越',
    role: 'analyst',
    townshipCodes: null,
    problemClasses: [asks.OTHER_CLASS],
    mustChangePassword,
  } as const;
  const other = await users.create({ ...asks.CLASSMAN, ...ofClass });
  // As teams stand where somebody's reach became less after they were made: all of them are told of everything.
  const { teams } = fixture;
  const memberIds = [analyst.id, administrator.id, reader?.id ?? '', made?.id ?? '', other?.id ?? ''];
  await teams.ensureDefault(memberIds);
  const townshipCodes = [NEAR_TOWNSHIP, FAR_TOWNSHIP];
  await teams.create({ name: '一组', townshipCodes, memberIds, webhookUrl: null, minSeverity: 'low' });
  await plantTownships(fixture, townshipCodes);
  await plantFindings();
  await plantInvoices(fixture, asks.INVOICES);
  draftId = await plantDraft(fixture, { scope: 'O-FAR', townshipCode: FAR_TOWNSHIP });
  await plantDrift(fixture, ['O-NEAR', 'O-FAR', 'O-NOWHERE', 'O-NEVER-FAR']);
  await plantCoverage(fixture, 'order-ping-pong', [NEAR_TOWNSHIP, FAR_TOWNSHIP, null]);
  await plantRun(fixture, 'order-ping-pong', Number(FAR_TOWNSHIP));
  plantQuarantine();
  await plantOutage(fixture, memberIds);
  for (const person of WHOLE_COUNTY) wholeCounty.set(person.account, await fixture.signedIn(person));
  townsman = await fixture.signedIn(TOWNSMAN);
  classman = await fixture.signedIn(asks.CLASSMAN);
  await plantSupervision(clientOf(ANALYST), ids, supervision, [await fixture.signedIn(LEADER), fixture.leader.id]);
});
afterAll(() => fixture.stop());

/** The only one that tells of findings in shadow. */
const SHADOW_ROUTE = 'GET /api/rules/{id}/shadow';

function tellsOfShadow(answer: unknown): string[] {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return [IN_SHADOW, ...shadowIds].filter((secret) => text.includes(secret));
}

/** What of the other township's findings, and of those of none, stands in an answer. */
function tells(answer: unknown): string[] {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return [
    ids.FAR,
    ids.NOWHERE,
    ...[clueIds.FAR, clueIds.NOWHERE].filter((id) => id !== ''),
    '-FAR',
    '-NOWHERE',
    FAR_TOWNSHIP,
  ].filter((secret) => text.includes(secret));
}

/** What of any finding, and of what was made of it, stands in an answer; orders are of no class, and may be told of. */
function tellsOfFindings(answer: unknown): string[] {
  const { letters, circulars } = supervision;
  const secrets = [ids, clueIds, letters, circulars].flatMap((made) => Object.values(made)).filter((id) => id !== '');
  return secrets.filter((secret) => JSON.stringify(answer).includes(secret));
}

const aboutEach = (ask: (place: Place, status: number) => asks.Ask): asks.Ask[] => [
  ask('FAR', 404),
  ask('NOWHERE', 404),
  ask('NEAR', 200),
];

/** What is asked of each route of the API document; a new route fails the test until it stands here. */
const ROUTES: Readonly<Record<string, () => asks.Ask[]>> = {
  'GET /api/session': () => [get('/api/session', 200)],
  'POST /api/session': () => [change('POST', '/api/session', { account: 'nobody', password: 'x' }, 401)],
  'DELETE /api/session': () => [{ ...change('DELETE', '/api/session', undefined, 200), alone: true }],
  'POST /api/session/password': () => [
    change('POST', '/api/session/password', { currentPassword: 'x', newPassword: 'Another-pony-8' }, 400),
  ],
  ...asks.peopleAsks,
  'GET /api/overview': () => [get('/api/overview', 200, FAR_TOWNSHIP)],
  'GET /api/findings': () => [
    get('/api/findings', 200, 'O-FAR'),
    get('/api/findings?limit=1', 200),
    get('/api/findings?order=risk', 200, 'O-FAR'),
    get('/api/findings?text=O-', 200, 'O-NOWHERE'),
    get(`/api/findings?township=${FAR_TOWNSHIP},${NEAR_TOWNSHIP}`, 200, 'O-FAR'),
    get(`/api/findings?unit=U1&status=open,withdrawn,dismissed,promoted`, 200, 'O-FAR'),
    get('/api/findings?verdict=confirmed,unfounded,permitted,data-error', 200),
  ],
  'GET /api/findings/groups': () => [
    get('/api/findings/groups', 200, 'O-FAR'),
    get(`/api/findings/groups?limit=1&township=${FAR_TOWNSHIP}`, 200),
  ],
  'GET /api/findings/counts': () => [get('/api/findings/counts', 200, FAR_TOWNSHIP)],
  'GET /api/findings/{id}': () => [
    ...aboutEach((place, status) => get(`/api/findings/${ids[place]}`, status, `O-${place}`)),
    get('/api/findings/there-is-none', 404),
  ],
  'GET /api/findings/{id}/evidence/{index}/raw': () => [
    ...aboutEach((place, status) => get(`/api/findings/${ids[place]}/evidence/0/raw`, status)),
    // An analyst's question, which a reader may not ask: `shows` is for all.
    ...aboutEach((place, status) => get(`/api/findings/${ids[place]}/evidence/0/raw${unmask}`, status)),
  ],
  'POST /api/findings/{id}/decisions': () =>
    aboutEach((place, status) =>
      change('POST', `/api/findings/${ids[place]}/decisions`, { decision: 'promote', reason }, place === 'NEAR' ? 409 : status),
    ),
  'POST /api/findings/{id}/exemptions': () =>
    aboutEach((place, status) =>
      change(
        'POST',
        `/api/findings/${ids[place]}/exemptions`,
        { kind: 'exception', subjectKind: 'scope', reason, document: '县府批复' },
        place === 'NEAR' ? 409 : status,
      ),
    ),
  // After the findings of each place were set aside by whoever may.
  ...asks.noiseAsks,
  'GET /api/rules': () => [get('/api/rules', 200)],
  // Says what the text says; reads no record.
  'GET /api/rule-form': () => [get('/api/rule-form', 200)],
  'POST /api/rules/check': () => [change('POST', '/api/rules/check', { yaml: 'id: x' }, 200)],
  'POST /api/rules/trials': () => [change('POST', '/api/rules/trials', { yaml: 'id: x' }, 400)],
  'GET /api/rules/trials/{id}': () => [get('/api/rules/trials/there-is-none', 404)],
  'DELETE /api/rules/trials/{id}': () => [change('DELETE', '/api/rules/trials/there-is-none', undefined, 404)],
  'GET /api/rules/export': () => [get('/api/rules/export', 200)],
  'GET /api/rules/{id}/shadow': () => [get('/api/rules/order-ping-pong/shadow', 200, 'SHADOW-FAR')],
  'POST /api/rules/{id}/shadow/live': () => [change('POST', '/api/rules/no-such-rule/shadow/live', { reason }, FORBIDDEN)],
  'POST /api/rules/{id}/shadow/end': () => [change('POST', '/api/rules/no-such-rule/shadow/end', { reason }, FORBIDDEN)],
  'POST /api/rules/{id}/restore': () => [
    change('POST', '/api/rules/no-such-rule/restore', { digest: 'none', reason }, FORBIDDEN),
  ],
  // Texts of rules are the county's; what a trial of one found is shown to whoever sees as much as who tried it.
  'GET /api/rules/drafts': () => [get('/api/rules/drafts', 200)],
  'POST /api/rules/drafts': () => [change('POST', '/api/rules/drafts', { yaml: 'id: x', basedOn: 'none' }, 404)],
  'POST /api/rules/drafts/import': () => [change('POST', '/api/rules/drafts/import', { yaml: 'id: x' }, 200)],
  'GET /api/rules/drafts/{id}': () => [get(`/api/rules/drafts/${draftId}`, 200), get('/api/rules/drafts/none', 404)],
  'PUT /api/rules/drafts/{id}': () => [change('PUT', '/api/rules/drafts/none', { yaml: 'id: x', revision: 1 }, 404)],
  'POST /api/rules/drafts/{id}/trial': () => [
    change('POST', '/api/rules/drafts/none/trial', { trialId: 'none', revision: 1 }, 404),
  ],
  'POST /api/rules/drafts/{id}/submit': () => [change('POST', '/api/rules/drafts/none/submit', { reason, revision: 1 }, 404)],
  'POST /api/rules/drafts/{id}/review': () => [
    change('POST', '/api/rules/drafts/none/review', { reason, revision: 1, verdict: 'returned' }, 404),
  ],
  'POST /api/rules/drafts/{id}/publish': () => [
    change('POST', '/api/rules/drafts/none/publish', { reason, as: 'live' }, FORBIDDEN),
  ],
  'POST /api/rules/drafts/{id}/discard': () => [change('POST', '/api/rules/drafts/none/discard', { reason, revision: 1 }, 404)],
  'GET /api/rules/{id}': () => [get('/api/rules/order-ping-pong', 200)],
  // Counts of the whole county are left out for others.
  'GET /api/rules/{id}/runs': () => [get('/api/rules/order-ping-pong/runs', 200, FAR_TOWNSHIP)],
  'GET /api/rules/runs/slowest': () => [get('/api/rules/runs/slowest', FORBIDDEN)],
  'GET /api/rules/{id}/coverage': () => [get('/api/rules/order-ping-pong/coverage', 200, FAR_TOWNSHIP)],
  'POST /api/rules/{id}/coverage': () => [change('POST', '/api/rules/order-ping-pong/coverage', undefined, FORBIDDEN)],
  'GET /api/rules/coverage/gaps': () => [get('/api/rules/coverage/gaps', FORBIDDEN)],
  'GET /api/rules/{id}/pauses': () => [get('/api/rules/order-ping-pong/pauses', 200)],
  'POST /api/rules/{id}/resume': () => [change('POST', '/api/rules/order-ping-pong/resume', undefined, FORBIDDEN)],
  'GET /api/rules/{id}/versions': () => [get('/api/rules/order-ping-pong/versions', 200)],
  'GET /api/rules/{id}/parameters': () => [get('/api/rules/order-ping-pong/parameters', 200, 'minReturns')],
  'POST /api/rules/{id}/parameters/trials': () => [
    change('POST', '/api/rules/order-ping-pong/parameters/trials', { settings: [] }, FORBIDDEN),
  ],
  'PUT /api/rules/{id}/parameters': () => [
    change('PUT', '/api/rules/order-ping-pong/parameters', { settings: [], before: null, preview: 'none', reason }, FORBIDDEN),
  ],
  'GET /api/rules/{id}/precision': () => [get('/api/rules/order-ping-pong/precision', 200)],
  'POST /api/rules/{id}/retire': () => [change('POST', '/api/rules/no-such-rule/retire', { reason }, FORBIDDEN)],
  'PUT /api/rules/{id}/switch': () => [
    change('PUT', '/api/rules/order-ping-pong/switch', { enabled: true, sources: null, reason }, FORBIDDEN),
  ],
  'PUT /api/rules/packs/{pack}/switch': () => [
    change('PUT', '/api/rules/packs/shipped/switch', { enabled: true, sources: null, reason }, FORBIDDEN),
  ],
  'PUT /api/rules/switch': () => [
    change('PUT', '/api/rules/switch', { ruleIds: ['order-ping-pong'], enabled: true, sources: null, reason }, FORBIDDEN),
  ],
  'POST /api/rules/switch/trials': () => [
    change('POST', '/api/rules/switch/trials', { pack: 'shipped', enabled: false, sources: null }, FORBIDDEN),
  ],
  ...asks.clueAsks(clueIds, ids),
  ...supervisionAsks(supervision, ids),
  ...scorecardAsks(NEAR_TOWNSHIP, FAR_TOWNSHIP),
  'GET /api/sources': () => [get('/api/sources', 200, 'O-FAR')],
  'GET /api/sources/{id}': () => [get('/api/sources/hotline-12345', 200, 'O-FAR')],
  'POST /api/sources/{id}/held-lists/{feed}': () => [
    change('POST', '/api/sources/hotline-12345/held-lists/orders', { decision: 'discard', heldAtMs: 1, reason }, FORBIDDEN),
  ],
  'GET /api/loads': () => [get('/api/loads', 200)],
  'GET /api/uploads/mappings': () => [get('/api/uploads/mappings', 200)],
  'POST /api/uploads': () => [change('POST', '/api/uploads', { mapping: 'payments' }, FORBIDDEN)],
  ...asks.quarantineAsks,
  'GET /api/sweeps': () => [get('/api/sweeps', 200)],
  'GET /api/sweeps/{id}/drift': () => [get('/api/sweeps/nightly/drift', 200, 'O-NEVER-FAR')],
  'POST /api/sweeps': () => [change('POST', '/api/sweeps', {}, FORBIDDEN)],
  // Names of places and units are public: every township of the county is listed.
  'GET /api/divisions': () => [],
  'GET /api/units': () => [get('/api/units', 200)],
  'GET /api/dictionary': () => [get('/api/dictionary', 200)],
  'GET /api/inbox': () => [get('/api/inbox', 200, 'O-FAR'), get('/api/inbox?unread=true&limit=1', 200)],
  'POST /api/inbox/read': () => [change('POST', '/api/inbox/read', {}, 200)],
  ...listExportAsks,
  ...asks.teamAsks,
  // Read by the test of the events.
  'GET /api/events': () => [],
};

describe('what is counted is what may be seen', () => {
  const read = async (client: ApiClient) => {
    const [list, counts, overview, rules, rule, inbox, session] = await Promise.all(
      ['/findings', '/findings/counts', '/overview', '/rules', '/rules/order-ping-pong', '/inbox', '/session'].map(
        async (path) => (await client.get(`/api${path}`)).body as unknown,
      ),
    );
    const page = overviewSchema.parse(overview);
    return {
      listed: findingListSchema
        .parse(list)
        .items.map(({ scope }) => scope)
        .toSorted(),
      total: findingCountsSchema.parse(counts).total,
      townships: findingCountsSchema
        .parse(counts)
        .byTownship.map(({ key }) => key)
        .toSorted(),
      open: page.findings.open,
      opened: page.findings.perDay.reduce((sum, day) => sum + day.opened, 0),
      occurred: page.findings.perDay.reduce((sum, day) => sum + day.occurred, 0),
      records: Object.fromEntries(page.records.byType.map(({ key, count }) => [key, count])),
      arrived: page.records.perHour.reduce((sum, { count }) => sum + count, 0),
      quarantined: page.quarantineWaiting,
      unread: [page.unreadNotices, inboxSchema.parse(inbox).unreadCount, inboxSchema.parse(inbox).items.length],
      ofRule: [ruleListSchema.parse(rules).items[0]?.openFindings, ruleDetailSchema.parse(rule).findingsByStatus.open],
      reach: sessionSchema.parse(session).townshipCodes,
    };
  };

  test.each(WHOLE_COUNTY)('the whole county: $account', async (person) => {
    // One more: the platform's own.
    const notices = person === ADMINISTRATOR ? 4 : 3;
    expect(await read(clientOf(person))).toEqual({
      listed: ['O-FAR', 'O-NEAR', 'O-NOWHERE'],
      total: 3,
      townships: [NEAR_TOWNSHIP, FAR_TOWNSHIP],
      open: 3,
      opened: 3,
      occurred: 3,
      records: { 'assets.invoice': 3, 'hotline.order': 3, 'hotline.order-event': 3, 'directory.division': 2 },
      arrived: 11,
      quarantined: 1,
      unread: [notices, notices, notices],
      ofRule: [3, 3],
      reach: null,
    });
  });

  test('one class: of others nothing is counted, and records are', async () => {
    const counted = { total: 0, open: 0, opened: 0, occurred: 0, unread: [0, 0, 0], ofRule: [0, 0], listed: [], townships: [] };
    expect(await read(classman)).toMatchObject({ ...counted, arrived: 11, reach: null });
  });

  test('one township', async () => {
    expect(await read(townsman)).toEqual({
      listed: ['O-NEAR'],
      total: 1,
      townships: [NEAR_TOWNSHIP],
      open: 1,
      opened: 1,
      occurred: 1,
      records: { 'assets.invoice': 1, 'hotline.order': 1 },
      arrived: 2,
      quarantined: 0,
      unread: [1, 1, 1],
      ofRule: [1, 1],
      reach: [NEAR_TOWNSHIP],
    });
  });
});

test('how the platform itself is doing is told to those who run it, whatever else they may see', async () => {
  const told = async (client: ApiClient) => {
    const { items, unreadCount } = inboxSchema.parse((await client.get('/api/inbox')).body);
    return {
      unreadCount,
      sources: items.filter(({ subject }) => subject.kind === 'source').map(({ path, teamName }) => [path, teamName]),
    };
  };
  expect(await told(clientOf(ADMINISTRATOR))).toEqual({ unreadCount: 4, sources: [['/sources/hotline-12345', null]] });
  for (const person of [ANALYST, READER]) expect(await told(clientOf(person))).toEqual({ unreadCount: 3, sources: [] });
  expect(await told(townsman)).toEqual({ unreadCount: 1, sources: [] });
});

test('an alert leads to its finding', async () => {
  const { items } = inboxSchema.parse((await townsman.get('/api/inbox')).body);
  for (const { path } of items) expect((await townsman.get(`/api${path}`)).status).toBe(200);
  expect(items).toHaveLength(1);
});

test('every route of the API document stands in the table', async () => {
  const { body } = await townsman.get('/api/docs/openapi.json');
  const routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(Object.keys(ROUTES).toSorted()).toEqual(routes.toSorted());
});

test.each(Object.keys(ROUTES))('%s tells nothing of what is out of reach', async (route) => {
  if (route.includes('clues')) await plantClues();
  for (const { method, path, body, status, shows, alone } of ROUTES[route]?.() ?? []) {
    for (const person of WHOLE_COUNTY) {
      const answer = await (alone ? await fixture.signedIn(person) : clientOf(person)).send(method, path, body);
      expect([person.account, path, answer.status < 500]).toEqual([person.account, path, true]);
      if (shows !== undefined) expect(JSON.stringify(answer.body)).toContain(shows);
      if (route !== SHADOW_ROUTE) expect([path, tellsOfShadow(answer.body)]).toEqual([path, []]);
    }
    const other = await (alone ? await fixture.signedIn(asks.CLASSMAN) : classman).send(method, path, body);
    expect([path, other.status < 500, tellsOfFindings(other.body)]).toEqual([path, true, []]);
    const answer = await (alone ? await fixture.signedIn(TOWNSMAN) : townsman).send(method, path, body);
    expect([path, answer.status, tells(answer.body)]).toEqual([path, status, []]);
    if (route !== SHADOW_ROUTE) expect([path, tellsOfShadow(answer.body)]).toEqual([path, []]);
  }
});

test('clues are seen where their findings are, by whoever handles clues', async () => {
  await plantClues();
  const seen = async (client: ApiClient) => {
    const { body, status } = await client.get('/api/clues');
    return status === 200
      ? clueListSchema
          .parse(body)
          .items.map(({ id }) => id)
          .toSorted()
      : status;
  };
  const all = Object.values(clueIds).toSorted();
  for (const client of [clientOf(ANALYST), await fixture.signedIn(LEADER)]) expect(await seen(client)).toEqual(all);
  expect(await seen(townsman)).toEqual([clueIds.NEAR]);
  for (const person of [READER, ADMINISTRATOR]) expect(await seen(clientOf(person))).toBe(FORBIDDEN);
});

test('what is found in shadow is no finding to anybody', async () => {
  expect(shadowIds).toHaveLength(3);
  for (const client of [...wholeCounty.values(), townsman])
    for (const id of shadowIds) expect((await client.get(`/api/findings/${id}`)).status).toBe(404);
  const decide = { decision: 'promote', reason };
  for (const id of shadowIds) expect((await clientOf(ANALYST).post(`/api/findings/${id}/decisions`, decide)).status).toBe(404);
});

test('what a trial of the whole county found is shown with its draft to whoever sees the whole county', async () => {
  const seen = async (client: ApiClient) => JSON.stringify((await client.get(`/api/rules/drafts/${draftId}`)).body);
  expect(await seen(clientOf(ADMINISTRATOR))).toContain('O-FAR');
  expect(await seen(townsman)).toContain('"trial":null');
});

test('out of reach is answered word for word like what is not there', async () => {
  const { body: absent } = await townsman.get('/api/findings/there-is-none');
  const { body: far } = await townsman.get(`/api/findings/${ids.FAR}`);
  expect({ ...far, requestId: '' }).toEqual({ ...absent, requestId: '' });
  const { count } = await row(
    fixture.pool,
    z.object({ count: z.int() }),
    `SELECT count(*)::int AS count FROM access_audit WHERE actor_account = $1 AND (object LIKE '%' || $2 || '%' AND action <> 'refused')`,
    [TOWNSMAN.account, ids.FAR],
  );
  expect(count).toBe(0);
});

test('whoever cannot open what a team is told of is not made its member', async () => {
  const administrator = clientOf(ADMINISTRATOR);
  const { body } = await administrator.get('/api/teams');
  const memberId = body.users.find(({ displayName }: { displayName: string }) => displayName === '周杰').id as string;
  const far = await administrator.post('/api/teams', { ...teamOf([memberId]), name: '三组' });
  expect([far.status, far.body.message]).toEqual([400, expect.stringContaining('周杰 的管辖范围')]);
  const near = await administrator.post('/api/teams', { ...teamOf([memberId]), name: '三组', townshipCodes: [NEAR_TOWNSHIP] });
  expect(near.status).toBe(200);
  const byDefault = body.items.find(({ isDefault }: { isDefault: boolean }) => isDefault);
  const settings = { name: byDefault.name, townshipCodes: [], memberIds: [memberId], webhookUrl: null, minSeverity: 'low' };
  expect((await administrator.send('PUT', `/api/teams/${byDefault.id}`, settings)).status).toBe(400);
});

test('of events, those of findings within reach are heard; after a cut too', async () => {
  const [near, whole] = [await listen(fixture.baseUrl, townsman), await listen(fixture.baseUrl, clientOf(READER))];
  await Promise.all([near.until('retry'), whole.until('retry')]);
  const analyst = clientOf(ANALYST);
  for (const place of ['NEAR', 'FAR', 'NOWHERE', 'NEAR'] as const) {
    const { body } = await analyst.get(`/api/findings/${ids[place]}`);
    const decision = body.allowedDecisions.includes('reopen') ? 'reopen' : 'promote';
    expect((await analyst.post(`/api/findings/${ids[place]}/decisions`, { decision, reason })).status).toBe(200);
  }
  await fixture.pool.query(`SELECT pg_notify('tianyan_events', '{"kind":"notice","id":"7","findingId":"${ids.FAR}"}')`);
  const all = await whole.until('event: notice');
  expect(PLACES.map(({ place }) => all.includes(ids[place]))).toEqual([true, true, true]);
  const heard = await near.until('event: notice');
  expect(heard.split('event: finding')).toHaveLength(3);
  expect(tells(heard)).toEqual([]);
  await Promise.all([near.cut(), whole.cut()]);

  const first = /^id: (.+)$/m.exec(heard)?.[1] ?? '';
  const again = await listen(fixture.baseUrl, townsman, { 'last-event-id': first });
  const missed = await again.until('event: notice');
  expect(missed.split('event: finding')).toHaveLength(2);
  expect(tells(missed)).toEqual([]);
  await again.cut();
});
