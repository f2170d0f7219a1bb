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
/** The reach of the second of them, and what lies outside. */
export const NEAR_TOWNSHIP = '320921100';
export const FAR_TOWNSHIP = '320921101';

export function teamOf(memberIds: readonly string[]) {
  return { name: '二组', townshipCodes: [FAR_TOWNSHIP], memberIds, webhookUrl: null, minSeverity: 'low' };
}

export const reason = '按程序核实';
export const unmask = `?unmask=true&reason=${encodeURIComponent(reason)}`;
/** Administrators run the platform; they see the whole county. */
export const FORBIDDEN = 403;

/** What people set aside, and what teams take on. */
export const noiseAsks = {
  'GET /api/findings/weeks': () => [get('/api/findings/weeks', 200)],
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
  };
};
/** Teams, and what was told to them: an administrator's. */
export const teamAsks: Readonly<Record<string, () => Ask[]>> = {
  'GET /api/teams': () => [get('/api/teams', FORBIDDEN)],
  'POST /api/teams': () => [change('POST', '/api/teams', teamOf([]), FORBIDDEN)],
  'PUT /api/teams/{id}': () => [change('PUT', '/api/teams/none', teamOf([]), FORBIDDEN)],
  'DELETE /api/teams/{id}': () => [change('DELETE', '/api/teams/none', undefined, FORBIDDEN)],
  'POST /api/teams/{id}/webhook-key': () => [change('POST', '/api/teams/none/webhook-key', {}, FORBIDDEN)],
  'GET /api/webhook-hosts': () => [get('/api/webhook-hosts', FORBIDDEN)],
  'PUT /api/webhook-hosts': () => [change('PUT', '/api/webhook-hosts', { hosts: [] }, FORBIDDEN)],
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
/** Figures of a place out of reach are told of like a place that does not exist. */
export const scorecardAsks = (near: string, far: string): Readonly<Record<string, () => Ask[]>> => ({
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
  'GET /api/surges': () => [get('/api/surges', 200), get('/api/surges?days=30', 200)],
  'GET /api/surges/orders': () => [
    get(`/api/surges/orders?matter=road&township=${far}`, 200, 'O-FAR'),
    get(`/api/surges/orders?matter=road&township=${near}`, 200, 'O-NEAR'),
  ],
});
/** Accounts, and what everybody did: of those who administer them. */
export const peopleAsks: Readonly<Record<string, () => Ask[]>> = {
  'GET /api/session/all': () => [get('/api/session/all', 200)],
  'POST /api/session/all/end': () => [change('POST', '/api/session/all/end', { id: 'none' }, 200)],
  'GET /api/people': () => [get('/api/people', FORBIDDEN)],
  'POST /api/people': () => [change('POST', '/api/people', {}, FORBIDDEN)],
  'PUT /api/people/{id}': () => [change('PUT', '/api/people/none', {}, FORBIDDEN)],
  ...Object.fromEntries(
    ['lock', 'unlock', 'reset', 'first-password', 'sessions/end'].map((what) => [
      `POST /api/people/{id}/${what}`,
      () => [change('POST', `/api/people/none/${what}`, { reason }, FORBIDDEN)],
    ]),
  ),
  'GET /api/grants': () => [get('/api/grants', FORBIDDEN)],
  ...Object.fromEntries(
    ['confirm', 'reject', 'withdraw'].map((how) => [
      `POST /api/grants/{id}/${how}`,
      () => [change('POST', `/api/grants/1/${how}`, { reason }, FORBIDDEN)],
    ]),
  ),
  'GET /api/audit': () => [get('/api/audit', FORBIDDEN)],
};
