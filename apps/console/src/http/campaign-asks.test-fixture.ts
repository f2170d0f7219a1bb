import { expect } from '@jest/globals';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, type ConsoleFixture } from '../testing/console-fixture.js';
import { change, FORBIDDEN, get, reason, type Ask } from './reach-asks.test-fixture.js';
import type { OfPlaces } from './supervision-asks.test-fixture.js';

const LETTER = { kind: 'supervision-order', unitCode: 'U1', title: '督办', text: '请核实办理情况。', replyWorkingDays: 5 };

type Place = keyof OfPlaces;
const PLACES = ['FAR', 'NOWHERE', 'NEAR'] as const;
const CAMPAIGN_IDS: Readonly<OfPlaces> = {
  NEAR: '3c6ad2a5-0c4e-4a39-9a0c-0d7f7b0f8a01',
  FAR: '3c6ad2a5-0c4e-4a39-9a0c-0d7f7b0f8a02',
  NOWHERE: '3c6ad2a5-0c4e-4a39-9a0c-0d7f7b0f8a03',
};

const campaignOf = (id: string, { orderIds, name, leadId }: { orderIds: string[]; name: string; leadId: string }) => ({
  id,
  name,
  basis: '年度监督计划',
  beginsOn: '2026-07-01',
  endsOn: '2026-07-31',
  leadId,
  pick: { by: 'list', orderIds },
  checklist: ['未联系群众', '其他'],
});

/** A campaign over the order of each place; by a leader of the whole county. */
export async function plantCampaigns(leader: ApiClient, leadId: string, taskIds: OfPlaces): Promise<void> {
  for (const place of PLACES) {
    const id = CAMPAIGN_IDS[place];
    await leader.post('/api/campaigns', campaignOf(id, { orderIds: [`O-${place}`], name: `渡口复查-${place}`, leadId }));
    taskIds[place] = (await leader.get(`/api/campaigns/${id}/tasks`)).body.items[0].id;
  }
}

/** Campaigns and their orders; opened and ended by those who manage. */
export const campaignAsks = (taskIds: Readonly<OfPlaces>): Readonly<Record<string, () => Ask[]>> => {
  const each = (ask: (place: Place, status: number) => Ask): Ask[] =>
    PLACES.map((place) => ask(place, place === 'NEAR' ? 200 : 404));
  const report = { step: 'report', method: 'desk', onDay: '2026-07-02', result: 'no-problem' };
  return {
    'GET /api/campaigns': () => [get('/api/campaigns', 200), get('/api/campaigns?state=running&limit=1', 200)],
    'GET /api/campaigns/leads': () => [get('/api/campaigns/leads', FORBIDDEN)],
    'POST /api/campaigns/population': () => [
      change('POST', '/api/campaigns/population', { pick: { by: 'list', orderIds: ['O-FAR'] } }, FORBIDDEN),
    ],
    'POST /api/campaigns': () => [
      change(
        'POST',
        '/api/campaigns',
        campaignOf(CAMPAIGN_IDS.FAR, { orderIds: ['O-FAR'], name: '复查', leadId: 'x' }),
        FORBIDDEN,
      ),
    ],
    'GET /api/campaigns/{id}': () => each((place, status) => get(`/api/campaigns/${CAMPAIGN_IDS[place]}`, status)),
    'GET /api/campaigns/{id}/tasks': () => each((place, status) => get(`/api/campaigns/${CAMPAIGN_IDS[place]}/tasks`, status)),
    'POST /api/campaigns/{id}/assignments': () =>
      each((place, status) =>
        change(
          'POST',
          `/api/campaigns/${CAMPAIGN_IDS[place]}/assignments`,
          { inspectorIds: ['none'] },
          // Another leads it.
          place === 'NEAR' ? 409 : status,
        ),
      ),
    'POST /api/campaigns/{id}/steps': () => [
      ...each((place) =>
        change('POST', `/api/campaigns/${CAMPAIGN_IDS[place]}/steps`, { revision: 1, step: { step: 'close' } }, FORBIDDEN),
      ),
      // In the place of somebody who has asked for nothing.
      ...each((place, status) =>
        change(
          'POST',
          `/api/campaigns/${CAMPAIGN_IDS[place]}/steps`,
          { revision: 1, step: { step: 'close' }, forId: 'nobody' },
          place === 'NEAR' ? 409 : status,
        ),
      ),
    ],
    'POST /api/campaigns/{id}/export': () =>
      each((place, status) => change('POST', `/api/campaigns/${CAMPAIGN_IDS[place]}/export`, { reason }, status)),
    'GET /api/campaign-tasks': () => [get('/api/campaign-tasks', 200)],
    'GET /api/campaign-tasks/{id}': () => each((place, status) => get(`/api/campaign-tasks/${taskIds[place]}`, status)),
    'POST /api/campaign-tasks/{id}/steps': () =>
      [{}, { forId: 'nobody' }].flatMap((of) =>
        each((place, status) =>
          change(
            'POST',
            `/api/campaign-tasks/${taskIds[place]}/steps`,
            { revision: 0, step: report, ...of },
            // Nobody has it yet.
            place === 'NEAR' ? 409 : status,
          ),
        ),
      ),
    'POST /api/campaign-tasks/{id}/rectifications': () =>
      each((place, status) =>
        change(
          'POST',
          `/api/campaign-tasks/${taskIds[place]}/rectifications`,
          { revision: 0, item: { problem: '护栏缺失', dueDay: '2026-07-20' } },
          // Of no unit.
          place === 'NEAR' ? 409 : status,
        ),
      ),
    // Nobody has looked at it yet, as with the clue.
    'POST /api/campaign-tasks/{id}/letters': () =>
      each((place, status) =>
        change(
          'POST',
          `/api/campaign-tasks/${taskIds[place]}/letters`,
          { revision: 0, letter: { content: LETTER } },
          place === 'NEAR' ? 409 : status,
        ),
      ),
    'POST /api/campaign-tasks/{id}/clues': () =>
      each((place, status) =>
        change(
          'POST',
          `/api/campaign-tasks/${taskIds[place]}/clues`,
          { revision: 0, clue: { reason: '须查清' } },
          place === 'NEAR' ? 409 : status,
        ),
      ),
  };
};

export const QUOTED_CAMPAIGN_ID = '3c6ad2a5-0c4e-4a39-9a0c-0d7f7b0f8a04';

/** A campaign over two orders; whoever looks at one cannot quote what was said in it. Returns the task. */
export async function plantQuotedCampaign(fixture: ConsoleFixture, said: string): Promise<string> {
  const [analyst, leader] = [await fixture.signedIn(ANALYST), await fixture.signedIn(LEADER)];
  const asked = { orderIds: ['O0', 'S1'], name: '回访', leadId: fixture.analyst.id };
  await leader.post('/api/campaigns', campaignOf(QUOTED_CAMPAIGN_ID, asked));
  await leader.post(`/api/campaigns/${QUOTED_CAMPAIGN_ID}/assignments`, { inspectorIds: [fixture.analyst.id] });
  const id: string = (await analyst.get(`/api/campaigns/${QUOTED_CAMPAIGN_ID}/tasks`)).body.items[0].id;
  const report = { step: 'report', method: 'telephone', onDay: '2026-07-02', result: 'problem', kinds: ['其他'] };
  const send = (words: string) => analyst.post(`/api/campaign-tasks/${id}/steps`, { revision: 1, step: { ...report, words } });
  const quoted = await send(said);
  expect([quoted.status, quoted.body.message.includes(said)]).toEqual([400, false]);
  expect((await send('没有联系群众')).status).toBe(200);
  return id;
}
