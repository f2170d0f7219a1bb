import { rows } from '@tianyan/postgres';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { clueDetailSchema, findingDetailSchema, findingListSchema, type StepRequest } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, LEADER, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { returnedOften } from '../testing/planted-finding.js';

let fixture: ConsoleFixture;
let analyst: ApiClient;
let leader: ApiClient;
/** Two who direct clues. */
let manager: ApiClient;
let colleague: ApiClient;
let directory: string;
const TWO_RUNGS = `places:
  - place: county
    basis: 本县办理规定
    approvals: { talk-or-letter: [{ name: 案件管理, action: manage-clues }, 分管领导] }
`;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-request-keys-'));
  const rules = join(directory, 'rules.yaml');
  await writeFile(rules, TWO_RUNGS);
  fixture = await startConsole({ env: { TIANYAN_CLUE_RULES_FILE: rules } });
  await fixture.storeFindings(
    ['A', 'B', 'C', 'D', 'E'].map((scope) => returnedOften(scope, { unitId: 'U1', townshipCode: '320921100' })),
  );
  analyst = await fixture.signedIn(ANALYST);
  leader = await fixture.signedIn(LEADER);
  manager = await caseManager('zhao.min', '赵敏');
  colleague = await caseManager('zhou.qing', '周青');
});
afterAll(async () => {
  await fixture?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function caseManager(account: string, displayName: string): Promise<ApiClient> {
  const person = { account, password: 'Manager-2026-xyz' };
  const what = { role: 'case-manager', townshipCodes: null, mustChangePassword: false } as const;
  await fixture.users.create({ ...person, displayName, ...what });
  return fixture.signedIn(person);
}

async function findingOf(scope: string): Promise<string> {
  const { items } = findingListSchema.parse((await analyst.get('/api/findings?limit=50')).body);
  return items.find((item) => item.scope === scope)?.id ?? '';
}
const under = (key: string) => ({ 'idempotency-key': key });
const clueAt = async (id: string) => clueDetailSchema.parse((await analyst.get(`/api/clues/${id}`)).body);
const audited = async (object: string) =>
  (
    await rows(
      fixture.pool,
      z.object({ action: z.string() }),
      'SELECT action FROM access_audit WHERE object LIKE $1 ORDER BY id',
      [object],
    )
  ).map(({ action }) => action);
const suspend = { revision: 1, step: { step: 'suspend', reason: '等待审计结果' } };

describe('what is sent twice under one key', () => {
  test('is registered once, and answered alike; at once too', async () => {
    const body = { findingIds: [await findingOf('A')] };
    const answers = await Promise.all([1, 2, 3].map(() => analyst.post('/api/clues', body, under('registering-clue-a'))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [first, ...others] = answers.map((one) => clueDetailSchema.parse(one.body));
    expect(others).toEqual([first, first]);
    expect(await audited(`clue/${first?.id}/%`)).toEqual(['register-clue']);
  });

  test('is decided once, and taken back once', async () => {
    const id = await findingOf('B');
    const decide = (body: unknown, key: string) => analyst.post(`/api/findings/${id}/decisions`, body, under(key));
    const promoted = [
      await decide({ decision: 'promote' }, 'promoting-finding'),
      await decide({ decision: 'promote' }, 'promoting-finding'),
    ];
    expect(promoted.map((one) => findingDetailSchema.parse(one.body).status)).toEqual(['promoted', 'promoted']);
    const reopen = { decision: 'reopen', reason: '点错了' };
    const dismiss = { decision: 'dismiss', verdict: 'unfounded', reason: '核对后不属实' };
    const rest = [reopen, reopen, dismiss, dismiss];
    const statuses: unknown[] = [];
    for (const body of rest) statuses.push((await decide(body, `${body.decision}-finding-b`)).body.status);
    expect(statuses).toEqual(['open', 'open', 'dismissed', 'dismissed']);
    expect(await audited(`finding/${id}/%`)).toEqual(['decide-finding', 'decide-finding', 'decide-finding']);
  });

  test('is one step where the answer to the first was lost; on record once', async () => {
    const { id } = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [await findingOf('C')] })).body);
    const gone = new AbortController();
    const lost = fetch(`${fixture.baseUrl}/api/clues/${id}/steps`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: fixture.baseUrl,
        cookie: leader.cookie ?? '',
        ...under('suspending-clue-c'),
      },
      body: JSON.stringify(suspend),
      signal: gone.signal,
    }).then((response) => response.body?.cancel());
    while ((await clueAt(id)).revision < 2) await wait(10);
    gone.abort();
    await lost.catch(() => undefined);
    const again = await leader.post(`/api/clues/${id}/steps`, suspend, under('suspending-clue-c'));
    expect([again.status, again.body.revision]).toEqual([200, 2]);
    const other = { revision: 2, step: { step: 'resume', reason: '审计结果已到' } };
    const refused = await leader.post(`/api/clues/${id}/steps`, other, under('suspending-clue-c'));
    expect([refused.status, refused.body.message]).toEqual([409, expect.stringContaining('内容不同')]);
    expect(await audited(`clue/${id}/step/2@%`)).toEqual(['take-clue-step']);
  });

  test('is one approval where it was the first of two rungs; who looks at an old page is late, and who may not is on record', async () => {
    const { id } = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [await findingOf('D')] })).body);
    const take = async (client: ApiClient, step: StepRequest, key: string) => {
      const { revision } = await clueAt(id);
      const answer = await client.post(`/api/clues/${id}/steps`, { revision, step }, under(key));
      expect([step.step, answer.status, answer.body.message]).toEqual([step.step, 200, undefined]);
    };
    await take(leader, { step: 'assign', assigneeId: fixture.analyst.id }, 'assigning-clue-d');
    await take(analyst, { step: 'verify', verdict: 'confirmed', report: '情况属实' }, 'verifying-clue-d');
    await take(analyst, { step: 'propose', disposal: 'talk-or-letter', reason: '一般性问题' }, 'proposing-clue-d');
    const { revision } = await clueAt(id);
    const approve = { revision, step: { step: 'approve' } };
    const send = (client: ApiClient, body: unknown, key: string) => client.post(`/api/clues/${id}/steps`, body, under(key));
    const answers = [
      await send(manager, approve, 'approving-clue-d'),
      await send(manager, approve, 'approving-clue-d'),
      await send(colleague, approve, 'approving-late-d'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 409]);
    expect(answers[2]?.body.message).toContain('赵敏 已于');
    expect(await audited(`clue/${id}/step/${revision + 1}@%`)).toEqual(['take-clue-step']);
    expect(await audited(`clue/${id}/approve`)).toEqual([]);
    // The rung of a leader, seen as it is.
    const refused = await send(colleague, { ...approve, revision: revision + 1 }, 'approving-above-d');
    expect([refused.status, refused.body.message]).toEqual([403, expect.stringContaining('现在轮到“分管领导”这一级审批')]);
    expect(await audited(`clue/${id}/approve`)).toEqual(['refused']);
  });

  test('is done also where whoever sent it does not see the clue any more: it is said, and nothing of the clue', async () => {
    const { id } = clueDetailSchema.parse((await analyst.post('/api/clues', { findingIds: [await findingOf('E')] })).body);
    const { analyst: own, leader: above } = fixture;
    const restrict = { step: 'restrict', userIds: [own.id, above.id], reason: '涉及领导干部' };
    await leader.post(`/api/clues/${id}/steps`, { revision: 1, step: restrict });
    const recuse = { revision: 2, step: { step: 'recuse', userId: own.id, reason: '与被反映人是亲属' } };
    const send = () => analyst.post(`/api/clues/${id}/steps`, recuse, under('recusing-from-clue-e'));
    const answers = [await send(), await send()];
    expect(answers.map(({ status, body }) => [status, body])).toEqual([1, 2].map(() => [200, { id, hidden: true }]));
    expect((await analyst.get(`/api/clues/${id}`)).status).toBe(404);
    expect(await audited(`clue/${id}/step/%`)).toEqual(['register-clue', 'take-clue-step', 'take-clue-step']);
  });

  test('under a key that is none is refused', async () => {
    const answer = await leader.post('/api/clues/none/steps', suspend, under('short'));
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining('编号格式不对')]);
  });
});

test('two who decide at once: one does, the other reads who did what; each is on record once', async () => {
  const { items } = findingListSchema.parse((await analyst.get('/api/findings?limit=50')).body);
  const clue = (await analyst.get(`/api/findings/${items.find(({ scope }) => scope === 'A')?.id}`)).body.clue;
  const ask = (client: ApiClient, step: unknown, key: string) =>
    client.post(`/api/clues/${clue.id}/steps`, { revision: 1, step }, under(key));
  const answers = await Promise.all([
    ask(leader, { step: 'assign', assigneeId: fixture.analyst.id }, 'assigning-by-leader'),
    ask(analyst, { step: 'recuse', userId: fixture.analyst.id, reason: '与被反映人是亲属' }, 'recusing-by-analyst'),
  ]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  const late = answers.find(({ status }) => status === 409);
  expect(late?.body.message).toMatch(
    /您打开页面之后，(陈伟|李芬) 已于 .+ 对线索〔2026〕\d{4}号“(分办|回避)”。请看过最新情况再办理。/,
  );
  expect((await clueAt(clue.id)).revision).toBe(2);
});
