import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  auditListSchema,
  firstPasswordSchema,
  grantListSchema,
  grantSchema,
  openSessionListSchema,
  personListSchema,
  type MakePersonRequest,
  type Person,
} from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ANALYST, AUDITOR, LEADER, SECURITY, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

const TOWNSHIP = '320921100';
const REASON = '见任命文件';
const NEW_PASSWORD = 'Xiang-Shui-2026!';

let fixture: ConsoleFixture;
let security: ApiClient;
let auditor: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  security = await fixture.signedIn(SECURITY);
  auditor = await fixture.signedIn(AUDITOR);
});
afterAll(() => fixture.stop());

const memberOf = (account: string): MakePersonRequest => ({
  account,
  displayName: `组员 ${account}`,
  office: '第一监督检查组',
  role: 'team-member',
  townshipCodes: [TOWNSHIP],
  unitCodes: [],
  reason: REASON,
});

async function personOf(account: string): Promise<Person> {
  const { items } = personListSchema.parse((await auditor.get('/api/people')).body);
  const found = items.find((person) => person.account === account);
  if (!found) throw new Error(`no account ${account}`);
  return found;
}

async function confirmed(answer: { status: number; body: unknown }): Promise<void> {
  expect(answer.status).toBe(200);
  const { id, mayReview, mayWithdraw } = grantSchema.parse(answer.body);
  expect([mayReview, mayWithdraw]).toEqual([false, true]);
  expect((await auditor.post(`/api/grants/${id}/confirm`, { reason: '与文件一致' })).status).toBe(200);
}

/** An account that has its first password. */
async function made(account: string): Promise<{ id: string; password: string }> {
  await confirmed(await security.post('/api/people', memberOf(account)));
  const { id } = await personOf(account);
  const { password } = firstPasswordSchema.parse((await security.post(`/api/people/${id}/first-password`)).body);
  return { id, password };
}

test('of an account that there is not nothing is counted, which would read as nothing left; who may not ask hears the same of all', async () => {
  const { id } = await personOf(AUDITOR.account);
  const handled = (client: ApiClient, of: string) => client.get(`/api/people/${of}/handled`);
  expect((await handled(security, id)).status).toBe(200);
  const { status, body } = await handled(security, 'none');
  expect([status, body.message]).toEqual([404, '没有这个账号，请刷新页面']);
  const analyst = await fixture.signedIn(ANALYST);
  expect([(await handled(analyst, id)).status, (await handled(analyst, 'none')).status]).toEqual([403, 403]);
});

describe('an account', () => {
  test('is there once another has confirmed it, with a first password that is told once', async () => {
    const asked = await security.post('/api/people', memberOf('zhao.yi'));
    const grant = grantSchema.parse(asked.body);
    expect(grant).toMatchObject({ kind: 'make', state: 'pending', before: null, proposedBy: SECURITY.account });
    await expect(personOf('zhao.yi')).rejects.toThrow('no account');
    const again = await security.post('/api/people', memberOf('zhao.yi'));
    expect([again.status, again.body.message]).toEqual([409, expect.stringContaining('已有一项申请等待复核')]);
    // Who grants is not who reviews, whatever the role.
    expect((await security.post(`/api/grants/${grant.id}/confirm`, { reason: '同意' })).status).toBe(403);
    const shown = grantListSchema.parse((await auditor.get('/api/grants?state=pending')).body).items[0];
    expect(shown).toMatchObject({ id: grant.id, mayReview: true, mayWithdraw: false });
    expect((await auditor.post(`/api/grants/${grant.id}/confirm`, { reason: '与文件一致' })).status).toBe(200);
    const late = await auditor.post(`/api/grants/${grant.id}/reject`, { reason: '看错了' });
    expect([late.status, late.body.message]).toEqual([409, `这项申请已由 ${AUDITOR.account} 处理，请刷新页面查看结果`]);

    const person = await personOf('zhao.yi');
    expect(person).toMatchObject({ passwordDue: true, role: 'team-member', townshipCodes: [TOWNSHIP], sessions: 0 });
    const first = firstPasswordSchema.parse((await security.post(`/api/people/${person.id}/first-password`)).body);
    expect((await security.post(`/api/people/${person.id}/first-password`)).status).toBe(409);
    const client = await fixture.signedIn(first);
    expect((await client.get('/api/findings')).body.code).toBe('password-change-required');
    await client.post('/api/session/password', { currentPassword: first.password, newPassword: NEW_PASSWORD });
    expect((await client.get('/api/findings')).status).toBe(200);
    expect((await client.get('/api/people')).status).toBe(403);
    expect(await personOf('zhao.yi')).toMatchObject({ passwordDue: false, mustChangePassword: false, sessions: 1 });
  });

  test('of another role or reach is signed out, and sees what is granted then', async () => {
    const { id, password } = await made('zhao.er');
    const client = await fixture.signedIn({ account: 'zhao.er', password });
    const { account: _, ...holding } = memberOf('zhao.er');
    expect((await security.send('PUT', `/api/people/${id}`, holding)).body.message).toBe('没有改动，不用提交');
    const wrong = await security.send('PUT', `/api/people/${id}`, { ...holding, role: 'commission-leader' });
    expect([wrong.status, wrong.body.message]).toEqual([400, expect.stringContaining('只能是全县')]);
    await confirmed(await security.send('PUT', `/api/people/${id}`, { ...holding, role: 'case-manager', townshipCodes: null }));
    expect((await client.get('/api/session')).status).toBe(401);
    const { body } = await (await fixture.signedIn({ account: 'zhao.er', password })).get('/api/session');
    expect(body).toMatchObject({ role: 'case-manager', townshipCodes: null });
    expect(body.may).toContain('manage-clues');
    expect(body.may).not.toContain('decide-finding');
  });

  test('that is locked is out at once, and comes back by two', async () => {
    const { id, password } = await made('zhao.san');
    const client = await fixture.signedIn({ account: 'zhao.san', password });
    expect((await security.post(`/api/people/${id}/lock`, { reason: '调离' })).status).toBe(200);
    expect((await client.get('/api/session')).status).toBe(401);
    const refused = await fixture.client().post('/api/session', { account: 'zhao.san', password });
    expect([refused.status, refused.body.message]).toEqual([401, expect.stringContaining('已停用')]);
    const guessed = await fixture.client().post('/api/session', { account: 'zhao.san', password: 'Wrong-pass-2026' });
    expect(guessed.body.message).toBe('账号或密码不正确');
    await confirmed(await security.post(`/api/people/${id}/unlock`, { reason: '返岗' }));
    expect((await fixture.client().post('/api/session', { account: 'zhao.san', password })).status).toBe(200);
  });

  test('whose password is reset opens with the new one alone', async () => {
    const { id, password } = await made('zhao.si');
    await confirmed(await security.post(`/api/people/${id}/reset`, { reason: '本人到场' }));
    expect((await fixture.client().post('/api/session', { account: 'zhao.si', password })).status).toBe(401);
    const next = firstPasswordSchema.parse((await security.post(`/api/people/${id}/first-password`)).body);
    expect((await fixture.client().post('/api/session', next)).status).toBe(200);
  });
});

describe('nobody grants to oneself, and somebody always administers', () => {
  const own = { displayName: '孙莉', office: '', role: 'analyst', townshipCodes: null, reason: REASON };

  test('of one’s own account nothing is asked', async () => {
    const { id } = fixture.security;
    expect((await security.send('PUT', `/api/people/${id}`, own)).status).toBe(409);
    expect((await security.post(`/api/people/${id}/lock`, { reason: REASON })).status).toBe(403);
    expect((await security.post(`/api/people/${id}/first-password`)).status).toBe(403);
  });

  test.each(['administrator', 'auditor'] as const)('the only %s is neither locked nor made something else', async (who) => {
    const { id } = fixture[who];
    for (const answer of [
      await security.post(`/api/people/${id}/lock`, { reason: REASON }),
      await security.send('PUT', `/api/people/${id}`, own),
      await security.post(`/api/people/${id}/reset`, { reason: REASON }),
    ])
      expect([answer.status, answer.body.message]).toEqual([409, expect.stringContaining('唯一能登录的')]);
  });

  test('what is about the reviewer is reviewed by another', async () => {
    const second = { ...memberOf('qian.er'), role: 'audit-administrator', townshipCodes: null };
    await confirmed(await security.post('/api/people', second));
    // One who could sign in as the reviewer would review.
    const path = `/api/people/${(await personOf('qian.er')).id}/first-password`;
    const taken = await security.post(path);
    expect([taken.status, taken.body.message]).toEqual([403, expect.stringContaining('由复核通过的人领取')]);
    expect((await auditor.post(path)).status).toBe(200);
    const about = await security.send('PUT', `/api/people/${fixture.auditor.id}`, { ...own, displayName: '钱明' });
    const { id } = grantSchema.parse(about.body);
    const self = await auditor.post(`/api/grants/${id}/confirm`, { reason: '同意' });
    expect([self.status, self.body.message]).toEqual([403, expect.stringContaining('涉及您本人')]);
    const leader = await fixture.signedIn(LEADER);
    expect((await leader.post(`/api/grants/${id}/reject`, { reason: '不合适' })).status).toBe(200);
  });

  test.each([
    [{ account: 'A B' }, '账号用 2 到 32 个'],
    [{ displayName: ' ' }, '请填写姓名'],
    [{ reason: '' }, '请写明理由'],
    [{ townshipCodes: [] }, '请至少选择一个乡镇'],
    [{ role: 'administrator' }, ''],
  ])('refuses what is not whole: %j', async (part, words) => {
    const answer = await security.post('/api/people', { ...memberOf('not.whole'), ...part });
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(words)]);
  });
});

test('one sees where one is signed in, and ends what is not one’s own doing', async () => {
  const elsewhere = await fixture.signedIn(LEADER);
  const here = await fixture.signedIn(LEADER);
  const open = openSessionListSchema.parse((await here.get('/api/session/all')).body).items;
  expect(open.filter(({ current }) => current)).toHaveLength(1);
  for (const { id, current } of open) if (!current) await here.post('/api/session/all/end', { id });
  expect([(await elsewhere.get('/api/session')).status, (await here.get('/api/session')).status]).toEqual([401, 200]);
  // Another's cannot be ended so.
  const [foreign] = openSessionListSchema.parse((await security.get('/api/session/all')).body).items;
  await here.post('/api/session/all/end', { id: foreign?.id });
  expect((await security.get('/api/session')).status).toBe(200);
});

describe('the audit log', () => {
  const found = async (query: string) => auditListSchema.parse((await auditor.get(`/api/audit?${query}`)).body);

  test('says who granted what and why, and who read it', async () => {
    const { items } = await found(`action=propose-grant,confirm-grant&text=${encodeURIComponent('zhao.yi')}`);
    expect(items.map(({ account, actionLabel, reason }) => [account, actionLabel, reason])).toEqual([
      [AUDITOR.account, '通过授权申请', '与文件一致'],
      [SECURITY.account, '提出授权申请', REASON],
    ]);
    const [read] = (await found('action=read-audit&limit=1')).items;
    expect(read).toMatchObject({ account: AUDITOR.account, succeeded: true });
  });

  test('is read page by page, by person, by day and by how it went', async () => {
    const first = await found('limit=2');
    const second = await found(`limit=2&cursor=${first.nextCursor}`);
    expect(Number(second.items[0]?.id)).toBeLessThan(Number(first.items[1]?.id));
    const refused = await found(`account=${SECURITY.account}&failed=true`);
    expect(refused.items.length).toBeGreaterThan(0);
    expect(refused.items.every(({ account, succeeded }) => account === SECURITY.account && !succeeded)).toBe(true);
    expect((await found('to=2020-01-01')).items).toEqual([]);
    expect((await auditor.get('/api/audit?cursor=abc')).status).toBe(400);
  });
});
