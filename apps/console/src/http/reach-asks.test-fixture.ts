import { FIRM_CODE, OTHER_FIRM_CODE } from '../testing/planted-firms.js';

/** A question of the walk over all routes. */
export interface Ask {
  method: string;
  path: string;
  body?: unknown;
  /** The answer to the person of one township. */
  status: number;
  /** Answers to the whole county hold this: the question would show what it must not. */
  shows?: string;
  /** Asked by a session of its own, since it ends it. */
  alone?: true;
}

export const get = (path: string, status: number, shows?: string): Ask => ({
  method: 'GET',
  path,
  status,
  ...(shows === undefined ? {} : { shows }),
});
export const change = (method: string, path: string, body: unknown, status: number): Ask => ({ method, path, body, status });

export const READER = { account: 'he.ping', password: 'Reader-2026-xyz' };
export const TOWNSMAN = { account: 'zhou.jie', password: 'Township-2026-xyz' };
/** Of a firm in both townships, and of one in the far one alone. */
export const INVOICES = [
  { invoiceNo: 'I-NEAR', townshipCode: '320921100', sellerCreditCode: FIRM_CODE },
  { invoiceNo: 'I-FAR', townshipCode: '320921101', sellerCreditCode: FIRM_CODE },
  { invoiceNo: 'I-FAR-ALONE', townshipCode: '320921101', sellerCreditCode: OTHER_FIRM_CODE },
];
export const CLASSMAN = { account: 'wu.yue', password: 'Classes-2026-xyz' };
/** What this person sees; nothing that is planted is of it. */
export const OTHER_CLASS = '奢靡之风';
/** The reach of the second of them, and what lies outside. */
export const NEAR_TOWNSHIP = '320921100';
export const FAR_TOWNSHIP = '320921101';

export function teamOf(memberIds: readonly string[]) {
  return { name: '二组', townshipCodes: [FAR_TOWNSHIP], memberIds, webhookUrl: null, minSeverity: 'low' };
}

export const FILE_ID = '0b0c7a52-6f5b-4c0e-9d53-0f4c3a1d2e10';
export const reason = '按程序核实';
export const unmask = `?unmask=true&reason=${encodeURIComponent(reason)}`;
/** Administrators run the platform; they see the whole county. */
export const FORBIDDEN = 403;

/** What people set aside, and what teams take on. */
export const noiseAsks = {
  'GET /api/findings/weeks': () => [get('/api/findings/weeks', 200)],
  'POST /api/inbox/acknowledge': () => [change('POST', '/api/inbox/acknowledge', { ids: ['0'] }, 200)],
  'GET /api/exemptions': () => [
    get('/api/exemptions', 200, 'O-FAR'),
    get('/api/exemptions?rule=order-ping-pong', 200, 'O-NOWHERE'),
  ],
  'POST /api/exemptions': () => [
    change(
      'POST',
      '/api/exemptions',
      { ruleId: 'none', kind: 'snooze', subjectKind: 'scope', subjectCode: 'x', reason, untilDay: '2099-01-01' },
      404,
    ),
  ],
  'POST /api/exemptions/{id}/end': () => [change('POST', '/api/exemptions/999/end', { reason }, 404)],
};
/** Clues of each place; nobody reads clues but whoever handles them. */
export const clueAsks = (
  clues: Readonly<Record<'NEAR' | 'FAR' | 'NOWHERE', string>>,
  findings: Readonly<Record<'NEAR' | 'FAR' | 'NOWHERE', string>>,
) => {
  const each = (ask: (place: 'NEAR' | 'FAR' | 'NOWHERE', status: number) => Ask): Ask[] => [
    ask('FAR', 404),
    ask('NOWHERE', 404),
    ask('NEAR', 200),
  ];
  return {
    'GET /api/clues': () => [get('/api/clues', 200), get('/api/clues?limit=1&text=2026&urgency=overdue', 200)],
    'GET /api/clues/counts': () => [get('/api/clues/counts', 200)],
    'GET /api/clues/{id}': () => [
      ...each((place, status) => get(`/api/clues/${clues[place]}`, status)),
      get('/api/clues/none', 404),
    ],
    'GET /api/clues/{id}/handlers': () => each((place) => get(`/api/clues/${clues[place]}/handlers`, FORBIDDEN)),
    'GET /api/clues/{id}/readers': () => each((place) => get(`/api/clues/${clues[place]}/readers`, FORBIDDEN)),
    'GET /api/findings/{id}/alerts': () => [
      ...each((place, status) => get(`/api/findings/${findings[place]}/alerts`, status)),
      get('/api/findings/none/alerts', 404),
    ],
    // Once: the alert of the one that may be seen stays as it is.
    'POST /api/findings/{id}/alerts/acknowledge': () =>
      [findings.FAR, findings.NOWHERE, 'none'].map((id) => change('POST', `/api/findings/${id}/alerts/acknowledge`, {}, 404)),
    'GET /api/findings/{id}/clues': () => each((place, status) => get(`/api/findings/${findings[place]}/clues`, status)),
    'POST /api/clues': () =>
      each((place, status) => change('POST', '/api/clues', { findingIds: [findings[place]] }, place === 'NEAR' ? 409 : status)),
    'POST /api/clues/{id}/steps': () =>
      each((place, status) =>
        change(
          'POST',
          `/api/clues/${clues[place]}/steps`,
          { revision: 99, step: { step: 'recuse', userId: 'somebody', reason } },
          place === 'NEAR' ? 409 : status,
        ),
      ),
    'POST /api/clues/{id}/people/reveal': () =>
      each((place, status) => change('POST', `/api/clues/${clues[place]}/people/reveal`, { reason }, status)),
    // Who is named there, and whose page opens, is read by clue-people.test.ts.
    'GET /api/clues/{id}/people/{personId}': () => each((place) => get(`/api/clues/${clues[place]}/people/none`, 404)),
    'POST /api/clues/{id}/people/same-name': () =>
      each((place) =>
        change('POST', `/api/clues/${clues[place]}/people/same-name`, { name: '单于红' }, place === 'NEAR' ? 409 : 404),
      ),
    'POST /api/clues/{id}/people/{personId}/identity': () =>
      each((place) =>
        change(
          'POST',
          `/api/clues/${clues[place]}/people/none/identity`,
          { sameAsId: null, reason },
          place === 'NEAR' ? 409 : 404,
        ),
      ),
    'POST /api/clue-people/search': () => [change('POST', '/api/clue-people/search', { name: '单于红', reason }, 200)],
    'POST /api/clues/{id}/dossier': () => [
      ...each((place, status) => change('POST', `/api/clues/${clues[place]}/dossier`, { reason, uncovered: false }, status)),
      ...each((place, status) => change('POST', `/api/clues/${clues[place]}/dossier`, { reason, uncovered: true }, status)),
    ],
    // Files: what stands in them is read by the test of the exports.
    'POST /api/clues/export': () => [change('POST', '/api/clues/export', { reason }, 200)],
    'POST /api/findings/export': () => [change('POST', '/api/findings/export', { reason }, 200)],
    'GET /api/statistics': () => [get('/api/statistics', 200), get(`/api/statistics?township=${NEAR_TOWNSHIP}`, 200)],
    'POST /api/statistics/export': () => [change('POST', '/api/statistics/export', { reason }, 200)],
    'POST /api/statistics/bulletin': () => [change('POST', '/api/statistics/bulletin', { reason }, 200)],
    'GET /api/dossier-key': () => [get('/api/dossier-key', 200)],
    // Without a file: that one is missing is told of a clue within reach alone.
    'POST /api/clues/{id}/files': () =>
      each((place) => change('POST', `/api/clues/${clues[place]}/files`, { id: FILE_ID }, place === 'NEAR' ? 400 : 404)),
    'GET /api/clues/{id}/files/{fileId}/content': () =>
      each((place) => get(`/api/clues/${clues[place]}/files/none/content`, 404)),
    'GET /api/clues/{id}/files/{fileId}/thumbnail': () =>
      each((place) => get(`/api/clues/${clues[place]}/files/none/thumbnail`, 404)),
    'POST /api/clues/{id}/files/{fileId}/withdraw': () =>
      each((place) => change('POST', `/api/clues/${clues[place]}/files/none/withdraw`, { reason }, 404)),
  };
};
const CHANNEL = { kind: 'email', name: '值班邮箱', minSeverity: 'low', address: 'duty@example.gov.cn' };

/** Teams, and what was told to them: an administrator's. */
export const teamAsks: Readonly<Record<string, () => Ask[]>> = {
  'GET /api/teams': () => [get('/api/teams', FORBIDDEN)],
  'POST /api/teams': () => [change('POST', '/api/teams', teamOf([]), FORBIDDEN)],
  'POST /api/teams/preview': () => [change('POST', '/api/teams/preview', {}, FORBIDDEN)],
  'PUT /api/teams/{id}': () => [change('PUT', '/api/teams/none', teamOf([]), FORBIDDEN)],
  'DELETE /api/teams/{id}': () => [change('DELETE', '/api/teams/none', undefined, FORBIDDEN)],
  'POST /api/teams/{id}/webhook-key': () => [change('POST', '/api/teams/none/webhook-key', {}, FORBIDDEN)],
  'GET /api/teams/{id}/duty': () => [get('/api/teams/none/duty?month=2026-07', FORBIDDEN)],
  'PUT /api/teams/{id}/duty': () => [change('PUT', '/api/teams/none/duty', { days: [] }, FORBIDDEN)],
  'PUT /api/teams/{id}/duty/hours': () => [change('PUT', '/api/teams/none/duty/hours', { hours: null }, FORBIDDEN)],
  'GET /api/webhook-hosts': () => [get('/api/webhook-hosts', FORBIDDEN)],
  'PUT /api/webhook-hosts': () => [change('PUT', '/api/webhook-hosts', { hosts: [] }, FORBIDDEN)],
  'GET /api/team-channels': () => [get('/api/team-channels', FORBIDDEN)],
  'POST /api/teams/{id}/channels': () => [change('POST', '/api/teams/none/channels', CHANNEL, FORBIDDEN)],
  'DELETE /api/team-channels/{id}': () => [change('DELETE', '/api/team-channels/none', undefined, FORBIDDEN)],
  'POST /api/team-channels/{id}/test': () => [change('POST', '/api/team-channels/none/test', {}, FORBIDDEN)],
  'GET /api/deliveries': () => [get('/api/deliveries', FORBIDDEN)],
  'POST /api/deliveries/{id}/retry': () => [change('POST', '/api/deliveries/1/retry', {}, FORBIDDEN)],
};
/** Rows that could not be read. */
export const quarantineAsks: Readonly<Record<string, () => Ask[]>> = {
  // Rows that could not be read have no township: for less than the whole county there are none.
  'GET /api/quarantine': () => [get('/api/quarantine', 200, 'waiting')],
  'GET /api/quarantine/{id}': () => [get('/api/quarantine/1', 404, 'O-FAR'), get(`/api/quarantine/1${unmask}`, 404)],
  'GET /api/quarantine/groups': () => [get('/api/quarantine/groups', 200, 'g1')],
  'GET /api/quarantine/groups/{key}': () => [get('/api/quarantine/groups/g1', 404, 'O-FAR')],
  'POST /api/quarantine/groups/{key}/preview': () => [
    change('POST', '/api/quarantine/groups/g1/preview', { plan: { kind: 'replay' } }, 404),
  ],
  'POST /api/quarantine/groups/{key}/mends': () => [
    change('POST', '/api/quarantine/groups/g1/mends', { plan: { kind: 'replay' } }, 404),
  ],
  'GET /api/quarantine/mends': () => [get('/api/quarantine/mends', 200, 'O-FAR')],
  'GET /api/quarantine/mends/{id}': () => [get('/api/quarantine/mends/1', 404, 'O-FAR')],
  'POST /api/quarantine/mends/{id}/approve': () => [change('POST', '/api/quarantine/mends/1/approve', {}, 404)],
  'POST /api/quarantine/mends/{id}/reject': () => [change('POST', '/api/quarantine/mends/1/reject', { reason }, 404)],
  'POST /api/quarantine/mends/{id}/withdraw': () => [change('POST', '/api/quarantine/mends/1/withdraw', {}, 404)],
  'POST /api/quarantine/mends/{id}/cancel': () => [change('POST', '/api/quarantine/mends/1/cancel', {}, 404)],
  'POST /api/quarantine/{id}/replay': () => [change('POST', '/api/quarantine/1/replay', {}, 404)],
  'POST /api/quarantine/{id}/corrections': () => [
    change(
      'POST',
      '/api/quarantine/1/corrections',
      { plan: { kind: 'values', changes: [{ column: 'phone', from: null, to: '1' }] }, reason },
      404,
    ),
  ],
  'POST /api/quarantine/{id}/discard': () => [change('POST', '/api/quarantine/1/discard', { reason }, FORBIDDEN)],
  'POST /api/quarantine/{id}/reopen': () => [change('POST', '/api/quarantine/1/reopen', { reason }, FORBIDDEN)],
};
/** Figures of a place out of reach, and orders there, are told of like what does not exist. */
export const scorecardAsks = (near: string, far: string): Readonly<Record<string, () => Ask[]>> => ({
  ...subjectAsks,
  'GET /api/scorecards/figures': () => [get('/api/scorecards/figures', 200)],
  'GET /api/scorecards/{kind}': () => [
    ...['unit', 'village', 'county'].map((kind) => get(`/api/scorecards/${kind}`, 200)),
    get('/api/scorecards/township', 200, far),
    get('/api/scorecards/township?period=week&back=3&sort=orders&limit=1', 200),
  ],
  'GET /api/scorecards/{kind}/{code}': () => [
    get(`/api/scorecards/township/${far}`, 404, far),
    get(`/api/scorecards/township/${near}`, 200),
    get('/api/scorecards/unit/U1', 404),
    get('/api/scorecards/county/county', 404),
  ],
  'GET /api/scorecards/{kind}/{code}/figures/{figure}/records': () => [
    get(`/api/scorecards/township/${far}/figures/orders/records`, 404, 'O-FAR'),
    get(`/api/scorecards/township/${near}/figures/orders/records`, 200, 'O-NEAR'),
    get(`/api/scorecards/township/${near}/figures/findings/records`, 200),
    get('/api/scorecards/unit/U1/figures/orders/records', 404),
    get('/api/scorecards/county/county/figures/orders/records', 404, 'O-FAR'),
  ],
  'GET /api/surges': () => [get('/api/surges', 200), get('/api/surges?days=30', 200)],
  'GET /api/surges/orders': () => [
    get(`/api/surges/orders?matter=road&township=${far}`, 200, 'O-FAR'),
    get(`/api/surges/orders?matter=road&township=${near}`, 200, 'O-NEAR'),
  ],
});
/** Places with all that is known of them. */
const placeAsks: Readonly<Record<string, () => Ask[]>> = Object.fromEntries(
  Object.entries({ '': '', '/months/{month}': '/months/2026-07', '/days/{day}': '/days/2026-07-01' }).map(([route, path]) => [
    `GET /api/places/{kind}/{code}${route}`,
    () => [
      get(`/api/places/township/${FAR_TOWNSHIP}${path}`, 404),
      get(`/api/places/township/${NEAR_TOWNSHIP}${path}`, 200),
      get(`/api/places/unit/U1${path}`, 404),
      get(`/api/places/village/none${path}`, 404),
    ],
  ]),
);
/** An order by its number, a text in everything; the bench is of those who read clues. */
const subjectAsks: Readonly<Record<string, () => Ask[]>> = {
  'GET /api/bench': () => [get('/api/bench', 200)],
  'GET /api/timelines/{kind}/{code}': () => [
    get('/api/timelines/order/O-FAR', 404, 'E-FAR'),
    get('/api/timelines/order/O-NOWHERE', 404, 'E-NOWHERE'),
    get('/api/timelines/order/O-NEAR', 200, 'E-NEAR'),
    get('/api/timelines/order/O-NEVER', 404),
    get(`/api/timelines/firm/${OTHER_FIRM_CODE}`, 404, 'I-FAR-ALONE'),
    get(`/api/timelines/firm/${FIRM_CODE}`, 200, 'I-FAR'),
  ],
  ...placeAsks,
  'GET /api/relations/{kind}/{code}': () => [
    get('/api/relations/order/O-FAR', 404, 'U1'),
    get('/api/relations/order/O-NOWHERE', 404, 'U1'),
    get('/api/relations/order/O-NEAR', 200, 'U1'),
    get(`/api/relations/firm/${OTHER_FIRM_CODE}`, 404, FAR_TOWNSHIP),
    get(`/api/relations/firm/${FIRM_CODE}`, 200, FAR_TOWNSHIP),
    get(`/api/relations/township/${FAR_TOWNSHIP}`, 404),
    get(`/api/relations/township/${NEAR_TOWNSHIP}`, 200),
  ],
  'POST /api/views': () => [change('POST', '/api/views', { name: '远处', query: 'text=O-' }, 200)],
  'GET /api/views': () => [get('/api/views', 200, '远处')],
  'DELETE /api/views/{id}': () => [change('DELETE', '/api/views/none', undefined, 200)],
  // Nothing fits it but what lies out of reach: nobody decides on what they do not see.
  'POST /api/findings/bulk-decisions': () => [
    change(
      'POST',
      '/api/findings/bulk-decisions',
      { decision: 'promote', chosen: { filter: { township: FAR_TOWNSHIP, unit: 'none' }, count: 1, asOf: '1:1:' } },
      400,
    ),
  ],
  'GET /api/findings/bulk-decisions': () => [get('/api/findings/bulk-decisions', 200)],
  'GET /api/findings/bulk-decisions/{id}': () => [get('/api/findings/bulk-decisions/none', 404)],
  'POST /api/findings/bulk-decisions/{id}/cancel': () => [
    change('POST', '/api/findings/bulk-decisions/none/cancel', undefined, 404),
  ],
  'GET /api/findings/bulk-decisions/{id}/result': () => [get('/api/findings/bulk-decisions/none/result', 404)],
  'POST /api/findings/bulk-decisions/{id}/export': () => [
    change('POST', '/api/findings/bulk-decisions/none/export', { reason: '留存结果' }, 404),
  ],
  'POST /api/search': () => [
    { ...change('POST', '/api/search', { text: 'O-' }, 200), shows: 'O-NOWHERE' },
    { ...change('POST', '/api/search', { text: FAR_TOWNSHIP }, 200), shows: FAR_TOWNSHIP },
    change('POST', '/api/search', { text: '渡口坍塌' }, 200),
    { ...change('POST', '/api/search', { text: OTHER_FIRM_CODE }, 200), shows: OTHER_FIRM_CODE },
    change('POST', '/api/search', { text: 'O-FAR' }, 200),
  ],
};
/** Accounts, and what everybody did: of those who administer them. */
export const peopleAsks: Readonly<Record<string, () => Ask[]>> = {
  'GET /api/session/all': () => [get('/api/session/all', 200)],
  'POST /api/session/all/end': () => [change('POST', '/api/session/all/end', { id: 'none' }, 200)],
  'GET /api/session/ways': () => [get('/api/session/ways', 200)],
  // Where none is configured.
  'GET /api/session/identity-service': () => [get('/api/session/identity-service', 404)],
  'GET /api/session/identity-service/callback': () => [get('/api/session/identity-service/callback', 404)],
  'POST /api/session/code': () => [change('POST', '/api/session/code', { code: '000000' }, 401)],
  'POST /api/session/code/cancel': () => [change('POST', '/api/session/code/cancel', {}, 401)],
  'POST /api/session/code/passkey/options': () => [change('POST', '/api/session/code/passkey/options', {}, 401)],
  'POST /api/session/code/passkey': () => [change('POST', '/api/session/code/passkey', {}, 401)],
  'GET /api/session/passkeys': () => [get('/api/session/passkeys', 200)],
  'POST /api/session/passkeys/options': () => [change('POST', '/api/session/passkeys/options', { code: '000000' }, 409)],
  'POST /api/session/passkeys': () => [change('POST', '/api/session/passkeys', {}, 400)],
  'POST /api/session/passkeys/{id}/remove': () => [change('POST', '/api/session/passkeys/none/remove', {}, 400)],
  'GET /api/session/second-factor': () => [get('/api/session/second-factor', 200)],
  'POST /api/session/second-factor': () => [change('POST', '/api/session/second-factor', {}, 400)],
  'POST /api/session/second-factor/confirm': () => [
    change('POST', '/api/session/second-factor/confirm', { code: '000000' }, 409),
  ],
  'POST /api/session/second-factor/remove': () => [change('POST', '/api/session/second-factor/remove', { code: '000000' }, 400)],
  'GET /api/sign-in-blocks': () => [get('/api/sign-in-blocks', FORBIDDEN)],
  'POST /api/sign-in-blocks/unlock': () => [change('POST', '/api/sign-in-blocks/unlock', { account: 'nobody' }, FORBIDDEN)],
  'GET /api/advisories': () => [get('/api/advisories', 200)],
  'POST /api/advisories/clock': () => [change('POST', '/api/advisories/clock', { action: 'accept', reason }, FORBIDDEN)],
  'GET /api/delegations': () => [get('/api/delegations', 200)],
  'POST /api/delegations': () => [
    change('POST', '/api/delegations', { deputyId: 'nobody', fromDay: '2026-07-02', untilDay: '2026-07-03', reason }, 400),
  ],
  'POST /api/delegations/{id}/confirm': () => [change('POST', '/api/delegations/1/confirm', { reason }, FORBIDDEN)],
  'POST /api/delegations/{id}/reject': () => [change('POST', '/api/delegations/1/reject', { reason }, FORBIDDEN)],
  'POST /api/delegations/{id}/end': () => [change('POST', '/api/delegations/1/end', { reason }, 404)],
  'GET /api/people': () => [get('/api/people', FORBIDDEN)],
  'POST /api/people': () => [change('POST', '/api/people', {}, FORBIDDEN)],
  'PUT /api/people/{id}': () => [change('PUT', '/api/people/none', {}, FORBIDDEN)],
  ...Object.fromEntries(
    ['lock', 'unlock', 'reset', 'first-password', 'sessions/end'].map((what) => [
      `POST /api/people/{id}/${what}`,
      () => [change('POST', `/api/people/none/${what}`, { reason }, FORBIDDEN)],
    ]),
  ),
  'GET /api/people/{id}/handled': () => [get('/api/people/none/handled', FORBIDDEN)],
  'GET /api/grants': () => [get('/api/grants', FORBIDDEN)],
  ...Object.fromEntries(
    ['confirm', 'reject', 'withdraw'].map((how) => [
      `POST /api/grants/{id}/${how}`,
      () => [change('POST', `/api/grants/1/${how}`, { reason }, FORBIDDEN)],
    ]),
  ),
  'GET /api/audit': () => [get('/api/audit', FORBIDDEN)],
};
