import { rows } from '@tianyan/postgres';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  clueCountsSchema,
  clueDetailSchema,
  clueHandlerListSchema,
  clueListSchema,
  cluePeopleSchema,
  findingDetailSchema,
  findingListSchema,
  relatedClueListSchema,
  type StepRequest,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  await fixture.storeFindings(
    ['A', 'B', 'C', 'D'].map((scope) => returnedOften(scope, { unitId: scope === 'D' ? 'U2' : 'U1', townshipCode: '320921100' })),
  );
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
});
afterAll(() => fixture.stop());

async function findingOf(scope: string): Promise<string> {
  const { items } = findingListSchema.parse((await analyst.get('/api/findings?limit=50')).body);
  return items.find((item) => item.scope === scope)?.id ?? '';
}
const clueAt = async (id: string, client = analyst) => clueDetailSchema.parse((await client.get(`/api/clues/${id}`)).body);
async function take(client: ApiClient, id: string, step: StepRequest) {
  const { revision } = await clueAt(id);
  return client.post(`/api/clues/${id}/steps`, { revision, step });
}

describe('a finding', () => {
  test('that is made a clue is registered as one; taken back, it leaves it', async () => {
    const id = await findingOf('A');
    const promoted = findingDetailSchema.parse(
      (await analyst.post(`/api/findings/${id}/decisions`, { decision: 'promote', reason: '台账核对属实' })).body,
    );
    expect(promoted).toMatchObject({ status: 'promoted', clue: { number: '线索〔2026〕0001号', state: 'registered' } });
    expect(promoted.allowedDecisions).toEqual(['reopen']);
    const again = await analyst.post(`/api/findings/${id}/decisions`, { decision: 'promote' });
    expect([again.status, again.body.message]).toEqual([409, expect.stringContaining('已在一条线索里办理')]);
    const reopen = { decision: 'reopen', reason: '点错了' };
    expect((await analyst.post(`/api/findings/${id}/decisions`, reopen)).body).toMatchObject({ status: 'open', clue: null });
    expect(await clueAt(promoted.clue?.id ?? '')).toMatchObject({ state: 'cancelled', findings: [], allowedSteps: [] });
  });

  test('says which clues there are about the same; it joins one, and then has none of its own', async () => {
    const { body } = await analyst.post('/api/clues', { findingIds: [await findingOf('A')] });
    const clue = clueDetailSchema.parse(body);
    const other = await findingOf('B');
    const related = relatedClueListSchema.parse((await analyst.get(`/api/findings/${other}/clues`)).body);
    expect(related.items.map(({ number }) => number)).toEqual([clue.number]);
    const far = relatedClueListSchema.parse((await analyst.get(`/api/findings/${await findingOf('D')}/clues`)).body);
    expect(far.items).toEqual([]);
    const joined = await take(analyst, clue.id, { step: 'add-findings', findingIds: [other] });
    expect(clueDetailSchema.parse(joined.body).findings).toHaveLength(2);
    expect((await analyst.get(`/api/findings/${other}`)).body.clue.id).toBe(clue.id);
    // Making a doubt a clue is an analyst's work.
    const refused = await leader.post('/api/clues', { findingIds: [await findingOf('C')] });
    expect(refused.status).toBe(403);
    expect((await take(leader, clue.id, { step: 'add-findings', findingIds: [await findingOf('C')] })).status).toBe(403);
  });
});

describe('a clue', () => {
  test('offers each person what that person may do, and goes to its end by two', async () => {
    const registered = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [await findingOf('C')] })).body);
    const { id } = registered;
    const done = async (client: ApiClient, step: StepRequest) => {
      const answer = await take(client, id, step);
      expect([step.step, answer.status, answer.body.message]).toEqual([step.step, 200, undefined]);
      return clueDetailSchema.parse(answer.body);
    };
    expect(registered.allowedSteps).not.toContain('assign');
    expect((await clueAt(id, leader)).allowedSteps).toContain('assign');
    expect((await take(analyst, id, { step: 'assign', assigneeId: fixture.analyst.id })).status).toBe(403);
    const { items } = clueHandlerListSchema.parse((await leader.get(`/api/clues/${id}/handlers`)).body);
    // Neither whoever runs the platform nor whoever approves.
    expect(items.map(({ name, open, recused }) => [name, open, recused])).toEqual([['李芬', 0, false]]);
    await done(leader, { step: 'assign', assigneeId: fixture.analyst.id });
    const report = '台账核对属实，联系人 13812345678';
    const verified = await done(analyst, { step: 'verify', verdict: 'confirmed', report });
    expect(verified.allowedSteps).toContain('propose');
    expect((await clueAt(id, leader)).allowedSteps).not.toContain('propose');
    const proposed = await done(analyst, { step: 'propose', disposal: 'talk-or-letter', reason: '一般性问题' });
    expect(proposed.proposal).toEqual({ disposal: 'talk-or-letter', ladder: ['分管领导'], approved: 0 });
    expect(proposed.allowedSteps).not.toContain('approve');
    const own = await take(analyst, id, { step: 'approve' });
    expect([own.status, own.body.message]).toEqual([403, '此操作须由委领导进行']);
    await done(leader, { step: 'approve', opinion: '同意' });
    await done(analyst, { step: 'add-person', name: '陈大同', unit: '东河镇', post: '站长' });
    const [person] = (await clueAt(id)).people;
    expect(person?.name).toBe('陈**');
    await done(analyst, { step: 'set-form', personId: person?.id ?? '', form: 'first', measure: '对陈大同提醒谈话' });
    await done(analyst, { step: 'report', outcome: 'rectify', report: '已谈话' });
    await done(analyst, { step: 'submit', report: '已补办手续' });
    await done(leader, { step: 'accept' });
    await done(leader, { step: 'close', report: '整改到位' });
    const revisited = await done(analyst, { step: 'revisit', outcome: 'holds', report: '未反弹' });
    expect(revisited).toMatchObject({ state: 'closed', unbroken: true, dueAtMs: null });
    expect(JSON.stringify(revisited)).not.toMatch(/陈大同|13812345678/);
    const shown = cluePeopleSchema.parse((await analyst.post(`/api/clues/${id}/people/reveal`, { reason: '制作谈话通知' })).body);
    expect(shown.items).toMatchObject([{ name: '陈大同', measure: '对陈大同提醒谈话' }]);
    const audited = await rows(
      fixture.pool,
      z.object({ action: z.string(), object: z.string() }),
      'SELECT action, object FROM access_audit WHERE object LIKE $1 ORDER BY id',
      [`clue/${id}/%`],
    );
    const hashes = await rows(
      fixture.pool,
      z.object({ hash: z.string() }),
      'SELECT hash FROM clue_step WHERE clue_id = $1 ORDER BY seq',
      [id],
    );
    expect(audited.flatMap(({ object }) => object.split('@')[1] ?? [])).toEqual(hashes.map(({ hash }) => hash));
    expect(audited.at(-1)).toEqual({ action: 'read-clue-people', object: `clue/${id}/people` });
  });

  test('decided on by somebody else meanwhile is not decided on blindly', async () => {
    const clue = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [await findingOf('D')] })).body);
    const suspend = { revision: clue.revision, step: { step: 'suspend', reason: '等待审计结果' } };
    expect((await leader.post(`/api/clues/${clue.id}/steps`, suspend)).status).toBe(200);
    const recuse = { revision: clue.revision, step: { step: 'recuse', userId: fixture.analyst.id, reason: '与被反映人是亲属' } };
    const late = await analyst.post(`/api/clues/${clue.id}/steps`, recuse);
    expect([late.status, late.body.message]).toEqual([409, expect.stringContaining('陈伟 已于')]);
    expect(await clueAt(clue.id)).toMatchObject({ state: 'suspended', paused: true, urgency: null });
  });

  test.each([
    [{ revision: 1, step: { step: 'verify', verdict: 'confirmed' } }, '请写明核实情况'],
    [{ revision: 1, step: { step: 'register', findingIds: ['x'] } }, ''],
    [{ revision: 1, step: { step: 'assign', assigneeId: '' } }, '请选择承办人'],
    [{ step: { step: 'close', report: '已办结' } }, ''],
  ])('refuses what is not whole: %j', async (body, words) => {
    const answer = await analyst.post('/api/clues/none/steps', body);
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(words)]);
  });

  test('is found by its state, its end and its number; time makes it late', async () => {
    const listed = async (query: string) =>
      clueListSchema.parse((await analyst.get(`/api/clues?${query}`)).body).items.map(({ state }) => state);
    expect(await listed('state=closed')).toEqual(['closed']);
    expect(await listed(`text=${encodeURIComponent('0001号')}`)).toEqual(['cancelled']);
    expect(await listed('urgency=overdue')).toEqual([]);
    fixture.countyClock.advanceTo(Date.parse('2026-07-03T12:00:00+08:00'));
    expect(await listed('urgency=soon')).toEqual(['registered']);
    fixture.countyClock.advanceTo(Date.parse('2026-07-04T12:00:00+08:00'));
    expect(await listed('urgency=overdue')).toEqual(['registered']);
    const counts = clueCountsSchema.parse((await analyst.get('/api/clues/counts')).body);
    expect(counts).toMatchObject({ total: 4, soon: 0, overdue: 1 });
    expect(await listed('mine=true')).toEqual(['closed']);
  });
});
