import type { ApiClient } from '../testing/api-client.js';
import { campaignAsks, plantCampaigns } from './campaign-asks.test-fixture.js';
import { change, FAR_TOWNSHIP, FILE_ID, FORBIDDEN, get, NEAR_TOWNSHIP, reason, type Ask } from './reach-asks.test-fixture.js';

type Place = 'NEAR' | 'FAR' | 'NOWHERE';
export type OfPlaces = Record<Place, string>;

const PLACES = ['FAR', 'NOWHERE', 'NEAR'] as const;
const contentOf = (place: Place) => ({
  kind: 'supervision-order',
  unitCode: 'U1',
  title: `督办-${place}`,
  text: `请核实渡口-${place}`,
  replyWorkingDays: 5,
});
const itemOf = (place: Place) => ({
  unitCode: 'U1',
  problem: `护栏缺失-${place}`,
  responsible: '陈大同',
  dueDay: '2026-07-20',
  ...(place === 'NOWHERE' ? {} : { townshipCode: place === 'NEAR' ? NEAR_TOWNSHIP : FAR_TOWNSHIP }),
});

const circularOf = (place: Place, origins: readonly object[]) => ({
  origins,
  content: { title: `通报-${place}`, text: `五次退单-${place}`, unitCodes: ['U1'], audience: 'named', reportWorkingDays: 5 },
});

/** A letter and a circular about the finding of each place, an item of the ledger, and a campaign there; by people of the whole county. */
export async function plantSupervision(
  client: ApiClient,
  findings: Readonly<OfPlaces>,
  of: { letters: OfPlaces; items: OfPlaces; circulars: OfPlaces; tasks: OfPlaces },
  [leader, leaderId]: readonly [ApiClient, string],
) {
  await plantCampaigns(leader, leaderId, of.tasks);
  for (const place of PLACES) {
    const origin = { kind: 'finding', id: findings[place] };
    of.letters[place] = (await client.post('/api/letters', { origin, content: contentOf(place) })).body.id;
    of.items[place] = (await client.post('/api/rectifications', itemOf(place))).body.id;
    of.circulars[place] = (await client.post('/api/circulars', circularOf(place, [origin]))).body.id;
  }
}

/** Letters and the ledger of each place; what is given to units is a liaison's. */
export const supervisionAsks = (
  { letters, items, circulars, tasks }: Readonly<Record<'letters' | 'items' | 'circulars' | 'tasks', Readonly<OfPlaces>>>,
  findings: Readonly<OfPlaces>,
): Readonly<Record<string, () => Ask[]>> => {
  const each = (ask: (place: Place, status: number) => Ask): Ask[] =>
    PLACES.map((place) => ask(place, place === 'NEAR' ? 200 : 404));
  return {
    ...campaignAsks(tasks),
    'GET /api/letters': () => [get('/api/letters', 200), get('/api/letters?limit=1&text=督办&unit=U1', 200)],
    'GET /api/letters/{id}': () => each((place, status) => get(`/api/letters/${letters[place]}`, status)),
    'POST /api/letters': () =>
      each((place, status) =>
        change('POST', '/api/letters', { origin: { kind: 'finding', id: findings[place] }, content: contentOf('NEAR') }, status),
      ),
    // Without a file; what lies out of reach is told by the test of imports.
    'POST /api/rectification-imports': () => [change('POST', '/api/rectification-imports', { reason }, 400)],
    'GET /api/rectification-imports/{id}': () => [get('/api/rectification-imports/none', 404)],
    'POST /api/rectification-imports/{id}/apply': () => [change('POST', '/api/rectification-imports/none/apply', {}, 404)],
    'POST /api/rectification-imports/{id}/cancel': () => [change('POST', '/api/rectification-imports/none/cancel', {}, 404)],
    'POST /api/letters/{id}/document': () =>
      each((place, status) => change('POST', `/api/letters/${letters[place]}/document`, { reason }, status)),
    'POST /api/letters/{id}/steps': () =>
      // The second in the place of somebody who has asked for nothing.
      [{ revision: 99 }, { revision: 1, forId: 'nobody' }].flatMap((of) =>
        each((place, status) =>
          change(
            'POST',
            `/api/letters/${letters[place]}/steps`,
            { step: { step: 'accept' }, ...of },
            place === 'NEAR' ? 409 : status,
          ),
        ),
      ),
    'GET /api/rectifications': () => [get('/api/rectifications', 200), get(`/api/rectifications?township=${FAR_TOWNSHIP}`, 200)],
    'GET /api/rectifications/totals': () => [get('/api/rectifications/totals', 200)],
    'GET /api/rectifications/{id}': () => each((place, status) => get(`/api/rectifications/${items[place]}`, status)),
    'POST /api/rectifications': () =>
      each((place, status) => change('POST', '/api/rectifications', itemOf(place), place === 'NEAR' ? status : 400)),
    'POST /api/rectifications/{id}/steps': () =>
      [{ revision: 99 }, { revision: 1, forId: 'nobody' }].flatMap((of) =>
        each((place, status) =>
          change(
            'POST',
            `/api/rectifications/${items[place]}/steps`,
            { step: { step: 'submit' }, ...of },
            place === 'NEAR' ? 409 : status,
          ),
        ),
      ),
    'POST /api/rectifications/{id}/people/reveal': () =>
      each((place, status) => change('POST', `/api/rectifications/${items[place]}/people/reveal`, { reason }, status)),
    'GET /api/circulars': () => [get('/api/circulars', 200), get('/api/circulars?limit=1&text=通报&unit=U1', 200)],
    'POST /api/circulars': () =>
      each((place, status) =>
        change('POST', '/api/circulars', circularOf('NEAR', [{ kind: 'finding', id: findings[place] }]), status),
      ),
    'GET /api/circulars/{id}': () => each((place, status) => get(`/api/circulars/${circulars[place]}`, status)),
    'POST /api/circulars/{id}/document': () =>
      each((place, status) => change('POST', `/api/circulars/${circulars[place]}/document`, { reason }, status)),
    'POST /api/circulars/{id}/steps': () =>
      [{ revision: 99 }, { revision: 1, forId: 'nobody' }].flatMap((of) =>
        each((place, status) =>
          change(
            'POST',
            `/api/circulars/${circulars[place]}/steps`,
            { step: { step: 'revise', ...circularOf('NEAR', []).content }, ...of },
            place === 'NEAR' ? 409 : status,
          ),
        ),
      ),
    // What units report is asked for by its circular: see circulars.test.ts.
    'POST /api/improvements/{id}/steps': () => [
      change('POST', '/api/improvements/none/steps', { revision: 1, step: { step: 'count' } }, 404),
    ],
    'GET /api/assignments/circulars': () => [get('/api/assignments/circulars', FORBIDDEN)],
    'GET /api/assignments/circulars/{id}': () => [get(`/api/assignments/circulars/${circulars.NEAR}`, FORBIDDEN)],
    'POST /api/assignments/circulars/{id}/receipts': () => [
      change('POST', `/api/assignments/circulars/${circulars.NEAR}/receipts`, {}, FORBIDDEN),
    ],
    'POST /api/assignments/circulars/{id}/steps': () => [
      change(
        'POST',
        `/api/assignments/circulars/${circulars.NEAR}/steps`,
        { step: { step: 'finish', unitCode: 'U1' } },
        FORBIDDEN,
      ),
    ],
    'POST /api/assignments/circulars/{id}/improvements': () => [
      change('POST', `/api/assignments/circulars/${circulars.NEAR}/improvements`, {}, FORBIDDEN),
    ],
    'POST /api/assignments/improvements/{id}/steps': () => [
      change('POST', '/api/assignments/improvements/none/steps', { revision: 1, step: { step: 'drop', reason } }, FORBIDDEN),
    ],
    'POST /api/proofs/{kind}/{id}/files': () =>
      each((place, status) =>
        change('POST', `/api/proofs/rectifications/${items[place]}/files`, { id: FILE_ID }, place === 'NEAR' ? 400 : status),
      ),
    'GET /api/proofs/{kind}/{id}/files/{fileId}/content': () =>
      each((place) => get(`/api/proofs/letters/${letters[place]}/files/none/content`, 404)),
    'GET /api/proofs/{kind}/{id}/files/{fileId}/thumbnail': () =>
      each((place) => get(`/api/proofs/letters/${letters[place]}/files/none/thumbnail`, 404)),
    'POST /api/proofs/{kind}/{id}/files/{fileId}/withdraw': () =>
      each((place) => change('POST', `/api/proofs/rectifications/${items[place]}/files/none/withdraw`, { reason }, 404)),
    'POST /api/assignments/{kind}/{id}/files': () => [
      change('POST', `/api/assignments/letters/${letters.NEAR}/files`, { id: FILE_ID }, FORBIDDEN),
    ],
    'GET /api/assignments/{kind}/{id}/files/{fileId}/content': () => [
      get(`/api/assignments/letters/${letters.NEAR}/files/none/content`, FORBIDDEN),
    ],
    'GET /api/assignments/{kind}/{id}/files/{fileId}/thumbnail': () => [
      get(`/api/assignments/letters/${letters.NEAR}/files/none/thumbnail`, FORBIDDEN),
    ],
    'POST /api/assignments/{kind}/{id}/files/{fileId}/withdraw': () => [
      change('POST', `/api/assignments/letters/${letters.NEAR}/files/none/withdraw`, { reason }, FORBIDDEN),
    ],
    // Who may is asked of somebody else: see hand-over.test.ts.
    'GET /api/hand-overs': () => [get('/api/hand-overs', FORBIDDEN)],
    'GET /api/hand-overs/{userId}': () => [get('/api/hand-overs/none', FORBIDDEN)],
    'POST /api/hand-overs/{userId}': () => [
      change('POST', '/api/hand-overs/none', { toId: 'x', clueIds: ['x'], letterIds: [], reason }, FORBIDDEN),
    ],
    'GET /api/assignments': () => [get('/api/assignments', FORBIDDEN)],
    'GET /api/assignments/letters/{id}': () => [get(`/api/assignments/letters/${letters.NEAR}`, FORBIDDEN)],
    'POST /api/assignments/letters/{id}/steps': () => [
      change('POST', `/api/assignments/letters/${letters.NEAR}/steps`, { revision: 1, step: { step: 'receive' } }, FORBIDDEN),
    ],
    'GET /api/assignments/rectifications/{id}': () => [get(`/api/assignments/rectifications/${items.NEAR}`, FORBIDDEN)],
    'POST /api/assignments/rectifications/{id}/steps': () => [
      change('POST', `/api/assignments/rectifications/${items.NEAR}/steps`, { revision: 1, step: { step: 'submit' } }, FORBIDDEN),
    ],
  };
};
