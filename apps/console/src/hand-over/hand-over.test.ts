import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { row, rows } from '@tianyan/postgres';
import { z } from 'zod';
import {
  clueDetailSchema,
  findingListSchema,
  handOverAnswerSchema,
  handledWorkSchema,
  holderListSchema,
  type StepRequest,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, SECURITY, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';

const NEAR = '320921100';
const FAR = '320921200';
const SECOND = { account: 'zhou.jie', password: 'Analyst-2026-xyz' };
const MANAGER = { account: 'qian.manager', password: 'Manager-2026-xyz' };
const reason = '调离，见调令';
/** By scope. */
const clueIds = new Map<string, string>();
let letterId = '';
let circularId = '';
let secondId = '';

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
let manager: ApiClient;
let security: ApiClient;

async function take(id: string, step: StepRequest, client = leader): Promise<void> {
  const { revision } = clueDetailSchema.parse((await leader.get(`/api/clues/${id}`)).body);
  const answer = await client.post(`/api/clues/${id}/steps`, { revision, step });
  expect([step.step, answer.status, answer.body.message]).toEqual([step.step, 200, undefined]);
}

beforeAll(async () => {
  fixture = await startConsole();
  const townships = { A: NEAR, B: NEAR, C: FAR, D: NEAR };
  await fixture.storeFindings(
    Object.entries(townships).map(([scope, townshipCode]) => returnedOften(scope, { unitId: 'U1', townshipCode })),
  );
  const rest = { mustChangePassword: false };
  const second = await fixture.users.create({ ...SECOND, displayName: '周杰', role: 'analyst', townshipCodes: null, ...rest });
  await fixture.users.create({ ...MANAGER, displayName: '钱进', role: 'case-manager', townshipCodes: [NEAR], ...rest });
  secondId = second?.id ?? '';
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  manager = await fixture.signedIn(MANAGER);
  security = await fixture.signedIn(SECURITY);
  const { items } = findingListSchema.parse((await analyst.get('/api/findings?limit=50')).body);
  for (const { id, scope } of items) {
    const clue = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [id] })).body);
    clueIds.set(scope, clue.id);
    await take(clue.id, { step: 'assign', assigneeId: fixture.analyst.id });
    if (scope === 'A') {
      const content = { kind: 'supervision-order', unitCode: 'U1', title: '督办', text: '请核实', replyWorkingDays: 5 };
      letterId = (await analyst.post('/api/letters', { origin: { kind: 'finding', id }, content })).body.id;
      const told = { title: '通报', text: '请举一反三。', unitCodes: ['U1'], audience: 'named' };
      circularId = (await analyst.post('/api/circulars', { origins: [{ kind: 'finding', id }], content: told })).body.id;
    }
  }
  // One that the receiver has nothing to do with, and one that few know of.
  await take(clueOf('B'), { step: 'recuse', userId: secondId, reason: '亲属' }, analyst);
  await take(clueOf('D'), { step: 'restrict', userIds: [fixture.analyst.id], reason: '保密' });
});
afterAll(() => fixture.stop());

const clueOf = (scope: string): string => clueIds.get(scope) ?? '';
const path = () => `/api/hand-overs/${fixture.analyst.id}`;
const workFor = async (client: ApiClient) => handledWorkSchema.parse((await client.get(path())).body);
const assigneeOf = async (scope: string) =>
  clueDetailSchema.parse((await leader.get(`/api/clues/${clueOf(scope)}`)).body).assigneeName;

/** The tests are one story, in order. */
describe('somebody leaves', () => {
  test('numbers are of the whole county; what is shown lies within reach and circle', async () => {
    const holders = holderListSchema.parse((await manager.get('/api/hand-overs')).body);
    expect(holders.items).toMatchObject([{ account: ANALYST.account, active: true, clues: 4, letters: 1, circulars: 1 }]);
    expect(await workFor(leader)).toMatchObject({ notShown: { clues: 0, letters: 0 } });
    const shown = await workFor(manager);
    expect(shown.notShown).toEqual({ clues: 2, letters: 0, circulars: 0 });
    expect(shown.circulars).toMatchObject([{ id: circularId, name: '通报（未编号）', stateLabel: '待签发' }]);
    expect(shown.clues.map(({ id }) => id).toSorted()).toEqual([clueOf('A'), clueOf('B')].toSorted());
    expect(JSON.stringify(shown)).not.toContain(clueOf('C'));
    expect(shown.receivers.map(({ name }) => name)).toContain('周杰');
    expect((await leader.get('/api/hand-overs/nobody')).status).toBe(404);
  });

  test('the account is not ended before; of what is handled its manager hears numbers alone', async () => {
    const { id } = fixture.analyst;
    expect((await security.get(`/api/people/${id}/handled`)).body).toEqual({
      clues: 4,
      letters: 1,
      circulars: 1,
      campaignTasks: 0,
    });
    const refused = await security.post(`/api/people/${id}/lock`, { reason });
    expect([refused.status, refused.body.message]).toEqual([
      409,
      expect.stringContaining('手上还有4 条线索、1 份督办函、1 份通报'),
    ]);
    expect((await analyst.get('/api/session')).status).toBe(200);
  });

  test('what can go goes, what cannot is named with its reason and stays', async () => {
    const asked = {
      toId: secondId,
      reason,
      clueIds: ['A', 'B', 'C', 'D'].map(clueOf),
      letterIds: [letterId],
      circularIds: [circularId],
    };
    const { items } = handOverAnswerSchema.parse((await manager.post(path(), asked)).body);
    expect(items.map(({ kind, refusal }) => [kind, refusal])).toEqual([
      ['clue', null],
      ['clue', '选中的人已在这条线索上回避，或在并入它、分出它的线索上回避，请另选承办人。'],
      // As of what does not exist.
      ['clue', expect.stringContaining('没有这条线索')],
      ['clue', expect.stringContaining('没有这条线索')],
      ['letter', null],
      ['circular', null],
    ]);
    expect(await Promise.all(['A', 'B', 'C'].map(assigneeOf))).toEqual(['周杰', '李芬', '李芬']);
    const { steps } = clueDetailSchema.parse((await leader.get(`/api/clues/${clueOf('A')}`)).body);
    expect(steps.at(-1)).toMatchObject({
      kindLabel: '移交',
      takerName: '钱进',
      lines: [
        { label: '原承办人', text: '李芬' },
        { label: '承办人', text: '周杰' },
        { label: '理由', text: reason },
      ],
    });
    const letter = (await leader.get(`/api/letters/${letterId}`)).body;
    expect([letter.handlerName, letter.steps.at(-1)?.kindLabel]).toEqual(['周杰', '移交']);
    const circular = (await leader.get(`/api/circulars/${circularId}`)).body;
    expect([circular.handlerName, circular.steps.at(-1)?.kindLabel]).toEqual(['周杰', '移交']);
  });

  test('all of it stands in the audit log; the reason with the steps alone, and of a clue kept to a circle not there either', async () => {
    const { leader: chen } = fixture;
    expect((await leader.post(path(), { toId: secondId, reason, clueIds: [clueOf('D')], letterIds: [] })).body.items).toEqual([
      { kind: 'clue', id: clueOf('D'), refusal: expect.stringContaining('不在这条线索的知悉范围内') },
    ]);
    const entry = z.object({ actor_account: z.string(), object: z.string(), reason: z.string().nullable() });
    const entries = await rows(
      fixture.pool,
      entry,
      "SELECT actor_account, object, reason FROM access_audit WHERE action = 'hand-over-work' ORDER BY id",
    );
    expect(entries).toEqual([
      { actor_account: MANAGER.account, object: `person/${ANALYST.account}/to/${SECOND.account}/3-of-6`, reason: null },
      { actor_account: chen.account, object: `person/${ANALYST.account}/to/${SECOND.account}/0-of-1`, reason: null },
    ]);
    const step = await row(
      fixture.pool,
      z.object({ count: z.int() }),
      "SELECT count(*)::int AS count FROM access_audit WHERE action = 'take-clue-step' AND object LIKE $1 AND actor_account = $2",
      [`clue/${clueOf('A')}/step/3@%`, MANAGER.account],
    );
    expect(step.count).toBe(1);
  });

  test('what is left when the account ends is named, and shown as nobody’s', async () => {
    const { id } = fixture.analyst;
    const wrong = await security.post(`/api/people/${id}/lock`, { reason, left: { clues: 1, letters: 0 } });
    expect(wrong.status).toBe(409);
    expect((await security.post(`/api/people/${id}/lock`, { reason, left: { clues: 3, letters: 0 } })).status).toBe(200);
    expect(await assigneeOf('C')).toBe('李芬（已停用，无人承办）');
    const holders = holderListSchema.parse((await manager.get('/api/hand-overs')).body);
    expect(holders.items[0]).toMatchObject({ account: ANALYST.account, active: false, clues: 3 });
    const { items } = handOverAnswerSchema.parse(
      (await leader.post(path(), { toId: secondId, reason, clueIds: [clueOf('C')], letterIds: [] })).body,
    );
    expect(items).toEqual([{ kind: 'clue', id: clueOf('C'), refusal: null }]);
    expect(await assigneeOf('C')).toBe('周杰');
  });

  test('a request that names nothing, or too much, is refused', async () => {
    const many = Array.from({ length: 21 }, (_, index) => `c${index}`);
    for (const body of [
      { toId: secondId, reason, clueIds: [], letterIds: [] },
      { toId: secondId, reason, clueIds: many, letterIds: [] },
      { toId: secondId, reason, clueIds: many.slice(0, 15), letterIds: many.slice(0, 15) },
      { toId: '', reason, clueIds: ['a'], letterIds: [] },
    ])
      expect((await leader.post(path(), body)).status).toBe(400);
    const unknown = await leader.post(path(), { toId: 'nobody', reason, clueIds: ['a'], letterIds: [] });
    expect(unknown.status).toBe(404);
  });

  test('whoever leads sees what waits for a person, and how many others may do it', async () => {
    const second = await fixture.signedIn(SECOND);
    const leaders = await Promise.all(
      ['wu.leader', 'zheng.leader'].map((account) => {
        const rest = { password: 'Leader-2026-xyz', townshipCodes: null, mustChangePassword: false };
        return fixture.users.create({ ...rest, account, displayName: account, role: 'commission-leader' });
      }),
    );
    await take(clueOf('A'), { step: 'verify', verdict: 'confirmed', report: '属实' }, second);
    // Who has withdrawn from it is nobody who could do it.
    await take(clueOf('A'), { step: 'recuse', userId: leaders[0]?.id ?? '', reason: '亲属' }, second);
    await take(clueOf('A'), { step: 'propose', disposal: 'talk-or-letter', reason }, second);
    const { waiting } = handledWorkSchema.parse((await manager.get(`/api/hand-overs/${fixture.leader.id}`)).body);
    expect(waiting).toMatchObject([{ id: clueOf('A'), stepLabel: '审批同意', others: 1 }]);
  });
});
